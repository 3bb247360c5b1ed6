"""What is sent again, after which wait, and when that ends: by a clock that waits for nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NoReturn

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clients import KEY, Aiohttp, Async, Connect, Sync
from tests.support.faults import BLOCK, CALLS, OPERATIONS
from toggl_focus import (
    APIError,
    AsyncTogglFocus,
    BulkError,
    DecodeError,
    Event,
    Hook,
    NotFound,
    PaymentRequired,
    PlanRequired,
    QuotaExceeded,
    ServerError,
    TimeoutError,  # noqa: A004  (ours is the builtin one's subclass)
    TogglFocus,
    TooManyRequests,
    TransportError,
)
from toggl_focus.testing import FakeClock

if TYPE_CHECKING:
    from tests.support.clients import AnyClient
    from tests.support.wire import Wire

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
EVER: dict[str, Any] = {"date_from": NOW, "date_to": NOW}
SCOPE: dict[str, Any] = {"api_key": KEY, "organization_id": 1, "workspace_id": 10}
NOWHERE = "http://127.0.0.1:1/api"
BUSY = "503 Service Unavailable"
TOO_FAST = "429 Too Many Requests"
PAY = "402 Payment Required"
NONE_LEFT = "X-Toggl-Quota-Remaining: 0"

UNSAFE = [method for method in CALLS if not OPERATIONS[method].get("x-idempotent")]


def resets_in(seconds: int) -> str:
    return f"X-Toggl-Quota-Resets-In: {seconds}"


def lost(wire: Wire) -> None:
    """Reset the connection before a response."""
    wire.responses.append([wire.RESET])


@pytest.mark.parametrize("kind", (Sync, Async, Aiohttp))
@given(
    randoms=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=7),
    start=st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)),  # noqa: DTZ001  (Hypothesis adds it)
)
def test_each_wait_is_any_part_of_twice_the_one_before_up_to_8_seconds(
    kind: type[AnyClient], randoms: list[float], start: datetime
) -> None:
    connect = Connect(kind)
    clock = FakeClock(start, randoms=randoms)
    try:
        with pytest.raises(TransportError):
            connect(NOWHERE, clock=clock, max_retries=len(randoms)).call("get", 100, 7)
    finally:
        connect.close()

    longest = [min(8, 0.5 * 2**number) for number in range(len(randoms))]
    assert clock.slept == [share * most for share, most in zip(randoms, longest, strict=True)]


def test_any_number_of_retries_is_kept_to(connect: Connect) -> None:
    clock = FakeClock()

    with pytest.raises(TransportError) as caught:
        connect(NOWHERE, clock=clock, max_retries=1100).call("get", 100, 7)

    assert caught.value.attempts == 1101
    assert clock.slept[-1] == 4


@pytest.mark.parametrize("seconds", (0, 7, 60))
@pytest.mark.parametrize("status", (BUSY, TOO_FAST, "502 Bad Gateway", "504 Gateway Timeout"))
def test_the_seconds_that_the_service_asks_for_are_waited(
    status: str, seconds: int, connect: Connect, wire: Wire
) -> None:
    wire.respond(status, b"", f"Retry-After: {seconds}")
    wire.json(BLOCK)
    clock = FakeClock()

    block = connect(wire.url, clock=clock, max_retries=1).call("get", 100, 7)

    assert block.id == 7
    assert clock.slept == [seconds]


@pytest.mark.parametrize(
    ("text", "seconds"),
    (
        ("Mon, 12 Jan 2026 09:00:30 GMT", 30),
        ("Monday, 12-Jan-26 09:00:30 GMT", 30),
        ("Mon Jan 12 09:00:30 2026", 30),
        ("Mon, 12 Jan 2026 11:00:30 +0200", 30),
        ("Mon, 12 Jan 2026 09:00:30 -0000", 30),
        (format_datetime(NOW - timedelta(days=300), usegmt=True), 0),
    ),
)
def test_it_waits_until_the_time_that_the_service_names(
    text: str, seconds: int, connect: Connect, wire: Wire
) -> None:
    wire.respond(BUSY, b"", f"Retry-After: {text}")
    wire.json(BLOCK)
    clock = FakeClock(NOW)

    connect(wire.url, clock=clock, max_retries=1).call("get", 100, 7)

    assert clock.slept == [seconds]


@pytest.mark.parametrize("text", ("61", "999999999", "Mon, 12 Jan 2026 09:01:01 GMT"))
@pytest.mark.parametrize(("verb", "status"), (("get", BUSY), ("archive", TOO_FAST)))
def test_more_than_a_minute_is_not_waited_without_leave(
    verb: str, status: str, text: str, connect: Connect, wire: Wire
) -> None:
    wire.respond(status, b"", f"Retry-After: {text}")
    clock = FakeClock(NOW)

    with pytest.raises((ServerError, TooManyRequests)) as caught:
        connect(wire.url, clock=clock, max_retries=2).call(verb, 100, 7)

    assert (clock.slept, caught.value.attempts) == ([], 1)


@pytest.mark.parametrize(("leave", "waits"), ((60, []), (61, [61]), (True, [61])))
def test_more_than_a_minute_is_waited_where_that_long_is_allowed_for_the_quota(
    leave: float, waits: list[float], connect: Connect, wire: Wire
) -> None:
    wire.respond(TOO_FAST, b"", "Retry-After: 61")
    wire.respond("204 No Content")
    clock = FakeClock()
    client = connect(wire.url, clock=clock, max_retries=2, wait_for_quota=leave)

    if waits:
        client.call("archive", 100, 7)
    else:
        with pytest.raises(TooManyRequests):
            client.call("archive", 100, 7)

    assert clock.slept == waits


def test_the_long_waits_of_a_call_are_all_taken_from_what_is_allowed(
    connect: Connect, wire: Wire
) -> None:
    wire.respond(TOO_FAST, b"", "Retry-After: 70")
    wire.respond(PAY, b"", NONE_LEFT, resets_in(20))
    wire.respond(TOO_FAST, b"", "Retry-After: 70")
    clock = FakeClock(randoms=(0,))

    with pytest.raises(TooManyRequests):
        connect(wire.url, clock=clock, max_retries=9, wait_for_quota=100).call("get", 100, 7)

    assert clock.slept == [70, 21]


MALFORMED = (
    "soon",
    "-1",
    "1.5",
    "",
    "7, 7",
    "1" * 5000,
    "\xb2",
    "Mon, 99 Jan 2026 09:00:30 GMT",
    "Mon Jan 99999999999999999999 09:00:30 20299996",
)


@pytest.mark.parametrize("text", MALFORMED)
def test_a_retry_after_that_makes_no_sense_is_ignored(
    text: str, connect: Connect, wire: Wire
) -> None:
    for _ in range(2):
        wire.respond(BUSY, b"", f"Retry-After: {text}")
        wire.responses[-1] = [chunk.decode().encode("latin-1") for chunk in wire.responses[-1]]
    clock = FakeClock()
    client = connect(wire.url, clock=clock, max_retries=1)

    with pytest.raises(ServerError):
        client.call("get", 100, 7)

    assert clock.slept == [0.25]


def test_a_write_is_not_repeated_by_a_wait_that_makes_no_sense(
    connect: Connect, wire: Wire
) -> None:
    wire.respond(BUSY, b"", "Retry-After: soon")

    with pytest.raises(ServerError):
        connect(wire.url, clock=FakeClock(), max_retries=2).call("archive", 100, 7)

    assert len(wire.requests) == 1


@given(st.text(st.characters(max_codepoint=255)) | st.from_regex(r"\w{3}, \d+ Jan \d+ [\d:+ ]*"))
def test_any_retry_after_is_some_seconds_or_nothing(text: str) -> None:
    seconds = ServerError("busy", headers={"Retry-After": text}).retry_after

    assert seconds is None or seconds >= 0


def test_by_default_it_is_sent_again_twice(wire: Wire) -> None:
    for _ in range(3):
        wire.respond(BUSY)

    with (
        TogglFocus(**SCOPE, base_url=wire.url, clock=FakeClock()) as client,
        pytest.raises(ServerError) as caught,
    ):
        client.time_blocks.get(100, 7)

    assert caught.value.attempts == len(wire.requests) == 3


@pytest.mark.parametrize(("of_client", "of_call"), ((0, 3), (3, 0), (2, 1)))
def test_a_call_may_have_its_own_number_of_retries(
    of_client: int, of_call: int, connect: Connect, wire: Wire
) -> None:
    for _ in range(4):
        wire.respond(BUSY)
    client = connect(wire.url, clock=FakeClock(), max_retries=of_client)

    with pytest.raises(ServerError):
        client.call("get", 100, 7, max_retries=of_call)

    assert len(wire.requests) == 1 + of_call


def test_each_call_begins_to_count_anew(connect: Connect, wire: Wire) -> None:
    clock = FakeClock()
    client = connect(wire.url, clock=clock, max_retries=2)
    for _ in range(2):
        wire.respond(BUSY)
        wire.respond(BUSY)
        wire.json(BLOCK)

    client.call("get", 100, 7)
    client.call("get", 100, 7)

    assert clock.slept == [0.25, 0.5] * 2


def test_a_response_shows_how_many_requests_it_cost(connect: Connect, wire: Wire) -> None:
    lost(wire)
    wire.respond(BUSY)
    wire.json(BLOCK)
    client = connect(wire.url, clock=FakeClock(), max_retries=2)

    response = client.raw("get", 100, 7)

    assert (response.attempts, response.value.id) == (3, 7)


def test_each_attempt_sends_the_same(connect: Connect, wire: Wire) -> None:
    lost(wire)
    wire.respond("204 No Content")
    client = connect(wire.url, clock=FakeClock(), max_retries=1)

    client.call("update", 100, 7, duration=60)

    assert wire.requests[0] == wire.requests[1]
    assert wire.requests[0].endswith(b'{"duration":60}')


@pytest.mark.parametrize(("deadline", "waits"), ((14.5, [7, 7]), (14, [7]), (7.5, [7]), (7, [])))
def test_a_wait_that_would_pass_the_deadline_is_not_begun(
    deadline: float, waits: list[float], connect: Connect, wire: Wire
) -> None:
    for _ in range(3):
        wire.respond(BUSY, b"", "Retry-After: 7")
    clock = FakeClock()

    with pytest.raises(ServerError) as caught:
        connect(wire.url, clock=clock, max_retries=9, deadline=deadline).call("get", 100, 7)

    assert (clock.slept, caught.value.attempts) == (waits, len(waits) + 1)


def test_the_wait_for_the_quota_ends_with_the_deadline_too(connect: Connect, wire: Wire) -> None:
    wire.respond(PAY, b"", NONE_LEFT, resets_in(1800))
    clock = FakeClock()

    with pytest.raises(QuotaExceeded):
        connect(wire.url, clock=clock, wait_for_quota=True, deadline=1800).call("get", 100, 7)

    assert clock.slept == []


def test_no_attempt_waits_longer_than_the_deadline_leaves(connect: Connect) -> None:
    seen: list[dict[str, float]] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(503, headers={"Retry-After": "15"})

    http = connect.http_client(transport=httpx.MockTransport(refuse))
    client = connect(NOWHERE, http_client=http, clock=FakeClock(), max_retries=9, deadline=20)

    with pytest.raises(ServerError):
        client.call("get", 100, 7)

    assert seen == [
        {"connect": 5, "read": 20, "write": 20, "pool": 20},
        {"connect": 5, "read": 5, "write": 5, "pool": 5},
    ]


@pytest.mark.parametrize("verb", ("get", "stream"))
def test_a_silence_ends_with_the_deadline_where_there_is_no_timeout(
    verb: str, connect: Connect, wire: Wire
) -> None:
    wire.responses.append([None])
    named: dict[str, Any] = EVER if verb == "stream" else {}
    arguments = () if verb == "stream" else (100, 7)
    client = connect(wire.url, timeout=None, deadline=0.05, max_retries=2)

    with pytest.raises(TimeoutError) as caught:
        client.call(verb, *arguments, **named)

    assert caught.value.attempts == 1


def test_nothing_is_sent_when_a_wait_took_so_long_that_the_deadline_has_passed(
    connect: Connect, wire: Wire
) -> None:
    class Sleepy(FakeClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + 100)

    wire.respond(BUSY, b"", "Retry-After: 7")
    client = connect(wire.url, clock=Sleepy(), max_retries=2, deadline=20)

    with pytest.raises(TimeoutError, match="the deadline of 20 s has passed") as caught:
        client.call("get", 100, 7)

    assert caught.value.attempts == len(wire.requests) == 1


def test_nothing_is_sent_when_a_hook_took_so_long_that_the_deadline_has_passed(
    connect: Connect, wire: Wire
) -> None:
    class Slow(Hook):
        def before(self, event: Event) -> None:
            clock.advance(20 * event.attempt)

    clock = FakeClock()

    with pytest.raises(TimeoutError) as caught:
        connect(wire.url, clock=clock, hooks=[Slow()], deadline=20).call("create", 100, start=NOW)

    assert (caught.value.attempts, caught.value.sent, wire.requests) == (0, False, [])


@pytest.mark.parametrize("verb", UNSAFE)
@pytest.mark.parametrize("status", ("", BUSY, TOO_FAST, "502 Bad Gateway", "504 Gateway Timeout"))
def test_what_may_have_been_done_is_not_done_twice(
    status: str, verb: str, connect: Connect, wire: Wire
) -> None:
    arguments, named, _ = CALLS[verb]
    for _ in range(3):
        if status:
            wire.respond(status)
        else:
            lost(wire)
    client = connect(wire.url, clock=FakeClock(), max_retries=2)

    with pytest.raises((TransportError, ServerError, TooManyRequests)) as caught:
        client.call(verb, *arguments, **named)

    assert caught.value.attempts == len(wire.requests) == 1


def test_a_create_is_sent_when_a_connection_can_be_made_after_all(connect: Connect) -> None:
    methods: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        if len(methods) < 3:
            raise (httpx.ConnectError, httpx.ConnectTimeout)[len(methods) - 1](
                "no", request=request
            )
        return httpx.Response(201, content=BLOCK)

    http = connect.http_client(transport=httpx.MockTransport(respond))
    client = connect(NOWHERE, http_client=http, clock=FakeClock(), max_retries=2)

    block = client.call("create", 100, start=NOW)

    assert (block.id, methods) == (7, ["POST"] * 3)


def test_a_create_that_was_turned_away_at_the_door_is_sent_again(
    connect: Connect, wire: Wire
) -> None:
    wire.respond(BUSY, b"", "Retry-After: 3")
    wire.respond(TOO_FAST, b"", "Retry-After: 4")
    wire.respond("201 Created", BLOCK)
    clock = FakeClock()

    block = connect(wire.url, clock=clock, max_retries=2).call("create", 100, start=NOW)

    assert (block.id, clock.slept) == (7, [3, 4])


@pytest.mark.parametrize("status", ("502 Bad Gateway", "504 Gateway Timeout"))
def test_a_create_that_a_gateway_lost_sight_of_is_not_sent_again(
    status: str, connect: Connect, wire: Wire
) -> None:
    wire.respond(status, b"", "Retry-After: 3")

    with pytest.raises(ServerError):
        connect(wire.url, clock=FakeClock(), max_retries=2).call("create", 100, start=NOW)

    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("method", "requests"),
    (("GET", 2), ("PUT", 2), ("DELETE", 2), ("POST", 1), ("PATCH", 1)),
)
def test_a_request_that_the_description_lacks_is_repeated_by_its_method(
    method: str, requests: int, wire: Wire
) -> None:
    lost(wire)
    lost(wire)

    with (
        TogglFocus(**SCOPE, base_url=wire.url, clock=FakeClock(), max_retries=1) as client,
        pytest.raises(TransportError),
    ):
        client.request(method, "/me")

    assert len(wire.requests) == requests


@pytest.mark.parametrize(
    ("status", "body"),
    (
        ("500 Internal Server Error", b""),
        ("501 Not Implemented", b""),
        ("400 Bad Request", b""),
        ("404 Not Found", b""),
        ("408 Request Timeout", b""),
        ("200 OK", b"<html>"),
        ("200 OK", b""),
    ),
)
def test_what_will_not_pass_is_not_sent_again_whatever_the_service_says(
    status: str, body: bytes, connect: Connect, wire: Wire
) -> None:
    wire.respond(status, body, "Retry-After: 1")
    clock = FakeClock()

    with pytest.raises((APIError, DecodeError)):
        connect(wire.url, clock=clock, max_retries=2).call("get", 100, 7)

    assert (len(wire.requests), clock.slept) == (1, [])


def test_a_stream_is_sent_again_until_it_begins(connect: Connect, wire: Wire) -> None:
    lost(wire)
    wire.respond(BUSY)
    wire.json(b"[%s]" % BLOCK)

    got = connect(wire.url, clock=FakeClock(), max_retries=2).call("stream", **EVER)

    assert [each.id for each in got] == [7]
    assert len(wire.requests) == 3


@pytest.mark.parametrize("begun", (b"", b"[", b"[" + BLOCK + b","))
def test_a_stream_that_began_is_not_sent_again(begun: bytes, connect: Connect, wire: Wire) -> None:
    wire.json(b"[%s]" % BLOCK)
    head = (
        wire.responses[0][0]
        .split(b"\r\n\r\n")[0]
        .replace(b"Content-Length: ", b"Content-Length: 1")
    )
    wire.responses[0] = [head + b"\r\n\r\n" + begun]
    client = connect(wire.url, clock=FakeClock(), max_retries=2)
    got: list[int] = []

    with pytest.raises(TransportError) as caught:
        client.each(lambda item: got.append(item.id), "stream", **EVER)

    assert got == [7] * begun.count(b'id":7')
    assert caught.value.attempts == len(wire.requests) == 1


def test_an_error_tells_how_often_it_was_sent(connect: Connect, wire: Wire) -> None:
    for _ in range(3):
        lost(wire)

    with pytest.raises(TransportError) as caught:
        connect(wire.url, clock=FakeClock(), max_retries=2).call("get", 100, 7)

    assert caught.value.attempts == 3
    assert caught.value.sent
    assert caught.value.__notes__ == ["Attempts: 3."]


def test_an_error_of_the_only_attempt_has_nothing_to_add(connect: Connect, wire: Wire) -> None:
    lost(wire)

    with pytest.raises(TransportError) as caught:
        connect(wire.url).call("delete", 100, 7)

    assert caught.value.attempts == 1
    assert not hasattr(caught.value, "__notes__")


def test_an_error_tells_where_nothing_reached_the_service(connect: Connect) -> None:
    client = connect(NOWHERE, clock=FakeClock(), max_retries=1)

    with pytest.raises(TransportError) as caught:
        client.call("delete", 100, 7)

    assert not caught.value.sent
    assert not any("may have done it" in note for note in caught.value.__notes__)


@pytest.mark.parametrize("status", ("", "502 Bad Gateway", "504 Gateway Timeout"))
def test_a_404_to_a_repeated_delete_tells_that_the_first_may_have_done_it(
    status: str, connect: Connect, wire: Wire
) -> None:
    if status:
        wire.respond(status)
    else:
        lost(wire)
    wire.respond("404 Not Found")

    with pytest.raises(NotFound) as caught:
        connect(wire.url, clock=FakeClock(), max_retries=2).call("delete", 100, 7)

    assert caught.value.__notes__ == [
        "Attempts: 2.",
        "An earlier attempt may have succeeded.",
    ]


def test_a_bulk_error_tells_that_an_earlier_attempt_may_have_done_it(
    connect: Connect, wire: Wire
) -> None:
    lost(wire)
    wire.respond("404 Not Found")
    client = connect(wire.url, clock=FakeClock(), max_retries=2)

    with pytest.raises(BulkError, match=r"failed \(or possibly done\): 1") as caught:
        client.straight("bulk_delete", [7])

    assert caught.value.attempts == 2
    assert isinstance(caught.value.reason, NotFound)


@pytest.mark.parametrize("verb", ("get", "stream", "bulk_delete"))
@pytest.mark.parametrize("kind", (KeyboardInterrupt, asyncio.CancelledError))
def test_what_interrupts_a_wait_ends_the_call_at_once(
    kind: type[BaseException], verb: str, connect: Connect, wire: Wire
) -> None:
    class Interrupted(FakeClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            raise kind

    wire.respond(BUSY)
    clock = Interrupted()
    client = connect(wire.url, clock=clock, max_retries=2)
    arguments: dict[str, tuple[Any, ...]] = {"get": (100, 7), "stream": (), "bulk_delete": ([7],)}

    with pytest.raises(kind) as caught:
        client.call(verb, *arguments[verb], **(EVER if verb == "stream" else {}))

    assert type(caught.value) is kind
    assert (len(wire.requests), clock.slept) == (1, [0.25])


def test_a_task_that_is_cancelled_while_it_waits_ends_at_once(wire: Wire) -> None:
    requested = asyncio.Event()

    class Telling(Hook):
        def after(self, event: Event) -> None:
            assert event.status == 503
            requested.set()

    async def cancel() -> None:
        async with AsyncTogglFocus(**SCOPE, base_url=wire.url, hooks=[Telling()]) as client:
            task = asyncio.create_task(client.time_blocks.get(100, 7))
            await requested.wait()
            task.cancel()
            await task

    wire.respond(BUSY, b"", "Retry-After: 59")

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(asyncio.wait_for(cancel(), 10))

    assert len(wire.requests) == 1


def test_the_quota_is_not_waited_for_without_leave(connect: Connect, wire: Wire) -> None:
    wire.respond(PAY, b"", NONE_LEFT, resets_in(0))
    clock = FakeClock()

    with pytest.raises(QuotaExceeded) as caught:
        connect(wire.url, clock=clock, max_retries=2).call("get", 100, 7)

    assert (clock.slept, len(wire.requests), caught.value.resets_in) == ([], 1, 0)


@pytest.mark.parametrize("leave", (1800, 3600.5, True))
@pytest.mark.parametrize("verb", CALLS)
def test_the_quota_is_waited_for_where_that_long_is_allowed(
    verb: str, leave: float, connect: Connect, wire: Wire
) -> None:
    arguments, named, good = CALLS[verb]
    wire.respond(PAY, b"", NONE_LEFT, resets_in(1800))
    wire.json(good)
    clock = FakeClock()

    connect(wire.url, clock=clock).call(verb, *arguments, **named, wait_for_quota=leave)

    assert clock.slept == [1800 + 1 + 0.25]


@pytest.mark.parametrize("leave", (0, False, 1799))
def test_a_quota_that_takes_longer_than_is_allowed_is_an_error_at_once(
    leave: float, connect: Connect, wire: Wire
) -> None:
    wire.respond(PAY, b"", NONE_LEFT, resets_in(1800))
    clock = FakeClock()

    with pytest.raises(QuotaExceeded):
        connect(wire.url, clock=clock, wait_for_quota=leave).call("get", 100, 7)

    assert clock.slept == []


def test_all_waits_for_the_quota_together_are_no_longer_than_allowed(
    connect: Connect, wire: Wire
) -> None:
    for _ in range(2):
        wire.respond(PAY, b"", NONE_LEFT, resets_in(60))
    clock = FakeClock()

    with pytest.raises(QuotaExceeded) as caught:
        connect(wire.url, clock=clock, wait_for_quota=100).call("get", 100, 7)

    assert clock.slept == [61.25]
    assert caught.value.__notes__ == ["Attempts: 2."]


def test_with_leave_without_end_the_quota_is_waited_for_again_and_again(
    connect: Connect, wire: Wire
) -> None:
    for _ in range(6):
        wire.respond(PAY, b"", NONE_LEFT, resets_in(3600))
    wire.json(BLOCK)
    clock = FakeClock()

    block = connect(wire.url, clock=clock, wait_for_quota=True).call("get", 100, 7)

    assert block.id == 7
    assert clock.slept == [3601 + wait for wait in (0.25, 0.5, 1, 2, 4, 4)]


def test_the_quota_and_other_failures_are_counted_apart(connect: Connect, wire: Wire) -> None:
    wire.respond(PAY, b"", NONE_LEFT, resets_in(10))
    wire.respond(BUSY)
    wire.respond(PAY, b"", NONE_LEFT, resets_in(10))
    wire.respond(BUSY)
    clock = FakeClock()
    client = connect(wire.url, clock=clock, max_retries=1, wait_for_quota=True)

    with pytest.raises(ServerError) as caught:
        client.call("get", 100, 7)

    assert clock.slept == [11.25, 0.25, 11.5]
    assert caught.value.attempts == 4


@pytest.mark.parametrize(
    ("headers", "kind"),
    (
        (("X-Toggl-Quota-Remaining: 3", resets_in(5)), PlanRequired),
        ((resets_in(5),), PaymentRequired),
        ((), PaymentRequired),
        ((NONE_LEFT,), QuotaExceeded),
        ((NONE_LEFT, "X-Toggl-Quota-Resets-In: soon"), QuotaExceeded),
        ((NONE_LEFT, "Retry-After: 5"), QuotaExceeded),
    ),
)
def test_a_402_that_is_not_known_to_pass_is_never_sent_again(
    headers: tuple[str, ...], kind: type[Exception], connect: Connect, wire: Wire
) -> None:
    wire.respond(PAY, b"", *headers)
    clock = FakeClock()

    with pytest.raises(PaymentRequired) as caught:
        connect(wire.url, clock=clock, max_retries=2, wait_for_quota=True).call("get", 100, 7)

    assert type(caught.value) is kind
    assert (clock.slept, len(wire.requests)) == ([], 1)


def test_too_fast_with_no_requests_left_is_waited_for_as_the_quota_says(
    connect: Connect, wire: Wire
) -> None:
    wire.respond(TOO_FAST, b"", NONE_LEFT, resets_in(40))
    wire.respond("204 No Content")
    clock = FakeClock()

    connect(wire.url, max_retries=1, clock=clock).call("delete", 100, 7)

    assert clock.slept == [40]


@pytest.mark.parametrize("quota", ((NONE_LEFT, resets_in(40)), (resets_in(40),)))
def test_the_quota_does_not_say_that_a_write_was_turned_away(
    quota: tuple[str, ...], connect: Connect, wire: Wire
) -> None:
    wire.respond(TOO_FAST, b"", *quota)
    clock = FakeClock()

    with pytest.raises(TooManyRequests):
        connect(wire.url, max_retries=1, clock=clock).call("archive", 100, 7)

    assert len(wire.requests) == 1
    assert clock.slept == []


def test_what_went_before_counts_for_whether_it_was_sent(connect: Connect) -> None:
    troubles = iter([httpx.ReadError("reset"), httpx.ConnectError("refused")])

    def fail(_: httpx.Request) -> NoReturn:
        raise next(troubles)

    http = connect.http_client(transport=httpx.MockTransport(fail))
    client = connect("http://x/api", max_retries=1, clock=FakeClock(), http_client=http)

    with pytest.raises(TransportError, match="ConnectError") as caught:
        client.call("delete", 100, 7)

    assert caught.value.sent
    assert caught.value.__notes__[-1] == "An earlier attempt may have succeeded."
