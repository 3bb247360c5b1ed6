"""What came of a selfcheck: how many defects were caught, and how many variants raised an alarm."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import Any, Literal, TypeAlias

import msgspec

from toggl_focus_conformance.protocol.messages import SUITE
from toggl_focus_conformance.runner.results import SideName

__all__ = ["Defect", "Score", "Variant", "Verdict", "dump", "load"]

Verdict: TypeAlias = Literal["declared", "elsewhere", "survived", "broken", "equivalent"]
"""What came of a defect.

declared: caught by the case that it names. elsewhere: caught by other cases only. survived: no case
failed. broken: it does not start, or the switch itself fails, which is not counted as caught.
equivalent: nobody can tell it from a correct implementation; it is not run.
"""


class Defect(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one defect.

    case: the case that it names. caught_by: the first case that failed. seconds: until it failed.
    note: why it is broken or equivalent.
    """

    side: SideName
    id: str
    text: str
    case: str
    verdict: Verdict
    caught_by: str = ""
    seconds: float = 0.0
    note: str = ""


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one variant. alarms: the cases that failed, with the reason."""

    side: SideName
    id: str
    text: str
    verdict: Literal["clean", "false alarm", "broken"]
    alarms: list[str] = []
    seconds: float = 0.0
    note: str = ""


class Score(msgspec.Struct):
    """The score of the suite. set: the version of its cases and requirements."""

    side: Literal["client", "server", "both"]
    version: Literal[1] = 1
    kind: Literal["selfcheck"] = "selfcheck"
    set: str = SUITE
    seed: int = 0
    seconds: float = 0.0
    defects: list[Defect] = []
    variants: list[Variant] = []
    interrupted: bool = False

    @property
    def summary(self) -> dict[str, Any]:
        """The numbers. seconds_to_catch: the median of the defects that were caught."""
        verdicts = Counter(each.verdict for each in self.defects)
        alarms = Counter(each.verdict for each in self.variants)
        counted = len(self.defects) - verdicts["equivalent"]
        caught = [each.seconds for each in self.defects if each.caught_by]
        return {
            "defects": counted,
            "declared": verdicts["declared"],
            "elsewhere": verdicts["elsewhere"],
            "survived": verdicts["survived"],
            "broken": verdicts["broken"] + alarms["broken"],
            "equivalent": verdicts["equivalent"],
            "variants": len(self.variants),
            "false_alarms": alarms["false alarm"],
            "seconds_to_catch": round(median(caught), 3) if caught else None,
        }

    @property
    def exit_code(self) -> int:
        """0: all as declared. 1: it is not. 2: only that a switch is broken. 130: Ctrl-C."""
        if self.interrupted:
            return 130
        summary = self.summary
        if summary["elsewhere"] or summary["survived"] or summary["false_alarms"]:
            return 1
        return 2 if summary["broken"] else 0


def dump(score: Score) -> bytes:
    """A score as JSON, with its summary."""
    plain = {**msgspec.to_builtins(score), "summary": score.summary}
    return msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n"


def load(text: bytes) -> Score:
    """Read what `dump` wrote. Raises msgspec.ValidationError for anything else."""
    return msgspec.json.decode(text, type=Score)
