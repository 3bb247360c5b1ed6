"""Opens ports of the wire server for tests, and talks to them over raw sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

from toggl_focus_conformance.wire import Port, Wire, responder

OK = {"text": "ok"}
GET = (
    b"GET /api/organizations/1/workspaces/10/tasks/100/time-blocks/7 HTTP/1.1\r\nHost: here\r\n\r\n"
)


def serve(server: dict[str, Any], use: Callable[[Port], Any], **options: Any) -> tuple[Port, Any]:
    """Open a port, let a thread use it, and give the port with all that it kept."""

    async def run() -> tuple[Port, Any]:
        async with Wire() as wire:
            port = await wire.open(
                lambda port: responder(
                    server, {"base": port.base_url}, port.base_path, lambda: None
                ),
                **options,
            )
            result = await asyncio.to_thread(use, port)
            await asyncio.sleep(0)
            return port, result

    return asyncio.run(run())


def connect(port: Port) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port.number), timeout=5)


def read_all(connection: socket.socket) -> tuple[bytes, str]:
    """All bytes up to the end of the connection, and how it ended."""
    data = b""
    try:
        while some := connection.recv(65536):
            data += some
    except ConnectionResetError:
        return data, "reset"
    except TimeoutError:
        return data, "open"
    return data, "closed"


def exchange(port: Port, request: bytes = GET, timeout: float = 5) -> tuple[bytes, str]:
    """Send a request, and read until the connection ends or is silent."""
    with connect(port) as connection:
        connection.settimeout(timeout)
        connection.sendall(request)
        return read_all(connection)


def until_seen(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def get_json(port: Port, target: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
    connection = HTTPConnection(port.host, port.number, timeout=5)
    with closing(connection):
        content = None if body is None else json.dumps(body)
        connection.request(method, f"/api/organizations/1/workspaces/10{target}", content)
        response = connection.getresponse()
        text = response.read()
    return response.status, json.loads(text) if text else None
