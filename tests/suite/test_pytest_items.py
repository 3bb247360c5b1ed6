"""The cases as items of pytest, as another project meets them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import TypeAlias

import pytest

from toggl_focus_conformance.cli.ready import account_file
from toggl_focus_conformance.pytest_items.servers import ServerSide
from toggl_focus_conformance.servers import Limits, load_cases, read_account
from toggl_focus_server import ReferenceServer

pytest_plugins = ["pytester"]

Runs: TypeAlias = Callable[..., pytest.RunResult]

PLUGIN = ("-p", "toggl_focus_conformance.pytest_plugin", "-p", "no:cacheprovider")
ODD = Path(__file__).parent / "odd_sdk.py"
KEY = "toggl_sk_0123456789abcdef0123456789abcdef"


@pytest.fixture
def runs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Run pytest in a project of its own, with nothing but this plugin, and warnings as errors."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nfilterwarnings = error\nxfail_strict = true\n")
    return lambda *words: pytester.runpytest_subprocess(*PLUGIN, "--strict-markers", *words)


def sdk(how: str) -> str:
    return f"--toggl-focus-client={sys.executable} {ODD} {how}"


@pytest.fixture(scope="module")
def server() -> Iterator[ReferenceServer]:
    with ReferenceServer() as running:
        yield running


@pytest.fixture
def account(server: ReferenceServer, tmp_path: Path) -> str:
    path = tmp_path / "account.json"
    path.write_bytes(account_file(server))
    return f"--toggl-focus-account={path}"


class AlwaysFails(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_DELETE = do_POST  # noqa: N815  (as the base class wants)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (as above)
        """Say nothing."""


@pytest.fixture
def wrong_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TOGGL_FOCUS_API_KEY", KEY)
    monkeypatch.setenv("TOGGL_FOCUS_ORGANIZATION_ID", "1")
    monkeypatch.setenv("TOGGL_FOCUS_WORKSPACE_ID", "10")
    monkeypatch.setenv("TOGGL_FOCUS_TASK_IDS", "100")
    with ThreadingHTTPServer(("127.0.0.1", 0), AlwaysFails) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"--toggl-focus-server=http://127.0.0.1:{running.server_port}/api"
        running.shutdown()


def test_a_server_is_graded_by_several_processes_next_to_the_project_s_tests(
    runs: Runs, account: str, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(test_mine="def test_mine(): pass")
    cases = sum(case.area in {"lifecycle", "lists"} for case in load_cases())

    result = runs(
        "-p", "xdist", "-n2", account,
        "test_mine.py", "toggl-focus-server::lists", "toggl-focus-server::lifecycle",
    )  # fmt: skip

    result.assert_outcomes(passed=cases + 1)
    result.stdout.fnmatch_lines(["toggl-focus-server: http://127.0.0.1:*/api, cases of 2026.12"])


def test_every_case_has_a_day_of_its_own_in_whatever_process(
    server: ReferenceServer, tmp_path: Path
) -> None:
    path = tmp_path / "account.json"
    path.write_bytes(account_file(server))

    some, others = (
        ServerSide(read_account(path), cases, Limits())
        for cases in (load_cases()[:50], load_cases()[50:])
    )

    assert some.days == others.days
    days = sorted(some.days.values())
    assert len(days) == len(load_cases())
    assert min((later - day).days for day, later in pairwise(days)) > 2


def test_a_failure_is_explained_without_a_traceback_and_shows_no_key(
    runs: Runs, wrong_server: str
) -> None:
    result = runs(wrong_server, "-x", "toggl-focus-server::crud::create-and-read")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "step 1, POST: expected a status below 500, got 500",
            "fail: create-and-read: A created block comes back with its values, and can be read",
            "*FAIL [[]no-server-errors[]] step 1, POST: expected a status below 500, got 500",
            "*→ POST http://127.0.0.1:*/tasks/100/time-blocks",
            "*← 500",
            'curl -sS -i -X POST * "Authorization: Bearer $TOGGL_FOCUS_API_KEY" *',
            "FAILED toggl-focus-server::crud::create-and-read - step 1, POST*",
        ]
    )
    output = result.stdout.str()
    assert KEY not in output
    assert "collecting.py" not in output


def test_what_an_account_lacks_is_skipped_with_the_reason(runs: Runs, wrong_server: str) -> None:
    result = runs(wrong_server, "-rs", "-k", "move-to-another-task or bulk-delete-without-ids")

    result.stdout.fnmatch_lines(
        ["SKIPPED * needs --toggl-focus-allow-destructive", "SKIPPED * untestable: the account has no second_task"]
    )  # fmt: skip


def test_a_server_that_is_not_there_fails_one_case_and_the_others_are_not_run(
    runs: Runs, wrong_server: str
) -> None:
    assert wrong_server

    nowhere = "--toggl-focus-server=http://127.0.0.1:1/api"
    result = runs(nowhere, "-rs", "toggl-focus-server::crud::durations-are-exact")

    result.assert_outcomes(failed=1, skipped=3)
    result.stdout.fnmatch_lines(
        ["http://127.0.0.1:1/api gave no HTTP response at all: *", "SKIPPED [[]3[]] * not run: *"]
    )


def test_an_sdk_is_graded_and_a_violated_should_is_in_the_summary_of_warnings(runs: Runs) -> None:
    result = runs(sdk("empty-query"), "toggl-focus-client::request-line::no-question-mark")

    result.assert_outcomes(passed=1, warnings=2)
    result.stdout.fnmatch_lines(["*ConformanceWarning: warn: [[]no-empty-query[]] request 1*"])


def test_what_an_sdk_lacks_is_skipped_with_the_reason(runs: Runs) -> None:
    result = runs(sdk("fine"), "-rs", "-k", "bearer-key or streaming")

    result.stdout.fnmatch_lines(["SKIPPED * the SDK has no stream_time_blocks"])


@pytest.mark.parametrize(
    ("words", "ids"),
    (
        (("-k", "wrong-content[html]"), ["decoding::wrong-content[html]"]),
        (("-k", "bearer-auth"), ["auth::bearer-key"]),
        (("toggl-focus-client::auth::bearer-key",), ["auth::bearer-key"]),
        (
            ("toggl-focus-client::decoding::wrong-content", "-k", "cut or html"),
            ["decoding::wrong-content[html]", "decoding::wrong-content[cut]"],
        ),
    ),
)
def test_cases_are_chosen_like_tests(runs: Runs, words: tuple[str, ...], ids: list[str]) -> None:
    result = runs("--toggl-focus-client=own:sync", "--collect-only", "-q", *words)

    listed = [line for line in result.outlines if "::" in line]
    assert listed == [f"toggl-focus-client::{id_}" for id_ in ids]


FAILING = "statuses#get_time_block.404"
MESSAGE = (
    "call 1 (get_time_block): expected an error of kind api, got an error of kind transport 404: no"
)


def known_failures(folder: Path, cases: str) -> str:
    file = folder / "known.yaml"
    reason = "- reason: every error is one of the network\n  since: '2026-11-27'\n  cases:\n"
    file.write_text(f"{reason}    {cases}\n", encoding="utf-8")
    return f"--toggl-focus-known-failures={file}"


@pytest.mark.parametrize(
    ("how", "message", "outcome", "says"),
    (
        (
            "all-errors-are-transport",
            MESSAGE,
            "xfailed",
            "XFAIL * every error is one of the network (since 2026-11-27)*",
        ),
        (
            "all-errors-are-transport",
            "another",
            "failed",
            f"fails otherwise than known: {MESSAGE}; known: another",
        ),
        ("fine", MESSAGE, "failed", "[[]XPASS(strict)[]] every error is one of the network *"),
    ),
)
def test_known_failures_are_strict(
    runs: Runs, tmp_path: Path, how: str, message: str, outcome: str, says: str
) -> None:
    known = known_failures(tmp_path, f"{FAILING}: '{message}'")

    result = runs(
        sdk(how), known, "-rx", "toggl-focus-client::errors::statuses[get_time_block.404]"
    )

    assert result.parseoutcomes()[outcome] == 1
    result.stdout.fnmatch_lines([says])


def test_an_unknown_id_among_the_known_failures_ends_the_run(runs: Runs, tmp_path: Path) -> None:
    result = runs(sdk("fine"), known_failures(tmp_path, "no-such-case: text"))

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *known.yaml: there is no case no-such-case"])


def test_an_adapter_that_does_not_start_fails_one_case_and_the_others_are_not_run(
    runs: Runs,
) -> None:
    result = runs("--toggl-focus-client=/no/such/adapter", "-rs", "toggl-focus-client::auth")

    assert result.parseoutcomes() == {"failed": 1, "skipped": 6}
    result.stdout.fnmatch_lines(
        ["no hello: cannot start '/no/such/adapter': *", "SKIPPED [[]6[]] * not run: no hello: *"]
    )


def test_a_request_after_the_end_of_its_case_is_an_error(runs: Runs) -> None:
    result = runs(sdk("late"), "-x", "toggl-focus-client::request-line::get-a-block")

    assert result.parseoutcomes() == {"passed": 1, "errors": 1}
    result.stdout.fnmatch_lines(
        ["get-a-block: request 2: expected no request after the last call had ended, got GET *"]
    )


def test_ctrl_c_ends_the_adapter_too(tmp_path: Path) -> None:
    case = "toggl-focus-client::request-line::get-a-block"
    words = [*PLUGIN, sdk("hang"), "-v", case]
    with subprocess.Popen(  # noqa: S603  (our own command)
        [sys.executable, "-u", "-m", "pytest", *words],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        while "collected" not in process.stdout.readline():
            pass
        process.stdout.readline()
        process.stdout.read(len(case))
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)

    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in output
    assert "INTERNALERROR" not in output


@pytest.mark.parametrize(
    ("words", "says"),
    (
        (("--toggl-focus-server=http://x/api",), "* needs TOGGL_FOCUS_API_KEY (a key), *"),
        (("--toggl-focus-account=/no/such.json",), "cannot read /no/such.json: *"),
        (("--toggl-focus-client=own:other",), "*there is no own:other; choose from *"),
        (("--toggl-focus-client=",  "toggl-focus-client"), "*not found: toggl-focus-client"),
        (("--toggl-focus-client=own:sync", "toggl-focus-client::creat"), "no case is called *"),
        (("--toggl-focus-client=own:sync", "--toggl-focus-known-failures=/no/x"), "cannot read *"),
    ),
)  # fmt: skip
def test_wrong_options_end_the_run_and_say_what_to_do(
    runs: Runs, words: tuple[str, ...], says: str
) -> None:
    result = runs(*words)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {says}"])


def test_the_real_service_is_refused(runs: Runs, wrong_server: str) -> None:
    assert wrong_server

    result = runs("--toggl-focus-server=https://focus.toggl.com/api")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: https://focus.toggl.com/api is the real service. *"])


def test_without_the_extra_it_says_what_to_install(runs: Runs, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import sys; sys.modules['yaml'] = None")

    result = runs("--toggl-focus-client=own:sync")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: * need yaml: pip install 'toggl-focus[[]conformance[]]'"])


def test_a_run_without_the_options_loads_no_suite(runs: Runs, pytester: pytest.Pytester) -> None:
    heavy = "{'yaml', 'hypothesis', 'jsonschema_rs', 'httpx', 'msgspec', 'asyncio'}"
    pytester.makepyfile(f"import sys\ndef test_it(): assert not {heavy} & set(sys.modules)")

    result = runs()

    result.assert_outcomes(passed=1)
