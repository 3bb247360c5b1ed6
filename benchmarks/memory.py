"""How much memory this process has needed at most."""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["forget", "peak"]

_STATUS = Path("/proc/self/status")
_FORGET_THE_PEAK = "5"


def forget() -> None:
    """Have the peak begin again with what is needed now; only Linux can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text(_FORGET_THE_PEAK, "ascii")


def peak() -> float:
    """The peak in MB."""
    if _STATUS.exists():
        (line,) = (line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1_024 / 1_000_000
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1_024) / 1_000_000
