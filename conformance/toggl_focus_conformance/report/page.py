"""The page: one file of HTML that needs no other, with the matrix of all implementations."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from toggl_focus_conformance.cases import Coverage, coverage
from toggl_focus_conformance.runner import Run, Status
from toggl_focus_conformance.selfcheck import Score

from .details import details
from .markdown import in_words
from .matrix import WORST_FIRST, Cell, matrix, sets_of

__all__ = ["page"]

_SIGNS: dict[Status, str] = {
    "pass": "✓",
    "known": "!",
    "warn": "~",
    "differs": "≠",
    "observed": "?",
    "fail": "✗",
    "flaky": "✗",
    "harness error": "✗",
    "skip": "–",
    "untestable": "–",
    "not run": "–",
}


def page(runs: Sequence[Run], scores: Sequence[Score] = ()) -> str:
    """A page with a matrix of requirements and implementations.

    Each cell opens what was expected, what came, the bytes and a curl command. Below the matrix is
    what the cases cover, and how many defects the suite catches, if `scores` are given.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found, covered = matrix(runs), coverage()
    used = [s for s in WORST_FIRST if any(c.status == s for r in found.rows for c in r.cells)]
    return environment.from_string(_file("page.html")).render(
        sign=_SIGNS,
        label=_label,
        in_words=in_words,
        suite=sets_of(runs),
        matrix=found,
        statuses=used,
        scores=scores,
        coverage=covered,
        uncovered=_uncovered(covered),
        details=details(found),
        style=_file("style.css"),
        script=_file("script.js"),
    )


def _file(name: str) -> str:
    return (files(__name__.rpartition(".")[0]) / "page" / name).read_text(encoding="utf-8")


def _label(cell: Cell) -> str:
    """A cell in words, for those who do not see its sign."""
    if cell.status is None:
        return "no case"
    total = len(cell.results)
    if cell.counts[cell.status] == total:
        return f"{cell.status}, {total} {'case' if total == 1 else 'cases'}"
    return f"{cell.status}, {cell.counts[cell.status]} of {total} cases"


def _uncovered(covered: Coverage) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in covered.pairs:
        if not pair.covered:
            found.setdefault(pair.reason, []).append(pair.name)
    return found
