"""Watching a client: the quota it knows, hooks around each attempt, and what it logs."""

from __future__ import annotations

import dataclasses
import logging
import re
import traceback
import weakref
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.clients import KEY
from toggl_focus import (
    DecodeError,
    Event,
    Hook,
    NotFound,
    PlanRequired,
    Quota,
    ServerError,
    TransportError,
    UsageError,
)
from toggl_focus import TimeoutError as Late
from toggl_focus.testing import FakeClock
from toggl_focus_conformance import ReferenceServer

if TYPE_CHECKING:
    from tests.support.clients import Connect
    from tests.support.wire import Wire

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
EVER: dict[str, Any] = {"date_from": NOON - timedelta(days=100), "date_to": NOON}
HALF_AN_HOUR = "X-Toggl-Quota-Resets-In: 1800"
BLOCK = (
    b'{"id":7,"workspace_id":10,"task_id":100,"toggl_user_id":5,'
    b'"start":"2026-01-12T09:00:00Z","created_at":"2026-01-12T09:00:00Z","task":null}'
)
PASSWORD = "sala:sõna ✓"
SECRET = "hush-hush"


class Notes(Hook):
    """Keeps each event as it is when its hook runs."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.events: list[Event] = []

    def before(self, event: Event) -> None:
        self.seen.append(("before", dataclasses.asdict(event)))
        self.events.append(event)

    def after(self, event: Event) -> None:
        self.seen.append(("after", dataclasses.asdict(event)))

    @property
    def order(self) -> list[tuple[str, int]]:
        return [(when, event["attempt"]) for when, event in self.seen]


# The quota.


def remaining(count: int) -> str:
    return f"X-Toggl-Quota-Remaining: {count}"


def test_nothing_is_known_of_the_quota_before_the_first_response(
    connect: Connect, wire: Wire
) -> None:
    client = connect(wire.url)
    wire.responses.append([wire.RESET])

    with pytest.raises(TransportError):
        client.call("delete", 100, 7)

    assert client.client.quota is None


def test_the_quota_is_that_of_the_latest_response(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url, clock=FakeClock(NOON))

    wire.respond("204 No Content", b"", remaining(29), HALF_AN_HOUR)
    client.call("delete", 100, 7)
    first = client.client.quota
    wire.respond("204 No Content", b"", remaining(28))
    client.call("delete", 100, 7)

    assert first == Quota(29, NOON + timedelta(minutes=30))
    assert client.client.quota == Quota(28, None)


def test_a_refusal_tells_of_the_quota_as_well(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url, clock=FakeClock(NOON))
    wire.respond("402 Payment Required", b"", remaining(5), HALF_AN_HOUR)

    with pytest.raises(PlanRequired):
        client.call("archive", 100, 7)

    assert client.client.quota == Quota(5, NOON + timedelta(minutes=30))


def test_the_quota_is_also_read_from_a_truncated_or_invalid_response(
    connect: Connect, wire: Wire
) -> None:
    client = connect(wire.url)

    wire.respond("200 OK", b"<html>", remaining(5))
    with pytest.raises(DecodeError):
        client.call("get", 100, 7)
    first = client.client.quota
    wire.responses.append(
        [b"HTTP/1.1 200 OK\r\nX-Toggl-Quota-Remaining: 4\r\n", b"Content-Length: 9\r\n\r\n"]
    )
    with pytest.raises(TransportError):
        client.call("get", 100, 7)

    assert (first, client.client.quota) == (Quota(5, None), Quota(4, None))


def test_the_quota_is_known_from_the_first_item_of_a_stream(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url)
    wire.respond("200 OK", b"[%b]" % BLOCK, remaining(12))
    seen: list[Quota | None] = []

    client.each(lambda _: seen.append(client.client.quota), "stream", **EVER)

    assert seen == [Quota(12, None)]


def test_the_reference_servers_quota_is_known_after_every_call(
    connect: Connect,
) -> None:
    with ReferenceServer(seed="demo", quota=30) as server:
        client = connect(server.url)

        client.call("get", 100, 1001)
        first = client.client.quota
        with pytest.raises(NotFound):
            client.call("get", 100, 999_999)
        second = client.client.quota

    assert first is not None
    assert second is not None
    assert (first.remaining, second.remaining) == (29, 28)
    assert first.resets_at is not None
    assert timedelta(minutes=59) < first.resets_at - datetime.now(UTC) <= timedelta(hours=1)


@pytest.mark.parametrize(
    "value",
    ("", "many", "-1", "1.5", "1e3", "²", "0x10", "1 2", "9999999999", "30, 29", "None"),
)
def test_a_malformed_quota_is_ignored(connect: Connect, wire: Wire, value: str) -> None:
    client = connect(wire.url)
    wire.respond("204 No Content", b"", remaining(7), HALF_AN_HOUR)
    client.call("delete", 100, 7)
    known = client.client.quota

    head = b"HTTP/1.1 204 No Content\r\nConnection: close\r\nX-Toggl-Quota-Remaining: "
    wire.responses.append([head + value.encode("latin-1") + b"\r\n\r\n"])
    client.call("delete", 100, 7)

    assert client.client.quota is known


@pytest.mark.parametrize("value", ("soon", "-5", "9999999999", ""))
def test_a_malformed_reset_leaves_what_remains(connect: Connect, wire: Wire, value: str) -> None:
    client = connect(wire.url)
    wire.respond("204 No Content", b"", remaining(7), f"X-Toggl-Quota-Resets-In: {value}")

    client.call("delete", 100, 7)

    assert client.client.quota == Quota(7, None)


def test_the_quota_is_that_of_all_views(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url)
    view = client.view(timeout=5)
    wire.respond("204 No Content", b"", remaining(3))

    view.call("delete", 100, 7)

    assert client.client.quota == view.client.quota == Quota(3, None)


# Hooks.


def test_a_hook_runs_before_and_after_a_call(connect: Connect, wire: Wire) -> None:
    notes = Notes()
    clock = FakeClock(NOON)
    client = connect(wire.url, hooks=[notes], clock=clock, headers={"X-One": "1"})
    wire.respond("200 OK", BLOCK, remaining(9))

    client.call("get", 100, 7)

    url = f"{wire.url}/organizations/1/workspaces/10/tasks/100/time-blocks/7"
    before = {
        "operation": "get_time_block",
        "method": "GET",
        "url": url,
        "attempt": 1,
        "headers": {"X-One": "1"},
        "status": None,
        "ms": None,
        "error": None,
        "quota": None,
    }
    after = before | {"status": 200, "ms": 0.0, "quota": {"remaining": 9, "resets_at": None}}
    assert notes.seen == [("before", before), ("after", after)]


def test_the_milliseconds_are_those_of_the_attempt_by_the_clock(
    connect: Connect, wire: Wire
) -> None:
    clock = FakeClock()

    class Slow(Hook):
        def before(self, event: Event) -> None:
            clock.advance(60 * event.attempt)  # what hooks take is not the attempt's

    notes = Notes()
    client = connect(wire.url, hooks=[Slow(), notes], clock=clock)
    wire.respond("200 OK", b"[%b,%b]" % (BLOCK, BLOCK))

    client.each(lambda _: clock.advance(0.25), "stream", **EVER)

    assert [event.ms for event in notes.events] == [500.0]


def test_a_hook_runs_for_each_attempt(connect: Connect, wire: Wire) -> None:
    notes = Notes()
    client = connect(wire.url, hooks=[notes], clock=FakeClock(), max_retries=2)
    wire.responses.append([wire.RESET])
    wire.respond("503 Service Unavailable", b"", remaining(4))
    wire.respond("204 No Content", b"", remaining(3))

    client.call("delete", 100, 7)

    assert notes.order == [
        ("before", 1),
        ("after", 1),
        ("before", 2),
        ("after", 2),
        ("before", 3),
        ("after", 3),
    ]
    assert [event.status for event in notes.events] == [None, 503, 204]
    assert [type(event.error) for event in notes.events] == [
        TransportError,
        ServerError,
        type(None),
    ]
    left = [event.quota and event.quota.remaining for event in notes.events]
    assert left == [None, 4, 3]
    assert len({id(event) for event in notes.events}) == 3


def test_the_event_of_a_failure_holds_the_error_that_is_raised(
    connect: Connect, wire: Wire
) -> None:
    notes = Notes()
    client = connect(wire.url, hooks=[notes])
    wire.respond("200 OK", b"{}")

    with pytest.raises(DecodeError) as caught:
        client.call("get", 100, 7)

    assert notes.events[0].error is caught.value
    assert notes.events[0].status == 200


def test_no_hook_runs_for_what_is_refused_before_it_is_sent(connect: Connect, wire: Wire) -> None:
    notes = Notes()
    client = connect(wire.url, hooks=[notes])

    with pytest.raises(UsageError):
        client.call("get", 100, -7)

    assert notes.seen == []


def test_a_stream_is_over_for_a_hook_after_its_last_item(connect: Connect, wire: Wire) -> None:
    notes = Notes()
    client = connect(wire.url, hooks=[notes])
    wire.respond("200 OK", b"[%b,%b]" % (BLOCK, BLOCK))
    seen: list[int] = []

    client.each(lambda _: seen.append(len(notes.seen)), "stream", **EVER)

    assert seen == [1, 1]
    assert notes.order == [("before", 1), ("after", 1)]
    assert (notes.events[0].status, notes.events[0].error) == (200, None)


def test_a_stream_is_over_for_a_hook_when_it_is_closed(connect: Connect, wire: Wire) -> None:
    notes = Notes()
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    first = b"[%b," % BLOCK
    wire.responses.append([head, b"%x\r\n%b\r\n" % (len(first), first), None])

    connect(wire.url, hooks=[notes]).first("stream", **EVER)

    assert notes.order == [("before", 1), ("after", 1)]
    assert (notes.events[0].status, notes.events[0].error) == (200, None)


def test_no_hook_runs_for_a_stream_that_is_never_read(connect: Connect, wire: Wire) -> None:
    notes = Notes()

    connect(wire.url, hooks=[notes]).first("stream", read=False, **EVER)

    assert notes.seen == []
    assert wire.requests == []


def test_a_stream_that_is_cut_is_a_failure_for_a_hook(connect: Connect, wire: Wire) -> None:
    notes = Notes()
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    first = b"[%b," % BLOCK
    wire.responses.append([head, b"%x\r\n%b\r\n" % (len(first), first)])

    with pytest.raises(TransportError) as caught:
        connect(wire.url, hooks=[notes], max_retries=2).call("stream", **EVER)

    assert notes.order == [("before", 1), ("after", 1)]
    assert notes.events[0].error is caught.value
    assert notes.events[0].status == 200


def test_hooks_of_a_client_watch_its_views_bulk_calls_and_other_requests(
    connect: Connect, wire: Wire
) -> None:
    notes = Notes()
    client = connect(wire.url, hooks=[notes])
    for _ in range(4):
        wire.respond("204 No Content")

    client.view(timeout=5).call("archive", 100, 7)
    client.call("bulk_delete", range(1, 102))
    client.request("GET", "/x")

    seen = [(event.operation, event.method) for event in notes.events]
    assert seen == [
        ("archive_time_block", "POST"),
        ("bulk_delete_time_blocks", "DELETE"),
        ("bulk_delete_time_blocks", "DELETE"),
        ("GET /x", "GET"),
    ]


def test_what_a_hook_raises_before_vetoes_the_request(connect: Connect, wire: Wire) -> None:
    veto = RuntimeError("not today")

    class Never(Hook):
        def before(self, event: Event) -> None:
            veto.add_note(event.operation)
            raise veto

    client = connect(wire.url, hooks=[Never()], max_retries=2)

    for verb, args, named in (("get", (100, 7), {}), ("stream", (), EVER)):
        with pytest.raises(RuntimeError) as caught:
            client.call(verb, *args, **named)

        assert caught.value is veto
    assert wire.requests == []


def test_a_veto_of_the_packages_own_kind_is_not_repeated(connect: Connect, wire: Wire) -> None:
    class Never(Hook):
        called = 0

        def before(self, event: Event) -> None:
            self.called += 1
            raise TransportError(f"{event.operation} as if", sent=False)

    never = Never()

    with pytest.raises(TransportError, match=r"^get_time_block as if$"):
        connect(wire.url, hooks=[never], max_retries=2).call("get", 100, 7)

    assert never.called == 1
    assert wire.requests == []


@pytest.mark.parametrize("when", ("before", "after"))
def test_a_hook_that_nobody_would_await_is_refused(connect: Connect, when: str) -> None:
    async def watch(_: Hook, event: Event) -> None:
        raise RuntimeError(event.operation)

    hook = type("Budget", (Hook,), {when: watch})()

    with pytest.raises(UsageError, match=r"^hooks: Budget is async; before and after must be"):
        connect("http://127.0.0.1:1", hooks=[hook])


def test_a_veto_may_end_the_retries(connect: Connect, wire: Wire) -> None:
    class Once(Hook):
        def before(self, event: Event) -> None:
            if event.attempt > 1:
                raise PermissionError(event.operation)

    wire.respond("503 Service Unavailable")
    client = connect(wire.url, hooks=[Once()], max_retries=2, clock=FakeClock())

    with pytest.raises(PermissionError, match="delete_time_block"):
        client.call("delete", 100, 7)

    assert len(wire.requests) == 1


def test_every_hook_that_ran_before_runs_after(connect: Connect, wire: Wire) -> None:
    class Never(Notes):
        def before(self, event: Event) -> None:
            super().before(event)
            raise RuntimeError("not today")

    first, never, last = Notes(), Never(), Notes()

    with pytest.raises(RuntimeError) as caught:
        connect(wire.url, hooks=[first, never, last]).call("get", 100, 7)

    assert [hook.order for hook in (first, never, last)] == [
        [("before", 1), ("after", 1)],
        [("before", 1)],
        [],
    ]
    assert first.events[0].error is caught.value


def test_a_hook_that_takes_all_the_time_is_the_end_of_the_call(
    connect: Connect, wire: Wire
) -> None:
    clock = FakeClock()

    class Slow(Hook):
        def before(self, event: Event) -> None:
            clock.advance(60 * event.attempt)

    notes = Notes()
    client = connect(wire.url, hooks=[notes, Slow()], clock=clock, deadline=30, max_retries=2)

    with pytest.raises(Late, match="the deadline of 30 s has passed") as caught:
        client.call("get", 100, 7)

    assert not caught.value.sent
    assert notes.order == [("before", 1), ("after", 1)]
    assert wire.requests == []


@pytest.mark.parametrize("injected", (False, True))
def test_a_hook_may_add_headers_to_an_attempt(
    connect: Connect, wire: Wire, *, injected: bool
) -> None:
    class Stamp(Hook):
        def before(self, event: Event) -> None:
            event.headers["X-Attempt"] = str(event.attempt)
            event.headers["x-one"] = "the hook's"

    own = {"http_client": connect.http_client()} if injected else {}
    client = connect(
        wire.url, hooks=[Stamp()], headers={"X-One": "1"}, max_retries=1, clock=FakeClock(), **own
    )
    wire.respond("503 Service Unavailable")
    wire.respond("204 No Content")

    client.call("delete", 100, 7)

    sent = [re.findall(rb"(?im)^x-(?:attempt|one): (.*)\r$", each) for each in wire.requests]
    assert [set(each) for each in sent] == [{b"1", b"the hook's"}, {b"2", b"the hook's"}]
    assert all(len(each) == 2 for each in sent)


@pytest.mark.parametrize(
    ("name", "value"),
    (("X-One", f"{SECRET}\r\nX-Two: 2"), ("X-One", f"{SECRET} ✓"), ("Authorization", SECRET)),
)
def test_a_header_that_a_hook_may_not_add_is_refused_without_showing_it(
    connect: Connect, wire: Wire, name: str, value: str
) -> None:
    class Careless(Hook):
        def before(self, event: Event) -> None:
            event.headers[name] = value

    with pytest.raises(UsageError, match=f"^time_blocks.get: headers.*{name}") as caught:
        connect(wire.url, hooks=[Careless()]).call("get", 100, 7)

    assert SECRET not in str(caught.value)
    assert wire.requests == []


def test_what_a_hook_raises_after_is_logged_and_goes_no_further(
    connect: Connect, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    class Clumsy(Hook):
        def after(self, event: Event) -> None:
            raise RuntimeError(f"oh no, {event.operation}")

        def __repr__(self) -> str:
            return "Clumsy()"

    notes = Notes()
    client = connect(wire.url, hooks=[Clumsy(), notes])
    wire.respond("204 No Content")
    wire.respond("200 OK", b"[%b]" % BLOCK)
    wire.respond("404 Not Found")

    client.call("archive", 100, 7)
    items = client.call("stream", **EVER)
    with pytest.raises(NotFound):
        client.call("get", 100, 7)

    assert len(items) == 1
    assert notes.order == [("before", 1), ("after", 1)] * 3
    assert {(each.name, each.levelname) for each in caplog.records} == {("toggl_focus", "ERROR")}
    assert caplog.messages[0] == "archive_time_block: Clumsy() failed after the attempt"
    assert len(caplog.messages) == 3
    assert "RuntimeError: oh no, archive_time_block" in caplog.text


def test_an_event_may_be_the_key_of_a_weak_dictionary() -> None:
    one, other = (Event("get_time_block", "GET", "http://x/", 1) for _ in range(2))
    kept = weakref.WeakKeyDictionary({one: 1, other: 2})

    del one

    assert list(kept.values()) == [2]


# The log.


def test_each_attempt_is_a_line_for_who_debugs(
    connect: Connect, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "toggl_focus")
    client = connect(wire.url, clock=FakeClock(), max_retries=1)
    wire.responses.append([wire.RESET])
    wire.respond("503 Service Unavailable")

    with pytest.raises(ServerError):
        client.call("delete", 100, 7)

    url = f"{wire.url}/organizations/1/workspaces/10/tasks/100/time-blocks/7"
    lines = [each for each in caplog.records if each.levelno == logging.DEBUG]
    assert {each.name for each in lines} == {"toggl_focus"}
    assert [each.getMessage() for each in lines] == [
        f"delete_time_block: DELETE {url}: no response, TransportError after 0.0 ms (attempt 1)",
        f"delete_time_block: DELETE {url}: 503, ServerError after 0.0 ms (attempt 2)",
    ]


def test_a_success_is_logged_with_its_status_for_who_debugs_only(
    connect: Connect, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    client = connect(wire.url, clock=FakeClock())
    for _ in range(2):
        wire.respond("204 No Content")

    caplog.set_level(logging.INFO, "toggl_focus")
    client.call("archive", 100, 7)
    assert caplog.messages == []
    caplog.set_level(logging.DEBUG, "toggl_focus")
    client.call("archive", 100, 7)

    assert caplog.messages[0].endswith("/7/archive: 204 after 0.0 ms (attempt 1)")


def test_a_repeat_is_information_and_a_wait_for_quota_a_warning(
    connect: Connect, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "toggl_focus")
    client = connect(wire.url, clock=FakeClock(), max_retries=1, wait_for_quota=True)
    wire.respond("503 Service Unavailable", b"", "Retry-After: 20")
    wire.respond("402 Payment Required", b"", remaining(0), HALF_AN_HOUR)
    wire.respond("204 No Content")

    client.call("delete", 100, 7)

    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        (
            "INFO",
            "time_blocks.delete: 503 Service Unavailable (empty); attempt 2 follows in 20.0 s",
        ),
        (
            "WARNING",
            (
                "time_blocks.delete: 402 Payment Required (empty); quota resets in "
                "1800 s; attempt 3 follows in 1801.2 s"
            ),
        ),
    ]


CREDENTIALS: tuple[dict[str, Any], ...] = (
    {"api_key": KEY},
    {"email": "jüri@example.com", "password": PASSWORD},
)
BASIC = b64encode(f"jüri@example.com:{PASSWORD}".encode()).decode()


@pytest.mark.parametrize("injected", (False, True))
@pytest.mark.parametrize("credentials", CREDENTIALS, ids=("key", "password"))
def test_no_credential_and_no_header_is_ever_shown(
    connect: Connect,
    wire: Wire,
    caplog: pytest.LogCaptureFixture,
    credentials: dict[str, Any],
    *,
    injected: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    notes = Notes()
    own = {"http_client": connect.http_client()} if injected else {}
    client = connect(
        wire.url,
        **credentials,
        hooks=[notes],
        clock=FakeClock(),
        max_retries=1,
        headers={"X-Secret": SECRET},
        **own,
    )
    shown = [repr(client.client), repr(vars(client.client)), str(client.view(timeout=5).client)]

    wire.respond("503 Service Unavailable")
    wire.respond("200 OK", b"<html>")
    wire.respond("404 Not Found", b'{"error": "not_found"}', "Set-Cookie: session=cookie-of-ours")
    wire.responses += [[wire.RESET]] * 2
    wire.responses += [[b"NOT HTTP\r\n\r\n"]] * 2
    wire.responses += [[b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"]] * 2
    wire.responses += [[b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{"]] * 2
    errors: list[BaseException] = []
    for _ in range(6):
        with pytest.raises((DecodeError, NotFound, TransportError)) as caught:
            client.call("get", 100, 7, headers={"X-Other": SECRET})
        errors.append(caught.value)
    with pytest.raises(UsageError) as refused:
        client.call("get", 100, 7, headers={"X-Other": f"{SECRET}\n"})
    errors.append(refused.value)

    for error in errors:
        shown += traceback.format_exception(error)
        each: BaseException | None = error
        while each is not None:
            shown += [repr(each), repr(each.args), repr(vars(each))]
            each = each.__cause__ or each.__context__
    shown += [repr(event) for event in notes.events]
    shown += [*caplog.messages, caplog.text, *(repr(vars(each)) for each in caplog.records)]
    assert len(wire.requests) == 11
    for secret in (KEY, PASSWORD, BASIC, SECRET):
        assert not [text for text in shown if secret in text]
