"""Sending with aiohttp: many times as fast as httpx, and as careful."""

from __future__ import annotations

import asyncio
import functools
import ssl
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from httpx_aiohttp import AiohttpTransport

if TYPE_CHECKING:
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

__all__ = ["transport"]

_LONGEST_LINE = 65_536  # of a head; aiohttp's own limit is an eighth of it


def transport(certificates: ssl.SSLContext, proxy: httpx.Proxy | None) -> AiohttpTransport:
    """A transport that makes its session when it is first used, in the loop it then belongs to."""
    session = functools.partial(_session, certificates)
    return AiohttpTransport(verify=certificates, proxy=proxy, client=session)


def _session(certificates: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = _Connector(ssl=certificates, keepalive_timeout=5.0)
    session = aiohttp.ClientSession(
        connector=connector,
        response_class=_Response,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=["Content-Type"],
        max_line_size=_LONGEST_LINE,
        max_field_size=_LONGEST_LINE,
    )
    # There are no public switches for these two; tests see that they hold. What is sent again, and
    # how often, is for us to say and to count (D28).
    session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    protocol: Any = functools.partial(_Protocol, loop=asyncio.get_running_loop())
    connector._factory = protocol  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return session


class _Connector(aiohttp.TCPConnector):
    """Hands out connections on which nothing has arrived since the last response."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  (aiohttp's own signature)
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol: Any = connection.protocol
            try:
                # Only the loop knows: in its next round it looks, and goes on here before it tells.
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            except BaseException:
                connection.close()
                raise
            if protocol.is_connected():
                protocol.used = True
                return connection
            # A proxy may send a 408 while nothing is asked, for one.
            connection.close()
            if not protocol.used:
                spoke = OSError(0, "the server sent something before the request, or closed")
                raise aiohttp.ClientConnectorError(req.connection_key, spoke)


class _Protocol(ResponseHandler):
    """A connection on which nothing is taken for a response that is none, or not all of one."""

    used = False

    def is_connected(self) -> bool:
        return super().is_connected() and not self.should_close

    def data_received(self, data: bytes) -> None:
        # The head alone first: what is wrong with a body must not hide the status of its response.
        if self._payload is None or self._payload.is_eof():
            head, end, body = data.partition(b"\r\n\r\n")
            if body:
                super().data_received(head + end)
                data = body
        super().data_received(data)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        super().set_exception(exc, *([] if exc_cause is None else [exc_cause]))
        if not isinstance(exc, TimeoutError):  # of which aiohttp tells the reader itself
            self._cut(exc)  # but leaves the one of a malformed body waiting

    def connection_lost(self, exc: BaseException | None) -> None:
        if exc is not None:  # to aiohttp, a reset ends a body of unknown length as a close does
            self._cut(exc)
        super().connection_lost(exc)

    def _cut(self, error: BaseException) -> None:
        if self._payload is not None and not self._payload.is_eof():
            told = f"the body of the response is not complete: {error!r}"
            self._payload.set_exception(aiohttp.ClientPayloadError(told))


class _Response(aiohttp.ClientResponse):
    """An answer whose reason phrase can be encoded, as httpx-aiohttp does, whatever it holds."""

    async def start(self, connection: Connection) -> _Response:
        await super().start(connection)
        self.reason = (self.reason or "").encode("utf-8", "surrogateescape").decode("latin-1")
        return self
