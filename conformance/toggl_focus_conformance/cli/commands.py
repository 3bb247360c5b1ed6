"""The command line: the reference server and the demo."""

import logging
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from toggl_focus import __version__
from toggl_focus_server import ReferenceServer, StartError

from . import ready
from .conformance import conformance

if TYPE_CHECKING:
    from io import TextIOWrapper


class Refused(click.ClickException):
    """The command cannot do what it should; one line says why."""

    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="toggl-focus")
def main() -> None:
    """Tools for the Toggl Focus time-blocks API: a local server and a conformance suite."""
    stdout = cast("TextIOWrapper[Any]", sys.stdout)
    if hasattr(stdout, "reconfigure"):
        stdout.reconfigure(errors="replace")  # a pipe may know fewer letters than the names have


main.add_command(conformance)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Where to listen; 0 takes a free one.",
)
@click.option(
    "--database",
    type=click.Path(path_type=Path),
    help="A file that keeps the state; without one it is gone at the end.",
)
@click.option(
    "--seed",
    type=click.Choice(["demo", "empty"]),
    default="demo",
    show_default=True,
    help="What a new database begins with: two weeks of blocks, or tasks only.",
)
@click.option(
    "--week",
    type=click.Choice(["fixed", "current"]),
    default="fixed",
    show_default=True,
    help="Dates of the demo data: from 5 January 2026, or last week and this week.",
)
@click.option(
    "--quota", type=click.IntRange(1), help="Requests per hour, user and organization, then 402."
)
@click.option(
    "--nulls",
    type=click.Choice(["send", "omit"]),
    default="send",
    show_default=True,
    help="Whether optional fields without a value are sent as null.",
)
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Once ready, write the variables that a client reads to this file.",
)
@click.option(
    "--account",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Once ready, write all users and what is theirs to this file, as JSON.",
)
@click.option("--verbose", is_flag=True, help="Log queries, and why requests are refused.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def serve(
    host: str,
    port: int,
    database: Path | None,
    seed: str,
    week: Literal["fixed", "current"],
    quota: int | None,
    nulls: Literal["send", "omit"],
    env_file: Path | None,
    account: Path | None,
    verbose: bool,  # noqa: FBT001  # click passes every option by name
    command: tuple[str, ...],
) -> None:
    """Run the reference server until Ctrl-C or SIGTERM, or as long as COMMAND runs.

    It behaves like the service as far as that is known, on data of its own. COMMAND, such as
    `toggl-focus serve -- python`, finds its URL and an account in the environment.
    """
    for path in (env_file, account):
        if path and (reason := ready.refusal(path, only_ours=path is env_file)):
            raise Refused(f"cannot write {path}: {reason}")
    if verbose or not command:
        _log_to_stderr()
    # put() is safe in a signal handler, where the lock of an Event is not
    signals: SimpleQueue[int] = SimpleQueue()
    for number in stop_signals(signal):
        signal.signal(number, lambda number, _: signals.put(number))
    try:
        with ReferenceServer(
            host, port, database, seed, quota, nulls, week=week, verbose=verbose
        ) as server:
            if env_file:
                _write(env_file, ready.env_file(server))
            if account:
                _write(account, ready.account_file(server))
            if command:
                sys.exit(_run(command, ready.environment(server)))
            click.echo(ready.text(server))
            wait(signals)
    except StartError as error:
        raise Refused(str(error)) from None


@main.command()
def accounts() -> None:
    """List every user, key, organization, workspace and task of the reference server."""
    click.echo(ready.accounts())


@main.command()
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also save what is shown, as an SVG file.",
)
def demo(picture: Path | None) -> None:
    """Run both clients through all operations against a server of its own, and show it."""
    from rich.console import Console  # noqa: PLC0415  (only this command draws)

    from . import demo as drawing  # noqa: PLC0415

    if picture and not picture.parent.is_dir():
        raise Refused(f"cannot write {picture}: there is no folder {picture.parent}")
    steps = drawing.run()
    # Elsewhere than in a terminal there is no width to fit into.
    drawing.show(Console(width=None if sys.stdout.isatty() else 120), *steps)
    if picture:
        try:
            picture.write_text(drawing.picture(*steps), encoding="utf-8", newline="\n")
        except OSError as error:
            raise Refused(f"cannot write {picture}: {error.strerror}") from None


def stop_signals(module: Any) -> list[Any]:  # noqa: ANN401  # the module signal has no type
    """The signals at which the server stops, as far as the platform has them."""
    names = ("SIGINT", "SIGTERM", "SIGBREAK")
    return [getattr(module, name) for name in names if hasattr(module, name)]


def wait(signals: "SimpleQueue[int]") -> None:
    """Wait for a signal. On Windows a handler runs only between two waits, so each is short."""
    while True:
        with suppress(Empty):
            signals.get(timeout=0.5)
            return


def _run(command: tuple[str, ...], variables: dict[str, str]) -> int:
    """Run a command with these variables in its environment; return its exit code."""
    # `python` is the one in which this package is installed, as in an activated environment.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    program = shutil.which(command[0], path=path)
    if program is None:
        raise Refused(f"cannot run {command[0]}: there is no such command")
    environment = os.environ | variables | {"PATH": path}
    with subprocess.Popen([program, *command[1:]], env=environment) as process:  # noqa: S603  (the command of the user)
        # Ctrl-C reaches the command by itself.
        signal.signal(signal.SIGTERM, lambda _number, _frame: process.terminate())
        code = process.wait()
    return code if code >= 0 else 128 - code  # ended by a signal, as shells tell it


def _write(path: Path, content: bytes) -> None:
    try:
        ready.write(path, content)
    except OSError as error:
        raise Refused(f"cannot write {path}: {error.strerror}") from None


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log = logging.getLogger("toggl_focus_server")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
