"""What the machine draws: the fields of a block, ranges, and what a server must refuse."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st

from toggl_focus_conformance.protocol.operations import largest

__all__ = [
    "BAD_FIELDS",
    "BAD_IDS",
    "BAD_QUERIES",
    "CHANGES",
    "FIELDS",
    "ORDERS",
    "RANGES",
    "SMALL",
    "STARTS",
    "WHICH",
]

SMALL = st.integers(0, 9)
"""Which of the blocks or tasks there are, modulo their number."""

WHICH = st.sampled_from((0, 0, 0, 0, 1, 1, 2, 3, 5, 8))
"""Which of the blocks, the one that was used last first: most often the same again."""

STARTS = st.sampled_from(
    tuple(
        (hour, fraction, style)
        for fraction in (0, 0, 500_000, 123_456)
        for hour in (0, 1, 2, 3, 4, 6, 9)
        for style in (0, 1, 2)
    )
)
"""Hours after the window's beginning, a fraction of a second in microseconds, a style of writing.

Few of them, so that blocks share a start and touch the ends of ranges. One draw, because draws are
what takes most of the time.
"""

_DURATIONS = (None, 3600, 0, 0, 1, 59, 7200, 86_399)
_COMPLETED = (None, True, False)
_OPTIONAL: tuple[dict[str, Any], ...] = tuple(
    {name: value for name, value in (("duration", duration), ("completed", completed))
     if value is not None}
    for completed in _COMPLETED
    for duration in _DURATIONS
)  # fmt: skip

_NOTHING: dict[str, Any] = {}
FIELDS = st.sampled_from(_OPTIONAL)
"""The optional part of a body; 0 and false are as frequent as other values."""


def _with_start(start: tuple[int, int, int], fields: dict[str, Any]) -> dict[str, Any]:
    return {"start": start, **fields}


CHANGES = st.one_of(
    st.just(_NOTHING),
    FIELDS,
    st.builds(_with_start, STARTS, FIELDS),
)
"""What a PATCH may hold."""

RANGES = st.sampled_from(
    (
        *[(0, 24)] * 6,
        *((first, last) for first in (0, 1, 2, 3, 5, 7) for last in (1, 2, 3, 4, 6, 10)
          if first <= last),
    )
)  # fmt: skip
"""Two hours after the window's beginning; the earlier is `date_from`."""

_KEYS = ("start", "task_id", "created_at", "updated_at")
_SIGNED = tuple(f"{sign}{key}" for key in _KEYS for sign in ("", "-"))
ORDERS = st.sampled_from(
    (
        (),
        *((key,) for key in _SIGNED),
        ("task_id", "-start"),
        ("start", "task_id"),
        ("-start", "-task_id"),
        ("start", "-created_at"),
        ("-task_id", "-created_at"),
        ("task_id", "start", "-created_at"),
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
    ({"per_page": largest("per_page") + 1}, True),
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
