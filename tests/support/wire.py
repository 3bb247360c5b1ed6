"""A server that plays scripts, byte for byte, for what a right server never does."""

from __future__ import annotations

import re
import select
import socket
import struct
import threading
from typing import Any


class Wire:
    """A server on a socket that plays a script, byte for byte, and keeps what it was sent.

    `responses`: for each request the chunks to send; None is a pause until the test is over, RESET
    resets the connection, and the end of the chunks closes it.
    """

    RESET = object()

    def __init__(self) -> None:
        self.responses: list[list[Any]] = []
        self.requests: list[bytes] = []
        self.gone = threading.Event()
        """Set when a client has let its connection go during a pause."""
        self._over, self._until = socket.socketpair()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/api"

    def respond(self, status: str, body: bytes = b"", *headers: str) -> None:
        """Add a complete, valid response."""
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
        self.responses.append(["\r\n".join([*head, "", ""]).encode() + body])

    def json(self, body: bytes) -> None:
        """Add a success with this JSON."""
        self.respond("200 OK", body, "Content-Type: application/json")

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._play, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _play(self, connection: socket.socket) -> None:
        with connection:
            request = b""
            while not _whole(request):
                some = connection.recv(65536)
                if not some:
                    return
                request += some
            self.requests.append(request)
            for chunk in self.responses.pop(0):
                if chunk is None:
                    readable, _, _ = select.select([connection, self._over], [], [])
                    if connection in readable:
                        self.gone.set()
                elif chunk is self.RESET:
                    linger = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                else:
                    try:
                        connection.sendall(chunk)
                    except OSError:  # the client has gone
                        return

    def close(self) -> None:
        self._until.close()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join()
        self._over.close()


def _whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)
