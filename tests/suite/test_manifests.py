"""An adapter in a folder: its manifest, its build, and the message when a tool is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.suite.suite_helpers import ROGUE
from toggl_focus_conformance.adapters import (
    BuildError,
    ManifestError,
    build,
    is_built,
    read_manifest,
)
from toggl_focus_conformance.cases import load
from toggl_focus_conformance.cli.commands import main
from toggl_focus_conformance.runner import UNEXPLAINED, read_known

ADAPTERS = sorted(
    path.parent for path in Path(__file__).parents[2].glob("conformance/adapters/*/manifest.yaml")
)
NEEDS_NOTHING = f"""\
name: Rogue
language: Python
command: ["{{python}}", "{ROGUE}", fine]
"""
BUILDS = """\
name: Built
language: Python
command: ["{python}", "{build}/made.py"]
build: [["{python}", -c, "import shutil; shutil.copy(r'{here}/source.py', 'made.py')"]]
inputs: [../input.txt]
"""


def adapter(folder: Path, manifest: str) -> Path:
    home = folder / "adapter"
    home.mkdir()
    (home / "manifest.yaml").write_text(manifest, encoding="utf-8")
    (home / "source.py").write_text("first", encoding="utf-8")
    (folder / "input.txt").write_text("first", encoding="utf-8")
    return home


def client(folder: Path) -> Result:
    words = ["conformance", "client", "--only", "get-a-block", str(folder)]
    return CliRunner().invoke(main, words)


def test_a_folder_with_a_manifest_is_graded(tmp_path: Path) -> None:
    result = client(adapter(tmp_path, NEEDS_NOTHING))

    assert result.exit_code == 0, result.output
    assert "rogue 1: 1 cases" in result.output


@pytest.mark.parametrize(
    ("line", "reason"),
    (
        ("requires: [no-such-tool]", "Rogue was not run: no-such-tool is not installed"),
        (
            "packages: [no-such-package]",
            "Rogue was not run: the Python package no-such-package is not installed",
        ),
        (
            "build: [['{python}', -c, 'print(0); print(1); exit(3)']]",
            "Rogue was not run: the build failed",
        ),
    ),
)
def test_an_adapter_that_cannot_run_says_why(line: str, reason: str, tmp_path: Path) -> None:
    result = client(adapter(tmp_path, NEEDS_NOTHING + line))

    assert result.exit_code == 2
    assert reason in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    (
        ("name: x\nlanguage: y\n", 'manifest.yaml:1: the manifest: "command" is a required'),
        ("name: x\nlanguage: y\ncommand: []\n", "manifest.yaml:3: command: [] has less than 1"),
        ("name: x\nlanguage: y\ncommand: [z]\nbuld: []\n", "Additional properties"),
        ("name: x\nname: y\n", "manifest.yaml:2: the key 'name' is there twice"),
    ),
)
def test_a_wrong_manifest_is_named_with_its_line(text: str, message: str, tmp_path: Path) -> None:
    folder = adapter(tmp_path, text)

    with pytest.raises(ManifestError) as caught:
        read_manifest(folder)

    assert message in str(caught.value)


@pytest.mark.parametrize("changed", ("adapter/source.py", "input.txt", "adapter/manifest.yaml"))
def test_it_is_built_again_when_a_source_changes(changed: str, tmp_path: Path) -> None:
    folder = adapter(tmp_path, BUILDS)
    build(read_manifest(folder))
    assert (folder / ".build" / "made.py").read_text("utf-8") == "first"
    assert is_built(read_manifest(folder))

    with (tmp_path / changed).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")

    assert not is_built(read_manifest(folder))


def test_known_failures_are_no_source_of_a_build(tmp_path: Path) -> None:
    folder = adapter(tmp_path, BUILDS)
    build(read_manifest(folder))

    (folder / "known-failures.yaml").write_text("[]", encoding="utf-8")

    assert is_built(read_manifest(folder))


def test_a_build_that_fails_shows_its_last_lines_and_is_tried_again(tmp_path: Path) -> None:
    failing = "build: [['{python}', -c, 'print(41 + 1); exit(3)']]"
    manifest = read_manifest(adapter(tmp_path, NEEDS_NOTHING + failing))

    with pytest.raises(BuildError, match=r"(?s)ended with exit code 3; see .*build\.log.*42"):
        build(manifest)

    assert not is_built(manifest)


def test_programs_next_to_this_python_are_found(tmp_path: Path) -> None:
    name = Path(sys.executable).name
    manifest = read_manifest(adapter(tmp_path, f"{NEEDS_NOTHING}requires: [{name}]"))

    assert manifest.missing() is None


@pytest.mark.parametrize("folder", ADAPTERS, ids=lambda each: each.name)
def test_the_adapters_of_this_project_can_be_read(folder: Path) -> None:
    manifest = read_manifest(folder)

    programs = [Path(word) for word in manifest.command if word.startswith(f"{folder}/")]
    assert [each for each in programs if not each.exists() and ".build" not in each.parts] == []


@pytest.mark.parametrize(
    "file", [each for folder in ADAPTERS for each in folder.glob("known-failures.yaml")], ids=str
)
def test_known_failures_have_a_reason_and_are_cases_that_exist(file: Path) -> None:
    ids = {case.id for case in load()}

    for known in read_known(file):
        assert known.reason != UNEXPLAINED
        assert known.cases, f"{known.reason}: no case fails for it any more"
        assert {*known.cases} <= ids
