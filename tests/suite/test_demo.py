"""The demo shows a week, and every operation with both clients, so that it can be read."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from rich.console import Console

from tests.support.pictures import contrast, pieces
from toggl_focus_conformance.cli import demo
from toggl_focus_conformance.cli.commands import main
from toggl_focus_conformance.cli.week import draw, readable_on

if TYPE_CHECKING:
    from pathlib import Path

    from toggl_focus import TimeBlockWithTask

    Steps = tuple[list[demo.Step], list[demo.Step]]

DESCRIPTION = json.loads(files("_toggl_focus").joinpath("openapi.json").read_text("utf-8"))
# The demo shows what the vendor's page describes.
METHODS = sorted(
    operation["x-method"]
    for path in DESCRIPTION["paths"].values()
    for operation in path.values()
    if "docs" in operation["x-basis"]
)
MONDAY = datetime(2026, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def steps() -> Steps:
    return demo.run()


def shown(steps: Steps, width: int) -> str:
    console = Console(width=width, file=io.StringIO(), record=True)
    demo.show(console, *steps)
    return console.export_text()


@pytest.fixture(scope="module")
def block(steps: Steps) -> TimeBlockWithTask:
    """A block of the report, on Monday."""
    blocks = cast("list[TimeBlockWithTask]", steps[0][-1].result)
    return next(block for block in blocks if block.task_id == demo.REPORT)


def drawn(*blocks: TimeBlockWithTask, width: int = 100) -> list[str]:
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(draw(MONDAY, blocks, width=width))
    return console.export_text().splitlines()


def test_the_command_shows_the_week_then_one_row_for_each_operation(tmp_path: Path) -> None:
    picture = tmp_path / "demo.svg"

    ran = CliRunner().invoke(main, ["demo", f"--picture={picture}"])

    assert ran.exit_code == 0, ran.output
    week, operations = ran.output.split("18 blocks, streamed in one request.")
    assert week.startswith("The week of 12 January 2026 (UTC)")
    rows = re.findall(r"^(\w+) .* [\d.]+ +[\d.]+ *$", operations, re.MULTILINE)
    assert sorted(rows) == METHODS
    assert pieces(picture.read_text("utf-8"))


def test_the_picture_is_the_same_each_time(steps: Steps) -> None:
    assert demo.picture(*steps) == demo.picture(*demo.both())


def test_all_text_of_the_picture_has_enough_contrast(steps: Steps) -> None:
    shown = pieces(demo.picture(*steps))

    weak = [each for each in shown if contrast(each.color, each.background) < 4.5]

    assert {each.text.strip("▌") for each in weak} <= {""}  # an edge is no text
    assert len({each.background for each in shown}) > 4


def test_text_outside_of_blocks_has_the_terminals_own_colour(steps: Steps) -> None:
    console = Console(width=120, file=io.StringIO(), force_terminal=True, color_system="truecolor")

    demo.show(console, *steps)

    assert isinstance(console.file, io.StringIO)
    codes = set(re.findall(r"\x1b\[([\d;]+)m", console.file.getvalue()))
    assert {code for code in codes if "48;2" not in code} == {"0", "1"}  # bold or nothing


def test_any_colour_of_a_task_can_be_written_on() -> None:
    steps = ("00", "33", "66", "77", "99", "cc", "ff")
    colors = [f"#{red}{green}{blue}" for red in steps for green in steps for blue in steps]

    assert min(contrast(readable_on(color), color) for color in colors) >= 4.5


def test_80_columns_show_method_and_path_only(steps: Steps) -> None:
    text = shown(steps, 80)

    assert "bulk_delete    DELETE /time-blocks/bulk " in text
    assert "…" not in text.partition("All 14 operations")[2]
    assert not re.search(r"[?{]", text)
    assert sum(line.startswith("bulk_") for line in text.splitlines()) == 3


@pytest.mark.parametrize("width", (110, 120, 160))
def test_long_requests_break_at_commas_and_ampersands(steps: Steps, width: int) -> None:
    text = shown(steps, width)

    rows = re.split(r"\n(?=\w)", text.partition("───\ncreate")[2])
    requests = [[line[15 : width - 28].rstrip() for line in row.split("\n")] for row in rows]
    for lines in requests:
        for line, following in pairwise(lines):
            if following.startswith(" "):
                assert line.endswith(",") or following.strip().startswith("&")
    assert '"time_blocks":[{"start":"2026-01-14T13:00:00Z"' in text
    assert max(map(len, text.splitlines())) <= width


def test_clients_that_differ_are_an_error(steps: Steps) -> None:
    sync, awaited = steps

    with pytest.raises(RuntimeError, match=r"the two clients differ: .*create"):
        demo.show(Console(file=io.StringIO()), sync, [*awaited[1:], awaited[0]])


def test_names_are_wrapped_into_the_rows_of_their_block(block: TimeBlockWithTask) -> None:
    long = drawn(replace(block, duration=7200), width=80)
    short = drawn(replace(block, duration=1800), width=80)

    assert [line[6:20].strip() for line in long[3:]] == ["▌Write the", "▌quarterly", "▌report", "▌"]
    assert [line[6:20].strip() for line in short[3:]] == ["▌Write the…", ""]


def test_a_weekend_is_shown_only_if_it_has_blocks(block: TimeBlockWithTask) -> None:
    on_saturday = replace(block, start=block.start + timedelta(days=5))

    assert "Sat 17" not in drawn(block)[1]
    assert drawn(on_saturday)[1].split()[-2:] == ["Sat", "17"]


def test_blocks_that_share_a_row_are_drawn_side_by_side(block: TimeBlockWithTask) -> None:
    quarter = timedelta(minutes=15)

    rows = drawn(
        replace(block, duration=900),
        replace(block, duration=0, start=block.start + quarter),
        replace(block, duration=3600, start=block.start + 3 * quarter),
    )

    assert rows[3].count("▌") == 2
    assert [row.count("▌") for row in rows[3:]] == [2, 1, 1, 1]


def test_a_picture_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["demo", f"--picture={tmp_path / 'no' / 'demo.svg'}"])

    assert ran.exit_code == 2
    folder = tmp_path / "no"
    message = f"Error: cannot write {folder / 'demo.svg'}: there is no folder {folder}"
    assert ran.output.splitlines() == [message]
