"""Many writers at once, and kill -9 at random times, against the reference server: `nox -s soak`.

Every writer has a client without retries, so whatever fails is seen. Two writers share a block:
one sets its duration and the other its start, and each reads back what it wrote. An update that
reads and writes the whole block would bring an old value back.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from toggl_focus import AsyncTogglFocus, TogglFocusError
from toggl_focus_conformance.servers import Account, read_account

__all__ = ["Found", "kills", "sampled", "served", "writers"]

TASK = 100
MIDNIGHT = datetime(2026, 1, 12, tzinfo=UTC)
GROWTH = 1.1
"""How much memory may grow from the first to the last third of a run: caches fill, no more."""
SAMPLE_SECONDS = 0.5
LONGEST_LIFE_SECONDS = 1.5
AT_A_TIME = 8


@dataclass
class Found:
    """What happened: how many requests, which ids were created, and everything that was wrong."""

    requests: int = 0
    ids: set[int] = field(default_factory=set[int])
    wrong: list[str] = field(default_factory=list[str])

    def created(self, id_: int) -> None:
        """Note a new block."""
        self.requests += 1
        if id_ in self.ids:
            self.wrong.append(f"the id {id_} was given twice")
        self.ids.add(id_)


async def writers(account: Account, number: int, seconds: float) -> Found:
    """Let so many writers, an even number, write for some time."""
    found, until = Found(), time.monotonic() + seconds
    async with client_of(account) as client:
        blocks = [await client.time_blocks.create(TASK, start=MIDNIGHT) for _ in range(number // 2)]
        async with asyncio.TaskGroup() as group:
            for block in blocks:
                group.create_task(_guarded(_sets_duration(client, block.id, found, until), found))
                group.create_task(_guarded(_sets_start(client, block.id, found, until), found))
    return found


async def _guarded(writing: Coroutine[Any, Any, None], found: Found) -> None:
    try:
        await writing
    except TogglFocusError as error:
        found.wrong.append(str(error))


async def _sets_duration(client: AsyncTogglFocus, id_: int, found: Found, until: float) -> None:
    for seconds in count(1):
        await client.time_blocks.update(TASK, id_, duration=seconds)
        block = await client.time_blocks.get(TASK, id_)
        if block.duration != seconds:
            found.wrong.append(f"block {id_}: duration {seconds} became {block.duration}")
        more = await client.time_blocks.create(TASK, start=MIDNIGHT)
        found.created(more.id)
        await client.time_blocks.delete(TASK, more.id)
        found.requests += 3
        if time.monotonic() > until:
            return


async def _sets_start(client: AsyncTogglFocus, id_: int, found: Found, until: float) -> None:
    for minutes in count(1):
        start = MIDNIGHT + timedelta(minutes=minutes)
        await client.time_blocks.update(TASK, id_, start=start)
        block = await client.time_blocks.get(TASK, id_)
        if block.start != start:
            found.wrong.append(f"block {id_}: start {start} became {block.start}")
        found.requests += 2
        if time.monotonic() > until:
            return


async def kills(database: Path, number: int, random: Random) -> Found:
    """Kill a server so many times at random times, and look for every acknowledged write."""
    found = Found()
    durations: dict[int, int] = {}
    for _ in range(number):
        with served(database) as (process, account):
            await _check(account, durations, found)
            async with client_of(account) as client, asyncio.TaskGroup() as group:
                for _ in range(AT_A_TIME):
                    group.create_task(_writes_until_killed(client, durations, found))
                await asyncio.sleep(random.uniform(0, LONGEST_LIFE_SECONDS))
                process.kill()
    with served(database) as (_, account):
        await _check(account, durations, found)
    return found


async def _writes_until_killed(
    client: AsyncTogglFocus, durations: dict[int, int], found: Found
) -> None:
    with suppress(TogglFocusError):
        while True:
            block = await client.time_blocks.create(TASK, start=MIDNIGHT, duration=1)
            durations[block.id] = 1
            found.created(block.id)
            for seconds in range(2, 5):
                await client.time_blocks.update(TASK, block.id, duration=seconds)
                durations[block.id] = seconds
                found.requests += 1


async def _check(account: Account, durations: Mapping[int, int], found: Found) -> None:
    """A write that was not acknowledged may be there, too."""
    tomorrow = MIDNIGHT + timedelta(days=1)
    async with client_of(account) as client:
        stream = client.time_blocks.stream(date_from=MIDNIGHT, date_to=tomorrow)
        there = {each.id: each.duration async for each in stream}
    for id_, seconds in durations.items():
        if id_ not in there:
            found.wrong.append(f"block {id_} is lost")
        elif (there[id_] or 0) < seconds:
            found.wrong.append(f"block {id_}: duration {seconds} became {there[id_]}")


def client_of(account: Account) -> AsyncTogglFocus:
    """A client for the first user of an account, which repeats nothing."""
    home = account.home
    return AsyncTogglFocus(
        base_url=account.base_url,
        api_key=account.users[0].api_key,
        organization_id=home.organization_id,
        workspace_id=home.workspace_id,
        max_retries=0,
    )


@contextmanager
def served(database: Path) -> Iterator[tuple[subprocess.Popen[str], Account]]:
    """Run the server in a process of its own. Gives the process and its account."""
    file, log = database.with_suffix(".account.json"), database.with_suffix(".log")
    words = ["serve", "--port=0", "--seed=empty", f"--database={database}", f"--account={file}"]
    with (
        log.open("w") as errors,
        subprocess.Popen(  # noqa: S603  (our own words)
            [sys.executable, "-m", "toggl_focus_conformance", *words],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            while not (line := process.stdout.readline()).startswith("Stop it with Ctrl-C"):
                if not line:
                    raise RuntimeError(f"the server did not start: {log.read_text()}")
            yield process, read_account(file)
        finally:
            process.kill()


async def sampled(running: Coroutine[Any, Any, Found], process_id: int) -> tuple[Found, list[int]]:
    """Run something, and note the memory of a process meanwhile, in kB."""
    samples: list[int] = []
    task = asyncio.create_task(running)
    while not task.done():
        samples.append(memory(process_id))
        await asyncio.wait([task], timeout=SAMPLE_SECONDS)
    return await task, samples


def memory(process_id: int) -> int:
    """The memory of a process in kB; 1 where there is no /proc to look it up."""
    status = Path(f"/proc/{process_id}/status")
    text = status.read_text(encoding="ascii") if status.exists() else "VmRSS: 1 kB"
    return int(text.partition("VmRSS:")[2].split()[0])


def growth(samples: list[int]) -> float:
    """The most memory of the last third, as a multiple of the most of the first."""
    third = max(len(samples) // 3, 1)
    return max(samples[-third:]) / max(samples[:third]) if samples else 1.0


def main() -> None:
    """Do both, and say what came of it."""
    parser = argparse.ArgumentParser(prog="soak", description="Write a lot, and kill -9.")
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the times of the kills")
    given = parser.parse_args()
    if given.writers < 2 or given.writers % 2:
        parser.error("--writers must be an even number, as two share a block")
    with TemporaryDirectory() as folder:
        with served(Path(folder, "soak.db")) as (process, account):
            writing = writers(account, given.writers, given.seconds)
            found, samples = asyncio.run(sampled(writing, process.pid))
        grown = growth(samples)
        print(
            f"{given.writers} writers, {given.seconds:.0f} s: {found.requests} requests, "
            f"{len(found.ids)} blocks created, memory × {grown:.2f}"
        )
        killed = asyncio.run(kills(Path(folder, "kills.db"), given.kills, Random(given.seed)))  # noqa: S311  (for random times)
        print(
            f"{given.kills} × kill -9: {len(killed.ids)} blocks and "
            f"{killed.requests - len(killed.ids)} updates acknowledged"
        )
    wrong = [*found.wrong, *killed.wrong]
    if grown > GROWTH:
        wrong.append(f"memory has grown to {grown:.2f} of what it was")
    for line in wrong:
        print(f"! {line}")
    print("nothing was lost" if not wrong else f"{len(wrong)} times something was wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
