"""The stream: a bare array, row by row, whole or visibly cut."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import httpx
import pytest

from tests.server.focus import YEAR, Focus, Serve, Spawn, read, row
from toggl_focus_conformance import create_app

# more than the buffers of two sockets hold
MANY = 6000


def test_an_empty_stream_is_an_empty_array(focus: Focus) -> None:
    response = focus.range(kind="time-blocks/stream")

    assert (response.status_code, response.content) == (200, b"[]")
    assert response.headers["content-type"] == "application/json"


def test_the_stream_holds_what_the_pages_hold(demo: Focus) -> None:
    streamed = demo.range(kind="time-blocks/stream", archived="").json()
    paged = demo.range(archived="", per_page=100).json()["data"]

    assert len(streamed) == 35
    assert streamed == paged


def test_a_long_stream_has_every_row_once_and_in_order(focus: Focus) -> None:
    focus.server.app.store.insert_all(row(n) for n in range(MANY))

    response = focus.range(kind="time-blocks/stream", order_by="-created_at,-start")

    assert [block["id"] for block in response.json()] == list(range(MANY, 0, -1))
    assert response.headers["transfer-encoding"] == "chunked"


@pytest.mark.parametrize("name", ("state", None), ids=("file", "memory"))
def test_a_stream_is_a_snapshot_while_others_write(
    serve: Serve,
    tmp_path: Path,
    name: str | None,
) -> None:
    focus = serve(database=name and tmp_path / name, validate=False)
    focus.server.app.store.insert_all(row(n, task_id=100) for n in range(MANY))
    last, moved = ({"task_id": 100, "id": n} for n in (MANY, MANY - 1))
    written: list[int] = []

    def write() -> None:
        earlier = {"start": "2026-01-01T00:00:00Z"}
        written.append(focus.http.delete(focus.path(last)).status_code)
        written.append(focus.http.patch(focus.path(moved), json=earlier).status_code)
        written.append(focus.create("2026-12-31T00:00:00Z")["id"])

    # an order that an index has, too
    body, _ = read(focus.http, "/time-blocks/stream?task_id=100&order_by=task_id", write)

    blocks = json.loads(body)
    assert written == [204, 204, MANY + 1]
    assert [block["id"] for block in blocks] == list(range(1, MANY + 1))


def test_a_reader_who_leaves_is_noticed_and_the_database_let_go_of(
    serve: Serve, tmp_path: Path, lines: SimpleQueue[str]
) -> None:
    focus = serve(database=tmp_path / "state", validate=False)
    focus.server.app.store.insert_all(row(n) for n in range(MANY))

    with focus.http.stream("GET", "/time-blocks/stream", params=YEAR) as response:
        next(response.iter_raw())

    assert lines.get(timeout=5).endswith("cut")
    # a reader still there would keep the log of the database from being folded into it
    with closing(sqlite3.connect(tmp_path / "state", timeout=0)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not busy


def half_close(focus: Focus, request: bytes) -> bytes:
    """Send bytes and the end of them; what comes back until the server ends, too."""
    url = focus.http.base_url
    with socket.create_connection((url.host, url.port or 0), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as response:
            return response.read()


def test_a_client_that_has_closed_its_side_gets_the_complete_stream(
    serve: Serve, lines: SimpleQueue[str]
) -> None:
    focus = serve(validate=False)
    focus.server.app.store.insert_all(row(n) for n in range(MANY))
    one, two = (
        focus.http.build_request("GET", f"/time-blocks{kind}", params=YEAR)
        for kind in ("/stream", "")
    )
    head = f"Host: x\r\nAuthorization: {focus.http.headers['authorization']}\r\n\r\n"
    requests = [f"GET {r.url.raw_path.decode()} HTTP/1.1\r\n{head}" for r in (one, two)]

    response = half_close(focus, "".join(requests).encode())

    stream, _, page = response.partition(b"]\r\n0\r\n\r\n")
    assert stream.count(b'"Block ') == MANY
    assert b'"page":1' in page
    assert not any(lines.get(timeout=5).endswith("cut") for _ in requests)


def test_a_request_that_ends_too_early_is_let_go_of(focus: Focus, lines: SimpleQueue[str]) -> None:
    path = f"{focus.http.base_url.path}tasks/100/time-blocks"
    head = f"Host: x\r\nAuthorization: {focus.http.headers['authorization']}\r\nContent-Length: 9"

    response = half_close(focus, f"POST {path} HTTP/1.1\r\n{head}\r\n\r\n{{".encode())

    assert response == b""
    assert lines.get(timeout=5).endswith("cut")


def test_a_failure_before_the_first_byte_is_a_500(focus: Focus, lines: SimpleQueue[str]) -> None:
    focus.server.app.store.insert_all([row(0, updated_at="never")])

    response = focus.range(kind="time-blocks/stream")

    assert (response.status_code, response.json()["error"]) == (500, "internal")
    assert "Traceback" not in response.text
    assert "updated_at" in lines.get(timeout=5)


def test_a_failure_after_the_first_byte_cuts_the_connection(
    focus: Focus, lines: SimpleQueue[str]
) -> None:
    focus.server.app.store.insert_all(row(n) for n in range(MANY))
    focus.server.app.store.insert_all([row(MANY, updated_at="never")])
    body, whole = read(focus.http, "/time-blocks/stream")

    assert not whole
    assert body.startswith(b'[{"id":1,')
    assert not body.endswith(b"]")
    assert "updated_at" in lines.get(timeout=5)
    assert lines.get(timeout=5).endswith("cut")
    assert focus.http.get("/tasks/100/time-blocks").status_code == 200


def test_stopping_the_server_cuts_a_stream_without_a_traceback(
    serve: Serve, lines: SimpleQueue[str]
) -> None:
    focus = serve(validate=False)
    focus.server.app.store.insert_all(row(n) for n in range(MANY))

    _, whole = read(focus.http, "/time-blocks/stream", focus.server.stop)

    assert not whole
    line = lines.get(timeout=5)
    assert line.endswith("cut")
    assert "Traceback" not in line
    assert lines.empty()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.parametrize("order", ("start", "-updated_at,task_id"))
def test_a_long_stream_takes_no_more_memory_than_a_short_one(
    spawn: Spawn, tmp_path: Path, order: str
) -> None:
    with create_app(database=tmp_path / "state") as app:
        app.store.insert_all(row(n) for n in range(20_000))
    process = spawn("--database", str(tmp_path / "state"))
    status = Path(f"/proc/{process.popen.pid}/status")

    def stream(last: str) -> tuple[int, int]:
        """The bytes of the response, and the most memory that the server ever had, in bytes."""
        path = f"{process.url}/organizations/1/workspaces/10/time-blocks/stream"
        query = {**YEAR, "date_to": last, "order_by": order}
        with httpx.stream("GET", path, params=query, headers=process.headers) as response:
            size = sum(map(len, response.iter_raw()))
        peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        assert peak is not None
        return size, int(peak[1]) * 1024

    _, before = stream("2026-01-05T09:00:00Z")
    size, after = stream(YEAR["date_to"])

    assert size > 25_000_000
    assert after - before < size / 4
