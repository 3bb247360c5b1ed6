"""The defects of clients, by area. Each names the case that must catch it."""

from . import (
    auth,
    bodies,
    bulk,
    decoding,
    errors,
    paging,
    queries,
    request_line,
    retries,
    streaming,
)
from .all import DEFECTS

__all__ = [
    "DEFECTS",
    "auth",
    "bodies",
    "bulk",
    "decoding",
    "errors",
    "paging",
    "queries",
    "request_line",
    "retries",
    "streaming",
]
