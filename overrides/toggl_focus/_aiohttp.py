"""Sending with aiohttp, where it is installed: many times as fast, and as careful as httpx."""

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

__all__ = ["transport"]

_LONGEST_LINE = 65_536  # of a head; aiohttp's own limit is an eighth of it


def transport(certificates: ssl.SSLContext, proxy: httpx.Proxy | None) -> AiohttpTransport:
    """A transport that makes its session when it is first used, in the loop it then belongs to."""
    session = functools.partial(_session, certificates)
    return _Transport(verify=certificates, proxy=proxy, client=session)


def _session(certificates: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(ssl=certificates, keepalive_timeout=5.0)
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


class _Transport(AiohttpTransport):
    """Sends when it is known what came, or was reset, since the last answer."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # The loop alone tells: in its next round it looks, and goes on here before it tells.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return await super().handle_async_request(request)


class _Protocol(ResponseHandler):
    """A connection that is not used again once something came that nobody asked for.

    A proxy may say 408 on an idle one; that must not be taken for the answer to the next request.
    """

    def is_connected(self) -> bool:
        return super().is_connected() and not self.should_close


class _Response(aiohttp.ClientResponse):
    """An answer whose reason phrase can be encoded, as httpx-aiohttp does, whatever it holds."""

    async def start(self, connection: Connection) -> _Response:
        await super().start(connection)
        self.reason = (self.reason or "").encode("utf-8", "surrogateescape").decode("latin-1")
        return self
