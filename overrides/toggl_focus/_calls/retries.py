"""Whether a request is sent again, and when: decisions D28 and D30."""

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

__all__ = ["RetryBudget", "maybe_done"]

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0
# A longer Retry-After is waited for only if the caller allowed it with wait_for_quota.
LONGEST_RETRY_AFTER = 60.0

_TEMPORARY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
# With Retry-After these say that the request was rejected before anything was done.
_REJECTED = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


class RetryBudget:
    """What a call may still spend on retries: attempts, and seconds of waiting for the quota."""

    __slots__ = ("_clock", "_operation", "_quota_waits", "_retries", "_retries_left", "_wait_left")

    def __init__(
        self, operation: Operation[Any], max_retries: int, wait_for_quota: float, clock: Clock
    ) -> None:
        self._operation = operation
        self._retries_left = max_retries
        self._wait_left = wait_for_quota
        self._retries = self._quota_waits = 0
        self._clock = clock

    def pause(self, error: TogglFocusError) -> float | None:
        """Seconds to wait before the next attempt; None if there must not be one."""
        if isinstance(error, QuotaExceeded):
            return self._until_reset(error)
        if self._retries_left <= 0 or not self._is_safe(error):
            return None
        if isinstance(error, TransportError):
            return self._backoff(self._retries)
        if not isinstance(error, APIError) or error.status not in _TEMPORARY:
            return None
        requested = retry_after(error.headers, self._clock.now())
        if requested is None and error.status == HTTPStatus.TOO_MANY_REQUESTS:
            requested = resets_in(error.headers) if remaining(error.headers) == 0 else None
        if requested is None:
            return self._backoff(self._retries)
        return requested if requested <= max(self._wait_left, LONGEST_RETRY_AFTER) else None

    def spend(self, error: TogglFocusError, seconds: float) -> None:
        """Count a retry that follows after this error and pause."""
        waits_for_quota = isinstance(error, QuotaExceeded)
        if waits_for_quota:
            self._quota_waits += 1
        else:
            self._retries += 1
            self._retries_left -= 1
        if waits_for_quota or seconds > LONGEST_RETRY_AFTER:
            self._wait_left -= seconds

    def _is_safe(self, error: TogglFocusError) -> bool:
        return self._operation.idempotent or not maybe_done(error, self._clock)

    def _until_reset(self, error: QuotaExceeded) -> float | None:
        seconds = resets_in(error.headers)
        if seconds is None or self._wait_left <= 0 or seconds > self._wait_left:
            return None
        # One second late, so as not to race the reset; later still if the quota was not back.
        return seconds + 1 + self._backoff(self._quota_waits)

    def _backoff(self, retries: int) -> float:
        """With full jitter: anything up to a limit that doubles each time."""
        # No float holds 2**1024.
        longest = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(retries, 9))
        return self._clock.random() * longest


def maybe_done(error: TogglFocusError, clock: Clock) -> bool:
    """Whether the service may have acted on a request that ended with this error."""
    if isinstance(error, TransportError):
        return error.sent
    if isinstance(error, APIError):
        rejected = error.status in _REJECTED and retry_after(error.headers, clock.now()) is not None
        return error.status in _TEMPORARY and not rejected
    return False
