"""What the fuzz session makes of the report of schemathesis."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from tests.fuzz.__main__ import Accepted, narrowed
from tests.fuzz.findings import Explanation, explained, findings, read_explanations
from toggl_focus_server import ReferenceServer
from toggl_focus_server.app import log

URI = "http://127.0.0.1:8123/api/organizations/1/workspaces/10/time-blocks?date_from=x"
LATER = "query parameter date_from: it is later than date_to"


def line(message: str, description: str, *, status: str = "failure") -> str:
    """A line of the report with one check of a list."""
    body = json.dumps({"error": "validation", "error_description": description, "trace_id": "7f"})
    failure = {"code": "ST202", "message": f"{message}\nExpected: 2xx"}
    exchange = {
        "request": {"method": "GET", "uri": URI},
        "response": {
            "status_code": 400,
            "content": {"$base64": base64.b64encode(body.encode()).decode()},
        },
    }
    check = {"status": status, "failure_info": {"failure": failure}}
    recorder = {"checks": {"a": [check]}, "interactions": {"a": exchange}}
    return json.dumps({"ScenarioFinished": {"recorder": recorder}})


def test_a_failed_check_is_a_finding_with_its_operation_and_response() -> None:
    report = [json.dumps({"EngineStarted": {"id": "1"}}), line("Rejected", LATER)]

    (found,) = findings([*report, line("Rejected", LATER, status="success")])

    assert found.line == f"ST202 list_time_blocks: Rejected -> 400 {LATER}"
    assert found.request.startswith(f"GET {URI}")


def test_an_error_of_schemathesis_itself_is_a_finding() -> None:
    (found,) = findings([json.dumps({"NonFatalError": {"message": "no schema"}})])

    assert "no schema" in found.line


def test_a_finding_without_explanation_is_reported_once_and_an_unused_explanation_is_empty() -> (
    None
):
    used = Explanation("D6", "ST202", "later than date_to", frozenset({"list_time_blocks"}))
    elsewhere = Explanation("D6", "ST202", "page 1", frozenset({"stream_time_blocks"}))
    report = [line("Rejected", text) for text in (LATER, "page 1 is wrong", "page 17 is wrong")]

    by_entry, unexplained = explained(findings(report), [elsewhere, used])

    assert [len(by_entry[each]) for each in (used, elsewhere)] == [1, 0]
    assert [each.text for each in unexplained] == ["Rejected -> 400 page 1 is wrong"]


def test_the_file_of_explanations_is_valid_and_another_is_refused(tmp_path: Path) -> None:
    assert all(each.reason for each in read_explanations(Path("tests/fuzz/findings.yaml")))
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("- {check: ST202, match: x}", encoding="utf-8")

    with pytest.raises(ValueError, match="needs reason, check and match"):
        read_explanations(wrong)


def test_the_log_of_the_server_says_what_was_accepted() -> None:
    accepted = Accepted()

    for status in (201, 400):
        fields = ("POST", "/api/x", status, "create_time_block", 1.0, "")
        accepted.handle(log.makeRecord(log.name, 20, "", 0, "%s %s %d %s %.1f ms%s", fields, None))

    assert (accepted.good["create_time_block"], accepted.all["create_time_block"]) == (1, 2)


def test_the_description_is_narrowed_to_the_ids_of_the_account() -> None:
    with ReferenceServer() as server:
        parameters = narrowed(server)["components"]["parameters"]

    assert parameters["WorkspaceId"]["schema"]["enum"] == [10]
    assert parameters["TaskId"]["schema"]["enum"] == [*server.account.task_ids]
    assert "pattern" not in parameters["DateFrom"]["schema"]
