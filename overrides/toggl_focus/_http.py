"""Requests and answers on the wire, blocking and awaitable.

Where no client is injected, its transports are used without its client around them: to join URLs,
merge headers and look for cookies anew takes a third of the time of a small call, and here there is
one origin, one set of headers and no cookie.
"""

from __future__ import annotations

import asyncio
import builtins
import os
import threading
import weakref
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit

import httpx

from toggl_focus._errors import DecodeError, Headers, TogglFocusError, UsageError
from toggl_focus._translate import translated
from toggl_focus._transports import MOST, async_transport, transport, user_agent
from toggl_focus._unpack import ENCODINGS, Unpack

if TYPE_CHECKING:
    from toggl_focus._call import Call
    from toggl_focus._settings import Settings

__all__ = ["AsyncChannel", "Channel"]

# Who waits for a connection does so in a line before the pool, where no `timeout` runs yet, and
# where it surely was not sent. httpx's awaitable pool gets slower with each connection, so that a
# few of them do more than many.
_MOST_AWAITED = 10
# Servers expect to be told the length of a body that these lack.
_HAVE_BODIES = frozenset({"POST", "PUT", "PATCH"})


class _Below(httpx.URL):
    """A URL on a server that is known. To parse it whole would take as long as all that we do."""

    def __init__(self, server: httpx.URL, target: bytes) -> None:
        super().__init__(server)
        self._target = target

    @property
    def raw_path(self) -> bytes:
        return self._target

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc.decode()}{self._target.decode()}"


class _Own:
    """Makes requests for a transport of our own."""

    def __init__(self, settings: Settings) -> None:
        self._server = httpx.URL(settings.base_url)
        self._path = self._server.raw_path.rstrip(b"/")
        self._headers = [
            (b"Host", self._server.netloc),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"gzip"),
            (b"Authorization", settings.authorization.encode("ascii")),
            (b"User-Agent", user_agent().encode("ascii")),
        ]

    def request(self, call: Call[Any]) -> httpx.Request:
        method, content = call.outgoing.operation.method, call.outgoing.content
        headers = self._headers.copy()
        if content is not None:
            headers.append((b"Content-Type", b"application/json"))
        if content is not None or method in _HAVE_BODIES:
            headers.append((b"Content-Length", str(len(content or b"")).encode("ascii")))
        if more := call.event.headers:
            named = {name.lower().encode() for name in more}
            headers = [header for header in headers if header[0].lower() not in named]
            headers += [(name.encode(), text.encode("latin-1")) for name, text in more.items()]
        # With `content=` httpx would go through all headers twice more.
        request = httpx.Request(
            method,
            self._server,
            headers=headers,
            stream=httpx.ByteStream(content or b""),
            extensions={"timeout": call.timeouts},
        )
        request.read()
        request.url = _Below(self._server, self._path + call.outgoing.target.encode("ascii"))
        return request


