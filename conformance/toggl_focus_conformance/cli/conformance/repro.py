"""`repro`: runs one case and shows all that went over the pipe and the wire."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.runner import Run, Settings, bytes_lines, explained, grade
from toggl_focus_conformance.runner.play import open_ports
from toggl_focus_conformance.servers import (
    AccountError,
    Connection,
    Limits,
    grade_server,
    read_account,
)
from toggl_focus_conformance.wire import Wire

from .choosing import AtFault, all_cases, all_server_cases, can_listen, cases_named, the_target

__all__ = ["reproduce", "reproduce_on_server", "serve_case"]


def reproduce(
    id_: str, words: Sequence[str], seed: int, listen: str, advertise: str | None
) -> None:
    """Run a case, or all of its rows, and end with the run's exit code."""
    if not words:
        raise AtFault("name the adapter after --, or use --serve, or --account for a server")
    cases = cases_named(id_, all_cases())
    settings = Settings(
        seed=seed,
        parallel=1,
        retry_failed=False,
        host=can_listen(listen),
        advertise=advertise,
    )
    run = asyncio.run(grade(the_target(words), cases, settings))
    _end(run)


def reproduce_on_server(id_: str, account_file: Path, seed: int) -> None:
    """Run a case for servers, or all of its rows, and end with the run's exit code."""
    cases = cases_named(id_, all_server_cases())
    try:
        account = read_account(account_file)
    except AccountError as error:
        raise AtFault(str(error)) from None
    if account.is_real_service:
        raise AtFault("this is the real service: use `server --live --only ID`")
    connection = Connection(account)
    try:
        run = grade_server(account, cases, connection, Limits(seed=seed))
    finally:
        connection.close()
    _end(run)


def _end(run: Run) -> NoReturn:
    """Show everything, and end with the run's exit code."""
    for result in run.results:
        click.echo(explained(result, run.side))
    for line in run.problems:
        click.echo(f"! {line}")
    sys.exit(run.exit_code)


def serve_case(id_: str, seed: int, listen: str, advertise: str | None) -> None:
    """Play the server of a case until Ctrl-C, and show what arrives."""
    case, *others = cases_named(id_, all_cases())
    if others:
        names = ", ".join(each.id for each in (case, *others[:7]))
        raise AtFault(f"{id_} has {len(others) + 1} rows; name one: {names}")
    try:
        asyncio.run(_serve(case, seed, Wire(can_listen(listen), advertise)))
    except KeyboardInterrupt:
        click.echo()


async def _serve(case: Case, seed: int, wire: Wire) -> None:
    async with wire:
        played = await open_ports(case, wire, seed, 1)
        click.echo(f"{case.id}: {case.title}")
        click.echo(f"base URL {played.port.base_url}, key {played.who['a'].token}")
        if played.other is not None:
            click.echo(f"the other server: {played.other.base_url}")
        click.echo("Stop it with Ctrl-C.")
        shown = 0
        while True:
            await asyncio.sleep(0.1)
            for event in played.port.events[shown:]:
                for line in bytes_lines(event.ms, event.kind, event.connection, event.data):
                    click.echo(line)
            shown = len(played.port.events)
