"""Requests and answers on the wire, blocking and awaitable. The one module that imports httpx.

Where no client is injected, its transports are used without its client around them: to join URLs,
merge headers and look for cookies anew takes a third of the time of a small call, and here there is
one origin, one set of headers and no cookie.
"""

from __future__ import annotations

import asyncio
import builtins
import functools
import os
import ssl
import weakref
from collections.abc import AsyncGenerator, Generator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from toggl_focus._errors import (
    DecodeError,
    Headers,
    TimeoutError,  # noqa: A004  (ours is the builtin one's subclass)
    TogglFocusError,
    TransportError,
    UsageError,
)
from toggl_focus._read import refusal

if TYPE_CHECKING:
    from toggl_focus._call import Call
    from toggl_focus._settings import Settings

__all__ = ["AsyncChannel", "Channel"]

# httpx has had no release since 2024, and httpx2 continues it: a client of either works.
_LIBRARIES = frozenset({"httpx", "httpx2", "aiohttp"})
_NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})
# httpx's awaitable pool costs more with each call that waits for it, so the line forms before it.
_IN_FLIGHT = 10


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
            (b"Accept-Encoding", b"gzip, deflate"),
            (b"Authorization", settings.authorization.encode("ascii")),
            (b"User-Agent", _user_agent().encode("ascii")),
        ]

    def request(self, call: Call[Any]) -> httpx.Request:
        outgoing, headers = call.outgoing, self._headers
        if outgoing.content is not None:
            headers = [*headers, (b"Content-Type", b"application/json")]
        if more := call.event.headers:
            named = {name.lower().encode() for name in more}
            headers = [header for header in headers if header[0].lower() not in named]
            headers += [(name.encode(), text.encode("latin-1")) for name, text in more.items()]
        request = httpx.Request(
            outgoing.operation.method,
            self._server,
            headers=headers,
            content=outgoing.content,
            extensions={"timeout": call.timeouts},
        )
        request.url = _Below(self._server, self._path + outgoing.target.encode("ascii"))
        return request


class Channel:
    """Connections, blocking. Many threads may use one."""

    def __init__(self, settings: Settings, client: httpx.Client | None) -> None:
        _refuse(client, "close", "TogglFocus needs a blocking http_client")
        self._settings = settings
        self._client = client
        self._closed = False
        self._inherited: list[httpx.HTTPTransport] = []
        if client is None:
            self._own = _Own(settings)
            self._transport = self._made()
            _channels.add(self)

    def _made(self) -> httpx.HTTPTransport:
        with _making():
            return httpx.HTTPTransport(
                verify=_certificates(), proxy=_proxy(self._settings.base_url)
            )

    def check(self, call: Call[Any]) -> None:
        """Raise UsageError where nothing can be sent any more."""
        if self._closed if self._client is None else self._client.is_closed:
            raise _closed(call)

    @contextmanager
    def answer(self, call: Call[Any]) -> Generator[httpx.Response]:
        """Send the request, and give its answer while the connection is open."""
        with _translated(call):
            if self._client is None:
                response = self._transport.handle_request(self._own.request(call))
            else:
                request = self._client.build_request(**_arguments(call, self._settings))
                response = self._client.send(
                    request, auth=None, follow_redirects=False, stream=True
                )
            try:
                call.answered(response.status_code, Headers.read(response.headers.raw))
                yield response
            finally:
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
        plain = self._client is None and "content-encoding" not in response.headers
        stream = cast("httpx.SyncByteStream", response.stream) if plain else response.iter_bytes()
        for chunk in stream:
            call.in_time()
            yield chunk

    def close(self) -> None:
        """Close the connections, unless they are an injected client's."""
        self._closed = True
        if self._client is None:
            self._transport.close()

    def after_fork(self) -> None:
        """In a child process, leave the connections to the parent, and make others."""
        # Kept, as what is collected would be closed.
        self._inherited.append(self._transport)
        self._transport = self._made()


