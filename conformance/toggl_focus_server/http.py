"""HTTP/1.1 where uvicorn does not suit: errors as JSON, limits, and nothing private in the log."""

import asyncio
import errno
import logging
import re
import socket
import sys
import traceback
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import App, log
from .description import JSON
from .problems import Problem

LARGEST_HEAD = 64 * 1024
"""The most bytes that a request line and its headers may have."""
MOST_CHUNKS = 10_000
"""The most pieces that a body may be cut into: each costs as much as a hundred bytes of it."""

# what cannot be read may be sent on for as long after it was refused, in seconds
LINGER = 1

# what is on its way when the server stops may take this long, in seconds, before it is cut
GRACE = 0.1
# after as many seconds without a failure the next one is logged again
EPISODE = 5.0

_EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

_LARGE = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
_EMPTY_LINES = re.compile(rb"(?:\r\n)+")
# what a target as for a proxy has before its path
_ORIGIN = re.compile(rb"\Ahttps?://[^/?]+/?", re.IGNORECASE)
# h11 ends some of its reasons with what was sent, and that may be a header with a secret
_QUOTE = re.compile(r": (bytearray\()?b['\"].*", re.DOTALL)

# it would log a second time, with less knowledge, what the application has logged already
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


def report(what: str, error: BaseException | None) -> None:
    """Log an error by its type and place: its text may hold what was received."""
    if error is not None:
        what += f": {type(error).__name__}"
        if frames := traceback.extract_tb(error.__traceback__):
            what += f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}"
    log.error(what)


