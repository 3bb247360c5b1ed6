"""Draws a week of time blocks for a terminal."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich import box
from rich.cells import set_cell_size
from rich.color import Color
from rich.style import Style
from rich.table import Table
from rich.text import Text

from toggl_focus import TimeBlockWithTask

__all__ = ["draw"]

DAY = timedelta(days=1)
ROW = timedelta(minutes=30)
ROWS_PER_HOUR = 2
ROWS_PER_DAY = 24 * ROWS_PER_HOUR
OFFICE_HOURS = 9 * ROWS_PER_HOUR, 17 * ROWS_PER_HOUR
WORKING_DAYS = 5
# For tasks without a colour of their own.
PALETTE = "#2fb9a0", "#a67ff0", "#f0609f", "#d9a520", "#7d93ff"


@dataclass(frozen=True)
class Bar:
    """What one day shows of a block: rows `top` to `bottom`, counted from midnight."""

    top: int
    bottom: int
    label: str
    color: str

    def line(self, row: int, width: int) -> Text:
        """One row of the bar, with its part of the label."""
        room = max(1, width - 2)  # one column is left free on each side
        lines = textwrap.wrap(self.label, room, max_lines=self.bottom - self.top, placeholder="…")
        label = lines[row - self.top] if row - self.top < len(lines) else ""
        # The edge has the colour of the bar: it only shows where there are no colours.
        edge = Text("▌", Style(color=self.color, bgcolor=self.color))
        style = Style(color=readable_on(self.color), bgcolor=self.color)
        return edge.append(set_cell_size(label, width - 1), style)


def draw(monday: datetime, blocks: Iterable[TimeBlockWithTask], *, width: int = 100) -> Table:
    """A table of half hours by days, in UTC. Every block is as high as it is long.

    A weekend day without blocks is omitted. width: columns of the terminal.
    """
    ordered = sorted(blocks, key=lambda block: (block.start, block.id))
    days: dict[datetime, list[list[Bar]]] = {}
    for number in range(7):
        day = monday + number * DAY
        bars = [bar for block in ordered if (bar := bar_of(block, day))]
        if bars or number < WORKING_DAYS:
            days[day] = lanes(bars)
    first, last = rows_of(days.values())
    room = max(6, (width - 6) // len(days) - 1)

    table = Table(
        title=f"The week of {monday:%d %B %Y} (UTC)",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=0,
        pad_edge=False,
        show_edge=False,
    )
    table.add_column(width=5)
    for day in days:
        table.add_column(f"{day:%a %d}", width=room, no_wrap=True)
    for row in range(first, last):
        hour = "" if row % ROWS_PER_HOUR else f"{row // ROWS_PER_HOUR:02}:00"
        table.add_row(hour, *(cell(row, side_by_side, room) for side_by_side in days.values()))
    return table


def bar_of(block: TimeBlockWithTask, day: datetime) -> Bar | None:
    """The bar of a block on a day, if it has one. A block without a length gets one row."""
    top = math.floor((block.start - day) / ROW)
    bottom = math.ceil((block.start + timedelta(seconds=block.duration or 0) - day) / ROW)
    bottom = max(bottom, top + 1)
    if bottom <= 0 or top >= ROWS_PER_DAY:
        return None
    name = (block.task and block.task.name) or f"task {block.task_id}"
    return Bar(
        max(top, 0),
        min(bottom, ROWS_PER_DAY),
        f"✓ {name}" if block.completed_at else name,
        (block.task and block.task.color) or PALETTE[block.task_id % len(PALETTE)],
    )


def lanes(bars: list[Bar]) -> list[list[Bar]]:
    """Bars that share a row, side by side."""
    found: list[list[Bar]] = []
    for bar in bars:
        free = next((lane for lane in found if lane[-1].bottom <= bar.top), None)
        if free is None:
            found.append([bar])
        else:
            free.append(bar)
    return found


def rows_of(days: Iterable[list[list[Bar]]]) -> tuple[int, int]:
    """The rows to draw: whole hours, from the first bar to the last."""
    bars = [bar for day in days for lane in day for bar in lane]
    first = min((bar.top for bar in bars), default=OFFICE_HOURS[0])
    last = max((bar.bottom for bar in bars), default=OFFICE_HOURS[1])
    return first // ROWS_PER_HOUR * ROWS_PER_HOUR, -(-last // ROWS_PER_HOUR) * ROWS_PER_HOUR


def cell(row: int, side_by_side: list[list[Bar]], room: int) -> Text:
    """One row of one day."""
    text = Text()
    width = room // max(1, len(side_by_side))
    for lane in side_by_side:
        bar = next((bar for bar in lane if bar.top <= row < bar.bottom), None)
        text.append_text(bar.line(row, width) if bar else Text(" " * width))
    return text


def readable_on(background: str) -> str:
    """Black or white, whichever is easier to read on a colour: at least 4.5:1 (WCAG 2)."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for value in Color.parse(background).get_truecolor().normalized
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # (luminance + 0.05) / 0.05 is the contrast with black, 1.05 / (luminance + 0.05) with white.
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"
