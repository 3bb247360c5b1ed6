"""What the log says, and that it never contains a credential."""

from __future__ import annotations

import base64
import logging
import re
import signal
import socket
import struct
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import httpx
import pytest

from tests.server.focus import KEY, Focus, Serve, Spawn, exchange, request, row
from toggl_focus_server.http import Protocol
from toggl_focus_server.redaction import Redaction

LOG = "toggl_focus_server"
TRACK_TOKEN = "0123456789abcdef0123456789abcdef"
UNKNOWN = "toggl_sk_" + "9" * 32
PASSWORD = "correct horse battery staple"
PAIR = base64.b64encode(f"mari@example.com:{PASSWORD}".encode()).decode()
SECRETS = (KEY, KEY[9:], UNKNOWN, UNKNOWN[9:], TRACK_TOKEN, PASSWORD, PAIR, "horse", "%5Fsk%5F5")

HEADERS = f"Authorization: Bearer {KEY}\r\nAuthorization: Basic {PAIR}\r\n"
BLOCKS = "/api/organizations/1/workspaces/10/tasks/100/time-blocks"
STREAM = (
    "/api/organizations/1/workspaces/10/time-blocks/stream"
    "?date_from=2026-01-01T00:00:00Z&date_to=2027-01-01T00:00:00Z"
)
ATTACKS = {
    "a stray header": f"Authorization: Bearer {KEY}\r\n\r\n",
    "a malformed header": f"GET / HTTP/1.1\r\nHost: x\r\n{KEY} {PASSWORD}\r\n\r\n",
    "a folded header": f"GET / HTTP/1.1\r\n {HEADERS}\r\n",
    "no host": f"GET / HTTP/1.1\r\n{HEADERS}\r\n",
    "half a head": f"GET {BLOCKS} HTTP/1.1\r\n{HEADERS}",
    "an invalid length": f"POST {BLOCKS} HTTP/1.1\r\nHost: x\r\nContent-Length: {KEY}\r\n\r\n",
    "an invalid chunk": f"POST {BLOCKS} HTTP/1.1\r\nHost: x\r\n{HEADERS}"
    f"Transfer-Encoding: chunked\r\n\r\n{KEY}\r\n",
    "an invalid coding": f"POST {BLOCKS} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {KEY}\r\n\r\n",
    "half a body": f"POST {BLOCKS} HTTP/1.1\r\nHost: x\r\n{HEADERS}"
    f'Content-Type: application/json\r\nContent-Length: 999\r\n\r\n{{"x":"{KEY}',
    "a stray header after a request": f"GET /health HTTP/1.1\r\nHost: x\r\n\r\nAuthorization: {KEY}\r\n\r\n",
    "a stream": f"GET {STREAM} HTTP/1.1\r\nHost: x\r\n{HEADERS.splitlines()[0]}\r\n\r\n",
    "a key in a path": f"GET {BLOCKS}/{KEY} HTTP/1.1\r\nHost: x\r\n\r\n",
    "an escaped key in a path": f"GET /{KEY.replace('_', '%5F')} HTTP/1.1\r\nHost: x\r\n\r\n",
    "a password in a path": f"GET /{PASSWORD.replace(' ', '%20')} HTTP/1.1\r\nHost: x\r\n\r\n",
    "a password in a target": f"GET http://mari:{PASSWORD.replace(' ', '+')}@x/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "a key in a query": f"GET {BLOCKS}?api_key={KEY}&page={KEY} HTTP/1.1\r\nHost: x\r\n"
    f"{HEADERS.splitlines()[0]}\r\n\r\n",
    "a password in a query": f"GET {BLOCKS}?page={PASSWORD.replace(' ', '+')} HTTP/1.1\r\nHost: x\r\n"
    f"{HEADERS.splitlines()[0]}\r\n\r\n",
    "a token in a query": f"GET {BLOCKS}?page={TRACK_TOKEN} HTTP/1.1\r\nHost: x\r\n"
    f"{HEADERS.splitlines()[0]}\r\n\r\n",
    "an invalid host": f"GET / HTTP/1.1\r\nHost: mari:{KEY}@[\r\n\r\n",
    "an upgrade": f"GET / HTTP/1.1\r\nHost: x\r\n{HEADERS}Connection: Upgrade\r\nUpgrade: {KEY}\r\n\r\n",
}


def leave(connection: socket.socket) -> None:
    """Close before the response: whatever is written then fails."""
    connection.close()


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def reset_later(connection: socket.socket) -> None:
    connection.recv(1)
    reset(connection)


def half_close(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)
    while connection.recv(65_536):
        pass
    connection.close()


