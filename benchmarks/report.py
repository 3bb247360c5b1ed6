"""The figures as a table to read, and as JSON to keep."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
from rich.table import Table

from benchmarks.figures import Figure, Measured

__all__ = ["Line", "kept", "table"]


class Line(NamedTuple):
    """A figure wanted and found."""

    figure: Figure
    measured: Measured

    @property
    def missed(self) -> bool:
        """Whether it was measured, and is not as wanted."""
        return self.measured.value is not None and not self.figure.holds(self.measured.value)


def table(lines: Iterable[Line]) -> Table:
    """What was measured, what is wanted, and what is behind it."""
    made = Table(row_styles=["", "dim"], pad_edge=False)
    for title in ("row", "what"):
        made.add_column(title)
    for title in ("wanted", "measured"):
        made.add_column(title, justify="right", no_wrap=True)
    made.add_column("from")
    made.add_column("")
    last = ""
    for figure, measured in lines:
        if last != figure.row:
            made.add_section()
        made.add_row(
            figure.row if last != figure.row else "",
            figure.what,
            f"{figure.wanted} {_number(figure.limit)} {figure.unit}" if figure.wanted else "",
            "–" if measured.value is None else f"{_number(measured.value)} {figure.unit}",
            measured.trouble or _raw(measured),
            _verdict(figure, measured),
        )
        last = figure.row
    return made


def _verdict(figure: Figure, measured: Measured) -> str:
    if measured.value is None:
        return "skipped"
    if not figure.wanted:
        return ""
    return "[green]holds[/]" if figure.holds(measured.value) else "[red]missed[/]"


def kept(lines: Iterable[Line], versions: Mapping[str, str]) -> bytes:
    """All of it as JSON."""
    document = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": versions,
        "figures": [
            {
                **figure._asdict(),
                "measured": None if measured.value is None else round(measured.value, 3),
                "holds": None if measured.value is None else figure.holds(measured.value),
                "from": {name: round(value, 3) for name, value in measured.raw.items()},
                "from_unit": measured.unit,
                "trouble": measured.trouble,
            }
            for figure, measured in lines
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _raw(measured: Measured) -> str:
    parts = (f"{name} {_number(value)}" for name, value in measured.raw.items())
    return f"{', '.join(parts)} {measured.unit}"


def _number(value: float) -> str:
    """Three digits, or all that stand before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004  (three digits)
