"""Bodies that cannot be read: an error keeps its status, and none takes memory without limit."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.wire import Wire
from toggl_focus import (
    APIError,
    DecodeError,
    Event,
    Hook,
    NotFound,
    PaymentRequired,
    ServerError,
    TooManyRequests,
    TransportError,
    Unauthorized,
)
from toggl_focus.testing import FakeClock

if TYPE_CHECKING:
    from tests.support.clients import Connect

GONE = json.dumps({"error": "gone", "error_description": "It is gone", "trace_id": "0" * 32})
STATUSES: dict[str, tuple[type[APIError], int]] = {
    "401 Unauthorized": (Unauthorized, 1),
    "402 Payment Required": (PaymentRequired, 1),
    "404 Not Found": (NotFound, 1),
    "429 Too Many Requests": (TooManyRequests, 3),
    "503 Service Unavailable": (ServerError, 3),
}


def head(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *headers, "", ""]).encode()


PACKED = gzip.compress(GONE.encode())
BODIES: dict[str, tuple[tuple[str, ...], list[Any]]] = {
    "an encoding that is a charset": (
        (f"Content-Length: {len(GONE)}", "Content-Encoding: UTF-8"),
        [GONE.encode()],
    ),
    "invalid gzip": (
        (f"Content-Length: {len(GONE)}", "Content-Encoding: gzip"),
        [GONE.encode()],
    ),
    "gzip that is cut": (("Content-Length: 20", "Content-Encoding: gzip"), [PACKED[:20]]),
    "gzip whose checksum is wrong": (
        (f"Content-Length: {len(PACKED)}", "Content-Encoding: gzip"),
        [PACKED[:-8] + bytes(8)],
    ),
    "a body that is cut": (("Content-Length: 500",), [GONE.encode()]),
    "invalid chunks": (("Transfer-Encoding: chunked",), [b"2\r\n{}\r\nnone\r\n"]),
    "chunks that are cut": (("Transfer-Encoding: chunked",), [b"500\r\n{"]),
    "silence": (("Content-Length: 500",), [b"{", None]),
    "no UTF-8": (("Content-Length: 4",), [b'"\xff\xfe"']),
    "too much": (("Content-Length: 3000000",), [b" " * 3_000_000]),
}


@pytest.fixture
def _small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toggl_focus._transport.body.LARGEST", 2_000_000)


@pytest.mark.usefixtures("_small_limit")
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("status", STATUSES)
def test_an_error_response_keeps_its_status_whatever_its_body_is(
    connect: Connect, wire: Wire, status: str, body: tuple[tuple[str, ...], list[Any]]
) -> None:
    headers, chunks = body
    wire.responses += [[head(status, *headers), *chunks]] * 3
    kind, attempts = STATUSES[status]
    # Long enough for the headers to arrive on a busy machine.
    timeout = httpx.Timeout(30, read=0.5 if None in chunks else 30)
    client = connect(wire.url, max_retries=2, clock=FakeClock(), timeout=timeout)

    with pytest.raises(APIError) as caught:
        client.call("get", 100, 7)

    assert type(caught.value) is kind
    assert caught.value.status == int(status[:3])
    assert caught.value.attempts == attempts


@pytest.mark.parametrize("verb", ("get", "stream", "archive"))
def test_an_error_names_what_was_wrong_with_its_body(
    connect: Connect, wire: Wire, verb: str
) -> None:
    when = datetime(2026, 1, 12, tzinfo=UTC)
    arguments: dict[str, Any] = {
        "get": {"task_id": 100, "time_block_id": 7},
        "stream": {"date_from": when, "date_to": when},
        "archive": {"task_id": 100, "time_block_id": 7},
    }
    wire.respond("404 Not Found", GONE.encode(), "Content-Encoding: gzip")

    with pytest.raises(NotFound) as caught:
        connect(wire.url).call(verb, **arguments[verb])

    assert isinstance(caught.value.__cause__, DecodeError)
    assert "Its body could not be read: " in caught.value.__notes__[0]
    assert "incorrect header check" in caught.value.__notes__[0]


@pytest.mark.parametrize("encoding", ("UTF-8", "none", "identity", ""))
def test_an_encoding_that_encodes_nothing_changes_nothing(
    connect: Connect, wire: Wire, encoding: str
) -> None:
    wire.respond("200 OK", b'{"data":[]}', f"Content-Encoding: {encoding}")

    assert connect(wire.url).call("list_for_task", 100).data == []


def test_a_small_response_that_decompresses_into_much_is_an_error(
    connect: Connect, wire: Wire
) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    mebibyte = bytes(2**20)
    body = b"".join(packer.compress(mebibyte) for _ in range(200)) + packer.flush()
    wire.respond("200 OK", body, "Content-Encoding: gzip")
    client = connect(wire.url)

    tracemalloc.start()
    try:
        with pytest.raises(DecodeError, match=r"the response is larger than 100 MiB; request less"):
            client.call("get", 100, 7)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 150 * 2**20


class Peak(Hook):
    """Notes how much memory an attempt has taken at most."""

    bytes = 0

    def after(self, event: Event) -> None:  # noqa: ARG002  (as a Hook has it)
        _, self.bytes = tracemalloc.get_traced_memory()


def test_a_large_response_is_in_memory_once(connect: Connect, wire: Wire) -> None:
    body = b'{"data":[],"more":"%b"}' % (b"x" * 40 * 2**20)
    wire.responses.append([head("200 OK", f"Content-Length: {len(body)}"), body])
    peak = Peak()
    client = connect(wire.url, hooks=[peak])

    tracemalloc.start()
    try:
        client.call("list_for_task", 100)
    finally:
        tracemalloc.stop()

    assert len(body) < peak.bytes < 1.5 * len(body)


CUTS: dict[str, list[Any]] = {
    "reset, of unknown length": [head("200 OK"), b"%b\n", Wire.RESET],
    "reset, of a given length": [head("200 OK", "Content-Length: 5000"), b"%b\n", Wire.RESET],
    "reset, in chunks": [head("200 OK", "Transfer-Encoding: chunked"), b"80\r\n%b\n", Wire.RESET],
    "closed, of a given length": [head("200 OK", "Content-Length: 5000"), b"%b\n"],
    "closed, in chunks": [head("200 OK", "Transfer-Encoding: chunked"), b"80\r\n%b\n"],
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
@pytest.mark.parametrize("form", ("lines", "array", "one"))
def test_a_cut_is_a_transport_error_in_every_form(
    connect: Connect, wire: Wire, form: str, cut: list[Any]
) -> None:
    block = (
        b'{"id":7,"workspace_id":10,"task_id":100,"toggl_user_id":5,"start":'
        b'"2026-01-12T09:00:00Z","created_at":"2026-01-12T09:00:00Z"}'
    )
    text = {"lines": block, "array": b"[" + block, "one": block[:-9]}[form]
    wire.responses += [
        [part.replace(b"%b", text) if part is not Wire.RESET else part for part in cut]
    ]
    when = datetime(2026, 1, 12, tzinfo=UTC)
    client = connect(wire.url)

    arguments: dict[str, Any] = {"date_from": when, "date_to": when}
    if form == "one":
        arguments = {"task_id": 100, "time_block_id": 7}

    with pytest.raises(TransportError):
        client.call("get" if form == "one" else "stream", **arguments)
