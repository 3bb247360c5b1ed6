"""The demo shows every operation of both colours, and a week."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from click.testing import CliRunner

from toggl_focus_conformance.cli import main

if TYPE_CHECKING:
    from pathlib import Path

DESCRIPTION = json.loads(files("_toggl_focus").joinpath("openapi.json").read_text())
OPERATIONS = [each for path in DESCRIPTION["paths"].values() for each in path.values()]


def test_the_demo_shows_every_operation_in_both_colours_and_the_week(tmp_path: Path) -> None:
    picture = tmp_path / "demo.svg"

    ran = CliRunner().invoke(main, ["demo", f"--picture={picture}"])

    assert ran.exit_code == 0, ran.output
    rows = [line.split()[0] for line in ran.output.splitlines() if line.strip()]
    for operation in OPERATIONS:
        assert rows.count(operation["x-method"]) == 2, operation["x-method"]
    assert "The week of 12 January 2026 (UTC)" in ran.output
    assert "21 blocks, read in one request." in ran.output
    assert rows[-1] == "The"
    assert picture.read_text().startswith("<svg")


def test_a_picture_that_cannot_be_written_is_said_in_a_line(tmp_path: Path) -> None:
    ran = CliRunner().invoke(main, ["demo", f"--picture={tmp_path / 'no' / 'demo.svg'}"])

    assert ran.exit_code == 2
    folder = tmp_path / "no"
    told = f"Error: cannot write {folder / 'demo.svg'}: there is no folder {folder}"
    assert ran.output.splitlines() == [told]
