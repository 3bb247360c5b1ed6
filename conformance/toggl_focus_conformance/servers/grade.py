"""Grades a server: chooses the cases, plays them, cleans up, and returns the results."""

from __future__ import annotations

import random
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from toggl_focus_conformance.runner import Check, Entry, Result, Run, Status, Watcher

from .account import Account
from .case import ServerCase
from .connection import BudgetError, Connection, Reply
from .journal import Journal
from .judging import Judge, status_of
from .player import Player, delete_all
from .values import Values

__all__ = ["Limits", "grade_server"]

_FIRST_DAY = date(2200, 1, 1)
_DAYS_PER_CASE = 4
_SHOWN = 16_384


@dataclass(frozen=True)
class Limits:
    """How a server is graded.

    decided: whether a server that decides open points otherwise differs or fails. budget: how many
    requests may be sent, cleanup included. destructive: also run cases that may touch blocks which
    the run did not create. workers: cases at a time.
    """

    decided: Literal["differ", "fail"] = "differ"
    budget: int | None = None
    destructive: bool = False
    workers: int = 1
    seed: int = 0


def grade_server(
    account: Account,
    cases: Sequence[ServerCase],
    connection: Connection,
    limits: Limits | None = None,
    *,
    journal: Journal | None = None,
    watcher: Watcher | None = None,
) -> Run:
    """Play the cases and return what came of each.

    Everything that a case creates is deleted when it ends; `journal.left` lists what could not be.
    On Ctrl-C the results so far are returned, with `interrupted` set.

    Example:
        >>> run = grade_server(account, load_cases(), Connection(account))
        >>> print(run.counts)

    Source: the contracts for judging servers in docs/conformance/grading-a-server.md.
    """
    limits = limits or Limits()
    journal = journal or Journal(None)
    run = Run(account.base_url, side="server", seed=limits.seed)
    run.sdk = {"name": account.base_url, "version": ""}
    started = time.monotonic()
    chosen, left_out = _choose(cases, account, limits)
    run.results = left_out
    if watcher is not None:
        watcher.begun(run, len(chosen))
    judge = Judge(limits.decided)
    days = _days(limits.seed, len(chosen))

    def play(case: ServerCase, day: date) -> Result:
        player = Player(case, Values(account, day), connection, journal, judge)
        begun = time.monotonic()
        try:
            player.play()
        except BudgetError as error:
            return _result(case, "skip", str(error))
        finally:
            player.clean_up()
        return _outcome(case, player, account, time.monotonic() - begun)

    try:
        for done, result in enumerate(_each(play, chosen, days, limits.workers), 1):
            run.results.append(result)
            if watcher is not None:
                spent = time.monotonic() - started
                watcher.finished(result, done, len(chosen), spent / done * (len(chosen) - done))
    except KeyboardInterrupt:
        run.interrupted = True
        delete_all(connection, account, journal, sorted(journal.left))
    order = {case.id: number for number, case in enumerate(cases)}
    run.results.sort(key=lambda result: order[result.id])
    if journal.left:
        blocks = ", ".join(map(str, sorted(journal.left)))
        run.problems.append(f"blocks that could not be deleted: {blocks}")
    played = [result for result in run.results if result.checks]
    if played and all(map(_unreachable, played)):
        run.problems.append(f"the server gave no HTTP response at all: {played[0].reason}")
        for result in played:
            result.status = "harness error"
    run.seconds = time.monotonic() - started
    return run


def _each(
    play: Callable[[ServerCase, date], Result],
    cases: Sequence[ServerCase],
    days: Sequence[date],
    workers: int,
) -> Iterator[Result]:
    if workers == 1:
        yield from map(play, cases, days)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(play, cases, days)


def _choose(
    cases: Sequence[ServerCase], account: Account, limits: Limits
) -> tuple[list[ServerCase], list[Result]]:
    """The cases to play, most informative first under a budget, and the results of the others."""
    chosen: list[ServerCase] = []
    left_out: list[Result] = []
    provided, spent = account.provides(), 0
    last = max((case.probe for case in cases), default=0) + 1
    ordered = sorted(cases, key=lambda case: case.probe or last) if limits.budget else cases
    for case in ordered:
        if missing := sorted(case.needs - provided):
            left_out.append(_result(case, "untestable", f"the account has no {', '.join(missing)}"))
        elif case.destructive and not limits.destructive:
            left_out.append(_result(case, "skip", "destructive: needs --allow-destructive"))
        elif limits.budget is not None and spent + case.cost > limits.budget:
            left_out.append(_result(case, "skip", f"left out: the budget is {limits.budget}"))
        else:
            spent += case.cost
            chosen.append(case)
    return chosen, left_out


def _days(seed: int, number: int) -> list[date]:
    """A day for each case, far in the future, that no other case uses."""
    offset = random.Random(seed).randrange(36_500)  # noqa: S311  (not for secrets)
    first = _FIRST_DAY + timedelta(days=offset)
    return [first + timedelta(days=_DAYS_PER_CASE * each) for each in range(number)]


def _result(case: ServerCase, status: Status, reason: str) -> Result:
    return Result(case.id, case.title, case.area, status, case.requirement, reason)


def _outcome(case: ServerCase, player: Player, account: Account, seconds: float) -> Result:
    result = _result(case, status_of(player.checks), "")
    result.checks = player.checks
    result.reason = result.failed[0].message if result.failed else ""
    result.seconds = seconds
    result.transcript = [line for reply in player.replies for line in _lines(reply, account)]
    result.curl = [_curl(reply) for reply in player.replies]
    return result


def _unreachable(result: Result) -> bool:
    wrong = [check for check in result.checks if check.expected == "a response"]
    return bool(wrong) and _only(result.checks, wrong)


def _only(checks: list[Check], wrong: list[Check]) -> bool:
    return all(check in wrong or check.status == "pass" for check in checks)


def _lines(reply: Reply, account: Account) -> Iterator[Entry]:
    sent = f"{reply.line}\n\n{reply.sent.decode('utf-8', 'replace')}"
    head = "".join(f"{name}: {value}\n" for name, value in reply.headers.items())
    got = reply.error or f"{reply.status}\n{head}\n{reply.body.decode('utf-8', 'replace')}"
    for at, kind, text in ((reply.started, "sent", sent), (reply.ended, "received", got)):
        for secret in account.secrets:
            text = text.replace(secret, "…")  # noqa: PLW2901  (without its secrets)
        yield Entry(at * 1000, kind, text[:_SHOWN], port="server", cut=max(0, len(text) - _SHOWN))


def _curl(reply: Reply) -> str:
    words = ["curl", "-sS", "-i", "-H", "Authorization: Bearer $TOGGL_FOCUS_API_KEY"]
    if reply.method != "GET":
        words += ["-X", reply.method]
    if reply.sent:
        words += ["-H", "Content-Type: application/json"]
        words += ["--data-binary", reply.sent.decode("utf-8", "replace")[:_SHOWN]]
    command = shlex.join([*words, reply.url])
    # In double quotes, so that the shell fills the key in.
    return command.replace(
        "'Authorization: Bearer $TOGGL_FOCUS_API_KEY'",
        '"Authorization: Bearer $TOGGL_FOCUS_API_KEY"',
    )
