"""The command line: the reference server and the demo."""

import logging
import signal
import sys
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from .server import ReferenceServer, StartError

if TYPE_CHECKING:
    from io import TextIOWrapper

READY = """\
The reference server is ready at {url}

export TOGGL_FOCUS_BASE_URL={url}
export TOGGL_FOCUS_API_KEY={account.api_key}
export TOGGL_FOCUS_ORGANIZATION_ID={account.organization_id}
export TOGGL_FOCUS_WORKSPACE_ID={account.workspace_id}

curl -H 'Authorization: Bearer {account.api_key}' '{url}/organizations/{account.organization_id}\
/workspaces/{account.workspace_id}/time-blocks?date_from=2026-01-05T00:00:00Z&date_to=2026-01-12T00:00:00Z'

Stop it with Ctrl-C.
"""


class Refused(click.ClickException):
    """The command cannot do what it was asked to; one line says why."""

    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="toggl-focus")
def main() -> None:
    """Work with the Toggl Focus time-blocks API without the service."""


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
    "--quota", type=click.IntRange(1), help="Requests per hour, user and organization, then 402."
)
@click.option(
    "--nulls",
    type=click.Choice(["send", "omit"]),
    default="send",
    show_default=True,
    help="What becomes of optional fields without a value.",
)
def serve(
    host: str,
    port: int,
    database: Path | None,
    seed: str,
    quota: int | None,
    nulls: Literal["send", "omit"],
) -> None:
    """Run the reference server until Ctrl-C or SIGTERM.

    It behaves like the service as far as that is known, on data of its own.
    """
    _log_to_stderr()
    # put() is safe in a signal handler, where the lock of an Event is not
    told: SimpleQueue[int] = SimpleQueue()
    try:
        with ReferenceServer(host, port, database, seed, quota, nulls) as server:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda number, _: told.put(number))
            click.echo(READY.format(url=server.url, account=server.account))
            told.get()
    except StartError as error:
        raise Refused(str(error)) from None


@main.command()
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Also save what is shown, as an SVG file.",
)
def demo(picture: Path | None) -> None:
    """Run both clients through all operations against a server of its own, and show it."""
    from rich.console import Console  # noqa: PLC0415  (only this command draws)

    from .demo import run  # noqa: PLC0415

    # Elsewhere than in a terminal there is no width to fit into, and 80 columns fold every line.
    stdout = cast("TextIOWrapper[Any]", sys.stdout)
    if hasattr(stdout, "reconfigure"):
        stdout.reconfigure(errors="replace")  # a pipe may know fewer letters than the tasks have
    width = None if stdout.isatty() and not picture else 140
    if picture and not picture.parent.is_dir():
        raise Refused(f"cannot write {picture}: there is no folder {picture.parent}")
    console = Console(width=width, record=picture is not None)
    run(console)
    if picture:
        try:
            console.save_svg(str(picture), title="toggl-focus demo")
        except OSError as error:
            raise Refused(f"cannot write {picture}: {error.strerror}") from None


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log = logging.getLogger("toggl_focus_conformance")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
