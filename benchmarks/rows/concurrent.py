"""Many calls at once, awaited together."""

from __future__ import annotations

import asyncio
from statistics import median
from time import perf_counter

from benchmarks.figures import Bench, Found
from benchmarks.getters import ASYNC
from benchmarks.server import serving

__all__ = ["measure"]

_WITH = "client with aiohttp"


def measure(bench: Bench) -> Found:
    """Run all of them, again and again; each begins with one call that does not count."""
    contenders = [name for name in ASYNC if name not in bench.missing]
    calls = bench.size(1_000, 50)
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    with serving() as url:
        for number in range(bench.size(3, 1)):
            for name in contenders[:: -1 if number % 2 else 1]:
                taken[name].append(asyncio.run(_gathered(name, url, calls)))
    seconds = {name: median(some) for name, some in taken.items()}
    peers = [name for name in ASYNC if name not in {"client", "httpx", _WITH}]
    return {
        "httpx": bench.ratio(seconds, "httpx", "client"),
        "aiohttp httpx": bench.ratio(seconds, "httpx", _WITH),
        **{peer: bench.ratio(seconds, peer, _WITH) for peer in peers},
    }


async def _gathered(name: str, url: str, calls: int) -> float:
    async with ASYNC[name](url) as get:
        await get()
        begun = perf_counter()
        await asyncio.gather(*(get() for _ in range(calls)))
        return perf_counter() - begun
