"""Live progress on a terminal, and plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Self

import click
from rich.markup import escape

from toggl_focus_conformance.runner import Result, Run, Watcher

__all__ = ["watching"]

_EVERY_SECONDS = 10.0


@contextmanager
def watching() -> Generator[Watcher]:
    """Give a watcher that suits standard error."""
    if sys.stderr.isatty():
        with _Live() as live:
            yield live
    else:
        yield _Plain()


class _Plain:
    """A line at the beginning, for each failure, and every ten seconds."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY_SECONDS

    def begun(self, run: Run, total: int) -> None:
        click.echo(f"grading {run.name} by {total} cases", err=True)

    def finished(self, result: Result, done: int, total: int, seconds_left: float) -> None:
        if result.status == "fail":
            click.echo(f"{done}/{total} fail {result.id}: {result.reason:.200}", err=True)
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY_SECONDS
            click.echo(f"{done}/{total}, about {seconds_left:.0f} s left", err=True)


class _Live:
    """A bar with the number of failures and the time that is left."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415  (only a terminal needs it)
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[failed]} failed, {task.fields[left]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=None, failed=0, left="")
        self._failed = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._progress.stop()

    def begun(self, run: Run, total: int) -> None:
        self._progress.update(self._task, description=escape(run.name), total=total)

    def finished(self, result: Result, done: int, total: int, seconds_left: float) -> None:  # noqa: ARG002  (the bar knows the total)
        self._failed += result.status == "fail"
        left = f"about {seconds_left:.0f} s left" if seconds_left >= 1 else "nearly done"
        self._progress.update(self._task, completed=done, failed=self._failed, left=left)
