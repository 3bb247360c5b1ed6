"""Sending with aiohttp: much faster than httpx with many calls at once, and just as careful."""

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

_LONGEST_LINE = 65_536  # bytes; aiohttp's own limit for a header line is an eighth of it


def transport(certificates: ssl.SSLContext, proxy: httpx.Proxy | None) -> AiohttpTransport:
    """A transport that creates its session on first use, in the event loop that runs then."""
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
    # There are no public options for these two; tests check that they work. Retries are decided and
    # counted by our own code (D28).
    session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    protocol: Any = functools.partial(_Protocol, loop=asyncio.get_running_loop())
    connector._factory = protocol  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return session


class _Connector(aiohttp.TCPConnector):
    """Returns only connections on which nothing has arrived since the last response."""

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
                # The event loop notices in its next round, and tells us in the one after that.
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            except BaseException:
                connection.close()
                raise
            if protocol.is_connected():
                protocol.used = True
                return connection
            # For example, a proxy may send a 408 while no request is open.
            connection.close()
            if not protocol.used:
                early = OSError(0, "the server sent something before the request, or closed")
                raise aiohttp.ClientConnectorError(req.connection_key, early)


class _Protocol(ResponseHandler):
    """A connection that takes only complete responses for responses."""

    used = False

    def is_connected(self) -> bool:
        return super().is_connected() and not self.should_close

    def data_received(self, data: bytes) -> None:
        # The headers first: an invalid body must not hide the status of its response.
        if self._payload is None or self._payload.is_eof():
            head, end, body = data.partition(b"\r\n\r\n")
            if body:
                super().data_received(head + end)
                data = body
        super().data_received(data)

    def set_exception(self, exc: BaseException, exc_cause: BaseException | None = None) -> None:
        super().set_exception(exc, *([] if exc_cause is None else [exc_cause]))
        if not isinstance(exc, TimeoutError):  # aiohttp tells the reader of these itself
            self._cut(exc)  # but lets the reader of a malformed body wait

    def connection_lost(self, exc: BaseException | None) -> None:
        if exc is not None:  # aiohttp takes a reset for the end of a body of unknown length
            self._cut(exc)
        super().connection_lost(exc)

    def _cut(self, error: BaseException) -> None:
        if self._payload is not None and not self._payload.is_eof():
            reason = f"the body of the response is not complete: {error!r}"
            self._payload.set_exception(aiohttp.ClientPayloadError(reason))


class _Response(aiohttp.ClientResponse):
    """A response whose reason phrase can always be encoded, which httpx-aiohttp does."""

    async def start(self, connection: Connection) -> _Response:
        await super().start(connection)
        self.reason = (self.reason or "").encode("utf-8", "surrogateescape").decode("latin-1")
        return self
