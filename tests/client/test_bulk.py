"""Bulk calls of any size: as few requests as they take, and a full account when one goes wrong."""

from __future__ import annotations

import asyncio
import builtins
import copy
import itertools
import json
import pickle
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from unittest import mock

import httpx
import hypothesis
import hypothesis.strategies as st
import msgspec.structs
import pytest

from tests.support.clients import KEY, Sync
from tests.support.wire import Wire
from toggl_focus import (
    APIError,
    AsyncTogglFocus,
    BadRequest,
    BulkError,
    DecodeError,
    Event,
    Hook,
    NotFound,
    QuotaExceeded,
    ServerError,
    TimeBlock,
    TimeBlockBulkCreateItem,
    TimeBlockBulkUpdateItem,
    TimeoutError,  # noqa: A004  (ours is the builtin one's subclass)
    TransportError,
    UsageError,
)
from toggl_focus.testing import FakeClock
from toggl_focus_conformance import ReferenceServer

if TYPE_CHECKING:
    from tests.support.clients import AnyClient, Connect

LIMIT = 100
MOST = 350
NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:1/api"
UNKNOWN = 999_999


def creations(count: int, begin: datetime = NEW_YEAR) -> list[TimeBlockBulkCreateItem]:
    """So many blocks of a minute each, distinguished by when they start."""
    return [
        TimeBlockBulkCreateItem(start=begin + timedelta(minutes=n), task_id=100 + n % 3)
        for n in range(count)
    ]


def updates(*ids: int) -> list[TimeBlockBulkUpdateItem]:
    return [TimeBlockBulkUpdateItem(id=each, completed=True) for each in ids]


ENTRIES: dict[str, Callable[[int], list[Any]]] = {
    "bulk_create": creations,
    "bulk_update": lambda count: updates(*range(1, count + 1)),
    "bulk_delete": lambda count: list(range(1, count + 1)),
}
each_verb = pytest.mark.parametrize("verb", ENTRIES)


def sizes(error: BaseException | None) -> tuple[int, int, int]:
    """How many are done, failed and never sent."""
    assert isinstance(error, BulkError)
    return len(error.done), len(error.failed), len(error.never_sent)


def account(error: BaseException | None) -> BulkError:
    """The BulkError behind an interruption, wherever an event loop has put it."""
    while not isinstance(error, BulkError):
        assert error is not None
        error = error.__cause__ or error.__context__
    return error


def starts(client: AnyClient, begin: datetime = NEW_YEAR, days: int = 1) -> list[datetime]:
    """What is in the calendar of the server, in order."""
    blocks = client.call(
        "stream", date_from=begin, date_to=begin + timedelta(days=days, seconds=-1)
    )
    return [block.start for block in blocks]


class Counting(Hook):
    """Counts requests, and lets something happen before one of them."""

    def __init__(self, number: int = 0, happens: Callable[[], object] = lambda: None) -> None:
        self.count = 0
        self._number = number
        self._happens = happens

    def before(self, event: Event) -> None:
        self.count += 1
        assert event.operation.startswith("bulk_")
        if self.count == self._number:
            self._happens()


@dataclass
class Fault:
    """What becomes of a call. reaches: the server acts on it, and then its response is spoilt."""

    name: str
    kind: type[Exception]
    spoil: Callable[[httpx.Response], httpx.Response]
    reaches: bool = False
    sent: bool = True

    @property
    def refused(self) -> bool:
        """Whether an account of it says that it was surely not done."""
        return issubclass(self.kind, APIError) and self.kind is not ServerError


def _raising(error: Exception) -> Callable[[object], httpx.Response]:
    def spoil(_: object) -> httpx.Response:
        raise copy.copy(error)

    return spoil


def _responding(status: int, **more: Any) -> Callable[[object], httpx.Response]:
    return lambda _: httpx.Response(status, **more)


