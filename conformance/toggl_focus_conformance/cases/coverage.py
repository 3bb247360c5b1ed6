"""The pairs that the cases cover, such as operation × status, and why others are uncovered."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, TypeAlias

from toggl_focus_conformance.protocol.operations import operations
from toggl_focus_conformance.protocol.plain import is_list
from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.yaml_file import read

from .coverage_fields import all_field_states
from .coverage_seen import pairs_of
from .loading import Case, load

__all__ = ["Coverage", "Kind", "OperationCoverage", "Pair", "coverage"]

Kind: TypeAlias = Literal["status", "parameter", "field", "requirement"]


@dataclass(frozen=True)
class Pair:
    """Two things that a case should bring together.

    kind, subject, object: such as status, `get_time_block`, `404`, or field, `Tag.id`, `edge`.
    cases: those that cover it, without their rows. reason: why no case does.
    """

    kind: Kind
    subject: str
    object: str
    cases: tuple[str, ...] = ()
    reason: str = ""

    @property
    def name(self) -> str:
        """How uncovered.yaml names it."""
        return f"{self.kind} {self.subject} {self.object}".rstrip()

    @property
    def covered(self) -> bool:
        """Whether a case covers it."""
        return bool(self.cases)


@dataclass(frozen=True)
class OperationCoverage:
    """What is covered of one operation, and how many cases call it."""

    operation: str
    cases: int
    statuses: Mapping[str, bool]
    parameters: Mapping[str, bool]


@dataclass(frozen=True)
class Coverage:
    """All pairs. stale: reasons of pairs that do not exist, or that a case does cover."""

    pairs: tuple[Pair, ...]
    operations: tuple[OperationCoverage, ...]
    stale: tuple[str, ...]

    @property
    def unexplained(self) -> tuple[Pair, ...]:
        """Pairs that are neither covered nor explained."""
        return tuple(each for each in self.pairs if not each.covered and not each.reason)

    def of(self, kind: Kind) -> tuple[Pair, ...]:
        """The pairs of one kind."""
        return tuple(each for each in self.pairs if each.kind == kind)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, with what to do about it."""
        missing = (
            f"no case covers: {each.name}; add one, or a reason to cases/uncovered.yaml"
            for each in self.unexplained
        )
        return (*missing, *self.stale)


def coverage(
    cases: Sequence[Case] | None = None, reasons: Mapping[str, str] | None = None
) -> Coverage:
    """Count what some cases cover. Default: those of this suite, and the reasons in uncovered.yaml.

    reasons: why pairs are not covered, by their names; a * stands for any text.

    ```python
    covered = coverage()
    print(sum(pair.covered for pair in covered.pairs), "of", len(covered.pairs))
    ```
    """
    cases = load() if cases is None else cases
    found: dict[tuple[Kind, str, str], set[str]] = {}
    for case in cases:
        for pair in pairs_of(case):
            found.setdefault(pair, set()).add(case.name)
    for each in registry().values():
        if each.checked == "every-case":
            found.setdefault(("requirement", each.id, ""), set()).add("every case")
    reasons = _reasons() if reasons is None else reasons
    pairs = tuple(
        Pair(*key, tuple(sorted(found.get(key, ()))), "" if key in found else _reason(key, reasons))
        for key in _universe()
    )
    return Coverage(pairs, tuple(_by_operation(pairs, cases)), tuple(_stale(pairs, reasons)))


def _universe() -> Iterator[tuple[Kind, str, str]]:
    for operation in operations().values():
        for status in operation.statuses:
            yield "status", operation.id, str(status)
        for parameter in operation.parameters:
            yield "parameter", operation.id, parameter["name"]
    for field, state in sorted(all_field_states()):
        yield "field", field, state
    for each in registry().values():
        if each.applies_to != "server":
            yield "requirement", each.id, ""


def _by_operation(pairs: Sequence[Pair], cases: Sequence[Case]) -> Iterator[OperationCoverage]:
    for name in operations():
        mine = [each for each in pairs if each.subject == name]
        yield OperationCoverage(
            operation=name,
            cases=len({case.name for case in cases if name in case.operations}),
            statuses={each.object: each.covered for each in mine if each.kind == "status"},
            parameters={each.object: each.covered for each in mine if each.kind == "parameter"},
        )


@functools.cache
def _reasons() -> Mapping[str, str]:
    """The patterns of uncovered.yaml, each with its reason."""
    text = (files(__name__.rpartition(".")[0]) / "uncovered.yaml").read_text(encoding="utf-8")
    groups: object = read("uncovered.yaml", text).value
    return {
        pattern: group["reason"]
        for group in (groups if is_list(groups) else [])
        for pattern in group["pairs"]
    }


def _reason(key: tuple[Kind, str, str], reasons: Mapping[str, str]) -> str:
    name = Pair(*key).name
    return next((why for each, why in reasons.items() if fnmatch.fnmatchcase(name, each)), "")


def _stale(pairs: Sequence[Pair], reasons: Mapping[str, str]) -> Iterator[str]:
    for pattern in reasons:
        named = [each for each in pairs if fnmatch.fnmatchcase(each.name, pattern)]
        if not named:
            yield f"cases/uncovered.yaml: there is no pair {pattern!r}; remove it"
        for each in named:
            if each.covered:
                yield (
                    f"cases/uncovered.yaml: {pattern!r} names {each.name}, which "
                    f"{each.cases[0]} covers; remove it"
                )
