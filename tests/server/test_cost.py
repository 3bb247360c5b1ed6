"""No request under 1 MiB keeps the server busy for long, whatever its shape."""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Self

import pytest

from tests.server.focus import exchange, request
from toggl_focus_conformance import ReferenceServer

Shape = Callable[[int], bytes]

if sys.platform != "linux":
    pytest.skip("CPU time of another thread is read as Linux has it", allow_module_level=True)

MIB = 2**20 - 2**12
WORKSPACE = "/api/organizations/1/workspaces/10"
BLOCKS = f"{WORKSPACE}/tasks/100/time-blocks"
BULK = f"{WORKSPACE}/time-blocks/bulk"
STREAM = f"{WORKSPACE}/time-blocks/stream"
START = b'"start":"2026-03-01T00:00:00Z"'
CHUNKED = request("POST", BLOCKS, "Content-Type: application/json", "Transfer-Encoding: chunked")


def post(body: bytes, target: str = BLOCKS, method: str = "POST") -> bytes:
    return request(method, target, body=body)


def field(name: bytes, value: bytes) -> bytes:
    return b"{" + START + b',"' + name + b'":' + value + b"}"


def many(unit: bytes, size: int) -> bytes:
    return b",".join([unit] * (size // (len(unit) + 1)))


def listed(unit: bytes, size: int) -> bytes:
    return b"[" + many(unit, size) + b"]"


def keys(size: int, last: bytes = b"") -> bytes:
    return b"{" + START + b"," + b",".join(b'"%05x":1' % n for n in range(size // 10)) + last + b"}"


def same(size: int) -> bytes:
    """One key more, which is there already."""
    return b',"%05x":2' % (size // 10 - 1)


BODIES: dict[str, Shape] = {
    "many keys": lambda n: post(keys(n)),
    "the last key twice": lambda n: post(keys(n, same(n))),
    "the first key twice": lambda n: post(keys(n, b',"00000":2')),
    "a key twice further in": lambda n: post(field(b"x", keys(n, same(n)))),
    "a long key twice": lambda n: post(
        b'{"%s":1,"%s":1}' % (b"k" * (n // 2), b"k" * (n // 2)),
    ),
    "an escaped key twice": lambda n: post(
        b'{"%s":1,"%s":1}' % (b"\\u00e9" * (n // 12), b"\\u00e9" * (n // 12)),
    ),
    "lists in lists": lambda n: post(field(b"x", b"[" * (n // 2) + b"]" * (n // 2))),
    "objects in objects": lambda n: post(field(b"x", b'{"a":' * (n // 6) + b"1" + b"}" * (n // 6))),
    "lists that do not end": lambda n: post(b"[" * n),
    "a hundred lists in each other": lambda n: post(
        field(b"x", listed(b"[" * 100 + b"]" * 100, n))
    ),
    "a hundred lists for a time": lambda n: post(
        b'{"start":%s}' % listed(b"[" * 100 + b"]" * 100, n)
    ),
    "empty lists": lambda n: post(field(b"x", listed(b"[]", n))),
    "empty objects": lambda n: post(field(b"x", listed(b"{}", n))),
    "small objects": lambda n: post(field(b"x", listed(b'{"a":1}', n))),
    "small numbers": lambda n: post(field(b"x", listed(b"1", n))),
    "fractions": lambda n: post(field(b"x", listed(b"1.5", n))),
    "numbers close to the largest": lambda n: post(
        field(b"x", listed(b"1.7976931348623157e308", n))
    ),
    "numbers of 4299 digits": lambda n: post(field(b"x", listed(b"9" * 4299, n))),
    "an integer": lambda n: post(field(b"x", b"9" * n)),
    "a duration": lambda n: post(field(b"duration", b"9" * n)),
    "a fraction": lambda n: post(field(b"duration", b"1." + b"1" * n)),
    "an exponent": lambda n: post(field(b"x", b"1e-" + b"9" * n)),
    "a string": lambda n: post(field(b"x", b'"' + b"a" * n + b'"')),
    "a string for a time": lambda n: post(b'{"start":"%s"}' % (b"2" * n)),
    "a fraction of a second": lambda n: post(b'{"start":"2026-03-01T00:00:00.%sZ"}' % (b"2" * n)),
    "escapes": lambda n: post(field(b"x", b'"' + b"\\u00e9" * (n // 6) + b'"')),
    "surrogates": lambda n: post(field(b"x", b'"' + b"\\ud83d\\ude00" * (n // 12) + b'"')),
    "lone surrogates": lambda n: post(field(b"x", b'"' + b"\\ud83d" * (n // 6) + b'"')),
    "no UTF-8": lambda n: post(field(b"x", b'"' + b"\xff" * n + b'"')),
    "spaces": lambda n: post(b" " * n + field(b"x", b"1")),
    "lines, then no JSON": lambda n: post(b"\n" * n + b"x"),
    "a list for an object": lambda n: post(listed(b"1", n)),
    "a list for a time": lambda n: post(b'{"start":%s}' % listed(b"1", n)),
    "an object for a time": lambda n: post(b'{"start":%s}' % keys(n)),
    "entries": lambda n: post(
        b'{"time_blocks":%s}' % listed(b"{" + START + b',"task_id":100}', n), BULK
    ),
    "malformed entries": lambda n: post(b'{"time_blocks":%s}' % listed(b"{}", n), BULK),
    "numbers for entries": lambda n: post(b'{"time_blocks":%s}' % listed(b"1", n), BULK),
    "an entry with many keys": lambda n: post(
        b'{"time_blocks":[%s]}' % keys(n, b',"task_id":100'), BULK
    ),
    "changes": lambda n: post(listed(b'{"id":1001}', n), BULK, "PATCH"),
    "strings for changes": lambda n: post(listed(b'""', n), BULK, "PATCH"),
    "chunks of 1 byte": lambda n: CHUNKED + b"1\r\n \r\n" * (n // 6) + b"0\r\n\r\n",
    "chunks with extensions": lambda n: CHUNKED + b"1;a\r\n \r\n" * (n // 8) + b"0\r\n\r\n",
    "chunks with zeros": lambda n: (
        CHUNKED + b"%s1\r\n \r\n" % (b"0" * 18) * (n // 24) + b"0\r\n\r\n"
    ),
    "chunks of 1000 bytes": lambda n: (
        CHUNKED + b"3e8\r\n%s\r\n" % (b" " * 1000) * (n // 1007) + b"0\r\n\r\n"
    ),
    "trailers": lambda n: CHUNKED + b"0\r\n" + b"a:\r\n" * (n // 4) + b"\r\n",
    "empty lines": lambda n: b"\r\n" * (n // 2) + request("GET", BLOCKS),
    "pipelined requests": lambda n: (
        request("GET", "/health", close=False) * (n // 10_000) + request("GET", "/health")
    ),
}

# as large as a head may be
HEADS: dict[str, Shape] = {
    "headers": lambda n: request("GET", BLOCKS, *["a:"] * (n // 4)),
    "credentials": lambda n: request("GET", BLOCKS, *["Authorization: Basic YTpi"] * (n // 27)),
    "folded lines": lambda n: request("GET", BLOCKS, "a: b", *[" c"] * (n // 4)),
    "a long header": lambda n: request("GET", BLOCKS, "a: " + "x" * n),
    "spaces in a header": lambda n: request("GET", BLOCKS, "a: x" + " " * n + "x"),
    "a list of connections": lambda n: request("GET", BLOCKS, "Connection: " + "a," * (n // 2)),
    "a list of lengths": lambda n: request("GET", BLOCKS, "Content-Length: " + "0," * (n // 2)),
    "requested headers": lambda n: request(
        "OPTIONS",
        BLOCKS,
        "Origin: http://x",
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: " + "a," * (n // 2),
    ),
    "accepted types": lambda n: request("GET", "/", "Accept: " + "a/b," * (n // 4)),
    "a path": lambda n: request("GET", f"{BLOCKS}/{'9' * n}"),
    "segments": lambda n: request("GET", "/api" + "/a" * (n // 2)),
    "slashes": lambda n: request("GET", "/" * n),
    "percent signs": lambda n: request("GET", f"{BLOCKS}/{'%' * n}"),
    "percent-encoded digits": lambda n: request("GET", f"{BLOCKS}/{'%31' * (n // 3)}"),
    "ids": lambda n: request("DELETE", f"{BULK}?ids={'1,' * (n // 2)}1"),
    "invalid ids": lambda n: request("DELETE", f"{BULK}?ids={'a,' * (n // 2)}1"),
    "repeated ids": lambda n: request("DELETE", f"{BULK}?{'ids=1&' * (n // 6)}"),
    "keys of an order": lambda n: request("GET", f"{BLOCKS}?order_by={'start,' * (n // 6)}start"),
    "unknown keys of an order": lambda n: request("GET", f"{BLOCKS}?order_by={'a,' * (n // 2)}a"),
    "unknown parameters": lambda n: request(
        "GET", f"{BLOCKS}?{'&'.join(f'{i:x}=' for i in range(n // 7))}"
    ),
    "ampersands": lambda n: request("GET", f"{BLOCKS}?{'&' * n}"),
    "percent-encoded values": lambda n: request("GET", f"{BLOCKS}?page={'%41' * (n // 3)}"),
    "no UTF-8 in a query": lambda n: request("GET", f"{BLOCKS}?a={'%FF' * (n // 3)}"),
    "a page": lambda n: request("GET", f"{BLOCKS}?page={'9' * n}"),
    "a time": lambda n: request("GET", f"{STREAM}?date_from={'2' * n}&date_to=2026-01-05"),
    "a method": lambda n: request("A" * n, BLOCKS),
}


class Measured(ReferenceServer):
    """A server that knows how much CPU time its thread has spent."""

    def __enter__(self) -> Self:
        others = set(threading.enumerate())
        super().__enter__()
        (thread,) = set(threading.enumerate()) - others
        self._clock = time.pthread_getcpuclockid(thread.ident or 0)
        return self

    def cost(self, data: bytes) -> float:
        """The seconds that a request takes."""
        began = time.clock_gettime(self._clock)
        exchange(self, data)
        return time.clock_gettime(self._clock) - began


@pytest.fixture(scope="module")
def server() -> Iterator[Measured]:
    gc.collect()
    gc.freeze()  # what pytest holds is not gone through in the server's time
    with Measured(verbose=True) as server:
        exchange(server, request("GET", STREAM))
        yield server
    gc.unfreeze()


@pytest.fixture(scope="module")
def unit() -> float:
    """The seconds in which Python's own parser reads 1 MiB of small objects on this machine."""
    text = listed(b'{"a":1}', MIB)
    gc.disable()
    began = time.thread_time()
    json.loads(text)
    spent = time.thread_time() - began
    gc.enable()
    return spent


@pytest.mark.parametrize("shape", BODIES.values(), ids=BODIES)
def test_a_body_of_any_shape_costs_what_its_size_allows(
    server: Measured, unit: float, shape: Shape
) -> None:
    quarter = server.cost(shape(MIB // 4))
    whole = server.cost(shape(MIB))

    assert whole < 8 * max(quarter, unit)  # 16 times where it goes with the square of the size
    assert whole < 5 * unit


@pytest.mark.parametrize("size", (60_000, MIB), ids=("allowed", "too large"))
@pytest.mark.parametrize("shape", HEADS.values(), ids=HEADS)
def test_a_head_of_any_shape_costs_what_its_size_allows(
    server: Measured, unit: float, shape: Shape, size: int
) -> None:
    assert server.cost(shape(size)) < 5 * unit
