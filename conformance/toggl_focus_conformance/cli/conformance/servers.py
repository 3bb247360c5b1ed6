"""`server`: grades a server at any URL, and cleans up what a crashed run left behind."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from toggl_focus_conformance.runner import Run
from toggl_focus_conformance.servers import (
    Account,
    AccountError,
    Connection,
    Journal,
    Limits,
    ServerCase,
    grade_server,
    journal_file,
    load_all_cases,
    one_user,
    read_account,
    read_journal,
)
from toggl_focus_conformance.servers.observed import observed
from toggl_focus_conformance.servers.player import delete_all

from .choosing import AtFault, all_server_cases, check_writable, chosen
from .known import known_failures, settle
from .modelling import MODEL, add_model
from .progress import watching
from .reporting import Reports
from .showing import show_results

__all__ = ["Flags", "clean_up", "grade"]


@dataclass(frozen=True)
class Flags:
    """The options of `server`, as they were given."""

    account: Path | None
    base_url: str | None
    api_key: str | None
    organization_id: int | None
    workspace_id: int | None
    task_ids: str | None
    foreign_workspace_id: int | None
    live: bool
    headers: Sequence[str]
    cacert: Path | None


def grade(
    flags: Flags,
    only: Sequence[str],
    limits: Limits,
    *,
    requirements: str | None,
    model_steps: int,
    journal_path: Path | None,
    known_file: Path | None,
    record: Path | None,
    reports: Reports,
    observed_file: Path | None,
) -> None:
    """Grade a server, show and write the results, and end with the run's exit code."""
    account = _account(flags)
    cases = chosen(all_server_cases(requirements), only)
    known = known_failures(known_file)
    reports.check()
    check_writable(observed_file, journal_path, record)
    if model_steps and limits.budget is not None:
        raise AtFault("--model-steps sends more than a budget allows: use it without --budget")
    _check_host(account, cases, limits, model_steps, live=flags.live)
    journal = Journal(journal_path or journal_file())
    connection = _connection(account, flags, limits.budget)
    try:
        with watching() as watcher:
            run = grade_server(account, cases, connection, limits, journal=journal, watcher=watcher)
            run.suite = requirements or run.suite
        if model_steps and not run.interrupted:
            click.echo(f"sending {model_steps} random calls", err=True)
            add_model(run, account, connection, model_steps, decided=limits.decided == "fail")
    finally:
        connection.close()
        journal.close()
        if journal.left:
            click.echo(
                f"Blocks were left behind. To delete them, run this again with --cleanup "
                f"{journal.path}",
                err=True,
            )
    settle(run, known, record, load_all_cases())
    _show(run, connection)
    reports.write([run])
    if observed_file is not None:
        observed_file.write_bytes(observed(run))
    sys.exit(run.exit_code)


def clean_up(flags: Flags, path: Path) -> None:
    """Delete the blocks in a journal, and end with 0 if all are gone."""
    account = _account(flags)
    try:
        journal = read_journal(path)
    except (OSError, ValueError, KeyError) as error:
        raise AtFault(f"cannot read the journal {path}: {error}") from None
    number = len(journal.left)
    connection = _connection(account, flags, None)
    delete_all(connection, account, journal, sorted(journal.left))
    connection.close()
    journal.close()
    click.echo(f"deleted {number - len(journal.left)} of {number} blocks")
    sys.exit(1 if journal.left else 0)


def _account(flags: Flags) -> Account:
    if flags.account is not None:
        try:
            return read_account(flags.account)
        except AccountError as error:
            raise AtFault(str(error)) from None
    given = {
        "--base-url": flags.base_url,
        "--api-key (or TOGGL_FOCUS_API_KEY)": flags.api_key,
        "--organization-id": flags.organization_id,
        "--workspace-id": flags.workspace_id,
        "--task-ids": flags.task_ids,
    }
    if missing := [name for name, value in given.items() if not value]:
        raise AtFault(f"missing {', '.join(missing)}; or use --account FILE")
    try:
        return one_user(
            str(flags.base_url),
            str(flags.api_key),
            int(flags.organization_id or 0),
            int(flags.workspace_id or 0),
            str(flags.task_ids),
            foreign_workspace_id=flags.foreign_workspace_id,
        )
    except AccountError as error:
        raise AtFault(str(error)) from None


def _check_host(
    account: Account, cases: Sequence[ServerCase], limits: Limits, model_steps: int, *, live: bool
) -> None:
    """Refuse the vendor's service unless --live is given, and say what it will cost."""
    if not account.is_real_service:
        return
    cost = min(sum(case.cost for case in cases), limits.budget or sys.maxsize)
    many = f"up to {cost} requests"
    if model_steps:
        many += f" and {model_steps} steps of the model, which are some more,"
    if not live:
        raise AtFault(
            f"{account.base_url} is the real service. A run sends {many} of your "
            "hourly quota and creates blocks far in the future, which it deletes again. "
            "Add --live to do so, and --budget 30 to stay within the free plan"
        )
    click.echo(f"this sends {many} to {account.base_url}", err=True)


def _connection(account: Account, flags: Flags, budget: int | None) -> Connection:
    headers: dict[str, str] = {}
    for each in flags.headers:
        name, colon, value = each.partition(":")
        if not colon:
            raise AtFault(f"--header must be like 'Name: value', got {name!r}")
        headers[name.strip()] = value.strip()
    cacert = None if flags.cacert is None else str(flags.cacert)
    try:
        return Connection(account, budget=budget, headers=headers, cacert=cacert)
    except OSError as error:
        raise AtFault(f"--cacert: cannot use {cacert}: {error}") from None


def _show(run: Run, connection: Connection) -> None:
    show_results(run)
    counts = ", ".join(f"{number} {status}" for status, number in run.counts.most_common())
    cases = sum(each.area != MODEL for each in run.results)
    click.echo(
        f"{run.target}: {cases} cases and {connection.count} requests "
        f"in {run.seconds:.1f} s: {counts}"
    )