FAULTS = (
    Fault("400", BadRequest, _responding(400, json={"error": "validation"})),
    Fault("404", NotFound, _responding(404)),
    Fault("402", QuotaExceeded, _responding(402, headers={"X-Toggl-Quota-Remaining": "0"})),
    Fault("a redirect", APIError, _responding(302)),
    Fault("500", ServerError, _responding(500)),
    Fault("500 when done", ServerError, _responding(500), reaches=True),
    Fault("502 when done", ServerError, _responding(502), reaches=True),
    Fault("reset", TransportError, _raising(httpx.ReadError("reset"))),
    Fault("reset when done", TransportError, _raising(httpx.ReadError("reset")), reaches=True),
    Fault("silence", TimeoutError, _raising(httpx.ReadTimeout("silence"))),
    Fault("silence when done", TimeoutError, _raising(httpx.ReadTimeout("silence")), reaches=True),
    Fault("refused", TransportError, _raising(httpx.ConnectError("refused")), sent=False),
    Fault("no connection", TimeoutError, _raising(httpx.ConnectTimeout("")), sent=False),
    Fault("a bad response", DecodeError, _responding(201, content=b"<html>"), reaches=True),
    Fault("null", DecodeError, _responding(201, json=None, content=b"null"), reaches=True),
    Fault("fewer", DecodeError, lambda got: httpx.Response(201, json=got.json()[1:]), reaches=True),
    Fault(
        "more",
        DecodeError,
        lambda got: httpx.Response(201, json=got.json()[:1] * 101),
        reaches=True,
    ),
)


