"""Writes the results as the options say, and makes reports of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from toggl_focus_conformance.report import ReportError, badge, junit, markdown, page, read
from toggl_focus_conformance.runner import Run, dump
from toggl_focus_conformance.selfcheck import Score

from .choosing import AtFault, check_writable

__all__ = ["Reports", "report_files"]


@dataclass(frozen=True)
class Reports:
    """The files of the options. Nothing else is written."""

    json: Path | None = None
    junit: Path | None = None
    html: Path | None = None
    markdown: Path | None = None
    badge: Path | None = None

    def check(self) -> None:
        """Raise AtFault if one of them cannot be written, before anything is graded."""
        check_writable(self.json, self.junit, self.html, self.markdown, self.badge)

    def write(self, runs: Sequence[Run], scores: Sequence[Score] = ()) -> None:
        """Write them."""
        if self.json is not None:
            self.json.write_bytes(dump(list(runs)))
        if self.junit is not None:
            self.junit.write_bytes(junit(runs))
        if self.html is not None:
            self.html.write_text(page(runs, scores), encoding="utf-8", newline="\n")
        if self.markdown is not None:
            self.markdown.write_text(markdown(runs, scores), encoding="utf-8", newline="\n")
        if self.badge is not None:
            self.badge.write_text(badge(runs), encoding="utf-8", newline="\n")


def report_files(files: Sequence[Path], reports: Reports) -> None:
    """Make one report of the results in some files."""
    reports.check()
    try:
        runs, scores = read(files)
    except ReportError as error:
        raise AtFault(str(error)) from None
    if reports == Reports():
        click.echo(markdown(runs, scores), nl=False)
    reports.write(runs, scores)
