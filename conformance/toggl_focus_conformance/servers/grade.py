"""Grades a server: chooses the cases, plays them, cleans up, and returns the results."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from toggl_focus_conformance.runner import Check, Entry, Result, Run, Watcher
from toggl_focus_conformance.runner.judge import status_of
from toggl_focus_conformance.runner.outcome import result_of
from toggl_focus_conformance.runner.transcript import curl_command

from .account import Account
from .case import ServerCase
from .connection import BudgetError, Connection, Reply
from .journal import Journal
from .judging import Judge
from .player import Player, delete_all
from .values import Values

__all__ = ["Limits", "days", "grade_server", "omitted", "play_case"]

_FIRST_DAY = date(2200, 1, 1)
_DAYS_PER_CASE = 4
_SHOWN = 16_384
_KEY = "Bearer $TOGGL_FOCUS_API_KEY"


@dataclass(frozen=True)
class Limits:
    """How a server is graded.

    decided: whether a server that decides open points otherwise differs or fails. budget: how many
    requests may be sent, cleanup included. destructive: also run cases that may touch blocks which
    the run did not create. workers: cases at a time. shapes: judge only what holds for every
    response, as for a mock that keeps no state.
    """

    decided: Literal["differ", "fail"] = "differ"
    budget: int | None = None
    destructive: bool = False
    workers: int = 1
    seed: int = 0
    shapes: bool = False


def grade_server(
    account: Account,
    cases: Sequence[ServerCase],
    connection: Connection,
    limits: Limits | None = None,
    *,
    journal: Journal | None = None,
    watcher: Watcher | None = None,
) -> Run:
    """Play the cases and return their results.

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
    started = time.monotonic()
    chosen, run.results = _choose(cases, account, limits)
    if watcher is not None:
        watcher.begun(run, len(chosen))
    judge = Judge(limits.decided, shapes=limits.shapes)

    def play(case: ServerCase, day: date) -> Result:
        return play_case(case, day, account, connection, journal, judge)

    try:
        found = _each(play, chosen, days(limits.seed, len(chosen)), limits.workers)
        for done, result in enumerate(found, 1):
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
    if connection.count and not connection.responses:
        played = [result for result in run.results if result.checks]
        run.problems.append(f"the server gave no HTTP response at all: {played[0].reason}")
        for result in played:
            result.status = "not run"
    run.seconds = time.monotonic() - started
    return run


def play_case(
    case: ServerCase,
    day: date,
    account: Account,
    connection: Connection,
    journal: Journal,
    judge: Judge,
) -> Result:
    """Play one case on a day of its own, and delete what it has created."""
    player = Player(case, Values(account, day), connection, journal, judge)
    begun = time.monotonic()
    try:
        player.play()
    except BudgetError as error:
        return result_of(case, "skip", str(error))
    finally:
        player.clean_up()
    checks = judge.counted(player.checks)
    if not checks:
        return result_of(case, "skip", "it has nothing that holds for every response")
    return _outcome(case, player, checks, account, time.monotonic() - begun)


def omitted(case: ServerCase, account: Account, limits: Limits) -> Result | None:
    """The result of a case that cannot be played with this account or must not be; else None."""
    if missing := sorted({*case.needs} - account.provides()):
        return result_of(case, "untestable", f"the account has no {', '.join(missing)}")
    if case.destructive and not limits.destructive:
        return result_of(case, "skip", "destructive: needs --allow-destructive")
    return None


def _each(
    play: Callable[[ServerCase, date], Result],
    cases: Sequence[ServerCase],
    days: Sequence[date],
    workers: int,
) -> Iterator[Result]:
    if workers == 1:
        yield from map(play, cases, days)
        return
    # What waits begins first, so that the others run meanwhile.
    order = sorted(range(len(cases)), key=lambda number: -cases[number].pauses)
    with ThreadPoolExecutor(workers) as pool:
        played = [pool.submit(play, cases[number], days[number]) for number in order]
        try:
            yield from (each.result() for each in as_completed(played))
        finally:
            for each in played:
                each.cancel()


def _choose(
    cases: Sequence[ServerCase], account: Account, limits: Limits
) -> tuple[list[ServerCase], list[Result]]:
    """The cases to play, most informative first under a budget, and the results of the others."""
    chosen: list[ServerCase] = []
    others: list[Result] = []
    spent = 0
    ordered = sorted(cases, key=lambda case: case.probe or sys.maxsize) if limits.budget else cases
    for case in ordered:
        if (result := omitted(case, account, limits)) is not None:
            others.append(result)
        elif limits.budget is not None and spent + case.cost > limits.budget:
            reason = f"omitted: the budget is {limits.budget} requests"
            others.append(result_of(case, "skip", reason))
        else:
            spent += case.cost
            chosen.append(case)
    return chosen, others


def days(seed: int, number: int) -> list[date]:
    """A day for each case, far in the future, that no other case uses."""
    offset = random.Random(seed).randrange(36_500)  # noqa: S311  (not for secrets)
    first = _FIRST_DAY + timedelta(days=offset)
    return [first + timedelta(days=_DAYS_PER_CASE * each) for each in range(number)]


def _outcome(
    case: ServerCase, player: Player, checks: list[Check], account: Account, seconds: float
) -> Result:
    result = result_of(case, status_of(checks), "")
    result.checks = checks
    result.reason = result.failed[0].message if result.failed else ""
    result.seconds = seconds
    begun = min((reply.started for reply in player.replies), default=0.0)
    result.transcript = [line for reply in player.replies for line in _lines(reply, account, begun)]
    result.curl = [_curl(reply, account) for reply in player.replies]
    return result


def _lines(reply: Reply, account: Account, begun: float) -> Iterator[Entry]:
    sent = f"{reply.line}\n{_head(reply.sent_headers)}\n{reply.sent.decode('utf-8', 'replace')}"
    got = reply.error or f"{reply.status}\n{_head(reply.headers)}\n{reply.text}"
    for at, kind, text in ((reply.started, "sent", sent), (reply.ended, "received", got)):
        shown = _without_secrets(text, account)
        cut = max(0, len(shown) - _SHOWN)
        yield Entry(round((at - begun) * 1000, 2), kind, shown[:_SHOWN], port="server", cut=cut)


def _head(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers.items())


def _curl(reply: Reply, account: Account) -> str:
    """A command that sends the request again; the key comes from the environment."""
    headers = dict(reply.sent_headers)
    mine = headers.get("Authorization") == account.users[0].bearer
    if mine:
        headers["Authorization"] = _KEY
    if len(reply.sent) > _SHOWN:
        return f"# {reply.line} with a body of {len(reply.sent)} bytes, which is not shown"
    command = curl_command(reply.method, reply.url, headers.items(), reply.sent)
    # In double quotes, so that the shell fills the key in.
    command = command.replace(f"'Authorization: {_KEY}'", f'"Authorization: {_KEY}"')
    return _without_secrets(command, account)


def _without_secrets(text: str, account: Account) -> str:
    for secret in account.secrets:
        text = text.replace(secret, "…")
    return text
