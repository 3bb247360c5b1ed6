"""Plays and judges single cases, and looks back at them: a request can come when a case is over."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from toggl_focus_conformance.adapters import Adapter, AdapterFailure
from toggl_focus_conformance.cases import Case, load
from toggl_focus_conformance.protocol.messages import Message, ProtocolError
from toggl_focus_conformance.wire import Wire

from .judge import judge_late, judge_output
from .outcome import outcome, result_of
from .play import Driver, Played, open_ports, play
from .results import Check, Result

__all__ = ["Bench", "lacking"]

_ANYWAY = frozenset({"basic"})
"""Features whose cases are run even if hello does not name them: the SDK replies skip."""


class Bench:
    """Has a port for each case that was played, open to the end. seed: of all that is random."""

    def __init__(self, wire: Wire, seed: int) -> None:
        self._wire = wire
        self._seed = seed
        self._played: list[tuple[Played, Adapter]] = []

    async def driver(self, adapter: Adapter, parallel: int | None = None) -> Driver:
        """Start an adapter and make a call that nobody judges: a first one may load much.

        parallel: calls at a time. Default: what the adapter's hello says. Raises NoHello.
        """
        hello = await adapter.start()
        driver = Driver(adapter, parallel or adapter.parallel)
        able = {*hello["operations"]}
        case = next((each for each in load() if each.operations <= able and not each.needs), None)
        if case is not None:
            played = await open_ports(case, self._wire, self._seed, 0)
            with contextlib.suppress(AdapterFailure):
                await play(played, driver)
            adapter.deaths = 0
        return driver

    async def grade(self, case: Case, driver: Driver, attempt: int = 1) -> Result:
        """Play and judge a case. Raises Interrupted and NoHello."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        if "codec" in case.node:
            from .codec import check_codec  # noqa: PLC0415  (Hypothesis takes half a second to load)

            result = await check_codec(case, driver, self._seed)
            result.seconds = round(loop.time() - begun, 4)
            return result
        played = await open_ports(case, self._wire, self._seed, attempt)
        try:
            await play(played, driver)
        except ProtocolError as error:
            reason = f"the case has a call that no message can hold: {error}"
            return result_of(case, "harness error", reason)
        self._played.append((played, driver.adapter))
        result = outcome(played)
        result.seconds = round(loop.time() - begun, 4)
        return result

    def late(self) -> Iterator[tuple[str, list[Check]]]:
        """Each case after whose end something wrong was sent: its id, and the checks it fails."""
        for played, adapter in self._played:
            found = judge_late(played)
            if len(adapter.output) > len(played.output):
                checks = judge_output(played, adapter.output)
                found += [each for each in checks if each.status != "pass"]
            if found:
                yield played.case.id, found


def lacking(case: Case, hello: Message) -> str | None:
    """Why an SDK cannot be graded by a case, by its hello; None if it can."""
    missing = case.operations - {*hello["operations"]}
    features = {*case.needs} - {*hello["features"]} - _ANYWAY
    if missing:
        return f"the SDK has no {', '.join(sorted(missing))}"
    return f"the SDK has no feature {', '.join(sorted(features))}" if features else None
