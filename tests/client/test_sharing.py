"""One client for many: threads, forks, event loops, tasks, and the connections between them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import pytest

from tests.support.clients import KEY
from tests.support.keeping import Keeping
from toggl_focus import (
    AsyncTogglFocus,
    Event,
    Hook,
    NotFound,
    TogglFocus,
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
SCOPE: dict[str, Any] = {"api_key": KEY, "organization_id": 1, "workspace_id": 10}
BLOCK = (
    b'{"id":7,"workspace_id":10,"task_id":100,"toggl_user_id":5,'
    b'"start":"2026-01-12T09:00:00Z","created_at":"2026-01-12T09:00:00Z","task":null}'
)

Make: TypeAlias = Callable[..., AsyncTogglFocus]


@pytest.fixture(params=("httpx", "aiohttp"))
def make(request: pytest.FixtureRequest) -> Make:
    """Makes async clients that send with httpx, and with aiohttp."""

    def make(url: str, **settings: Any) -> AsyncTogglFocus:
        made: dict[str, Any] = {"max_retries": 0, "transport": request.param} | SCOPE | settings
        return AsyncTogglFocus(base_url=url, **made)

    return make


@pytest.fixture
def keeping() -> Iterator[Keeping]:
    """A server that tells which connection a request came by."""
    keeping = Keeping()
    yield keeping
    keeping.close()


@pytest.fixture
def server() -> Iterator[ReferenceServer]:
    """A server that is fast, as it does not check its own responses."""
    with ReferenceServer(seed="demo") as server:
        yield server


@pytest.fixture
def blocks(server: ReferenceServer) -> list[tuple[int, int]]:
    """The task and the id of some blocks of the server."""
    with TogglFocus(base_url=server.url, **SCOPE) as client:
        page = client.time_blocks.list(date_from=NOON - timedelta(days=30), date_to=NOON)
    return [(block.task_id, block.id) for block in page.data[:7]]


# Threads.


def test_many_threads_share_a_client(server: ReferenceServer) -> None:
    begin = threading.Barrier(16)

    def work(number: int) -> list[str]:
        begin.wait()
        wrong: list[str] = []
        for turn in range(10):
            start = NOON + timedelta(minutes=10 * number + turn)
            block = client.time_blocks.create(100, start=start, duration=60 * (number + 1))
            got = client.time_blocks.get(100, block.id)
            if (got.start, got.duration) != (start, 60 * (number + 1)):
                wrong.append(f"{number}.{turn}: {got}")
        with client.time_blocks.stream(date_from=NOON, date_to=NOON) as stream:
            list(stream)
        return wrong

    settings = SCOPE | {"base_url": server.url, "api_key": server.account.api_key, "max_retries": 0}
    with TogglFocus(**settings) as client, ThreadPoolExecutor(16) as pool:
        wrong = [each for some in pool.map(work, range(16)) for each in some]
        blocks = list(client.time_blocks.iterate(date_from=NOON, date_to=NOON + timedelta(days=1)))

    assert wrong == []
    assert sum(block.start >= NOON for block in blocks) >= 160


# Forks.

FORK = """
import os, sys
from toggl_focus import TogglFocus
url, key, opened = sys.argv[1:]
client = TogglFocus(
    base_url=url, api_key=key, organization_id=1, workspace_id=10, max_retries=0, timeout=20
)
view = client.with_options(timeout=10)
if opened == "opened":
    client.time_blocks.archive(100, 7)
child = os.fork()
if not child:
    code = 1
    try:
        view.time_blocks.archive(100, 7)
        client.time_blocks.archive(100, 7)
        client.close()
        code = 0
    finally:
        os._exit(code)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
