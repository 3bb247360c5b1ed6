"""What the machine draws: the fields of a block, ranges, and what a server must refuse."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st

__all__ = ["BAD_FIELDS", "BAD_IDS", "BAD_QUERIES", "FIELDS", "ORDERS", "RANGES", "SMALL", "STARTS"]

SMALL = st.integers(0, 9)
"""Which of the blocks or tasks there are, modulo their number."""

STARTS = st.tuples(st.integers(0, 12), st.sampled_from((0, 500_000, 123_456)), st.integers(0, 2))
"""Hours after the window's beginning, a fraction of a second in microseconds, a style of writing.

Few of them, so that blocks share a start and touch the ends of ranges.
"""

_DURATIONS = st.sampled_from((3600, 0, 1, 59, 90, 5400, 86_399))

FIELDS = st.fixed_dictionaries(
    {}, optional={"start": STARTS, "duration": _DURATIONS, "completed": st.booleans()}
)
"""Some of what a body can hold."""

RANGES = st.tuples(st.integers(0, 14), st.integers(0, 14))
"""Two hours after the window's beginning; the earlier is `date_from`."""

_KEYS = ("start", "task_id", "created_at", "updated_at")
_SIGNED = tuple(f"{sign}{key}" for key in _KEYS for sign in ("", "-"))
ORDERS = st.sampled_from(
    (
        (),
        *((key,) for key in _SIGNED),
        ("task_id", "-start"),
        ("-start", "-task_id"),
        ("start", "-created_at"),
    )
)

# Each is a body's field or two that a server refuses, and whether that is only decided.
BAD_FIELDS: tuple[tuple[dict[str, Any], bool], ...] = (
    ({"duration": -1}, False),
    ({"duration": "60"}, False),
    ({"duration": 1.5}, False),
    ({"completed": "yes"}, False),
    ({"completed": 1}, False),
    ({"outbound_sync": "false"}, False),
    ({"start": "2300-01-05"}, False),
    ({"start": "2300-01-05T09:00:00"}, False),
    ({"start": "2300-02-30T09:00:00Z"}, False),
    ({"start": 7}, False),
    ({"duration": None}, True),
    ({"start": None}, True),
)

# Queries of a list that are refused, and whether that is only decided.
BAD_QUERIES: tuple[tuple[dict[str, Any], bool], ...] = (
    ({"per_page": 101}, True),
    ({"per_page": 0}, True),
    ({"page": 0}, True),
    ({"page": "x"}, False),
    ({"order_by": "color"}, True),
    ({"order_by": "start,-id;drop"}, True),
    ({"archived": "maybe"}, False),
    ({"date_from": "2300-01-05"}, False),
    ({"date_from": "2400-01-05T00:00:00Z", "date_to": "2300-01-05T00:00:00Z"}, True),
)

BAD_IDS = ("x", "0", "-1", "9223372036854775808", "1.5")
"""Ids in a path that are malformed (D32)."""
