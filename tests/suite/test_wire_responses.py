"""Every response and fault is played byte for byte, or computed from the request."""

from __future__ import annotations

import base64
import gzip
import time
from itertools import pairwise
from typing import Any

import pytest

from tests.suite.wire_helpers import GET, connect, exchange, get_json, serve
from toggl_focus_conformance.protocol.operations import largest
from toggl_focus_conformance.wire import Port

HEAD = b"HTTP/1.1 200 OK\r\n"
JSON = b"Content-Type: application/json\r\n"
ZIPPED = gzip.compress(b"[1,2,3]", mtime=0)
PLAYED: dict[str, tuple[Any, bytes, str]] = {
    "json": ({"json": [1, "é"]}, HEAD + JSON + 'Content-Length: 8\r\n\r\n[1,"é"]'.encode(), "open"),
    "text": ({"text": "x"}, HEAD + b"Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx", "open"),
    "base64": ({"base64": "/w=="}, HEAD + JSON + b"Content-Length: 1\r\n\r\n\xff", "open"),
    "no body": ({"status": 503}, b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "open"),
    "204": ({"status": 204}, b"HTTP/1.1 204 No Content\r\n\r\n", "open"),
    "an unknown status": ({"status": 499, "reason": "Odd"}, b"HTTP/1.1 499 Odd\r\nContent-Length: 0\r\n\r\n", "open"),
    "headers": (
        {"text": "", "headers": {"Content-Type": "a/b", "X": ["1", "2"]}},
        HEAD + b"Content-Length: 0\r\nContent-Type: a/b\r\nX: 1\r\nX: 2\r\n\r\n",
        "open",
    ),
    "gzip": (
        {"json": [1, 2, 3], "encoding": "gzip"},
        HEAD + JSON + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(ZIPPED) + ZIPPED,
        "open",
    ),
    "false gzip": (
        {"text": "x", "headers": {"Content-Encoding": "gzip", "Content-Type": "a/b"}},
        HEAD + b"Content-Length: 1\r\nContent-Encoding: gzip\r\nContent-Type: a/b\r\n\r\nx",
        "open",
    ),
    "chunked": (
        {"text": "abcde", "framing": "chunked", "split": [1, 2], "headers": {"Content-Type": "a/b"}},
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Type: a/b\r\n\r\n1\r\na\r\n2\r\nbc\r\n2\r\nde\r\n0\r\n\r\n",
        "open",
    ),
    "until close": (
        {"json": [], "framing": "close"},
        HEAD + JSON + b"Connection: close\r\n\r\n[]",
        "closed",
    ),
    "announced close": (
        {"json": [], "end": "close"},
        HEAD + JSON + b"Content-Length: 2\r\nConnection: close\r\n\r\n[]",
        "closed",
    ),
    "unannounced close": ({"json": [], "end": "drop"}, HEAD + JSON + b"Content-Length: 2\r\n\r\n[]", "closed"),
    "too large a length": (
        {"json": [], "content_length": 5, "end": "drop"},
        HEAD + JSON + b"Content-Length: 5\r\n\r\n[]",
        "closed",
    ),
    "a cut body": ({"json": [1, 2], "cut_after": 2}, HEAD + JSON + b"Content-Length: 5\r\n\r\n[1", "closed"),
    "no last chunk": (
        {"json": [], "framing": "chunked", "cut_after": 99},
        HEAD + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
        "closed",
    ),
    "reset within the body": (
        [{"raw": "HTTP/1.1 200 OK\r\n\r\n"}, {"pause_ms": 30}, {"end": "reset"}],
        HEAD + b"\r\n",
        "reset",
    ),
    "reset at once": ([{"end": "reset"}], b"", "reset"),
    "steps": (
        [{"raw": {"base64": base64.b64encode(b"\xff\r\n").decode()}}, {"chunk": "é"}, {"chunk": ""}, {"end": "close"}],
        b"\xff\r\n2\r\n\xc3\xa9\r\n0\r\n\r\n",
        "closed",
    ),
    "a hang": ([{"raw": "HTTP/1.1 200 OK\r\n"}, {"end": "hang"}], HEAD, "open"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLAYED)
def test_a_response_is_played_byte_for_byte(name: str) -> None:
    written, expected, end = PLAYED[name]

    _, got = serve({"respond": written}, lambda port: exchange(port, timeout=0.3))

    assert got == (expected, end)


def test_pauses_are_kept() -> None:
    def use(port: Port) -> list[float]:
        with connect(port) as connection:
            connection.sendall(GET)
            begun, times = time.monotonic(), []
            for _ in range(4):
                connection.recv(1000)
                times.append((time.monotonic() - begun) * 1000)
            return times

    response = {"text": "abc", "split": 1, "every_ms": 40, "pause_ms": 60}
    port, times = serve({"respond": response}, use)

    assert times[0] >= 55
    # What is read may arrive together with what follows, so the pauses are those of sending.
    sent = [event.ms for event in port.events if event.kind == "sent"]
    assert all(later - before >= 30 for before, later in pairwise(sent))
    assert all(at >= 55 + 35 * number for number, at in enumerate(times))


PAGES: list[tuple[dict[str, Any], str, int, list[int] | None, int]] = [
    ({"blocks": 45}, "", 200, list(range(1, 21)), 20),
    ({"blocks": 45}, "&page=3", 200, list(range(41, 46)), 20),
    ({"blocks": 45}, "&page=4", 200, [], 20),
    ({"blocks": 45, "empty": "null"}, "&page=4", 200, None, 20),
    ({"blocks": 45}, "&per_page=7&page=2", 200, list(range(8, 15)), 7),
    ({"blocks": 45, "cap": 10}, "&per_page=20&page=2", 200, list(range(11, 21)), 10),
    ({"blocks": 45, "repeat": True}, "&per_page=5&page=2", 200, [1, 2, 3, 4, 5], 5),
    ({"blocks": 45}, "&page=0", 400, None, 0),
    ({"blocks": 45}, f"&per_page={largest('per_page') + 1}", 400, None, 0),
    ({"blocks": 45}, "&page=two", 400, None, 0),
]


@pytest.mark.parametrize(("pages", "query", "status", "ids", "size"), PAGES)
def test_pages_are_computed_from_the_request(
    pages: dict[str, Any], query: str, status: int, ids: list[int] | None, size: int
) -> None:
    _, (got, body) = serve(
        {"pages": pages}, lambda port: get_json(port, f"/time-blocks?x=1{query}")
    )

    assert got == status
    if status == 200:
        assert body["per_page"] == size
        assert (None if body["data"] is None else [each["id"] for each in body["data"]]) == ids
        assert all("task" in each for each in body["data"] or ())


def test_a_bulk_create_gives_a_block_for_each_entry() -> None:
    entries = [{"start": "2026-01-05T09:00:00Z", "task_id": n} for n in (3, 4)]
    bodies = {"time_blocks": entries}

    def use(port: Port) -> Any:
        return [get_json(port, "/time-blocks/bulk", "POST", bodies) for _ in range(2)]

    _, results = serve({"bulk": {}}, use)

    assert [
        (status, [(each["id"], each["task_id"]) for each in body]) for status, body in results
    ] == [
        (201, [(5001, 3), (5002, 4)]),
        (201, [(5003, 3), (5004, 4)]),
    ]


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    (
        ("PATCH", "/time-blocks/bulk", [{"id": 1}], 204),
        ("PATCH", "/time-blocks/bulk", [{"id": 1}, {"id": 9}], 404),
        ("PATCH", "/time-blocks/bulk", {"items": [{"id": 1}]}, 400),
        ("PATCH", "/time-blocks/bulk", [{"id": n} for n in range(10, 115)], 400),
        ("POST", "/time-blocks/bulk", [{"start": "x"}], 400),
        ("DELETE", "/time-blocks/bulk?ids=1,2", None, 204),
        ("DELETE", "/time-blocks/bulk?ids=1&ids=9", None, 404),
        ("DELETE", "/time-blocks/bulk", None, 400),
    ),
)
def test_a_bulk_call_is_judged_by_its_entries(
    method: str, target: str, body: Any, status: int
) -> None:
    _, (got, _) = serve(
        {"bulk": {"refuse_id": 9}}, lambda port: get_json(port, target, method, body)
    )

    assert got == status


def test_a_fault_replaces_the_response_to_its_request() -> None:
    server = {
        "sample": True,
        "faults": [{"request": 2, "sample": 404}, {"request": 3, "steps": [{"end": "reset"}]}],
    }

    def use(port: Port) -> list[int]:
        target = "/tasks/100/time-blocks/7"
        statuses = [get_json(port, target)[0] for _ in range(2)]
        assert exchange(port)[1] == "reset"
        return statuses

    assert serve(server, use)[1] == [200, 404]
