"""The site has every page, every public name and every operation; `nox -s docs` builds it."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

import toggl_focus
import toggl_focus_server
from docs.site import api, stage
from tests.support.examples import ROOT
from toggl_focus import models, testing, tracing

PLACES = {
    "README.md": "index.md",
    "docs/start.md": "start.md",
    "docs/conformance/protocol.md": "conformance/protocol.md",
    "spec/decisions.md": "decisions.md",
}
REFERENCE = "\n".join(
    path.read_text("utf-8") for path in (ROOT / "docs" / "site" / "reference").glob("*.md")
)


@pytest.mark.parametrize(
    ("source", "link", "expected"),
    (
        ("docs/start.md", "](../spec/decisions.md#d18--moving)", "](decisions.md#d18--moving)"),
        ("docs/start.md", "](#install)", "](#install)"),
        ("docs/start.md", "](https://toggl.com)", "](https://toggl.com)"),
        ("docs/start.md", "](../generated)", f"]({stage.REPOSITORY}/tree/main/generated)"),
        ("docs/start.md", "](../LICENSE)", f"]({stage.REPOSITORY}/blob/main/LICENSE)"),
        ("docs/conformance/protocol.md", "](../start.md)", "](../start.md)"),
        ("docs/conformance/protocol.md", "](../../README.md)", "](../index.md)"),
        ("spec/decisions.md", "](../docs/start.md#times)", "](start.md#times)"),
        (
            "README.md",
            f"[start]: {stage.REPOSITORY}/blob/main/docs/start.md#options",
            "[start]: start.md#options",
        ),
        (
            "README.md",
            f"]({stage.REPOSITORY}/tree/main/spec)",
            f"]({stage.REPOSITORY}/tree/main/spec)",
        ),
    ),
)
def test_a_link_leads_to_a_page_or_to_the_repository(source: str, link: str, expected: str) -> None:
    assert stage.relinked(link, source, PLACES) == expected


def test_every_page_of_the_docs_is_staged(tmp_path: Path) -> None:
    stage.stage(tmp_path / "pages")

    staged = {path.relative_to(tmp_path / "pages").as_posix() for path in tmp_path.rglob("*.md")}

    docs = (path.relative_to(ROOT / "docs") for path in (ROOT / "docs").glob("**/*.md"))
    assert {path.as_posix() for path in docs if path.parts[0] != "site"} <= staged
    assert {"index.md", "decisions.md", "changelog.md", "contributing.md"} <= staged


def test_every_page_is_in_the_contents(tmp_path: Path) -> None:
    stage.stage(tmp_path / "pages")
    contents = (ROOT / "docs" / "site" / "contents.md").read_text("utf-8").split()

    pages = {
        path.relative_to(tmp_path / "pages").with_suffix("").as_posix()
        for path in tmp_path.rglob("*.md")
    }

    missing = {each for each in pages if not any(fnmatch(each, entry) for entry in contents)}
    assert missing == {"index", "contents"}


def test_no_page_loads_an_image_from_another_host(tmp_path: Path) -> None:
    stage.stage(tmp_path / "pages")

    text = "\n".join(path.read_text("utf-8") for path in tmp_path.rglob("*.md"))

    assert "](demo.svg)" in text
    assert re.findall(r"!\[[^\]]*\]\(\w+:[^)]*\)", text) == []


def test_decisions_can_be_referred_to_by_their_number(tmp_path: Path) -> None:
    stage.stage(tmp_path / "pages")

    staged = (tmp_path / "pages" / "decisions.md").read_text("utf-8")

    decisions = re.findall(
        r"^## (D\d+) ", (ROOT / "spec" / "decisions.md").read_text("utf-8"), re.MULTILINE
    )
    assert re.findall(r"^\((D\d+)\)=\n## \1 ", staged, re.MULTILINE) == decisions


def test_the_reference_has_every_public_name() -> None:
    documented = {
        name.rpartition(".")[2]
        for name in re.findall(r"^\.\. auto\w+:: (\S+)", REFERENCE, re.MULTILINE)
    }

    public = {
        *toggl_focus.__all__, *testing.__all__, *tracing.__all__, *toggl_focus_server.__all__
    }  # fmt: skip
    of_models = {name for name in public if hasattr(models, name)}

    assert "automodule:: _toggl_focus.models" in REFERENCE
    assert public - of_models <= documented


def test_the_description_is_rendered_completely() -> None:
    document = api.read()

    overview = "\n".join(api.overview_page(document))
    operations = "\n".join(api.operation_page(document))
    schemas = "\n".join(api.schema_page(document))

    for _, path, operation in api.operations(document):
        assert f"(#{operation['operationId']})" in overview
        assert f"({operation['operationId']})=\n## {operation['summary']}\n" in operations
        assert path in operations
        for each in operation["parameters"]:
            assert f"`{api.resolved(document, each)['name']}` · " in operations
    for name, schema in document["components"]["schemas"].items():
        assert f"\n## {name}\n" in schemas
        for part in schema.get("allOf", (schema,)):
            for key in part.get("properties", {}):
                assert f"\n`{key}` · " in schemas


def test_every_grade_of_evidence_is_explained() -> None:
    overview = "\n".join(api.overview_page(api.read()))

    for grade in ("docs", "vendor", "live", "inferred", "decided", "open"):
        assert f"\n{api.badge(grade)}\n: " in overview
