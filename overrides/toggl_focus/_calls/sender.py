"""The two senders: each call with its attempts, streams, pages and bulk calls.

Everything without input and output is written once, in `call`, `_streaming`, `_paging` and `_bulk`.
The two senders differ only in how they send, sleep and close.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from typing import TYPE_CHECKING, TypeVar

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
from toggl_focus._calls.call import Call, Shared
from toggl_focus._errors import UsageError
from toggl_focus._errors.frames import forget_locals
from toggl_focus._messages.read import is_success
from toggl_focus._messages.write import EncodedRequest, encode_request
from toggl_focus._paging import AsyncPageIterator, Cursor, PageIterator
from toggl_focus._streaming import AsyncItemStream, ItemStream, decoding, items_of
from toggl_focus._transport.channel import AsyncChannel, Channel

if TYPE_CHECKING:
    from toggl_focus._config.options import Policy
    from toggl_focus._config.settings import Settings

__all__ = ["AsyncSender", "Sender"]

T = TypeVar("T")
PageT = TypeVar("PageT")
EntryT = TypeVar("EntryT")


class _Sender:
    """How a call begins, sync and async."""

    def __init__(self, settings: Settings, policy: Policy, shared: Shared) -> None:
        self._settings = settings
        self._policy = policy
        self._shared = shared

    def _encode(self, request: Request[T]) -> Call[T]:
        handled = sys.exception()
        try:
            encoded = encode_request(request, self._settings)
        except UsageError as error:
            forget_locals(error, handled)
            raise
        return self._call(encoded)

    def _call(self, request: EncodedRequest[T]) -> Call[T]:
        policy = self._policy
        if request.options:
            handled = sys.exception()
            try:
                policy = policy.override(request.options, request.name)
            except UsageError as error:
                forget_locals(error, handled)
                raise
        return Call(request, policy, self._shared)


class Sender(_Sender):
    """Sends requests and waits for their responses."""

    def __init__(
        self, settings: Settings, policy: Policy, shared: Shared, channel: Channel
    ) -> None:
        super().__init__(settings, policy, shared)
        self._channel = channel

    def send(self, request: Request[T]) -> T:
        """Send a request and return the value of its response."""
        return self.exchange(request).value

    def exchange(self, request: Request[T]) -> Response[T]:
        """Send a request and return its complete response."""
        return self._response(self._encode(request))

    def send_encoded(self, request: EncodedRequest[T]) -> Response[T]:
        """Send a request that is encoded already."""
        return self._response(self._call(request))

    def _response(self, call: Call[T]) -> Response[T]:
        while True:
            self._channel.check_open(call.request.name)
            attempt = call.start_attempt()
            try:
                with self._channel.open(attempt) as reply:
                    call.received(reply.status, reply.headers)
                    body = reply.read()
                return call.finish(body, reply.body_error)
            except BaseException as error:  # noqa: BLE001  (raised by `fail`, or followed by a retry)
                seconds = call.fail(error)
            self._shared.clock.sleep(seconds)

    def stream(self, request: Request[list[T]]) -> Stream[T]:
        """Return the items as they arrive. Sends the request when the first one is read."""
        call = self._encode(request)
        return ItemStream(call, self._items(call))

    def _items(self, call: Call[list[T]]) -> Generator[T]:
        while True:
            self._channel.check_open(call.request.name)
            attempt = call.start_attempt()
            try:
                with self._channel.open(attempt) as reply:
                    call.received(reply.status, reply.headers)
                    if not is_success(reply.status):
                        body = reply.read()
                        call.reject(body, reply.body_error)
                    call.start_items()
                    items = items_of(call)
                    with decoding(call, items):
                        for piece in reply.pieces():
                            for some in items.feed(piece):
                                yield from some
                        for some in items.finish():
                            yield from some
                call.end_attempt()
            except BaseException as error:  # noqa: BLE001  (as above)
                seconds = call.fail(error)
            else:
                return
            self._shared.clock.sleep(seconds)

    def iterate(self, request: Request[PageT], pagination: Pagination[PageT, T]) -> Pages[PageT, T]:
        """Return an iterator over all pages. Requests each page when its first item is read."""
        self._encode(request)  # refuses a wrong argument here, where it was given
        return PageIterator(Cursor(request, pagination), self._encode, self._response)

    def bulk(
        self,
        build: Callable[[list[EntryT]], Request[T]],
        entries: Iterable[EntryT],
        limit: int,
        progress: Progress | None,
        *,
        unique: bool = False,
    ) -> list[T]:
        """Send as many requests as the entries need, and return the values of their responses."""
        bulk = Bulk(build, entries, limit, progress, self._settings, unique=unique)
        with bulk.reporting():
            for part in bulk.parts:
                bulk.add(self._response(bulk.start(self._call(part))))
        return bulk.values

    def close(self) -> None:
        """Close the connections, unless they belong to an injected client."""
        self._channel.close()


class AsyncSender(_Sender):
    """Sends requests and awaits their responses."""

    def __init__(
        self, settings: Settings, policy: Policy, shared: Shared, channel: AsyncChannel
    ) -> None:
        super().__init__(settings, policy, shared)
        self._channel = channel

    async def send(self, request: Request[T]) -> T:
        """Send a request and return the value of its response."""
        return (await self.exchange(request)).value

    async def exchange(self, request: Request[T]) -> Response[T]:
        """Send a request and return its complete response."""
        return await self._response(self._encode(request))

    async def send_encoded(self, request: EncodedRequest[T]) -> Response[T]:
        """Send a request that is encoded already."""
        return await self._response(self._call(request))

    async def _response(self, call: Call[T]) -> Response[T]:
        while True:
            self._channel.check_open(call.request.name)
            async with self._channel.slot(call.limit):
                attempt = call.start_attempt()
                try:
                    async with self._channel.open(attempt) as reply:
                        call.received(reply.status, reply.headers)
                        body = await reply.read()
                    return call.finish(body, reply.body_error)
                except BaseException as error:  # noqa: BLE001  (raised by `fail`, or followed by a retry)
                    seconds = call.fail(error)
            await self._shared.clock.asleep(seconds)

    def stream(self, request: Request[list[T]]) -> AsyncStream[T]:
        """Return the items as they arrive. Sends the request when the first one is read."""
        call = self._encode(request)
        return AsyncItemStream(call, self._items(call))

    async def _items(self, call: Call[list[T]]) -> AsyncGenerator[T]:
        while True:
            self._channel.check_open(call.request.name)
            attempt = call.start_attempt()
            try:
                async with self._channel.open(attempt) as reply:
                    call.received(reply.status, reply.headers)
                    if not is_success(reply.status):
                        body = await reply.read()
                        call.reject(body, reply.body_error)
                    call.start_items()
                    items = items_of(call)
                    with decoding(call, items):
                        async for piece in reply.pieces():
                            for some in items.feed(piece):
                                for item in some:
                                    yield item
                        for some in items.finish():
                            for item in some:
                                yield item
                call.end_attempt()
            except BaseException as error:  # noqa: BLE001  (as above)
                seconds = call.fail(error)
            else:
                return
            await self._shared.clock.asleep(seconds)

    def iterate(
        self, request: Request[PageT], pagination: Pagination[PageT, T]
    ) -> AsyncPages[PageT, T]:
        """Return an iterator over all pages. Requests each page when its first item is read."""
        self._encode(request)  # refuses a wrong argument here, where it was given
        return AsyncPageIterator(Cursor(request, pagination), self._encode, self._response)

    async def bulk(
        self,
        build: Callable[[list[EntryT]], Request[T]],
        entries: Iterable[EntryT],
        limit: int,
        progress: Progress | None,
        *,
        unique: bool = False,
    ) -> list[T]:
        """Send as many requests as the entries need, and return the values of their responses."""
        bulk = Bulk(build, entries, limit, progress, self._settings, unique=unique)
        with bulk.reporting():
            for part in bulk.parts:
                bulk.add(await self._response(bulk.start(self._call(part))))
        return bulk.values

    async def aclose(self) -> None:
        """Close the connections, unless they belong to an injected client."""
        await self._channel.aclose()
