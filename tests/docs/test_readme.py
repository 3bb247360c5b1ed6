"""What the README shows works as it stands there, also on a package index."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import metadata
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.examples import PAGES, ROOT, examples
from toggl_focus_conformance.selfcheck import side
from toggl_focus_conformance.selfcheck.sides import SIDES

if TYPE_CHECKING:
    from toggl_focus_conformance import ReferenceServer

README = PAGES["README.md"]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DESCRIPTION = json.loads(files("_toggl_focus").joinpath("openapi.json").read_text("utf-8"))
LINK = re.compile(r"\]\(([^)]+)\)|^\[[^\]]+\]: (\S+)$", re.MULTILINE)


def links(text: str) -> list[str]:
    return [inline or listed for inline, listed in LINK.findall(text)]


def test_the_example_for_a_calendar_runs(
    server: ReferenceServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TOGGL_FOCUS_BASE_URL", server.url)
    code = examples("README.md")[0].code
    expected = re.search(r"print\(error\)  # (.*) \(trace …\)", code)
    assert expected

    exec(code.replace("toggl_sk_…", server.account.api_key), {})  # noqa: S102  (the README's)

    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("2026-01-12 ")
    assert printed[-1].startswith(expected[1])


def test_the_example_for_a_server_is_a_test_that_passes(server: ReferenceServer) -> None:
    names: dict[str, Any] = {}

    exec(examples("README.md")[1].code, names)  # noqa: S102  (the README's)

    names["test_my_report"](server)


def test_the_table_of_operations_is_complete() -> None:
    rows = re.findall(r"^\| `(\w+)\(.*?\)` \| `(\w+) (\S+)` \|", README, re.MULTILINE)
    operations = {
        operation["x-method"]: (method.upper(), path)
        for path, methods in DESCRIPTION["paths"].items()
        for method, operation in methods.items()
        if "docs" in operation["x-basis"]  # what the vendor's page describes
    }

    assert sorted(name for name, _, _ in rows) == sorted(operations)
    for name, method, path in rows:
        assert method == operations[name][0]
        assert operations[name][1].endswith(path.removeprefix("…"))


def test_the_numbers_of_the_selfcheck_are_those_of_its_switches() -> None:
    sides = [side(name) for name in SIDES]
    client, server = (sum(not d.equivalent for d in each.defects.values()) for each in sides)
    correct = sum(len(each.variants) for each in sides)

    text = " ".join(README.split())
    assert f"{client} clients and {server} servers with deliberate bugs" in text
    assert f"on {correct} correct clients and servers" in text


def test_ci_runs_the_test_command() -> None:
    demo, tests = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)

    script = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()

    assert demo.endswith("nox -s demo")
    assert tests.endswith("nox -s tests")
    assert script[-1] == tests


def test_links_are_absolute_and_lead_to_files_of_the_project() -> None:
    repository = PROJECT["urls"]["Repository"]
    picture = repository.replace("github.com", "raw.githubusercontent.com")
    pattern = rf"(?:{repository}/(?:blob|tree)|{picture})/main/(.+)"

    for link in links(README) + list(PROJECT["urls"].values()):
        assert link.startswith("https://")
        if "toggl-focus/toggl-focus/" in link and not link.endswith("/issues"):
            found = re.fullmatch(pattern, link)
            assert found, link
            assert (ROOT / found[1]).exists(), link


def test_the_built_metadata_has_absolute_links_and_no_person() -> None:
    built = metadata("toggl-focus")

    found = links(str(built.json["description"]))
    assert len(found) > 10
    assert [link for link in found if not link.startswith("https://")] == []
    assert len(built.get_all("Project-URL", [])) >= 4
    assert "noreply" in built["Author-email"]
    assert "Programming Language :: Python :: 3.14" in built.get_all("Classifier", [])
