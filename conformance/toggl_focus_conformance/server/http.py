"""Where uvicorn does not suit: errors that are no JSON, and a stop that takes its time."""

import asyncio
import logging
import re
import socket
import sys
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import App, log
from .description import JSON

# what is on its way when the server stops may take this long, in seconds, before it is cut
GRACE = 0.1
# what is no HTTP may be sent on for as long after it was refused, in seconds
LINGER = 1

# what a target as for a proxy has before its path
ORIGIN = re.compile(rb"\Ahttps?://[^/?]+/?", re.IGNORECASE)
# h11 ends some of its reasons with what was sent, and that may be a header with a secret
QUOTE = re.compile(r": (bytearray\()?b['\"].*", re.DOTALL)

# it would tell a second time, with less knowledge, what the application has logged already
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


class Connection(h11.Connection):
    """HTTP/1.1 that knows a target with an origin, as for a proxy, for the path it has."""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Parse what came."""
        event = super().next_event()
        if isinstance(event, h11.Request) and not event.target.startswith(b"/"):
            return replace(event, target=ORIGIN.sub(b"/", event.target))
        return event


class Protocol(H11Protocol):
    """HTTP/1.1 whose every error is JSON, and whose answers reach who has said all there is."""

    _ended = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self.conn = Connection(h11.SERVER)

    def data_received(self, data: bytes) -> None:
        """Take what came, and drop it where nothing can be made of it any more."""
        if self.conn.their_state is not h11.ERROR:
            super().data_received(data)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio reads it, uvicorn does not
        """Keep the connection for as long as a request that came whole waits for its answer."""
        self._ended = True
        cycle = self.cycle
        return bool(cycle and not cycle.more_body and not cycle.response_complete)

    def on_response_complete(self) -> None:
        """Go on with what else was asked; close where nothing can follow."""
        super().on_response_complete()
        if self._ended and self.cycle.response_complete:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, with the reason that h11 gives and uvicorn keeps to itself."""
        app = self.config.app
        assert isinstance(app, App)  # noqa: S101  # what the server was made with; this is for checkers
        reason = QUOTE.sub("", str(sys.exception() or msg))
        body = app.garbage(f"no valid HTTP: {reason}")
        size = str(len(body))
        headers = [("content-type", JSON), ("content-length", size), ("connection", "close")]
        try:
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        except h11.LocalProtocolError:
            # an answer has begun already: only the end of the connection is left to say it
            self.transport.close()
            return
        log.info("- - 400 - %s", reason)
        if self.cycle:  # a bad body: this was the answer, no other follows
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        # closed at once, with more on its way here, it would be reset and the answer lost
        self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.close)


class Server(uvicorn.Server):
    """A server that is told to stop from another thread, and does so at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready: Future[None] = Future()
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """Stop, whatever the server is at."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: it has stopped already
                self._loop.call_soon_threadsafe(self._ended.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set_result(None)

    async def main_loop(self) -> None:
        """Sleep until told; once a second the date of the answers is set."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let short answers go out, cut long ones: a stream is never ended as if it were whole."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while state.connections:  # noqa: ASYNC110  # uvicorn has no event for the last one
                    await asyncio.sleep(GRACE / 50)
        for connection in list(state.connections):
            connection.transport.abort()
        if state.tasks:
            await asyncio.wait(state.tasks)
