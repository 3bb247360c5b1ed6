"""The runner: it plays cases against an adapter, judges them, and gives the results."""

from .bench import Bench, lacking
from .explained import ARROWS, bytes_lines, explained, repeats
from .judge import judge
from .known import UNEXPLAINED, Known, KnownError, apply, masked, read_known, write_known
from .matchers import Matching, mismatches
from .play import Driver
from .results import AS_A_CASE, Check, Entry, Result, Run, SideName, Status, dump, load, schema
from .run import Settings, Watcher, grade
from .smoke import Finding, smoke

__all__ = [
    "ARROWS",
    "AS_A_CASE",
    "UNEXPLAINED",
    "Bench",
    "Check",
    "Driver",
    "Entry",
    "Finding",
    "Known",
    "KnownError",
    "Matching",
    "Result",
    "Run",
    "Settings",
    "SideName",
    "Status",
    "Watcher",
    "apply",
    "bytes_lines",
    "dump",
    "explained",
    "grade",
    "judge",
    "lacking",
    "load",
    "masked",
    "mismatches",
    "read_known",
    "repeats",
    "schema",
    "smoke",
    "write_known",
]
