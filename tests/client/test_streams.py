"""Streams over a socket: items as they arrive, a connection let go at once, no short list."""

from __future__ import annotations

import asyncio
import builtins
import gc
import gzip
import json
import tracemalloc
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    asynccontextmanager,
    contextmanager,
)
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import httpx
import pytest

from tests.support.clients import KEY
from toggl_focus import (
    AsyncTogglFocus,
    BadRequest,
    DecodeError,
    TimeBlockWithTask,
    TogglFocus,
    TransportError,
    UsageError,
)
from toggl_focus import TimeoutError as Late
from toggl_focus.testing import FakeClock

if TYPE_CHECKING:
    from tests.support.clients import Connect
    from tests.support.wire import Wire
    from toggl_focus_conformance import ReferenceServer

NOW = datetime(2026, 1, 12, tzinfo=UTC)
EVER: dict[str, Any] = {"date_from": datetime(2000, 1, 1, tzinfo=UTC), "date_to": NOW}
SCOPE: dict[str, Any] = {"api_key": KEY, "organization_id": 1, "workspace_id": 10}
HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"


def block(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": 10,
        "task_id": 100,
        "toggl_user_id": 5,
        "start": "2026-01-12T12:00:00Z",
        "created_at": "2026-01-12T12:00:00Z",
        "has_time_entry": False,
        "task": {"id": 100, "name": "x" * 800, "tags": [{"id": 1, "name": "},{"}]},
    }


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def test_the_stream_holds_what_the_pages_hold(connect: Connect, server: ReferenceServer) -> None:
    client = connect(server.url)

    streamed = client.call("stream", **EVER)

    assert streamed == client.call("list", **EVER, per_page=100).data
    assert len(streamed) == 18
    assert {type(each) for each in streamed} == {TimeBlockWithTask}


def test_items_come_before_the_response_has_ended(wire: Wire) -> None:
    first = chunk(b"[" + json.dumps(block(1)).encode())
    wire.responses.append([HEAD, first, None])

    with (
        TogglFocus(**SCOPE, base_url=wire.url) as client,
        client.time_blocks.stream(**EVER) as stream,
    ):
        assert next(stream).id == 1


def test_items_come_before_the_response_has_ended_when_awaited(wire: Wire) -> None:
    first = chunk(b"[" + json.dumps(block(1)).encode())
    wire.responses.append([HEAD, first, None])

    async def read() -> int:
        client = AsyncTogglFocus(**SCOPE, base_url=wire.url)
        async with client, client.time_blocks.stream(**EVER) as stream:
            return (await anext(stream)).id

    assert asyncio.run(read()) == 1


def test_nothing_is_sent_before_the_first_item_is_requested(wire: Wire) -> None:
    with TogglFocus(**SCOPE, base_url=wire.url) as client:
        client.time_blocks.stream(**EVER).close()

    assert wire.requests == []


@pytest.mark.parametrize(
    ("tail", "kind", "message"),
    (
        ([chunk(b",")], TransportError, "RemoteProtocolError|ReadError"),
        ([], TransportError, "RemoteProtocolError|ReadError"),
        (["reset"], TransportError, "ReadError|RemoteProtocolError"),
        ([b"0\r\n\r\n"], DecodeError, "truncated after 2 items"),
        ([chunk(b",{}]"), b"0\r\n\r\n"], DecodeError, r"missing required field .* at \$\[2\]"),
        ([chunk(b"]]"), b"0\r\n\r\n"], DecodeError, "trailing characters"),
        ([chunk(b"],[]"), b"0\r\n\r\n"], DecodeError, "trailing characters"),
    ),
)
def test_a_stream_that_goes_wrong_is_an_error_after_the_good_items(
    tail: list[Any], kind: type[Exception], message: str, connect: Connect, wire: Wire
) -> None:
    good = chunk(json.dumps([block(1), block(2)]).encode()[:-1])
    tail = [wire.RESET if step == "reset" else step for step in tail]
    wire.responses.append([HEAD, good, *tail])
    client = connect(wire.url)
    got: list[int] = []

    with pytest.raises(kind, match=message):
        client.each(lambda item: got.append(item.id), "stream", **EVER)

    # A reset may overtake what was sent before it.
    assert got == [1, 2] or (wire.RESET in tail and not got)


def test_a_compressed_stream_is_read(connect: Connect, wire: Wire) -> None:
    body = gzip.compress(json.dumps([block(each) for each in range(50)]).encode())
    wire.respond("200 OK", body, "Content-Encoding: gzip")

    got = connect(wire.url).call("stream", **EVER)

    assert [each.id for each in got] == list(range(50))


