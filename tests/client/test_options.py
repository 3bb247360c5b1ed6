"""Options: for a client, for a view of it, for a call; and the connections they share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.clients import KEY
from tests.support.keeping import Keeping
from toggl_focus import AsyncTogglFocus, Clock, QuotaExceeded, ServerError, TogglFocus, UsageError
from toggl_focus import TimeoutError as Late
from toggl_focus.testing import FakeClock

if TYPE_CHECKING:
    from tests.support.clients import AnyClient, Connect
    from tests.support.wire import Wire
    from toggl_focus_conformance import ReferenceServer

KINDS = (TogglFocus, AsyncTogglFocus)
SCOPE: dict[str, Any] = {"api_key": KEY, "organization_id": 1, "workspace_id": 10}
SECRET = "hush-hush"


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    """A server that tells which connection a request came by."""
    keeping = Keeping()
    yield keeping
    keeping.close()


def sent(request: bytes) -> dict[str, str]:
    """The headers of a request; a name that came twice is an error."""
    lines = request.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")[1:]
    pairs = [line.split(": ", 1) for line in lines]
    headers = {name.lower(): text for name, text in pairs}
    assert len(headers) == len(pairs)
    return headers


def failing(wire: Wire, times: int) -> None:
    for _ in range(times):
        wire.respond("503 Service Unavailable")


def attempts(client: AnyClient, **options: Any) -> int:
    """How often a call that always fails is sent."""
    with pytest.raises(ServerError) as caught:
        client.call("get", 100, 7, **options)
    return caught.value.attempts


def test_a_call_wins_over_a_view_and_a_view_over_the_client(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url, max_retries=3, clock=FakeClock())
    view = client.view(max_retries=1)
    failing(wire, 4 + 2 + 1 + 1)

    reported = [
        attempts(client),
        attempts(view),
        attempts(view, max_retries=0),
        attempts(client, max_retries=0),
    ]

    assert reported == [4, 2, 1, 1]


def test_what_a_view_does_not_say_is_as_the_client_has_it(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url, max_retries=1, headers={"X-One": "1"}, clock=FakeClock())
    view = client.view(headers={"X-Two": "2"}).view(workspace_id=11)
    failing(wire, 2)

    assert attempts(view) == 2

    assert b"/organizations/1/workspaces/11/" in wire.requests[0]
    headers = sent(wire.requests[0])
    assert (headers["x-one"], headers["x-two"]) == ("1", "2")


@pytest.mark.parametrize("by", ("client", "view", "call"))
def test_a_timeout_is_of_the_client_of_a_view_or_of_a_call(
    connect: Connect, wire: Wire, by: str
) -> None:
    wire.responses.append([None])
    short, long = {"timeout": 0.03}, {"timeout": 60}
    client = connect(wire.url, **(short if by == "client" else long))
    view = client.view(**short) if by == "view" else client

    with pytest.raises(Late):
        view.call("get", 100, 7, **(short if by == "call" else {}))


@pytest.mark.parametrize("by", ("client", "view", "call"))
def test_a_deadline_is_of_the_client_of_a_view_or_of_a_call(
    connect: Connect, wire: Wire, by: str
) -> None:
    wire.respond("503 Service Unavailable", b"", "Retry-After: 20")
    clock = FakeClock()
    options = {"deadline": 10}
    client = connect(wire.url, max_retries=1, clock=clock, **(options if by == "client" else {}))
    view = client.view(**options) if by == "view" else client

    with pytest.raises(ServerError):
        view.call("get", 100, 7, **(options if by == "call" else {}))

    assert clock.slept == []


def test_a_deadline_of_none_takes_that_of_the_client_away(connect: Connect, wire: Wire) -> None:
    wire.respond("503 Service Unavailable", b"", "Retry-After: 20")
    wire.respond("204 No Content")
    clock = FakeClock()
    client = connect(wire.url, max_retries=1, clock=clock, deadline=10)

    client.call("delete", 100, 7, deadline=None)

    assert clock.slept == [20]


def test_a_wait_longer_than_the_timeout_leaves_the_next_attempt_its_own(
    connect: Connect, wire: Wire
) -> None:
    wire.respond("503 Service Unavailable", b"", "Retry-After: 20")
    wire.respond("204 No Content")
    client = connect(wire.url, max_retries=1, clock=FakeClock(), timeout=5, deadline=100)

    client.call("delete", 100, 7)

    assert len(wire.requests) == 2


@pytest.mark.parametrize("by", ("client", "view", "call"))
def test_waiting_for_quota_is_of_the_client_of_a_view_or_of_a_call(
    connect: Connect, wire: Wire, by: str
) -> None:
    used_up = "X-Toggl-Quota-Remaining: 0", "X-Toggl-Quota-Resets-In: 1800"
    wire.respond("402 Payment Required", b"", *used_up)
    wire.respond("204 No Content")
    clock = FakeClock()
    options = {"wait_for_quota": True}
    client = connect(wire.url, clock=clock, **(options if by == "client" else {}))
    view = client.view(**options) if by == "view" else client

    view.call("archive", 100, 7, **(options if by == "call" else {}))

    assert [round(seconds) for seconds in clock.slept] == [1801]


def test_a_call_need_not_wait_for_the_quota_where_the_client_would(
    connect: Connect, wire: Wire
) -> None:
    used_up = "X-Toggl-Quota-Remaining: 0", "X-Toggl-Quota-Resets-In: 1800"
    wire.respond("402 Payment Required", b"", *used_up)
    client = connect(wire.url, clock=FakeClock(), wait_for_quota=True)

    with pytest.raises(QuotaExceeded):
        client.call("archive", 100, 7, wait_for_quota=False)


def test_a_view_asks_elsewhere_and_leaves_the_client_where_it_is(
    connect: Connect, wire: Wire
) -> None:
    client = connect(wire.url)
    view = client.view(organization_id=2, workspace_id=20)
    for _ in range(3):
        wire.respond("204 No Content")

    view.call("archive", 100, 7)
    client.call("archive", 100, 7)
    view.call("archive", 100, 7, workspace_id=30)

    paths = [re.findall(rb"/organizations/\d+/workspaces/\d+", each) for each in wire.requests]
    assert [each for (each,) in paths] == [
        b"/organizations/2/workspaces/20",
        b"/organizations/1/workspaces/10",
        b"/organizations/2/workspaces/30",
    ]
    assert (view.client.organization_id, view.client.workspace_id) == (2, 20)
    assert (client.client.organization_id, client.client.workspace_id) == (1, 10)


@pytest.mark.parametrize("verb", ("stream", "bulk_delete"))
def test_streams_and_bulk_calls_take_options_as_well(
    connect: Connect, wire: Wire, verb: str
) -> None:
    failing(wire, 3)
    client = connect(wire.url, clock=FakeClock())
    given: dict[str, Any] = {"ids": [7]}
    if verb == "stream":
        given = {"date_from": FakeClock().now(), "date_to": FakeClock().now()}

    with pytest.raises(ServerError) as caught:
        client.call(verb, **given, max_retries=2, headers={"X-Why": "because"})

    assert caught.value.attempts == 3
    assert {sent(each)["x-why"] for each in wire.requests} == {"because"}


@pytest.mark.parametrize("by", ("view", "call"))
def test_a_raw_response_has_its_attempts_and_takes_options(
    by: str, connect: Connect, wire: Wire
) -> None:
    failing(wire, 2)
    wire.json(b'{"data": [], "mood": 1}')
    options: dict[str, Any] = {"max_retries": 2, "headers": {"X-Why": "because"}}
    client = connect(wire.url, clock=FakeClock())
    client = client.view(**options) if by == "view" else client

    response = client.raw("list_for_task", 100, **(options if by == "call" else {}))

    assert response.attempts == 3
    assert response.json()["mood"] == 1
    assert {sent(each)["x-why"] for each in wire.requests} == {"because"}


def test_a_view_uses_the_connections_of_its_client(connect: Connect, keeping: Keeping) -> None:
    client = connect(keeping.url)
    view = client.view(timeout=5, headers={"X-One": "1"})
    for _ in range(3):
        keeping.respond("204 No Content")

    for each in (client, view, client):
        each.call("archive", 100, 7)

    assert keeping.connections == [0, 0, 0]


def test_closing_a_view_closes_nothing(connect: Connect, keeping: Keeping) -> None:
    client = connect(keeping.url)
    view = client.view(timeout=5)
    for _ in range(2):
        keeping.respond("204 No Content")
    client.call("archive", 100, 7)

    view.close_client()
    client.call("archive", 100, 7)

    assert keeping.connections == [0, 0]


def test_a_view_of_a_closed_client_is_closed(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url)
    view = client.view(timeout=5)
    client.close_client()

    with pytest.raises(UsageError, match=r"^time_blocks\.archive: the client is closed"):
        view.call("archive", 100, 7)


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"timeout": 0}, "timeout must be a positive number of seconds or None, got 0"),
    ({"timeout": math.nan}, "timeout must be a positive number of seconds or None, got nan"),
    ({"timeout": "5"}, "timeout must be a positive number of seconds or None, got '5'"),
    ({"timeout": True}, "timeout must be a positive number of seconds or None, got True"),
    (
        {"timeout": httpx.Timeout(0)},
        "timeout must be a positive number of seconds or None, got Timeout(",
    ),
    ({"deadline": 0}, "deadline must be a positive number of seconds or None, got 0"),
    ({"deadline": -1.5}, "deadline must be a positive number of seconds or None, got -1.5"),
    ({"deadline": "1 min"}, "deadline must be a positive number of seconds or None, got '1 min'"),
    ({"max_retries": -1}, "max_retries must be 0 or a positive integer, got -1"),
    ({"max_retries": 1.0}, "max_retries must be 0 or a positive integer, got 1.0"),
    ({"max_retries": True}, "max_retries must be 0 or a positive integer, got True"),
    ({"max_retries": None}, "max_retries must be 0 or a positive integer, got None"),
    (
        {"wait_for_quota": -1},
        "wait_for_quota must be True, False, or a number of seconds from 0, got -1",
    ),
    ({"wait_for_quota": None}, "wait_for_quota must be True, False, or a number of seconds from 0"),
    ({"headers": [("X-One", SECRET)]}, "headers must be a mapping, got list"),
    ({"headers": {"X One": SECRET}}, "headers has an invalid name: 'X One'"),
    ({"headers": {5: SECRET}}, "headers has an invalid name: 5"),
    ({"headers": {"": SECRET}}, "headers has an invalid name: ''"),
    (
        {"headers": {"X-One": f"{SECRET}\r\nX-Two: 2"}},
        "headers: the value of X-One must be ASCII text",
    ),
    ({"headers": {"X-One": f"{SECRET}\0"}}, "headers: the value of X-One must be ASCII text"),
    ({"headers": {"X-One": f"{SECRET} é"}}, "headers: the value of X-One must be ASCII text"),
    ({"headers": {"X-One": f"{SECRET} ✓"}}, "headers: the value of X-One must be ASCII text"),
    ({"headers": {"X-One": f" {SECRET}"}}, "headers: the value of X-One must be ASCII text"),
    ({"headers": {"X-One": f"{SECRET} "}}, "headers: the value of X-One must be ASCII text"),
    (
        {"headers": {"X-One": SECRET.encode()}},
        "headers: the value of X-One must be ASCII text",
    ),
    (
        {"headers": {"Authorization": SECRET}},
        "headers must not contain Authorization; the client sets it",
    ),
    ({"headers": {"host": SECRET}}, "headers must not contain host; the client sets it"),
    ({"headers": {"COOKIE": SECRET}}, "headers must not contain COOKIE; the client sets it"),
    (
        {"headers": {"Content-Type": SECRET}},
        "headers must not contain Content-Type; the client sets it",
    ),
    (
        {"headers": {"content-length": SECRET}},
        "headers must not contain content-length; the client sets it",
    ),
    (
        {"headers": {"Accept-Encoding": SECRET}},
        "headers must not contain Accept-Encoding; the client sets it",
    ),
    (
        {"headers": {"Transfer-Encoding": SECRET}},
        "headers must not contain Transfer-Encoding; the client sets it",
    ),
    (
        {"headers": {"Connection": SECRET}},
        "headers must not contain Connection; the client sets it",
    ),
)


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_a_wrong_option_is_named_with_the_operation_and_no_header_is_shown(
    connect: Connect, wire: Wire, options: dict[str, Any], message: str
) -> None:
    client = connect(wire.url)
    now = FakeClock().now()
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("time_blocks.get", {"verb": "get", "task_id": 100, "time_block_id": 7}),
        ("time_blocks.stream", {"verb": "stream", "date_from": now, "date_to": now}),
        ("time_blocks.bulk_delete", {"verb": "bulk_delete", "ids": [7]}),
    )

    for operation, call in calls:
        with pytest.raises(UsageError) as caught:
            client.call(**call, **options)

        assert str(caught.value).startswith(f"{operation}: {message}")
        assert SECRET not in str(caught.value)
        with pytest.raises(UsageError, match=f"^raw.{operation}: {re.escape(message)}"):
            client.raw(**call, **options)
    with pytest.raises(UsageError, match=f"^GET /x: {re.escape(message)}"):
        client.request("GET", "/x", **options)
    assert wire.requests == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("options", "message"), WRONG)
def test_a_wrong_option_of_a_client_or_a_view_is_named(
    kind: type[TogglFocus], options: dict[str, Any], message: str
) -> None:
    client = kind(**SCOPE)

    with pytest.raises(UsageError) as of_client:
        kind(**SCOPE, **options)
    with pytest.raises(UsageError) as of_view:
        client.with_options(**options)

    assert str(of_client.value).startswith(message)
    assert str(of_view.value).startswith(f"with_options: {message}")
    for caught in (of_client, of_view):
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ("organization_id", "workspace_id"))
def test_a_view_of_nowhere_is_refused(kind: type[TogglFocus], name: str) -> None:
    where: dict[str, Any] = {name: -1}

    with pytest.raises(UsageError, match=f"{name} must be a positive integer, got -1"):
        kind(**SCOPE).with_options(**where)


def test_a_name_that_is_no_option_is_a_type_error(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url)

    with pytest.raises(
        TypeError, match=r"^time_blocks\.archive: unexpected keyword argument 'retry'"
    ):
        client.call("archive", 100, 7, retry=3)
    with pytest.raises(TypeError, match="GET /x: unexpected keyword argument 'retry'"):
        client.request("GET", "/x", retry=3)
    with pytest.raises(TypeError, match="unexpected keyword argument 'retry'"):
        client.view(retry=3)
    assert wire.requests == []


OPTIONS = "timeout, deadline, max_retries, wait_for_quota, headers"


@pytest.mark.parametrize(
    ("verb", "arguments", "wrong", "takes", "hint"),
    (
        ("archive", (100, 7), "retry", "task_id, time_block_id", ""),
        ("archive", (100, 7), "time_out", "task_id, time_block_id", "; did you mean 'timeout'?"),
        (
            "update",
            (100, 7),
            "complete",
            "task_id, time_block_id, start, duration, completed, new_task_id, outbound_sync",
            "; did you mean 'completed'?",
        ),
        ("bulk_delete", ([7],), "callback", "ids, outbound_sync", ""),
    ),
)
def test_an_argument_that_a_method_does_not_take_is_refused_with_those_it_takes(
    verb: str,
    arguments: tuple[Any, ...],
    wrong: str,
    takes: str,
    hint: str,
    connect: Connect,
    wire: Wire,
) -> None:
    client = connect(wire.url)
    more = {wrong: True}
    message = f"unexpected keyword argument '{wrong}'{hint} (it takes {takes}, organization_id, workspace_id"
    progress = ", progress" if verb == "bulk_delete" else ""

    with pytest.raises(TypeError) as caught:
        client.call(verb, *arguments, **more)
    with pytest.raises(TypeError) as of_raw:
        client.raw(verb, *arguments, **more)

    assert str(caught.value) == f"time_blocks.{verb}: {message}{progress}, {OPTIONS})"
    assert str(of_raw.value) == f"raw.time_blocks.{verb}: {message}, {OPTIONS})"
    assert wire.requests == []


def test_an_argument_that_is_taken_nowhere_is_refused_by_views_and_other_requests(
    connect: Connect, wire: Wire
) -> None:
    client = connect(wire.url)

    calls: dict[Callable[[], object], str] = {
        lambda: client.view(retries=3): "with_options: unexpected keyword argument 'retries'; did "
        f"you mean 'max_retries'? (it takes organization_id, workspace_id, {OPTIONS})",
        lambda: client.request("GET", "/x", params={}): "GET /x: unexpected keyword argument "
        f"'params' (it takes method, path, query, json, {OPTIONS})",
    }
    for call, message in calls.items():
        with pytest.raises(TypeError) as caught:
            call()

        assert str(caught.value) == message


def test_headers_are_merged_whatever_their_case(connect: Connect, wire: Wire) -> None:
    wire.respond("204 No Content")
    client = connect(wire.url, headers={"X-One": "client", "X-Two": "client", "x-three": "client"})
    view = client.view(headers={"x-TWO": "view", "X-Three": "view"})

    view.call("archive", 100, 7, headers={"X-THREE": "call", "X-Four": "first", "x-four": "last"})

    headers = sent(wire.requests[0])
    custom = {name: text for name, text in headers.items() if name.startswith("x-")}
    assert custom == {"x-one": "client", "x-two": "view", "x-three": "call", "x-four": "last"}


@pytest.mark.parametrize("injected", (False, True))
def test_a_header_of_the_callers_replaces_the_user_agent(
    connect: Connect, wire: Wire, *, injected: bool
) -> None:
    wire.respond("204 No Content")
    own = {"http_client": connect.http_client()} if injected else {}

    connect(wire.url, **own).call("archive", 100, 7, headers={"user-agent": "planner/7"})

    assert sent(wire.requests[0])["user-agent"] == "planner/7"


def test_a_client_says_who_it_is(connect: Connect, wire: Wire) -> None:
    wire.respond("204 No Content")

    connect(wire.url).call("archive", 100, 7)

    assert re.fullmatch(r"toggl-focus/\d+\.\d+\.\d+", sent(wire.requests[0])["user-agent"])


def test_an_empty_header_is_sent(connect: Connect, wire: Wire) -> None:
    wire.respond("204 No Content")

    connect(wire.url).call("archive", 100, 7, headers={"X-One": "", "X-Two": "a\tb c"})

    headers = {name: text.strip() for name, text in sent(wire.requests[0]).items()}
    assert (headers["x-one"], headers["x-two"]) == ("", "a\tb c")


@pytest.mark.parametrize("seconds", (math.inf, 1e12, 10**400, 3_000_000))
def test_who_would_wait_longer_than_a_socket_can_waits_for_ever(
    connect: Connect, server: ReferenceServer, seconds: float
) -> None:
    client = connect(server.url, timeout=seconds)

    assert client.call("get", 100, 1001).id == 1001
    assert client.call("get", 100, 1001, timeout=None, deadline=seconds).id == 1001


def test_an_httpx_timeout_will_do(connect: Connect, wire: Wire) -> None:
    wire.responses.append([None])

    client = connect(wire.url, timeout=httpx.Timeout(60, read=0.03))

    with pytest.raises(Late):
        client.call("get", 100, 7)


def test_the_clock_of_a_client_is_that_of_its_views(connect: Connect, wire: Wire) -> None:
    failing(wire, 1)
    wire.respond("204 No Content")
    clock: Clock = (fake := FakeClock())
    view = connect(wire.url, clock=clock).view(max_retries=1)

    view.call("delete", 100, 7)

    assert len(fake.slept) == 1
