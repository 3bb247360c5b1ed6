"""Libraries that stop the clock: nothing they put in place is kept, and all calls work meanwhile."""

from __future__ import annotations

import subprocess
import sys

import pytest

# In a process of its own: types are looked at once, when they are first needed.
PROGRAM = """
import asyncio, json, sys
import httpx, freezegun, time_machine

BLOCK = {"id": 1, "workspace_id": 10, "task_id": 100, "toggl_user_id": 5,
         "start": "2026-01-12T09:00:00Z", "created_at": "2026-01-12T09:00:00Z",
         "task": {"id": 100, "start_date": "2026-01-12", "recurrence_date": None}}
ARGUMENTS = {"api_key": "any", "organization_id": 1, "workspace_id": 10}
starts = []


def respond(request):
    if request.method == "POST":
        starts.append(json.loads(request.content)["start"])
    listed = request.method == "GET" and not request.url.path.endswith("/1")
    block = [BLOCK] if request.url.path.endswith("stream") else {"data": [BLOCK]} if listed else BLOCK
    return httpx.Response(200, json=block)


def call():
    from datetime import UTC, date, datetime, timedelta
    from toggl_focus import AsyncTogglFocus, TogglFocus, UsageError

    now = datetime.now(UTC)
    week = {"date_from": now, "date_to": now + timedelta(days=7)}
    with httpx.Client(transport=httpx.MockTransport(respond)) as http:
        blocks = TogglFocus(**ARGUMENTS, http_client=http, deadline=60).time_blocks
        found = [blocks.list(**week)[0], *blocks.stream(**week), *blocks.iterate(**week)]
        for block in found:
            assert type(block.task.start_date) is REAL.date, type(block.task.start_date)
            assert type(block.start) is REAL.datetime
        assert blocks.get(100, 1).end is None
        blocks.create(100, start=now, duration=timedelta(hours=1))
        try:
            blocks.create(100, start=date(2026, 1, 12))
        except UsageError as error:
            assert "must be a datetime with a time zone" in str(error)

    async def both():
        async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as http:
            client = AsyncTogglFocus(**ARGUMENTS, http_client=http)
            await client.time_blocks.get(100, 1)
            return [block async for block in client.time_blocks.stream(**week)]

    assert asyncio.run(both())[0].task.start_date


class REAL:
    from datetime import date, datetime


if sys.argv[2] == "before":
    import toggl_focus
with eval(sys.argv[1]):
    call()
assert starts == ["2026-01-12T09:00:00" + starts[0][19:]], starts
call()
"""
STOPPED = {
    "freezegun": "freezegun.freeze_time('2026-01-12T09:00:00Z')",
    "time-machine": "time_machine.travel('2026-01-12T09:00:00Z', tick=False)",
}


@pytest.mark.parametrize("imported", ("before", "meanwhile"))
@pytest.mark.parametrize("library", STOPPED)
def test_calls_work_while_the_clock_stands_still_and_after(library: str, imported: str) -> None:
    for each in ("freezegun", "time_machine"):
        pytest.importorskip(each)

    run = subprocess.run(  # noqa: S603  (our own words)
        [sys.executable, "-W", "error", "-c", PROGRAM, STOPPED[library], imported],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")
