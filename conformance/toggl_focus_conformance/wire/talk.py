"""Talks on one connection: reads all the time, and plays one response after the other."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

from .http import Malformed, Parser, Request
from .port import Connection, Port
from .responses import End, Pause, Send, plan

__all__ = ["Talk"]

FLOOD = 200
"""Requests on one port; whatever comes after them gets an error at once."""

_EXTRA = {"status": 500, "json": {"error": "extra_request", "error_description": "no more planned"}}


class Talk:
    """One connection: it reads all the time, and responds to one request after the other."""

    def __init__(
        self,
        port: Port,
        connection: Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._port = port
        self._connection = connection
        self._reader = reader
        self._writer = writer
        self._requests: asyncio.Queue[Request | None] = asyncio.Queue()
        self._over = False
        self._aborted = False

    async def run(self) -> None:
        """Serve the connection until one side ends it."""
        reading = asyncio.ensure_future(self._read())
        try:
            while request := await self._requests.get():
                await self._respond(request)
                if self._over:
                    await reading  # what still arrives is kept too
                    break
        finally:
            reading.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await reading
            self._writer.close()

    async def _read(self) -> None:
        """Read until the client leaves; gives requests to the queue, and None at the end."""
        port, connection, parser = self._port, self._connection, Parser()
        begun: float | None = None
        try:
            while data := await self._reader.read(1 << 16):
                port.note(connection, "received", data)
                begun = port.now() if begun is None else begun
                for request in parser.feed(data):
                    request.connection, request.started = connection.number, begun
                    request.ended = port.now()
                    self._keep(request)
                    begun = port.now()
                if not parser.pending:
                    begun = None
                if parser.waiting:
                    parser.waiting = False
                    self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
            if not self._aborted:
                port.note(connection, "closed")
            if parser.pending:
                port.malformed.append((port.now(), "a request without its end", parser.pending))
        except Malformed as error:
            port.malformed.append((port.now(), str(error), error.raw))
            self._close("close")
        except OSError:
            if not self._aborted:
                port.note(connection, "aborted")
        finally:
            connection.gone = port.now()
            self._requests.put_nowait(None)

    def _keep(self, request: Request) -> None:
        port = self._port
        if self._connection.stale or self._over:
            request.discarded = True
            port.requests.append(request)
            self._close("reset")
            return
        request.number = len(port.counted) + 1
        port.requests.append(request)
        self._requests.put_nowait(request)

    async def _respond(self, request: Request) -> None:
        port = self._port
        reply = port.respond(request) if request.number <= FLOOD else None
        if reply is None:
            request.extra = True
            reply = plan(_EXTRA, lambda _: None, lambda _: None)
        port.plans[request.number] = reply
        self._connection.busy, self._connection.last = True, request.number
        for step in reply.steps:
            if self._connection.gone is not None:
                break
            if isinstance(step, Send):
                self._send(step.data)
                with contextlib.suppress(OSError):
                    await self._writer.drain()
            elif isinstance(step, Pause):
                await asyncio.sleep(step.ms / 1000)
            else:
                await self._end(step)

    async def _end(self, end: End) -> None:
        if end.how == "hang":
            # Nothing more is sent; the reader tells when the client has left.
            while await self._requests.get():
                pass
            self._over = True
            self._connection.busy = False
            return
        self._connection.busy = False
        self._port.ended[self._connection.last] = self._port.now()
        if end.how == "stale":
            self._connection.stale = True
        elif end.how != "keep":
            self._close(end.how)

    def _send(self, data: bytes) -> None:
        if not self._writer.is_closing():
            self._port.note(self._connection, "sent", data)
            self._writer.write(data)

    def _close(self, how: str) -> None:
        """End the connection from this side; what the client still sends is read and kept."""
        self._over = True
        if self._writer.is_closing():
            return
        if how == "reset":
            self._aborted = True
            raw: socket.socket = self._writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._writer.transport.abort()
        elif self._writer.can_write_eof():
            with contextlib.suppress(OSError):
                self._writer.write_eof()
