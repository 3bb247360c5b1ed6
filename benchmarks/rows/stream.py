"""A long stream from a socket to typed items, and the memory that takes."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.figures import Bench, Found, Measured
from benchmarks.server import serving
from benchmarks.streams import CONTENDERS, Run, alone

__all__ = ["measure"]

_PEER = "openapi_python_client_stock"


def measure(bench: Bench) -> Found:
    """Run each contender in a process of its own, in turns; the slowest only once."""
    thousands = bench.size(200, 5)
    with ExitStack() as servers:
        sizes = (1, thousands, thousands * 5)
        small, many, most = (servers.enter_context(serving(size)) for size in sizes)
        runs: dict[str, list[Run]] = {name: [] for name in CONTENDERS if name not in bench.missing}
        for number in range(bench.size(3, 1)):
            for name, some in runs.items():
                if name != _PEER or not number:
                    some.append(alone(name, small, many))
        million = alone("client", small, most)
    items = {name: {run.items for run in some} for name, some in runs.items()}
    if any(read != {thousands * 1_000} for read in items.values()):
        raise ValueError(f"not all items were read: {items}")
    seconds = {name: min(run.seconds for run in some) for name, some in runs.items()}
    peaks = {name: max(run.peak for run in some) for name, some in runs.items()}
    first = min(run.first for run in runs["client"]) * 1_000
    return {
        **{peer: bench.ratio(seconds, peer, "client") for peer in ("ijson", "whole", _PEER)},
        "memory": Measured(peaks["client"], peaks, "MB"),
        "memory of a million": Measured(million.peak, {"client": million.peak}, "MB"),
        "first": Measured(first, {"client": first}, "ms"),
    }
