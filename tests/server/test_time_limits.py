"""Slow and silent clients are given up, and others do not notice them."""

from __future__ import annotations

import json
import logging
import resource
import signal
import socket
import sys
from pathlib import Path
from queue import SimpleQueue

import httpx
import pytest

from tests.server.focus import YEAR, Focus, Serve, Spawn, exchange, request, row
from toggl_focus_conformance import TimeLimits

MANY = 6000
BLOCKS = "/api/organizations/1/workspaces/10/tasks/100/time-blocks"
SHORT = 0.2


def connect(focus: Focus) -> socket.socket:
    url = httpx.URL(focus.server.url)
    return socket.create_connection((url.host, url.port or 0), timeout=10)


def rest(connection: socket.socket) -> bytes:
    """What is received until the server closes the connection."""
    with connection.makefile("rb") as file:
        return file.read()


def trickle(connection: socket.socket, data: bytes) -> None:
    """Send something until nobody takes it any more."""
    while True:
        connection.sendall(data)


def refused(response: bytes) -> tuple[str, str]:
    head, _, body = response.partition(b"\r\n\r\n")
    return head.decode().splitlines()[0], json.loads(body)["error_description"]


def test_a_head_that_does_not_end_is_408(serve: Serve) -> None:
    focus = serve(limits=TimeLimits(head=SHORT))

    with connect(focus) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost:")
        response = rest(connection)

    assert refused(response) == (
        "HTTP/1.1 408 Request Timeout",
        "the request line and headers took more than 0.2 s",
    )


def test_a_late_request_gets_a_code_and_the_end_of_its_connection(serve: Serve) -> None:
    focus = serve(limits=TimeLimits(head=SHORT))

    with connect(focus) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        head, _, body = rest(connection).partition(b"\r\n\r\n")

    assert b"\r\nconnection: close" in head.lower()
    assert json.loads(body)["error"] == "timeout"


def test_a_head_that_trickles_in_gains_no_time(serve: Serve) -> None:
    focus = serve(limits=TimeLimits(head=SHORT))

    with connect(focus) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(ConnectionError):
            trickle(connection, b"a: b\r\n")


def test_a_connection_on_which_nothing_is_sent_is_closed(serve: Serve) -> None:
    focus = serve(limits=TimeLimits(head=SHORT))

    with connect(focus) as connection:
        assert rest(connection) == b""


def test_a_body_that_does_not_end_is_408_and_nothing_is_done(serve: Serve) -> None:
    focus = serve(limits=TimeLimits(body=SHORT))
    whole = request("POST", BLOCKS, body=b'{"start":"2026-03-02T09:00:00Z"}')

    with connect(focus) as connection:
        connection.sendall(whole[:-1])
        response = rest(connection)
        # too late
        with pytest.raises(ConnectionError):
            trickle(connection, whole[-1:])

    assert refused(response) == ("HTTP/1.1 408 Request Timeout", "the body took more than 0.2 s")
    assert focus.ids() == []


def test_the_rest_of_a_body_is_not_waited_for_once_the_response_is_sent(serve: Serve) -> None:
    focus = serve(limits=TimeLimits(body=SHORT))

    with connect(focus) as connection:
        connection.sendall(request("POST", "/nothing", body=b"{}", close=False)[:-1])
        response = rest(connection)

    assert refused(response)[0] == "HTTP/1.1 404 Not Found"


def test_a_body_that_is_not_described_is_not_waited_for(serve: Serve) -> None:
    focus = serve(seed="demo")

    with connect(focus) as connection:
        connection.sendall(request("POST", f"{BLOCKS}/1001/archive", body=b"{}")[:-1])

        assert connection.recv(65_536).startswith(b"HTTP/1.1 204 No Content")


def test_an_idle_connection_is_closed(serve: Serve) -> None:
    focus = serve(limits=TimeLimits(idle=SHORT))

    with connect(focus) as connection:
        connection.sendall(request("GET", "/health", close=False))
        assert rest(connection).startswith(b"HTTP/1.1 200 OK")


def test_a_second_request_has_its_own_time(serve: Serve) -> None:
    focus = serve(limits=TimeLimits(head=SHORT))

    with connect(focus) as connection:
        connection.sendall(request("GET", "/health", close=False))
        received = b""
        while not received.endswith(b"}\n"):
            received += connection.recv(65_536)
        connection.sendall(b"GET / HT")
        response = rest(connection)

    assert refused(response)[0] == "HTTP/1.1 408 Request Timeout"


def test_a_client_that_takes_nothing_of_a_stream_is_given_up(
    serve: Serve, lines: SimpleQueue[str]
) -> None:
    focus = serve(limits=TimeLimits(stalled=SHORT), validate=False)
    focus.server.app.store.insert_all(row(n) for n in range(MANY))
    stream = httpx.URL("/api/organizations/1/workspaces/10/time-blocks/stream", params=YEAR)

    with connect(focus) as connection:
        connection.sendall(request("GET", str(stream)))

        assert lines.get(timeout=5).endswith("cut")


def test_silent_clients_do_not_keep_others_waiting(serve: Serve) -> None:
    focus = serve()
    silent = [connect(focus) for _ in range(100)]
    for number, connection in enumerate(silent):
        connection.sendall(request("POST", BLOCKS, body=b"{}")[: -1 - number])

    created = focus.create()

    assert focus.get(created) == created
    for connection in silent:
        connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="file descriptors are counted in /proc")
def test_a_server_without_file_descriptors_says_so_once_and_recovers(
    spawn: Spawn, tmp_path: Path
) -> None:
    process = spawn("--database", str(tmp_path / "state"))
    pid = process.popen.pid
    free = 5
    used = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    _, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + free, hard))
    url = httpx.URL(process.url)
    stream = f"{process.url}/organizations/1/workspaces/10/time-blocks/stream"

    with httpx.Client(headers=process.headers) as http:
        assert http.get(f"{url}/openapi.json").status_code == 200  # it keeps its connection
        others = [socket.create_connection((url.host, url.port or 0)) for _ in range(2 * free)]
        # accepted one after the other: when this one was, the server has run out
        starved = http.get(stream, params=YEAR)
        page = http.get(stream.removesuffix("/stream"), params=YEAR)
    for other in others:
        other.close()
    recovered = httpx.get(stream, params=YEAR, headers=process.headers, timeout=10)
    status, _, log = process.stop(signal.SIGTERM)

    assert (starved.status_code, starved.json()["error"]) == (503, "unavailable")
    assert starved.headers["retry-after"] == "1"
    assert (page.status_code, recovered.status_code, status) == (200, 200, 0)
    assert log.count("no connection can be accepted until another closes: Too many open files") == 1
    assert "Traceback" not in log
    assert len(log.splitlines()) <= 8


def test_limits_have_defaults_and_are_in_seconds() -> None:
    assert TimeLimits() == TimeLimits(head=10, body=30, idle=60, stalled=60, locked=5)


def test_a_request_that_was_refused_gets_no_response_later(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "toggl_focus_server")
    focus = serve(limits=TimeLimits(head=SHORT))

    with connect(focus) as connection:
        connection.sendall(request("GET", BLOCKS)[:-2])
        with connection.makefile("rb") as file:
            assert file.readline() == b"HTTP/1.1 408 Request Timeout\r\n"
            connection.sendall(b"\r\n")
            file.read()

    assert exchange(focus.server, request("GET", "/health")).startswith(b"HTTP/1.1 200")
    assert caplog.messages == ["- - 408 - the request line and headers took more than 0.2 s"]
