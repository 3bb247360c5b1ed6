"""Grades a server case by case; each case has its own day, whichever process runs it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import cast

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.runner import Result
from toggl_focus_conformance.servers import (
    Account,
    AccountError,
    Connection,
    Journal,
    Judge,
    Limits,
    ServerCase,
    days,
    journal_file,
    load_all_cases,
    omitted,
    one_user,
    play_case,
    read_account,
)

from .sides import CannotGrade, Side, SidesError

__all__ = ["ServerSide", "the_account"]

_VARIABLES = {
    "TOGGL_FOCUS_API_KEY": "a key",
    "TOGGL_FOCUS_ORGANIZATION_ID": "an id",
    "TOGGL_FOCUS_WORKSPACE_ID": "an id",
    "TOGGL_FOCUS_TASK_IDS": "two tasks of the workspace, such as 100,101",
}


def the_account(url: str | None, file: str | None, *, live: bool) -> Account:
    """The account that the options and the environment give. Raises SidesError."""
    try:
        account = read_account(Path(file)) if file else _of_variables(str(url), os.environ)
    except AccountError as error:
        raise SidesError(str(error)) from None
    if account.is_real_service and not live:
        raise SidesError(
            f"{account.base_url} is the real service. Cases send hundreds of requests of your "
            "hourly quota and create blocks far in the future, which they delete again. Add "
            "--toggl-focus-live to do so; `toggl-focus conformance server --budget 30` stays "
            "within the free plan"
        )
    return account


def _of_variables(url: str, variables: Mapping[str, str]) -> Account:
    if missing := [name for name in _VARIABLES if not variables.get(name)]:
        what = ", ".join(f"{name} ({_VARIABLES[name]})" for name in missing)
        raise SidesError(f"--toggl-focus-server needs {what}; or use --toggl-focus-account FILE")
    return one_user(
        url,
        variables["TOGGL_FOCUS_API_KEY"],
        _integer("TOGGL_FOCUS_ORGANIZATION_ID", variables),
        _integer("TOGGL_FOCUS_WORKSPACE_ID", variables),
        variables["TOGGL_FOCUS_TASK_IDS"],
        names=("--toggl-focus-server", "TOGGL_FOCUS_TASK_IDS"),
    )


def _integer(name: str, variables: Mapping[str, str]) -> int:
    try:
        return int(variables[name])
    except ValueError:
        raise SidesError(f"{name} must be an integer, got {variables[name]!r:.80}") from None


class ServerSide(Side):
    """Grades a server. A case has the same day in every process, so runs can be distributed."""

    name = "toggl-focus-server"
    kind = "server"

    def __init__(self, account: Account, cases: Sequence[ServerCase], limits: Limits) -> None:
        self.label = account.base_url
        self.cases = cases
        self._account = account
        self._limits = limits
        everything = load_all_cases()  # also those that only an older set has
        each_day = days(limits.seed, len(everything))
        self.days: Mapping[str, date] = {
            case.id: day for case, day in zip(everything, each_day, strict=True)
        }
        self._judge = Judge(limits.decided)
        self._connection: Connection | None = None
        self._journal = Journal(journal_file())

    def omitted(self, case: Case) -> str | None:
        """Say what the account lacks, and that a case is destructive."""
        result = omitted(cast("ServerCase", case), self._account, self._limits)
        if result is None:
            return None
        option = result.reason.replace("--allow-", "--toggl-focus-allow-")
        return f"untestable: {option}" if result.status == "untestable" else option

    def grade(self, case: Case) -> Result:
        """Play a case, and delete what it has created."""
        if self._connection is None:
            self._connection = Connection(self._account)
        connection = self._connection
        result = play_case(
            cast("ServerCase", case),
            self.days[case.id],
            self._account,
            connection,
            self._journal,
            self._judge,
        )
        if connection.count and not connection.responses:
            raise CannotGrade(f"{self.label} gave no HTTP response at all: {result.reason}")
        return result

    def close(self) -> Sequence[str]:
        """Close the connections; a file is left only where blocks are."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._journal.close()
        return []

    def warnings(self) -> Sequence[str]:
        """Say how to delete the blocks that are left behind."""
        if not self._journal.left:
            return []
        command = f"toggl-focus conformance server --cleanup {self._journal.path}"
        number = len(self._journal.left)
        return [f"{number} blocks were left behind; `{command}` with the account deletes them"]
