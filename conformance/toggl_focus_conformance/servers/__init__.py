"""Grades a server at any URL: cases as data, played over HTTP with blocks of their own.

`grade_server` plays the cases of `load_cases` with an `Account` and returns a `Run`, like `grade`
does for SDKs.
"""

from .account import Account, AccountError, Place, User, one_user, read_account
from .case import ServerCase, load_all_cases, load_cases
from .connection import BudgetError, Connection, Reply
from .grade import Limits, days, grade_server, omitted, play_case
from .journal import Journal, journal_file, read_journal
from .judging import Judge

__all__ = [
    "Account",
    "AccountError",
    "BudgetError",
    "Connection",
    "Journal",
    "Judge",
    "Limits",
    "Place",
    "Reply",
    "ServerCase",
    "User",
    "days",
    "grade_server",
    "journal_file",
    "load_all_cases",
    "load_cases",
    "omitted",
    "one_user",
    "play_case",
    "read_account",
    "read_journal",
]
