"""A clock that does not really wait."""

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
    """A clock that does not really wait: a sleep moves its time forward at once.

    `slept` lists the seconds of each sleep, of all threads and tasks. Two sleeps at the same time
    both move the time forward.

    Args:
        start: The time at the start, with a time zone.
        randoms: The numbers that `random()` returns, repeated when they run out; each from 0 up
            to 1. By default always 0.5, half of the longest wait.

    Raises UsageError for a start without a time zone, and for invalid randoms.

    Example:
        >>> clock = FakeClock(datetime(2026, 1, 12, 9, tzinfo=UTC))
        >>> with TogglFocus(clock=clock, http_client=http) as client:
        ...     client.time_blocks.get(100, 1001)  # a 503 with Retry-After: 30, then a 200
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
            given = shown(randoms)
            raise UsageError(f"randoms must be numbers from 0 up to 1, at least one, got {given}")
        self.slept: list[float] = []
        self._start = start.astimezone(UTC)
        self._randoms = itertools.cycle(randoms)
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self._elapsed

    def now(self) -> datetime:
        """The current time of this clock, in UTC."""
        return self._start + timedelta(seconds=self._elapsed)

    def random(self) -> float:
        """The next number of `randoms`."""
        return next(self._randoms)

    def advance(self, seconds: float | timedelta) -> None:
        """Move the time forward by seconds or a timedelta, without a sleep.

        Raises UsageError for a negative value.
        """
        passed = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        if not is_number(passed) or passed < 0:
            raise UsageError(f"seconds must be 0 or more, got {shown(seconds)}")
        with self._lock:
            self._elapsed += passed

    def sleep(self, seconds: float) -> None:
        """Move the time forward, and add to `slept`."""
        self.advance(seconds)
        self.slept.append(seconds)

    async def asleep(self, seconds: float) -> None:
        """Move the time forward, add to `slept`, and let other tasks run once."""
        self.sleep(seconds)
        await asyncio.sleep(0)