class Channel:
    """Connections, blocking. Many threads may use one."""

    def __init__(self, settings: Settings, client: httpx.Client | None) -> None:
        _refuse(client, "close", "TogglFocus needs an httpx.Client as its http_client")
        self._settings = settings
        self._client = client
        self._closed = False
        self._inherited: list[httpx.HTTPTransport] = []
        if client is None:
            self._own = _Own(settings)
            self._transport = transport(settings.base_url)
            self._line = threading.BoundedSemaphore(MOST)
            _channels.add(self)

    def check(self, call: Call[Any]) -> None:
        """Raise UsageError where nothing can be sent any more."""
        if self._closed if self._client is None else self._client.is_closed:
            raise _closed(call)

    @contextmanager
    def turn(self, call: Call[Any]) -> Generator[None]:
        """Wait in line before an attempt begins, within the call's deadline."""
        if self._client is not None:  # whose pool is as somebody wants it
            yield
        elif not self._line.acquire(timeout=call.left()):
            raise call.late()
        else:
            try:
                yield
            finally:
                self._line.release()

    @contextmanager
    def answer(self, call: Call[Any]) -> Generator[httpx.Response]:
        """Send the request, and give its answer while the connection is open."""
        with translated(call):
            if self._client is None:
                response = self._transport.handle_request(self._own.request(call))
            else:
                request = self._client.build_request(
                    **_arguments(call, self._settings, self._client)
                )
                response = self._client.send(
                    request, auth=None, follow_redirects=False, stream=True
                )
            try:
                call.answered(response.status_code, Headers.read(response.headers.raw))
                yield response
            finally:
                if self._client is None and (connection := _spoilt(response)):
                    connection.close()
                response.close()

    def exchange(self, call: Call[Any]) -> bytes:
        """Send the request, and read its whole answer."""
        with self.answer(call) as response:
            return self.read(call, response)

    def read(self, call: Call[Any], response: httpx.Response) -> bytes:
        """The whole body."""
        return b"".join(self.chunks(call, response))

    def chunks(self, call: Call[Any], response: httpx.Response) -> Generator[bytes]:
        """The body as it arrives, decompressed, as long as there is time."""
        stream: Iterable[bytes] = response.iter_bytes()
        unpack, raw = _as_sent(call, response, injected=self._client is not None)
        if raw:
            stream = cast("httpx.SyncByteStream", response.stream)
        for chunk in stream:
            yield from _pieces(call, unpack, chunk)
        if unpack:
            unpack.finish()

    def close(self) -> None:
        """Close the connections, unless they are an injected client's."""
        self._closed = True
        if self._client is None:
            self._transport.close()

    def after_fork(self) -> None:
        """In a child process, leave the connections to the parent, and make others."""
        # Kept, as what is collected would be closed.
        self._inherited.append(self._transport)
        self._line = threading.BoundedSemaphore(MOST)
        self._transport = transport(self._settings.base_url)


class AsyncChannel:
    """Connections, awaitable, of one event loop."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient | None) -> None:
        _refuse(client, "aclose", "AsyncTogglFocus needs an httpx.AsyncClient as its http_client")
        self._settings = settings
        self._client = client
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        if client is None:
            self._own = _Own(settings)
            self._transport = async_transport(settings.base_url)
            few = isinstance(self._transport, httpx.AsyncHTTPTransport)
            self._line = asyncio.Semaphore(_MOST_AWAITED if few else MOST)

    def check(self, call: Call[Any]) -> None:
        """Raise UsageError where nothing can be sent any more, or not from here."""
        if self._closed if self._client is None else self._client.is_closed:
            raise _closed(call)
        self._stay(call.outgoing.operation.id)

    def _stay(self, what: str) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise UsageError(
                f"{what}: the client belongs to another event loop; "
                "make one in each, as within each asyncio.run"
            )

    @asynccontextmanager
    async def turn(self, call: Call[Any]) -> AsyncGenerator[None]:
        """Wait in line before an attempt begins, within the call's deadline."""
        if self._client is not None:  # whose pool is as somebody wants it
            yield
            return
        async with _within(call):
            await self._line.acquire()
        try:
            yield
        finally:
            self._line.release()

    def answer(self, call: Call[Any]) -> AbstractAsyncContextManager[httpx.Response]:
        """Send the request, and give its answer while the connection is open."""
        return _Answer(self, call)

    async def send(self, call: Call[Any]) -> httpx.Response:
        """Send the request, and give its answer, to be closed."""
        async with _within(call):
            if self._client is None:
                return await self._transport.handle_async_request(self._own.request(call))
            request = self._client.build_request(**_arguments(call, self._settings, self._client))
            return await self._client.send(request, auth=None, follow_redirects=False, stream=True)

    async def let_go(self, response: httpx.Response) -> None:
        """Close an answer."""
        if self._client is None and (connection := _spoilt(response)):
            await connection.aclose()
        await response.aclose()

    async def exchange(self, call: Call[Any]) -> bytes:
        """Send the request, and read its whole answer."""
        async with self.answer(call) as response:
            return await self.read(call, response)

    async def read(self, call: Call[Any], response: httpx.Response) -> bytes:
        """The whole body."""
        return b"".join([chunk async for chunk in self.chunks(call, response)])

    async def chunks(self, call: Call[Any], response: httpx.Response) -> AsyncGenerator[bytes]:
        """The body as it arrives, decompressed, as long as there is time."""
        stream: AsyncIterable[bytes] = response.aiter_bytes()
        unpack, raw = _as_sent(call, response, injected=self._client is not None)
        if raw:
            stream = cast("httpx.AsyncByteStream", response.stream)
        chunks = aiter(stream)
        while True:
            async with _within(call):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            for piece in _pieces(call, unpack, chunk):
                yield piece
        if unpack:
            unpack.finish()

    async def aclose(self) -> None:
        """Close the connections, unless they are an injected client's."""
        if self._client is None and not self._closed:
            self._stay("aclose")
        self._closed = True
        if self._client is None:
            await self._transport.aclose()