class AsyncChannel:
    """Connections, awaitable, of one event loop."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient | None) -> None:
        _refuse(client, "aclose", "AsyncTogglFocus needs an async http_client")
        self._settings = settings
        self._client = client
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._line: asyncio.Semaphore | None = None
        if client is None:
            self._own = _Own(settings)
            with _making():
                self._transport = _async_transport(_proxy(settings.base_url))
            if isinstance(self._transport, httpx.AsyncHTTPTransport):
                self._line = asyncio.Semaphore(_IN_FLIGHT)

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

    def turn(self, call: Call[Any]) -> AbstractAsyncContextManager[None]:
        """Wait in line before an attempt begins, within the call's deadline."""
        return nullcontext() if self._line is None else _turn(self._line, call)

    @asynccontextmanager
    async def answer(self, call: Call[Any]) -> AsyncGenerator[httpx.Response]:
        """Send the request, and give its answer while the connection is open."""
        with _translated(call):
            async with _within(call):
                if self._client is None:
                    await asyncio.sleep(0)  # the loop alone tells aiohttp what was reset meanwhile
                    request = self._own.request(call)
                    response = await self._transport.handle_async_request(request)
                else:
                    request = self._client.build_request(**_arguments(call, self._settings))
                    response = await self._client.send(
                        request, auth=None, follow_redirects=False, stream=True
                    )
            try:
                call.answered(response.status_code, Headers.read(response.headers.raw))
                yield response
            finally:
                await response.aclose()

    async def exchange(self, call: Call[Any]) -> bytes:
        """Send the request, and read its whole answer."""
        async with self.answer(call) as response:
            return await self.read(call, response)

    async def read(self, call: Call[Any], response: httpx.Response) -> bytes:
        """The whole body."""
        async with _within(call):
            return b"".join([chunk async for chunk in self.chunks(call, response)])

    async def chunks(self, call: Call[Any], response: httpx.Response) -> AsyncGenerator[bytes]:
        """The body as it arrives, decompressed, as long as there is time."""
        plain = self._client is None and "content-encoding" not in response.headers
        stream = cast("httpx.AsyncByteStream", response.stream) if plain else response.aiter_bytes()
        async for chunk in stream:
            call.in_time()
            yield chunk

    async def aclose(self) -> None:
        """Close the connections, unless they are an injected client's."""
        if self._client is None and not self._closed:
            self._stay("aclose")
        self._closed = True
        if self._client is None:
            await self._transport.aclose()


_channels: weakref.WeakSet[Channel] = weakref.WeakSet()


