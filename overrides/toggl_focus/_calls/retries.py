"""Whether a request is sent again, and when: decisions D28 and D30 as one function."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from toggl_focus._calls.quota import remaining, resets_in, retry_after
from toggl_focus._errors import (
    APIError,
    QuotaExceeded,
    TogglFocusError,
    TransportError,
)

if TYPE_CHECKING:
    from _toggl_focus.request import Operation
    from toggl_focus._calls.clock import Clock

__all__ = ["LONGEST_RETRY_AFTER", "may_be_done", "pause"]

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0
# A service that asks for more is not waited for, unless the caller allowed it.
LONGEST_RETRY_AFTER = 60.0

_PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
# With Retry-After these say that the request was turned away at the door.
_TURNED_AWAY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def pause(
    error: TogglFocusError, operation: Operation[Any], retries: int, patience: float, clock: Clock
) -> float | None:
    """How many seconds to wait before it is sent again; None where it must not be.

    retries: how often it was sent again already. patience: how many seconds the caller allowed for
    the quota.
    """
    if isinstance(error, QuotaExceeded):
        return _until_reset(error, retries, patience, clock)
    if may_be_done(error, clock) and not operation.idempotent:
        return None
    if isinstance(error, TransportError):
        return _backoff(retries, clock)
    if not isinstance(error, APIError) or error.status not in _PASSING:
        return None
    asked = retry_after(error.headers, clock.now())
    if asked is None and error.status == HTTPStatus.TOO_MANY_REQUESTS:
        asked = resets_in(error.headers) if remaining(error.headers) == 0 else None
    if asked is None:
        return _backoff(retries, clock)
    return asked if asked <= max(patience, LONGEST_RETRY_AFTER) else None


def may_be_done(error: TogglFocusError, clock: Clock) -> bool:
    """Whether the service may have acted on a request that ended so."""
    if isinstance(error, TransportError):
        return error.sent
    if isinstance(error, APIError):
        asked = retry_after(error.headers, clock.now())
        turned_away = error.status in _TURNED_AWAY and asked is not None
        return error.status in _PASSING and not turned_away
    return False


def _backoff(retries: int, clock: Clock) -> float:
    """Full jitter: anything up to twice as long each time, so that clients do not come as one."""
    longest = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(retries, 9))  # no float holds 2**1024
    return clock.random() * longest


def _until_reset(error: QuotaExceeded, retries: int, patience: float, clock: Clock) -> float | None:
    seconds = resets_in(error.headers)
    if seconds is None or patience <= 0 or seconds > patience:
        return None
    # Not in the very second of the reset, and later each time that it was none.
    return seconds + 1 + _backoff(retries, clock)
