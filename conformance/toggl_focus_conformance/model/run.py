"""Runs the model against a server: one call, deterministic by its seed."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import cast

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.errors import Flaky, FlakyFailure
from hypothesis.stateful import run_state_machine_as_test

from .as_case import as_case
from .calls import Send
from .machine import Machine
from .session import Enough, Home, LawBroken, Session, Step

__all__ = ["Failure", "ModelRun", "run_model"]

_CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
"""A server may be slow: these checks are about tests that are."""

_LENGTH = 50
"""Rules in an example: enough for states to build up, few enough to shrink."""


_EXAMPLES = 10
"""At least this many, because the first is always the simplest one, for every seed."""


@dataclass(frozen=True)
class Failure:
    """A law that does not hold. steps: calls that show it, as few as Hypothesis found."""

    text: str
    steps: tuple[Step, ...]
    home: Home
    flaky: bool = False
    """Whether it was not seen again: the same calls gave another result."""

    def yaml(self) -> str:
        """The failure as a server case that can be added to the data."""
        return as_case(self.text, self.steps, self.home)


@dataclass(frozen=True)
class ModelRun:
    """What came of a run. steps: calls, or groups of calls sent at once, each judged."""

    seed: int
    steps: int
    calls: int
    seconds: float
    failure: Failure | None
    left_behind: tuple[int, ...]
    """Blocks that could not be deleted."""


def run_model(
    send: Send,
    home: Home,
    *,
    steps: int = 5000,
    seed_: int = 0,
    decided: bool = True,
    wire: bool = True,
    shrink: bool = True,
    shrinking: float = 60,
) -> ModelRun:
    """Send random calls, and judge every reply by a model of the server in memory.

    send: sends calls at the same time. home: where blocks are created; all are deleted again.
    steps: how many to run at least. decided: whether rules that are only decided count. wire:
    whether `send` sends calls as they are; False for an SDK. shrink: look for the shortest failure.
    shrinking: for so many seconds. `send` may raise Enough, which ends the run.

    run = run_model(OverHttp(url, key), Home(1, 10, (100, 101)), steps=1000)
    """
    phases = [Phase.generate, *([Phase.shrink] if shrink else [])]
    session = Session(send, home, seed_, decided, wire, goal=steps, shrinking=shrinking)
    begun = time.perf_counter()
    failure = None
    rounds = 0
    while session.steps < steps and failure is None:
        # The length of examples varies, so what is missing is run in another round.
        left = steps - session.steps
        how = settings(
            database=None,
            deadline=None,
            derandomize=False,
            max_examples=max(_EXAMPLES, math.ceil(left / _LENGTH)),
            phases=phases,
            print_blob=False,
            report_multiple_bugs=False,
            stateful_step_count=min(_LENGTH, max(left // _EXAMPLES, 5)),
            suppress_health_check=_CHECKS,
            verbosity=Verbosity.quiet,
        )
        try:
            failure = _round(session, how, rounds)
        except (Enough, Flaky):
            # Hypothesis may take an end in the middle of an example for a flaky example. Or the
            # server fails at one time and not at another, and the calls could not be repeated.
            shortest = session.shortest
            if shortest is None and not session.over:
                raise
            if shortest is not None:
                failure = _failure(session, shortest, flaky=not session.over)
            break
        rounds += 1
    return ModelRun(
        seed_,
        session.steps,
        session.calls,
        time.perf_counter() - begun,
        failure,
        tuple(sorted(session.left_behind)),
    )


def _round(session: Session, how: settings, number: int) -> Failure | None:
    def machine() -> Machine:
        return Machine(session)

    try:
        factory = cast("type[Machine]", seed(f"{session.seed}/{number}")(machine))
        run_state_machine_as_test(factory, settings=how)
    except LawBroken as error:
        return _failure(session, error)
    except FlakyFailure as error:
        seen = [each for each in error.exceptions if isinstance(each, LawBroken)]
        if not seen:
            raise
        return _failure(session, seen[0], flaky=not session.over)
    return None


def _failure(session: Session, error: LawBroken, *, flaky: bool = False) -> Failure:
    return Failure(error.text, tuple(error.steps), session.home, flaky)
