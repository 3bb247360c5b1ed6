"""The two senders: each call with all its attempts, streams, pages and bulk calls.

What needs no IO is written once, in `_call`, `_items`, `_paging` and `_bulk`; the two differ in
send, sleep and close only.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from _toggl_focus.request import (
    AsyncPages,
    AsyncStream,
    Pages,
    Pagination,
    Progress,
    Request,
    Response,
    Stream,
)
from toggl_focus._bulk import Bulk
from toggl_focus._calls.call import Call, Watch
from toggl_focus._errors import UsageError
from toggl_focus._errors.frames import forget_locals
from toggl_focus._messages.json import MALFORMED
from toggl_focus._messages.read import fault, is_success
from toggl_focus._messages.write import Outgoing, write
from toggl_focus._paging import AwaitablePages, BlockingPages, Walk
from toggl_focus._streaming import Items
from toggl_focus._transport.channel import AsyncChannel, Channel

if TYPE_CHECKING:
    from toggl_focus._config.options import Policy
    from toggl_focus._config.settings import Settings

__all__ = ["AsyncSender", "Sender"]

T = TypeVar("T")
PageT = TypeVar("PageT")
EntryT = TypeVar("EntryT")


class _Common:
    """What the two senders share: how a call begins."""

    def __init__(self, settings: Settings, policy: Policy, watch: Watch) -> None:
        self._settings = settings
        self._policy = policy
        self._watch = watch

    def _written(self, request: Request[T]) -> Call[T]:
        handled = sys.exception()
        try:
            outgoing = write(request, self._settings)
        except UsageError as error:
            forget_locals(error, handled)
            raise
        return self._call(outgoing)

    def _call(self, outgoing: Outgoing[T]) -> Call[T]:
        policy = self._policy
        if outgoing.options:
            handled = sys.exception()
            try:
                policy = policy.but(outgoing.options, outgoing.name)
            except UsageError as error:
                forget_locals(error, handled)
                raise
        return Call(outgoing, policy, self._watch)


class Sender(_Common):
    """Sends requests and waits for their answers."""

    def __init__(self, settings: Settings, policy: Policy, watch: Watch, channel: Channel) -> None:
        super().__init__(settings, policy, watch)
        self._channel = channel

    def send(self, request: Request[T]) -> T:
        """Give the value of its answer."""
        return self.exchange(request).value

    def exchange(self, request: Request[T]) -> Response[T]:
        """Give its whole answer."""
        return self._answer(self._written(request))

    def answer(self, outgoing: Outgoing[T]) -> Response[T]:
        """Give the whole answer to what is written already."""
        return self._answer(self._call(outgoing))

    def _answer(self, call: Call[T]) -> Response[T]:
        while True:
            self._channel.check(call)
            call.begin()
            try:
                return call.whole(self._channel.exchange(call))
            except BaseException as error:  # noqa: BLE001  (it is raised, unless another follows)
                seconds = call.failed(error)
            self._watch.clock.sleep(seconds)

    def stream(self, request: Request[list[T]]) -> Stream[T]:
        """Give the items as they arrive; it is sent when the first is asked for."""
        call = self._written(request)
        return _BlockingStream(call, self._items(call))

    def _items(self, call: Call[list[T]]) -> Generator[T]:
        while True:
            self._channel.check(call)
            call.begin()
            try:
                with self._channel.response(call) as response:
                    if not is_success(response.status_code):
                        call.refuse(self._channel.read(call, response))
                    call.opened()
                    items = _items_of(call)
                    with _decoding(call, items):
                        for piece in self._channel.pieces(call, response):
                            for some in items.feed(piece):
                                yield from some
                        for some in items.finish():
                            yield from some
                call.end()
            except BaseException as error:  # noqa: BLE001  (as above)
                seconds = call.failed(error)
            else:
                return
            self._watch.clock.sleep(seconds)

    def iterate(self, request: Request[PageT], pagination: Pagination[PageT, T]) -> Pages[PageT, T]:
        """Give the items of one page after the other; each is asked for when its first item is."""
        self._written(request)  # a wrong argument is refused here, where it was given
        return BlockingPages(Walk(request, pagination), self._written, self._answer)

    def bulk(
        self,
        build: Callable[[list[EntryT]], Request[T]],
        entries: Iterable[EntryT],
        limit: int,
        progress: Progress | None,
        *,
        unique: bool = False,
    ) -> list[T]:
        """Send as many requests as the entries take, and give the values of their answers."""
        bulk = Bulk(build, entries, limit, progress, self._settings, unique=unique)
        with bulk.accounted():
            for part in bulk.parts:
                bulk.took(self._answer(bulk.begin(self._call(part))))
        return bulk.answers

    def close(self) -> None:
        """Close the connections, unless they are an injected client's."""
        self._channel.close()