client.time_blocks.archive(100, 7)
client.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize(("opened", "seen"), (("opened", [0, 1, 1, 0]), ("unused", [0, 0, 1])))
def test_a_forked_child_uses_connections_of_its_own(
    keeping: Keeping, opened: str, seen: list[int]
) -> None:
    for _ in seen:
        keeping.respond("204 No Content")

    result = subprocess.run(  # noqa: S603  (a script of ours)
        [sys.executable, "-W", "error", "-c", FORK, keeping.url, KEY, opened],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert keeping.connections == seen


# Event loops.


def test_a_client_belongs_to_the_event_loop_it_was_first_used_in(wire: Wire, make: Make) -> None:
    wire.respond("204 No Content")
    client = make(wire.url)

    async def use() -> None:
        await client.time_blocks.archive(100, 7)

    async def stream() -> None:
        async for _ in client.with_options().time_blocks.stream(date_from=NOON, date_to=NOON):
            pass

    def in_a_loop_of_its_own(other: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.run(other())

    async def first() -> None:
        await use()
        for other in (use, stream):
            with pytest.raises(
                UsageError, match=": the client belongs to another event loop; make"
            ):
                await asyncio.to_thread(in_a_loop_of_its_own, other)
        await client.aclose()

    asyncio.run(first())

    assert len(wire.requests) == 1


def test_the_loop_of_a_client_may_have_ended(wire: Wire, make: Make) -> None:
    wire.respond("204 No Content")
    client = make(wire.url)

    async def use() -> None:
        await client.time_blocks.archive(100, 7)

    with asyncio.Runner() as first:
        first.run(use())
        with pytest.raises(
            UsageError, match=r"^time_blocks\.archive: the client belongs to another"
        ):
            asyncio.run(use())
        with pytest.raises(UsageError, match="aclose: the client belongs to another event loop"):
            asyncio.run(client.aclose())
        first.run(client.aclose())
    asyncio.run(client.aclose())

    assert len(wire.requests) == 1


def test_a_client_may_be_made_before_its_loop(server: ReferenceServer, make: Make) -> None:
    client = make(server.url)

    async def use() -> int:
        async with client:
            return (await client.time_blocks.get(100, 1001)).id

    assert asyncio.run(use()) == 1001


@pytest.mark.parametrize("injected", (False, True))
def test_in_trio_an_error_says_that_asyncio_is_needed(*, injected: bool) -> None:
    trio: Any = pytest.importorskip("trio")
    ever: dict[str, Any] = {"date_from": NOON, "date_to": NOON}
    errors: list[str] = []

    async def use() -> None:
        http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(204)))
        client = AsyncTogglFocus(**SCOPE, http_client=http if injected else None)
        for call in (
            client.time_blocks.archive(100, 7),
            anext(client.time_blocks.stream(**ever)),
            anext(client.time_blocks.iterate(**ever)),
            client.request("GET", "/x"),
        ):
            with pytest.raises(UsageError) as caught:
                await call
            errors.append(str(caught.value))
        await http.aclose()

    trio.run(use)

    why = "AsyncTogglFocus needs a running asyncio event loop; with Trio, use TogglFocus in a worker thread"
    called = ("time_blocks.archive", "time_blocks.stream", "time_blocks.iterate", "GET /x")
    assert errors == [f"{name}: {why}" for name in called]


# Tasks.


def test_many_concurrent_calls_all_get_their_response(
    server: ReferenceServer, make: Make, blocks: list[tuple[int, int]]
) -> None:
    wanted = list(islice(cycle(blocks), 300))

    async def run() -> list[int]:
        async with make(server.url) as client:
            calls = (client.time_blocks.get(task, block) for task, block in wanted)
            return [block.id for block in await asyncio.gather(*calls)]

    assert asyncio.run(run()) == [block for _, block in wanted]


def test_waiting_in_the_queue_does_not_count_against_the_timeout(wire: Wire) -> None:
    for _ in range(150):
        wire.json(b"{}")
    clock = FakeClock()

    class Slow(Hook):
        def after(self, event: Event) -> None:
            clock.advance(event.attempt)

    async def run() -> None:
        client = AsyncTogglFocus(
            base_url=wire.url, **SCOPE, timeout=149, hooks=[Slow()], clock=clock, max_retries=0
        )
        async with client:
            await asyncio.gather(*(client.time_blocks.archive(100, 7) for _ in range(150)))

    asyncio.run(run())

    assert clock.monotonic() == 150


