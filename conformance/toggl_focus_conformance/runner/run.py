"""Runs cases against an SDK: several at a time, failed ones again alone, and never for too long."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from toggl_focus_conformance.adapters import Adapter, AdapterFailure, Interrupted, NoHello, Target
from toggl_focus_conformance.cases import Case, load
from toggl_focus_conformance.protocol.messages import ProtocolError
from toggl_focus_conformance.wire import Wire

from .codec import check_codec
from .judge import judge_late, judge_output, status_of
from .outcome import outcome, result_of
from .play import Driver, Played, open_ports, play
from .results import FAILURES, Check, Result, Run

__all__ = ["Settings", "Watcher", "grade"]

_GRACE = 0.1
_DEATHS = 5
_GOOD = frozenset({"pass", "warn", "observed"})
_FILES_WANTED = 8192
_ANYWAY = frozenset({"basic"})
"""Features whose cases are run even if hello does not name them: the SDK replies skip."""


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
    _allow_many_files()
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
        self._played: list[tuple[Played, Adapter]] = []
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
                self._wire = wire
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
        for case in self._cases:
            missing = case.operations - set(self._run.operations)
            lacking = set(case.needs) - set(self._run.features) - _ANYWAY
            if missing:
                self._skip(case, f"the SDK has no {', '.join(sorted(missing))}")
            elif lacking:
                self._skip(case, f"the SDK has no feature {', '.join(sorted(lacking))}")
            else:
                todo.append(case)
        return todo

    def _skip(self, case: Case, reason: str) -> None:
        self._results[case.id] = result_of(case, "skip", reason)

    async def _work(self, adapter: Adapter, queue: deque[Case]) -> None:
        await adapter.start()
        parallel = self._settings.parallel or adapter.parallel
        driver = self._drivers[adapter] = Driver(adapter, parallel)
        await self._warm_up(driver)

        async def slot() -> None:
            while queue and not self._stop:
                await self._first(queue.popleft(), driver)

        await _all_or_none(slot() for _ in range(parallel))

    async def _warm_up(self, driver: Driver) -> None:
        """Make a call that nobody judges: a first one may load much, and no case shall wait."""
        able = set(self._run.operations)
        case = next((each for each in load() if each.operations <= able and not each.needs), None)
        if case is not None:
            played = await open_ports(case, self._wire, self._settings.seed, 0)
            with contextlib.suppress(AdapterFailure):
                await play(played, driver)
            driver.adapter.deaths = 0

    async def _first(self, case: Case, driver: Driver) -> None:
        try:
            result = await self._once(case, driver, 1)
        except Interrupted:
            self._alone.append(case)  # it may well not be its fault
            self._count_deaths(driver.adapter)
            return
        self._finish(case, result)
        self._count_deaths(driver.adapter)

    def _count_deaths(self, adapter: Adapter) -> None:
        if adapter.deaths >= _DEATHS:
            self._stop = f"the adapter failed {_DEATHS} times in a row"

    async def _once(self, case: Case, driver: Driver, attempt: int) -> Result:
        """Play and judge a case. Raises Interrupted and NoHello."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        if "codec" in case.node:
            result = await check_codec(case, driver, self._settings.seed)
            result.seconds = round(loop.time() - begun, 4)
            return result
        played = await open_ports(case, self._wire, self._settings.seed, attempt)
        try:
            await play(played, driver)
        except ProtocolError as error:
            reason = f"the case has a call that no message can hold: {error}"
            return result_of(case, "harness error", reason)
        self._played.append((played, driver.adapter))
        result = outcome(played)
        result.seconds = round(loop.time() - begun, 4)
        return result

    async def _again(self, adapter: Adapter) -> None:
        """Run alone what was interrupted, and once more what has failed."""
        driver = self._drivers[adapter]
        for case in self._alone:
            if self._stop:
                return
            with contextlib.suppress(Interrupted):
                self._finish(case, await self._once(case, driver, 1))
            self._count_deaths(adapter)
        if not self._settings.retry_failed:
            return
        for case in self._cases:
            first = self._results.get(case.id)
            if self._stop or first is None or first.status not in FAILURES:
                continue
            with contextlib.suppress(Interrupted):
                second = await self._once(case, driver, 2)
                first.attempts = 2
                if second.status in _GOOD:
                    first.status = "flaky"
                    first.reason = f"it failed, and passed alone: {first.reason}"
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
            await asyncio.sleep(_GRACE)
        for played, adapter in self._played:
            result = self._results.get(played.case.id)
            late: list[Check] = judge_late(played)
            if len(adapter.output) > len(played.output):
                late += [
                    each for each in judge_output(played, adapter.output) if each.status != "pass"
                ]
            if result is not None and late:
                result.checks += [each for each in late if each not in result.checks]
                result.status = status_of(result.checks)
                result.reason = result.failed[0].message

    def _fill_up(self) -> None:
        for case in self._cases:
            if case.id not in self._results:
                self._results[case.id] = result_of(case, "not run", self._stop or "unknown")
        self._run.results = [self._results[case.id] for case in self._cases]


async def _all_or_none(running: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run all at the same time. The first error ends the others, and is raised as it is."""
    tasks = [asyncio.ensure_future(each) for each in running]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _allow_many_files() -> None:
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
