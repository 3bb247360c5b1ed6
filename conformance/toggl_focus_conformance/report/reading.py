"""Reads the files that `--json` writes: results of clients and servers, and scores of the suite."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from toggl_focus_conformance import runner, selfcheck
from toggl_focus_conformance.runner import Run
from toggl_focus_conformance.selfcheck import Score

__all__ = ["ReportError", "read"]


class ReportError(Exception):
    """A file cannot be read; the text says which one and why."""


class _Kind(msgspec.Struct):
    kind: str = "results"


def read(files: Sequence[Path]) -> tuple[list[Run], list[Score]]:
    """The runs and the scores in some files. Raises ReportError."""
    runs: list[Run] = []
    scores: list[Score] = []
    for file in files:
        try:
            text = file.read_bytes()
            if msgspec.json.decode(text, type=_Kind).kind == "selfcheck":
                scores.append(selfcheck.load(text))
            else:
                runs += runner.load(text)
        except OSError as error:
            raise ReportError(f"cannot read {file}: {error.strerror}") from None
        except msgspec.MsgspecError as error:
            raise ReportError(
                f"{file} is neither results nor a score of this suite: {error}; "
                "write them with --json"
            ) from None
    return runs, scores
