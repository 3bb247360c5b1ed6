"""`toggl-focus serve` as a person and as a parent process meet it."""

from __future__ import annotations

import re
import shlex
import signal
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tests.server.focus import YEAR, Focus, Spawn, read, row, run
from toggl_focus_conformance import create_app
from toggl_focus_conformance.cli.commands import main


@pytest.mark.parametrize("number", (signal.SIGINT, signal.SIGTERM))
def test_it_prints_where_it_is_serves_and_stops_on_a_signal(
    spawn: Spawn, number: signal.Signals
) -> None:
    process = spawn()
    path = f"{process.url}/organizations/1/workspaces/10/tasks/100/time-blocks/1001"

    response = httpx.get(path, params={"api_key": "hidden"}, headers=process.headers)
    status, out, log = process.stop(number)

    exports = dict(re.findall(r"^export TOGGL_FOCUS_(\w+)=(\S+)$", out, re.MULTILINE))
    assert exports == {
        "BASE_URL": process.url,
        "API_KEY": "toggl_sk_" + "5" * 32,
        "ORGANIZATION_ID": "1",
        "WORKSPACE_ID": "10",
    }
    assert response.json()["id"] == 1001
    assert status == 0
    route = "/api/organizations/1/workspaces/10/tasks/100/time-blocks/1001"
    assert re.fullmatch(rf"\d\d:\d\d:\d\d GET {route} 200 get_time_block \d+\.\d ms\n", log)


def test_the_line_for_curl_is_ready_to_be_pasted(spawn: Spawn) -> None:
    process = spawn()
    _, out, _ = process.stop(signal.SIGTERM)

    (line,) = (line for line in out.splitlines() if line.startswith("curl "))
    _, flag, header, url = shlex.split(line)

    assert (flag, header) == ("-H", f"Authorization: {process.headers['Authorization']}")
    assert url.startswith(f"{process.url}/organizations/1/workspaces/10/time-blocks?date_from=")


def test_options_reach_the_server(spawn: Spawn) -> None:
    process = spawn("--quota", "1", "--nulls", "omit", "--seed", "empty")
    path = f"{process.url}/organizations/1/workspaces/10"

    blocks = httpx.post(
        f"{path}/tasks/100/time-blocks",
        json={"start": "2026-03-02T09:00:00Z"},
        headers=process.headers,
    )
    refused = httpx.get(f"{path}/time-blocks", params=YEAR, headers=process.headers)

    assert "duration" not in blocks.json()
    assert (blocks.json()["id"], refused.status_code) == (1, 402)


def test_a_stop_in_mid_stream_cuts_it_and_shows_no_traceback(spawn: Spawn, tmp_path: Path) -> None:
    with create_app(database=tmp_path / "state") as app:
        app.store.insert_all(row(n) for n in range(6000))
    process = spawn("--database", str(tmp_path / "state"))
    url = f"{process.url}/organizations/1/workspaces/10/time-blocks/stream"

    stopped: list[tuple[int, str, str]] = []

    with httpx.Client(headers=process.headers) as http:
        _, whole = read(http, url, lambda: stopped.append(process.stop(signal.SIGINT)))

    ((status, _, log),) = stopped
    assert not whole
    assert status == 0
    assert log.endswith("cut\n")
    assert "Traceback" not in log


def test_what_is_in_the_way_is_one_line_and_status_2(focus: Focus, tmp_path: Path) -> None:
    port = httpx.URL(focus.server.url).port
    diary = tmp_path / "diary"
    diary.write_text("Dear diary")

    for options, text in (
        (
            ("--port", str(port)),
            f"127.0.0.1:{port} is taken; choose another port, or 0 for a free one",
        ),
        (("--host", "no host"), "cannot resolve the host no host: "),
        (("--database", str(diary)), f"cannot use the database {diary}: file is not a database"),
        (("--database", str(tmp_path / "no" / "where")), f"there is no directory {tmp_path}/no"),
        (("--database", str(tmp_path)), "it is a directory; name a file in it"),
        (("--database", "/dev/null"), "it is not an ordinary file"),
    ):
        status, out, log = run("serve", *options)

        assert (status, out) == (2, "")
        assert re.fullmatch(rf"Error: .*{re.escape(text)}.*\n", log)


@pytest.mark.parametrize(
    "options",
    (
        ("--port", "65536"),
        ("--port", "http"),
        ("--quota", "0"),
        ("--nulls", "maybe"),
        ("--seed", "poppy"),
    ),
)
def test_a_wrong_option_is_status_2_too(options: tuple[str, str]) -> None:
    result = CliRunner().invoke(main, ["serve", *options])

    assert result.exit_code == 2
    assert f"Invalid value for '{options[0]}'" in result.output