def test_a_refused_stream_is_the_error_of_its_status(
    connect: Connect, server: ReferenceServer
) -> None:
    with pytest.raises(BadRequest, match=r"^time_blocks\.stream: 400 validation"):
        connect(server.url).call("stream", date_from=NOW, date_to=datetime(2025, 1, 1, tzinfo=UTC))


def test_leaving_a_loop_early_lets_the_connection_go(wire: Wire) -> None:
    wire.responses.append([HEAD, chunk(json.dumps([block(1), block(2)]).encode()), None])

    with TogglFocus(**SCOPE, base_url=wire.url) as client:
        for _ in client.time_blocks.stream(**EVER):
            break
        gc.collect()

        assert wire.gone.wait(5)


@pytest.mark.parametrize("transport", ("httpx", "aiohttp"))
def test_leaving_an_awaited_stream_early_lets_the_connection_go(
    transport: Literal["httpx", "aiohttp"], wire: Wire
) -> None:
    wire.responses.append([HEAD, chunk(json.dumps([block(1), block(2)]).encode()), None])

    async def leave() -> bool:
        client = AsyncTogglFocus(**SCOPE, base_url=wire.url, transport=transport)
        async with client:
            async with client.time_blocks.stream(**EVER) as stream:
                async for _ in stream:
                    break
            return await asyncio.to_thread(wire.gone.wait, 5)

    assert asyncio.run(leave())


@pytest.mark.parametrize("transport", ("httpx", "aiohttp"))
def test_cancelling_an_awaited_stream_lets_the_connection_go(
    transport: Literal["httpx", "aiohttp"], wire: Wire
) -> None:
    wire.responses.append([HEAD, chunk(b"[" + json.dumps(block(1)).encode()), None])

    async def cancel() -> bool:
        client = AsyncTogglFocus(**SCOPE, base_url=wire.url, transport=transport)
        async with client:
            started = asyncio.Event()

            async def read() -> None:
                async for _ in client.time_blocks.stream(**EVER):
                    started.set()

            task = asyncio.create_task(read())
            await started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return await asyncio.to_thread(wire.gone.wait, 5)

    assert asyncio.run(cancel())


