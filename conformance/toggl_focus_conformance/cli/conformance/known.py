"""The files of known failures: what `client` and `server` do with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.runner import Known, KnownError, Run, apply, read_known, write_known

from .choosing import AtFault

__all__ = ["known_failures", "settle"]


def known_failures(path: Path | None) -> list[Known]:
    """The failures in a file; none without a file. Raises AtFault."""
    if path is None:
        return []
    try:
        return read_known(path)
    except KnownError as error:
        raise AtFault(str(error)) from None


def settle(run: Run, known: Sequence[Known], record: Path | None, cases: Sequence[Case]) -> None:
    """Write the failures to `record`, or compare them with those that are known.

    cases: all that there are, as a file may not name others.
    """
    if record is None:
        apply(run, known, cases)
    else:
        number = write_known(record, run, known, datetime.now(UTC).date())
        click.echo(f"wrote {number} known failures to {record}")
