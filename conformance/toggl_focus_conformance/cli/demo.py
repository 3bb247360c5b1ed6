"""Runs both clients through all 14 operations against a reference server, and shows the result."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from inspect import isawaitable
from time import perf_counter
from typing import Any, TypeAlias, cast

import httpx
from rich import box
from rich.console import Console
from rich.table import Table

from toggl_focus import (
    AsyncStream,
    AsyncTogglFocus,
    Stream,
    TimeBlock,
    TimeBlockBulkCreateItem,
    TimeBlockBulkUpdateItem,
    TimeBlockWithTask,
    TogglFocus,
)
from toggl_focus.models import TimeBlockPage, TimeBlockWithTaskPage
from toggl_focus_conformance.cli.week import draw
from toggl_focus_server import ReferenceServer

__all__ = ["picture", "run", "show"]

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
SUNDAY = MONDAY + timedelta(days=7)
DAY, HOUR = MONDAY + timedelta(days=2), timedelta(hours=1)
REPORT, INVOICES, KETTLE = 100, 102, 104  # tasks of the reference server

OTHER_COLUMNS = 43
SHOWS_RESULTS = 85
SHOWS_BODIES = 110
"""From these widths, in columns, there is room for results, and for queries and bodies."""

PICTURE = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font: {char_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}}
.{unique_id}-title {{ font: 18px system-ui, sans-serif; }}
{styles}
</style>
<defs>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""
"""Like rich's own template, but without a font from the network."""

Script: TypeAlias = Generator[tuple[str, Callable[[], object]], Any, None]
"""Yields the name of an operation and a call of it; is sent the value that the call returned."""


def script(client: TogglFocus | AsyncTogglFocus) -> Script:
    """The 14 operations. The same for both clients, as it only prepares the calls."""
    blocks = client.time_blocks
    eleven = DAY + 11 * HOUR

    block = yield "create", lambda: blocks.create(REPORT, start=eleven, duration=HOUR)
    yield "get", lambda: blocks.get(REPORT, block.id)
    yield "update", lambda: blocks.update(REPORT, block.id, new_task_id=INVOICES, completed=True)
    yield "replace", lambda: blocks.replace(INVOICES, block.id, start=eleven, duration=1.5 * HOUR)
    yield "archive", lambda: blocks.archive(INVOICES, block.id)
    yield "unarchive", lambda: blocks.unarchive(INVOICES, block.id)
    yield "delete", lambda: blocks.delete(INVOICES, block.id)
    yield "restore", lambda: blocks.restore(INVOICES, block.id)
    afternoon = [
        TimeBlockBulkCreateItem(task_id=task, start=DAY + at * HOUR, duration=HOUR)
        for task, at in ((REPORT, 13), (KETTLE, 14), (INVOICES, 16))
    ]
    first, second, third = yield "bulk_create", lambda: blocks.bulk_create(afternoon)
    changes = [
        TimeBlockBulkUpdateItem(id=first.id, duration=1.5 * HOUR),
        TimeBlockBulkUpdateItem(id=second.id, start=DAY + 14.5 * HOUR, completed=True),
    ]
    yield "bulk_update", lambda: blocks.bulk_update(changes)
    yield "bulk_delete", lambda: blocks.bulk_delete([third.id])
    yield "list_for_task", lambda: blocks.list_for_task(REPORT, order_by=["-start"], per_page=3)
    yield "list", lambda: blocks.list(date_from=DAY, date_to=DAY + 24 * HOUR)
    yield "stream", lambda: blocks.stream(date_from=MONDAY, date_to=SUNDAY)


@dataclass(frozen=True)
class Step:
    """An operation as one client performed it."""

    operation: str
    reply: httpx.Response
    result: object
    seconds: float

    def request(self, width: int) -> str:
        """The request below the path of the workspace, which is the same in all of them."""
        request = self.reply.request
        path = re.sub(r".*/workspaces/\d+", "", request.url.raw_path.decode())
        if width < SHOWS_BODIES:
            return f"{request.method} {path.partition('?')[0]}"
        lines = f"{request.method} {path}", request.content.decode()
        return "\n".join(fold(line, width - OTHER_COLUMNS) for line in lines if line)

    def response(self, width: int) -> str:
        """The status, and what the client returned."""
        status = str(self.reply.status_code)
        result = cast(
            "TimeBlock | TimeBlockPage | TimeBlockWithTaskPage | list[Any] | None", self.result
        )
        match result:
            case None:
                return status
            case _ if width < SHOWS_RESULTS:
                return status
            case TimeBlockPage() | TimeBlockWithTaskPage():
                return f"{status} page of {len(result.data)}"
            case list():
                return f"{status} {len(result)} blocks"
            case _:
                return f"{status} {type(result).__name__}"


