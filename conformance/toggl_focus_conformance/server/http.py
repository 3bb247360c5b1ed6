"""Where uvicorn does not suit: errors that are no JSON, and a stop that takes its time."""

import asyncio
import logging
import socket
from concurrent.futures import Future
from contextlib import suppress

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import App
from .description import JSON

# what is on its way when the server stops may take this long, in seconds, before it is cut
GRACE = 0.1

# it would tell a second time, with less knowledge, what the application has logged already
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


class Protocol(H11Protocol):
    """HTTP/1.1 whose every error is JSON."""

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        app = self.config.app
        assert isinstance(app, App)  # noqa: S101  # what the server was made with; this is for checkers
        headers = [("content-type", JSON), ("connection", "close")]
        body = app.garbage(msg)
        # unless an answer has begun already: then only the end of the connection is left to say it
        with suppress(h11.LocalProtocolError):
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


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