def test_the_deadline_holds_for_a_call_in_the_queue(wire: Wire, make: Make) -> None:
    wire.responses += [[None]] * 131

    async def run() -> None:
        async with make(wire.url) as client:
            stuck = [asyncio.create_task(client.time_blocks.archive(100, 7)) for _ in range(130)]
            await asyncio.sleep(0)
            call = client.time_blocks.archive(100, 8, deadline=0.05)
            with pytest.raises(Late, match=r"^time_blocks\.archive: the deadline of 0\.05 s has"):
                await asyncio.wait_for(call, 10)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

    asyncio.run(run())


def test_who_never_had_a_turn_sent_nothing(wire: Wire) -> None:
    wire.responses += [[None]] * 130
    events: list[Event] = []

    class Notes(Hook):
        def before(self, event: Event) -> None:
            events.append(event)

    async def run() -> list[BaseException | None]:
        client = AsyncTogglFocus(base_url=wire.url, **SCOPE, deadline=0.05, hooks=[Notes()])
        async with client:
            calls = (client.time_blocks.archive(100, 7) for _ in range(130))
            return await asyncio.gather(*calls, return_exceptions=True)

    errors = asyncio.run(run())

    assert {type(error) for error in errors} == {Late}
    sent = sum(isinstance(error, Late) and error.sent for error in errors)
    assert len(wire.requests) <= 100
    assert sent <= len(events)


def test_a_cancelled_call_leaves_the_others_alone(
    server: ReferenceServer, make: Make, blocks: list[tuple[int, int]]
) -> None:
    wanted = list(islice(cycle(blocks), 100))

    async def run() -> tuple[list[int], int]:
        async with make(server.url) as client:
            tasks = [
                asyncio.create_task(client.time_blocks.get(task, block)) for task, block in wanted
            ]
            await asyncio.sleep(0)
            for task in tasks[::7]:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            cancelled = sum(isinstance(each, asyncio.CancelledError) for each in done)
            await asyncio.gather(*(client.time_blocks.get(*blocks[0]) for _ in range(100)))
            return [block.id for block in done if not isinstance(block, BaseException)], cancelled

    ids, cancelled = asyncio.run(run())

    assert cancelled == 15
    assert ids == [block for number, (_, block) in enumerate(wanted) if number % 7]


def test_a_cancelled_stream_leaves_the_client_usable(wire: Wire, make: Make) -> None:
    first = b"[%b," % BLOCK
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    wire.responses.append([head, b"%x\r\n%b\r\n" % (len(first), first), None])
    wire.respond("204 No Content")
    errors: list[BaseException | None] = []

    class Notes(Hook):
        def after(self, event: Event) -> None:
            errors.append(event.error)

    async def run() -> None:
        arrived = asyncio.Event()
        async with make(wire.url, hooks=[Notes()]) as client:

            async def read() -> None:
                async for _ in client.time_blocks.stream(date_from=NOON, date_to=NOON):
                    arrived.set()

            reading = asyncio.create_task(read())
            await arrived.wait()
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            await client.time_blocks.archive(100, 7)

    asyncio.run(run())

    assert [type(error) for error in errors] == [asyncio.CancelledError, type(None)]


# Connections.


def test_a_connection_is_used_again(connect: Connect, keeping: Keeping) -> None:
    client = connect(keeping.url)
    keeping.respond("204 No Content")
    keeping.respond("404 Not Found", b"{}")
    keeping.respond("204 No Content")

    client.call("archive", 100, 7)
    with pytest.raises(NotFound):
        client.call("archive", 100, 7)
    client.call("archive", 100, 7)

    assert keeping.connections == [0, 0, 0]


