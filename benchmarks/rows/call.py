"""One small call after the other, on a connection that is kept."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

from benchmarks.figures import Bench, Found
from benchmarks.getters import ASYNC, BLOCKING
from benchmarks.server import serving

__all__ = ["measure"]

_ONLY_ASYNC = ("openapi_generator_asyncio", "openapi_generator_httpx")


class _Taken(NamedTuple):
    """What a call took in the middle of some: seconds by the clock, and of the processor."""

    seconds: float
    processor: float


def measure(bench: Bench) -> Found:
    """Run all of them, again and again."""
    contenders = [name for name in (*BLOCKING, *_ONLY_ASYNC) if name not in bench.missing]
    calls = bench.size(200, 20)
    taken: dict[str, list[_Taken]] = {name: [] for name in contenders}
    with serving() as url:
        for number in range(bench.size(20, 2)):
            for name in contenders[:: -1 if number % 2 else 1]:
                if name in BLOCKING:
                    taken[name].append(_blocking(name, url, calls))
                else:
                    taken[name].append(asyncio.run(_awaited(name, url, calls)))
    seconds = {name: median(each.seconds for each in some) for name, some in taken.items()}
    processor = {name: median(each.processor for each in some) for name, some in taken.items()}
    peers = [name for name in (*BLOCKING, *_ONLY_ASYNC) if name != "client"]
    return {
        **{peer: bench.ratio(seconds, "client", peer, "µs") for peer in peers},
        "CPU httpx": bench.ratio(processor, "client", "httpx", "µs"),
    }


def _blocking(name: str, url: str, calls: int) -> _Taken:
    with BLOCKING[name](url) as get:
        get()
        times, begun = [perf_counter()], process_time()
        for _ in range(calls):
            get()
            times.append(perf_counter())
        processor = process_time() - begun
    return _taken(times, processor)


async def _awaited(name: str, url: str, calls: int) -> _Taken:
    async with ASYNC[name](url) as get:
        await get()
        times, begun = [perf_counter()], process_time()
        for _ in range(calls):
            await get()
            times.append(perf_counter())
        processor = process_time() - begun
    return _taken(times, processor)


def _taken(times: list[float], processor: float) -> _Taken:
    spans = [after - before for before, after in pairwise(times)]
    return _Taken(median(spans), processor / len(spans))
