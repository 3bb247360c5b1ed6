"""Sending over connections of the client's own.

httpx's transports are used without its client around them. Joining URLs, merging headers and
looking for cookies takes a third of the time of a small call; here there is one server, one set of
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
from typing import TYPE_CHECKING, Literal

import httpx

from toggl_focus._config.proxies import proxy_for
from toggl_focus._errors import UsageError
from toggl_focus._transport.connections import AsyncConnections, Connections
from toggl_focus._version import __version__

if TYPE_CHECKING:
    from toggl_focus._calls.attempt import Attempt
    from toggl_focus._config.settings import Settings

__all__ = ["AsyncOwn", "Own"]

MOST_AT_ONCE = 100
"""At most this many async calls are sent at a time. The others wait in a queue, where `timeout`
does not run yet."""

# For these methods, servers expect a length even if there is no body.
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

    def send(self, attempt: Attempt) -> httpx.Response:
        """Send an attempt and return its response, which the caller closes."""
        return self._transport.handle_request(self._requests.request(attempt))

    def close(self) -> None:
        """Close the connections."""
        self.closed = True
        self._transport.close()

    def after_fork(self) -> None:
        """In a child process: use new connections."""
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

    async def send(self, attempt: Attempt) -> httpx.Response:
        """Send an attempt and return its response, which the caller closes."""
        return await self._transport.handle_async_request(self._requests.request(attempt))

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

    def request(self, attempt: Attempt) -> httpx.Request:
        """The request of an attempt."""
        encoded = attempt.request
        method, content = encoded.operation.method, encoded.content
        headers = self._headers.copy()
        if content is not None:
            headers.append((b"Content-Type", b"application/json"))
        if content is not None or method in _HAVE_BODIES:
            headers.append((b"Content-Length", str(len(content or b"")).encode("ascii")))
        if more := attempt.headers:
            named = {name.lower().encode() for name in more}
            headers = [header for header in headers if header[0].lower() not in named]
            headers += [(name.encode(), text.encode("latin-1")) for name, text in more.items()]
        # With `content=`, httpx would iterate over all headers twice more.
        request = httpx.Request(
            method,
            self._server,
            headers=headers,
            stream=httpx.ByteStream(content or b""),
            extensions={"timeout": attempt.timeouts},
        )
        request.read()
        request.url = self._url(encoded.target)
        return request

    def _url(self, target: str) -> httpx.URL:
        """A URL below the base URL. Parsing all of it would take as long as the rest."""
        url = httpx.URL(self._server)
        path, mark, query = target.partition("?")
        url._uri_reference = url._uri_reference._replace(  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            path=self._path + path, query=query if mark else None
        )
        return url


# Weak references: a client that is no longer used needs no handling after a fork.
_forked: weakref.WeakSet[Own] = weakref.WeakSet()


def _after_fork() -> None:
    for own in _forked:
        own.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
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
    if proxy is not None and proxy.startswith("socks"):  # aiohttp would take it for an HTTP proxy
        raise UsageError("transport='aiohttp' does not support SOCKS proxies; omit it to use httpx")
    from toggl_focus._transport import aiohttp  # noqa: PLC0415  (it is an extra)

    return aiohttp.transport(_certificates(), None if proxy is None else httpx.Proxy(proxy))


_OLDEST = {"aiohttp": (3, 11), "httpx-aiohttp": (0, 2)}


def _version(package: str) -> tuple[int, ...]:
    """Its first two numbers; empty without metadata, as in a frozen application."""
    try:
        return tuple(int(part) for part in metadata.version(package).split(".")[:2])
    except metadata.PackageNotFoundError:
        return ()


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The trusted certificates. Loading them takes longer than the rest of making a client."""
    return httpx.create_ssl_context()


@contextmanager
def _usable() -> Generator[None]:
    try:
        yield
    except OSError as error:
        message = "cannot read certificates; check the variables SSL_CERT_FILE and SSL_CERT_DIR"
        raise UsageError(f"{message}: {error}") from error
