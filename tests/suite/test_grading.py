"""Our own client passes every case, and a run says what came of each, in a form for programs."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema_rs import Draft202012Validator

from tests.suite.suite_helpers import graded, local, simple_cases, written
from toggl_focus_conformance.adapters import SDK, target
from toggl_focus_conformance.adapters.own import VARIANTS, SyncSDK
from toggl_focus_conformance.cases import load
from toggl_focus_conformance.protocol import differences, normalize
from toggl_focus_conformance.runner import (
    UNEXPLAINED,
    Known,
    KnownError,
    Result,
    Run,
    Settings,
    apply,
    dump,
    grade,
    masked,
    read_known,
    schema,
    write_known,
)
from toggl_focus_conformance.runner import load as load_results

Message = dict[str, Any]


@pytest.mark.parametrize("name", VARIANTS)
def test_our_client_passes_every_case(name: str) -> None:
    run = graded(target([f"own:{name}"]), load())

    wrong = [(each.id, each.status, each.reason) for each in run.results if each.status != "pass"]
    assert wrong == []
    assert run.problems == []


def test_our_client_passes_over_stdio_too() -> None:
    command = [sys.executable, "-m", "toggl_focus_conformance.adapters.own", "sync"]
    cases = [case for case in load() if case.area in {"auth", "paging", "streaming"}]

    run = graded(target(command), cases, workers=2)

    assert [(each.id, each.reason) for each in run.results if each.status != "pass"] == []
    assert run.problems == []


BLOCK = {
    "id": {"$int": "9007199254740993"},
    "workspace_id": 10,
    "task_id": 100,
    "toggl_user_id": 5,
    "start": {"$datetime": "2026-01-05T09:00:00.123456+05:45"},
    "created_at": {"$datetime": "2026-01-02T15:04:05+00:00"},
}
TEXT = (
    '{"id":9007199254740993,"workspace_id":10,"task_id":100,"toggl_user_id":5,'
    '"start":"2026-01-05T09:00:00.123456+05:45","created_at":"2026-01-02T15:04:05Z"}'
)


def test_our_adapter_decodes_and_encodes() -> None:
    sdk = SyncSDK()

    decoded = sdk.handle({"type": "decode", "id": "1", "schema": "TimeBlock", "json": TEXT})
    encoded = sdk.handle({"type": "encode", "id": "2", "schema": "TimeBlock", "value": BLOCK})

    assert {name: each for name, each in decoded["value"].items() if each is not None} == BLOCK
    assert list(differences(normalize(BLOCK), json.loads(encoded["json"]))) == []
    sdk.close()


@pytest.mark.parametrize(
    ("message", "outcome", "kind"),
    (
        ({"type": "decode", "schema": "TimeBlock", "json": '{"id": "x"}'}, "error", "decode"),
        ({"type": "decode", "schema": "TimeBlock", "json": "oops"}, "error", "decode"),
        ({"type": "encode", "schema": "TimeBlock", "value": {"id": None}}, "error", "usage"),
        ({"type": "decode", "schema": "NoSuchThing", "json": "{}"}, "skip", None),
    ),
)
def test_our_adapter_says_what_it_cannot_code(
    message: Message, outcome: str, kind: str | None
) -> None:
    sdk = SyncSDK()

    reply = sdk.handle({"id": "1", **message})

    assert (reply["outcome"], reply.get("error", {}).get("kind")) == (outcome, kind)
    sdk.close()


def test_the_log_of_our_client_is_left_as_it_was(tmp_path: Path) -> None:
    class Hangs(SyncSDK):
        def handle(self, message: Message) -> Message:
            threading.Event().wait(0.5)
            return super().handle(message)

    logger = logging.getLogger("toggl_focus")
    before = (logger.level, list(logger.handlers), logger.propagate)

    graded(local(Hangs), simple_cases(tmp_path, [1, 2]), silence=0.1)

    assert (logger.level, list(logger.handlers), logger.propagate) == before


class Changed(SyncSDK):
    """Our client with other words in its hello, or a flaky call."""

    operations: list[str] | None = None
    features: list[str] | None = None
    calls = 0

    def hello(self) -> Message:
        hello = super().hello()
        changes = {"operations": self.operations, "features": self.features}
        return hello | {name: value for name, value in changes.items() if value is not None}


def made(**changes: Any) -> Callable[[], SDK]:
    return type("Made", (Changed,), changes)


def test_a_case_for_an_operation_that_the_sdk_lacks_is_skipped(tmp_path: Path) -> None:
    run = graded(local(made(operations=["create_time_block"])), simple_cases(tmp_path, [1]))

    assert (run.results[0].status, run.results[0].reason) == (
        "skip",
        "the SDK has no get_time_block",
    )
    assert run.exit_code == 0


def test_a_case_for_a_feature_that_the_sdk_lacks_is_skipped() -> None:
    cases = [case for case in load() if case.name == "silence-times-out"]

    run = graded(local(made(features=["stream"])), cases)

    assert run.results[0].reason == "the SDK has no feature timeout"


def test_a_reply_of_skip_skips_the_case() -> None:
    def handle(_: object, message: Message) -> Message:
        return {"id": message["id"], "outcome": "skip", "feature": "basic"}

    cases = [case for case in load() if case.id == "basic-credentials#plain"]
    run = graded(local(made(features=[], handle=handle)), cases)

    assert (run.results[0].status, run.exit_code) == ("skip", 0)


def test_a_case_that_fails_and_then_passes_alone_is_flaky_and_fails(tmp_path: Path) -> None:
    class Once(SyncSDK):
        failed = False

        def handle(self, message: Message) -> Message:
            reply = super().handle(message)
            if not Once.failed and message["arguments"]["path"]["task_id"] == 1:
                Once.failed = True
                reply["value"]["id"] = 5
            return reply

    run = graded(local(Once), simple_cases(tmp_path, [1, 2]), parallel=1)

    assert [result.status for result in run.results] == ["flaky", "pass"]
    assert run.results[0].reason.startswith("it failed, and passed alone: call 1 (get_time_block)")
    assert (run.results[0].attempts, run.exit_code) == (2, 1)


def test_the_first_call_of_an_adapter_is_not_judged(tmp_path: Path) -> None:
    class SlowToBegin(SyncSDK):
        begun = False

        def handle(self, message: Message) -> Message:
            self.begun = self.begun or bool(threading.Event().wait(0.6)) or True
            return super().handle(message)

    text = "\n".join(_case_lines("timeouts")).replace("[5]", "[1001], took: {at_most_ms: 500}")
    run = graded(local(SlowToBegin), written(tmp_path, text))

    assert run.results[0].status == "pass"


def test_a_violated_should_is_a_warning_and_no_failure(tmp_path: Path) -> None:
    text = (tmp_path, "\n".join(_case_lines("no-empty-query")))
    run = graded(target(["own:sync"]), written(*text))

    assert (run.results[0].status, run.exit_code) == ("warn", 0)
    assert [check.requirement for check in run.results[0].failed] == ["no-empty-query"]


def _case_lines(requirement: str) -> list[str]:
    return [
        "- id: a-case",
        "  title: Something that is never so",
        f"  requirement: {requirement}",
        "  server: {sample: true}",
        "  calls:",
        "    - operation: get_time_block",
        "      want: {ids: [5]}",
    ]


def test_the_time_limit_ends_the_run_with_what_there_is(tmp_path: Path) -> None:
    class Hangs(SyncSDK):
        def handle(self, message: Message) -> Message:
            if message["arguments"]["path"]["task_id"] == 2:
                threading.Event().wait(5)
            return super().handle(message)

    run = graded(local(Hangs), simple_cases(tmp_path, [1, 2, 3]), parallel=1, limit=2)

    assert [result.status for result in run.results] == ["pass", "not run", "not run"]
    assert run.results[1].reason == "the time limit of 2 s was reached"
    assert run.seconds < 4


def test_ctrl_c_gives_what_there_is(tmp_path: Path) -> None:
    cases = simple_cases(tmp_path, [1, 2, 3])

    class Blocks(SyncSDK):
        def handle(self, message: Message) -> Message:
            if message["arguments"]["path"]["task_id"] == 2:
                asyncio.run(asyncio.sleep(60))
            return super().handle(message)

    async def interrupted() -> Run:
        running = asyncio.ensure_future(grade(local(Blocks), cases, Settings(parallel=1), Watch()))
        await finished.wait()
        running.cancel()
        return await running

    finished = asyncio.Event()

    class Watch:
        def begun(self, run: Run, total: int) -> None:
            assert (run.sdk["name"], total) == ("toggl-focus (sync)", 3)

        def finished(self, result: Result, done: int, total: int, seconds_left: float) -> None:
            assert (result.id, done, total, seconds_left > 0) == ("task-1-0", 1, 3, True)
            finished.set()

    run = asyncio.run(interrupted())

    assert [result.status for result in run.results] == ["pass", "not run", "not run"]
    assert (run.interrupted, run.exit_code) == (True, 130)


def test_a_request_after_the_end_of_its_case_fails_it(tmp_path: Path) -> None:
    class Late(SyncSDK):
        base_url = ""

        def handle(self, message: Message) -> Message:
            if self.base_url:
                httpx.get(self.base_url + "/late")
            self.base_url = "" if self.base_url else message["base_url"]
            return super().handle(message)

    run = graded(local(Late), simple_cases(tmp_path, [1, 2]), parallel=1)

    assert [result.status for result in run.results] == ["fail", "pass"]
    (check,) = run.results[0].failed
    assert (check.requirement, check.where, check.actual) == (
        "no-extra-requests",
        "request 2",
        "GET /api/late",
    )


def test_results_are_json_by_their_schema_and_can_be_read_again(tmp_path: Path) -> None:
    cases = [*simple_cases(tmp_path, [1]), *(case for case in load() if case.area == "errors")]
    run = graded(target(["own:sync"]), cases)

    text = dump([run])

    parsed = json.loads(text)
    assert list(Draft202012Validator(schema()).iter_errors(parsed)) == []
    assert parsed["runs"][0]["counts"] == dict(run.counts)
    assert load_results(text) == [run]


def test_a_transcript_has_the_messages_and_the_bytes_in_order(tmp_path: Path) -> None:
    run = graded(target(["own:sync"]), simple_cases(tmp_path, [1]))

    (result,) = run.results
    kinds = [entry.kind for entry in result.transcript]
    assert kinds == ["call", "open", "received", "sent", "reply"]
    received = result.transcript[2].text
    assert received.startswith(
        "GET /api/organizations/1/workspaces/10/tasks/1/time-blocks/7 HTTP/1.1\r\n"
    )
    assert result.curl[0].startswith("curl -sS -i -H ")
    assert result.curl[0].endswith("/api/organizations/1/workspaces/10/tasks/1/time-blocks/7")


def test_credentials_differ_from_case_to_case_and_are_the_same_for_a_seed(tmp_path: Path) -> None:
    cases = simple_cases(tmp_path, [1, 2])

    def tokens(seed: int) -> list[str]:
        run = graded(target(["own:sync"]), cases, seed=seed)
        return [json.loads(result.transcript[0].text)["auth"]["token"] for result in run.results]

    assert tokens(1) == tokens(1)
    assert len({*tokens(1), *tokens(2)}) == 4


@pytest.mark.parametrize(
    ("message", "same"),
    (
        ("GET http://127.0.0.1:40123/api took 1234 ms", "GET http://127.0.0.1:9/api took 7.5 ms"),
        ("got toggl_sk_0123456789abcdef0123456789abcdef", "got toggl_sk_ffff"),
        ("jq: error at /tmp/tmp.2mSaHF/body:0", "jq: error at /tmp/tmp.other/body:0"),
        ("expected Basic dXNlcjpwYXNz", "expected Basic YWJjOmRlZmdoaQ=="),
    ),
)
def test_what_differs_from_run_to_run_is_masked(message: str, same: str) -> None:
    assert masked(message) == masked(same)
    assert masked("expected 60, got 61") == "expected 60, got 61"


def failing(tmp_path: Path) -> Run:
    return graded(
        target(["own:sync"]), written(tmp_path, "\n".join(_case_lines("method-and-path")))
    )


def test_a_known_failure_is_known_and_its_file_is_written_and_read(tmp_path: Path) -> None:
    run, file = failing(tmp_path), tmp_path / "known.yaml"
    assert run.exit_code == 1

    assert write_known(file, run, [], date(2026, 11, 26)) == 1
    known = read_known(file)
    apply(run, known, written(tmp_path, "\n".join(_case_lines("method-and-path"))))

    assert known == [
        Known(
            UNEXPLAINED,
            "2026-11-26",
            {"a-case": "call 1 (get_time_block), /*/id/0: expected 5, got 1001"},
        )
    ]
    assert (run.results[0].status, run.drift, run.exit_code) == ("known", [], 0)


def test_a_new_failure_goes_to_the_reason_that_matches_it(tmp_path: Path) -> None:
    run, file = failing(tmp_path), tmp_path / "known.yaml"
    before = [
        Known("gone", "2026-01-01", {"old-case": "x"}),
        Known("ids are off", "2026-02-02", {}, match=r"^a-case: .*/id/\d"),
    ]

    write_known(file, run, before, date(2026, 11, 26))

    (known,) = read_known(file)
    assert (known.reason, known.since, known.match) == (
        "ids are off",
        "2026-02-02",
        before[1].match,
    )
    assert [*known.cases] == ["a-case"]


@pytest.mark.parametrize(
    ("text", "message"),
    (
        ("- {reason: x, cases: {}}", "known.yaml:1: needs reason, since and cases"),
        ("- {reason: x, since: y, cases: [a]}", "known.yaml:1: cases must be the ids"),
        ("- {reason: x, since: y, cases: {}, match: '('}", "match is not a regular expression"),
        (
            "- {reason: x, since: y, cases: {a: b}}\n- {reason: z, since: y, cases: {a: b}}",
            "known.yaml:2: a is there twice",
        ),
        ("reason: x", "known.yaml:1: must be a list"),
    ),
)
def test_a_file_of_known_failures_that_cannot_be_used_says_where(
    text: str, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(KnownError, match=re.escape(message)):
        read_known(file)


@pytest.mark.parametrize(
    ("known", "drift"),
    (
        (Known("", "", {"a-case": "something else"}), "a-case: fails otherwise than known: call 1"),
        (Known("", "", {"no-case": "x"}), "no-case: known to fail, and there is no such case"),
        (
            Known("", "", {"b-case": "x"}),
            "b-case: known to fail, and it passed; remove it from the file",
        ),
    ),
)
def test_what_does_not_agree_with_the_known_failures_is_drift(
    known: Known, drift: str, tmp_path: Path
) -> None:
    good = (
        "\n".join(_case_lines("method-and-path"))
        .replace("a-case", "b-case")
        .replace("[5]", "[1001]")
    )
    cases = written(tmp_path, "\n".join(_case_lines("method-and-path")) + "\n" + good)
    run = graded(target(["own:sync"]), cases)

    apply(run, [known], cases)

    assert run.drift[0].startswith(drift)
    assert run.exit_code == 1
