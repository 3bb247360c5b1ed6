"""What the generator cannot render is refused with its name, and what it does not refuse works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.generation.changes import BLOCK, GET, LIST, OBJECT, Node, at, put
from tests.generation.refused import CASES
from tests.generation.variations import TEXT, everything

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / "generated" / "_toggl_focus" / "openapi.json"


@pytest.fixture
def document() -> Node:
    described: Node = json.loads(DESCRIPTION.read_bytes())
    return described


@pytest.mark.parametrize("case", CASES)
def test_what_no_template_renders_is_refused_by_name(
    script: ModuleType, document: Node, case: str
) -> None:
    change, message = CASES[case]
    change(document)

    with pytest.raises(script.RefusedError) as refused:
        script.render(document, Path("openapi.yaml"))

    assert any(message in line for line in str(refused.value).splitlines()), str(refused.value)


@pytest.mark.parametrize("value", (None, 5, "x", [], [None]))
@pytest.mark.parametrize("place", (("paths",), ("components", "schemas", "TimeBlock"), GET, LIST))
def test_what_is_no_openapi_is_refused(
    script: ModuleType, document: Node, place: tuple[str, ...], value: object
) -> None:
    put(*place, value)(document)

    with pytest.raises(script.RefusedError):
        script.render(document, Path("openapi.yaml"))


def places(node: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something can be changed: everywhere but in examples."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key not in {"example", "examples"}:
            yield (*above, key)
            if isinstance(value, dict | list):
                yield from places(value, (*above, key))


ORIGINAL: Node = json.loads(DESCRIPTION.read_bytes())
PLACES = list(places(ORIGINAL))
WORDS = ("list", "class", "timeout", "string", "integer", "null", "query", "path", "date-time", "5")
NAMES = ("$ref", "type", "oneOf", "x-unit", "get", "{task_id}", "Mood", "list", "class", "id")


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_whatever_is_changed_is_refused_or_rendered(
    script: ModuleType, data: st.DataObject
) -> None:
    described = deepcopy(ORIGINAL)
    *above, last = data.draw(st.sampled_from(PLACES))
    parent = at(described, tuple(above))
    value = parent.pop(last)
    if isinstance(parent, dict):
        key = data.draw(st.sampled_from((last, last, *NAMES)))
        other = deepcopy(at(ORIGINAL, data.draw(st.sampled_from(PLACES))[:-1]))
        parent[key] = data.draw(st.sampled_from((value, [value], None, 5, True, other, *WORDS)))

    try:
        operations, texts = script.render(described, Path("openapi.yaml"))
    except script.RefusedError as refused:
        assert str(refused).strip()  # noqa: PT017  (either way is right)
    else:
        for operation in operations:
            assert f"\ndef {operation['operationId']}(" in texts["operations.py"]


SCHEMA_NAMES = (
    "JSON",
    "Timestamp",
    "Literal",
    "UTC",
    "Unset",
    "RequestModel",
    "Meta",
    "ValueError",
)


def test_a_schema_with_a_name_that_the_models_need_is_refused(
    script: ModuleType, document: Node
) -> None:
    document["components"]["schemas"] |= dict.fromkeys(SCHEMA_NAMES, OBJECT)

    with pytest.raises(script.RefusedError) as refused:
        script.models(document, script.render(document, Path("openapi.yaml"))[0])

    lines = [
        f"{name}: models.py needs this name itself; choose another one" for name in SCHEMA_NAMES
    ]
    assert sorted(str(refused.value).splitlines()) == sorted(lines)


@pytest.fixture(scope="module")
def varied(script: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a description that has everything, and what is generated from it."""
    folder = tmp_path_factory.mktemp("varied")
    described: Node = json.loads(DESCRIPTION.read_bytes())
    everything(described)
    (folder / "openapi.json").write_text(json.dumps(described), encoding="utf-8")
    (folder / "_toggl_focus").mkdir()
    script.write(folder / "openapi.json", folder / "_toggl_focus")
    return folder


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program that sees the generated package of a folder."""
    paths = os.pathsep.join(map(str, (folder, ROOT / "overrides")))
    return subprocess.run(  # noqa: S603  (our own)
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths, "MYPYPATH": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_what_is_not_refused_is_sent_and_read_as_described(varied: Path) -> None:
    ran = run(varied, ROOT / "tests" / "generation" / "round_trip.py", "openapi.json")

    assert (ran.returncode, ran.stdout) == (0, "")


def test_a_client_of_another_description_differs(varied: Path, document: Node) -> None:
    document["components"]["schemas"]["TimeBlock"]["properties"]["id"] = TEXT
    document["paths"] = {BLOCK: {"get": document["paths"][BLOCK]["get"]}}
    (varied / "other.json").write_text(json.dumps(document), encoding="utf-8")

    ran = run(varied, ROOT / "tests" / "generation" / "round_trip.py", "other.json")

    assert "DecodeError: time_blocks.get: " in ran.stdout


def test_what_is_not_refused_has_complete_types(varied: Path) -> None:
    (varied / "pyrightconfig.json").write_text('{"strict": ["_toggl_focus"], "extraPaths": ["."]}')

    checks = [
        run(varied, "-m", "mypy", "--strict", "-p", "_toggl_focus"),
        run(varied, "-m", "pyright", f"--pythonpath={sys.executable}"),
    ]

    assert [check.returncode for check in checks] == [0, 0], "".join(c.stdout for c in checks)
