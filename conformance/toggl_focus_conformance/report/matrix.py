"""The matrix of a report: what each implementation does about each requirement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from toggl_focus_conformance.protocol.messages import SUITE
from toggl_focus_conformance.requirements import Requirement, registry
from toggl_focus_conformance.runner import Check, Result, Run, Status

__all__ = ["WORST_FIRST", "Cell", "Matrix", "Row", "matrix", "sets_of"]

WORST_FIRST: tuple[Status, ...] = (
    "fail",
    "flaky",
    "harness error",
    "known",
    "warn",
    "differs",
    "observed",
    "not run",
    "pass",
    "untestable",
    "skip",
)
"""What a cell shows if its cases differ. A skipped one takes nothing from one that passed."""


@dataclass
class Cell:
    """One requirement and one implementation. results: the cases that concern it, worst first."""

    results: list[tuple[Status, Result]] = field(default_factory=list[tuple[Status, Result]])

    @property
    def counts(self) -> Counter[Status]:
        """How many cases have each status, as far as this requirement is concerned."""
        return Counter(status for status, _ in self.results)

    @property
    def status(self) -> Status | None:
        """The worst status; None if no case concerns it."""
        return self.results[0][0] if self.results else None


@dataclass(frozen=True)
class Row:
    """A requirement, and its cell for each implementation."""

    requirement: Requirement
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """All runs, and a row for each requirement that concerns one of them."""

    runs: tuple[Run, ...]
    rows: tuple[Row, ...]

    @property
    def areas(self) -> dict[str, list[Row]]:
        """The rows by their area."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.requirement.area, []).append(row)
        return found


def matrix(runs: Sequence[Run]) -> Matrix:
    """Put the results of several runs side by side."""
    columns = [_column(run) for run in runs]
    unknown = {id_ for column in columns for id_ in column} - registry().keys()
    known = [*registry().values(), *(_unknown(id_) for id_ in sorted(unknown))]
    rows = (Row(each, tuple(column.get(each.id, Cell()) for column in columns)) for each in known)
    return Matrix(tuple(runs), tuple(row for row in rows if any(c.results for c in row.cells)))


def sets_of(runs: Sequence[Run]) -> str:
    """The sets by which some runs were graded; the current one without a run."""
    return ", ".join(dict.fromkeys(run.suite for run in runs)) or SUITE


def _column(run: Run) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for result in run.results:
        for id_, status in _statuses(result).items():
            cells.setdefault(id_, Cell()).results.append((status, result))
    for cell in cells.values():
        cell.results.sort(key=lambda each: WORST_FIRST.index(each[0]))
    return cells


def _statuses(result: Result) -> dict[str, Status]:
    """The worst status for each requirement that a case has checked, or was to check."""
    found: dict[str, Status] = {}
    for check in result.checks:
        status = _status(result, check)
        old: Status = found.get(check.requirement, "pass")
        worse = WORST_FIRST.index(status) < WORST_FIRST.index(old)
        found[check.requirement] = status if worse else old
    if not found and result.requirement:
        found[result.requirement] = result.status
    return found


def _status(result: Result, check: Check) -> Status:
    """A failed check of a known failure is known, and one of a flaky case is flaky."""
    whole = result.status in {"known", "flaky"} and check.status == "fail"
    return result.status if whole else check.status


def _unknown(id_: str) -> Requirement:
    """A requirement of another version of the suite."""
    return Requirement(id_, "must", "docs", "other", "This version of the suite does not have it.")
