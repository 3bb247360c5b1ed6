"""What is malformed: 400, 404 and 405, always as JSON."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from socket import create_connection
from typing import Any

import pytest

from tests.server.focus import Focus
from toggl_focus_server.description import packaged

WORKSPACE = "/organizations/1/workspaces/10"
LARGEST_PAGE: int = packaged().components["parameters"]["PerPage"]["schema"]["maximum"]
BLOCKS = f"{WORKSPACE}/tasks/100/time-blocks"
BULK = f"{WORKSPACE}/time-blocks/bulk"
STREAM = f"{WORKSPACE}/time-blocks/stream"
CREATE = "/tasks/100/time-blocks"
GOOD = {"start": "2026-03-02T09:00:00Z", "task_id": 100}
DAY = "date_from=2026-01-05T00:00:00Z&date_to=2026-01-06T00:00:00Z"


def send(focus: Focus, method: str, target: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Send a target to the letter; httpx would tidy it up."""
    host, port = focus.server.url.removeprefix("http://").removesuffix("/api").split(":")
    connection = HTTPConnection(host, int(port))
    try:
        key = focus.server.account.api_key
        connection.request(method, f"/api{target}", headers={"Authorization": f"Bearer {key}"})
        response = connection.getresponse()
        assert response.headers["content-type"] == "application/json"
        return response.status, dict(response.headers), json.loads(response.read())
    finally:
        connection.close()


@pytest.mark.parametrize(
    "text",
    (
        *("x", "-1", "0", "+1", "01", "1.0", "1e2", "1_0", "0x10", "null", "bulk", "stream"),
        *("%31", "1%20", "%201", "1%0A", "1%00", "1%2F2", "%2B1", "..%2f1", "%D9%A1", "1;x=1"),
        *("9223372036854775808", "9" * 40, "9" * 5000),
    ),
)
def test_a_malformed_id_is_400_and_names_its_parameter(focus: Focus, text: str) -> None:
    for name, path in (
        ("organization_id", f"/organizations/{text}/workspaces/10/tasks/100/time-blocks"),
        ("time_block_id", f"{BLOCKS}/{text}"),
    ):
        status, _, body = send(focus, "GET", path)

        assert (status, body["error"]) == (400, f"invalid_{name}")
        assert body["error_description"].startswith(f"path parameter {name}: ")
        assert body["error_values"] == {"in": "path", "name": name}


def test_the_largest_id_is_not_found_rather_than_too_large(focus: Focus) -> None:
    status, _, _ = send(focus, "GET", f"{BLOCKS}/9223372036854775807")

    assert status == 404


