"""The model raises no alarm at the reference server, and finds what is wrong with a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
import yaml
from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance import App, ReferenceServer, create_app
from toggl_focus_conformance.adapters import LocalAdapter
from toggl_focus_conformance.adapters.own import SyncSDK
from toggl_focus_conformance.model import (
    Call,
    Home,
    InProcess,
    NoReply,
    OverAdapter,
    OverHttp,
    Reply,
    run_model,
)
from toggl_focus_conformance.servers import (
    Account,
    Connection,
    Place,
    ServerCase,
    User,
    grade_server,
)
from toggl_focus_conformance.servers.case import schema

Change = Callable[[Call, Reply], Reply]


@pytest.fixture
def app() -> Iterator[App]:
    with create_app(validate=True) as app:
        yield app


@pytest.fixture
def send(app: App) -> Iterator[InProcess]:
    with InProcess(app, app.prefix, app.accounts[0].api_key) as send:
        yield send


def home(app: App) -> Home:
    first, third = app.accounts[0], app.accounts[2]
    foreign = (third.organization_id, third.workspace_id, third.task_ids[0])
    return Home(first.organization_id, first.workspace_id, first.task_ids, (foreign,))


def wrong(send: InProcess, change: Change) -> Callable[[Sequence[Call]], Sequence[Reply]]:
    """A server whose replies are changed."""
    return lambda calls: [
        change(call, reply) for call, reply in zip(calls, send(calls), strict=True)
    ]


@pytest.mark.parametrize("decided", (True, False))
def test_no_alarm_at_the_reference_server(app: App, send: InProcess, *, decided: bool) -> None:
    run = run_model(send, home(app), steps=400, decided=decided)

    assert run.failure is None
    assert run.steps >= 400
    assert run.left_behind == ()


def test_no_alarm_over_http_nor_through_the_client() -> None:
    with ReferenceServer(seed="empty", validate=True) as server:
        key = server.account.api_key
        with OverHttp(server.url, key) as send:
            over_http = run_model(send, home(server.app), steps=200)
        with OverAdapter(LocalAdapter(SyncSDK), server.url, key) as through:
            over_client = run_model(through, home(server.app), steps=100, wire=False)

    assert over_http.failure is None
    assert over_client.failure is None


def test_the_same_seed_sends_the_same_calls(app: App, send: InProcess) -> None:
    def recorded(seed: int) -> list[str]:
        operations: list[str] = []

        def noting(calls: Sequence[Call]) -> Sequence[Reply]:
            operations.extend(call.operation for call in calls)
            return send(calls)

        run_model(noting, home(app), steps=100, seed_=seed)
        return operations

    assert recorded(1) == recorded(1)
    assert recorded(1) != recorded(2)


def test_nothing_is_left_and_no_other_block_is_touched(app: App, send: InProcess) -> None:
    before = _all_blocks(send)

    run_model(send, home(app), steps=200)

    assert _all_blocks(send) == before


def _all_blocks(send: InProcess) -> object:
    span = {"date_from": "0001-01-01T00:00:00Z", "date_to": "9999-12-31T00:00:00Z", "archived": ""}
    path = {"organization_id": 1, "workspace_id": 10}
    (reply,) = send([Call("stream_time_blocks", path, span)])
    return reply.body


def test_a_failure_is_shrunk_and_printed_as_a_case(app: App, send: InProcess) -> None:
    def falsy(call: Call, reply: Reply) -> Reply:
        if call.operation == "get_time_block" and reply.status == 200:
            return Reply(200, {**reply.body, "duration": reply.body["duration"] or None})
        return reply

    run = run_model(wrong(send, falsy), home(app), steps=1000)

    assert run.failure is not None
    assert "duration must be 0, got None" in run.failure.text
    (case,) = yaml.safe_load(run.failure.yaml())
    # Hypothesis may stop at another way to a duration of 0 than a single create.
    assert len(case["steps"]) <= 6
    *_, last = case["steps"]
    assert last["call"] == "get_time_block"
    assert last["path"]["time_block_id"].startswith("$block")
    assert last["want"]["status"] == 200
    assert last["want"]["body"]["duration"] == 0


def test_a_printed_case_is_short_and_valid_and_a_correct_server_passes_it(
    app: App, send: InProcess
) -> None:
    def late(call: Call, reply: Reply) -> Reply:
        if call.operation == "get_time_block" and reply.status == 200:
            return Reply(200, {**reply.body, "duration": 7})
        return reply

    run = run_model(wrong(send, late), home(app), steps=1000)
    assert run.failure is not None
    (node,) = yaml.safe_load(run.failure.yaml())

    assert len(node["steps"]) <= 6
    *_, last = node["steps"]
    assert last["call"] == "get_time_block"
    assert last["path"]["time_block_id"].startswith("$block")
    assert last["want"]["status"] == 200
    assert list(Draft202012Validator(dict(schema())).iter_errors(node)) == []
    with ReferenceServer() as server:
        first = server.app.accounts[0]
        place = Place(first.organization_id, first.workspace_id, first.task_ids)
        account = Account(server.url, (User(first.api_key, (place,)),))
        case = ServerCase(node["id"], node["title"], "model", node["requirement"], (), node)
        connection = Connection(account)
        passed = grade_server(account, [case], connection)
        connection.close()
    assert [each.reason for each in passed.results if each.status != "pass"] == []


def test_a_server_that_fails_ever_earlier_is_a_flaky_failure(app: App, send: InProcess) -> None:
    calls: list[Call] = []

    def moody(call: Call, reply: Reply) -> Reply:
        calls.append(call)
        good = len(calls) < 100 or call.operation != "get_time_block" or reply.status != 200
        return reply if good else Reply(200, {**reply.body, "id": 7})

    run = run_model(wrong(send, moody), home(app), steps=500)

    assert run.failure is not None
    assert "get_time_block" in run.failure.text


def test_without_decided_rules_a_decided_rule_is_not_judged(app: App, send: InProcess) -> None:
    def frozen(call: Call, reply: Reply) -> Reply:
        if call.operation == "get_time_block" and reply.status == 200:
            return Reply(200, {**reply.body, "updated_at": reply.body["created_at"]})
        return reply

    strict = run_model(wrong(send, frozen), home(app), steps=500, shrink=False)
    lenient = run_model(wrong(send, frozen), home(app), steps=500, decided=False)

    assert strict.failure is not None
    assert "updated_at" in strict.failure.text
    assert lenient.failure is None


def test_a_server_that_is_gone_is_a_failure_and_no_crash(app: App) -> None:
    def gone(_: Sequence[Call]) -> Sequence[Reply]:
        raise NoReply("connection refused")

    run = run_model(gone, home(app), steps=50)

    assert run.failure is not None
    assert "connection refused" in run.failure.text
