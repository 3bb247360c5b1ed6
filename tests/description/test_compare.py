"""Comparing two versions of the description: what breaks is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from spec.check import compare

Node = dict[str, Any]


@pytest.fixture
def redocly() -> None:
    """Install it as `nox -s spec` does, where that has not run."""
    if not compare.REDOCLY.exists():
        npm = ("npm", "ci", "--prefix", "spec/lint", "--ignore-scripts", "--no-audit", "--no-fund")
        subprocess.run(npm, cwd=compare.ROOT, check=True, capture_output=True)  # noqa: S603  (ours)


@pytest.fixture
def compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[str], str]]:
    def run(*arguments: str | Path) -> tuple[int, list[str], str]:
        monkeypatch.setattr(sys, "argv", ["compare", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            compare.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out.splitlines(), printed.err

    return run


def changed(folder: Path, change: Callable[[Node], object]) -> Path:
    """Write a copy of the description with a change in it."""
    document: Node = YAML(typ="safe").load(compare.DESCRIPTION)
    change(document)
    path = folder / "openapi.yaml"
    YAML(typ="safe").dump(document, path)
    return path


def break_it(document: Node) -> None:
    """Make a parameter required, forget a field, and rename a method."""
    operations = (each for path in document["paths"].values() for each in path.values())
    by_id = {each["operationId"]: each for each in operations}
    by_id["get_time_block"]["parameters"].append(
        {"name": "mood", "in": "query", "required": True, "schema": {"type": "string"}}
        | {"description": "The mood.", "example": "calm"}
    )
    by_id["archive_time_block"]["x-method"] = "put_away"
    del document["components"]["schemas"]["TimeBlock"]["properties"]["timezone"]


@pytest.mark.usefixtures("redocly")
def test_what_breaks_on_the_wire_and_in_the_clients_is_named(
    tmp_path: Path, compared: Callable[..., tuple[int, list[str], str]]
) -> None:
    new = changed(tmp_path, break_it)

    status, lines, _ = compared(compare.DESCRIPTION, new)

    paths = list(YAML(typ="safe").load(new)["paths"])
    assert status == 1
    breaking = [line for line in lines if line.startswith("breaking: ")]
    assert [line.rpartition(" (line ")[0] for line in breaking] == [
        f"breaking: GET {paths[0]}: Property timezone of TimeBlock was removed",
        f"breaking: GET {paths[1]}: Required mood query parameter was added",
    ]
    assert [line for line in lines if line.startswith(("added: ", "removed: "))] == [
        "added: TimeBlocks.get(mood=)",
        "added: TimeBlocks.put_away",
        "removed: TimeBlock.timezone",
        "removed: TimeBlocks.archive",
    ]


def test_equal_descriptions_have_no_differences(
    compared: Callable[..., tuple[int, list[str], str]],
) -> None:
    status, lines, message = compared(compare.DESCRIPTION, compare.DESCRIPTION)

    assert (status, lines, message) == (0, [], "nothing has changed\n")


def test_a_revision_is_read_from_git_and_a_wrong_one_is_named(
    compared: Callable[..., tuple[int, list[str], str]],
) -> None:
    assert compare.read("HEAD").startswith(b"---\nopenapi: 3.1")

    status, lines, message = compared("no-such-revision")

    assert (status, lines) == (2, [])
    assert message.startswith("no-such-revision is neither a file nor a revision with a descript")
