"""A thousand changes, a hundred in a call: what it takes to encode and send them.

Most of the time goes into ten HTTP calls and the wait for their responses, whatever is in them. So
what is judged is how much longer ten calls take with a hundred entries each than with one each. How
long all of it takes is shown as well, beside httpx with entries that are encoded already.
"""

from __future__ import annotations

from itertools import chain
from operator import sub
from statistics import median

from benchmarks.figures import Bench, Found
from benchmarks.server import serving
from benchmarks.updaters import CONTENDERS, Turns, alone

__all__ = ["measure"]

_PEERS = ("openapi_python_client_stock", "openapi_generator_urllib3")


def measure(bench: Bench) -> Found:
    """Let each take turns in a process of its own, with entries that are made beforehand."""
    turns: dict[str, list[Turns]] = {name: [] for name in CONTENDERS if name not in bench.missing}
    with serving() as url:
        for _ in range(bench.size(4, 1)):
            for name, some in turns.items():
                some.append(alone(name, url, bench.size(1_000, 200), bench.size(8, 2)))
    whole = {
        name: median(chain.from_iterable(each.whole for each in some))
        for name, some in turns.items()
    }
    more = {
        name: median(chain.from_iterable(map(sub, each.hundreds, each.ones) for each in some))
        for name, some in turns.items()
    }
    return {
        **{peer: bench.ratio(more, peer, "client") for peer in _PEERS},
        **{f"over HTTP {peer}": bench.ratio(whole, peer, "client") for peer in ("httpx", *_PEERS)},
    }
