"""What the senders send by: requests and responses with their time limits and errors."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

from toggl_focus._errors import Headers, TogglFocusError, UsageError
from toggl_focus._errors.shown import shown
from toggl_focus._transport.body import Body, Collected
from toggl_focus._transport.injected import AsyncInjected, Injected
from toggl_focus._transport.own import AsyncOwn, Own
from toggl_focus._transport.translate import translated

if TYPE_CHECKING:
    import httpx

    from toggl_focus._calls.call import Call
    from toggl_focus._config.settings import Settings

__all__ = ["AsyncChannel", "Channel"]


class Channel:
    """Sends requests and reads responses, sync. Many threads may use one."""

    def __init__(self, settings: Settings, client: httpx.Client | None) -> None:
        self._transport = Own(settings) if client is None else Injected(settings, client)

    def check(self, call: Call[Any]) -> None:
        """Raise UsageError where nothing can be sent any more."""
        if self._transport.closed:
            raise _closed(call)

    @contextmanager
    def response(self, call: Call[Any]) -> Generator[httpx.Response]:
        """Send the request, and give its response while the connection is open."""
        with translated(call):
            response = self._transport.send(call)
            try:
                try:
                    call.answered(response.status_code, Headers.read(response.headers.raw))
                    yield response
                finally:
                    response.close()
            except BaseException:  # a Ctrl-C within that close must not leave it open
                cast("httpx.SyncByteStream", response.stream).close()
                raise

    def exchange(self, call: Call[Any]) -> bytes:
        """Send the request, and read its complete response."""
        with self.response(call) as response:
            return self.read(call, response)

    def read(self, call: Call[Any], response: httpx.Response) -> bytes:
        """The complete body."""
        body = Collected(call)
        with body.reading():
            for piece in self.pieces(call, response):
                body.add(piece)
        return body.value()

    def pieces(self, call: Call[Any], response: httpx.Response) -> Generator[bytes]:
        """The body as it arrives, decompressed, as long as there is time."""
        body = Body(call, response, injected=isinstance(self._transport, Injected))
        stream: Iterable[bytes] = response.iter_bytes()
        if body.as_sent:
            stream = cast("httpx.SyncByteStream", response.stream)
        for chunk in stream:
            yield from body.pieces(chunk)
        body.finish()

    def close(self) -> None:
        """Close the connections, unless they are an injected client's."""
        self._transport.close()


class AsyncChannel:
    """Sends requests and reads responses, async, in one event loop."""

    def __init__(
        self,
        settings: Settings,
        client: httpx.AsyncClient | None,
        library: Literal["httpx", "aiohttp"],
    ) -> None:
        if library not in ("httpx", "aiohttp"):
            raise UsageError(f"transport must be 'httpx' or 'aiohttp', got {shown(library)}")
        if client is not None and library != "httpx":
            raise UsageError("give either http_client or transport, not both")
        self._transport = (
            AsyncOwn(settings, library) if client is None else AsyncInjected(settings, client)
        )
        self._loop: asyncio.AbstractEventLoop | None = None

    def check(self, call: Call[Any]) -> None:
        """Raise UsageError where nothing can be sent any more, or not from here."""
        if self._transport.closed:
            raise _closed(call)
        self._stay(call.outgoing.name)

    def _stay(self, what: str) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            told = (
                "AsyncTogglFocus runs on asyncio only; with Trio, use TogglFocus in a worker thread"
            )
            raise UsageError(f"{what}: {told}") from None
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise UsageError(
                f"{what}: the client belongs to another event loop; "
                "make one in each, as within each asyncio.run"
            )

    @asynccontextmanager
    async def turn(self, call: Call[Any]) -> AsyncGenerator[None]:
        """Wait in the queue before an attempt begins, within the call's deadline."""
        queue = self._transport.queue
        if queue is None:
            yield
            return
        async with _within(call):
            await queue.acquire()
        try:
            yield
        finally:
            queue.release()

    def response(self, call: Call[Any]) -> AbstractAsyncContextManager[httpx.Response]:
        """Send the request, and give its response while the connection is open."""
        return _Response(self._transport, call)

    async def exchange(self, call: Call[Any]) -> bytes:
        """Send the request, and read its complete response."""
        async with self.response(call) as response:
            return await self.read(call, response)

    async def read(self, call: Call[Any], response: httpx.Response) -> bytes:
        """The complete body."""
        body = Collected(call)
        with body.reading():
            async for piece in self.pieces(call, response):
                body.add(piece)
        return body.value()

    async def pieces(self, call: Call[Any], response: httpx.Response) -> AsyncGenerator[bytes]:
        """The body as it arrives, decompressed, as long as there is time."""
        body = Body(call, response, injected=isinstance(self._transport, AsyncInjected))
        stream: AsyncIterable[bytes] = response.aiter_bytes()
        if body.as_sent:
            stream = cast("httpx.AsyncByteStream", response.stream)
        chunks = aiter(stream)
        while True:
            async with _within(call):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            for piece in body.pieces(chunk):
                yield piece
        body.finish()

    async def aclose(self) -> None:
        """Close the connections, unless they are an injected client's."""
        if isinstance(self._transport, AsyncOwn) and not self._transport.closed:
            self._stay("aclose")
        await self._transport.aclose()


class _Response(AbstractAsyncContextManager["httpx.Response"]):
    """A response while its connection is open.

    No generator: a loop that ends closes all of them at once, and each may be closed but once.
    """

    def __init__(self, transport: AsyncOwn | AsyncInjected, call: Call[Any]) -> None:
        self._transport = transport
        self._call = call

    async def __aenter__(self) -> httpx.Response:
        with translated(self._call):
            async with _within(self._call):
                self._response = await self._transport.send(self._call)
        headers = Headers.read(self._response.headers.raw)
        self._call.answered(self._response.status_code, headers)
        return self._response

    async def __aexit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        with translated(self._call):
            try:
                if error is not None:
                    raise error
            finally:
                await self._response.aclose()


def _closed(call: Call[Any]) -> UsageError:
    return UsageError(f"{call.outgoing.name}: the client is closed; make a new one")


@asynccontextmanager
async def _within(call: Call[Any]) -> AsyncGenerator[None]:
    """Cancel what is awaited here when the call's time is up."""
    limit = asyncio.timeout(call.left())
    try:
        async with limit:
            yield
    except builtins.TimeoutError as error:
        if isinstance(error, TogglFocusError) or not limit.expired():
            raise
        raise call.late() from error  # whatever the call's own clock says
