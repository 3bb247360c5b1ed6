"""What the senders use: it sends attempts and reads replies, within their time limits."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Literal, cast

from toggl_focus._errors import Headers, TogglFocusError, UsageError
from toggl_focus._errors.shown import shown
from toggl_focus._transport.body import Body, Collected
from toggl_focus._transport.injected import AsyncInjected, Injected
from toggl_focus._transport.own import AsyncOwn, Own
from toggl_focus._transport.translate import translated

if TYPE_CHECKING:
    import httpx

    from toggl_focus._calls.attempt import Attempt
    from toggl_focus._calls.deadline import TimeLimit
    from toggl_focus._config.settings import Settings

__all__ = ["AsyncChannel", "AsyncReply", "Channel", "Reply"]


class _Reply:
    """What came back for an attempt. Its body can be read while the channel keeps it open.

    status and headers: those of the response. body_error: after `read`, why the body of an error
    response could not be read completely.
    """

    body_error: TogglFocusError | None = None

    def __init__(self, attempt: Attempt, response: httpx.Response, *, injected: bool) -> None:
        self.status = response.status_code
        self.headers = Headers.read(response.headers.raw)
        self._attempt = attempt
        self._response = response
        self._injected = injected


class Reply(_Reply):
    """The reply to an attempt, sync."""

    def read(self) -> bytes:
        """The complete body."""
        body = Collected(self._attempt, self.status)
        with body.reading():
            for piece in self.pieces():
                body.add(piece)
        self.body_error = body.error
        return body.value()

    def pieces(self) -> Generator[bytes]:
        """The body as it arrives, decompressed, as long as there is time."""
        body = Body(self._attempt, self._response, injected=self._injected)
        stream: Iterable[bytes] = self._response.iter_bytes()
        if body.raw:
            stream = cast("httpx.SyncByteStream", self._response.stream)
        for chunk in stream:
            yield from body.pieces(chunk)
        body.finish()


class AsyncReply(_Reply):
    """The reply to an attempt, async."""

    async def read(self) -> bytes:
        """The complete body."""
        body = Collected(self._attempt, self.status)
        with body.reading():
            async for piece in self.pieces():
                body.add(piece)
        self.body_error = body.error
        return body.value()

    async def pieces(self) -> AsyncGenerator[bytes]:
        """The body as it arrives, decompressed, as long as there is time."""
        body = Body(self._attempt, self._response, injected=self._injected)
        stream: AsyncIterable[bytes] = self._response.aiter_bytes()
        if body.raw:
            stream = cast("httpx.AsyncByteStream", self._response.stream)
        chunks = aiter(stream)
        while True:
            async with _within(self._attempt.limit):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            for piece in body.pieces(chunk):
                yield piece
        body.finish()


class Channel:
    """Sends attempts, sync. Many threads may use one."""

    def __init__(self, settings: Settings, client: httpx.Client | None) -> None:
        self._transport = Own(settings) if client is None else Injected(settings, client)
        self._injected = client is not None

    def check_open(self, method: str) -> None:
        """Raise UsageError if it is closed. method: what was called, for the message."""
        if self._transport.closed:
            raise _closed(method)

    @contextmanager
    def open(self, attempt: Attempt) -> Generator[Reply]:
        """Send an attempt, and keep the connection of its reply open within this."""
        with translated(attempt):
            response = self._transport.send(attempt)
            try:
                try:
                    yield Reply(attempt, response, injected=self._injected)
                finally:
                    response.close()
            except BaseException:  # a Ctrl-C within that close must not leave it open
                cast("httpx.SyncByteStream", response.stream).close()
                raise

    def close(self) -> None:
        """Close the connections, unless they belong to an injected client."""
        self._transport.close()


class AsyncChannel:
    """Sends attempts, async, in one event loop."""

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
        self._injected = client is not None
        self._loop: asyncio.AbstractEventLoop | None = None

    def check_open(self, method: str) -> None:
        """Raise UsageError if it is closed, or belongs to another event loop."""
        if self._transport.closed:
            raise _closed(method)
        self._check_loop(method)

    def _check_loop(self, method: str) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise UsageError(
                f"{method}: AsyncTogglFocus needs a running asyncio event loop; "
                "with Trio, use TogglFocus in a worker thread"
            ) from None
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise UsageError(
                f"{method}: the client belongs to another event loop; "
                "make one client in each, for example inside asyncio.run"
            )

    @asynccontextmanager
    async def slot(self, limit: TimeLimit) -> AsyncGenerator[None]:
        """Wait in the queue until few enough calls are being sent, within the deadline."""
        queue = self._transport.queue
        if queue is None:
            yield
            return
        async with _within(limit):
            await queue.acquire()
        try:
            yield
        finally:
            queue.release()

    def open(self, attempt: Attempt) -> AbstractAsyncContextManager[AsyncReply]:
        """Send an attempt, and keep the connection of its reply open within this."""
        return _Opened(self._transport, attempt, injected=self._injected)

    async def aclose(self) -> None:
        """Close the connections, unless they belong to an injected client."""
        if isinstance(self._transport, AsyncOwn) and not self._transport.closed:
            self._check_loop("aclose")
        await self._transport.aclose()


class _Opened(AbstractAsyncContextManager[AsyncReply]):
    """A reply while its connection is open.

    Not a generator: an event loop that ends closes all async generators at the same time, and
    each response may be closed only once.
    """

    def __init__(
        self, transport: AsyncOwn | AsyncInjected, attempt: Attempt, *, injected: bool
    ) -> None:
        self._transport = transport
        self._attempt = attempt
        self._injected = injected

    async def __aenter__(self) -> AsyncReply:
        with translated(self._attempt):
            async with _within(self._attempt.limit):
                self._response = await self._transport.send(self._attempt)
        return AsyncReply(self._attempt, self._response, injected=self._injected)

    async def __aexit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        with translated(self._attempt):
            try:
                if error is not None:
                    raise error
            finally:
                await self._response.aclose()


def _closed(method: str) -> UsageError:
    return UsageError(f"{method}: the client is closed; make a new one")


@asynccontextmanager
async def _within(limit: TimeLimit) -> AsyncGenerator[None]:
    """Cancel what is awaited within this when the time is up."""
    timeout = asyncio.timeout(limit.remaining())
    try:
        async with timeout:
            yield
    except builtins.TimeoutError as error:
        if isinstance(error, TogglFocusError) or not timeout.expired():
            raise
        raise limit.error() from error  # even if the client's own clock disagrees
