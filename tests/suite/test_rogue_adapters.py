"""An adapter that misbehaves fails its own case, is started again, and hurts no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.suite.suite_helpers import by_id, graded, local, rogue, simple_cases
from toggl_focus_conformance.adapters import NoHello, ProcessAdapter
from toggl_focus_conformance.adapters.own import SyncSDK
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.runner import Check, dump, load, smoke

REASONS = {
    "hang": "no reply to call for 2 s; the process was killed",
    "crash": "the process died with exit code 7",
    "garbage": "not the protocol: not JSON: oh no",
    "wrong-id": "a reply with the id 'no such id', which is not pending",
    "long-line": "a line of more than",
    "flood": "which is not pending",
    "bad-reply": '"error" is a required property',
}


@pytest.mark.parametrize("how", REASONS)
def test_a_misbehaving_call_fails_its_case_alone(how: str, tmp_path: Path) -> None:
    cases = simple_cases(tmp_path, [1, 666, 2])

    run = graded(rogue(how), cases)

    results = by_id(run)
    assert [results[case.id].status for case in cases] == ["pass", "fail", "pass"]
    assert REASONS[how] in results["task-666-1"].reason
    assert run.exit_code == 1


@pytest.mark.parametrize("how", ("crash-in-parallel", "hang-in-parallel"))
def test_the_culprit_is_found_among_calls_at_the_same_time(how: str, tmp_path: Path) -> None:
    cases = simple_cases(tmp_path, [1, 2, 666, 3, 4, 5])

    run = graded(rogue(how), cases)

    assert [result.status for result in run.results] == [
        "pass",
        "pass",
        "fail",
        "pass",
        "pass",
        "pass",
    ]


def test_replies_in_another_order_are_matched_by_id(tmp_path: Path) -> None:
    run = graded(rogue("out-of-order"), simple_cases(tmp_path, [666, 1, 666, 2]))

    assert [result.status for result in run.results] == ["pass"] * 4


def test_an_adapter_that_does_not_start_again_ends_the_run(tmp_path: Path) -> None:
    cases = simple_cases(tmp_path, [1, 666, 2])

    run = graded(rogue("never-again", str(tmp_path / "gone")), cases)

    assert [result.status for result in run.results] == ["pass", "fail", "not run"]
    assert (
        "no hello: the process ended without a hello; it wrote: Error: gone for good"
        in run.problems[0]
    )
    assert run.exit_code == 1


def test_five_deaths_in_a_row_end_the_run(tmp_path: Path) -> None:
    run = graded(rogue("always-crash"), simple_cases(tmp_path, range(1, 9)), retry_failed=False)

    statuses = [result.status for result in run.results]
    assert statuses == ["fail"] * 5 + ["not run"] * 3
    assert run.results[-1].reason == "the adapter failed 5 times in a row"


def test_a_flood_on_standard_error_does_no_harm(tmp_path: Path) -> None:
    run = graded(rogue("stderr-flood"), simple_cases(tmp_path, [666, 1]))

    assert [result.status for result in run.results] == ["pass", "pass"]


def test_a_credential_on_standard_error_fails_the_case_it_belongs_to(tmp_path: Path) -> None:
    run = graded(rogue("leak"), simple_cases(tmp_path, [1, 666, 2]), retry_failed=False)

    assert [result.status for result in run.results] == ["pass", "fail", "pass"]
    (check,) = run.results[1].failed
    assert (check.requirement, check.where) == ("no-secrets-in-output", "standard error")
    assert "toggl_sk_" in check.actual
    assert len(check.actual) < 60


def test_an_adapter_error_is_the_harness_at_fault(tmp_path: Path) -> None:
    run = graded(rogue("adapter-error"), simple_cases(tmp_path, [1, 666]))

    assert [result.status for result in run.results] == ["pass", "harness error"]
    assert run.exit_code == 2


def test_a_skip_for_a_feature_that_hello_names_is_the_harness_at_fault(tmp_path: Path) -> None:
    run = graded(rogue("skip-named"), simple_cases(tmp_path, [666]))

    assert run.results[0].status == "harness error"
    assert "hello names timeout" in run.results[0].reason


@pytest.mark.parametrize(
    ("how", "reason"),
    (
        ("no-hello", "the process ended without a hello; it wrote: Error: cannot find the SDK"),
        ("silent", "no hello for"),
        ("hello-garbage", "the first line is not a hello: not JSON: Loading SDK 1.0 ..."),
        ("wrong-version", "hello.protocol: 1 was expected"),
    ),
)
def test_without_a_valid_hello_nothing_is_graded(how: str, reason: str, tmp_path: Path) -> None:
    target = rogue(how, hello_seconds=0.5 if how == "silent" else 20)

    run = graded(target, simple_cases(tmp_path, [1, 2]))

    assert [result.status for result in run.results] == ["not run", "not run"]
    assert reason in run.problems[0]
    assert run.exit_code == 2


def test_smoke_passes_an_adapter_that_speaks_the_protocol() -> None:
    findings = asyncio.run(smoke(rogue("fine")))

    assert [each.title for each in findings if not each.good] == []


CALL = "it replies to a call"
HELLO = "it says hello"
UNKNOWN = "it replies adapter_error to an unknown message with an id"
BYE = "it ends within 2 s of bye, with exit code 0"


@pytest.mark.parametrize(
    ("how", "title", "detail", "hint"),
    (
        ("no-hello", HELLO, "Error: cannot find the SDK", "catch what the SDK raises"),
        ("silent", HELLO, "no hello for 0.5 s", "flush standard output after each line"),
        ("hello-garbage", HELLO, "not JSON: Loading SDK 1.0", "send all that the SDK prints to"),
        ("wrong-version", HELLO, "hello.protocol: 1 was expected", "protocol.md"),
        ("text-for-a-list", HELLO, "hello.operations: ", "protocol.md"),
        ("strange-operations", "its operations exist", "unknown: getTimeBlock", "get_time_block"),
        ("strange-features", "its features exist", "unknown: streaming", "the features are stream"),
        ("always-crash", CALL, "get_time_block: the process died with exit code 7", "catch what"),
        ("always-hang", CALL, "no reply to call for 0.5 s", "flush standard output"),
        ("always-garbage", CALL, "not JSON: oh no", "send all that the SDK prints to standard"),
        ("always-wrong-id", CALL, "the id 'no such id', which is not pending", "copy the id"),
        ("always-number-id", CALL, "reply_value.id: 1 is not of type", "the id is a text"),
        ("always-no-outcome", CALL, "outcome must be one of value, items", "protocol.md"),
        ("always-list-instead", CALL, "must be a JSON object, got [", "protocol.md"),
        ("always-bad-reply", CALL, '"error" is a required property', "protocol.md"),
        ("always-long-line", CALL, "a line of more than", "end each reply with a line feed"),
        ("always-adapter-error", CALL, "adapter_error: no luck", "the adapter's own message"),
        ("mute-to-unknown", UNKNOWN, "no reply", "to any type you do not know"),
        ("slow-bye", BYE, "still running 2 s after bye", "exit with code 0"),
        ("bad-exit", BYE, "exit code 3 after bye", "exit with code 0"),
    ),
)
def test_smoke_says_what_is_wrong_and_what_to_do(
    how: str, title: str, detail: str, hint: str
) -> None:
    findings = asyncio.run(
        smoke(rogue(how, silence=0.5, hello_seconds=0.5 if how == "silent" else 20))
    )

    bad = {each.title: each for each in findings if not each.good}
    assert title in bad, findings
    assert detail in bad[title].detail
    assert hint in bad[title].hint


def test_smoke_shows_the_end_of_standard_error_of_an_adapter_that_died() -> None:
    findings = asyncio.run(smoke(rogue("always-crash-loudly")))

    (call,) = (each for each in findings if each.title == CALL)
    assert call.detail.endswith("; standard error ends with: KeyError: 'start'")


def test_no_process_is_left_behind(tmp_path: Path) -> None:
    graded(rogue("hang", silence=0.3), simple_cases(tmp_path, [666, 1]))

    names = (each / "cmdline" for each in Path("/proc").iterdir() if each.name.isdigit())
    left = [name for name in names if _mentions(name, b"rogue.py\0hang\0")]
    assert left == []


def _mentions(path: Path, text: bytes) -> bool:
    try:
        return text in path.read_bytes()
    except OSError:
        return False


def test_a_command_that_does_not_exist_says_so() -> None:
    async def start() -> None:
        await ProcessAdapter(["/no/such/program"]).start()

    with pytest.raises(NoHello, match="cannot start '/no/such/program': No such file"):
        asyncio.run(start())


def test_half_a_character_in_a_reply_can_be_shown_and_written(tmp_path: Path) -> None:
    class CutsCharacters(SyncSDK):
        def handle(self, message: Message) -> Message:
            reply = super().handle(message)
            return {**reply, "value": {"id": 1001, "description": "half \ud83d"}}

    run = graded(local(CutsCharacters), simple_cases(tmp_path, [100]), retry_failed=False)

    assert load(dump([run]))[0].results[0].id == "task-100-0"
    assert not any("\ud83d" in each.text for each in run.results[0].transcript)
    assert str(run.results[0]).encode()


@pytest.mark.parametrize("field", ("expected", "actual"))
def test_half_a_character_of_a_server_can_be_written(field: str) -> None:
    check = Check("response-fields", "body", "fail", **{field: "half \ud83d"})

    assert getattr(check, field) == "half ?"
