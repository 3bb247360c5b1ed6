"""`export`: the bundle has everything, and its checksum is right."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance.cases import load
from toggl_focus_conformance.cli.commands import main
from toggl_focus_conformance.protocol import normalize
from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.servers import load_cases


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "bundle.json"
    result = CliRunner().invoke(main, ["conformance", "export", str(path)])
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture(scope="module")
def bundle(file: Path) -> Any:
    return json.loads(file.read_bytes())


def test_the_checksum_is_that_of_the_file(file: Path) -> None:
    line = file.with_name("bundle.json.sha256").read_text(encoding="utf-8")

    assert line == f"{sha256(file.read_bytes()).hexdigest()}  bundle.json\n"


def test_all_cases_and_requirements_are_there(bundle: Any) -> None:
    cases = {case.id: {"area": case.area, **case.node} for case in load()}

    exported = {
        each["id"]: {name: normalize(part) for name, part in each.items()}
        for each in bundle["cases"]
    }

    assert exported.keys() == cases.keys()
    assert all(exported[id_] == cases[id_] for id_ in cases if "$datetime" not in str(cases[id_]))
    assert [each["id"] for each in bundle["requirements"]] == list(registry())
    of_servers = Draft202012Validator(bundle["schemas"]["server_case"])
    assert [each["id"] for each in bundle["server_cases"]] == [case.id for case in load_cases()]
    for each in bundle["server_cases"]:
        of_servers.validate({name: value for name, value in each.items() if name != "area"})


def test_no_integer_is_one_that_other_languages_round(bundle: Any) -> None:
    def largest(value: Any) -> int:
        if isinstance(value, dict | list):
            each = value.values() if isinstance(value, dict) else value
            return max(map(largest, each), default=0)
        return abs(value) if isinstance(value, int) else 0

    assert largest(bundle["cases"]) < 2**53


def test_every_case_names_a_requirement_and_calls_an_operation_of_the_bundle(bundle: Any) -> None:
    known = {each["id"] for each in bundle["requirements"]}
    operations = {
        operation["operationId"]
        for path in bundle["description"]["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    }

    for case in bundle["cases"]:
        assert case["requirement"] in known
        assert {call.get("operation") for call in case.get("calls", ())} <= operations | {None}


def test_the_schemas_are_those_that_the_bundle_keeps_to(bundle: Any) -> None:
    requirement = Draft202012Validator(bundle["schemas"]["requirement"])

    for each in bundle["requirements"]:
        assert requirement.is_valid({name: part for name, part in each.items() if part is not None})
    assert {*bundle["schemas"]} == {
        "case",
        "messages",
        "requirement",
        "results",
        "server_case",
    }


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "no" / "bundle.json"

    result = CliRunner().invoke(main, ["conformance", "export", str(path)])

    assert result.exit_code == 2
    assert f"cannot write {path}: No such file or directory" in result.output
