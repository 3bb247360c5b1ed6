"""What it costs to begin: the import, and a second client."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from functools import partial
from statistics import median

from benchmarks.account import CREDENTIALS
from benchmarks.figures import Bench, Found, Measured
from benchmarks.race import race
from toggl_focus import TogglFocus

__all__ = ["measure"]

_PROGRAMS = {"python": "pass", "client": "import toggl_focus", "both": "import httpx, msgspec"}


def measure(bench: Bench) -> Found:
    """Run interpreters that import, and take off what one takes that does not."""
    runs = {name: partial(_run, program) for name, program in _PROGRAMS.items()}
    taken = {name: median(some) for name, some in race(runs, bench.size(30, 3)).items()}
    seconds = {name: taken[name] - taken["python"] for name in ("client", "both")}
    imported = bench.ratio(seconds, "client", "both")

    with ExitStack() as clients:
        another = {"client": lambda: clients.enter_context(TogglFocus(**CREDENTIALS))}
        made = median(race(another, bench.size(50, 5))["client"]) * 1_000
    return {"import": imported, "client": Measured(made, {"client": made}, "ms")}


def _run(program: str) -> None:
    # Isolated: the path to the peers would make each import longer.
    subprocess.run([sys.executable, "-I", "-c", program], check=True)  # noqa: S603  (our own words)