class _Answer(AbstractAsyncContextManager["httpx.Response"]):
    """An answer while its connection is open.

    No generator: a loop that ends closes all of them at once, and each may be closed but once.
    """

    def __init__(self, channel: AsyncChannel, call: Call[Any]) -> None:
        self._channel = channel
        self._call = call

    async def __aenter__(self) -> httpx.Response:
        with translated(self._call):
            self._response = await self._channel.send(self._call)
        self._call.answered(self._response.status_code, Headers.read(self._response.headers.raw))
        return self._response

    async def __aexit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        with translated(self._call):
            try:
                if error is not None:
                    raise error
            finally:
                await self._channel.let_go(self._response)


_channels: weakref.WeakSet[Channel] = weakref.WeakSet()


def _after_fork() -> None:
    for channel in _channels:
        channel.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which knows no fork
    os.register_at_fork(after_in_child=_after_fork)


def _arguments(
    call: Call[Any], settings: Settings, client: httpx.Client | httpx.AsyncClient
) -> dict[str, Any]:
    """A request for a client that was injected."""
    outgoing = call.outgoing
    # Where a client has `params` of its own, a query in the URL is lost.
    query = parse_qsl(urlsplit(outgoing.target).query) if client.params else None
    headers = {"Accept": "application/json", "Authorization": settings.authorization}
    if outgoing.content is not None:
        headers["Content-Type"] = "application/json"
    return {
        "method": outgoing.operation.method,
        "url": outgoing.url,
        "params": query,
        "content": outgoing.content,
        "headers": headers | call.event.headers,
        # As a tuple, which the clients of both libraries take.
        "timeout": tuple(call.timeouts[name] for name in ("connect", "read", "write", "pool")),
    }


def _as_sent(
    call: Call[Any], response: httpx.Response, *, injected: bool
) -> tuple[Unpack | None, bool]:
    """What unpacks a body here, and whether it is to be taken as it was sent.

    An injected client may have read it already, or know another encoding. Ours asks for gzip alone:
    what is packed twice, say, could be unpacked into any size.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower() or "identity"
    packed = encoding in ENCODINGS
    known = packed or encoding == "identity"
    if not known and not injected:
        told = f"the answer cannot be unpacked: its encoding is {encoding!r:.80}"
        raise DecodeError(f"{call.outgoing.operation.id}: {told}", call.outgoing.sent())
    raw = known and not response.is_stream_consumed
    return Unpack(call.outgoing, encoding) if raw and packed else None, raw


def _pieces(call: Call[Any], unpack: Unpack | None, chunk: bytes) -> Iterator[bytes]:
    """What is in a chunk, as long as there is time: it may be small and unpack into much."""
    call.in_time()
    if unpack is None:
        yield chunk
        return
    for piece in unpack.feed(chunk):
        call.in_time()
        yield piece


def _spoilt(response: httpx.Response) -> Any:  # noqa: ANN401  (a stream of httpcore)
    """The connection of an answer that has a body where none can be: it is read as what follows."""
    headers, status = response.headers, response.status_code
    announced = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    bare = status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
    # Of aiohttp there is no such extension: it sees for itself.
    return response.extensions.get("network_stream") if bare and announced else None


def _refuse(client: object, method: str, reason: str) -> None:
    # Not by its class, as httpx2's will do as well.
    is_one = hasattr(client, "build_request") and hasattr(client, method)
    if client is not None and (not is_one or isinstance(client, type)):
        got = f"the class {client.__name__}" if isinstance(client, type) else type(client).__name__
        raise UsageError(f"{reason}, got {got}")


def _closed(call: Call[Any]) -> UsageError:
    return UsageError(f"{call.outgoing.operation.id}: the client is closed; make a new one")


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
