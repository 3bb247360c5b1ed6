"""`selfcheck`: it tries the suite on what is wrong, and on what is right."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from toggl_focus_conformance.selfcheck import (
    Defect,
    Score,
    SideName,
    Variant,
    Watcher,
    check,
    dump,
)

from .choosing import AtFault, check_writable

__all__ = ["check_suite"]

_GOOD = frozenset({"declared", "equivalent", "clean"})


def check_suite(
    sides: Sequence[SideName], only: Sequence[str], seed: int, workers: int, json_file: Path | None
) -> None:
    """Try the switches, show and write the score, and end with its exit code."""
    check_writable(json_file)
    with _watching() as watcher:
        try:
            score = check(sides, only, seed, workers, watcher)
        except LookupError as error:
            raise AtFault(str(error)) from None
    _show(score)
    if json_file is not None:
        json_file.write_bytes(dump(score))
    sys.exit(score.exit_code)


def _show(score: Score) -> None:
    console = Console(highlight=False)
    if score.defects:
        table = Table("defect", "caught by", "seconds", box=None, pad_edge=False)
        for each in score.defects:
            took = f"{each.seconds:.2f}" if each.caught_by else ""
            table.add_row(escape(each.text), escape(_caught(each)), took)
        console.print(table)
    for variant in score.variants:
        if variant.verdict != "clean":
            click.echo(f"{variant.verdict}: {variant.id}: {variant.text}")
            for line in (*variant.alarms, *([variant.note] if variant.note else [])):
                click.echo(f"    {line}")
    if score.interrupted:
        click.echo("! interrupted; this is what there is so far")
    click.echo(_in_words(score))


def _caught(defect: Defect) -> str:
    if defect.verdict == "declared":
        return defect.caught_by
    if defect.verdict == "elsewhere":
        return f"ELSEWHERE: {defect.caught_by}, not {defect.case}"
    return f"{defect.verdict.upper()}: {defect.note or f'not caught by {defect.case}'}"


def _in_words(score: Score) -> str:
    numbers = score.summary
    median = numbers["seconds_to_catch"]
    took = f" (median {median:.2f} s)" if median is not None else ""
    return (
        f"set {score.set}, seed {score.seed}, {score.seconds:.0f} s: of {numbers['defects']} "
        f"defects, {numbers['declared']} were caught as declared{took}, {numbers['elsewhere']} "
        f"elsewhere, {numbers['survived']} survived, {numbers['broken']} are broken; of "
        f"{numbers['variants']} correct variants, {numbers['false_alarms']} raised a false alarm"
    )


@contextmanager
def _watching() -> Generator[Watcher]:
    if not sys.stderr.isatty():
        yield _Plain()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Live(progress)


class _Plain:
    """A line for whatever is not as it should be, and now and then one for the others."""

    _total = 0

    def begun(self, total: int) -> None:
        self._total = total
        click.echo(f"trying {total} switches", err=True)

    def finished(self, what: Defect | Variant, done: int) -> None:
        if what.verdict not in _GOOD:
            click.echo(f"{done}/{self._total} {what.verdict}: {what.id}", err=True)
        elif done % 25 == 0:
            click.echo(f"{done}/{self._total}", err=True)


class _Live:
    """A bar, with what was tried last."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("starting", total=None)

    def begun(self, total: int) -> None:
        self._progress.update(self._task, total=total)

    def finished(self, what: Defect | Variant, done: int) -> None:
        self._progress.update(self._task, completed=done, description=what.id)
        if what.verdict not in _GOOD:
            self._progress.console.print(f"{what.verdict}: {what.id}", markup=False)