@pytest.mark.parametrize(
    "path",
    (
        *("", "/", "//", "/organizations", "/%3Cscript%3E", "/%FF", WORKSPACE),
        *(f"{BLOCKS}/", f"{BLOCKS}/1001/", f"{BLOCKS}/1001/nothing"),
        *(f"{WORKSPACE}/time-blocks/1001", f"{WORKSPACE}/tasks//time-blocks"),
        f"{WORKSPACE}/tasks/100%2Ftime-blocks",
    ),
)
def test_an_unknown_path_is_404_as_json(focus: Focus, path: str) -> None:
    status, _, body = send(focus, "GET", path)

    assert (status, body["error"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    (
        ("PUT", BLOCKS, {"GET", "POST"}),
        ("POST", f"{BLOCKS}/1", {"GET", "PUT", "PATCH", "DELETE"}),
        ("GET", f"{BLOCKS}/1/archive", {"POST"}),
        ("POST", f"{BLOCKS}/1/restore", {"PATCH"}),
        ("PATCH", f"{BLOCKS}/1/unarchive", {"POST"}),
        ("POST", f"{WORKSPACE}/time-blocks", {"GET"}),
        ("GET", BULK, {"POST", "PATCH", "DELETE"}),
        ("DELETE", STREAM, {"GET"}),
        ("OPTIONS", BLOCKS, {"GET", "POST"}),
        ("TRACE", BLOCKS, {"GET", "POST"}),
        ("BREW", BLOCKS, {"GET", "POST"}),
    ),
)
def test_another_method_is_405_and_says_which_are_allowed(
    focus: Focus, method: str, path: str, allowed: set[str]
) -> None:
    status, headers, body = send(focus, method, path)

    assert (status, body["error"]) == (405, "method_not_allowed")
    assert set(headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    ("target", "name"),
    (
        (f"{STREAM}", "date_from"),
        (f"{STREAM}?date_from=2026-01-05T00:00:00Z", "date_to"),
        (f"{STREAM}?date_from=&date_to=2026-01-06T00:00:00Z", "date_from"),
        (f"{STREAM}?date_from=2026-01-05&date_to=2026-01-06", "date_from"),
        (f"{STREAM}?date_from=2026-01-05T00:00:00&date_to=2026-01-06T00:00:00Z", "date_from"),
        (f"{STREAM}?date_from=2026-01-05T00:00:00+02:00&date_to=2026-01-06T00:00:00Z", "date_from"),
        (
            f"{STREAM}?date_from=0001-01-01T00:00:00%2B01:00&date_to=2026-01-06T00:00:00Z",
            "date_from",
        ),
        (f"{STREAM}?date_from=2026-01-05T00:00:00Z&date_to=9999-12-31T23:59:59-00:30", "date_to"),
        (f"{STREAM}?date_from=2026-01-05T00:00:60Z&date_to=2026-01-06T00:00:00Z", "date_from"),
        (f"{STREAM}?date_from=2026-02-30T00:00:00Z&date_to=2026-03-06T00:00:00Z", "date_from"),
        (f"{STREAM}?date_from=2026-01-07T00:00:00Z&date_to=2026-01-06T00:00:00Z", "date_from"),
        (f"{STREAM}?{DAY}&date_to=2026-01-07T00:00:00Z", "date_to"),
        (f"{STREAM}?{DAY}&task_id=x", "task_id"),
        (f"{STREAM}?{DAY}&status_id=0", "status_id"),
        (f"{STREAM}?{DAY}&archived=1", "archived"),
        (f"{STREAM}?{DAY}&archived=True", "archived"),
        (f"{STREAM}?{DAY}&archived=%20", "archived"),
        (f"{STREAM}?{DAY}&order_by=name", "order_by"),
        (f"{STREAM}?{DAY}&order_by=start,", "order_by"),
        (f"{STREAM}?{DAY}&order_by=start;DROP%20TABLE%20blocks", "order_by"),
        (f"{STREAM}?{DAY}&order_by=--start", "order_by"),
        (f"{STREAM}?{DAY}&order_by=id", "order_by"),
        (f"{BLOCKS}?page=0", "page"),
        (f"{BLOCKS}?page=-1", "page"),
        (f"{BLOCKS}?page=", "page"),
        (f"{BLOCKS}?page=1.0", "page"),
        (f"{BLOCKS}?page=1&page=2", "page"),
        (f"{BLOCKS}?per_page=0", "per_page"),
        (f"{BLOCKS}?per_page={LARGEST_PAGE + 1}", "per_page"),
        (f"{BLOCKS}?page=9223372036854775808", "page"),
    ),
)
def test_a_malformed_query_is_400_and_names_its_parameter(
    focus: Focus, target: str, name: str
) -> None:
    status, _, body = send(focus, "GET", target)

    assert (status, body["error"]) == (400, "validation")
    assert name in body["error_description"]


@pytest.mark.parametrize(
    ("text", "reason"),
    (
        ("2026-01-05", "expected RFC 3339 with an offset, such as 2026-01-05T09:00:00Z"),
        ("2026-02-30T09:00:00Z", "day is out of range for month"),
        ("9999-12-31T23:59:59-00:30", "not within the years 1 to 9999 in UTC"),
    ),
)
def test_a_malformed_timestamp_is_400_and_says_what_is_expected(
    focus: Focus, text: str, reason: str
) -> None:
    _, _, query = send(focus, "GET", f"{STREAM}?date_from={text}&date_to=2026-01-06T00:00:00Z")
    body = focus.http.post(CREATE, json={"start": text}).json()

    message = f'"{text}" is not a timestamp: {reason}'
    assert query["error_description"].startswith(f"query parameter date_from: {message}")
    assert body["error_description"].startswith(f"body.start: {message}")


def test_a_query_that_is_no_utf8_is_400(focus: Focus) -> None:
    status, _, body = send(focus, "GET", f"{BLOCKS}?page=%FF")

    assert (status, body["error"]) == (400, "validation")


def test_an_unknown_query_parameter_is_ignored(focus: Focus) -> None:
    status, _, _ = send(focus, "GET", f"{BLOCKS}?colour=blue&%00=1&page[]=7")

    assert status == 200


def with_start(rest: bytes) -> bytes:
    return b'{"start":"2026-03-02T09:00:00Z",%s}' % rest


@pytest.mark.parametrize(
    "body",
    (
        *(b"", b" ", b"null", b"[]", b'"x"', b"{", b"{}"),
        *(
            b'{"start":%s}' % start
            for start in (
                *(b"null", b"5", b'""', b'"2026-03-02"', b'"2026-03-02T09:00:00"'),
                *(b'"2026-03-02 09:00:00Z"', b'"2026-03-02T24:00:00Z"', b'"2026-02-29T00:00:00Z"'),
                *(b'"2026-03-02T09:00:00+24:00"', b'"0001-01-01T00:00:00+01:00"'),
            )
        ),
        *(
            with_start(b'"duration":%s' % duration)
            for duration in (
                *(b"-1", b"1.5", b"1.0", b'"1"', b"true", b"null", b"[1]"),
                *(b"9223372036854775808", b"1e400", b"NaN", b"01", b"1,", b'1,"duration":1'),
            )
        ),
        *(with_start(b'"completed":%s' % value) for value in (b"null", b"1", b'"true"')),
        *(with_start(b'"outbound_sync":%s' % value) for value in (b"null", b"0", b'"false"')),
        *(
            with_start(b'"unknown":%s' % value)
            for value in (
                *(b'{"a":1,"a":1}', b'"\\ud800"', b'"\xff"', b'"\x01"', b"Infinity", b"'y'"),
                b"[" * 100_000 + b"]" * 100_000,
            )
        ),
        *(b'{"start":"2026-03-02T09:00:00Z"}' + rest for rest in (b"x", b"{}", b"\x00")),
        b'\xef\xbb\xbf{"start":"2026-03-02T09:00:00Z"}',
        '{"start":"2026-03-02T09:00:00Z"}'.encode("utf-16"),
    ),
    ids=lambda body: repr(body[:70]),
)
def test_a_malformed_body_is_400_and_nothing_is_created(focus: Focus, body: bytes) -> None:
    response = focus.http.post(CREATE, content=body, headers={"Content-Type": "application/json"})

    assert (response.status_code, response.json()["error"]) == (400, "validation")
    assert response.json()["error_description"].startswith("body")
    assert focus.ids() == []


def test_an_unknown_field_is_ignored_however_it_looks(focus: Focus) -> None:
    nested = "[" * 100 + "]" * 100
    body = '{"start":"2026-03-02T09:00:00Z","task_id":102,"rate":1.0,"x":%s,"completed_at":null}'

    response = focus.http.post(
        CREATE, content=body % nested, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 201
    block = response.json()
    assert (block["task_id"], block["completed_at"]) == (100, None)
    assert not {"rate", "x"} & set(focus.get(block))


@pytest.mark.parametrize(
    ("content_type", "status"),
    (
        ("application/json", 201),
        ("Application/JSON; charset=utf-8", 201),
        ("text/plain", 400),
        ("application/x-www-form-urlencoded", 400),
        ("application/jsonx", 400),
        ("", 400),
        (None, 400),
    ),
)
def test_a_body_is_json_by_name(focus: Focus, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    response = focus.http.post(CREATE, content=b'{"start":"2026-03-02T09:00:00Z"}', headers=headers)

    assert response.status_code == status


@pytest.mark.parametrize(
    ("body", "at"),
    (
        ({"time_blocks": [GOOD, GOOD | {"start": "x"}]}, ".time_blocks[1].start"),
        ({"time_blocks": []}, ".time_blocks"),
        ({"time_blocks": None}, ".time_blocks"),
        ([GOOD], ""),
    ),
)
def test_a_fault_in_a_body_is_reported_with_its_place(focus: Focus, body: object, at: str) -> None:
    response = focus.http.post("/time-blocks/bulk", json=body)

    assert response.status_code == 400
    assert response.json()["error_values"] == {"in": "body", "at": at}
    assert response.json()["error_description"].startswith(f"body{at}: ")


def test_a_body_that_is_nested_too_deeply_is_refused_as_a_whole(focus: Focus) -> None:
    nested = b"[" * 20_000 + b"]" * 20_000
    headers = {"Content-Type": "application/json"}

    response = focus.http.post(CREATE, content=b'{"start":%b}' % nested, headers=headers)

    assert response.status_code == 400
    assert response.json()["error_description"] == "body: it is nested too deeply"
    assert response.json()["error_values"] == {"in": "body"}


def test_a_message_does_not_repeat_a_large_body(focus: Focus) -> None:
    response = focus.http.post(CREATE, json={"start": "x" * 100_000})

    assert len(response.content) < 1000


@pytest.mark.parametrize(
    "path", ("/tasks/100/time-blocks/1001/archive", "/tasks/100/time-blocks/1001")
)
def test_a_body_where_none_is_described_is_ignored(demo: Focus, path: str) -> None:
    method = "POST" if path.endswith("archive") else "DELETE"

    response = demo.http.request(method, path, content=b"{", headers={"Content-Type": "text/plain"})

    assert response.status_code == 204


def test_what_is_no_http_is_400_as_json_too(focus: Focus) -> None:
    host, port = focus.server.url.removeprefix("http://").removesuffix("/api").split(":")
    with create_connection((host, int(port))) as connection, connection.makefile("rb") as response:
        connection.sendall(b"GET /\xff HTTP/1.1\r\n\r\n")

        head, _, body = response.read().partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"content-type: application/json" in head
    assert json.loads(body)["error"] == "validation"


def test_a_body_that_is_far_too_large_is_refused(focus: Focus) -> None:
    body = b'{"start": "2026-03-02T09:00:00Z"' + b" " * 2**20 + b"}"

    response = focus.http.post(
        "/tasks/100/time-blocks", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 400
    assert response.json()["error_description"] == "body: larger than 1048576 bytes"


@pytest.mark.parametrize(
    ("path", "status"),
    (
        pytest.param("/tasks/100/time-blocks/999", 404, id="no such block"),
        pytest.param("/tasks/999/time-blocks/1", 403, id="no such task"),
        pytest.param("/tasks/100/time-blocks/x", 400, id="malformed path"),
    ),
)
def test_the_size_of_a_body_is_checked_after_the_path(focus: Focus, path: str, status: int) -> None:
    response = focus.http.put(
        path, content=b" " * (2**20 + 1), headers={"Content-Type": "application/json"}
    )

    assert response.status_code == status
    assert "larger" not in response.text


def test_a_body_that_is_not_described_may_be_as_large_as_it_likes(demo: Focus) -> None:
    response = demo.http.post("/tasks/100/time-blocks/1001/archive", content=b" " * (2**20 + 1))

    assert response.status_code == 204


def test_a_long_value_does_not_hide_what_is_wrong_with_it(focus: Focus) -> None:
    entry = {"start": "2026-03-02T09:00:00Z", "task_id": 100}

    response = focus.http.post("/time-blocks/bulk", json={"time_blocks": [entry] * 101})

    assert response.status_code == 400
    assert response.json()["error_description"].endswith("has more than 100 items")