def run() -> tuple[list[Step], list[Step]]:
    """Let both clients perform the script, each on a fresh server."""
    both()  # first calls also load modules, so their timings do not count
    return both()


def both() -> tuple[list[Step], list[Step]]:
    with ReferenceServer(seed="demo") as server:
        sync_steps = asyncio.run(sync_client(server))
    with ReferenceServer(seed="demo") as server:
        return sync_steps, asyncio.run(async_client(server))


async def sync_client(server: ReferenceServer) -> list[Step]:
    replies: list[httpx.Response] = []
    hooks = {"response": [replies.append]}
    with httpx.Client(event_hooks=hooks, trust_env=False) as http:
        return await perform(TogglFocus(**settings(server), http_client=http), replies)


async def async_client(server: ReferenceServer) -> list[Step]:
    replies: list[httpx.Response] = []

    async def received(reply: httpx.Response) -> None:
        replies.append(reply)

    async with httpx.AsyncClient(event_hooks={"response": [received]}, trust_env=False) as http:
        return await perform(AsyncTogglFocus(**settings(server), http_client=http), replies)


def settings(server: ReferenceServer) -> dict[str, Any]:
    account = server.account
    return {
        "base_url": server.url,
        "api_key": account.api_key,
        "organization_id": account.organization_id,
        "workspace_id": account.workspace_id,
    }


async def perform(
    client: TogglFocus | AsyncTogglFocus, replies: list[httpx.Response]
) -> list[Step]:
    """Run the script. The HTTP client puts what it receives into `replies`."""
    steps: list[Step] = []
    calls = script(client)
    value: object = None
    while True:
        try:
            operation, call = calls.send(value)
        except StopIteration:
            return steps
        started = perf_counter()
        value = await finished(call())
        steps.append(Step(operation, replies[-1], value, perf_counter() - started))


async def finished(value: object) -> object:
    """The result of a call of either client. Streams are read to the end."""
    if isinstance(value, Stream):
        return list(cast("Stream[TimeBlockWithTask]", value))
    if isinstance(value, AsyncStream):
        return [block async for block in cast("AsyncStream[TimeBlockWithTask]", value)]
    return await value if isawaitable(value) else value


def show(
    console: Console, sync_steps: list[Step], async_steps: list[Step], *, timings: bool = True
) -> None:
    """Draw the week, and below it the operations that led to it."""
    width = console.width
    blocks = cast("list[TimeBlockWithTask]", sync_steps[-1].result)
    table = Table(
        title="All 14 operations. Both clients sent these requests and got these responses.",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
    table.add_column("operation", style="bold", no_wrap=True)
    table.add_column("request", no_wrap=True)
    table.add_column("response", no_wrap=True)
    for name in ("sync", "async"):
        table.add_column(f"{name}\nms" if timings else name, justify="right")
    for pair in zip(sync_steps, async_steps, strict=True):
        step, other = ((each.operation, each.request(width), each.response(width)) for each in pair)
        if step != other:
            raise RuntimeError(f"the two clients differ: {step} and {other}")
        marks = (milliseconds(each.seconds) if timings else "✓" for each in pair)
        table.add_row(*step, *marks)
    console.print(draw(MONDAY, blocks, width=width))
    console.print(f"\n{len(blocks)} blocks, streamed in one request.\n", highlight=False)
    console.print(table)
    scope = sync_steps[0].reply.request.url.path.removesuffix(f"/tasks/{REPORT}/time-blocks")
    console.print(f"\nPaths are below {scope} on the reference server.", highlight=False)


def picture(sync_steps: list[Step], async_steps: list[Step]) -> str:
    """The same as an SVG file. It has no timings, so that it is the same each time."""
    console = Console(width=86, file=io.StringIO(), record=True)
    show(console, sync_steps, async_steps, timings=False)
    return console.export_svg(title="toggl-focus demo", code_format=PICTURE, unique_id="demo")


def milliseconds(seconds: float) -> str:
    """In four characters, if it is less than ten seconds."""
    ms = seconds * 1000
    return f"{ms:.1f}" if ms < 100 else f"{ms:.0f}"  # noqa: PLR2004  (four characters)


def fold(text: str, width: int) -> str:
    """Break a long line after commas and before `&`, never inside a word."""
    lines = [""]
    for piece in re.split(r"(?<=,)|(?=&)", text):
        if len(lines[-1]) + len(piece) > width:
            lines.append("  ")
        lines[-1] += piece
    return "\n".join(lines)
