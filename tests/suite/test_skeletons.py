"""`new-adapter`: each skeleton says what to fill in, and passes smoke once that is done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from toggl_focus_conformance.cli.commands import main

FILLED_IN = Path(__file__).parent / "filled_in"
TOOLS = {
    "python": (),
    "node": ("node",),
    "ruby": ("ruby",),
    "go": ("go",),
    "shell": ("bash", "curl", "jq"),
}
MAKE_CLIENT = {"node": "makeClient", "go": "makeClient", "shell": "get_time_block"}


def command(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["conformance", *map(str, words)])


@pytest.mark.parametrize("language", TOOLS)
def test_a_skeleton_passes_smoke_once_it_is_filled_in(language: str, tmp_path: Path) -> None:
    if missing := [tool for tool in TOOLS[language] if not shutil.which(tool)]:
        pytest.skip(f"{missing[0]} is not installed")
    folder = tmp_path / "adapter"
    assert command("new-adapter", language, folder).exit_code == 0
    (yours,) = folder.glob("sdk.*")

    before = command("smoke", folder)

    assert before.exit_code == 2
    to_do = f"{yours.name}: fill in {MAKE_CLIENT.get(language, 'make_client')}"
    assert f"FAIL it replies to a call: adapter_error: {to_do}" in before.output

    shutil.copy(FILLED_IN / yours.name, yours)
    after = command("smoke", folder)

    assert after.exit_code == 0, after.output

    cases = ("get-a-block", "statuses#get_time_block.404")
    graded = command("client", *(word for case in cases for word in ("--only", case)), folder)

    assert graded.exit_code == 0, graded.output
    assert "2 pass" in graded.output


def test_the_second_thing_to_fill_in_is_named_when_the_first_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "adapter"
    command("new-adapter", "python", folder)
    path = folder / "sdk.py"
    text = path.read_text(encoding="utf-8")
    done = text.replace('raise NotImplementedError("sdk.py: fill in make_client")', "return 1")
    path.write_text(done, encoding="utf-8")

    result = command("smoke", folder)

    assert "adapter_error: sdk.py: fill in get_time_block" in result.output


def test_a_folder_that_exists_is_left_alone(tmp_path: Path) -> None:
    result = command("new-adapter", "python", tmp_path)

    assert result.exit_code == 2
    assert "exists already; name another folder after python" in result.output
    assert list(tmp_path.iterdir()) == []
