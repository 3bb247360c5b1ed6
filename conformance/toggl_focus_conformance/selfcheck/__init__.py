"""Checks the suite itself: it must fail what is wrong, and nothing that is right.

A defect is a switch that makes a client or a server wrong in one way, and names the case that must
catch it. A variant is a switch that changes something which is nobody's business: no case may fail.
"""

from .check import Watcher, check
from .score import Defect, Score, Variant, dump, load
from .sides import Side, SideName, Switch, side

__all__ = [
    "Defect",
    "Score",
    "Side",
    "SideName",
    "Switch",
    "Variant",
    "Watcher",
    "check",
    "dump",
    "load",
    "side",
]
