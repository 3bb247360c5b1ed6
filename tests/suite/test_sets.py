"""Frozen sets do not change, and an older set can still be graded by."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.suite.suite_helpers import written
from tests.support import freeze
from toggl_focus_conformance import sets
from toggl_focus_conformance.cases import load, load_files
from toggl_focus_conformance.cli.conformance import conformance
from toggl_focus_conformance.protocol import SUITE
from toggl_focus_conformance.runner import load as load_results
from toggl_focus_conformance.servers import load_cases

WHAT_TO_DO = "see docs/conformance/authoring-cases.md, Frozen sets"

CASE = """
- id: a-case
  title: A case of the set
  requirement: method-and-path
  {until}server: {{respond: {{json: {{id: 7}}}}}}
  calls: [{{operation: {operation}, want: {{ids: [7]}}}}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of frozen sets with a copy of the current one and one that is older and smaller."""
    current = sets.as_now()
    older = sets.FrozenSet("2026.2", *({next(iter(p)): p[next(iter(p))]} for p in parts(current)))
    for each in (current, older):
        save(tmp_path, each)
    (tmp_path / "errata.yaml").write_text("[]\n", encoding="utf-8")
    monkeypatch.setattr(sets, "files", lambda _: tmp_path)
    sets.frozen.cache_clear()
    yield tmp_path
    sets.frozen.cache_clear()


def parts(of: sets.FrozenSet) -> tuple[dict[str, str], ...]:
    return (of.client, of.server, of.requirements)


def save(folder: Path, of: sets.FrozenSet) -> None:
    names = ("client", "server", "requirements")
    node = {"set": of.set, **dict(zip(names, parts(of), strict=True))}
    (folder / f"{of.set}.json").write_text(json.dumps(node), encoding="utf-8")


@pytest.mark.parametrize("version", sets.versions())
def test_a_frozen_set_has_not_changed(version: str) -> None:
    assert list(sets.changes(version)) == [], WHAT_TO_DO


def test_every_correction_says_what_it_corrects() -> None:
    for each in sets.errata():
        assert each.id in sets.frozen(each.set).part(each.part)
        assert each.why


def test_what_has_changed_is_named(folder: Path) -> None:
    case = next(iter(sets.as_now().client))
    frozen = sets.as_now()
    frozen.client[case] = "another"
    frozen.server["of-yesterday"] = "1"
    del frozen.requirements["bearer-auth"]
    save(folder, frozen)

    found = list(sets.changes(SUITE))

    digest = sets.as_now().client[case]
    assert found == [
        f"client: {case} has changed (its digest is {digest})",
        "server: of-yesterday is gone",
        "requirements: bearer-auth is new",
    ]
    erratum = {
        "set": SUITE, "part": "client", "id": case, "digest": digest, "date": "d", "why": "w"
    }  # fmt: skip
    (folder / "errata.yaml").write_text(json.dumps([erratum]), encoding="utf-8")
    assert list(sets.changes(SUITE)) == found[1:]


@pytest.mark.usefixtures("folder")
def test_what_is_new_changes_no_older_set() -> None:
    assert sets.versions() == ("2026.2", SUITE)
    assert list(sets.changes("2026.2")) == []


def test_only_the_content_of_a_case_counts(tmp_path: Path) -> None:
    (one,) = written(tmp_path, CASE.format(until="", operation="get_time_block"))
    text = "# A comment\n" + CASE.format(until="", operation='"get_time_block"')
    (same,) = written(tmp_path, text)
    (other,) = written(tmp_path, CASE.format(until="", operation="delete_time_block"))

    assert one.written == same.written
    assert one.written != other.written


@pytest.mark.parametrize(
    ("until", "version", "there"),
    (("", "2031.1", True), ("2026.12", "2026.9", True), ("2026.12", "2026.12", False)),
)
def test_a_retired_case_belongs_to_older_sets_only(
    tmp_path: Path, *, until: str, version: str, there: bool
) -> None:
    line = f'until: "{until}"\n  ' if until else ""
    path = tmp_path / "cases.yaml"
    path.write_text(CASE.format(until=line, operation="get_time_block"), encoding="utf-8")

    (case,) = load_files([path])

    assert case.is_in(version) is there


@pytest.mark.usefixtures("folder")
def test_an_older_set_is_graded_by_its_cases(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    words = ["client", "own:sync", "--requirements", "2026.2", "--json", str(file)]

    ended = CliRunner().invoke(conformance, words)

    (run,) = load_results(file.read_bytes())
    only = next(iter(sets.frozen("2026.2").client))
    assert ended.exit_code == 0, ended.output
    assert run.suite == "2026.2"
    assert {each.id.partition("#")[0] for each in run.results} == {only}


def test_the_current_set_has_all_cases() -> None:
    assert sets.client_cases(SUITE) == load()
    assert sets.server_cases(SUITE) == load_cases()


def test_an_unknown_set_is_one_line_that_names_the_known() -> None:
    ended = CliRunner().invoke(conformance, ["client", "own:sync", "--requirements", "1999"])

    assert (ended.exit_code, ended.output) == (
        2,
        f"Error: --requirements: there is no set 1999; the sets are {', '.join(sets.versions())}\n",
    )
    with pytest.raises(sets.SetError):
        sets.server_cases("1999")


def test_freezing_refuses_to_change_a_frozen_set(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(freeze, "FOLDER", folder)
    frozen = sets.as_now()
    frozen.client.pop("bearer-key")
    save(folder, frozen)
    monkeypatch.setattr(sys, "argv", ["freeze"])

    with pytest.raises(SystemExit, match=f"{SUITE} is frozen"):
        freeze.main()

    assert capsys.readouterr().out == "client: bearer-key is new\n"
    monkeypatch.setattr(sys, "argv", ["freeze", "--again"])
    freeze.main()
    sets.frozen.cache_clear()
    assert list(sets.changes(SUITE)) == []
