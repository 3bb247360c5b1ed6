"""Measures the client against its limits and its peers: `nox -s bench`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

from rich.console import Console

from benchmarks import peers
from benchmarks.figures import FIGURES, Bench
from benchmarks.report import Line, kept, table
from benchmarks.rows import ROWS

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Measure, show and keep; fails where a figure is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; or all")
    parser.add_argument("--quick", action="store_true", help="too small to judge: all may miss")
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    parser.add_argument("--peers", type=Path, default=HERE / ".peers", help="where they are kept")
    arguments = parser.parse_args()
    if unknown := set(arguments.rows) - ROWS.keys():
        parser.error(f"no such row: {', '.join(sorted(unknown))}; choose from {', '.join(ROWS)}")

    progress = Console(stderr=True, highlight=False)
    progress.print("making the peers")
    missing = peers.generate(arguments.peers.resolve())
    for peer, trouble in missing.items():
        progress.print(f"without {peer}: {trouble}")
    bench = Bench(arguments.quick, missing)
    lines: list[Line] = []
    for row in arguments.rows or ROWS:
        begun = perf_counter()
        found = ROWS[row](bench)
        lines += (Line(figure, found[figure.name]) for figure in FIGURES if figure.row == row)
        progress.print(f"measured {row} in {perf_counter() - begun:.0f} s")

    shown = Console()
    if not shown.is_terminal:
        shown.width = 150
    shown.print(table(lines))
    arguments.output.write_bytes(kept(lines, dict(peers.versions())))
    missed = [line for line in lines if line.missed]
    if missed and not arguments.quick:
        sys.exit(f"{len(missed)} of {len(lines)} figures are missed")


if __name__ == "__main__":
    main()