class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A hundred thousand blocks that are never held at once."""

    count = 100_000
    some = b",".join([json.dumps(block(7)).encode()] * 50)

    def __iter__(self) -> Iterator[bytes]:
        yield b"["
        for number in range(self.count // 50):
            yield self.some if number == 0 else b"," + self.some
        yield b"]"

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for some in self:
            yield some


@contextmanager
def _blocking() -> Iterator[Iterator[TimeBlockWithTask]]:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless()))
    with httpx.Client(transport=transport) as http:
        yield TogglFocus(**SCOPE, http_client=http).time_blocks.stream(**EVER)


@asynccontextmanager
async def _awaited() -> AsyncIterator[AsyncIterator[TimeBlockWithTask]]:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless()))
    async with httpx.AsyncClient(transport=transport) as http:
        yield AsyncTogglFocus(**SCOPE, http_client=http).time_blocks.stream(**EVER)


def test_a_hundred_thousand_blocks_take_constant_memory() -> None:
    with _blocking() as stream:
        next(stream)
        tracemalloc.start()
        count = 1 + sum(1 for _ in stream)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert count == Endless.count
    assert peak < 4_000_000


def test_a_hundred_thousand_awaited_blocks_take_constant_memory() -> None:
    async def read() -> tuple[int, int]:
        async with _awaited() as stream:
            await anext(stream)
            tracemalloc.start()
            count = 1
            async for _ in stream:
                count += 1
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return count, peak

    count, peak = asyncio.run(read())

    assert count == Endless.count
    assert peak < 4_000_000


def packed(*items: int) -> bytes:
    return gzip.compress(json.dumps([block(each) for each in items]).encode())


def test_a_compressed_body_that_is_cut_is_an_error(connect: Connect, wire: Wire) -> None:
    lines = b"".join(json.dumps(block(each)).encode() + b"\n" for each in range(5))
    body = gzip.compress(lines)[:-8]
    wire.respond("200 OK", body, "Content-Encoding: gzip")

    with pytest.raises(
        DecodeError, match=r"^time_blocks\.stream: the response cannot be decompressed: it "
    ):
        connect(wire.url).call("stream", **EVER)


def test_an_invalid_gzip_body_is_an_error(connect: Connect, wire: Wire) -> None:
    wire.respond("200 OK", b"[]", "Content-Encoding: gzip")

    with pytest.raises(
        DecodeError, match=r"^time_blocks\.stream: the response cannot be decompressed: "
    ):
        connect(wire.url).call("stream", **EVER)


def test_compressed_bodies_may_follow_each_other(connect: Connect, wire: Wire) -> None:
    whole = json.dumps([block(each) for each in range(4)]).encode()
    wire.respond(
        "200 OK", gzip.compress(whole[:99]) + gzip.compress(whole[99:]), "Content-Encoding: gzip"
    )

    got = connect(wire.url).call("stream", **EVER)

    assert [each.id for each in got] == [0, 1, 2, 3]


def test_a_compressed_stream_takes_constant_memory(wire: Wire) -> None:
    body = b"[" + b",".join([json.dumps(block(7)).encode()] * 100_000) + b"]"
    wire.respond("200 OK", gzip.compress(body), "Content-Encoding: gzip")

    with (
        TogglFocus(**SCOPE, base_url=wire.url) as client,
        client.time_blocks.stream(**EVER) as stream,
    ):
        next(stream)
        tracemalloc.start()
        count = 1 + sum(1 for _ in stream)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert count == 100_000
    assert peak < 4_000_000


def test_a_deadline_holds_for_what_unpacks_into_much(connect: Connect, wire: Wire) -> None:
    class Busy(FakeClock):
        def monotonic(self) -> float:
            self.advance(0.01)
            return super().monotonic()

    bomb = gzip.compress(b"[" + b" " * 16_000_000 + b"]")
    assert len(bomb) < 65_536
    wire.respond("200 OK", bomb, "Content-Encoding: gzip")

    with pytest.raises(Late, match="the deadline of 1 s has passed"):
        connect(wire.url, clock=Busy()).call("stream", **EVER, deadline=1)


def test_a_stream_that_failed_fails_again_and_is_no_short_list(wire: Wire) -> None:
    wire.responses.append([HEAD, chunk(json.dumps([block(1)]).encode()[:-1])])
    with TogglFocus(**SCOPE, base_url=wire.url) as client:
        stream = client.time_blocks.stream(**EVER)

        for _ in range(2):
            with pytest.raises(TransportError, match="RemoteProtocolError"):
                list(stream)

        assert stream.requests == 1


@pytest.mark.parametrize("begun", (True, False))
def test_a_closed_stream_says_so(begun: bool, wire: Wire) -> None:  # noqa: FBT001
    wire.responses.append([HEAD, chunk(json.dumps([block(1), block(2)]).encode()), None])
    with TogglFocus(**SCOPE, base_url=wire.url) as client:
        stream = client.time_blocks.stream(**EVER)
        if begun:
            next(stream)
        stream.close()

        with pytest.raises(UsageError, match=r"^time_blocks\.stream: the stream is closed"):
            list(stream)


@pytest.mark.parametrize("transport", ("httpx", "aiohttp"))
def test_a_stream_that_was_interrupted_is_no_short_list(
    transport: Literal["httpx", "aiohttp"], wire: Wire
) -> None:
    wire.responses.append([HEAD, chunk(b"[" + json.dumps(block(1)).encode()), None])

    async def read() -> None:
        client = AsyncTogglFocus(**SCOPE, base_url=wire.url, transport=transport)
        async with client:
            stream = client.time_blocks.stream(**EVER)
            assert (await anext(stream)).id == 1
            with pytest.raises(builtins.TimeoutError):
                async with asyncio.timeout(0.02):
                    await anext(stream)
            with pytest.raises(TransportError, match="was interrupted by CancelledError; call"):
                await anext(stream)

    asyncio.run(read())


@pytest.mark.parametrize("transport", ("httpx", "aiohttp"))
def test_a_stream_that_is_left_open_is_closed_with_its_loop_in_silence(
    transport: Literal["httpx", "aiohttp"],
    wire: Wire,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wire.responses.append([HEAD, chunk(b"[" + json.dumps(block(1)).encode()), None])
    kept: list[Any] = []

    async def leave() -> None:
        client = AsyncTogglFocus(**SCOPE, base_url=wire.url, transport=transport)
        kept.extend((client, stream := client.time_blocks.stream(**EVER)))
        await anext(stream)

    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        asyncio.run(leave())
        kept.clear()
        gc.collect()

    assert not [each for each in caplog.messages if "generator" in each]
