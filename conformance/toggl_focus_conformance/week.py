"""Draws a week of time blocks for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from rich import box
from rich.cells import set_cell_size
from rich.style import Style
from rich.table import Table
from rich.text import Text

from toggl_focus import TimeBlockWithTask

__all__ = ["draw"]

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_ROW = timedelta(minutes=30)


def draw(monday: datetime, blocks: Iterable[TimeBlockWithTask], *, width: int = 130) -> Table:
    """A table of half hours by days, in UTC, in which each block is as long as it lasts.

    width: the columns of the terminal.
    """
    ordered = sorted(blocks, key=lambda block: (block.start, block.id))
    days = [monday + day * _DAY for day in range(7)]
    by_day = [_lanes([block for block in ordered if _touches(block, day)]) for day in days]
    first, last = _hours(ordered)
    room = max(6, (width - 9) // len(days) - 2)
    table = Table(
        title=f"The week of {monday:%d %B %Y} (UTC)",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("", width=5)
    for day in days:
        table.add_column(f"{day:%a %d}", width=room, no_wrap=True)
    for row in range((last - first) // _ROW):
        since = first + row * _ROW
        hour = f"{since // _HOUR:02}:00" if since % _HOUR == timedelta() else ""
        cells = (_cell(day + since, lanes, room) for day, lanes in zip(days, by_day, strict=True))
        table.add_row(hour, *cells)
    return table


def _hours(blocks: list[TimeBlockWithTask]) -> tuple[timedelta, timedelta]:
    """From the hour in which the earliest block begins to the one in which the latest ends."""
    since = [block.start - _midnight(block) for block in blocks]
    until = [min(_end(block) - _midnight(block), _DAY) for block in blocks]
    first = min(since, default=9 * _HOUR) // _HOUR * _HOUR
    last = -(-max(until, default=17 * _HOUR) // _HOUR) * _HOUR
    return first, last


def _lanes(blocks: list[TimeBlockWithTask]) -> list[list[TimeBlockWithTask]]:
    """Put blocks that overlap side by side."""
    lanes: list[list[TimeBlockWithTask]] = []
    for block in blocks:
        free = next((lane for lane in lanes if _end(lane[-1]) <= block.start), None)
        if free is None:
            lanes.append([block])
        else:
            free.append(block)
    return lanes


def _cell(since: datetime, lanes: list[list[TimeBlockWithTask]], room: int) -> Text:
    cell = Text()
    width = room // max(1, len(lanes))
    for lane in lanes:
        block = next((b for b in lane if b.start < since + _ROW and _end(b) > since), None)
        cell.append_text(_piece(block, since, width) if block else Text(" " * width))
    return cell


def _piece(block: TimeBlockWithTask, since: datetime, width: int) -> Text:
    name = (block.task and block.task.name) or f"task {block.task_id}"
    begins = block.start >= since or since == _midnight(block) + _DAY
    text = f"▌{'✓ ' if block.completed_at else ''}{name}" if begins else "▌"
    color = (block.task and block.task.color) or "#888888"
    return Text(set_cell_size(text, width), style=Style(color="white", bgcolor=color))


def _touches(block: TimeBlockWithTask, day: datetime) -> bool:
    return block.start < day + _DAY and _end(block) > day


def _midnight(block: TimeBlockWithTask) -> datetime:
    return block.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _end(block: TimeBlockWithTask) -> datetime:
    # A block without length is drawn as a short one, so that it is seen.
    return block.start + max(timedelta(seconds=block.duration or 0), timedelta(minutes=1))
