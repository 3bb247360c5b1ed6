"""Pages: every item once and in order, at a known cost, and never without end."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import httpx
import hypothesis
import hypothesis.strategies as st
import pytest

from tests.support.faults import LARGEST_PAGE
from toggl_focus import (
    UNSET,
    APIError,
    AsyncPages,
    DecodeError,
    Event,
    Hook,
    NotFound,
    Pages,
    ServerError,
    TimeBlockListItem,
    TimeBlockWithTask,
    TogglFocusError,
    TransportError,
    UsageError,
)
from toggl_focus.models import TimeBlockBulkCreateItem, TimeBlockPage, TimeBlockWithTaskPage
from toggl_focus.testing import FakeClock

if TYPE_CHECKING:
    from tests.support.clients import Connect
    from tests.support.wire import Wire
    from toggl_focus_conformance import ReferenceServer

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)
EVER: dict[str, Any] = {"date_from": datetime(2000, 1, 1, tzinfo=UTC), "date_to": NEW_YEAR}
MOST = 350


def page(*ids: int, **more: Any) -> bytes:
    blocks = [
        {
            "id": number,
            "workspace_id": 10,
            "task_id": 100,
            "toggl_user_id": 5,
            "start": "2026-01-12T12:00:00Z",
            "created_at": "2026-01-12T12:00:00Z",
        }
        for number in ids
    ]
    return json.dumps({"data": blocks} | more).encode()


def ids(items: Iterator[Any]) -> list[int]:
    return [item.id for item in items]


def queries(wire: Wire) -> list[dict[str, str]]:
    targets = [request.split(b" ", 2)[1].decode() for request in wire.requests]
    return [dict(httpx.QueryParams(target.partition("?")[2])) for target in targets]


def test_all_items_come_once_and_in_order_at_the_cost_of_a_request_a_page(
    connect: Connect, server: ReferenceServer
) -> None:
    client = connect(server.url)
    made = client.call(
        "bulk_create",
        [
            TimeBlockBulkCreateItem(start=NEW_YEAR + timedelta(hours=n), task_id=100)
            for n in range(MOST)
        ],
    )

    @hypothesis.settings(max_examples=12)
    @hypothesis.given(
        per_page=st.integers(1, 100),
        full=st.integers(0, 4),
        rest=st.integers(0, 99),
        first=st.integers(1, 6),
    )
    @hypothesis.example(per_page=100, full=3, rest=50, first=1)
    @hypothesis.example(per_page=1, full=4, rest=0, first=5)
    @hypothesis.example(per_page=7, full=0, rest=0, first=1)
    def check(per_page: int, full: int, rest: int, first: int) -> None:
        count = min(full * per_page + rest % per_page, MOST)
        until = NEW_YEAR + timedelta(hours=count, seconds=-1)
        arguments = {"date_from": NEW_YEAR, "date_to": until, "page": first, "per_page": per_page}
        if count == 0:
            arguments |= {"date_from": until}
        wanted = [block.id for block in made[:count]][(first - 1) * per_page :]

        by_item = client.walk("iterate", **arguments)
        by_page = client.walk("iterate", **arguments)

        assert ids(by_item.items) == wanted
        assert [block.id for each in by_page.pages() for block in each.data] == wanted
        assert by_item.requests == by_page.requests == len(wanted) // per_page + 1

    check()


def test_a_task_s_pages_hold_its_blocks(connect: Connect, server: ReferenceServer) -> None:
    client = connect(server.url)
    whole = client.call("list_for_task", 100, per_page=100, order_by=["-start"]).data

    items = list(client.walk("iterate_for_task", 100, per_page=2, order_by=["-start"]).items)

    assert items == whole
    assert len(items) > 4
    assert {type(item) for item in items} == {TimeBlockListItem}


def test_it_is_an_iterator_sync_or_async(connect: Connect, server: ReferenceServer) -> None:
    pages = connect(server.url).client.time_blocks.iterate(**EVER)

    if isinstance(pages, Pages):
        assert iter(pages) is pages
    else:
        assert isinstance(pages, AsyncPages)
        assert aiter(pages) is pages


def test_pages_and_items_are_typed(connect: Connect, server: ReferenceServer) -> None:
    client = connect(server.url)

    assert type(next(client.walk("iterate", **EVER).items)) is TimeBlockWithTask
    assert type(next(client.walk("iterate", **EVER).pages())) is TimeBlockWithTaskPage
    assert type(next(client.walk("iterate_for_task", 100).pages())) is TimeBlockPage


def test_nothing_is_sent_before_the_first_item_is_requested(connect: Connect, wire: Wire) -> None:
    walk = connect(wire.url).walk("iterate", **EVER)
    walk.pages()

    assert wire.requests == []
    assert walk.requests == 0


@pytest.mark.parametrize("options", ({}, {"page": UNSET, "per_page": UNSET}))
def test_it_begins_with_page_1_of_the_largest_size_by_default(
    connect: Connect, wire: Wire, options: dict[str, Any]
) -> None:
    wire.json(page(*range(LARGEST_PAGE)))
    wire.json(page())

    assert len(list(connect(wire.url).walk("iterate", **EVER, **options).items)) == LARGEST_PAGE
    requested = [(each["page"], int(each["per_page"])) for each in queries(wire)]
    assert requested == [("1", LARGEST_PAGE), ("2", LARGEST_PAGE)]


def test_each_page_is_requested_when_its_first_item_is(connect: Connect, wire: Wire) -> None:
    wire.json(page(1, 2))
    wire.json(page(3))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)

    costs = [(item.id, walk.requests) for item in walk.items]

    assert costs == [(1, 1), (2, 1), (3, 2)]


@pytest.mark.parametrize(
    ("held", "cost"), (([0], 1), ([1], 1), ([2, 0], 2), ([2, 1], 2), ([2, 2, 0], 3))
)
def test_a_short_page_is_the_last_and_a_full_one_costs_one_more(
    held: list[int], cost: int, connect: Connect, wire: Wire
) -> None:
    for number, count in enumerate(held):
        wire.json(page(*range(number * 2, number * 2 + count)))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)

    assert ids(walk.items) == list(range(sum(held)))
    assert walk.requests == len(wire.requests) == cost


def test_after_its_end_it_stays_ended_and_costs_nothing(connect: Connect, wire: Wire) -> None:
    wire.json(page(1))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)
    list(walk.items)

    assert [*walk.items, *walk.pages(), *walk.items] == []
    assert walk.requests == len(wire.requests) == 1


def test_pages_go_on_from_the_next_one_and_items_with_what_is_left(
    connect: Connect, wire: Wire
) -> None:
    for numbers in ((1, 2), (3, 4), (5, 6), (7,)):
        wire.json(page(*numbers))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)

    first = next(walk.items).id
    second = [block.id for block in next(walk.pages()).data]
    third = [next(walk.items).id, next(walk.items).id]
    last = [block.id for each in walk.pages() for block in each.data]
    left = ids(walk.items)

    assert (first, second, third, last, left) == (1, [3, 4], [2, 5], [7], [6])
    assert walk.requests == 4


def test_two_iterations_know_nothing_of_each_other(connect: Connect, wire: Wire) -> None:
    for numbers in ((1,), (1,), (2,), (2,), (), ()):
        wire.json(page(*numbers))
    client = connect(wire.url)
    one, other = (client.walk("iterate", **EVER, per_page=1) for _ in range(2))

    assert [(a.id, b.id) for a, b in zip(one.items, other.items, strict=True)] == [(1, 1), (2, 2)]
    assert one.requests == other.requests == 3


@pytest.mark.parametrize("first", (page(), page(data=None), page(data=None, page=0, per_page=0)))
def test_an_empty_first_page_is_the_last(first: bytes, connect: Connect, wire: Wire) -> None:
    wire.json(first)
    walk = connect(wire.url).walk("iterate", **EVER)

    assert list(walk.items) == []
    assert walk.requests == 1


def test_null_instead_of_items_ends_it(connect: Connect, wire: Wire) -> None:
    wire.json(page(1, 2, per_page=2))
    wire.json(page(data=None, per_page=2))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)

    assert [[block.id for block in each.data] for each in walk.pages()] == [[1, 2], []]


@pytest.mark.parametrize(
    ("size", "pages"),
    (
        pytest.param(2, [(1, 2), (3, 4), (5,)], id="it clamps per_page, and says so"),
        pytest.param(2, [(1, 2), (3, 4), ()], id="it clamps per_page, and the last is full"),
        pytest.param(6, [(1, 2, 3, 4, 5, 6), (7, 8, 9)], id="it gives more, and says so"),
        pytest.param(9, [(1, 2, 3, 4), (5,)], id="it says more than it gives"),
        pytest.param(None, [(1, 2, 3, 4, 5, 6), (7, 8, 9)], id="it gives more, and says nothing"),
        pytest.param(0, [(1, 2, 3, 4), (5,), ()], id="it says that a page holds nothing"),
        pytest.param(-1, [(1, 2, 3, 4), (5,), ()], id="it says what cannot be"),
    ),
)
def test_a_server_may_choose_its_own_size_of_page(
    size: int | None, pages: list[tuple[int, ...]], connect: Connect, wire: Wire
) -> None:
    for numbers in pages:
        wire.json(page(*numbers, per_page=size))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=4)

    assert ids(walk.items) == [number for numbers in pages for number in numbers]
    assert [each["page"] for each in queries(wire)] == [str(n + 1) for n in range(walk.requests)]


@pytest.mark.parametrize(
    ("pages", "given"),
    (
        (["AB", "AB"], "AB"),
        (["AB", "CD", "AB", "CD"], "ABCD"),
        (["AB", "CD", "EF", "CD"], "ABCDEF"),
    ),
)
def test_a_server_that_gives_a_page_again_is_an_error_and_not_without_end(
    pages: list[str], given: str, connect: Connect, wire: Wire
) -> None:
    for letters in pages:
        wire.json(page(*map(ord, letters)))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)
    got: list[str] = []

    with pytest.raises(DecodeError) as caught:
        got.extend(chr(item.id) for item in walk.items)

    cost = len(given) // 2 + 1
    message = f"time_blocks.iterate: page {cost} repeats an earlier page"
    assert str(caught.value) == message
    assert caught.value.body == page(*map(ord, pages[cost - 1]))
    assert caught.value.attempts == 1
    assert walk.requests == len(wire.requests) == cost


def test_pages_that_share_some_items_are_not_the_same_page(connect: Connect, wire: Wire) -> None:
    for numbers in ((1, 2), (2, 3), (3, 4), ()):
        wire.json(page(*numbers))

    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)

    assert ids(walk.items) == [1, 2, 2, 3, 3, 4]


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"date_from": datetime(2026, 1, 1)}, "date_from must have a time zone"),  # noqa: DTZ001
    ({"page": 0}, "page is invalid"),
    ({"per_page": 0}, "per_page is invalid"),
    ({"per_page": LARGEST_PAGE + 1}, "per_page is invalid"),
    ({"order_by": ["end"]}, "order_by"),
    ({"order_by": "start"}, "pass a list"),
    ({"workspace_id": 0}, "workspace_id is invalid"),
)


@pytest.mark.parametrize(("arguments", "message"), REFUSED)
def test_a_wrong_argument_is_refused_where_it_was_given(
    arguments: dict[str, Any], message: str, connect: Connect, wire: Wire
) -> None:
    blocks = connect(wire.url).client.time_blocks

    with pytest.raises(UsageError, match=message):
        blocks.iterate(**EVER | arguments)

    assert wire.requests == []


FAILURES: tuple[tuple[Callable[[Wire], None], type[TogglFocusError]], ...] = (
    (lambda wire: wire.respond("404 Not Found"), NotFound),
    (lambda wire: wire.respond("500 Internal Server Error"), ServerError),
    (lambda wire: wire.respond("206 Partial Content", page(3)), APIError),
    (lambda wire: wire.json(b'{"data": [{}]}'), DecodeError),
    (lambda wire: wire.json(page(3)[:-9]), DecodeError),
    (
        lambda wire: wire.responses.append([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"]),
        TransportError,
    ),
    (lambda wire: wire.responses.append([wire.RESET]), TransportError),
)


@pytest.mark.parametrize(("fail", "kind"), FAILURES)
def test_after_an_error_it_goes_on_with_the_page_that_failed(
    fail: Callable[[Wire], None], kind: type[TogglFocusError], connect: Connect, wire: Wire
) -> None:
    wire.json(page(1, 2))
    fail(wire)
    wire.json(page(3, 4))
    wire.json(page(5))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)
    got: list[int] = []

    with pytest.raises(kind):
        got.extend(item.id for item in walk.items)
    before = list(got)
    got.extend(item.id for item in walk.items)

    assert (before, got) == ([1, 2], [1, 2, 3, 4, 5])
    assert [each["page"] for each in queries(wire)] == ["1", "2", "2", "3"]
    assert walk.requests == 4


def test_a_page_that_came_again_is_requested_again(connect: Connect, wire: Wire) -> None:
    for numbers in ((1, 2), (1, 2), (3,)):
        wire.json(page(*numbers))
    walk = connect(wire.url).walk("iterate", **EVER, per_page=2)

    with pytest.raises(DecodeError):
        list(walk.items)

    assert ids(walk.items) == [3]
    assert [each["page"] for each in queries(wire)] == ["1", "2", "2"]


def test_whatever_fails_in_between_nothing_is_lost_and_nothing_comes_twice(
    connect: Connect,
) -> None:
    requested: list[int] = []
    fates: Iterator[str] = iter(())

    def respond(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        requested.append(number)
        match next(fates, "right"):
            case "lost":
                raise httpx.ReadError("lost")
            case "failed":
                return httpx.Response(502)
            case "malformed":
                return httpx.Response(200, content=b"{")
        held = range(number * 3, min(number * 3 + 3, 16))
        return httpx.Response(200, content=page(*held))

    client = connect(
        "http://127.0.0.1:1/api",
        http_client=connect.http_client(transport=httpx.MockTransport(respond)),
        max_retries=1,
        clock=FakeClock(),
    )

    @hypothesis.settings(max_examples=60)
    @hypothesis.given(
        schedule=st.lists(st.sampled_from(("right", "lost", "failed", "malformed")), max_size=12),
        steps=st.lists(st.booleans(), max_size=20),
    )
    def check(schedule: list[str], steps: list[bool]) -> None:
        nonlocal fates
        fates = iter(schedule)
        requested.clear()
        walk = client.walk("iterate", **EVER, page=1, per_page=3)
        got: list[int] = []
        by_item = iter(steps)

        while len(got) < 13:
            with suppress(TogglFocusError):
                if next(by_item, True):
                    got.append(next(walk.items).id)
                else:
                    pages = islice(walk.pages(), 1)
                    got.extend(block.id for each in pages for block in each.data)

        assert sorted(got) == list(range(3, 16))
        assert walk.requests == len(requested)
        assert requested == sorted(requested)

    check()


def test_what_it_has_cost_includes_requests_that_were_sent_again(
    connect: Connect, wire: Wire
) -> None:
    wire.respond("503 Service Unavailable")
    wire.json(page(1))
    wire.respond("503 Service Unavailable")
    wire.respond("502 Bad Gateway")
    wire.json(page(2))
    wire.json(page())
    walk = connect(wire.url, max_retries=1, clock=FakeClock()).walk("iterate", **EVER, per_page=1)

    costs = [(next(walk.items).id, walk.requests)]
    with pytest.raises(ServerError) as caught:
        next(walk.items)
    costs.append((caught.value.attempts, walk.requests))
    costs.extend((item.id, walk.requests) for item in walk.items)

    assert costs == [(1, 2), (2, 4), (2, 5)]
    assert walk.requests == 6


class Interrupting(Hook):
    """Is interrupted before the second request."""

    def __init__(self) -> None:
        self.seen = 0

    def before(self, event: Event) -> None:
        self.seen += 1
        if self.seen == 2:
            raise KeyboardInterrupt(event.operation)


def test_after_ctrl_c_it_goes_on_with_the_page_that_was_due(connect: Connect, wire: Wire) -> None:
    for numbers in ((1, 2), (3,)):
        wire.json(page(*numbers))
    walk = connect(wire.url, hooks=[Interrupting()]).walk("iterate", **EVER, per_page=2)
    got: list[int] = []

    with pytest.raises(KeyboardInterrupt):
        got.extend(item.id for item in walk.items)
    got.extend(item.id for item in walk.items)

    assert got == [1, 2, 3]
    assert walk.requests == len(wire.requests) == 2


def test_options_of_the_call_hold_for_each_request(connect: Connect) -> None:
    sent: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, content=page(len(sent)) if len(sent) < 3 else page())

    client = connect(
        "http://127.0.0.1:1/api",
        http_client=connect.http_client(transport=httpx.MockTransport(respond)),
    )
    walk = client.walk(
        "iterate",
        **EVER,
        per_page=1,
        order_by=(key for key in ("-start", "task_id")),
        workspace_id=11,
        headers={"X-Extra": "yes"},
        timeout=7.5,
    )

    assert ids(walk.items) == [1, 2]
    assert [request.url.params["order_by"] for request in sent] == ["-start,task_id"] * 3
    assert all("/workspaces/11/" in request.url.path for request in sent)
    assert [request.headers["x-extra"] for request in sent] == ["yes"] * 3
    assert [request.extensions["timeout"]["read"] for request in sent] == [7.5] * 3


def test_each_request_has_the_whole_deadline(connect: Connect, wire: Wire) -> None:
    for numbers in ((1,), (2,), ()):
        wire.json(page(*numbers))
    clock = FakeClock()
    walk = connect(wire.url, clock=clock).walk("iterate", **EVER, per_page=1, deadline=60)

    for _ in walk.items:
        clock.advance(59)

    assert walk.requests == 3


def test_leaving_a_loop_early_holds_no_connection_and_asks_for_no_more(
    connect: Connect, server: ReferenceServer
) -> None:
    http = connect.http_client(limits=httpx.Limits(max_connections=1))
    client = connect(server.url, http_client=http, timeout=1)
    walk = client.walk("iterate", **EVER, per_page=2)

    for _ in walk.items:
        break

    assert client.call("get", 100, 1001).id == 1001  # it waits for the only connection
    assert walk.requests == 1


def test_pages_are_not_kept(connect: Connect) -> None:
    body = page(*range(90_000, 90_000 + LARGEST_PAGE)).decode()
    body = body.replace('"start"', f'"description": "{"x" * 2_000}", "start"')

    def respond(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        return httpx.Response(200, content=body.replace('"id": 90', f'"id": {number}').encode())

    client = connect(
        "http://127.0.0.1:1/api",
        http_client=connect.http_client(transport=httpx.MockTransport(respond)),
    )
    walk = client.walk("iterate", **EVER)
    next(walk.items)

    tracemalloc.start()
    count = sum(len(each.data) for each in islice(walk.pages(), 50))
    gc.collect()  # httpx makes cycles
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 50 * LARGEST_PAGE
    assert kept < 1_000_000  # all pages together are more than ten times that
