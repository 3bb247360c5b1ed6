"""What reads a long stream into typed items: each a program of its own, so that memory tells.

`python -m benchmarks.streams NAME SMALL LARGE` reads the small stream to warm up, then the large
one, and writes what that took.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from time import perf_counter

import httpx
import msgspec

from benchmarks.account import CREDENTIALS, HEADERS, WHERE
from benchmarks.data import MONDAY, SUNDAY
from benchmarks.getters import openapi_python_client
from benchmarks.memory import forget, peak
from toggl_focus import TimeBlockWithTask, TogglFocus

__all__ = ["CONTENDERS", "Run", "alone"]

_PEER = "openapi_python_client_stock"
_TARGET = "/organizations/{}/workspaces/{}/time-blocks/stream?".format(*WHERE)


class Run(msgspec.Struct):
    """What one run of a contender took. peak: in MB over what was needed before."""

    seconds: float
    first: float
    peak: float
    items: int


def alone(name: str, small: str, large: str) -> Run:
    """Run one in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.streams", name, small, large]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603  (our own words)
    return msgspec.json.decode(run.stdout, type=Run)


@contextmanager
def _client(url: str) -> Generator[Iterator[object]]:
    with TogglFocus(base_url=url, **CREDENTIALS) as client:
        yield client.time_blocks.stream(date_from=MONDAY, date_to=SUNDAY)


@contextmanager
def _ijson(url: str) -> Generator[Iterator[object]]:
    ijson = import_module("ijson")
    fast = ijson.get_backend("yajl2_c")

    def items() -> Iterator[object]:
        with client.stream("GET", url + _TARGET) as response:
            for item in fast.items(ijson.from_iter(response.iter_raw()), "item", use_float=True):
                yield msgspec.convert(item, TimeBlockWithTask)

    with httpx.Client(headers=HEADERS) as client:
        yield items()


@contextmanager
def _whole(url: str) -> Generator[Iterator[object]]:
    decode = msgspec.json.Decoder(list[TimeBlockWithTask]).decode

    def items() -> Iterator[object]:
        yield from decode(client.get(url + _TARGET).content)

    with httpx.Client(headers=HEADERS) as client:
        yield items()


@contextmanager
def _openapi_python_client(url: str) -> Generator[Iterator[object]]:
    stream = import_module(f"{_PEER}.api.time_blocks.stream_time_blocks")

    def items() -> Iterator[object]:
        yield from stream.sync(*WHERE, client=client, date_from=MONDAY, date_to=SUNDAY)

    with openapi_python_client(url) as client:
        yield items()


CONTENDERS: Mapping[str, Callable[[str], AbstractContextManager[Iterator[object]]]] = {
    "client": _client,
    "ijson": _ijson,
    "whole": _whole,
    _PEER: _openapi_python_client,
}


def _run(name: str, small: str, large: str) -> Run:
    contender = CONTENDERS[name]
    with contender(small) as items:
        deque(items, maxlen=0)
    gc.collect()
    forget()
    before = peak()
    with contender(large) as items:
        begun = perf_counter()
        next(items)
        first = perf_counter() - begun
        count = 1 + sum(1 for _ in items)
        seconds = perf_counter() - begun
    return Run(seconds, first, peak() - before, count)


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(_run(*sys.argv[1:])))
