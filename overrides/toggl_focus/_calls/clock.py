"""Time and randomness, as one object that a test can replace."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

__all__ = ["Clock"]


class Clock:
    """Where a client gets the time, its waits and its random numbers.

    A subclass that does not really wait makes retries testable: see
    `toggl_focus.testing.FakeClock`.
    """

    def monotonic(self) -> float:
        """Seconds since some point in time; never goes back."""
        return time.monotonic()

    def now(self) -> datetime:
        """The current time in UTC."""
        return datetime.now(UTC)

    def random(self) -> float:
        """A random number from 0 up to 1, for the jitter of waits."""
        return random.random()  # noqa: S311  (not for secrets)

    def sleep(self, seconds: float) -> None:
        """Wait, blocking the thread."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Wait, letting other tasks run."""
        import asyncio  # noqa: PLC0415  (it takes as long to load as the rest of the package)

        await asyncio.sleep(seconds)
