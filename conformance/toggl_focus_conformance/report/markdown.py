"""Results as Markdown: a table, and what failed, for the summary of a job or a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toggl_focus_conformance.runner import Run, Status
from toggl_focus_conformance.selfcheck import Score

from .matrix import WORST_FIRST

__all__ = ["markdown"]

_SHOWN = 20
_LONG = 300
_BAD = frozenset({"fail", "flaky", "harness error"})


def markdown(runs: Sequence[Run], scores: Sequence[Score] = ()) -> str:
    """A table with a row for each run, and below it what failed."""
    return "\n".join(_lines(runs, scores)) + "\n"


def _lines(runs: Sequence[Run], scores: Sequence[Score]) -> Iterator[str]:
    used: list[Status] = [each for each in WORST_FIRST if any(run.counts[each] for run in runs)]
    used.sort(key=lambda each: each != "pass")
    if runs:
        yield f"| implementation | {' | '.join(used)} |"
        yield f"|---|{'---:|' * len(used)}"
    for run in runs:
        numbers = " | ".join(str(run.counts[each]) for each in used)
        yield f"| {_cell(run.name)} | {numbers} |"
    for run in runs:
        yield from _failures(run)
    for number, score in enumerate(scores):
        if runs or number:
            yield ""
        yield in_words(score)


def _failures(run: Run) -> Iterator[str]:
    failed = [each for each in run.results if each.status in _BAD]
    if not failed and not run.drift and not run.problems:
        return
    yield f"\n### {run.name}\n"
    for result in failed[:_SHOWN]:
        yield f"- **{result.id}**: {_inline(result.title)}"
        for check in result.failed[:2]:
            yield f"  - [{check.requirement}] {_inline(check.message)}"
        if not result.failed:
            yield f"  - {_inline(result.reason)}"
    if len(failed) > _SHOWN:
        yield f"- and {len(failed) - _SHOWN} more"
    for line in (*run.drift, *run.problems):
        yield f"- {_inline(line)}"


def in_words(score: Score) -> str:
    """The score of the suite in a sentence."""
    numbers = score.summary
    caught = numbers["declared"] + numbers["elsewhere"]
    sides = "clients and servers" if score.side == "both" else f"{score.side}s"
    return (
        f"This suite (set {score.set}) catches {caught} of {numbers['defects']} defects of "
        f"{sides}, and raises {numbers['false_alarms']} false alarms on {numbers['variants']} "
        "correct ones."
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _inline(text: str) -> str:
    """A text of a server or an SDK on one line, without a meaning of its own."""
    short = text if len(text) <= _LONG else f"{text[:_LONG]}…"
    for each in "\\`*_[]<>|#":
        short = short.replace(each, f"\\{each}")
    return " ".join(short.split())
