"""`toggl-focus serve -- COMMAND` runs a command that finds the server, and stops when it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import IO, cast

import pytest

SERVE = (sys.executable, "-m", "toggl_focus_conformance", "serve", "--")
GET_A_BLOCK = """
from toggl_focus import TogglFocus
with TogglFocus() as client:
    print(client.time_blocks.get(100, 1001).duration, flush=True)
"""
INTERRUPTED = f"""
import sys, time
try:
    print("ready", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    pass
{GET_A_BLOCK}
sys.exit(7)
"""


def serve(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SERVE, *command], capture_output=True, text=True, check=False)  # noqa: S603  (our own)


def start(code: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603  (our own)
        [*SERVE, "python", "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert output(process).readline() == "ready\n"
    return process


def output(process: subprocess.Popen[str]) -> IO[str]:
    return cast("IO[str]", process.stdout)


def test_the_command_finds_the_server_and_its_exit_code_is_returned() -> None:
    ran = serve("python", "-c", f"{GET_A_BLOCK}\nraise SystemExit(3)")

    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "3600\n", "")


def test_python_is_the_one_in_which_the_package_is_installed() -> None:
    ran = serve("python", "-c", "import sys; print(sys.prefix)")

    assert ran.stdout == f"{sys.prefix}\n"


def test_a_command_that_does_not_exist_is_an_error() -> None:
    ran = serve("no-such-command")

    assert ran.returncode == 2
    assert ran.stderr == "Error: cannot run no-such-command: there is no such command\n"


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGINT for a group of processes")
def test_ctrl_c_is_for_the_command_and_the_server_stays_until_it_ends() -> None:
    with start(INTERRUPTED) as process:
        os.killpg(process.pid, signal.SIGINT)

        assert output(process).read() == "3600\n"

    assert process.returncode == 7


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGTERM")
def test_sigterm_ends_the_command_too() -> None:
    with start("print('ready', flush=True)\nimport time\ntime.sleep(60)") as process:
        process.terminate()

        assert output(process).read() == ""  # nobody has it open any more

    assert process.returncode == 128 + signal.SIGTERM
