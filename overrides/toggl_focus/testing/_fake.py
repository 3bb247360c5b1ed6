"""A clock that waits for nothing."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from toggl_focus._calls.clock import Clock
from toggl_focus._config.options import is_number
from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import shown

__all__ = ["FakeClock"]


class FakeClock(Clock):
    """A clock that waits for nothing: to sleep is to be later at once.

    start: the moment it is at first, with a time zone. randoms: what `random()` gives, in turn and
    then again from the first, each from 0 up to 1; by default always 0.5, half of the longest wait.
    `slept` holds the seconds of each sleep, of all threads and tasks; two that sleep at the same
    time are both added to the time.

    Raises UsageError for a start without a time zone, and for randoms that are none.

    Example:
        >>> clock = FakeClock(datetime(2026, 1, 12, 9, tzinfo=UTC))
        >>> with TogglFocus(clock=clock, http_client=http) as client:
        ...     client.time_blocks.get(100, 1001)  # answered 503 with Retry-After: 30, then 200
        >>> clock.slept, str(clock.now())
        ([30], '2026-01-12 09:00:30+00:00')
    """

    def __init__(
        self,
        start: datetime = datetime(2026, 1, 5, tzinfo=UTC),
        *,
        randoms: Sequence[float] = (0.5,),
    ) -> None:
        if not isinstance(start, datetime) or start.utcoffset() is None:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"start must be a datetime with a time zone, got {shown(start)}")
        several = isinstance(randoms, Sequence) and len(randoms) > 0  # pyright: ignore[reportUnnecessaryIsInstance]
        if not several or not all(is_number(each) and 0 <= each < 1 for each in randoms):
            told = shown(randoms)
            raise UsageError(f"randoms must be numbers from 0 up to 1, at least one, got {told}")
        self.slept: list[float] = []
        self._start = start.astimezone(UTC)
        self._randoms = itertools.cycle(randoms)
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self._elapsed

    def now(self) -> datetime:
        """The start and all seconds since, in UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    def random(self) -> float:
        """The next of `randoms`."""
        return next(self._randoms)

    def advance(self, seconds: float | timedelta) -> None:
        """Let time pass, though nobody sleeps: seconds, or a timedelta.

        Raises UsageError for less than nothing.
        """
        passed = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        if not is_number(passed) or passed < 0:
            raise UsageError(f"time only goes on: seconds must be 0 or more, got {shown(seconds)}")
        with self._lock:
            self._elapsed += passed

    def sleep(self, seconds: float) -> None:
        """Be later by so many seconds, and note it."""
        self.advance(seconds)
        self.slept.append(seconds)

    async def asleep(self, seconds: float) -> None:
        """Be later by so many seconds, note it, and let other tasks run once."""
        self.sleep(seconds)
        await asyncio.sleep(0)
