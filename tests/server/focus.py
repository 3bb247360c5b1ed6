"""What the tests of the server do over and over."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from toggl_focus_conformance import ReferenceServer

Block = dict[str, Any]

KEY = "toggl_sk_" + "5" * 32
YEAR = {"date_from": "2026-01-01T00:00:00Z", "date_to": "2027-01-01T00:00:00Z"}


@dataclass
class Clock:
    now: datetime = datetime(2026, 2, 2, 8, 0, 0, 123456, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@dataclass
class Focus:
    """What the tests do over and over, as plain HTTP; paths begin below the first workspace."""

    server: ReferenceServer
    http: httpx.Client

    def create(self, start: str = "2026-03-02T09:00:00Z", task: int = 100, **body: object) -> Block:
        response = self.http.post(f"/tasks/{task}/time-blocks", json={"start": start, **body})
        assert response.status_code == 201, response.text
        block: Block = response.json()
        return block

    def get(self, block: Block) -> Block:
        response = self.http.get(self.path(block))
        assert response.status_code == 200, response.text
        found: Block = response.json()
        return found

    def path(self, block: Block) -> str:
        return f"/tasks/{block['task_id']}/time-blocks/{block['id']}"

    def range(
        self,
        first: str = "2026-01-01T00:00:00Z",
        last: str = "2026-12-31T00:00:00Z",
        kind: str = "time-blocks",
        **query: str | int,
    ) -> httpx.Response:
        query = {"date_from": first, "date_to": last, **query}
        return self.http.get(f"/{kind}", params=query)

    def ids(self, **query: str | int) -> list[int]:
        response = self.range(**{"per_page": 100, **query})  # type: ignore[arg-type]
        assert response.status_code == 200, response.text
        return [block["id"] for block in response.json()["data"]]


@dataclass
class Process:
    """`toggl-focus serve` in a process of its own."""

    popen: subprocess.Popen[str]
    out: str
    url: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {KEY}"}

    def stop(self, number: int) -> tuple[int, str, str]:
        """Send a signal; the exit status, and what was written to the two outputs."""
        self.popen.send_signal(number)
        out, log = self.popen.communicate(timeout=10)
        return self.popen.returncode, self.out + out, log


Serve = Callable[..., Focus]
Spawn = Callable[..., Process]

MONDAY = 1_767_600_000_000_000
COMMAND = "from toggl_focus_conformance.cli import main; main()"


def client(server: ReferenceServer) -> httpx.Client:
    account = server.account
    return httpx.Client(
        base_url=f"{server.url}/organizations/{account.organization_id}"
        f"/workspaces/{account.workspace_id}",
        headers={"Authorization": f"Bearer {account.api_key}"},
        verify=False,  # noqa: S501  # there is no TLS here, and certificates take 20 ms to load
    )


def command(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-W", "error", "-c", COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def exchange(server: ReferenceServer, data: bytes, *, end: bool = False) -> bytes:
    """Send bytes as they are, and read until the server closes the connection.

    end: say that no more will follow.
    """
    url = httpx.URL(server.url)
    received = b""
    with socket.create_connection((url.host, url.port or 0), timeout=60) as connection:
        with suppress(OSError):  # what is refused early is reset while it is sent
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while piece := connection.recv(65_536):
                received += piece
    return received


def request(
    method: str, target: str, *headers: str, body: bytes | None = None, close: bool = True
) -> bytes:
    """A request of the first user as bytes."""
    lines = [f"{method} {target} HTTP/1.1", "Host: x", f"Authorization: Bearer {KEY}", *headers]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    if close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def run(*arguments: str) -> tuple[int, str, str]:
    """Run the command to its end: the exit status, and what was written to the two outputs."""
    with command(*arguments) as popen:
        out, log = popen.communicate(timeout=10)
    return popen.returncode, out, log


def row(n: int, **columns: object) -> Block:
    """A row of the database: the nth begins n minutes after a certain Monday does."""
    return {
        "workspace_id": 10,
        "task_id": 100 + n % 3,
        "toggl_user_id": 5,
        "start": MONDAY + n * 60_000_000,
        "duration": 60,
        "timezone": None,
        "description": f"Block {n}",
        "calendar_event_id": None,
        "has_time_entry": n % 2,
        "created_at": MONDAY,
        "updated_at": MONDAY,
        "completed_at": None,
        "archived_at": None,
        "deleted_at": None,
        **columns,
    }


def read(
    http: httpx.Client, url: str, after_first: Callable[[], object] = bool
) -> tuple[bytes, bool]:
    """Read a stream, doing something after the first piece; and whether it came to its end."""
    body = b""
    try:
        with http.stream("GET", httpx.URL(url).copy_merge_params(YEAR)) as response:
            for piece in response.iter_raw():
                if not body:
                    after_first()
                body += piece
    except httpx.RemoteProtocolError:
        return body, False
    return body, True
