"""Every pair is covered by a case, or has a reason; what counts as covered is what is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.suite.suite_helpers import written
from toggl_focus_conformance.cases import coverage
from toggl_focus_conformance.protocol import operations
from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.runner.judge import STANDING

CASE = """\
- id: a-case
  title: A block is read for the tests
  requirement: method-and-path
  server: SERVER
  calls:
    - operation: get_time_block
      path: {task_id: 5}
      want: WANT
  wire: {requests: 1WIRE}
"""
BLOCK = (
    "{id: 0, workspace_id: 10, task_id: 100, toggl_user_id: 5, start: '2026-01-05T09:00:00Z', "
    "created_at: '2026-01-02T15:04:05+05:45', duration: null}"
)


def covered(
    folder: Path, server: str = "{sample: true}", want: str = "{}", wire: str = ""
) -> set[str]:
    text = CASE.replace("SERVER", server).replace("WANT", want).replace("WIRE", wire)
    return {pair.name for pair in coverage(written(folder, text)).pairs if pair.covered}


def test_every_pair_of_the_suite_is_covered_or_has_a_reason_and_no_reason_is_stale() -> None:
    assert coverage().problems == ()


def test_there_is_a_pair_for_each_status_and_parameter_of_each_operation() -> None:
    found = coverage()

    for row in found.operations:
        operation = operations()[row.operation]
        assert [*row.statuses] == [str(each) for each in operation.statuses]
        assert [*row.parameters] == [each["name"] for each in operation.parameters]
        assert row.cases
    assert len(found.operations) == len(operations())


def test_the_requirements_of_every_case_are_those_that_the_judge_always_checks() -> None:
    named = {
        each.id
        for each in registry().values()
        if each.checked == "every-case" and each.applies_to != "server"
    }

    assert named == set(STANDING.values())


def test_a_status_counts_only_if_the_result_is_judged(tmp_path: Path) -> None:
    respond = "{respond: {sample: 404}}"

    judged = covered(tmp_path, respond, "{error: api}")
    ignored = covered(tmp_path, respond, "{}")

    assert "status get_time_block 404" in judged
    assert "status get_time_block 404" not in ignored
    assert "status get_time_block 200" not in judged | ignored


def test_a_parameter_counts_only_if_the_request_is_judged_by_it(tmp_path: Path) -> None:
    judged = covered(tmp_path, wire=", each: {described: true}")
    ignored = covered(tmp_path, wire=", each: {method: GET}")

    assert "parameter get_time_block task_id" in judged
    assert "parameter get_time_block workspace_id" not in judged
    assert "parameter get_time_block task_id" not in ignored


@pytest.mark.parametrize(
    ("want", "fields"),
    (
        (
            "{value: {$sent: ''}}",
            {"id edge", "duration null", "timezone absent", "created_at edge", "start value"},
        ),
        ("{value: {duration: null}}", {"duration null"}),
        ("{ids: [0]}", {"id edge"}),
        ("{complete: true}", set()),
    ),
)
def test_a_field_counts_in_its_state_and_only_if_its_value_is_judged(
    want: str, fields: set[str], tmp_path: Path
) -> None:
    found = covered(tmp_path, f"{{respond: {{json: {BLOCK}}}}}", want)

    names = {name.removeprefix("field TimeBlock.") for name in found if name.startswith("field")}
    assert fields <= names
    assert names == fields or len(fields) == 5


def test_what_no_case_covers_is_named_with_what_to_do(tmp_path: Path) -> None:
    problems = coverage(
        written(
            tmp_path,
            CASE.replace("WANT", "{}").replace("WIRE", "").replace("SERVER", "{sample: true}"),
        )
    ).problems

    advice = "add one, or a reason to cases/uncovered.yaml"
    assert f"no case covers: status get_time_block 404; {advice}" in problems
    assert not [each for each in problems if "Problem.trace_id" in each]


def test_a_reason_for_what_a_case_covers_is_named() -> None:
    reasons = {"status get_time_block 404": "x", "field Problem.*": "y", "status no_such *": "z"}

    problems = coverage(reasons=reasons).problems

    assert any(each.endswith("-form covers; remove it") for each in problems)
    assert "cases/uncovered.yaml: there is no pair 'status no_such *'; remove it" in problems
    assert any("names field Problem.error value" in each for each in problems)
