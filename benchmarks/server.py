"""A server of canned responses, in a process of its own: it must cost next to nothing.

`/stream` gives blocks in chunks, as fast as they are taken; any other GET gives one block, and what
has a body gets a 204. It prints its port in one line, and ends when its input is closed.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress

from benchmarks.data import BLOCK, blocks

__all__ = ["CHUNK", "serving"]

CHUNK = 65_536
_HEAD = b"HTTP/1.1 %s\r\nX-Toggl-Quota-Remaining: 30\r\nX-Toggl-Quota-Resets-In: 3600\r\n%s\r\n"
_JSON = b"Content-Type: application/json\r\n"
_ONE = _HEAD % (b"200 OK", _JSON + b"Content-Length: %d\r\n" % len(BLOCK)) + BLOCK
_DONE = _HEAD % (b"204 No Content", b"")
_STREAM = _HEAD % (b"200 OK", _JSON + b"Transfer-Encoding: chunked\r\n")


def _chunked(body: bytes) -> bytes:
    chunks = (body[at : at + CHUNK] for at in range(0, len(body), CHUNK))
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


_BEGIN = _STREAM + _chunked(b"[")
_THOUSAND = _chunked(b",".join(blocks()) + b",")
_END = _chunked(b",".join(blocks()) + b"]") + b"0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


@contextmanager
def serving(items: int = 0) -> Generator[str]:
    """Run the server, with a stream of so many thousands of items; gives its URL."""
    command = [sys.executable, "-m", "benchmarks.server", str(items)]
    with subprocess.Popen(  # noqa: S603  (our own words)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None  # noqa: S101  (for the checkers: it is a pipe)
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.communicate()


class _Connection(asyncio.Protocol):
    """Responds to request after request."""

    def __init__(self, repeats: int) -> None:
        self._repeats = repeats
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  (for the checkers)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Respond to each complete request."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n") + 4) > 3:  # noqa: PLR2004
            length = _LENGTH.search(self._received, 0, end)
            whole = end + int(length[1]) if length else end
            if len(self._received) < whole:
                return
            head = self._received[:end]
            self._received = self._received[whole:]
            if length:
                self._transport.write(_DONE)
            elif b"/stream?" in head:
                self._streaming = asyncio.create_task(self._stream())
            else:
                self._transport.write(_ONE)

    async def _stream(self) -> None:
        # The transport would copy what does not fit the socket; this sends it from where it is.
        loop = asyncio.get_running_loop()
        own = socket.socket(fileno=os.dup(self._transport.get_extra_info("socket").fileno()))
        with own, suppress(ConnectionError):  # who reads it may have had enough
            await loop.sock_sendall(own, _BEGIN)
            for _ in range(self._repeats - 1):
                await loop.sock_sendall(own, _THOUSAND)
            await loop.sock_sendall(own, _END)


async def _serve(repeats: int) -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2_048)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(repeats), sock=listener)
    async with server:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        await loop.run_in_executor(None, sys.stdin.read)
        server.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