class Between(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """On the way to a server: passes requests on, but for those that a fault is due for."""

    def __init__(self) -> None:
        self._there = httpx.HTTPTransport(verify=False)
        self._then = httpx.AsyncHTTPTransport(verify=False)
        self.faults: Iterator[Fault | None] = iter(())
        self.sizes: list[int] = []

    def plan(self, faults: dict[int, Fault]) -> None:
        """Let it happen to the calls with these numbers, from 0."""
        self.faults = (faults.get(number) for number in itertools.count())
        self.sizes = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fault = self._fault(request)
        if fault is None:
            return self._there.handle_request(request)
        response = self._there.handle_request(request) if fault.reaches else httpx.Response(200)
        response.read()
        response.close()
        return fault.spoil(response)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self._fault(request)
        if fault is None:
            return await self._then.handle_async_request(request)
        response = httpx.Response(200)
        if fault.reaches:
            response = await self._then.handle_async_request(request)
        await response.aread()
        await response.aclose()
        return fault.spoil(response)

    def _fault(self, request: httpx.Request) -> Fault | None:
        if request.method == "POST":
            self.sizes.append(len(json.loads(request.content)["time_blocks"]))
        return next(self.faults, None)

    def close(self) -> None:
        self._there.close()

    async def aclose(self) -> None:
        await self._then.aclose()


def test_any_number_goes_in_as_few_calls_as_it_takes_and_in_order(
    connect: Connect, server: ReferenceServer
) -> None:
    hook = Counting()
    begins = (NEW_YEAR + timedelta(days=n) for n in itertools.count())
    client, reader = connect(server.url, hooks=[hook]), connect(server.url)

    @hypothesis.settings(max_examples=8)
    @hypothesis.given(count=st.integers(1, MOST))
    @hypothesis.example(1)
    @hypothesis.example(LIMIT)
    @hypothesis.example(LIMIT + 1)
    @hypothesis.example(MOST)
    def check(count: int) -> None:
        begin, hook.count = next(begins), 0
        entries = creations(count, begin)
        calls = -(-count // LIMIT)

        blocks = client.straight("bulk_create", entries)
        assert [(each.start, each.task_id) for each in blocks] == [
            (each.start, each.task_id) for each in entries
        ]
        assert starts(reader, begin) == [each.start for each in entries]
        assert hook.count == calls

        ids = [each.id for each in blocks]
        client.straight("bulk_update", updates(*ids))
        assert reader.call("get", blocks[-1].task_id, ids[-1]).completed_at is not None
        assert hook.count == calls * 2

        client.straight("bulk_delete", ids)
        assert starts(reader, begin) == []
        assert hook.count == calls * 3

    check()


def test_whichever_call_fails_and_however_the_account_agrees_with_the_server(
    connect: Connect, server: ReferenceServer
) -> None:
    between = Between()
    begins = (NEW_YEAR + timedelta(days=n) for n in itertools.count())
    client = connect(server.url, http_client=connect.http_client(transport=between))
    reader = connect(server.url)

    @hypothesis.settings(max_examples=20)
    @hypothesis.given(
        count=st.integers(1, MOST), at=st.integers(0, 3), fault=st.sampled_from(FAULTS)
    )
    def check(count: int, at: int, fault: Fault) -> None:
        number = min(at, (count - 1) // LIMIT)
        between.plan({number: fault})
        reported: list[tuple[int, int]] = []
        begin = next(begins)
        entries = creations(count, begin)

        with pytest.raises(BulkError) as caught:
            client.straight("bulk_create", entries, progress=lambda *each: reported.append(each))
        error: Any = caught.value
        there = starts(reader, begin)

        assert error.done + error.failed + error.never_sent == entries
        assert len(error.done) == number * LIMIT
        assert len(error.failed) == (min(LIMIT, count - number * LIMIT) if fault.sent else 0)
        assert error.reason.attempts == 1
        assert type(error.reason) is fault.kind
        assert error.__cause__ is error.reason
        assert error.attempts == number + 1
        assert between.sizes == [LIMIT] * number + [min(LIMIT, count - number * LIMIT)]
        assert reported == [((n + 1) * LIMIT, count) for n in range(number)]
        assert [each.start for each in error.results] == [each.start for each in error.done]
        maybe = [each.start for each in error.failed] if fault.reaches else []
        assert there == [each.start for each in error.done] + maybe
        assert ("(or possibly done)" in str(error)) == (fault.sent and not fault.refused)

    check()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_of_the_second_call_is_accounted_for(
    fault: Fault, connect: Connect, server: ReferenceServer
) -> None:
    between = Between()
    between.plan({1: fault})
    client = connect(server.url, http_client=connect.http_client(transport=between))

    with pytest.raises(BulkError) as caught:
        client.straight("bulk_create", creations(250))

    reason: Any = caught.value.reason
    assert (type(reason), reason.attempts) == (fault.kind, 1)
    assert sizes(caught.value) == ((100, 100, 50) if fault.sent else (100, 0, 150))


@each_verb
def test_a_server_that_goes_away_midway_has_done_what_it_was_sent(
    verb: str, connect: Connect
) -> None:
    wire = Wire()
    respond(wire, verb)
    entries = ENTRIES[verb](250)

    with pytest.raises(BulkError, match=r"never sent: 150$") as caught:
        connect(wire.url).straight(verb, entries, progress=lambda *_: wire.close())

    error = caught.value
    assert error.done + error.failed + error.never_sent == entries
    assert isinstance(error.reason, TransportError)
    assert not error.reason.sent
    assert sizes(error) == (100, 0, 150)


def respond(wire: Wire, verb: str, count: int = LIMIT) -> None:
    """Let the server respond to so many entries."""
    if verb == "bulk_create":
        when = "2030-01-01T00:00:00Z"
        block = {"id": 1, "workspace_id": 10, "task_id": 100, "toggl_user_id": 5, "start": when}
        body = json.dumps([block | {"created_at": when}] * count).encode()
        wire.respond("201 Created", body)
    else:
        wire.respond("204 No Content")


@each_verb
def test_each_operation_gives_the_same_account(verb: str, connect: Connect, wire: Wire) -> None:
    respond(wire, verb)
    wire.respond("400 Bad Request", b'{"error": "validation"}')
    entries = ENTRIES[verb](LIMIT + 7)

    with pytest.raises(BulkError) as caught:
        connect(wire.url).straight(verb, iter(entries))

    error = caught.value
    assert (error.done, error.failed, error.never_sent) == (entries[:LIMIT], entries[LIMIT:], [])
    assert [type(each) for each in error.results] == [TimeBlock] * (100 * (verb == "bulk_create"))
    assert isinstance(error.reason, BadRequest)
    assert len(wire.requests) == error.attempts == 2


def test_an_update_that_fails_leaves_the_calls_before_it_done_and_the_rest_undone(
    connect: Connect, server: ReferenceServer
) -> None:
    client = connect(server.url)
    ids = [block.id for block in client.straight("bulk_create", creations(250))]

    with pytest.raises(BulkError) as caught:
        client.straight("bulk_update", updates(*ids[:130], UNKNOWN, *ids[130:]))

    blocks = client.call(
        "stream", date_from=NEW_YEAR, date_to=NEW_YEAR + timedelta(days=1, seconds=-1)
    )
    completed = {block.id for block in blocks if block.completed_at}
    assert sizes(caught.value) == (100, 100, 51)
    assert completed == set(ids[:100])
    client.straight("bulk_update", updates(*ids)[len(caught.value.done) :])


def test_a_deletion_that_fails_leaves_the_calls_before_it_done_and_the_rest_undone(
    connect: Connect, server: ReferenceServer
) -> None:
    client = connect(server.url)
    ids = [block.id for block in client.straight("bulk_create", creations(250))]

    with pytest.raises(BulkError) as caught:
        client.straight("bulk_delete", [*ids[:130], UNKNOWN, *ids[130:]])

    error = caught.value
    assert sizes(error) == (100, 100, 51)
    assert len(starts(client)) == 150
    client.straight(
        "bulk_delete", [each for each in error.failed + error.never_sent if each != UNKNOWN]
    )
    assert starts(client) == []


def test_an_exhausted_quota_is_reported_with_what_was_done_before_it(connect: Connect) -> None:
    with ReferenceServer(seed="demo", quota=2) as server, pytest.raises(BulkError) as caught:
        connect(server.url).straight("bulk_create", creations(MOST))

    assert sizes(caught.value) == (200, 100, 50)
    assert isinstance(caught.value.reason, QuotaExceeded)
    assert caught.value.reason.resets_in == 3600


def test_a_repeated_id_counts_once_over_the_borders_of_calls(
    connect: Connect, server: ReferenceServer
) -> None:
    hook = Counting()
    client = connect(server.url, hooks=[hook])
    ids = [block.id for block in connect(server.url).straight("bulk_create", creations(150))]
    reported: list[tuple[int, int]] = []

    client.straight(
        "bulk_delete", [*ids[:90], *ids[:90], *ids], progress=lambda *each: reported.append(each)
    )

    assert starts(connect(server.url)) == []
    assert reported == [(100, 150), (150, 150)]
    assert hook.count == 2


def test_a_repeated_id_is_named_once_by_the_error(connect: Connect, wire: Wire) -> None:
    respond(wire, "bulk_delete")
    wire.respond("404 Not Found")

    with pytest.raises(BulkError) as caught:
        connect(wire.url).straight("bulk_delete", [*range(1, 61), *range(1, 161)])

    error = caught.value
    assert error.done + error.failed + error.never_sent == list(range(1, 161))
    assert sizes(error) == (100, 60, 0)


@each_verb
def test_progress_is_reported_after_each_call(verb: str, connect: Connect, wire: Wire) -> None:
    for count in (100, 100, 34):
        respond(wire, verb, count)
    reported: list[tuple[int, int, int]] = []

    connect(wire.url).straight(
        verb,
        (each for each in ENTRIES[verb](234)),
        progress=lambda done, total: reported.append((done, total, len(wire.requests))),
    )

    assert reported == [(100, 234, 1), (200, 234, 2), (234, 234, 3)]


@each_verb
def test_what_progress_raises_is_reported_with_the_call_that_is_done(
    verb: str, connect: Connect, wire: Wire
) -> None:
    respond(wire, verb)
    full = OSError("the disk is full")

    def progress(*_: int) -> None:
        raise full

    with pytest.raises(
        BulkError, match=r"full; done: 100 of 120, failed: 0, never sent: 20$"
    ) as caught:
        connect(wire.url).straight(verb, ENTRIES[verb](120), progress=progress)

    error = caught.value
    assert error.reason is error.__cause__ is full
    assert sizes(error) == (100, 0, 20)
    assert len(error.results) == 100 * (verb == "bulk_create")


@each_verb
def test_what_a_test_asserts_is_raised_as_it_is_with_the_account_as_its_cause(
    verb: str, connect: Connect, wire: Wire
) -> None:
    respond(wire, verb)

    def progress(done: int, total: int) -> None:
        raise AssertionError(f"{done} of {total}")

    with pytest.raises(AssertionError, match=r"^100 of 120$") as caught:
        connect(wire.url).straight(verb, ENTRIES[verb](120), progress=progress)

    assert isinstance(caught.value.__cause__, BulkError)
    assert sizes(caught.value.__cause__) == (100, 0, 20)


WRONG: tuple[tuple[str, Callable[[], Any], str], ...] = (
    ("bulk_create", lambda: None, "time_blocks is None"),
    ("bulk_update", lambda: 7, "items is invalid: expected `array`, got 7"),
    ("bulk_delete", lambda: "1,2", "ids is invalid: expected `array`, got '1,2'; pass a list"),
    (
        "bulk_create",
        lambda: (
            TimeBlockBulkCreateItem(start=datetime(2026, 1, 1), task_id=1) if n == 734 else each  # noqa: DTZ001
            for n, each in enumerate(creations(900))
        ),
        r"time_blocks\[734\]\.start must have a time zone",
    ),
    (
        "bulk_update",
        lambda: [*updates(*range(1, 735)), TimeBlockBulkUpdateItem(id=0), *updates(1)],
        r"items\[734\]\.id is invalid",
    ),
    ("bulk_delete", lambda: [*range(1, 735), -1, *range(1, 100)], r"ids\[734\] is invalid"),
    ("bulk_delete", lambda: [5] * 734 + [-1, 5], r"ids\[734\] is invalid: .* got -1"),
    ("bulk_delete", lambda: [1, 1, True], r"ids\[2\] is invalid: .* got True"),
    ("bulk_delete", lambda: [1, 1, [1]], r"ids\[2\] is invalid: .* got \[1\]"),
)


@pytest.mark.parametrize(("verb", "entries", "message"), WRONG)
def test_a_wrong_entry_is_named_before_any_is_sent(
    verb: str, entries: Callable[[], Any], message: str, connect: Connect, wire: Wire
) -> None:
    with pytest.raises(UsageError, match=f"^time_blocks.{verb}: {message}"):
        connect(wire.url).straight(verb, entries())

    assert wire.requests == []


@pytest.mark.parametrize("verb", ("bulk_create", "bulk_update", "bulk_delete"))
@pytest.mark.parametrize("entries", (list[Any], set[int], lambda: iter(())))
def test_no_entry_is_no_call(
    verb: str, entries: Callable[[], Any], connect: Connect, wire: Wire
) -> None:
    given = connect(wire.url).straight(verb, entries())

    assert given == ([] if verb == "bulk_create" else None)
    assert wire.requests == []


async def show(done: int, total: int) -> None:
    """Nobody would await this."""


class Bar:
    async def __call__(self, done: int, total: int) -> None:
        """Nor this."""


@pytest.mark.parametrize(
    ("progress", "message"),
    (
        (True, "must be callable, got True"),
        ("print", "must be callable, got 'print'"),
        (show, "must be a plain function, because nothing awaits it"),
        (partial(show, 1), "must be a plain function, because nothing awaits it"),
        (Bar(), "must be a plain function, because nothing awaits it"),
        (Bar().__call__, "must be a plain function, because nothing awaits it"),
        (mock.AsyncMock(), "must be a plain function, because nothing awaits it"),
    ),
)
@pytest.mark.parametrize("ids", ([], [1, 2]))
def test_a_progress_that_cannot_be_called_is_refused_before_anything_is_sent(
    progress: Any, message: str, ids: list[int], connect: Connect, wire: Wire
) -> None:
    with pytest.raises(UsageError, match=f"^time_blocks.bulk_delete: progress {message}$"):
        connect(wire.url).straight("bulk_delete", ids, progress=progress)

    assert wire.requests == []


@pytest.mark.parametrize(("first", "second"), ((0, 1), (3, 120), (99, 100)))
def test_an_id_that_two_changes_have_is_refused_with_both_places(
    first: int, second: int, connect: Connect, wire: Wire
) -> None:
    ids = list(range(1, 151))
    ids[second] = ids[first]

    with pytest.raises(UsageError) as caught:
        connect(wire.url).straight("bulk_update", updates(*ids))

    assert str(caught.value) == (
        f"time_blocks.bulk_update: items[{first}] and items[{second}] have the same id, "
        f"{first + 1}; merge them into one entry"
    )
    assert wire.requests == []


@pytest.mark.parametrize("option", ({"timeout": -1}, {"max_retries": True}, {"headers": {"": ""}}))
def test_a_wrong_option_is_refused_before_anything_is_sent(
    option: dict[str, Any], connect: Connect, wire: Wire
) -> None:
    with pytest.raises(UsageError, match=f"^time_blocks.bulk_delete: {next(iter(option))} "):
        connect(wire.url).straight("bulk_delete", [1, 2], **option)

    assert wire.requests == []


def test_a_closed_client_is_a_usage_error(connect: Connect) -> None:
    client = connect(NOWHERE)
    client.close_client()

    with pytest.raises(UsageError, match=r"^time_blocks\.bulk_update: the client is closed"):
        client.straight("bulk_update", updates(*range(1, 250)))


@each_verb
def test_a_usage_error_after_a_call_that_is_done_comes_with_the_account(
    verb: str, connect: Connect, wire: Wire
) -> None:
    respond(wire, verb)
    client = connect(wire.url)

    def progress(*_: int) -> None:
        client.client.time_blocks.iterate_for_task(0)

    with pytest.raises(BulkError, match="task_id is invalid") as caught:
        client.straight(verb, ENTRIES[verb](120), progress=progress)

    assert isinstance(caught.value.reason, UsageError)
    assert sizes(caught.value) == (100, 0, 20)


class Closing(FakeClock):
    """Closes a client while it waits."""

    client: Any

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.client.close()

    async def asleep(self, seconds: float) -> None:
        super().sleep(seconds)
        await self.client.aclose()


@pytest.mark.parametrize("number", (0, 1))
def test_a_client_that_is_closed_between_attempts_leaves_an_account(
    number: int, connect: Connect, wire: Wire
) -> None:
    for _ in range(number):
        respond(wire, "bulk_update")
    wire.respond("503 Service Unavailable", b"", "Retry-After: 1")
    clock = Closing()
    client = connect(wire.url, max_retries=1, clock=clock)
    clock.client = client.client

    with pytest.raises(BulkError, match="the client is closed") as caught:
        client.straight("bulk_update", updates(*range(1, 251)))

    assert isinstance(caught.value.reason, UsageError)
    assert sizes(caught.value) == (number * 100, 100, 150 - number * 100)
    assert caught.value.attempts == len(wire.requests) == number + 1


def test_each_call_has_its_own_attempts_and_all_are_counted(connect: Connect, wire: Wire) -> None:
    busy = ("503 Service Unavailable", b"", "Retry-After: 1")
    for _ in range(2):
        wire.respond(*busy)
        respond(wire, "bulk_create")
    wire.respond(*busy)
    wire.respond(*busy)

    with pytest.raises(BulkError) as caught:
        connect(wire.url, max_retries=1, clock=FakeClock()).straight("bulk_create", creations(250))

    assert sizes(caught.value) == (200, 50, 0)
    assert caught.value.attempts == len(wire.requests) == 6
    assert isinstance(caught.value.reason, ServerError)
    assert caught.value.reason.attempts == 2


def test_options_hold_for_each_call(connect: Connect, wire: Wire) -> None:
    for _ in range(3):
        respond(wire, "bulk_delete")
    clock = FakeClock()

    connect(wire.url, clock=clock).straight(
        "bulk_delete",
        range(1, 251),
        progress=lambda *_: clock.advance(59),
        headers={"X-Extra": "yes"},
        deadline=60,
        workspace_id=11,
        outbound_sync=False,
    )

    assert [b"\r\nx-extra: yes\r\n" in each.lower() for each in wire.requests] == [True] * 3
    assert [b"/workspaces/11/" in each for each in wire.requests] == [True] * 3
    assert [b"outbound_sync=false" in each for each in wire.requests] == [True] * 3


def test_entries_are_sent_as_they_were_when_they_were_given(connect: Connect, wire: Wire) -> None:
    respond(wire, "bulk_update")
    respond(wire, "bulk_update")
    entries = updates(*range(1, 151))

    def progress(*_: int) -> None:
        entries.clear()

    connect(wire.url).straight("bulk_update", entries, progress=progress)

    assert json.loads(wire.requests[1].partition(b"\r\n\r\n")[2])[49] == {
        "id": 150,
        "completed": True,
    }


def test_an_entry_that_was_checked_does_not_change() -> None:
    entry: Any = TimeBlockBulkUpdateItem(id=1, duration=timedelta(hours=1))

    with pytest.raises(AttributeError, match="immutable type"):
        entry.duration = timedelta(hours=2)

    assert entry.duration == 3600
    assert msgspec.structs.replace(entry, duration=7200).duration == 7200


def test_a_deletion_that_an_earlier_attempt_may_have_done_is_not_reported_as_failed(
    connect: Connect, server: ReferenceServer
) -> None:
    lost = next(fault for fault in FAULTS if fault.name == "reset when done")
    ids = [block.id for block in connect(server.url).straight("bulk_create", creations(130))]
    between = Between()
    between.plan({1: lost})
    http = connect.http_client(transport=between)
    client = connect(server.url, http_client=http, max_retries=1, clock=FakeClock())

    with pytest.raises(BulkError, match=r"failed \(or possibly done\): 30,") as caught:
        client.straight("bulk_delete", ids)

    assert starts(connect(server.url)) == []
    assert isinstance(caught.value.reason, NotFound)
    assert "may have succeeded" in "".join(caught.value.reason.__notes__)
    assert sizes(caught.value) == (100, 30, 0)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


class Impatient(FakeClock):
    """Is interrupted while it waits."""

    def sleep(self, seconds: float) -> None:
        _interrupt(seconds)

    async def asleep(self, seconds: float) -> None:
        _interrupt(seconds)


INTERRUPTIONS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[int, int, int]]] = {
    "before a call": ({"hooks": [2]}, {}, (100, 0, 150)),
    "before the first call": ({"hooks": [1]}, {}, (0, 0, 250)),
    "between calls": ({}, {"progress": _interrupt}, (100, 0, 150)),
    "between attempts": ({"clock": Impatient(), "max_retries": 1}, {}, (100, 100, 50)),
}


@each_verb
@pytest.mark.parametrize("when", INTERRUPTIONS)
def test_ctrl_c_stays_what_it_is_with_the_account_as_its_cause(
    when: str, verb: str, connect: Connect, wire: Wire
) -> None:
    settings, arguments, wanted = INTERRUPTIONS[when]
    settings = settings | {"hooks": [Counting(n, _interrupt) for n in settings.get("hooks", ())]}
    respond(wire, verb)
    wire.respond("503 Service Unavailable", b"", "Retry-After: 1")
    entries = ENTRIES[verb](250)

    with pytest.raises(KeyboardInterrupt) as caught:
        connect(wire.url, **settings).straight(verb, entries, **arguments)

    error = caught.value.__cause__
    assert isinstance(error, BulkError)
    assert error.reason is caught.value
    assert error.done + error.failed + error.never_sent == entries
    assert sizes(error) == wanted
    assert error.attempts == len(wire.requests)
    assert f"KeyboardInterrupt; done: {wanted[0]} of 250" in str(error)
    assert "may be done" not in str(error)  # nothing was under way


@each_verb
def test_ctrl_c_before_the_next_call_has_begun_leaves_an_account(
    verb: str, connect: Connect, wire: Wire
) -> None:
    class Interrupted(FakeClock):
        due = False

        def monotonic(self) -> float:
            if self.due:
                raise KeyboardInterrupt
            return super().monotonic()

    clock = Interrupted()
    respond(wire, verb)

    def then(*_: int) -> None:
        clock.due = True  # a call looks when it is made, where it has a deadline

    with pytest.raises(KeyboardInterrupt) as caught:
        connect(wire.url, clock=clock, deadline=60).straight(
            verb, ENTRIES[verb](250), progress=then
        )

    assert isinstance(caught.value.__cause__, BulkError)
    assert sizes(caught.value.__cause__) == (100, 0, 150)


def test_a_misspelt_option_is_a_type_error_and_nothing_is_sent(
    connect: Connect, wire: Wire
) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'timout'; did you mean"):
        connect(wire.url).straight("bulk_delete", [1], timout=5)

    assert wire.requests == []


@pytest.fixture
def _ctrl_c() -> Iterator[None]:
    """SIGINT as in a terminal, where the tests may run without one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c")
def test_a_real_ctrl_c_leaves_an_account(connect: Connect, wire: Wire) -> None:
    respond(wire, "bulk_update")
    respond(wire, "bulk_update")
    entries = updates(*range(1, 251))
    hook = Counting(2, lambda: signal.raise_signal(signal.SIGINT))

    with pytest.raises(KeyboardInterrupt) as caught:
        connect(wire.url, hooks=[hook]).straight("bulk_update", entries)

    error = account(caught.value)
    assert error.done == entries[:100]
    assert error.done + error.failed + error.never_sent == entries
    # An event loop is interrupted where it next waits, and that is within the call.
    assert sizes(error) == ((100, 0, 150) if connect.kind is Sync else (100, 100, 50))


@pytest.mark.parametrize("transport", ("httpx", "aiohttp"))
def test_a_cancelled_call_stays_cancelled_with_the_account_as_its_cause(
    transport: Literal["httpx", "aiohttp"], wire: Wire
) -> None:
    respond(wire, "bulk_create")
    wire.responses.append([None])
    entries = creations(250)

    async def cancel() -> BaseException:
        sent = asyncio.Event()
        client = _awaited(wire, Counting(2, sent.set), transport)
        async with client:
            task = asyncio.create_task(client.time_blocks.bulk_create(entries))
            await sent.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert task.cancelled()
        return caught.value

    error = asyncio.run(cancel()).__cause__

    assert isinstance(error, BulkError)
    assert error.done + error.failed + error.never_sent == entries
    assert sizes(error) == (100, 100, 50)
    assert len(error.results) == 100


@pytest.mark.parametrize("transport", ("httpx", "aiohttp"))
def test_a_call_whose_time_is_up_has_the_account_behind_it(
    transport: Literal["httpx", "aiohttp"], wire: Wire
) -> None:
    respond(wire, "bulk_create")
    wire.responses.append([None])
    entries = creations(250)

    async def time_out() -> BaseException:
        limit = asyncio.timeout(None)
        client = _awaited(wire, Counting(2, lambda: limit.reschedule(0)), transport)
        async with client:
            with pytest.raises(builtins.TimeoutError) as caught:
                async with limit:
                    await client.time_blocks.bulk_create(entries)
        return caught.value

    raised = asyncio.run(time_out())

    assert type(raised) is builtins.TimeoutError
    cancelled = raised.__cause__ or raised.__context__  # the latter before Python 3.11.4
    assert isinstance(cancelled, asyncio.CancelledError)
    error = cancelled.__cause__
    assert error is not None
    assert sizes(error) == (100, 100, 50)


def _awaited(
    wire: Wire, hook: Hook, transport: Literal["httpx", "aiohttp"] = "httpx"
) -> AsyncTogglFocus:
    return AsyncTogglFocus(
        api_key=KEY,
        organization_id=1,
        workspace_id=10,
        base_url=wire.url,
        hooks=[hook],
        transport=transport,
    )


@pytest.mark.parametrize(
    "copied",
    (copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))),  # noqa: S301
    ids=("copied", "deeply copied", "pickled"),
)
@each_verb
def test_the_error_is_copied_and_pickled_with_all_it_holds(
    verb: str, copied: Callable[[BulkError], BulkError], connect: Connect, wire: Wire
) -> None:
    respond(wire, verb)
    wire.respond("400 Bad Request", b'{"error": "validation", "trace_id": "7"}', "X-Seen: yes")
    with pytest.raises(BulkError) as caught:
        connect(wire.url).straight(verb, ENTRIES[verb](250))
    error = caught.value

    again = copied(error)

    assert type(again) is BulkError
    assert str(again) == str(error)
    assert (again.done, again.failed, again.never_sent) == (
        error.done,
        error.failed,
        error.never_sent,
    )
    assert (again.results, again.attempts) == (error.results, 2)
    assert isinstance(again.reason, BadRequest)
    assert (str(again.reason), again.reason.trace_id) == (str(error.reason), "7")
    assert again.reason.headers["x-seen"] == "yes"


class Cancelled(Exception):
    """One that cannot be made of its message alone, as unpickling does."""

    def __init__(self, *, by: str) -> None:
        super().__init__(f"cancelled by {by}")


def test_an_account_survives_a_reason_that_does_not_pickle(connect: Connect, wire: Wire) -> None:
    def stop(*_: int) -> None:
        raise Cancelled(by="me")

    respond(wire, "bulk_delete")
    with pytest.raises(BulkError) as caught:
        connect(wire.url).straight("bulk_delete", range(1, 251), progress=stop)

    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  (our own)

    assert isinstance(caught.value.reason, Cancelled)
    assert (sizes(again), str(again)) == (sizes(caught.value), str(caught.value))
    assert str(again.reason) == "Cancelled: cancelled by me"


MESSAGES: tuple[tuple[str, str, int, str], ...] = (
    (
        "404",
        "bulk_create",
        250,
        "404 Not Found (empty); done: 100 of 250, failed: 100, never sent: 50",
    ),
    (
        "500",
        "bulk_update",
        120,
        "500 Internal Server Error (empty); done: 100 of 120, failed (or possibly done): 20, never sent: 0",
    ),
    (
        "reset",
        "bulk_delete",
        101,
        "ReadError: reset; done: 100 of 101, failed (or possibly done): 1, never sent: 0",
    ),
    (
        "refused",
        "bulk_update",
        250,
        "ConnectError: refused ({url}); done: 100 of 250, failed: 0, never sent: 150",
    ),
    (
        "fewer",
        "bulk_create",
        250,
        "the response has 99 items for 100 entries; done: 100 of 250, failed (or possibly done): 100, never sent: 50",
    ),
)


@pytest.mark.parametrize(("name", "verb", "count", "message"), MESSAGES)
def test_the_message_says_why_and_how_far(
    name: str, verb: str, count: int, message: str, connect: Connect, server: ReferenceServer
) -> None:
    fault = next(each for each in FAULTS if each.name == name)
    between = Between()
    client = connect(server.url, http_client=connect.http_client(transport=between))
    ids = [block.id for block in connect(server.url).straight("bulk_create", creations(count))]
    entries = {"bulk_update": updates(*ids), "bulk_delete": ids}.get(verb, creations(count))
    between.plan({1: fault})

    with pytest.raises(BulkError) as caught:
        client.straight(verb, entries)

    assert str(caught.value) == f"time_blocks.{verb}: {message.format(url=server.url)}"


def test_a_raw_call_stays_one_call_that_raises_what_is_wrong_with_it(
    connect: Connect, server: ReferenceServer
) -> None:
    hook = Counting()
    client = connect(server.url, hooks=[hook])

    with pytest.raises(NotFound, match=r"^raw\.time_blocks\.bulk_update: 404 not_found"):
        client.raw("bulk_update", updates(1001, UNKNOWN))
    with pytest.raises(UsageError, match="expected `array` of length <= 100"):
        client.raw("bulk_update", updates(*range(1, 102)))
    with pytest.raises(UsageError, match="expected `array` of length <= 100"):
        client.raw("bulk_delete", [1001] * 101)

    assert hook.count == 1