@pytest.mark.parametrize("end", (leave, reset, reset_later, half_close))
def test_no_credential_is_logged_whatever_a_client_sends_and_however_it_leaves(
    spawn: Spawn, end: Callable[[socket.socket], None]
) -> None:
    process = spawn("--verbose")
    url = httpx.URL(process.url)
    waits = {"half a head", "half a body"} if end is reset_later else set[str]()

    for attack in (data for name, data in ATTACKS.items() if name not in waits):
        for _ in range(5):
            connection = socket.create_connection((url.host, url.port or 0), timeout=10)
            connection.sendall(attack.encode())
            end(connection)
    served = httpx.get(url.copy_with(path="/health"))
    status, _, log = process.stop(signal.SIGTERM)

    assert (served.status_code, status) == (200, 0)
    assert [secret for secret in SECRETS if secret in log] == []
    assert "failed" not in log
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in log.splitlines()), log


def test_a_failure_is_logged_with_its_place_but_without_what_was_in_it(
    focus: Focus, caplog: pytest.LogCaptureFixture
) -> None:
    focus.server.app.store.insert_all([row(0, updated_at=f"{KEY}\n{PASSWORD}")])

    response = focus.range()

    assert response.status_code == 500
    assert "Traceback" in caplog.text
    assert "BrokenResponseError" in caplog.text
    assert [secret for secret in SECRETS if secret in caplog.text] == []
    # a handler that reads the local variables of frames finds none
    assert [record.exc_info for record in caplog.records if record.exc_info] == []


def test_a_traceback_keeps_its_lines_and_shows_control_characters_escaped() -> None:
    def fail() -> None:
        raise ValueError("clear\x1b[2J")

    with pytest.raises(ValueError, match="clear") as caught:
        fail()
    error = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("x", 40, "x.py", 1, "bell %s", ("\x07",), error)

    assert Redaction().filter(record)

    lines = (record.exc_text or "").splitlines()
    assert record.getMessage() == "bell \\x07"
    assert (lines[0], lines[-1]) == (
        "Traceback (most recent call last):",
        "ValueError: clear\\x1b[2J",
    )


def test_a_failure_of_the_transport_is_one_line_without_its_text(
    focus: Focus, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError(KEY)

    for name in ("eof_received", "handle_events"):
        monkeypatch.setattr(Protocol, name, fail)
        exchange(focus.server, request("GET", "/health", close=False), end=True)
        monkeypatch.undo()

    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [re.sub(r"\d+$", "1", line) for line in lines] == [
        "Fatal error: protocol.eof_received: ValueError at test_log.py:1",
        "reading a request failed: ValueError at test_log.py:1",
    ]
    assert KEY not in caplog.text
    assert focus.create()["id"] == 1


def logged(serve: Serve, lines: SimpleQueue[str], target: str, **options: Any) -> str:
    """The line that a request leaves."""
    serve(seed="demo", **options).http.get(target)
    return re.sub(r"\d+\.\d ms", "1.0 ms", lines.get(timeout=5))


def test_a_query_and_the_reason_are_logged_only_if_verbose(
    serve: Serve, lines: SimpleQueue[str]
) -> None:
    target = "/tasks/100/time-blocks?page=0&name=Mari"
    path = "GET /api/organizations/1/workspaces/10/tasks/100/time-blocks"

    short = logged(serve, lines, target)
    long = logged(serve, lines, target, verbose=True)

    assert short == f"{path} 400 list_task_time_blocks 1.0 ms"
    assert long == (
        f"{path}?page=0&name=… 400 list_task_time_blocks 1.0 ms: "
        "query parameter page: 0 is less than the minimum of 1"
    )


def test_a_parameter_without_a_value_is_logged_too(serve: Serve, lines: SimpleQueue[str]) -> None:
    line = logged(serve, lines, "/tasks/100/time-blocks?archived=&page=1", verbose=True)

    assert "?archived=&page=1 200 " in line


def test_no_request_can_write_a_line_of_its_own(serve: Serve, lines: SimpleQueue[str]) -> None:
    target = "/tasks/100/time-blocks?page=0%0A12:00:00%20GET%20/%20200%1B[2J&%0Ax=1"

    assert logged(serve, lines, target, verbose=True).isprintable()


def test_a_long_path_is_logged_in_short(serve: Serve, lines: SimpleQueue[str]) -> None:
    target = "/" + "x" * 5000 + "?page=" + "1" * 5000

    assert len(logged(serve, lines, target, verbose=True)) < 1000


def test_a_health_check_is_not_logged(focus: Focus, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, LOG)

    focus.http.get(focus.server.url.replace("/api", "/health"))

    assert caplog.messages == []
