"""Interrupts calls at every point and reports what is left of the client: for test_interruptions.

`python tests/support/interruptions.py 20000` interrupts so many calls of each kind.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any, Literal, cast

from toggl_focus import AsyncTogglFocus, TogglFocus, TogglFocusError

KEY = "toggl_sk_" + "7" * 32
BLOCK = {
    "id": 1,
    "workspace_id": 10,
    "task_id": 100,
    "toggl_user_id": 5,
    "start": "2026-01-12T09:00:00Z",
    "created_at": "2026-01-12T09:00:00Z",
}
NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)
GOOD = 100
ONE = json.dumps(BLOCK).encode()
MANY = json.dumps([BLOCK] * 50).encode()
HERE = str(Path(__file__).parent)


async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Respond to every request with a block, or with fifty in chunks."""
    with suppress(OSError, asyncio.IncompleteReadError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            _, found, length = head.partition(b"content-length: ")
            if found:
                await reader.readexactly(int(length.split(b"\r\n")[0]))
            status = b"201 Created" if head.startswith(b"post") else b"200 OK"
            start = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n" % status
            if b"/stream?" not in head:
                writer.write(b"%bContent-Length: %d\r\n\r\n%b" % (start, len(ONE), ONE))
                continue
            writer.write(b"%bTransfer-Encoding: chunked\r\n\r\n" % start)
            for at in range(0, len(MANY), 2000):
                piece = MANY[at : at + 2000]
                writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                await writer.drain()
            writer.write(b"0\r\n\r\n")
    writer.close()


async def serve() -> None:
    """Print the port, and serve until standard input ends, in a process of its own."""
    server = await asyncio.start_server(respond, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


@contextmanager
def served() -> Iterator[str]:
    """The URL of a server, so that this process has the client's files only."""
    command = [sys.executable, __file__, "serve"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    pipes["stderr"] = subprocess.DEVNULL  # where asyncio tells of clients that were gone
    with subprocess.Popen(command, **pipes) as process:  # noqa: S603  (this file)
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/api"
        process.communicate()


class Interrupt:
    """Raises KeyboardInterrupt before the n-th line, or instruction, that a call executes."""

    def __init__(self, at: int, *, instructions: bool) -> None:
        self.left = at
        self._instructions = instructions
        self._event = "opcode" if instructions else "line"

    def __enter__(self) -> None:
        sys.settrace(self._trace)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _trace(self, frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename.startswith(HERE):
            return None  # the points that count are in the client
        if self._instructions:
            frame.f_trace_opcodes = True
        if event == self._event:
            self.left -= 1
            if self.left == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return self._trace


def get(client: TogglFocus) -> None:
    client.time_blocks.get(100, 1)


def create(client: TogglFocus) -> None:
    client.time_blocks.create(100, start=NINE)


def stream(client: TogglFocus) -> None:
    assert len(list(client.time_blocks.stream(date_from=NINE, date_to=NINE))) == 50


SYNC: dict[str, Callable[[TogglFocus], None]] = {"get": get, "create": create, "stream": stream}


def ctrl_c(url: str, kind: str, calls: int, *, warm: bool) -> Counter[str]:
    """Interrupt so many calls at points that are spread evenly over one.

    With many calls at every instruction, else at lines. warm: on a connection that is open already.
    """
    call, counts = SYNC[kind], Counter[str]()
    instructions = calls > 2_000
    settings: dict[str, Any] = {"api_key": KEY, "organization_id": 1, "workspace_id": 10}
    before = open_files()
    with TogglFocus(base_url=url, timeout=5, **settings) as client:
        transport: Any = client._channel._transport  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        connections = transport._connections  # noqa: SLF001

        def begin() -> None:
            """Have one open connection, or none."""
            connections.forget()
            if warm:
                call(client)

        call(client)  # what is loaded when first needed is loaded now
        begin()
        with (counting := Interrupt(-1, instructions=instructions)):
            call(client)
        counts["points"] = points = -1 - counting.left
        for number in range(calls):
            begin()
            try:
                with Interrupt(1 + number * points // calls, instructions=instructions):
                    call(client)
            except KeyboardInterrupt as error:
                counts["interrupted"] += 1
                counts["key in a frame"] += holds_key(error)
            except BaseException as error:  # noqa: BLE001  (it is counted)
                counts[f"another error: {error!r}"] += 1
            call(client)
        for _ in range(GOOD):
            call(client)
        counts["good calls"] = GOOD
    counts["open files more than before"] = open_files() - before
    return counts


def holds_key(error: BaseException) -> bool:
    """Whether a local variable in the traceback shows the key."""
    trace = error.__traceback__
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(HERE):
            for value in trace.tb_frame.f_locals.values():
                with suppress(Exception):
                    if KEY in repr(value):
                        return True
        trace = trace.tb_next
    return False


async def cancel(
    url: str, transport: Literal["httpx", "aiohttp"], how: str, calls: int
) -> Counter[str]:
    """Cancel so many async calls, twenty at a time, some rounds of the loop after they began."""
    counts, random = Counter[str](), Random(5)  # noqa: S311  (nothing is secret here)
    settings: dict[str, Any] = {"api_key": KEY, "organization_id": 1, "workspace_id": 10}
    settings |= {"timeout": 5, "max_retries": 0, "transport": transport}
    before = open_files()
    async with AsyncTogglFocus(base_url=url, **settings) as client:
        await client.time_blocks.get(100, 1)
        while counts["interrupted"] < calls:
            tasks = [asyncio.create_task(ASYNC[how](client, random)) for _ in range(20)]
            for _ in range(random.randrange(1, 60)):
                await asyncio.sleep(0)
            if how != "deadline":
                for task in tasks:
                    task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                note(counts, result)
        for _ in range(GOOD):
            await client.time_blocks.get(100, 1)
        counts["good calls"] = GOOD
        queue: Any = client._channel._transport.queue  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        counts["slots lost"] = 100 - queue._value  # noqa: SLF001
    await asyncio.sleep(0)
    counts["open files more than before"] = open_files() - before
    return counts


def note(counts: Counter[str], result: BaseException | None) -> None:
    """Count what became of a call."""
    if isinstance(result, asyncio.CancelledError | TogglFocusError):
        counts["interrupted"] += 1
        counts["key in a frame"] += holds_key(result)
    elif result is not None:
        counts[f"another error: {result!r}"] += 1


async def cancelled(client: AsyncTogglFocus, _: Random) -> None:
    await client.time_blocks.get(100, 1)


async def late(client: AsyncTogglFocus, random: Random) -> None:
    await client.time_blocks.get(100, 1, deadline=1e-4 + random.random() * 0.02)


async def cancelled_stream(client: AsyncTogglFocus, _: Random) -> None:
    async for _block in client.time_blocks.stream(date_from=NINE, date_to=NINE):
        pass


ASYNC: dict[str, Callable[[AsyncTogglFocus, Random], Coroutine[Any, Any, None]]] = {
    "cancel": cancelled,
    "stream": cancelled_stream,
    "deadline": late,
}


def open_files() -> int:
    """How many file descriptors this process has open."""
    return len([*Path("/proc/self/fd").iterdir()])


def run(url: str, kind: str, calls: int) -> Counter[str]:
    """Interrupt so many calls of a kind."""
    name, how, *state = kind.split()
    if name == "Ctrl-C":
        return ctrl_c(url, how, calls, warm=state == ["warm"])
    return asyncio.run(cancel(url, cast("Any", name), how, calls))


KINDS = (
    *(f"Ctrl-C {call} {state}" for call in SYNC for state in ("warm", "new")),
    *(f"{name} {how}" for name in ("httpx", "aiohttp") for how in ASYNC),
)


def main() -> None:
    """Print a line of JSON for each kind."""
    if sys.argv[1] == "serve":
        asyncio.run(serve())
        return
    with served() as url:
        for kind in sys.argv[2:] or KINDS:
            print(json.dumps([kind, run(url, kind, int(sys.argv[1]))]), flush=True)


if __name__ == "__main__":
    main()
