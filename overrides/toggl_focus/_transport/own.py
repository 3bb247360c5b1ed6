"""Sending over connections of the client's own.

httpx's transports are used without its client around them: to join URLs, merge headers and look for
cookies anew takes a third of the time of a small call, and here there is one server, one set of
headers and no cookie. Libraries that mock httpx's transports see each request.
"""

from __future__ import annotations

import asyncio
import functools
import os
import ssl
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, Literal

import httpx

from toggl_focus._config.proxies import proxy_for
from toggl_focus._errors import UsageError
from toggl_focus._transport.connections import AsyncConnections, Connections
from toggl_focus._version import __version__

if TYPE_CHECKING:
    from toggl_focus._calls.call import Call
    from toggl_focus._config.settings import Settings

__all__ = ["AsyncOwn", "Own"]

MOST_AT_ONCE = 100
"""So many async calls are sent at a time; the others queue, where no `timeout` runs yet."""

# Servers expect to be told the length of a body that these lack.
_HAVE_BODIES = frozenset({"POST", "PUT", "PATCH"})


class Own:
    """Sends requests, sync."""

    def __init__(self, settings: Settings) -> None:
        self.closed = False
        self._requests = _Requests(settings)
        proxy = proxy_for(settings.base_url)
        with _usable():
            self._transport = httpx.HTTPTransport(verify=_certificates(), proxy=proxy)
        # Of httpx's pool only what makes a connection is used: by proxy, scheme and certificates.
        make = self._transport._pool.create_connection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._connections = Connections(make)
        self._transport._pool = self._connections  # type: ignore[assignment]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
        _forked.add(self)

    def send(self, call: Call[Any]) -> httpx.Response:
        """Send an attempt's request and give its response, to be closed."""
        return self._transport.handle_request(self._requests.request(call))

    def close(self) -> None:
        """Close the connections."""
        self.closed = True
        self._transport.close()

    def after_fork(self) -> None:
        """In a child process: use connections of its own."""
        self._connections.forget()


class AsyncOwn:
    """Sends requests, async."""

    def __init__(self, settings: Settings, library: Literal["httpx", "aiohttp"]) -> None:
        self.closed = False
        self._requests = _Requests(settings)
        self.queue = asyncio.Semaphore(MOST_AT_ONCE)
        proxy = proxy_for(settings.base_url)
        with _usable():
            make = _aiohttp_transport if library == "aiohttp" else _httpx_transport
            self._transport = make(proxy)

    async def send(self, call: Call[Any]) -> httpx.Response:
        """Send an attempt's request and give its response, to be closed."""
        return await self._transport.handle_async_request(self._requests.request(call))

    async def aclose(self) -> None:
        """Close the connections."""
        self.closed = True
        await self._transport.aclose()


class _Requests:
    """Makes the requests of one client."""

    def __init__(self, settings: Settings) -> None:
        self._server = httpx.URL(settings.base_url)
        self._path = self._server.raw_path.rstrip(b"/").decode("ascii")
        self._headers = [
            (b"Host", self._server.netloc),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"gzip"),
            (b"Authorization", settings.authorization.encode("ascii")),
            (b"User-Agent", f"toggl-focus/{__version__}".encode("ascii")),
        ]

    def request(self, call: Call[Any]) -> httpx.Request:
        """The request of an attempt."""
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
        request.url = self._url(call.outgoing.target)
        return request

    def _url(self, target: str) -> httpx.URL:
        """A URL below the server's. To parse all of it would take as long as all else here."""
        url = httpx.URL(self._server)
        path, mark, query = target.partition("?")
        url._uri_reference = url._uri_reference._replace(  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            path=self._path + path, query=query if mark else None
        )
        return url


# A set of weak references: a client that is no longer used has nothing to leave to a parent.
_forked: weakref.WeakSet[Own] = weakref.WeakSet()


def _after_fork() -> None:
    for own in _forked:
        own.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which knows no fork
    os.register_at_fork(after_in_child=_after_fork)


def _httpx_transport(proxy: str | None) -> httpx.AsyncBaseTransport:
    transport = httpx.AsyncHTTPTransport(verify=_certificates(), proxy=proxy)
    make = transport._pool.create_connection  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    transport._pool = AsyncConnections(make)  # type: ignore[assignment]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    return transport


def _aiohttp_transport(proxy: str | None) -> httpx.AsyncBaseTransport:
    try:
        import_module("aiohttp")
        import_module("httpx_aiohttp")
    except ImportError:
        raise UsageError(
            "transport='aiohttp' needs the extra: pip install 'toggl-focus[aiohttp]'"
        ) from None
    for package, oldest in _OLDEST.items():
        if (found := _version(package)) and found < oldest:
            raise UsageError(
                f"transport='aiohttp' needs {package} {'.'.join(map(str, oldest))} or newer, not "
                f"{'.'.join(map(str, found))}: pip install 'toggl-focus[aiohttp]'"
            )
    if proxy is not None and proxy.startswith("socks"):  # aiohttp takes it for an HTTP proxy
        raise UsageError("transport='aiohttp' knows no SOCKS proxy; leave it out to use httpx")
    from toggl_focus._transport import aiohttp  # noqa: PLC0415  (it is an extra)

    return aiohttp.transport(_certificates(), None if proxy is None else httpx.Proxy(proxy))


_OLDEST = {"aiohttp": (3, 11), "httpx-aiohttp": (0, 2)}


def _version(package: str) -> tuple[int, ...]:
    """Its first two numbers; nothing where metadata is left out, as in a frozen application."""
    try:
        return tuple(int(part) for part in metadata.version(package).split(".")[:2])
    except metadata.PackageNotFoundError:
        return ()


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The trusted certificates; loading them takes longer than all else of a client."""
    return httpx.create_ssl_context()


@contextmanager
def _usable() -> Generator[None]:
    try:
        yield
    except OSError as error:
        told = "cannot read certificates; see SSL_CERT_FILE and SSL_CERT_DIR of the environment"
        raise UsageError(f"{told}: {error}") from error
