"""The switches of the server side: each a small function in one of the modules, with its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from toggl_focus_conformance.selfcheck.sides import Switch

from .wrong_server import Change

__all__ = ["Switches"]


@dataclass
class Switches:
    """Some switches, and what each changes."""

    found: dict[str, Switch] = field(default_factory=dict[str, Switch])
    changes: dict[str, Change] = field(default_factory=dict[str, Change])

    def __call__(self, text: str, case: str = "") -> Callable[[Change], Change]:
        """A switch that is a function; its name gives the id."""

        def added(change: Change) -> Change:
            self.add(change.__name__.strip("_").replace("_", "-"), text, case, change)
            return change

        return added

    def add(self, id_: str, text: str, case: str, change: Change) -> None:
        """A switch that is made, for what differs only in a value."""
        if id_ in self.found:
            raise ValueError(f"two switches have the id {id_}")
        self.found[id_] = Switch(id_, text, case)
        self.changes[id_] = change

    def equivalent(self, id_: str, text: str, why: str) -> None:
        """A defect that nobody can tell from a correct server."""
        self.found[id_] = Switch(id_, text, equivalent=why)
