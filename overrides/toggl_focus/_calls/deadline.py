"""How long a call may take, and how long a response may take."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toggl_focus._calls.clock import Clock
    from toggl_focus._errors import TimeoutError  # noqa: A004  (a subclass of the builtin one)

__all__ = ["TimeLimit"]


class TimeLimit:
    """The time left for a call, and for the response of its current attempt.

    deadline: seconds for the call with its retries and waits, None for no limit. too_late: makes
    the error, given the reason.
    """

    __slots__ = ("_call_ends", "_clock", "_deadline", "_response_ends", "_timeout", "_too_late")

    def __init__(
        self, clock: Clock, deadline: float | None, too_late: Callable[[str], TimeoutError]
    ) -> None:
        self._clock = clock
        self._deadline = deadline
        self._too_late = too_late
        self._call_ends = math.inf if deadline is None else clock.monotonic() + deadline
        self._response_ends = math.inf
        self._timeout: float | None = None

    def start_response(self, now: float, timeout: float | None) -> None:
        """Allow the response this many seconds from now; None for no limit."""
        self._timeout = timeout
        if timeout is not None:
            self._response_ends = now + timeout

    def end_response(self) -> None:
        """Lift the limit on the response: it is complete, or a stream that may take longer."""
        self._response_ends = math.inf

    def until_deadline(self, now: float) -> float | None:
        """Seconds left for the call; None for no limit."""
        return None if self._call_ends == math.inf else self._call_ends - now

    def remaining(self) -> float | None:
        """Seconds left for the call and the response, whichever ends first; None for no limit."""
        end = min(self._call_ends, self._response_ends)
        return None if end == math.inf else end - self._clock.monotonic()

    def allows(self, seconds: float) -> bool:
        """Whether the call may still wait this long."""
        return self._clock.monotonic() + seconds < self._call_ends

    def check(self) -> None:
        """Raise TimeoutError if the time is up."""
        now = self._clock.monotonic()
        if now >= self._call_ends or now >= self._response_ends:
            raise self.error()

    def error(self) -> TimeoutError:
        """The error of a call that has taken too long."""
        if self._call_ends <= self._response_ends:
            return self._too_late(f"the deadline of {self._deadline} s has passed")
        return self._too_late(f"no complete response within {self._timeout} s")
