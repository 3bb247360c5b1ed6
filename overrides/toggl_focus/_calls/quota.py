"""What an answer says of the quota, and of when to come again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from toggl_focus._calls.clock import Clock

__all__ = ["Quota", "quota", "remaining", "resets_in", "retry_after"]

REMAINING = "X-Toggl-Quota-Remaining"
RESETS_IN = "X-Toggl-Quota-Resets-In"
# A number that is longer is none of seconds or requests, and none that a moment can be made of.
_DIGITS = 9
_LONGEST = 10.0**_DIGITS


@dataclass(frozen=True, slots=True)
class Quota:
    """The requests of the hour, as the last answer told (vendor).

    Counted by user and organization: 30 an hour on the free plan. remaining: requests left.
    resets_at: when all are there again, in UTC; None where the answer did not say.
    """

    remaining: int
    resets_at: datetime | None


def quota(headers: Mapping[str, str], clock: Clock) -> Quota | None:
    """The quota by an answer's headers, None where they do not tell."""
    left = remaining(headers)
    if left is None:
        return None
    seconds = resets_in(headers)
    return Quota(left, None if seconds is None else clock.now() + timedelta(seconds=seconds))


def remaining(headers: Mapping[str, str]) -> int | None:
    """How many requests are left."""
    return _whole(headers.get(REMAINING))


def resets_in(headers: Mapping[str, str]) -> int | None:
    """In how many seconds all requests are there again."""
    return _whole(headers.get(RESETS_IN))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """How many seconds the service asks to wait: it may name them, or a moment."""
    text = headers.get("Retry-After")
    if text is None:
        return None
    seconds = _whole(text)
    if seconds is not None:
        return seconds
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  (slow to load, and rarely used)

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for numbers that no year has
        return None
    if moment.tzinfo is None:  # written as -0000, which is UTC of an unknown place
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - now).total_seconds()), _LONGEST)


def _whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
