"""A run of the model: where it sends its calls, what it counts, and what it found."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from toggl_focus_conformance.protocol.plain import is_list, is_object

from .calls import Call, NoReply, Reply, Send
from .judging import fault

__all__ = ["Enough", "Home", "LawBroken", "Session", "Step"]

_DAY = 86_400 * 1_000_000
# The windows lie in the years 2200 to 3000, where nobody plans.
_FIRST_DAY, _DAYS = 84_000, 290_000
# A block begins on the first day of its window and is shorter than two: it ends before the next.
_WINDOW_DAYS = 4


@dataclass(frozen=True)
class Home:
    """Where the model creates its blocks.

    foreign: paths (organization, workspace, task) that the account must not use.
    """

    organization_id: int
    workspace_id: int
    task_ids: tuple[int, ...]
    foreign: tuple[tuple[int, int, int], ...] = ()


@dataclass
class Step:
    """A call of one example and what was expected of it, to be printed as a step of a case."""

    call: Call
    status: int
    body: Any = None
    """What must be in the body; None if it is not compared."""
    together: int = 0
    """Calls with the same number, other than 0, were sent at the same time."""
    created: tuple[int, ...] = ()
    """The ids of the blocks that it created, in the order of the response."""


class LawBroken(AssertionError):
    """A reply is not what it must be. `steps` are the calls that led to it."""

    def __init__(self, text: str, steps: list[Step]) -> None:
        super().__init__(text)
        self.text = text
        self.steps = steps


class Enough(BaseException):
    """The run ends here. No Exception, as Hypothesis would take it for a failure."""


@dataclass
class Session:
    """What all examples of a run share."""

    send: Send
    home: Home
    seed: int
    decided: bool
    """Whether rules that are only decided count (spec/decisions.md)."""
    wire: bool
    """Whether calls are sent as they are, and not by an SDK, which may refuse or change them."""
    goal: int = 0
    """How many steps to run."""
    steps: int = 0
    calls: int = 0
    windows: int = 0
    left_behind: set[int] = field(default_factory=set[int])
    """Blocks that could not be deleted at the end of an example."""
    shrinking: float = 60
    """Seconds to look for a shorter failure."""
    shortest: LawBroken | None = None
    """The failure with the fewest calls so far."""
    over: bool = False
    """Whether Enough was raised."""
    _until: float = float("inf")

    def end(self) -> NoReturn:
        """End the run, whatever Hypothesis is about to do."""
        self.over = True
        raise Enough

    def end_at_goal(self) -> None:
        """End the run if it was long enough. A failure is run again for as long as that takes."""
        if self.steps >= self.goal and self.shortest is None:
            self.end()

    def next_window(self) -> int:
        """Where the next window begins, in microseconds since 1970. No two share a block."""
        day = _FIRST_DAY + random.Random(self.seed).randrange(_DAYS // 2)  # noqa: S311  (no secret)
        day += self.windows * _WINDOW_DAYS % (_DAYS // 2)
        self.windows += 1
        return day * _DAY

    def broken(self, text: str, trace: list[Step]) -> LawBroken:
        """What to raise where a law does not hold."""
        error = LawBroken(text, trace)
        if self.shortest is None:
            self._until = time.monotonic() + self.shrinking
        if self.shortest is None or len(trace) < len(self.shortest.steps):
            self.shortest = error
        return error

    def ask(self, calls: list[Call], status: int, trace: list[Step]) -> list[Reply]:
        """Send calls that must all have a status, and check that they do.

        Raises LawBroken, and Enough where a failure has been shrunk for long enough.
        """
        if time.monotonic() > self._until:
            self.end()
        together = len(trace) + 1 if len(calls) > 1 else 0
        steps = [Step(call, status, together=together) for call in calls]
        trace += steps
        self.calls += len(calls)
        try:
            replies = self.send(calls)
        except Enough:
            self.end()
        except NoReply as error:
            raise self.broken(f"no valid response: {error}", trace) from None
        for step, call, reply in zip(steps, calls, replies, strict=True):
            step.created = _created(call, reply)
            if wrong := fault(call, reply, status):
                raise self.broken(f"{call.operation}: {wrong}", trace)
        return list(replies)

    def path(self, task_id: int | None = None, block_id: object = None) -> Mapping[str, Any]:
        """The path parameters of a call."""
        path: dict[str, Any] = {
            "organization_id": self.home.organization_id,
            "workspace_id": self.home.workspace_id,
        }
        if task_id is not None:
            path["task_id"] = task_id
        if block_id is not None:
            path["time_block_id"] = block_id
        return path


def _created(call: Call, reply: Reply) -> tuple[int, ...]:
    if call.operation not in {"create_time_block", "bulk_create_time_blocks"}:
        return ()
    blocks = reply.body if is_list(reply.body) else [reply.body]
    return tuple(block["id"] for block in blocks if is_object(block) and "id" in block)
