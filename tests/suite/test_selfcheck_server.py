"""The server side of the selfcheck: some defects are caught, some variants raise no alarm.

All of them are tried by `nox -s selfcheck`.
"""

from __future__ import annotations

import pytest

from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.selfcheck import server as server_side
from toggl_focus_conformance.selfcheck import side
from toggl_focus_conformance.selfcheck.server.defects import DEFECTS
from toggl_focus_conformance.selfcheck.server.switches import Switches
from toggl_focus_conformance.selfcheck.server.variants import VARIANTS
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, CrashError, WrongServer
from toggl_focus_conformance.servers import load_cases
from toggl_focus_server.operations import Call

SERVER = side("server")

# One for each way in which a switch can change the server, and for each module.
SOME = (
    "204-with-a-body",
    "another-tasks-path-update",
    "fault-hidden-in-the-stream",
    "fraction-truncated",
    "int64-through-float",
    "last-id-only",
    "lost-update",
    "mojibake",
    "not-atomic",
    "one-row-overlap",
    "only-the-last-key",
    "put-merges",
    "range-end-excluded",
    "restore-clears-archived-at",
    "validation-off",
)


@pytest.fixture
def few_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [case for case in load_cases() if case.name in {"create-and-read", "unknown-block"}]
    monkeypatch.setattr(server_side, "load_cases", lambda: few)


@pytest.fixture
def switches(monkeypatch: pytest.MonkeyPatch) -> Switches:
    """Switches of a test, in the place of the defects and the variants."""
    made = Switches()
    for kind in (DEFECTS, VARIANTS):
        monkeypatch.setattr(kind, "changes", made.changes)
    monkeypatch.setattr(server_side.ServerSide, "defects", made.found)
    monkeypatch.setattr(server_side.ServerSide, "variants", made.found)
    return made


def test_every_defect_names_a_case_or_says_why_nobody_can_tell() -> None:
    ids = {case.id for case in load_cases()}

    wrong = {
        id_: each.case
        for id_, each in SERVER.defects.items()
        if (each.case not in ids) == (not each.equivalent)
    }

    assert wrong == {}


def test_every_case_is_named_by_a_defect() -> None:
    named = {each.case.partition("#")[0] for each in SERVER.defects.values()}

    assert {case.name for case in load_cases()} - named == set()


def test_every_requirement_is_one_of_a_case_that_a_defect_names() -> None:
    named = {each.case for each in SERVER.defects.values()}
    asserted = {each for case in load_cases() if case.id in named for each in case.requirements}

    known = {each.id: each for each in registry().values() if each.applies_to == "server"}
    assert {id_ for id_ in known if known[id_].checked == "cases"} - asserted == set()


@pytest.mark.parametrize("id_", SOME)
def test_a_defect_is_caught_by_the_case_that_it_names(id_: str) -> None:
    caught = SERVER.check_defect(id_, seed=0)

    assert (caught.verdict, caught.caught_by) == ("declared", caught.case)


@pytest.mark.usefixtures("few_cases")
@pytest.mark.parametrize(
    "id_", ("all-ids-large", "any-offset", "chunked", "gzip", "nulls-mixed", "title-case-headers")
)
def test_a_correct_variant_raises_no_alarm(id_: str) -> None:
    assert SERVER.check_variant(id_, seed=0).verdict == "clean"


@pytest.mark.usefixtures("few_cases")
def test_a_defect_that_another_case_catches_is_caught_elsewhere(switches: Switches) -> None:
    @switches("no error text", "create-and-read")
    def no_text(server: WrongServer) -> None:
        server.turns(404, 400)

    caught = SERVER.check_defect("no-text", seed=0)

    assert (caught.verdict, caught.caught_by) == ("elsewhere", "unknown-block#get")


@pytest.mark.usefixtures("few_cases")
def test_a_defect_that_nothing_notices_survives(switches: Switches) -> None:
    @switches("a header more", "create-and-read")
    def harmless(server: WrongServer) -> None:
        server.after(lambda reply: reply.headers.update({"x-nothing": "1"}))

    assert SERVER.check_defect("harmless", seed=0).verdict == "survived"


def fails(_: object) -> None:
    raise KeyError("of the switch")


def in_a_request(server: WrongServer) -> None:
    server.before(fails)


def in_a_reply(server: WrongServer) -> None:
    server.after(fails)


def in_a_handler(server: WrongServer) -> None:
    server.handler("get_time_block", fails)


def in_a_replacement(server: WrongServer) -> None:
    server.replace(Call, "live", fails)


@pytest.mark.usefixtures("few_cases")
@pytest.mark.parametrize("wrong", (in_a_handler, in_a_replacement, in_a_reply, in_a_request))
def test_a_switch_that_fails_itself_is_broken_and_not_caught(
    switches: Switches, wrong: Change
) -> None:
    switches.add("wrong", "it fails", "create-and-read", wrong)

    defect, variant = SERVER.check_defect("wrong", 0), SERVER.check_variant("wrong", 0)

    assert (defect.verdict, variant.verdict) == ("broken", "broken")
    assert "of the switch" in defect.note


@pytest.mark.usefixtures("few_cases")
def test_a_failure_that_is_meant_is_caught(switches: Switches) -> None:
    def crash(_: Call) -> None:
        raise CrashError

    @switches("it crashes", "create-and-read")
    def crashes(server: WrongServer) -> None:
        server.handler("get_time_block", crash)

    assert SERVER.check_defect("crashes", 0).verdict == "declared"


@pytest.mark.usefixtures("few_cases")
def test_a_variant_that_a_case_fails_is_a_false_alarm(switches: Switches) -> None:
    @switches("ids as texts")
    def texts(server: WrongServer) -> None:
        server.each_block(lambda block: block.update(id=str(block["id"])))

    variant = SERVER.check_variant("texts", seed=0)

    assert variant.verdict == "false alarm"
    assert any(each.startswith("create-and-read: ") for each in variant.alarms)


def test_a_wrong_server_leaves_nothing_behind() -> None:
    before = {name: vars(Call)[name] for name in ("find", "live", "changes")}

    with WrongServer(DEFECTS.changes["members-see-only-their-own"]):
        assert vars(Call)["find"] is not before["find"]

    assert {name: vars(Call)[name] for name in before} == before


def test_two_switches_cannot_have_one_id(switches: Switches) -> None:
    switches.add("twice", "once", "", in_a_reply)

    with pytest.raises(ValueError, match="two switches have the id twice"):
        switches.add("twice", "again", "", in_a_reply)
