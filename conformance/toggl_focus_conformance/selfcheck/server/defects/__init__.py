"""The defects of servers, by area. Each names the case that must catch it."""

from . import (
    access,
    bodies,
    bulk,
    changes,
    concurrency,
    filters,
    http,
    lifecycle,
    order,
    pages,
    stream,
    values,
)
from .all import DEFECTS

__all__ = [
    "DEFECTS",
    "access",
    "bodies",
    "bulk",
    "changes",
    "concurrency",
    "filters",
    "http",
    "lifecycle",
    "order",
    "pages",
    "stream",
    "values",
]
