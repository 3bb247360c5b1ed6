"""Grades an SDK case by case, with an adapter that runs as long as pytest does."""

from __future__ import annotations

import asyncio
import shlex
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from toggl_focus_conformance.adapters import (
    Adapter,
    BuildError,
    NoHello,
    Target,
    TargetError,
    build,
    is_built,
    target,
)
from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.protocol import Message
from toggl_focus_conformance.runner import Bench, Driver, Result, Settings, lacking
from toggl_focus_conformance.runner.outcome import result_of
from toggl_focus_conformance.runner.results import FAILURES
from toggl_focus_conformance.runner.run import DEATHS, GRACE, allow_many_files, note_second
from toggl_focus_conformance.wire import Wire

from .sides import CannotGrade, Side, SidesError

__all__ = ["ClientSide", "the_target"]

T = TypeVar("T")


def the_target(command: str, say: Callable[[str], object]) -> Target:
    """What a command names, built and ready to start. Raises SidesError."""
    try:
        found = target(shlex.split(command))
    except (TargetError, ValueError) as error:
        raise SidesError(f"--toggl-focus-client: {error}") from None
    manifest = found.manifest
    if manifest is not None:
        if reason := manifest.missing():
            raise SidesError(f"--toggl-focus-client: {reason}")
        if not is_built(manifest):
            say(f"building {manifest.name} in {manifest.build_folder}")
            try:
                build(manifest)
            except BuildError as error:
                raise SidesError(f"--toggl-focus-client: the build failed: {error}") from None
    return found


class ClientSide(Side):
    """Grades an SDK. The adapter and the ports live in the event loop of a thread."""

    name = "toggl-focus-client"
    kind = "client"

    def __init__(self, target_: Target, cases: Sequence[Case], seed: int) -> None:
        self.label = target_.name
        self.known_failures = target_.known_failures
        self.cases = cases
        self._target = target_
        self._seed = seed
        self._running: _Running | None = None
        self._trouble = ""

    def grade(self, case: Case) -> Result:
        """Run a case, and once more if it fails."""
        if self._trouble:
            raise CannotGrade(self._trouble)
        try:
            if self._running is None:
                self._running = _Running(self._target, self._seed)
            return self._running.grade(case)
        except NoHello as error:
            self._trouble = f"no hello: {error}"
        except CannotGrade as error:
            self._trouble = str(error)
        raise CannotGrade(self._trouble)

    def close(self) -> Sequence[str]:
        """End the adapter, and tell what came after a case was over."""
        running, self._running = self._running, None
        return [] if running is None else running.close()


class _Running:
    """A started adapter. Raises NoHello if it does not start."""

    def __init__(self, target_: Target, seed: int) -> None:
        allow_many_files()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._adapter: Adapter = target_.make(Settings().silence)
        self._wire = Wire()
        self._bench = Bench(self._wire, seed)
        try:
            self._driver: Driver = self._do(self._bench.driver(self._adapter, 1))
        except BaseException:
            self._end()
            raise

    def grade(self, case: Case) -> Result:
        hello: Message = self._adapter.hello
        if reason := lacking(case, hello):
            return result_of(case, "skip", reason)
        result = self._do(self._graded(case))
        if self._adapter.deaths >= DEATHS:
            raise CannotGrade(f"the adapter failed {DEATHS} times in a row")
        return result

    async def _graded(self, case: Case) -> Result:
        result = await self._bench.grade(case, self._driver)
        if result.status in FAILURES:
            note_second(result, await self._bench.grade(case, self._driver, 2))
        return result

    def close(self) -> list[str]:
        try:
            return self._do(self._ended())
        finally:
            self._end()

    async def _ended(self) -> list[str]:
        await asyncio.sleep(GRACE)
        late = [f"{id_}: {check.message}" for id_, found in self._bench.late() for check in found]
        wrong = await self._adapter.close()
        await self._wire.close()
        return late if wrong is None else [*late, f"the adapter did not end well: {wrong}"]

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, running: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop; Ctrl-C, and what limits the time of a test, cancel it."""
        future = asyncio.run_coroutine_threadsafe(running, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise
