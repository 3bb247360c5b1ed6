"""Grading a server: the reference passes, others are judged by basis, and nothing is left behind."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from toggl_focus_conformance.cli.commands import main
from toggl_focus_conformance.cli.ready import account_file
from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.runner import dump, load, masked
from toggl_focus_conformance.selfcheck.server.defects import DEFECTS
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer
from toggl_focus_conformance.servers import (
    Account,
    Connection,
    Journal,
    Limits,
    grade_server,
    load_cases,
    read_account,
    read_journal,
)
from toggl_focus_conformance.servers.last_request import last_request
from toggl_focus_server import ReferenceServer


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    with ReferenceServer(validate=True) as running:
        yield running


@pytest.fixture
def account_path(server: ReferenceServer, tmp_path: Path) -> Path:
    path = tmp_path / "account.json"
    path.write_bytes(account_file(server))
    return path


@pytest.fixture
def account(account_path: Path) -> Account:
    return read_account(account_path)


def live_blocks(server: ReferenceServer, account: Account) -> list[Any]:
    home = f"/organizations/1/workspaces/{account.home.workspace_id}/time-blocks/stream"
    query = {"date_from": "2199-01-01T00:00:00Z", "date_to": "2399-01-01T00:00:00Z"}
    headers = {"Authorization": account.users[0].bearer}
    blocks = httpx.get(server.url + home, params=query, headers=headers).json()
    archived = httpx.get(server.url + home, params={**query, "archived": "true"}, headers=headers)
    return [*blocks, *archived.json()]


def test_the_reference_server_passes_every_case_and_nothing_is_left_behind(
    server: ReferenceServer, account: Account
) -> None:
    connection, journal = Connection(account), Journal(None)

    limits = Limits(decided="fail", destructive=True)
    run = grade_server(account, load_cases(), connection, limits, journal=journal)
    connection.close()

    assert [(each.id, each.reason) for each in run.results if each.status != "pass"] == []
    assert (run.exit_code, run.problems, journal.left) == (0, [], {})
    assert live_blocks(server, account) == []
    assert load(dump([run]))[0].counts == run.counts


def test_every_requirement_of_servers_has_a_case() -> None:
    asserted = {each for case in load_cases() for each in case.requirements}
    wanted = {each.id for each in registry().values() if each.applies_to == "server"}

    standing = {each for each in wanted if registry()[each].checked == "every-case"}
    assert wanted - asserted == standing - asserted
    assert asserted <= wanted


def test_a_budget_is_kept_on_the_wire_cleanup_included(account: Account) -> None:
    connection = Connection(account)

    run = grade_server(account, load_cases(), connection, Limits(budget=30))
    connection.close()

    played = [each for each in run.results if each.checks]
    assert connection.count <= 30
    assert len(played) >= 5
    assert {each.status for each in played} == {"pass"}
    assert all(
        "budget" in each.reason
        for each in run.results
        if each.status == "skip" and "destructive" not in each.reason
    )


def test_secrets_are_in_no_result(account: Account) -> None:
    connection = Connection(account)

    run = grade_server(account, load_cases()[:40], connection)
    connection.close()

    assert not any(secret.encode() in dump([run]) for secret in account.secrets)


def command(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["conformance", "server", *words])
    return result.exit_code, result.output


def test_the_command_takes_flags_and_calls_what_it_cannot_test_untestable(
    server: ReferenceServer, tmp_path: Path
) -> None:
    results = tmp_path / "results.json"
    seen = tmp_path / "observed.json"
    key = server.account.api_key

    code, output = command(
        f"--base-url={server.url}", f"--api-key={key}", "--organization-id=1", "--workspace-id=10",
        "--task-ids=100,101", "--only=access", "--only=lifecycle", f"--json={results}", f"--observed={seen}",
    )  # fmt: skip

    assert code == 0, output
    assert key not in output
    run = load(results.read_bytes())[0]
    assert run.side == "server"
    assert {each.status for each in run.results} == {"pass", "untestable"}
    decisions = json.loads(seen.read_bytes())["decisions"]
    assert decisions["D14"] == {
        "agrees": True,
        "cases": ["archive-unknown#archive", "archive-unknown#unarchive"],
        "instead": [],
    }


FLAGS = (
    "--base-url=http://127.0.0.1:1/api",
    "--api-key=k",
    "--organization-id=1",
    "--workspace-id=1",
    "--task-ids=1,2",
)


@pytest.mark.parametrize(
    ("words", "says"),
    (
        ((), "missing --base-url"),
        (("--account=/none/such.json",), "cannot read /none/such.json"),
        ((*FLAGS, "--base-url=nonsense"), "--base-url must begin with http:// or https://"),
        ((*FLAGS, "--only=creat-and-read"), "did you mean create-and-read?"),
        ((*FLAGS, "--budget=30", "--model-steps=9"), "use it without --budget"),
        ((*FLAGS, "--json=/none/such.json"), "there is no folder /none"),
        ((*FLAGS, "--cacert=/none/such.pem"), "does not exist"),
        ((*FLAGS, f"--cacert={__file__}"), "--cacert: cannot use"),
        ((*FLAGS, "--header=x"), "--header must be like 'Name: value'"),
        (("--base-url=https://focus.toggl.com/api", "--api-key=k", "--organization-id=1", "--workspace-id=1", "--task-ids=1"), "Add --live"),
        (("--base-url=https://focus.toggl.com/api", "--api-key=k", "--organization-id=1", "--workspace-id=1", "--task-ids=1", "--model-steps=9"), "requests and 9 steps of the model"),
        (("--base-url=http://127.0.0.1:1/api", "--api-key=k", "--organization-id=1", "--workspace-id=1", "--task-ids=one"), "--task-ids must be integers"),
    ),
)  # fmt: skip
def test_wrong_options_end_with_2_and_say_what_to_do(words: tuple[str, ...], says: str) -> None:
    code, output = command(*words)

    assert code == 2
    assert says in output


def test_a_server_that_is_not_there_ends_with_2() -> None:
    code, output = command(
        "--base-url=http://127.0.0.1:1/api", "--api-key=k", "--organization-id=1",
        "--workspace-id=1", "--task-ids=1,2", "--only=create-and-read",
    )  # fmt: skip

    assert code == 2
    assert "no HTTP response" in output


def test_what_a_crashed_run_left_behind_can_be_deleted(
    server: ReferenceServer, account: Account, account_path: Path, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    path = "/organizations/1/workspaces/10/tasks/100/time-blocks"
    for _ in range(2):
        connection = Connection(account)
        reply = connection.send(
            "POST",
            path,
            authorization=account.users[0].bearer,
            content=b'{"start": "2250-01-01T09:00:00Z"}',
        )
        connection.close()
        journal.created(json.loads(reply.body)["id"], 10)

    code, output = command(f"--account={account_path}", f"--cleanup={journal.path}")

    assert (code, output) == (0, "deleted 2 of 2 blocks\n")
    assert not (tmp_path / "journal.jsonl").exists()
    assert live_blocks(server, account) == []


def test_a_journal_forgets_what_was_deleted(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.created(1, 10)
    journal.created(2, 10)
    journal.deleted(1)

    assert read_journal(tmp_path / "journal.jsonl").left == {2: 10}


def test_the_curl_commands_send_what_was_sent_and_show_no_secret(account: Account) -> None:
    connection = Connection(account)
    cases = [each for each in load_cases() if each.name in {"no-credentials", "basic-auth"}]

    run = grade_server(account, cases, connection)
    connection.close()

    shown = {each.id: " ".join(each.curl) for each in run.results}
    assert "Authorization" not in shown["no-credentials#none"]
    assert f"Bearer toggl_sk_{'f' * 32}" in shown["no-credentials#wrong-key"]
    assert "Authorization: …" in shown["basic-auth"]
    assert '"start":' in shown["no-credentials#none"]


def test_requirements_and_cases_of_servers_are_listed_and_explained() -> None:
    def shown(*words: str) -> str:
        return CliRunner().invoke(main, ["conformance", *words]).output

    assert "1 cases): PUT sets" in shown("list", "--requirements", "--only", "put-replaces")
    assert "put-replaces-all-fields" in shown("explain", "put-replaces")
    assert "create-and-read: A created block" in shown("explain", "create-and-read")


def test_all_that_follows_the_headers_of_a_last_request_is_read() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with ThreadPoolExecutor() as pool:
            sent = pool.submit(respond, listener, b"HTTP/1.1 204 No Content\r\n\r\n", b'{"id": 7}')
            response = last_request("PATCH", f"{url}/x?y=1", {"X-Key": "k"}, b"{}", None)

    assert (response.status, response.body) == (204, b'{"id": 7}')
    assert sent.result().startswith(b"PATCH /x?y=1 HTTP/1.1\r\n")
    assert b"Connection: close\r\n" in sent.result()


def respond(listener: socket.socket, *parts: bytes) -> bytes:
    """Take one request, send some bytes, and close."""
    connection, _ = listener.accept()
    with connection:
        received = b""
        while not received.endswith(b"{}"):
            received += connection.recv(4096)
        for part in parts:
            connection.sendall(part)
    return received


def test_one_case_is_run_again_with_its_bytes(account_path: Path) -> None:
    words = ["conformance", "repro", "create-and-read", "--account", str(account_path)]

    ended = CliRunner().invoke(main, words)

    assert ended.exit_code == 0, ended.output
    assert "pass: create-and-read: " in ended.output
    assert " → POST " in ended.output


@pytest.mark.parametrize(("defect", "code"), (("stored-otherwise", 0), ("required-key-omitted", 1)))
def test_a_mock_without_state_is_judged_by_its_shapes(
    tmp_path: Path, defect: str, code: int
) -> None:
    with WrongServer(DEFECTS.changes[defect]) as server:
        path = tmp_path / "account.json"
        path.write_bytes(account_file(server.reference))

        ended, output = command(f"--account={path}", "--only=crud", "--profile=shapes")

    assert ended == code, output


@pytest.mark.parametrize(("defect", "code"), ((None, 0), ("stored-otherwise", 1)))
def test_random_calls_after_the_cases_are_judged_by_a_model(
    tmp_path: Path, defect: str | None, code: int
) -> None:
    with WrongServer(None if defect is None else DEFECTS.changes[defect]) as server:
        path = tmp_path / "account.json"
        path.write_bytes(account_file(server.reference))
        words = (f"--account={path}", "--only=basic-auth", "--model-steps=60")

        ended, output = command(*words)

    assert ended == code, output
    assert ("as a case:" in output) is (code == 1)
    assert ": 1 cases and " in output


def test_ids_of_blocks_and_years_are_no_part_of_a_known_failure() -> None:
    message = "step 2, body, id: expected 1040, got 9007199254740993 on 2233-01-02, status 404"

    assert masked(message, "server") == (
        "step 2, body, id: expected <number>, got <number> on <number>, status 404"
    )
    assert masked(message, "client") == message


def test_failures_that_are_known_make_it_0_and_one_that_passes_is_drift(
    account_path: Path, tmp_path: Path
) -> None:
    known = tmp_path / "known.yaml"
    wrong, right = "--only=create-and-read", f"--account={account_path}"
    with WrongServer(DEFECTS.changes["stored-otherwise"]) as server:
        wrong_account = tmp_path / "wrong.json"
        wrong_account.write_bytes(account_file(server.reference))
        words = (f"--account={wrong_account}", wrong)

        failed, _ = command(*words)
        recorded, output = command(*words, f"--record-known-failures={known}")
        again, _ = command(*words, f"--known-failures={known}")

    drifted, drift = command(right, wrong, f"--known-failures={known}")

    assert (failed, recorded, again, drifted) == (1, 1, 0, 1)
    assert "wrote 1 known failures" in output
    assert "create-and-read" in drift
