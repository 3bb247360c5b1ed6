"""`client.request`: what the description lacks, with all that other calls have."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from toggl_focus import (
    BadRequest,
    DecodeError,
    NotFound,
    ServerError,
    TogglFocusError,
    TransportError,
    UsageError,
)
from toggl_focus.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.clients import Connect
    from tests.support.wire import Wire
    from toggl_focus_conformance import ReferenceServer

PROJECTS = "/organizations/{organization_id}/workspaces/{workspace_id}/projects"
NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)
NAIVE = datetime(2026, 1, 12)  # noqa: DTZ001  (what is refused)
NO_PARAMETER = "must be text, a number, a date, a datetime, or a list of these"


def target(request: bytes) -> str:
    return request.split(b" ")[1].decode()


def body(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]


def test_it_returns_plain_json(connect: Connect, server: ReferenceServer) -> None:
    path = "/organizations/{organization_id}/workspaces/{workspace_id}/tasks/100/time-blocks/1001"

    response = connect(server.url).request("GET", path)

    assert response.status == 200
    assert response.value == response.json()
    assert response.value["id"] == 1001


def test_the_path_is_filled_with_the_organization_and_workspace_of_the_client(
    connect: Connect, wire: Wire
) -> None:
    wire.json(b"[]")
    wire.json(b"[]")
    client = connect(wire.url)

    client.request("GET", PROJECTS)
    client.view(workspace_id=20).request("GET", PROJECTS)

    assert [target(each) for each in wire.requests] == [
        "/api/organizations/1/workspaces/10/projects",
        "/api/organizations/1/workspaces/20/projects",
    ]


def test_a_client_that_is_nowhere_says_what_is_missing(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url, workspace_id=None)

    with pytest.raises(UsageError, match="workspace_id is missing: pass workspace_id= to"):
        client.request("GET", PROJECTS)


@pytest.mark.parametrize(
    ("query", "written"),
    (
        (None, ""),
        ({}, ""),
        ({"page": 1, "per_page": 100}, "?page=1&per_page=100"),
        ({"archived": True, "deleted": False}, "?archived=true&deleted=false"),
        ({"ids": [1, 2, 3]}, "?ids=1,2,3"),
        ({"ids": range(1, 4)}, "?ids=1,2,3"),
        ({"ids": {7: "seven"}.keys()}, "?ids=7"),
        ({"flags": [True, "x"]}, "?flags=true,x"),
        ({"share": 0.5}, "?share=0.5"),
        ({"from": NINE}, "?from=2026-01-12T09:00:00Z"),
        ({"from": [NINE, NINE]}, "?from=2026-01-12T09:00:00Z,2026-01-12T09:00:00Z"),
        (
            {"from": NINE.astimezone(timezone(timedelta(hours=2)))},
            "?from=2026-01-12T11:00:00%2B02:00",
        ),
        ({"day": date(2026, 1, 12)}, "?day=2026-01-12"),
        ({"q": "a b&c=d+e#f100%"}, "?q=a%20b%26c%3Dd%2Be%23f100%25"),
        ({"q": "õ ✓"}, "?q=%C3%B5%20%E2%9C%93"),
        ({"a&b": "="}, "?a%26b=%3D"),
        ({"q": ""}, "?q="),
    ),
)
def test_a_query_is_written_as_other_queries_are(
    connect: Connect, wire: Wire, query: Any, written: str
) -> None:
    wire.json(b"{}")

    connect(wire.url).request("GET", "/x", query=query)

    assert target(wire.requests[0]) == f"/api/x{written}"


def test_a_list_in_a_query_may_be_anything_that_is_iterated(connect: Connect, wire: Wire) -> None:
    wire.json(b"{}")

    connect(wire.url).request("GET", "/x", query={"ids": (each for each in (1, 2))})

    assert target(wire.requests[0]) == "/api/x?ids=1,2"


@pytest.mark.parametrize(
    ("query", "message"),
    (
        ({"page": None}, f"query: page {NO_PARAMETER}, got None"),
        ({"page": [1, None]}, f"query: page {NO_PARAMETER}, got None"),
        ({"page": {"a": 1}}, f"query: page {NO_PARAMETER}, got {{'a': 1}}"),
        ({"page": b"1"}, f"query: page {NO_PARAMETER}, got b'1'"),
        ({"page": timedelta(1)}, f"query: page {NO_PARAMETER}, got datetime.timedelta("),
        ({"from": NAIVE}, "query: from must have a time zone, got 2026-01-12"),
        ({5: "b"}, "query keys must be text, got 5"),
        ("a=b", "query must be a mapping of names to values, got 'a=b'"),
        ([("a", "b")], "query must be a mapping of names to values, got [('a', 'b')]"),
        ({"q": "\udc80"}, "the request cannot be encoded: 'utf-8' codec can't encode"),
    ),
)
def test_what_no_query_can_hold_is_refused(
    connect: Connect, wire: Wire, query: Any, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        connect(wire.url).request("GET", "/x", query=query)

    assert str(caught.value).startswith(f"GET /x: {message}")
    assert wire.requests == []


@pytest.mark.parametrize(
    "value", ({"name": "õ", "at": [1, None]}, [], 0, False, None, 2**63, -0.5, [{"": ""}])
)
def test_a_body_is_sent_as_json_null_too(connect: Connect, wire: Wire, value: Any) -> None:
    wire.respond("201 Created", b'{"id": 5}')

    response = connect(wire.url).request("POST", "/x", json=value)

    assert json.loads(body(wire.requests[0])) == value
    assert re.search(rb"(?i)\r\ncontent-type: application/json\r\n", wire.requests[0])
    assert (response.status, response.value) == (201, {"id": 5})


def test_no_body_is_sent_where_none_is_given(connect: Connect, wire: Wire) -> None:
    wire.json(b"{}")

    connect(wire.url).request("POST", "/x")

    assert body(wire.requests[0]) == b""
    assert b"content-type" not in wire.requests[0].lower()


def test_mappings_and_sequences_of_other_kinds_are_sent_as_what_they_are(
    connect: Connect, wire: Wire
) -> None:
    wire.respond("204 No Content")

    connect(wire.url).request("PUT", "/x", json=MappingProxyType({"at": (1, range(2))}))

    assert body(wire.requests[0]) == b'{"at":[1,[0,1]]}'


@pytest.mark.parametrize(
    ("value", "message"),
    (
        (object(), "json must be a JSON value, got <object object"),
        ({"x": {1, 2j}}, "json.x must be a JSON value, got {"),
        ({"x": [0, b"raw"]}, "json.x[1] must be a JSON value, got b'raw'"),
        ({"x": {5: 1}}, "json.x must be a JSON value, got {5: 1}"),
        ([math.nan], "json[0] must be a JSON value, got nan"),
        ([-math.inf], "json[0] must be a JSON value, got -inf"),
        ({"at": NINE}, "json.at must be a JSON value, such as its isoformat(), got datetime"),
        ({"at": NAIVE}, "json.at must be a JSON value, such as its isoformat(), got"),
        (None, ""),
        ("\udc80", "the request cannot be encoded: 'utf-8' codec can't encode"),
    ),
)
def test_a_body_that_is_no_json_is_refused(
    connect: Connect, wire: Wire, value: Any, message: str
) -> None:
    endless: list[Any] = []
    endless.append(endless)
    value, message = (
        (value, message) if message else (endless, "the request cannot be encoded: maximum rec")
    )

    with pytest.raises(UsageError) as caught:
        connect(wire.url).request("PUT", "/x", json=value)

    assert str(caught.value).startswith(f"PUT /x: {message}")
    assert wire.requests == []


@pytest.mark.parametrize("method", ("GET", "POST", "HEAD"))
def test_an_empty_response_has_no_value(connect: Connect, wire: Wire, method: str) -> None:
    wire.respond("204 No Content")

    response = connect(wire.url).request(method, "/x")

    assert (response.value, response.json(), response.body) == (None, None, b"")


def test_a_response_that_is_not_json_is_an_error(connect: Connect, wire: Wire) -> None:
    wire.respond("200 OK", b"<html>", "Content-Type: text/html")

    with pytest.raises(DecodeError, match=r"^GET /x: the response does not match") as caught:
        connect(wire.url).request("GET", "/x")

    assert caught.value.body == b"<html>"


def test_a_refusal_is_the_error_that_it_is_elsewhere(connect: Connect, wire: Wire) -> None:
    wire.respond("400 Bad Request", b'{"error": "validation", "error_description": "no name"}')
    wire.respond("404 Not Found")
    client = connect(wire.url)

    with pytest.raises(BadRequest, match=r"^POST /x: 400 validation: no name$") as caught:
        client.request("POST", "/x", json={})
    with pytest.raises(NotFound):
        client.request("DELETE", "/x")

    assert caught.value.request is not None
    assert caught.value.request.operation == "POST /x"


@pytest.mark.parametrize(
    ("method", "sent"),
    (
        ("GET", 2),
        ("HEAD", 2),
        ("OPTIONS", 2),
        ("PUT", 2),
        ("DELETE", 2),
        ("POST", 1),
        ("PATCH", 1),
        ("PURGE", 1),
    ),
)
def test_what_may_be_repeated_by_its_method_is_repeated(
    connect: Connect, wire: Wire, method: str, sent: int
) -> None:
    faults: tuple[Callable[[], None], ...] = (
        lambda: wire.respond("502 Bad Gateway"),
        lambda: wire.responses.append([wire.RESET]),
    )
    client = connect(wire.url, max_retries=1, clock=FakeClock())

    for fault in faults:
        wire.requests.clear()
        for _ in range(sent):
            fault()
        with pytest.raises((ServerError, TransportError)) as caught:
            client.request(method, "/x")

        assert caught.value.attempts == len(wire.requests) == sent


def test_it_takes_the_options_of_any_call(connect: Connect, wire: Wire) -> None:
    wire.respond("503 Service Unavailable")
    wire.json(b"{}")

    response = connect(wire.url, clock=FakeClock()).request(
        "GET", "/x", max_retries=1, headers={"X-Why": "because"}
    )

    assert response.attempts == 2
    assert all(re.search(rb"(?i)x-why: because", each) for each in wire.requests)


@pytest.mark.parametrize(
    "path",
    (
        "",
        "projects",
        "https://elsewhere.example/x",
        "/x?page=1",
        "/x#y",
        "/x y",
        "/x\ny",
        "/../x",
        "/x/..",
        "/x/./y",
        "/x/%2e%2E/y",
        "/x%2f..%2Fy",
        "/{task_id}",
        "/{authorization}",
        "/{base_url}",
        "/{}",
        "/{0}",
        "/{",
        "/}",
        "/{{x}}",
        "/{organization_id",
        "/{organization_id!r}",
        "/{organization_id:>9}",
        "/{organization_id.real}",
        "/{organization_id[0]}",
        None,
        b"/x",
    ),
)
def test_a_path_that_may_lead_elsewhere_is_refused(connect: Connect, wire: Wire, path: Any) -> None:
    with pytest.raises(
        UsageError, match=r"^request: path must begin with / and must not contain spaces, "
    ) as caught:
        connect(wire.url).request("GET", path)

    quoted = repr(path).replace("?page=1'", "?…")  # which might be a key
    assert str(caught.value).endswith(f", got {quoted}")
    assert "toggl_sk_" not in str(caught.value)
    assert wire.requests == []


@pytest.mark.parametrize("method", ("get", "", "G T", "GET\r\n", "GÉT", None))
def test_an_invalid_method_is_refused(connect: Connect, wire: Wire, method: Any) -> None:
    with pytest.raises(UsageError, match="method must be in upper case, such as GET"):
        connect(wire.url).request(method, "/x")

    assert wire.requests == []


@pytest.mark.parametrize(
    ("path", "written"),
    (
        ("/õ/✓", "/%C3%B5/%E2%9C%93"),
        ("/a%20b%2Fc", "/a%20b%2Fc"),
        ("/100%", "/100%25"),
        ("/%zz", "/%25zz"),
        ('/"<>[]^`|\\', "/%22%3C%3E%5B%5D%5E%60%7C%5C"),
        ("/a:b@c!$&'()*+,;=~-._", "/a:b@c!$&'()*+,;=~-._"),
        ("/x/", "/x/"),
        ("/...", "/..."),
        ("/\0", "/%00"),
    ),
)
def test_a_path_is_percent_encoded_where_it_is_not_yet(
    connect: Connect, wire: Wire, path: str, written: str
) -> None:
    wire.json(b"{}")

    connect(wire.url).request("GET", path)

    assert target(wire.requests[0]) == f"/api{written}"


@pytest.mark.parametrize("path", ("//elsewhere.example/x", "/@elsewhere.example", "/:1/x"))
@pytest.mark.parametrize("injected", (False, True))
def test_no_path_leaves_the_server(
    connect: Connect, wire: Wire, path: str, *, injected: bool
) -> None:
    wire.json(b"{}")
    own = {"http_client": connect.http_client()} if injected else {}
    server = wire.url.removesuffix("/api")

    connect(server, **own).request("GET", path)

    assert target(wire.requests[0]) == path
    assert f"\r\nhost: {server.removeprefix('http://')}\r\n".encode() in wire.requests[0].lower()


def test_its_errors_are_the_packages(connect: Connect, wire: Wire) -> None:
    wire.responses.append([wire.RESET])

    with pytest.raises(TogglFocusError, match=r"^GET /x: "):
        connect(wire.url).request("GET", "/x")
