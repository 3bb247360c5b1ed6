"""A wire server whose connections stay open, and that tells which one a request came by."""

from __future__ import annotations

import itertools
import select
import socket
from contextlib import suppress

from tests.support.wire import Wire


class Keeping(Wire):
    """Plays a response for each request of a connection; one without chunks closes it.

    A chunk may be something to call, such as to wait for.

    `connections`: for each request the number of the connection it came by.
    """

    def __init__(self) -> None:
        self.connections: list[int] = []
        self._numbers = itertools.count()
        super().__init__()

    def respond(self, status: str, body: bytes = b"", *headers: str) -> None:
        """Add a complete, valid response."""
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        self.responses.append(["\r\n".join([*head, "", ""]).encode() + body])

    def _play(self, connection: socket.socket) -> None:
        number = next(self._numbers)
        with connection:
            while request := self._request(connection):
                self.connections.append(number)
                self.requests.append(request)
                chunks = self.responses.pop(0)
                if not chunks:
                    return
                for chunk in chunks:
                    chunk() if callable(chunk) else connection.sendall(chunk)

    def _request(self, connection: socket.socket) -> bytes:
        """A request without a body, or nothing when the client or the test is over."""
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            readable, _, _ = select.select([connection, self._over], [], [])
            some = b""
            with suppress(ConnectionResetError):  # as where a client closes with bytes unread
                some = connection.recv(65536) if connection in readable else b""
            if not some:
                return b""
            request += some
        return request
