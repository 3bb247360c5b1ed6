"""Opens a port for each case, keeps what is sent there, and plays its responses."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Self

from .port import Connection, Port
from .responders import Responder
from .talk import Talk

__all__ = ["Wire"]


class Wire:
    """A server with one port for each case, all open until the end.

    host: where to listen. advertise: the host that adapters get, for those in containers.
    """

    def __init__(self, host: str = "127.0.0.1", advertise: str | None = None) -> None:
        self._host = host
        self._advertised = advertise or host
        self._servers: list[asyncio.Server] = []
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def second_host(self) -> str:
        """Another name for the same place, where there is one; the port differs in any case."""
        return "localhost" if self._advertised == "127.0.0.1" else self._advertised

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def open(
        self,
        respond: Callable[[Port], Responder],
        *,
        base_path: str = "/api",
        scheme: str = "http",
        host: str | None = None,
        refuse: bool = False,
    ) -> Port:
        """Open a port. refuse: take it without listening, so that no connection is made.

        respond: makes the responder when the port is known. host: another name of this machine.
        """
        loop = asyncio.get_running_loop()
        begun = loop.time()
        taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        taken.setblocking(False)  # noqa: FBT003  (takes no keyword)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((self._host, 0))
        port = Port(
            host=host or self._advertised,
            number=taken.getsockname()[1],
            base_path=base_path,
            scheme=scheme,
            now=lambda: (loop.time() - begun) * 1000,
            respond=lambda _: None,
        )
        port.respond = respond(port)
        if refuse:
            self._sockets.append(taken)
            return port

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = Connection(len(port.connections) + 1)
            port.connections.append(connection)
            port.note(connection, "open")
            task = loop.create_task(Talk(port, connection, reader, writer).run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        # Kept before it serves: start_serving() can be cancelled, and must then be closed too.
        server = await asyncio.start_server(accept, sock=taken, limit=1 << 20, start_serving=False)
        self._servers.append(server)
        await server.start_serving()
        return port

    async def close(self) -> None:
        """Close all ports and connections."""
        for server in self._servers:
            server.close()
        for taken in self._sockets:
            taken.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
