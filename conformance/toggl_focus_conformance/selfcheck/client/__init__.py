"""The client side of the selfcheck: our client with a switch, graded by the cases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from toggl_focus_conformance.adapters import LocalAdapter, Target
from toggl_focus_conformance.cases import Case, load
from toggl_focus_conformance.runner import Result, Run, Settings, grade
from toggl_focus_conformance.selfcheck.score import Defect, Variant, Verdict
from toggl_focus_conformance.selfcheck.sides import Switch

from .defects import DEFECTS
from .variants import VARIANTS
from .wrong_client import Change, WrongClient

__all__ = ["SIDE", "ClientSide"]

_CAUGHT = frozenset({"fail", "warn", "flaky"})
_SILENCE = 5.0


class ClientSide:
    """Wrong clients, and correct ones of other styles."""

    defects: Mapping[str, Switch] = DEFECTS.found
    variants: Mapping[str, Switch] = VARIANTS.found

    def check_defect(self, id_: str, seed: int) -> Defect:
        """Run the case that a defect names, and all others only if that one passes."""
        switch = self.defects[id_]
        begun = time.monotonic()
        declared = [case for case in load() if case.name == switch.case]
        if not declared:
            raise LookupError(f"there is no case {switch.case}")
        others = [case for case in load() if case.name != switch.case]
        tried: tuple[tuple[Verdict, Sequence[Case]], ...] = (
            ("declared", declared),
            ("elsewhere", others),
        )
        result = Defect("client", id_, switch.text, switch.case, "survived")
        for verdict, cases in tried:
            run, trouble = _graded(DEFECTS.changes[id_], cases, seed)
            if why := _broken(run, trouble):
                return replace(result, verdict="broken", note=why)
            caught = next((each for each in run.results if each.status in _CAUGHT), None)
            if caught is not None:
                seconds = round(time.monotonic() - begun, 3)
                return replace(result, verdict=verdict, caught_by=caught.id, seconds=seconds)
        return result

    def check_variant(self, id_: str, seed: int) -> Variant:
        """Run all cases with a call against a variant. None of them changes decode or encode."""
        switch = self.variants[id_]
        cases = [case for case in load() if case.calls]
        run, trouble = _graded(VARIANTS.changes[id_], cases, seed)
        if why := _broken(run, trouble):
            return Variant("client", id_, switch.text, "broken", note=why, seconds=run.seconds)
        alarms = [_alarm(each) for each in run.results if each.status in _CAUGHT]
        return Variant(
            "client", id_, switch.text, "false alarm" if alarms else "clean", alarms, run.seconds
        )


def _graded(change: type[Change], cases: Sequence[Case], seed: int) -> tuple[Run, list[str]]:
    """Grade a client with a change. Also returns what the change itself did wrong."""
    trouble: list[str] = []
    target = Target(
        change.__name__,
        lambda silence: LocalAdapter(lambda: WrongClient(change(), trouble), silence=silence),
    )
    settings = Settings(seed=seed, silence=_SILENCE, retry_failed=False)
    return asyncio.run(grade(target, cases, settings)), trouble


def _broken(run: Run, trouble: Sequence[str]) -> str:
    """Why a run proves nothing; empty if it does."""
    at_fault = [each.reason for each in run.results if each.status == "harness error"]
    return next(iter([*trouble, *run.problems, *at_fault]), "")


def _alarm(result: Result) -> str:
    return f"{result.id}: {result.reason}"


SIDE = ClientSide()
