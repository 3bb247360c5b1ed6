"""Cases are loaded and filled in, and what is wrong with one is named with file, line and reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.suite.suite_helpers import written
from toggl_focus_conformance.cases import CasesError, load, load_files, matching
from toggl_focus_conformance.cases.expand import expand
from toggl_focus_conformance.protocol import operations
from toggl_focus_conformance.protocol.operations import largest
from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.runner.judge import STANDING

GOOD = """\
- id: a-case
  title: A block is read for the tests
  requirement: method-and-path
  server: {sample: true}
  calls:
    - operation: get_time_block
      want: {ids: [1001]}
  wire:
    requests: 1
"""


def test_all_cases_of_the_suite_are_good() -> None:
    assert len(load()) > 300


def test_every_requirement_of_a_client_has_a_case_and_every_case_a_requirement() -> None:
    named = {each for case in load() for each in case.requirements} | set(STANDING.values())

    assert {each.id for each in registry().values() if each.applies_to != "server"} == named


def test_every_operation_status_parameter_and_request_field_has_a_row() -> None:
    ids = {case.id for case in load()}

    for each in operations().values():
        assert any(f"#{each.id}" in name for name in ids)
        for status in each.statuses:
            if status >= 400:
                assert any(name.endswith(f"#{each.id}.{status}") for name in ids)


BAD: list[tuple[str, str, int, str]] = [
    ("sample: true", "sample: false", 4, "true was expected"),
    ("  server: {sample: true}\n", "", 1, '"server" is a required property'),
    ("id: a-case", "id: A_Case", 1, "does not match"),
    ("A block is read for the tests", "short", 2, "shorter than"),
    ("requirement: method-and-path", "requirement: nothing-known", 3, "there is no requirement 'nothing-known'"),
    ("operation: get_time_block", "operation: get_timeblock", 6, "there is no operation 'get_timeblock'"),
    ("{ids: [1001]}", "{ids: [1001], colour: red}", 7, "'colour' was unexpected"),
    ("{ids: [1001]}", "{ids: {$sequnce: [1, 2]}}", 7, "'$sequnce' was unexpected"),
    ("{ids: [1001]}", "{value: {a: {$instant: 2026-01-05}}}", 7, "must be an RFC 3339 timestamp"),
    ("{ids: [1001]}", "{value: {a: {$integer: [1], more: 2}}}", 7, "is a matcher and has no other key"),
    ("{ids: [1001]}", "{value: 1, error: api}", 7, "value goes with no items, complete or error"),
    ("{ids: [1001]}", "{error: api, complete: true}", 7, "with an error the items are not complete"),
    ("{ids: [1001]}", "{error: odd}", 7, '"odd" is not one of'),
    ("{ids: [1001]}", "{ids: [1], status: 404}", 7, "status goes with error"),
    ("{sample: true}", "{sample: true, respond: {}}", 4, "it has 2"),
    ("{sample: true}", "{}", 4, "it has 0"),
    ("{sample: true}", "{respond: {json: 1, text: x}}", 4, "a response has one body; it has json and text"),
    ("{sample: true}", "{respond: {sample: 200, status: 200}}", 4, "sample is a status and its body"),
    ("{sample: true}", "{respond: {every_ms: 5}}", 4, "it needs split"),
    ("{sample: true}", "{respond: {pause_ms: 60000}}", 4, "greater than the maximum"),
    ("{sample: true}", "{respond: [{chunk: x, end: close}]}", 4, "more than 1 propert"),
    ("{sample: true}", "{respond: {}, faults: [{request: 1}]}", 4, "write a script"),
    ("{sample: true}", "{respond: {request: 1}}", 4, "request stands in faults only"),
    ("      want:", "      body: {}\n      want:", 7, "get_time_block has no body"),
    ("      want:", "      query: {page: 1}\n      want:", 7, "get_time_block has no query parameter 'page'"),
    ("      want:", "      path: {id: 1}\n      want:", 7, "get_time_block has no path parameter 'id'"),
    ("      want:", "      consume: all\n      want:", 7, "get_time_block has one response"),
    ("      want:", "      options: {max_retries: 1}\n      want:", 7, "add retry to needs"),
    ("      want:", "      options: {timeout_ms: 100}\n      want:", 7, "add timeout to needs"),
    ("      want:", "      auth: basic\n      want:", 7, "add basic to needs"),
    ("operation: get_time_block", "operation: stream_time_blocks", 6, "add stream to needs"),
    ("requests: 1\n", "other: {requests: 0}\n", 9, "the case has no second server"),
    ("requests: 1\n", "sequence: []\n    in_any_order: []\n", 9, "either sequence or in_any_order"),
    ("requests: 1\n", "between: [{requests: [1, 2]}]\n", 9, "needs at_least_ms, at_most_ms or both"),
    ("requests: 1\n", "each: {}\n", 9, "less than 1 propert"),
    ("requests: 1\n", "each: {requirements: {colour: method-and-path}}\n", 9, '"colour"'),
    ("requests: 1\n", "each: {requirement: nothing-known}\n", 9, "there is no requirement"),
    ("requests: 1\n", "requests: 1\n    requests: 2\n", 10, "the key 'requests' is there twice"),
    ("requests: 1\n", "requests: {$row: many}\n", 1, "the row has no variable 'many'; the case has no rows"),
    ("- id: a-case", "- id: a-case\n  rows: {one: {a: {row: x}}, two: 5}", 1, "row two: must be an object"),
    ("- id: a-case", "- id: a-case\n  rows: {$each: things}", 1, "$each must be one of operations"),
    ("- id: a-case", "- id: a-case\n  rows: {$each: operations, only: {colour: 1}}", 1, "the table has no colour"),
    ("- id: a-case", "- id: a-case\n  rows: {$each: operations, only: {status: 1}}", 1, "no row of the table is left"),
    ("- id: a-case", "- id: [", 3, "expected"),
    ("- id", "id", 1, "must be a list of cases"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"), BAD, ids=[new[:40] for _, new, _, _ in BAD]
)
def test_a_bad_case_is_refused_with_file_line_and_reason(
    old: str, new: str, line: int, reason: str, tmp_path: Path
) -> None:
    text = GOOD.replace(old, new, 1)
    if old == "- id":
        text = "id: a-case\n"

    with pytest.raises(CasesError) as caught:
        written(tmp_path, text)

    found = str(caught.value.problems[0])
    assert reason in found
    assert found.startswith(f"{tmp_path / 'request-line.yaml'}:{line}: ")


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("get_time_block", "nothing")
    text = bad + bad.replace("a-case", "b-case") + GOOD + GOOD

    with pytest.raises(CasesError) as caught:
        written(tmp_path, text)

    reasons = [(each.line, each.case, each.reason) for each in caught.value.problems]
    assert reasons == [
        (6, "a-case", "there is no operation 'nothing'"),
        (15, "b-case", "there is no operation 'nothing'"),
        (28, "a-case", f"the id is there twice, first at {tmp_path / 'request-line.yaml'}:19"),
    ]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match=r"none.yaml:1: cannot be read: No such file"):
        load_files([tmp_path / "none.yaml"])


def test_rows_are_filled_in(tmp_path: Path) -> None:
    text = GOOD.replace(
        "- id: a-case", "- id: a-case\n  rows: {one: {x: 5, y: {$absent: true}}, two: {x: 6, y: 7}}"
    )
    text = text.replace(
        "operation: get_time_block",
        "operation: update_time_block\n      body: {duration: {$row: x}, task_id: {$row: y}}",
    )
    text = text.replace("A block is read", "Block {row.x} is read")

    cases = written(tmp_path, text)

    assert [(case.id, case.title, case.calls[0]["body"]) for case in cases] == [
        ("a-case#one", "Block 5 is read for the tests", {"duration": 5}),
        ("a-case#two", "Block 6 is read for the tests", {"duration": 6, "task_id": 7}),
    ]


def test_limits_of_the_description_are_filled_into_rows() -> None:
    case = {
        "id": "sizes",
        "rows": {"too-many": {"query": {"per_page": {"$limit": "per_page", "plus": 1}}}},
        "query": {"$row": "query"},
    }

    (filled,) = expand(case)

    assert filled["query"] == {"per_page": largest("per_page") + 1}


def test_repeated_entries_are_counted(tmp_path: Path) -> None:
    text = GOOD.replace(
        "get_time_block",
        "bulk_update_time_blocks\n      body: {$repeat: 3, of: {id: {$n: 8}, completed: true}}",
    )

    (case,) = written(tmp_path, text)

    assert [each["id"] for each in case.calls[0]["body"]] == [8, 9, 10]


@pytest.mark.parametrize(
    ("patterns", "ids"),
    (
        ([], {"a-case#one", "a-case#two", "b-case"}),
        (["a-case"], {"a-case#one", "a-case#two"}),
        (["a-case#two", "b-*"], {"a-case#two", "b-case"}),
        (["request-line"], {"a-case#one", "a-case#two", "b-case"}),
        (["bearer-auth"], {"b-case"}),
        (["nothing"], set()),
    ),
)
def test_cases_are_chosen_by_id_area_or_requirement(
    patterns: list[str], ids: set[str], tmp_path: Path
) -> None:
    rows = GOOD.replace("- id: a-case", "- id: a-case\n  rows: {one: {}, two: {}}")
    other = GOOD.replace("a-case", "b-case").replace(
        "requests: 1", "each: {method: GET, requirement: bearer-auth}"
    )

    chosen = matching(written(tmp_path, rows + other), patterns)

    assert {case.id for case in chosen} == ids


def test_yaml_has_the_types_of_json(tmp_path: Path) -> None:
    values: Any = "[2026-01-05, yes, 010x, 1e3, ~, true, -5, '5', 9007199254740993]"
    text = GOOD.replace("{ids: [1001]}", f"{{value: {values}}}")

    (case,) = written(tmp_path, text)

    assert case.calls[0]["want"]["value"] == [
        "2026-01-05",
        "yes",
        "010x",
        1000.0,
        None,
        True,
        -5,
        "5",
        2**53 + 1,
    ]
