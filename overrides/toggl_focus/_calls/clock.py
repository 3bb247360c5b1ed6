"""Time and chance, as the client sees them: one value, so that a test can give another."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

__all__ = ["Clock"]


class Clock:
    """What a client asks for the time, for a wait and for a random number.

    A subclass that waits for nothing makes retries testable: see `toggl_focus.testing.FakeClock`.
    """

    def monotonic(self) -> float:
        """Seconds since some moment; they never go back."""
        return time.monotonic()

    def now(self) -> datetime:
        """The moment it is, in UTC."""
        return datetime.now(UTC)

    def random(self) -> float:
        """A number from 0 up to 1, by which waits are spread."""
        return random.random()  # noqa: S311  (nothing secret hangs on it)

    def sleep(self, seconds: float) -> None:
        """Wait, blocking the thread."""
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        """Wait, letting other tasks run."""
        import asyncio  # noqa: PLC0415  (it takes as long to load as the rest of the package)

        await asyncio.sleep(seconds)
