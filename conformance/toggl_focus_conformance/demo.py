"""Runs both clients through all 14 operations against a reference server, and shows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
from toggl_focus_conformance.server import ReferenceServer
from toggl_focus_conformance.week import draw

__all__ = ["run"]

MONDAY = datetime(2026, 1, 12, tzinfo=UTC)
SUNDAY = MONDAY + timedelta(days=7)
REPORT, INVOICES, KETTLE = 100, 102, 104  # tasks of the reference server

Script: TypeAlias = Generator[tuple[str, Callable[[], object]], Any, None]
"""Verbs and their calls, each answered with the value of the one before."""


def script(client: TogglFocus | AsyncTogglFocus, day: datetime) -> Script:
    """What the demo does; the same for both colours, as it neither sends nor awaits."""
    blocks = client.time_blocks
    nine, hour = day + timedelta(hours=9), timedelta(hours=1)

    block = yield "create", lambda: blocks.create(REPORT, start=nine, duration=hour)
    yield "get", lambda: blocks.get(REPORT, block.id)
    yield "update", lambda: blocks.update(REPORT, block.id, new_task_id=INVOICES, completed=True)
    yield "replace", lambda: blocks.replace(INVOICES, block.id, start=nine, duration=2 * hour)
    yield "archive", lambda: blocks.archive(INVOICES, block.id)
    yield "unarchive", lambda: blocks.unarchive(INVOICES, block.id)
    yield "delete", lambda: blocks.delete(INVOICES, block.id)
    yield "restore", lambda: blocks.restore(INVOICES, block.id)
    afternoon = [
        TimeBlockBulkCreateItem(task_id=task, start=day + at * hour, duration=hour)
        for task, at in ((REPORT, 13), (KETTLE, 14), (INVOICES, 16))
    ]
    made = yield "bulk_create", lambda: blocks.bulk_create(afternoon)
    first, second, third = (each.id for each in made)
    done = [
        TimeBlockBulkUpdateItem(id=first, duration=hour * 3 // 2),
        TimeBlockBulkUpdateItem(id=second, start=day + 15 * hour, completed=True),
    ]
    yield "bulk_update", lambda: blocks.bulk_update(done)
    yield "bulk_delete", lambda: blocks.bulk_delete([third])
    yield "list_for_task", lambda: blocks.list_for_task(REPORT, order_by=["-start"], per_page=3)
    yield "list", lambda: blocks.list(date_from=day, date_to=day + 24 * hour)
    yield "stream", lambda: blocks.stream(date_from=MONDAY, date_to=SUNDAY)


@dataclass
class Exchange:
    """What the HTTP client last sent and got, noted by its event hooks."""

    request: httpx.Request | None = None
    response: httpx.Response | None = None

    def hooks(self) -> dict[str, list[Callable[[Any], object]]]:
        """What a blocking client calls."""

        def sent(request: httpx.Request) -> None:
            self.request = request

        def got(response: httpx.Response) -> None:
            self.response = response

        return {"request": [sent], "response": [got]}

    def async_hooks(self) -> dict[str, list[Callable[[Any], Awaitable[object]]]]:
        """What an async client calls: the same, awaited."""

        def awaited(hook: Callable[[Any], object]) -> Callable[[Any], Awaitable[object]]:
            async def call(argument: object) -> None:
                hook(argument)

            return call

        return {name: [awaited(hook) for hook in hooks] for name, hooks in self.hooks().items()}


class Report:
    """The table of what was done."""

    def __init__(self, title: str, prefix: str, width: int) -> None:
        self.exchange = Exchange()
        self.table = Table(
            title=title,
            title_justify="left",
            title_style="bold",
            box=box.SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
            pad_edge=False,
        )
        self.table.add_column("operation", style="cyan", no_wrap=True)
        self.table.add_column("request", overflow="fold")
        self.table.add_column("status", justify="right")
        self.table.add_column("result", overflow="fold", max_width=max(17, width // 5))
        self.table.add_column("ms", justify="right", style="dim")
        self._prefix = prefix

    def add(self, verb: str, seconds: float, result: object) -> None:
        request, response = self.exchange.request, self.exchange.response
        if request is None or response is None:
            raise RuntimeError(f"{verb} sent nothing")
        path = request.url.raw_path.decode().removeprefix(self._prefix)
        wire = f"{request.method} {path}\n{request.content.decode()}".rstrip()
        self.table.add_row(
            verb, wire, str(response.status_code), told(result), f"{seconds * 1000:.1f}"
        )


def told(result: object) -> str:
    """A typed result in a line."""
    match result:
        case TimeBlock():
            return f"{type(result).__name__} {result.id}, {result.start:%a %H:%M}"
        case TimeBlockPage() | TimeBlockWithTaskPage():
            return f"a page of {many(result.data)}"
        case list():
            return many(cast("list[object]", result))
        case _:
            return repr(result)


def many(items: Sequence[object]) -> str:
    """How many of what."""
    names = {type(item).__name__ for item in items}
    return f"{len(items)} × {', '.join(sorted(names))}"


def drive(client: TogglFocus, script: Script, report: Report) -> None:
    """Do what the script says, blocking."""
    value: object = None
    try:
        while True:
            verb, call = script.send(value)
            started = time.perf_counter()
            value = call()
            if isinstance(value, Stream):
                value = list(cast("Stream[TimeBlockWithTask]", value))
            report.add(verb, time.perf_counter() - started, value)
    except StopIteration:
        client.close()


async def adrive(client: AsyncTogglFocus, script: Script, report: Report) -> None:
    """Do what the script says, awaiting."""
    value: object = None
    try:
        while True:
            verb, call = script.send(value)
            started = time.perf_counter()
            value = call()
            if isinstance(value, AsyncStream):
                value = [block async for block in cast("AsyncStream[TimeBlockWithTask]", value)]
            else:
                value = await cast("Awaitable[object]", value)
            report.add(verb, time.perf_counter() - started, value)
    except StopIteration:
        await client.aclose()


def run(console: Console) -> None:
    """Start a server, let both clients do the script, draw the week, stop the server."""
    with ReferenceServer(seed="demo") as server:
        account = server.accounts[0]
        settings: dict[str, Any] = {
            "api_key": account.api_key,
            "base_url": server.url,
            "organization_id": account.organization_id,
            "workspace_id": account.workspace_id,
        }
        scope = f"/organizations/{account.organization_id}/workspaces/{account.workspace_id}"
        prefix = httpx.URL(server.url).path.rstrip("/") + scope
        console.print(f"The reference server listens at {server.url}.")
        console.print(f"Requests are shown as they go over the wire, below {prefix}.\n")

        report = Report("TogglFocus, blocking, on Thursday", prefix, console.width)
        with httpx.Client(event_hooks=report.exchange.hooks()) as http:
            client = TogglFocus(**settings, http_client=http)
            drive(client, script(client, MONDAY + timedelta(days=3)), report)
        console.print(report.table)

        report = Report("AsyncTogglFocus, awaited, on Friday", prefix, console.width)
        console.print(asyncio.run(_awaited(settings, report)).table)

        with TogglFocus(**settings) as client:
            blocks = list(client.time_blocks.stream(date_from=MONDAY, date_to=SUNDAY))
        console.print(draw(MONDAY, blocks, width=console.width))
        console.print(f"{len(blocks)} blocks, read in one request.")
    console.print("The server is stopped.")


async def _awaited(settings: dict[str, Any], report: Report) -> Report:
    async with httpx.AsyncClient(event_hooks=report.exchange.async_hooks()) as http:
        client = AsyncTogglFocus(**settings, http_client=http)
        await adrive(client, script(client, MONDAY + timedelta(days=4)), report)
    return report