def _after_fork() -> None:
    for channel in _channels:
        channel.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which knows no fork
    os.register_at_fork(after_in_child=_after_fork)


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The certificates that are trusted; loading them takes longer than all else of a client."""
    return httpx.create_ssl_context()


@functools.cache
def _user_agent() -> str:
    return f"toggl-focus/{metadata.version('toggl-focus')}"


def _version(package: str) -> tuple[int, ...]:
    return tuple(int(part) for part in metadata.version(package).split(".")[:2])


def _proxy(base_url: str) -> str | None:
    """The proxy of the environment by which this server is reached."""
    parts = urlsplit(base_url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _has_aiohttp() -> bool:
    """Whether the extra is there, and not an older one, which leaves connections open."""
    try:
        import_module("aiohttp")
        import_module("httpx_aiohttp")
    except ImportError:
        return False
    return _version("aiohttp") >= (3, 11) and _version("httpx-aiohttp") >= (0, 2)


def _async_transport(proxy: str | None) -> httpx.AsyncBaseTransport:
    """The transport of aiohttp where the extra is installed: it is several times as fast."""
    socks = proxy is not None and proxy.startswith("socks")  # aiohttp takes it for an HTTP proxy
    if socks or not _has_aiohttp():
        return httpx.AsyncHTTPTransport(verify=_certificates(), proxy=proxy)
    import aiohttp  # noqa: PLC0415  (both are an extra)
    from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=_certificates(), keepalive_timeout=5.0)
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=["Content-Type"],
        )
        # What is sent again, and how often, is for us to say and to count (D28). There is no
        # public switch; a test sees that it holds.
        session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return session

    known = None if proxy is None else httpx.Proxy(proxy)
    return AiohttpTransport(verify=_certificates(), proxy=known, client=session)


@contextmanager
def _making() -> Generator[None]:
    try:
        yield
    except (ImportError, ValueError, httpx.InvalidURL) as error:  # a proxy that is none
        raise UsageError(f"cannot make an HTTP client: {error}") from error


def _arguments(call: Call[Any], settings: Settings) -> dict[str, Any]:
    """A request for a client that was injected."""
    outgoing = call.outgoing
    headers = {"Accept": "application/json", "Authorization": settings.authorization}
    if outgoing.content is not None:
        headers["Content-Type"] = "application/json"
    return {
        "method": outgoing.operation.method,
        "url": outgoing.url,
        "content": outgoing.content,
        "headers": headers | call.event.headers,
        # As a tuple, which the clients of both libraries take.
        "timeout": tuple(call.timeouts[name] for name in ("connect", "read", "write", "pool")),
    }


def _refuse(client: object, method: str, reason: str) -> None:
    if client is not None and not hasattr(client, method):
        raise UsageError(f"{reason}, got {type(client).__name__}")


def _closed(call: Call[Any]) -> UsageError:
    return UsageError(f"{call.outgoing.operation.id}: the client is closed; make a new one")


@asynccontextmanager
async def _turn(line: asyncio.Semaphore, call: Call[Any]) -> AsyncGenerator[None]:
    async with _within(call):
        await line.acquire()
    try:
        yield
    finally:
        line.release()


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


@contextmanager
def _translated(call: Call[Any]) -> Generator[None]:
    """Raise what the HTTP library raises as ours, its own as the cause."""
    try:
        yield
    except Exception as error:
        ours = _ours(error, call)
        if ours is None:
            raise
        raise ours from error


def _ours(error: Exception, call: Call[Any]) -> TogglFocusError | None:
    kinds = _kinds(error)
    if not kinds:
        return None
    _redact(error)
    outgoing = call.outgoing
    what = f"{outgoing.operation.id}: {kinds[0]}"
    told = f"{what}: {error}" if str(error) else what
    if "HTTPStatusError" in kinds:  # a hook of an injected client raised it
        return _refused(error, call)
    if "PoolTimeout" in kinds:
        told = f"{what}: no connection was free; close streams that are not read to their end"
    sent = _NEVER_SENT.isdisjoint(kinds)
    if "TimeoutException" in kinds:
        return TimeoutError(told, outgoing.sent(), sent=sent)
    if "DecodingError" in kinds:
        return DecodeError(told, outgoing.sent())
    return TransportError(told, outgoing.sent(), sent=sent)


def _redact(error: Any) -> None:  # noqa: ANN401  (of any library)
    """Take the credentials from an error that goes wherever ours is logged or kept."""
    with suppress(AttributeError, RuntimeError):  # where it has no request
        error.request.headers.pop("Authorization", None)
    for each in (error, error.__cause__):
        if (asked := getattr(each, "request_info", None)) is not None:  # aiohttp shows its headers
            each.request_info = type(asked)(asked.url, asked.method, {}, asked.real_url)
            each.args = (each.request_info, *each.args[1:])


def _kinds(error: Exception) -> list[str]:
    """What kind of error of an HTTP library it is, the closest first; nothing if it is none."""
    cause = error.__cause__
    if cause is not None and _library(type(cause)) == "aiohttp":
        # httpx-aiohttp calls every trouble with a connection a ConnectTimeout, a reset too.
        names = {kind.__name__ for kind in type(cause).__mro__}
        if not names.isdisjoint({"ClientConnectorError", "ClientProxyConnectionError"}):
            return ["ConnectError"]
        if "ClientHttpProxyError" in names:
            return ["ProxyError"]
        if "ConnectionTimeoutError" in names:
            return ["ConnectTimeout", "TimeoutException"]
        if "TimeoutError" in names:
            return ["ReadTimeout", "TimeoutException"]
        return ["ReadError"]
    return [kind.__name__ for kind in type(error).__mro__ if _library(kind) in _LIBRARIES]


def _library(kind: type) -> str:
    return kind.__module__.partition(".")[0]


def _refused(error: Any, call: Call[Any]) -> TogglFocusError:  # noqa: ANN401  (either library's)
    response, body = error.response, b""
    with suppress(Exception):  # the hook may not have read it, and its status is known all the same
        body = response.content
    return refusal(call.outgoing, response.status_code, response.headers, body)
