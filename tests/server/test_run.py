"""Starting and stopping: quickly, cleanly, and with a word on what is in the way."""

from __future__ import annotations

import json
import logging
import socket
import threading
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from tests.server.focus import Focus
from toggl_focus_conformance import ReferenceServer, StartError


def test_a_stopped_server_leaves_no_thread_and_no_socket() -> None:
    threads = threading.active_count()
    with ReferenceServer() as server:
        port = httpx.URL(server.url).port
        assert httpx.get(server.url).status_code == 404

    assert threading.active_count() == threads
    with ReferenceServer(port=port or 0) as again:
        assert again.url == server.url


def test_a_server_can_be_stopped_before_it_was_started_and_twice() -> None:
    server = ReferenceServer()

    server.stop()
    server.stop()


def test_a_server_stops_with_idle_connections_open() -> None:
    with httpx.Client() as http:
        with ReferenceServer() as server:
            http.get(server.url)

        with pytest.raises(httpx.ConnectError):
            http.get(server.url)


@pytest.mark.parametrize("host", ("127.0.0.1", "localhost", "::1"))
def test_the_url_can_be_used_as_it_is(host: str) -> None:
    try:
        server = ReferenceServer(host)
    except StartError:
        pytest.skip(f"this machine has no {host}")

    with server:
        assert httpx.get(f"{server.url}/nothing").status_code == 404
    assert server.url.endswith("/api")


def test_a_taken_port_is_reported(focus: Focus) -> None:
    port = httpx.URL(focus.server.url).port

    with pytest.raises(StartError, match=f"127.0.0.1:{port} is taken"):
        ReferenceServer(port=port or 0)


@pytest.mark.parametrize("port", (-1, 65_536, "8000"))
def test_an_invalid_port_is_reported(port: Any) -> None:
    with pytest.raises(StartError, match=f"port must be a number from 0 to 65535, got {port!r}"):
        ReferenceServer(port=port)


@pytest.mark.parametrize("host", ("no host", "..", "x" * 70))
def test_a_host_that_does_not_resolve_is_reported(host: str) -> None:
    with pytest.raises(StartError, match="cannot resolve the host"):
        ReferenceServer(host)


def test_a_host_of_another_machine_is_reported() -> None:
    with pytest.raises(StartError, match=r"cannot listen on 192\.0\.2\.1:0"):
        ReferenceServer("192.0.2.1")


def test_small_responses_do_not_wait_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    accepted: list[int] = []
    accept = socket.socket.accept

    def look(listener: socket.socket) -> tuple[socket.socket, object]:
        connection, address = accept(listener)
        accepted.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return connection, address

    monkeypatch.setattr(socket.socket, "accept", look)
    with ReferenceServer() as server:
        httpx.get(server.url)

    assert accepted == [1]


def say(focus: Focus, request: bytes) -> tuple[str, bytes]:
    """Send bytes as they are; the status line and the body of what comes back until the end."""
    url = httpx.URL(focus.server.url)
    with socket.create_connection((url.host, url.port or 0), timeout=5) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as response:
            head, _, body = response.read().partition(b"\r\n\r\n")
    return head.decode().split("\r\n")[0], body


TOO_LARGE = "the request line and headers are larger than 65536 bytes"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "status", "reason"),
    (
        (b"GET / HTTP/1.1\r\n\r\n", 400, "no valid HTTP: Missing mandatory Host: header"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nhidden\r\n\r\n", 400, "no valid HTTP: illegal header line"),
        (b"GET /hid'den\xff HTTP/1.1\r\n\r\n", 400, "no valid HTTP: illegal request line"),
        (b"GET /" + b"x" * 200_000, 431, TOO_LARGE),
        (b"GET / HTTP/1.1\r\nHost: x\r\na: " + b"x" * 66_000 + b"\r\n\r\n", 431, TOO_LARGE),
        (CHUNKED + b"2\r\n{}hidden\r\n", 400, "no valid HTTP: malformed chunk footer"),
        (CHUNKED + b"1\r\n \r\n" * 10_001, 400, "no valid HTTP: more than 10000 chunks"),
    ),
    ids=("host", "header", "target", "target length", "header length", "chunk", "chunks"),
)
def test_what_is_not_http_is_refused_and_logged_but_not_quoted(
    focus: Focus, caplog: pytest.LogCaptureFixture, request_: bytes, status: int, reason: str
) -> None:
    caplog.set_level(logging.INFO, "toggl_focus_server")
    if request_.startswith(CHUNKED):  # to something that reads its body
        request_ = request_.replace(
            b"/ HTTP", focus.http.base_url.raw_path + b"time-blocks/bulk HTTP"
        )

    line, body = say(focus, request_)

    assert line == f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    assert json.loads(body)["error_description"] == reason
    assert json.loads(body)["error"] == "validation"
    assert f"- - {status} - {reason}" in caplog.messages
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("origin", ("http://x", "HTTPS://me:hidden@x:80"))
def test_a_target_may_name_its_origin(demo: Focus, origin: str) -> None:
    path = f"{demo.http.base_url.path}tasks/100/time-blocks?per_page=1"
    head = f"Host: x\r\nConnection: close\r\nAuthorization: {demo.http.headers['authorization']}"

    status, body = say(demo, f"GET {origin}{path} HTTP/1.1\r\n{head}\r\n\r\n".encode())

    assert status == "HTTP/1.1 200 OK"
    assert json.loads(body)["per_page"] == 1


@pytest.mark.parametrize("rest", ("", "?a=b", "/"))
def test_an_origin_alone_is_the_root(focus: Focus, rest: str) -> None:
    request = f"GET http://x{rest} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    _, body = say(focus, request.encode())

    assert json.loads(body)["base_url"] == "http://x/api"


@pytest.mark.parametrize("empty", (b"\r\n", b"\r\n" * 3))
def test_empty_lines_before_a_request_are_ignored(demo: Focus, empty: bytes) -> None:
    path = f"{demo.http.base_url.path}tasks/100/time-blocks?per_page=1".encode()
    head = f"Host: x\r\nAuthorization: {demo.http.headers['authorization']}\r\n".encode()
    request = b"GET " + path + b" HTTP/1.1\r\n" + head

    status, body = say(
        demo, empty + request + b"\r\n" + empty + request + b"Connection: close\r\n\r\n"
    )

    assert status == "HTTP/1.1 200 OK"
    assert body.count(b'"per_page":1') == 2


def test_an_empty_line_may_arrive_byte_by_byte(focus: Focus) -> None:
    url = httpx.URL(focus.server.url)
    with socket.create_connection((url.host, url.port or 0), timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n":
            connection.sendall(bytes([byte]))
        with connection.makefile("rb") as response:
            assert response.read().startswith(b"HTTP/1.1 200 OK")


def test_accounts_do_not_show_their_secrets(focus: Focus) -> None:
    account = focus.server.account

    assert account.api_key not in repr(account)
    assert account.password not in repr(account)