class AsyncSender(_Common):
    """Sends requests and awaits their answers."""

    def __init__(
        self, settings: Settings, policy: Policy, watch: Watch, channel: AsyncChannel
    ) -> None:
        super().__init__(settings, policy, watch)
        self._channel = channel

    async def send(self, request: Request[T]) -> T:
        """Give the value of its answer."""
        return (await self.exchange(request)).value

    async def exchange(self, request: Request[T]) -> Response[T]:
        """Give its whole answer."""
        return await self._answer(self._written(request))

    async def answer(self, outgoing: Outgoing[T]) -> Response[T]:
        """Give the whole answer to what is written already."""
        return await self._answer(self._call(outgoing))

    async def _answer(self, call: Call[T]) -> Response[T]:
        while True:
            self._channel.check(call)
            async with self._channel.turn(call):
                call.begin()
                try:
                    return call.whole(await self._channel.exchange(call))
                except BaseException as error:  # noqa: BLE001  (it is raised, unless another follows)
                    seconds = call.failed(error)
            await self._watch.clock.asleep(seconds)

    def stream(self, request: Request[list[T]]) -> AsyncStream[T]:
        """Give the items as they arrive; it is sent when the first is asked for."""
        call = self._written(request)
        return _AwaitableStream(call, self._items(call))

    async def _items(self, call: Call[list[T]]) -> AsyncGenerator[T]:
        while True:
            self._channel.check(call)
            call.begin()
            try:
                async with self._channel.response(call) as response:
                    if not is_success(response.status_code):
                        call.refuse(await self._channel.read(call, response))
                    call.opened()
                    items = _items_of(call)
                    with _decoding(call, items):
                        async for piece in self._channel.pieces(call, response):
                            for some in items.feed(piece):
                                for item in some:
                                    yield item
                        for some in items.finish():
                            for item in some:
                                yield item
                call.end()
            except BaseException as error:  # noqa: BLE001  (as above)
                seconds = call.failed(error)
            else:
                return
            await self._watch.clock.asleep(seconds)

    def iterate(
        self, request: Request[PageT], pagination: Pagination[PageT, T]
    ) -> AsyncPages[PageT, T]:
        """Give the items of one page after the other; each is asked for when its first item is."""
        self._written(request)  # a wrong argument is refused here, where it was given
        return AwaitablePages(Walk(request, pagination), self._written, self._answer)

    async def bulk(
        self,
        build: Callable[[list[EntryT]], Request[T]],
        entries: Iterable[EntryT],
        limit: int,
        progress: Progress | None,
        *,
        unique: bool = False,
    ) -> list[T]:
        """Send as many requests as the entries take, and give the values of their answers."""
        bulk = Bulk(build, entries, limit, progress, self._settings, unique=unique)
        with bulk.accounted():
            for part in bulk.parts:
                bulk.took(await self._answer(bulk.begin(self._call(part))))
        return bulk.answers

    async def aclose(self) -> None:
        """Close the connections, unless they are an injected client's."""
        await self._channel.aclose()


class _BlockingStream(Stream[T]):
    def __init__(self, call: Call[list[T]], items: Generator[T]) -> None:
        self._call = call
        self._items = items

    def __iter__(self) -> Iterator[T]:
        # At the speed of the generator; and whoever goes on after an error gets it again.
        return chain(self._items, iter(self._over, None))

    def _over(self) -> T | None:
        self._call.unbroken()
        return None

    def __next__(self) -> T:
        self._call.unbroken()
        return next(self._items)

    @property
    def requests(self) -> int:
        return self._call.attempts

    def close(self) -> None:
        self._items.close()
        self._call.closed()


class _AwaitableStream(AsyncStream[T]):
    def __init__(self, call: Call[list[T]], items: AsyncGenerator[T]) -> None:
        self._call = call
        self._items = items

    def __anext__(self) -> Coroutine[Any, Any, T]:
        self._call.unbroken()
        return self._items.__anext__()

    @property
    def requests(self) -> int:
        return self._call.attempts

    async def aclose(self) -> None:
        await self._items.aclose()
        self._call.closed()


def _items_of(call: Call[list[T]]) -> Items[T]:
    (item,) = get_args(call.outgoing.operation.answer)
    return Items(item)


@contextmanager
def _decoding(call: Call[Any], items: Items[Any]) -> Generator[None]:
    try:
        yield
    except MALFORMED as error:
        raise fault(call.outgoing, error, items.rest, call.headers, items.count) from error
