"""One assertion of a case and what was wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toggl_focus_conformance.protocol.values import Difference

__all__ = ["Verdict"]


@dataclass(frozen=True)
class Verdict:
    """An assertion, by its requirement and place. Without differences it holds."""

    requirement: str
    where: str
    differences: Sequence[Difference]
