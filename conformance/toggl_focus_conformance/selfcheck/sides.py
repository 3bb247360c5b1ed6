"""The two sides of a selfcheck: wrong clients against the suite, and wrong servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from toggl_focus_conformance.runner.results import SideName

from .score import Defect, Variant

__all__ = ["SIDES", "Side", "SideName", "Switch", "side"]

SIDES: tuple[SideName, ...] = ("client", "server")


@dataclass(frozen=True)
class Switch:
    """What one switch is. case: which must catch it. equivalent: why nobody can notice it."""

    id: str
    text: str
    case: str = ""
    equivalent: str = ""


class Side(Protocol):
    """Has switches, and tries one at a time."""

    @property
    def defects(self) -> Mapping[str, Switch]:
        """The defects by their ids."""
        ...

    @property
    def variants(self) -> Mapping[str, Switch]:
        """The benign variants by their ids."""
        ...

    def check_defect(self, id_: str, seed: int) -> Defect:
        """Run the case that a defect names, and all others only if that one passes."""
        ...

    def check_variant(self, id_: str, seed: int) -> Variant:
        """Run all cases against a variant."""
        ...


def side(name: SideName) -> Side:
    """The side with this name. Each is a package of its own: `client/` and `server/`."""
    return cast("Side", import_module(f"{__package__}.{name}").SIDE)
