"""Waits for another process to unlock the database file, without keeping other requests waiting."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from .problems import unavailable
from .store import Store, is_busy, is_unusable

T = TypeVar("T")

# how long until the second try and between later ones, in seconds
FIRST_PAUSE, LONGEST_PAUSE = 0.001, 0.05

log = logging.getLogger("toggl_focus_server")


async def until_unlocked(store: Store, seconds: float, step: Callable[[], T]) -> T:
    """Do a step, which does nothing while the file is locked, until it succeeds.

    Raises a Problem with status 503 if that takes too long, or if the file cannot be used at all.
    """
    until = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while True:
        store.check()
        try:
            return step()
        except sqlite3.OperationalError as error:
            if is_unusable(error):
                log.error("the database file cannot be used: %s", error)  # noqa: TRY400  # says enough
                raise unavailable(f"The database file cannot be used: {error}") from None
            if not is_busy(error):
                raise
            if time.monotonic() >= until:
                raise unavailable("Another process has locked the database file") from None
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
