"""What grades the cases of one side, an SDK or a server, in the order that pytest wants."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.runner import Result, SideName

__all__ = ["CannotGrade", "Side", "SidesError"]


class SidesError(Exception):
    """The options or the environment are wrong; the text says why."""


class CannotGrade(Exception):
    """No case can be run any more: the adapter does not start, or the server does not respond."""


class Side(ABC):
    """Grades its cases one at a time. name: of its items. label: what is graded."""

    name: str
    label: str
    kind: SideName
    cases: Sequence[Case]
    known_failures: Path | None = None
    """The file of known failures that belongs to what is graded."""

    def omitted(self, case: Case) -> str | None:  # noqa: ARG002  (for those that know)
        """Why a case is not run, as far as that is known before the first one is."""
        return None

    @abstractmethod
    def grade(self, case: Case) -> Result:
        """Run a case. Raises CannotGrade, for this case and for all that follow."""

    @abstractmethod
    def close(self) -> Sequence[str]:
        """Let go of everything, and tell what was wrong after the cases that it concerns."""

    def warnings(self) -> Sequence[str]:
        """What the user has to know after the last case, although it fails none."""
        return ()
