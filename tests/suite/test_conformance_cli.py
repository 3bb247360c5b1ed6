"""The commands `toggl-focus conformance …`: what they print, write and end with."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.suite.suite_helpers import ROGUE, interrupted
from toggl_focus_conformance.cli.commands import main
from toggl_focus_conformance.cli.conformance import showing
from toggl_focus_conformance.cli.conformance.progress import watching
from toggl_focus_conformance.runner import Result as CaseResult
from toggl_focus_conformance.runner import Run

ADAPTERS = Path(__file__).parents[2] / "conformance" / "adapters"


def command(*words: str) -> Result:
    return CliRunner().invoke(main, ["conformance", *words])


def test_the_cases_of_the_suite_are_checked() -> None:
    result = command("check-cases")

    assert (result.exit_code, result.output.endswith("all good\n")) == (0, True)


def test_bad_cases_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "paging.yaml"
    path.write_text("- id: x\n  colour: red\n", encoding="utf-8")

    result = command("check-cases", str(path))

    assert result.exit_code == 2
    assert f"{path}:1: x: " in result.output


def test_cases_and_requirements_are_listed() -> None:
    clients, servers = "Cases for clients\n", "Cases for servers\n"
    listed = command("list", "--only", "request-line").output
    assert listed.startswith(clients)
    assert "  get-a-block: A block is read" in listed
    both = command("list", "--only", "unknown-fields").output
    assert both.index(clients) < both.index(servers)
    assert command("list", "--side", "server").output.startswith(servers)
    assert "bearer-auth (must, vendor, 1 cases)" in command("list", "--requirements").output


@pytest.mark.parametrize(
    ("name", "text"),
    (
        ("bearer-key", "Bearer {token}"),
        ("pages-keep-filters", "the first of 2 rows: default, seven"),
        ("retry-after", "retry-after-is-kept"),
    ),
)
def test_a_case_or_a_requirement_is_explained(name: str, text: str) -> None:
    result = command("explain", name)

    assert result.exit_code == 0
    assert text in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    (
        (["explain", "get-a-blok"], "there is no case 'get-a-blok'; did you mean get-a-block?"),
        (
            ["client", "--only", "get-a-blok", "own:sync"],
            "no case, area or requirement is called 'get-a-blok'",
        ),
        (
            ["client", "own:other"],
            "there is no own:other; choose from own:sync, own:async, own:aiohttp",
        ),
        (["client", "--known-failures", "/no/such.yaml", "own:sync"], "cannot read /no/such.yaml"),
        (
            ["client", "--json", "/no/such/folder/x.json", "own:sync"],
            "there is no folder /no/such/folder",
        ),
        (["client", "--", "/no/such/adapter"], "the adapter does not pass smoke"),
        (["smoke", str(Path(__file__).parent)], "manifest.yaml: No such file"),
        (["repro", "get-a-block"], "name the adapter after --"),
        (["smoke", "--listen", "203.0.113.1", "own:sync"], "cannot listen on '203.0.113.1': "),
        (["client"], "Missing argument"),
    ),
)
def test_what_cannot_be_done_ends_with_2_and_says_why(words: list[str], message: str) -> None:
    result = command(*words)

    assert result.exit_code == 2
    assert message in result.output


def test_an_sdk_that_passes_ends_with_0_and_its_results_are_written(tmp_path: Path) -> None:
    file = tmp_path / "results.json"

    result = command("client", "--only", "auth", "--json", str(file), "own:sync")

    assert result.exit_code == 0
    assert "7 pass" in result.output
    assert json.loads(file.read_text(encoding="utf-8"))["runs"][0]["counts"] == {"pass": 7}


def test_nothing_is_written_unless_requested(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    command("client", "--only", "get-a-block", "own:sync")

    assert list(tmp_path.iterdir()) == []


def test_an_sdk_that_fails_ends_with_1_and_known_failures_make_it_0(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    words = ("--only", "wrong-content", "--", sys.executable, ROGUE, "fine")

    assert command("client", *words).exit_code == 1
    assert command("client", "--record-known-failures", str(file), *words).exit_code == 1
    result = command("client", "--known-failures", str(file), *words)

    assert result.exit_code == 0, result.output
    assert "known" in result.output


def test_a_feature_that_is_required_and_missing_fails() -> None:
    words = ("--only", "get-a-block", "--", sys.executable, ROGUE, "fine")

    result = command("client", "--require", "basic,stream", *words)

    assert result.exit_code == 1
    assert "! --require: the SDK has no feature stream" in result.output


def test_two_cases_with_one_id_are_explained_by_their_side() -> None:
    first, second = (
        command("explain", "unknown-fields", *words) for words in ((), ("--side", "server"))
    )

    assert "decoding.yaml:" in first.output
    assert "There is also a case unknown-fields for servers: add --side server" in first.output
    assert "crud.yaml:" in second.output


@pytest.mark.parametrize(
    ("words", "says"),
    (
        (
            ("repro", "bearer-key", "own:sync", "--serve"),
            "--serve and --account exclude each other",
        ),
        (("repro", "no-content", "own:sync", "--account", __file__), "exclude each other"),
        (("list", "--coverage", "--side", "server"), "--coverage is that of the cases for clients"),
        (("server", "--profile", "form"), "'form' is not one of 'all', 'shapes'"),
        (("server", "--model-steps", "many"), "'many' is not a valid integer"),
    ),
)
def test_options_that_do_not_go_together_are_refused(words: tuple[str, ...], says: str) -> None:
    result = command(*words)

    assert result.exit_code == 2
    assert says in result.output


def test_requirements_are_listed_by_side() -> None:
    clients, servers = (
        command("list", "--requirements", "--side", side).output for side in ("client", "server")
    )

    assert "bearer-auth (" in clients
    assert "methods-405 (" not in clients
    assert "methods-405 (" in servers


def test_smoke_says_what_to_do() -> None:
    result = command("smoke", "--", sys.executable, ROGUE, "mute-to-unknown")

    assert result.exit_code == 2
    assert "FAIL it replies adapter_error to an unknown message with an id" in result.output


def test_repro_shows_the_bytes_and_a_curl_command() -> None:
    result = command("repro", "create-is-sent-once#bad-gateway", "own:sync")

    assert result.exit_code == 0
    assert (
        "→ POST /api/organizations/1/workspaces/10/tasks/100/time-blocks HTTP/1.1" in result.output
    )
    assert "← HTTP/1.1 502 Bad Gateway" in result.output
    assert "\ncurl -sS -i -X POST" in result.output


@pytest.mark.parametrize("case", ("get-a-block", "redirect-to-another-origin#found"))
def test_adapters_get_the_host_that_is_advertised(case: str) -> None:
    everywhere = ("--listen", "0.0.0.0")  # noqa: S104  (as for an adapter in a container)

    result = command("repro", *everywhere, "--advertise", "localhost", case, "own:sync")

    assert result.exit_code == 0, result.output
    assert '"base_url": "http://localhost:' in result.output


def test_ctrl_c_prints_what_there_is() -> None:
    words = ["client", "--only", "get-a-block", "--only", "bearer-key"]

    code, output, _ = interrupted(
        [*words, "--", sys.executable, ROGUE, "hang-on-create"], "grading rogue 1 by 2 cases"
    )

    assert code == 130
    assert "! interrupted; these are the results so far" in output
    assert "rogue 1: 2 cases in " in output


def test_ctrl_c_ends_any_command_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def ctrl_c(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(showing, "list_cases", ctrl_c)

    result = command("list")

    assert (result.exit_code, result.output) == (130, "interrupted\n")


@pytest.mark.parametrize("sdk", ({}, {"name": "an [sdk]", "version": "1"}))
def test_a_terminal_shows_progress_with_the_name_of_what_is_graded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sdk: dict[str, str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    run = Run("http://127.0.0.1:1/api", sdk=sdk)

    with watching() as watcher:
        watcher.begun(run, 7)
        watcher.finished(CaseResult("a", "", "", "fail"), 1, 7, 3.0)

    assert run.name in capsys.readouterr().err


def test_repro_serves_a_case_until_ctrl_c() -> None:
    words = ["-m", "toggl_focus_conformance", "conformance", "repro", "--serve", "bearer-key"]
    with subprocess.Popen(  # noqa: S603  (fixed words)
        [sys.executable, "-u", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0

    assert "base URL http://127.0.0.1:" in lines[1]


def graded(folder: str, *words: str) -> Result:
    return command("client", *words, str(ADAPTERS / folder))


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node")
def test_the_node_adapter_is_graded() -> None:
    result = graded("node_fetch")

    assert result.exit_code == 0, result.output


@pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "jq"))), reason="curl or jq is missing"
)
def test_the_curl_adapter_is_graded() -> None:
    areas: Any = (
        "request-line",
        "auth",
        "errors-in-another-form",
        "redirects",
        "bulk-without-entries",
        "large-integers",
    )

    result = graded("curl", *(word for area in areas for word in ("--only", area)))

    assert result.exit_code == 0, result.output
