"""Times things side by side: in turns, so that what else the machine does slows all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from time import perf_counter

__all__ = ["race"]


def race(
    runners: Mapping[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, list[float]]:
    """The seconds that each took, round by round, after one that does not count.

    What waits for nothing is timed best with `process_time`, which ignores other processes.
    """
    times: dict[str, list[float]] = {name: [] for name in runners}
    for number in range(rounds + 1):
        # Every other round the other way round, so that none is always behind the same.
        for name in list(runners)[:: -1 if number % 2 else 1]:
            gc.collect()
            begun = clock()
            runners[name]()
            if number:
                times[name].append(clock() - begun)
    return times