LATE = (
    b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\n",
)


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("verb", ("delete", "archive"))
def test_unsolicited_bytes_are_never_taken_for_the_next_response(
    connect: Connect, keeping: Keeping, verb: str, late: bytes
) -> None:
    responded, sent = threading.Event(), threading.Event()
    client = connect(keeping.url, max_retries=0)
    keeping.responses.append([b"HTTP/1.1 204 No Content\r\n\r\n", responded.wait, late, sent.set])
    keeping.respond("404 Not Found", b"{}")

    client.call(verb, 100, 7)
    responded.set()
    sent.wait()
    with pytest.raises(NotFound):
        client.call(verb, 100, 7)

    assert keeping.connections == [0, 1]


def test_nor_is_it_where_the_loop_had_no_time_to_look(keeping: Keeping, make: Make) -> None:
    responded, sent = threading.Event(), threading.Event()
    keeping.responses.append(
        [b"HTTP/1.1 204 No Content\r\n\r\n", responded.wait, LATE[0], sent.set]
    )
    keeping.respond("404 Not Found", b"{}")

    async def run() -> None:
        async with make(keeping.url) as client:
            await client.time_blocks.archive(100, 7)
            responded.set()
            sent.wait()  # and so has the loop to
            with pytest.raises(NotFound):
                await client.time_blocks.archive(100, 7)

    asyncio.run(run())

    assert keeping.connections == [0, 1]


@pytest.mark.parametrize(
    "stray",
    (
        b"Content-Length: 2\r\n\r\n{}",
        b"Content-Length: 27\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ),
)
def test_a_body_where_none_can_be_is_not_taken_for_the_next_response(
    connect: Connect, keeping: Keeping, stray: bytes
) -> None:
    client = connect(keeping.url, max_retries=0)
    keeping.responses.append([b"HTTP/1.1 204 No Content\r\n" + stray])
    keeping.respond("404 Not Found", b"{}")

    with suppress(TransportError):  # aiohttp reads no such response
        client.call("archive", 100, 7)
    with pytest.raises(NotFound):
        client.call("archive", 100, 7)

    assert len(keeping.requests) == 2


def test_as_many_connections_are_kept_as_are_used(keeping: Keeping) -> None:
    threads = 32
    all_there = threading.Barrier(threads)
    for _ in range(2 * threads):
        keeping.responses.append([all_there.wait, b"HTTP/1.1 204 No Content\r\n\r\n"])
    client = TogglFocus(api_key=KEY, organization_id=1, workspace_id=10, base_url=keeping.url)

    with client, ThreadPoolExecutor(threads) as pool:
        for _ in range(2):
            list(pool.map(client.time_blocks.archive, [100] * threads, range(1, threads + 1)))

    assert len(keeping.requests) == 2 * threads
    assert len(set(keeping.connections)) == threads


@pytest.mark.parametrize("verb", ("delete", "archive"))
def test_nothing_beneath_us_repeats_a_request(
    connect: Connect, keeping: Keeping, verb: str
) -> None:
    client = connect(keeping.url, max_retries=0)
    keeping.respond("204 No Content")
    keeping.responses.append([])
    keeping.respond("204 No Content")
    client.call(verb, 100, 7)

    with pytest.raises(TransportError) as caught:
        client.call(verb, 100, 7)

    assert caught.value.attempts == 1
    assert caught.value.sent
    assert keeping.connections == [0, 0]


def test_a_cookie_is_not_kept(connect: Connect, keeping: Keeping) -> None:
    # By its name: a cookie of a number would not be kept by anyone.
    client = connect(keeping.url.replace("127.0.0.1", "localhost"))
    keeping.respond("204 No Content", b"", "Set-Cookie: session=5; Path=/")
    keeping.respond("204 No Content")

    client.call("archive", 100, 7)
    client.call("archive", 100, 7)

    assert all(b"\r\ncookie:" not in each.lower() for each in keeping.requests)
    assert len(keeping.requests) == 2


def test_first_calls_in_many_threads_prepare_their_types_one_after_the_other() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.first_calls_alone"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (run.returncode, run.stderr) == (0, "")
