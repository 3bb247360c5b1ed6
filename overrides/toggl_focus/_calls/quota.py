"""What a response says about the quota, and about when to try again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from toggl_focus._calls.clock import Clock

__all__ = ["Quota", "quota", "remaining", "resets_in", "retry_after"]

REMAINING = "X-Toggl-Quota-Remaining"
RESETS_IN = "X-Toggl-Quota-Resets-In"
# More digits are no plausible number of seconds or requests, and overflow a datetime.
_DIGITS = 9
_LONGEST = 10.0**_DIGITS


@dataclass(frozen=True, slots=True)
class Quota:
    """The hourly quota of requests, according to the latest response.

    The vendor counts requests per user and organization: 30 an hour on the free plan.

    Attributes:
        remaining: Requests left.
        resets_at: When the full quota is back, in UTC; None if the response did not say.
    """

    remaining: int
    resets_at: datetime | None


def quota(headers: Mapping[str, str], clock: Clock) -> Quota | None:
    """The quota according to a response; None if its headers do not say."""
    left = remaining(headers)
    if left is None:
        return None
    seconds = resets_in(headers)
    return Quota(left, None if seconds is None else clock.now() + timedelta(seconds=seconds))


def remaining(headers: Mapping[str, str]) -> int | None:
    """How many requests are left."""
    return _integer(headers.get(REMAINING))


def resets_in(headers: Mapping[str, str]) -> int | None:
    """Seconds until the full quota is back."""
    return _integer(headers.get(RESETS_IN))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait according to Retry-After, which holds a number or a date."""
    text = headers.get("Retry-After")
    if text is None:
        return None
    seconds = _integer(text)
    if seconds is not None:
        return seconds
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  (slow to load, and rarely used)

    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for years out of range
        return None
    if when.tzinfo is None:  # written as -0000: UTC, from an unknown place
        when = when.replace(tzinfo=UTC)
    return min(max(0.0, (when - now).total_seconds()), _LONGEST)


def _integer(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None
