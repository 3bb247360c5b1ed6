"""Grades a server at any URL: cases as data, played over HTTP with blocks of their own.

`grade_server` plays the cases of `load_cases` with an `Account` and returns a `Run`, like `grade`
does for SDKs.
"""

from .account import Account, AccountError, Place, User, read_account
from .case import ServerCase, load_cases
from .connection import BudgetError, Connection, Reply
from .grade import Limits, grade_server
from .journal import Journal, read_journal

__all__ = [
    "Account",
    "AccountError",
    "BudgetError",
    "Connection",
    "Journal",
    "Limits",
    "Place",
    "Reply",
    "ServerCase",
    "User",
    "grade_server",
    "load_cases",
    "read_account",
    "read_journal",
]