class Connection(h11.Connection):
    """HTTP/1.1 that is a little more tolerant than h11, and bounds what it costs."""

    _chunks = 0
    _head = b""

    def send(self, event: h11.Event) -> bytes | None:  # type: ignore[override]  # it has overloads
        """Write an event; the head of a response goes out with what follows it, in one packet."""
        written = super().send(event)
        if isinstance(event, h11.Response):
            self._head = written or b""
            return b""
        if self._head and written is not None:
            written, self._head = self._head + written, b""
        return written

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Parse what came."""
        if self.their_state is h11.IDLE and self._only_empty_lines():
            return h11.NEED_DATA
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._chunks = 0
            size = len(event.target) + sum(len(n) + len(v) + 4 for n, v in event.headers)
            if size > LARGEST_HEAD:
                raise h11.RemoteProtocolError("the head is too large", _LARGE)
            if not event.target.startswith(b"/"):
                # a target as for a proxy
                return replace(event, target=_ORIGIN.sub(b"/", event.target))
        elif isinstance(event, h11.Data) and event.chunk_start:
            self._chunks += 1
            if self._chunks > MOST_CHUNKS:
                raise h11.RemoteProtocolError(f"more than {MOST_CHUNKS} chunks")
        return event

    def _only_empty_lines(self) -> bool:
        """Skip empty lines before a request (RFC 9112, 2.2); whether that may have been all."""
        buffer: Any = self._receive_buffer  # h11 has no public way to look ahead
        data: bytearray = buffer._data  # noqa: SLF001  # nor this
        if empty := _EMPTY_LINES.match(data):
            buffer.maybe_extract_at_most(empty.end())
        return bytes(data[:2]) == b"\r"


class Protocol(H11Protocol):
    """HTTP/1.1 whose every error is JSON, and which waits for nobody for ever."""

    conn: Connection
    _ended = False
    _refused = False
    _due: tuple[object, ...] = ()
    _timer: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self._app = cast("App", self.config.app)
        self._limits = self._app.limits
        self.timeout_keep_alive = self._limits.idle  # type: ignore[assignment]  # may be a fraction
        self.conn = Connection(h11.SERVER, LARGEST_HEAD)
        self._wait(begun=True)

    def data_received(self, data: bytes) -> None:
        """Take what came, and drop it if nothing can be made of it any more."""
        if self._refused:
            return
        try:
            super().data_received(data)
        except Exception as error:  # noqa: BLE001  # asyncio would log it with what was received
            report("reading a request failed", error)
            self.transport.abort()
        self._wait(begun=True)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio reads it, uvicorn does not
        """Keep the connection for as long as a complete request waits for its response."""
        self._ended = True
        cycle = self.cycle
        return bool(cycle and not cycle.more_body and not cycle.response_complete)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        for timer in (self._timer, self._stalled):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for a client that takes nothing of its response."""
        super().pause_writing()
        self._stalled = self.loop.call_later(self._limits.stalled, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        if self._stalled:
            self._stalled.cancel()

    def on_response_complete(self) -> None:
        """Go on with what else was requested; close where nothing can follow."""
        super().on_response_complete()
        if self._ended and self.cycle.response_complete:
            self.transport.close()
        self._wait()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, also if its client never took all of the last response."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, with the reason that h11 gives and uvicorn keeps to itself."""
        error = sys.exception()
        if isinstance(error, h11.RemoteProtocolError) and error.error_status_hint == _LARGE:
            text = f"the request line and headers are larger than {LARGEST_HEAD} bytes"
            self._refuse(Problem(_LARGE, "validation", text))
        else:
            reason = _QUOTE.sub("", str(error or msg))
            self._refuse(Problem(400, "validation", f"no valid HTTP: {reason}"))

    def _wait(self, *, begun: bool = False) -> None:
        """Set the time limit for the part of a request that is due, unless it is set already.

        begun: some of the part was received, or the connection is new. Until then it is idle, for
        which uvicorn has a timer.
        """
        state = self.conn.their_state
        due = (state, begun and state is h11.IDLE)
        if due == self._due:
            return
        self._due = due
        if self._timer:
            self._timer.cancel()
        if state is h11.SEND_BODY:
            limit, part = self._limits.body, "body"
        elif state is h11.IDLE and begun:
            limit, part = self._limits.head, "request line and headers"
        else:
            return
        text = f"the {part} took more than {limit:g} s"
        self._timer = self.loop.call_later(limit, self._late, text)

    def _late(self, text: str) -> None:
        """Give up on the rest of a request."""
        if self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]:
            self.transport.close()  # nothing came
        else:
            self._refuse(Problem(HTTPStatus.REQUEST_TIMEOUT, "timeout", text))

    def _refuse(self, problem: Problem) -> None:
        """Respond without the application, unless a response has begun, and close."""
        self._refused = True
        body = self._app.error_body(problem)
        headers = [
            ("content-type", JSON),
            ("content-length", str(len(body))),
            ("connection", "close"),
            ("access-control-allow-origin", "*"),
        ]
        phrase = HTTPStatus(problem.status).phrase.encode()
        try:
            for event in (
                h11.Response(status_code=problem.status, headers=headers, reason=phrase),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        except h11.LocalProtocolError:
            self.transport.close()  # only the end of the connection is left to say it
        else:
            log.info("- - %d - %s", problem.status, problem.text)
            if self.cycle:  # a bad body: this was the response, no other follows
                self.cycle.disconnected = True
                self.cycle.message_event.set()
            # closed at once, with more on its way here, it would be reset and the response lost
            with suppress(OSError):  # the client is gone
                self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.abort)


class Server(uvicorn.Server):
    """A server that another thread can stop, at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready: Future[None] = Future()
        self._ended = asyncio.Event()
        self._exhausted = -EPISODE
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
        self._loop.set_exception_handler(self._unexpected)
        await super().startup(sockets)
        self.ready.set_result(None)

    def _unexpected(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log what asyncio would log with a traceback, in one line and without what was received.

        With no file descriptor left asyncio fails thousands of times a second, until one is free.
        """
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in _EXHAUSTED:
            if loop.time() > self._exhausted + EPISODE:
                log.error("no connection can be accepted until another closes: %s", error.strerror)
            self._exhausted = loop.time()
            return
        if self.should_exit and isinstance(error, ValueError):
            return  # asyncio would listen again after such a failure, and the socket is closed
        # behind the bracket are arguments
        report(str(context["message"]).partition("(")[0], error)

    async def main_loop(self) -> None:
        """Sleep until stopped; once a second the date of the responses is set."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let short responses go out, cut long ones: a stream never ends as if it were complete."""
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
