"""Unsolicited bytes are never taken for a response: over TCP and over TLS."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from tests.support.clients import Aiohttp
from tests.support.keeping import Keeping
from toggl_focus import TransportError
from toggl_focus.testing import FakeClock

if TYPE_CHECKING:
    from tests.support.clients import Connect

NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)


def block(number: int) -> bytes:
    """A time block with this id."""
    when = "2026-01-12T09:00:00Z"
    value = {"id": number, "workspace_id": 10, "task_id": 100, "toggl_user_id": 5}
    return json.dumps({**value, "start": when, "created_at": when}).encode()


def response(status: str, body: bytes, *headers: str) -> bytes:
    """A complete response."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


WRONG = response("200 OK", block(666))
BUSY = response("503 Service Unavailable", b"", "Retry-After: 1")
SURPLUS = {
    "another response": WRONG,
    "a response that asks to come back": BUSY,
    "the beginning of a response": WRONG[:20],
    "a line break": b"\r\n",
    "garbage": b"\x00\xff\x00",
}
FIRST = {
    "of a given length": response("200 OK", block(1)),
    "in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
    % (len(block(1)), block(1)),
}


class Tls(Keeping):
    """The same over TLS."""

    def __init__(self, certificate: trustme.LeafCert) -> None:
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._tls)
        super().__init__()

    @property
    def url(self) -> str:
        return super().url.replace("http:", "https:")

    def _play(self, connection: socket.socket) -> None:
        super()._play(self._tls.wrap_socket(connection, server_side=True))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(params=("tcp", "tls"))
def server(
    request: pytest.FixtureRequest,
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Keeping]:
    """A server that tells which connection a request came by."""
    if request.param == "tls":
        authority.cert_pem.write_to_path(tmp_path / "authority.pem")
        trusted = ssl.create_default_context(cafile=str(tmp_path / "authority.pem"))
        monkeypatch.setattr("toggl_focus._transport.own._certificates", lambda: trusted)
        made: Keeping = Tls(authority.issue_cert("127.0.0.1"))
    else:
        made = Keeping()
    yield made
    made.close()


@pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS.keys())
@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST.keys())
def test_what_follows_a_response_is_not_the_next_one(
    connect: Connect, server: Keeping, first: bytes, surplus: bytes
) -> None:
    server.responses.append([first + surplus])  # in one packet
    server.responses.append([response("200 OK", block(42))])
    client = connect(server.url)

    try:
        assert client.call("get", 100, 1).id == 1
    except TransportError:
        assert connect.kind is Aiohttp  # which refuses the response with what follows it
    assert client.call("get", 100, 42).id == 42

    if connect.kind is not Aiohttp:  # which drops the beginning of a response, and goes on
        assert server.connections == [0, 1]


@pytest.mark.parametrize("status", ("400 Bad Request", "204 No Content"))
def test_nor_what_follows_an_error_or_an_empty_response(
    connect: Connect, server: Keeping, status: str
) -> None:
    empty = f"HTTP/1.1 {status}\r\n{'' if '204' in status else 'Content-Length: 0'}\r\n".encode()
    server.responses.append([empty.replace(b"0\r\n", b"0\r\n\r\n") + WRONG])
    server.responses.append([response("200 OK", block(42))])
    client = connect(server.url)

    if "204" in status:
        client.call("archive", 100, 1)
    else:
        with pytest.raises(Exception, match="400 Bad Request"):
            client.call("get", 100, 1)
    assert client.call("get", 100, 42).id == 42

    assert server.connections == [0, 1]


def test_a_create_is_not_sent_twice_for_a_response_that_is_not_its_own(
    connect: Connect, server: Keeping
) -> None:
    server.responses.append([FIRST["of a given length"] + BUSY])
    server.responses.append([response("204 No Content", b"")])
    client = connect(server.url, max_retries=2, clock=FakeClock())

    client.call("get", 100, 1)
    client.call("archive", 100, 7)

    assert len(server.requests) == 2


@pytest.fixture
def connected_late(monkeypatch: pytest.MonkeyPatch) -> Callable[[threading.Semaphore], None]:
    """Has a client learn that it is connected only when the server has sent something."""

    def wait(sent: threading.Semaphore) -> None:
        sync: Any = socket.create_connection
        loop: Any = asyncio.BaseEventLoop.create_connection

        def connect(*args: object, **named: object) -> object:
            made = sync(*args, **named)
            assert sent.acquire(timeout=5)
            return made

        async def connect_async(self: object, *args: object, **named: object) -> object:
            made = await loop(self, *args, **named)
            await asyncio.to_thread(sent.acquire, timeout=5)
            return made

        monkeypatch.setattr(socket, "create_connection", connect)
        monkeypatch.setattr(asyncio.BaseEventLoop, "create_connection", connect_async)

    return wait


class Eager(Keeping):
    """Sends something to each new connection before it has read a request."""

    def __init__(self, greeting: bytes) -> None:
        self._greeting = greeting
        self.sent = threading.Semaphore(0)
        super().__init__()

    def _play(self, connection: socket.socket) -> None:
        connection.sendall(self._greeting)
        self.sent.release()
        super()._play(connection)


@pytest.mark.parametrize("greeting", (WRONG, BUSY, b"SSH-2.0-OpenSSH_9.2\r\n"))
@pytest.mark.parametrize("verb", ("get", "delete", "archive"))
def test_a_server_that_speaks_first_is_sent_nothing(
    connect: Connect,
    connected_late: Callable[[threading.Semaphore], None],
    verb: str,
    greeting: bytes,
) -> None:
    server = Eager(greeting)
    connected_late(server.sent)
    client = connect(server.url, max_retries=1, clock=FakeClock())

    try:
        with pytest.raises(TransportError, match="sent something before the request") as caught:
            client.call(verb, 100, 1)
    finally:
        server.close()

    assert server.requests == []
    assert not caught.value.sent
    assert caught.value.attempts == 2
