"""Timestamps: RFC 3339 outside, integer microseconds since the epoch inside; nothing is rounded."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EARLIEST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND

_RFC3339 = re.compile(
    # no second 60: a leap second cannot be kept
    r"(\d{4}-\d\d-\d\d)[Tt]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d+))?"
    r"(?:[Zz]|([+-](?:[01]\d|2[0-3]):[0-5]\d))",
    re.ASCII,
)


def now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


def micros(timestamp: datetime) -> int:
    """Microseconds since the epoch."""
    return (timestamp - EPOCH) // MICROSECOND


def to_datetime(microseconds: int) -> datetime:
    """The other way; msgspec writes it in UTC with a `Z` and its microseconds (D26)."""
    return EPOCH + microseconds * MICROSECOND


def parse(text: str) -> int:
    """Read a date-time with its offset; digits after the sixth of a fraction are cut.

    Raises ValueError for anything else, and where it is not within the years 1 to 9999 in UTC.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError("expected RFC 3339 with an offset, such as 2026-01-05T09:00:00Z")
    date, clock, fraction, offset = match.groups()
    local = datetime.fromisoformat(f"{date}T{clock}{offset or '+00:00'}")
    microseconds = micros(local) + int((fraction or "")[:6].ljust(6, "0"))
    if not EARLIEST <= microseconds <= LATEST:
        raise ValueError("not within the years 1 to 9999 in UTC")
    return microseconds
