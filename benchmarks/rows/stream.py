"""A long stream from a socket to typed items, and the memory that takes."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.figures import Bench, Found, Measured
from benchmarks.server import serving
from benchmarks.streams import CONTENDERS, Run, alone

__all__ = ["measure"]

_PEER = "openapi_python_client_stock"


def measure(bench: Bench) -> Found:
    """Run each contender in a process of its own, in turns."""
    thousands = bench.size(200, 5)
    sizes = (1, thousands // 20 or 1, thousands, thousands * 5)
    with ExitStack() as servers:
        small, fewer, many, most = (servers.enter_context(serving(size)) for size in sizes)
        runs: dict[str, list[Run]] = {name: [] for name in CONTENDERS if name not in bench.missing}
        for _ in range(bench.size(3, 1)):
            for name, some in runs.items():
                # It is slow and needs much memory, both in step with the items: fewer tell as much.
                some.append(alone(name, small, fewer if name == _PEER else many))
        million = alone("client", small, most)
    items = thousands * 1_000
    seconds = {
        name: min(run.seconds / run.items for run in some) * items for name, some in runs.items()
    }
    peaks = {name: max(run.peak / run.items for run in some) * items for name, some in runs.items()}
    first = min(run.first for run in runs["client"]) * 1_000
    return {
        **{peer: bench.ratio(seconds, peer, "client") for peer in ("ijson", "whole", _PEER)},
        "memory": Measured(peaks["client"], peaks, "MB"),
        "memory of a million": Measured(million.peak, {"client": million.peak}, "MB"),
        "first": Measured(first, {"client": first}, "ms"),
    }
