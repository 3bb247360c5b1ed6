"""Runs cases against an SDK: several at a time, failed ones again alone, and never for too long."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from toggl_focus_conformance.adapters import Adapter, Interrupted, NoHello, Target
from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.wire import Wire

from .bench import Bench, lacking
from .judge import status_of
from .outcome import result_of
from .play import Driver
from .results import FAILURES, Result, Run

__all__ = ["DEATHS", "GRACE", "Settings", "Watcher", "allow_many_files", "grade", "note_second"]

GRACE = 0.1
"""Seconds in which a request after the last case is still seen."""

DEATHS = 5
"""Failures of an adapter in a row after which no more cases are run."""

_GOOD = frozenset({"pass", "warn", "observed"})
_FILES_WANTED = 8192


@dataclass(frozen=True)
class Settings:
    """How to run. seed: of all that is random. workers: how many adapters at a time.

    silence: seconds without a reply. limit: seconds for the complete run. retry_failed: whether a
    failed case runs again, alone. host, advertise: where the ports are, and what adapters get.
    """

    seed: int = 0
    workers: int = 1
    parallel: int | None = None
    silence: float = 10.0
    limit: float = 240.0
    retry_failed: bool = True
    host: str = "127.0.0.1"
    advertise: str | None = None


class Watcher(Protocol):
    """Receives progress. A result can still become a failure by a request that comes late."""

    def begun(self, run: Run, total: int) -> object:
        """The adapter sent its hello."""

    def finished(self, result: Result, done: int, total: int, seconds_left: float) -> object:
        """A case has its result."""


class Silent:
    """Watches without a word."""

    def begun(self, run: Run, total: int) -> None:
        """Do nothing."""

    def finished(self, result: Result, done: int, total: int, seconds_left: float) -> None:
        """Do nothing."""


async def grade(
    target: Target,
    cases: Sequence[Case],
    settings: Settings | None = None,
    watcher: Watcher | None = None,
) -> Run:
    """Grade an SDK. Ctrl-C, and a task that is cancelled, end the run with what there is so far."""
    allow_many_files()
    grading = _Grading(target, cases, settings or Settings(), watcher or Silent())
    return await grading.run()


class _Grading:
    def __init__(
        self, target: Target, cases: Sequence[Case], settings: Settings, watcher: Watcher
    ) -> None:
        self._target = target
        self._cases = cases
        self._settings = settings
        self._watcher = watcher
        self._run = Run(target=target.name, seed=settings.seed)
        self._results: dict[str, Result] = {}
        self._alone: list[Case] = []
        self._drivers: dict[Adapter, Driver] = {}
        self._weight = 0
        self._stop = ""

    async def run(self) -> Run:
        loop = asyncio.get_running_loop()
        self._begun = loop.time()
        adapters = [
            self._target.make(self._settings.silence) for _ in range(self._settings.workers)
        ]
        try:
            async with Wire(self._settings.host, self._settings.advertise) as wire:
                self._bench = Bench(wire, self._settings.seed)
                await self._guarded(adapters)
                await self._look_back()
        finally:
            for adapter in adapters:
                wrong = await adapter.close()
                if wrong is not None:
                    self._run.problems.append(f"the adapter did not end well: {wrong}")
        self._fill_up()
        self._run.seconds = round(loop.time() - self._begun, 3)
        return self._run

    async def _guarded(self, adapters: list[Adapter]) -> None:
        """Run all cases, up to Ctrl-C, the time limit, or an adapter that does not start."""
        try:
            async with asyncio.timeout(self._settings.limit):
                await self._all(adapters)
        except TimeoutError:
            self._stop = f"the time limit of {self._settings.limit:g} s was reached"
        except NoHello as error:
            self._stop = f"no hello: {error}"
            self._run.problems.append(self._stop)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            self._run.interrupted = True
            self._stop = "interrupted"

    async def _all(self, adapters: list[Adapter]) -> None:
        hello = await adapters[0].start()
        self._run.sdk = hello["sdk"]
        self._run.operations = hello["operations"]
        self._run.features = hello["features"]
        todo = self._choose()
        self._total = len(self._cases)
        self._left = sum(case.waits_ms for case in todo)
        self._watcher.begun(self._run, self._total)
        for result in list(self._results.values()):
            self._watcher.finished(result, len(self._results), self._total, 0)
        # Those that wait longest first, so that the others fill their pauses.
        queue = deque(sorted(todo, key=lambda case: -case.waits_ms))
        await _all_or_none(self._work(adapter, queue) for adapter in adapters)
        await self._again(adapters[0])

    def _choose(self) -> list[Case]:
        """The cases that this SDK can be graded by; the others are skipped."""
        todo: list[Case] = []
        hello = {"operations": self._run.operations, "features": self._run.features}
        for case in self._cases:
            if reason := lacking(case, hello):
                self._results[case.id] = result_of(case, "skip", reason)
            else:
                todo.append(case)
        return todo

    async def _work(self, adapter: Adapter, queue: deque[Case]) -> None:
        driver = await self._bench.driver(adapter, self._settings.parallel)
        self._drivers[adapter] = driver

        async def slot() -> None:
            while queue and not self._stop:
                await self._first(queue.popleft(), driver)

        await _all_or_none(slot() for _ in range(driver.parallel))

    async def _first(self, case: Case, driver: Driver) -> None:
        try:
            result = await self._bench.grade(case, driver)
        except Interrupted:
            self._alone.append(case)  # it may well not be its fault
            self._count_deaths(driver.adapter)
            return
        self._finish(case, result)
        self._count_deaths(driver.adapter)

    def _count_deaths(self, adapter: Adapter) -> None:
        if adapter.deaths >= DEATHS:
            self._stop = f"the adapter failed {DEATHS} times in a row"

    async def _again(self, adapter: Adapter) -> None:
        """Run alone what was interrupted, and once more what has failed."""
        driver = self._drivers[adapter]
        for case in self._alone:
            if self._stop:
                return
            with contextlib.suppress(Interrupted):
                self._finish(case, await self._bench.grade(case, driver))
            self._count_deaths(adapter)
        if not self._settings.retry_failed:
            return
        for case in self._cases:
            first = self._results.get(case.id)
            if self._stop or first is None or first.status not in FAILURES:
                continue
            with contextlib.suppress(Interrupted):
                note_second(first, await self._bench.grade(case, driver, 2))
            self._count_deaths(adapter)

    def _finish(self, case: Case, result: Result) -> None:
        self._results[case.id] = result
        loop = asyncio.get_running_loop()
        self._weight += case.waits_ms
        self._left -= case.waits_ms
        took = loop.time() - self._begun
        left = took * self._left / max(self._weight, 1)
        self._watcher.finished(result, len(self._results), self._total, left)

    async def _look_back(self) -> None:
        """Find requests and credentials that came after their case was over."""
        if not self._run.interrupted:
            await asyncio.sleep(GRACE)
        for id_, late in self._bench.late():
            result = self._results.get(id_)
            if result is not None:
                result.checks += [each for each in late if each not in result.checks]
                result.status = status_of(result.checks)
                result.reason = result.failed[0].message

    def _fill_up(self) -> None:
        for case in self._cases:
            if case.id not in self._results:
                self._results[case.id] = result_of(case, "not run", self._stop or "unknown")
        self._run.results = [self._results[case.id] for case in self._cases]


def note_second(first: Result, second: Result) -> None:
    """Note that a failed case was run once more, alone: if it has passed, it is flaky."""
    first.attempts = 2
    if second.status in _GOOD:
        first.status = "flaky"
        first.reason = f"it failed, and passed alone: {first.reason}"


async def _all_or_none(running: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all at the same time. The first error ends the others, and is raised as it is."""
    tasks = [asyncio.ensure_future(each) for each in running]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def allow_many_files() -> None:
    """Raise this process's limit of open files: each case has a port, open to the end."""
    try:
        import resource  # noqa: PLC0415  (Windows has none, and no such limit)
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(_FILES_WANTED, hard)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
