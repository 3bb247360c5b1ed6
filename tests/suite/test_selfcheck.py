"""The selfcheck tells what is caught, where, what survives, and what is wrong with itself.

All switches are tried by `nox -s selfcheck`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.suite.suite_helpers import interrupted
from toggl_focus_conformance.cases import load
from toggl_focus_conformance.cli.conformance import conformance
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.selfcheck import Defect, Score, Variant, check, dump, side
from toggl_focus_conformance.selfcheck import client as client_side
from toggl_focus_conformance.selfcheck import load as load_score
from toggl_focus_conformance.selfcheck.client.defects import DEFECTS
from toggl_focus_conformance.selfcheck.client.switches import Switches
from toggl_focus_conformance.selfcheck.client.variants import VARIANTS
from toggl_focus_conformance.selfcheck.client.wrong_client import Sent

CLIENT = side("client")

# One for each place that a switch can change, and for each module.
SOME = (
    "archive-swapped",
    "base64-with-newlines",
    "bulk-create-retried",
    "decoded-through-floats",
    "empty-list",
    "error-as-latin-1",
    "failed-page-hidden",
    "key-in-log",
    "left-open",
    "patch-as-put",
    "stale-connection",
    "status-hidden",
)


class Recorder:
    def __init__(self) -> None:
        self.seen: list[int] = []

    def begun(self, total: int) -> None:
        self.seen.append(total)

    def finished(self, what: Defect | Variant, done: int) -> None:  # noqa: ARG002  (the protocol has it)
        self.seen.append(done)


@pytest.fixture
def few_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [case for case in load() if case.name in {"get-a-block", "bearer-key"}]
    monkeypatch.setattr(client_side, "load", lambda: few)


@pytest.fixture
def switches(monkeypatch: pytest.MonkeyPatch) -> Switches:
    """Switches of a test, in the place of the defects and the variants."""
    made = Switches()
    for kind in (DEFECTS, VARIANTS):
        monkeypatch.setattr(kind, "changes", made.changes)
    monkeypatch.setattr(client_side.ClientSide, "defects", made.found)
    monkeypatch.setattr(client_side.ClientSide, "variants", made.found)
    return made


def test_every_defect_names_a_case() -> None:
    names = {case.name for case in load()}

    wrong = {id_: each.case for id_, each in CLIENT.defects.items() if each.case not in names}

    assert wrong == {}


def test_every_case_is_named_by_a_defect() -> None:
    named = {each.case for each in CLIENT.defects.values()}

    assert {case.name for case in load()} - named == set()


@pytest.mark.parametrize("id_", SOME)
def test_a_defect_is_caught_by_the_case_that_it_names(id_: str) -> None:
    caught = CLIENT.check_defect(id_, seed=0)

    assert (caught.verdict, caught.caught_by.partition("#")[0]) == ("declared", caught.case)


@pytest.mark.usefixtures("few_cases")
@pytest.mark.parametrize("id_", ("lower-case-headers", "few-features", "all-integers-written"))
def test_a_correct_variant_raises_no_alarm(id_: str) -> None:
    assert CLIENT.check_variant(id_, seed=0).verdict == "clean"


@pytest.mark.usefixtures("few_cases")
def test_a_defect_that_another_case_catches_is_caught_elsewhere(switches: Switches) -> None:
    @switches.in_request("key in another header", "get-a-block")
    def no_key(sent: Sent) -> None:
        sent.set_header("Authorization", None)

    caught = CLIENT.check_defect("no-key", seed=0)

    assert (caught.verdict, caught.caught_by) == ("elsewhere", "bearer-key")


@pytest.mark.usefixtures("few_cases")
def test_a_defect_that_nothing_notices_survives(switches: Switches) -> None:
    @switches.in_request("a header more", "get-a-block")
    def harmless(sent: Sent) -> None:
        sent.set_header("X-Nothing", "1")

    assert CLIENT.check_defect("harmless", seed=0).verdict == "survived"


@pytest.mark.usefixtures("few_cases")
@pytest.mark.parametrize("place", ("in_call", "in_request", "in_reply"))
def test_a_switch_that_fails_itself_is_broken_and_not_caught(
    switches: Switches, place: str
) -> None:
    def wrong(*_: Any) -> Message:
        raise KeyError("of the switch")

    getattr(switches, place)("it fails", "get-a-block")(wrong)

    defect, variant = CLIENT.check_defect("wrong", 0), CLIENT.check_variant("wrong", 0)

    assert (defect.verdict, variant.verdict) == ("broken", "broken")
    assert "of the switch" in defect.note


@pytest.mark.usefixtures("few_cases")
def test_a_variant_that_a_case_fails_is_a_false_alarm(switches: Switches) -> None:
    @switches.in_request("a slash more")
    def slash(sent: Sent) -> None:
        sent.target += "/"

    variant = CLIENT.check_variant("slash", seed=0)

    assert variant.verdict == "false alarm"
    assert any(each.startswith("get-a-block: ") for each in variant.alarms)


def test_two_switches_cannot_have_one_id(switches: Switches) -> None:
    def twice(sent: Sent) -> None: ...

    switches.in_request("once")(twice)

    with pytest.raises(ValueError, match="two switches have the id twice"):
        switches.in_request("again")(twice)


def score(*verdicts: Any, alarm: Any = "clean", interrupted: bool = False) -> Score:
    defects = [
        Defect("client", f"d{n}", "", "c", each, caught_by="c" if each == "declared" else "")
        for n, each in enumerate(verdicts)
    ]
    return Score(
        "client",
        defects=defects,
        variants=[Variant("client", "v", "", alarm)],
        interrupted=interrupted,
    )


@pytest.mark.parametrize(
    ("of", "code"),
    (
        (score("declared", "equivalent"), 0),
        (score("declared", "elsewhere"), 1),
        (score("survived", "broken"), 1),
        (score("declared", alarm="false alarm"), 1),
        (score("declared", "broken"), 2),
        (score("declared", alarm="broken"), 2),
        (score("declared", "survived", interrupted=True), 130),
    ),
)
def test_the_exit_code_says_whether_all_is_as_declared(of: Score, code: int) -> None:
    assert of.exit_code == code


def test_a_score_is_read_as_it_was_written() -> None:
    written = score("declared", "survived", "equivalent")

    assert load_score(dump(written)) == written
    assert json.loads(dump(written))["summary"]["defects"] == 2


def test_switches_are_tried_in_processes_and_come_in_their_order() -> None:
    watcher = Recorder()

    found = check(["client"], ["p*-as-p*", "plus-*"], seed=0, workers=2, watcher=watcher)

    assert watcher.seen == [3, 1, 2, 3]
    assert [each.id for each in found.defects] == ["plus-unescaped", "patch-as-put", "put-as-patch"]
    assert found.summary["declared"] == 3


def test_ctrl_c_ends_with_what_there_is_and_waits_for_nothing() -> None:
    code, output, errors = interrupted(["selfcheck", "-j2"], "trying ")

    assert code == 130
    assert "! interrupted; this is what there is so far" in output
    assert "Traceback" not in errors


def test_the_command_shows_and_writes_the_score(tmp_path: Path) -> None:
    file = tmp_path / "score.json"
    words = ["selfcheck", "--side", "client", "--only", "patch-as-put", "--json", str(file)]

    result = CliRunner().invoke(conformance, words)

    assert result.exit_code == 0, result.output
    assert "PATCH sent as PUT" in result.output
    assert "of 1 defects, 1 were caught as declared" in result.output
    assert load_score(file.read_bytes()).defects[0].verdict == "declared"


def test_a_pattern_that_matches_nothing_is_one_line() -> None:
    words = ["selfcheck", "--side", "client", "--only", "patch-as-put", "--only", "nothing"]

    result = CliRunner().invoke(conformance, words)

    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == "Error: no defect or variant matches nothing"
