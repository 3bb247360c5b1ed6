"""What `serve` prints and writes once it is ready, on each platform."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from queue import Empty
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from tests.server.focus import KEY, Focus, Serve, Spawn, run
from toggl_focus_conformance import ReferenceServer, StartError
from toggl_focus_conformance.cli import commands, ready
from toggl_focus_server import run as running

BLOCKS = "/organizations/1/workspaces/10/tasks/100/time-blocks"


def tasks_of(workspace: str) -> list[int]:
    return [int(row[0]) for row in ready.directory()["Tasks"] if row[2] == workspace]


def variables(server: ReferenceServer) -> dict[str, str]:
    return {
        "TOGGL_FOCUS_BASE_URL": server.url,
        "TOGGL_FOCUS_API_KEY": KEY,
        "TOGGL_FOCUS_ORGANIZATION_ID": "1",
        "TOGGL_FOCUS_WORKSPACE_ID": "10",
    }


def test_the_commands_for_a_posix_shell_can_be_pasted(demo: Focus) -> None:
    text = ready.text(demo.server, "linux")
    script = "\n".join(line for line in text.splitlines() if line.startswith(("export ", "curl ")))

    printed = subprocess.run(  # our own text
        ["/bin/sh", "-e"],
        input=f'curl() {{ printf "%s\\n" "$@"; env; }}\n{script}',
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    flag, header, url = printed[:3]
    assert (flag, header) == ("-H", f"Authorization: Bearer {KEY}")
    assert len(httpx.get(url, headers=demo.http.headers).json()["data"]) > 5
    assert set(printed) >= {f"{name}={value}" for name, value in variables(demo.server).items()}


def test_the_commands_for_windows_are_those_of_its_two_shells(demo: Focus) -> None:
    text = ready.text(demo.server, "win32")

    assert dict(re.findall(r'^\$env:(\w+) = "(.*)"$', text, re.MULTILINE)) == variables(demo.server)
    assert dict(re.findall(r"^set (\w+)=(.*)$", text, re.MULTILINE)) == variables(demo.server)
    (curl,) = re.findall(r"^curl\.exe .*$", text, re.MULTILINE)
    # cmd knows no single quotes, and takes & for the end of a command outside of double ones
    assert "'" not in curl
    assert "&" not in re.sub(r'"[^"]*"', "", curl)
    assert not set("$`%!") & set(curl)
    assert "export" not in text


def test_the_text_begins_with_the_url_and_ends_with_how_to_stop(demo: Focus) -> None:
    for platform in ("linux", "darwin", "win32"):
        lines = ready.text(demo.server, platform).splitlines()

        assert lines[0] == f"The reference server is ready at {demo.server.url}"
        assert lines[-1] == "Stop it with Ctrl-C."


def test_what_is_described_but_not_implemented_is_reported_once(serve: Serve) -> None:
    focus = serve()
    focus.server.app.unimplemented = ("count_time_blocks",)

    assert "Described but not implemented: count_time_blocks" in ready.text(focus.server)


def test_files_are_written_once_the_server_is_ready(spawn: Spawn, tmp_path: Path) -> None:
    env, account = tmp_path / "focus.env", tmp_path / "account.json"

    process = spawn("--env-file", str(env), "--account", str(account))

    base, users = (json.loads(account.read_bytes())[name] for name in ("base_url", "users"))
    assert base == process.url
    assert users[0] == {
        "api_key": KEY,
        "email": "mari@example.com",
        "password": "correct horse battery staple",
        "user_id": 5,
        "workspaces": [
            {"organization_id": 1, "workspace_id": 10, "task_ids": tasks_of("10")},
            {"organization_id": 1, "workspace_id": 11, "task_ids": tasks_of("11")},
        ],
    }
    assert [user["user_id"] for user in users] == [5, 6, 7, 8]
    assert users[3]["workspaces"] == []
    # as a shell reads it
    sourced = subprocess.check_output(  # noqa: S603  # our own file
        ["/bin/sh", "-ec", '. "$0"; echo "$TOGGL_FOCUS_BASE_URL $TOGGL_FOCUS_API_KEY"', env],
        text=True,
    )
    assert shlex.split(sourced) == [process.url, KEY]
    for path in (env, account):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert b"\r" not in path.read_bytes()
        assert path.read_bytes().endswith(b"\n")
    assert sorted(tmp_path.iterdir()) == [account, env]


def test_a_file_is_replaced_at_once_and_its_mode_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.write_text("old")
    path.chmod(0o644)
    with path.open() as before:
        ready.write(path, b"new\n")

        assert before.read() == "old"
    assert path.read_bytes() == b"new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        ready.write(tmp_path / "account.json", b"new")

    assert list(tmp_path.iterdir()) == []


def test_an_env_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("DATABASE_PASSWORD=mine\n")

    status, out, log = run("serve", "--env-file", str(path))

    assert (status, out) == (2, "")
    assert log == (
        f"Error: cannot write {path}: it exists, and another program wrote it; "
        "choose another name\n"
    )
    assert path.read_text() == "DATABASE_PASSWORD=mine\n"


def test_an_env_file_of_an_earlier_start_is_replaced(tmp_path: Path, demo: Focus) -> None:
    path = tmp_path / ".env"
    path.write_bytes(ready.env_file(demo.server))

    assert ready.refusal(path, only_ours=True) is None


@pytest.mark.parametrize("option", ("--env-file", "--account"))
def test_a_place_where_nothing_can_be_written_is_one_line_and_status_2(
    option: str, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    for path, text in (
        (tmp_path / "no" / "file", f"there is no folder {tmp_path / 'no'}"),
        (Path(os.devnull), "it is not an ordinary file"),
    ):
        ran = CliRunner().invoke(commands.main, ["serve", option, str(path)])

        assert (ran.exit_code, ran.output) == (2, f"Error: cannot write {path}: {text}\n")


def test_all_accounts_can_be_listed(demo: Focus) -> None:
    ran = CliRunner().invoke(commands.main, ["accounts"])

    assert ran.exit_code == 0
    for account in demo.server.accounts:
        row = next(line for line in ran.output.splitlines() if account.api_key in line)
        assert re.split(r"  +", row)[1:] == [
            account.name,
            account.api_key,
            account.email,
            account.password,
        ]
    for name in ("Tamm & Partners", "Back room", "Cut the trailer", "Waiting for others"):
        assert name in ran.output


def test_accounts_can_be_listed_where_not_every_letter_can_be_printed() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "toggl_focus_conformance", "accounts"],
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=True,
    ).stdout

    assert b"Stand-up ?" in printed


class Waits:
    """Stands for the queue of signals, and notes how long it was waited for one."""

    def __init__(self) -> None:
        self.timeouts: list[float] = []

    def get(self, timeout: float) -> int:
        self.timeouts.append(timeout)
        if len(self.timeouts) < 3:
            raise Empty
        return signal.SIGINT


def test_no_wait_for_a_signal_is_long_because_none_arrives_during_one_on_windows() -> None:
    waits: Any = Waits()

    commands.wait(waits)

    assert len(waits.timeouts) == 3
    assert max(waits.timeouts) <= 1


@pytest.mark.parametrize(
    ("known", "expected"),
    (
        (("SIGINT", "SIGTERM", "SIGHUP"), ["SIGINT", "SIGTERM"]),
        (("SIGINT", "SIGBREAK"), ["SIGINT", "SIGBREAK"]),
        (("SIGINT",), ["SIGINT"]),
    ),
)
def test_the_server_stops_at_the_signals_that_a_platform_has(
    known: tuple[str, ...], expected: list[str]
) -> None:
    platform = SimpleNamespace(**{name: name for name in known})

    assert commands.stop_signals(platform) == expected


class Listener:
    """Stands for a socket, and notes its options."""

    def __init__(self) -> None:
        self.options: list[tuple[int, int, int]] = []

    def setsockopt(self, level: int, option: int, value: int) -> None:
        self.options.append((level, option, value))


@pytest.mark.parametrize(
    ("platform", "name"),
    (("win32", "SO_EXCLUSIVEADDRUSE"), ("linux", "SO_REUSEADDR"), ("darwin", "SO_REUSEADDR")),
)
def test_a_port_in_use_is_refused_on_every_platform(
    monkeypatch: pytest.MonkeyPatch, platform: str, name: str
) -> None:
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", -5, raising=False)
    listener: Any = Listener()

    running.reserve(listener, platform)

    assert listener.options == [(socket.SOL_SOCKET, getattr(socket, name), 1)]


@pytest.mark.parametrize(
    ("platform", "code", "text"),
    (
        ("win32", errno.EADDRINUSE, "is taken"),
        ("win32", errno.EACCES, "is taken"),
        ("linux", errno.EADDRINUSE, "is taken"),
        ("linux", errno.EACCES, "cannot listen on"),
    ),
)
def test_what_a_platform_says_of_a_port_in_use_is_understood(
    platform: str, code: int, text: str
) -> None:
    error = running.refusal("127.0.0.1:80", OSError(code, "as it says"), platform)

    assert isinstance(error, StartError)
    assert text in str(error)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_printed_curl_line_works(spawn: Spawn) -> None:
    (line,) = (each for each in spawn().out.splitlines() if each.startswith("curl "))

    body = subprocess.check_output(["/bin/sh", "-c", line], stderr=subprocess.DEVNULL)  # noqa: S603

    assert len(json.loads(body)["data"]) > 5
