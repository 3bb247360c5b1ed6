"""What the rules of the state machine share: calls, their judgement, and how an example ends."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.strategies import SearchStrategy

from toggl_focus_conformance.protocol.plain import is_object

from .calls import Call, NoReply, Reply
from .memory import Block, Memory, Query, micros, timestamp
from .session import Session, Step

__all__ = [
    "CREATED",
    "DONE",
    "HOUR",
    "MISSING",
    "OK",
    "UNKNOWN_ID",
    "Asking",
    "Fields",
    "action",
    "archived_filter",
    "has_blocks",
]

HOUR = 3600 * 1_000_000
UNKNOWN_ID = 2**53 + 1_000_000_001
CREATED, OK, DONE, MISSING = 201, 200, 204, 404
_MOST_PAGES = 30
_MOST_TASKS = 4  # few, so that blocks share one
_MOST_IDS = 100

_SUBSETS = st.integers(0, 2**30 - 1)

Fields = Mapping[str, Any]


MethodT = TypeVar("MethodT", bound=Callable[..., None])


@dataclass(frozen=True)
class Action:
    """What an example may do next. when: whether it can do it now. weight: how often it does."""

    do: Callable[..., None]
    when: Callable[[Any], bool]
    weight: int
    arguments: SearchStrategy[dict[str, Any]]


ACTIONS: list[Action] = []


def has_blocks(example: Asking) -> bool:
    """Whether it has created a block, which may be deleted."""
    return bool(example.memory.blocks)


def always(_: Asking) -> bool:
    """For what needs no block."""
    return True


def action(
    when: Callable[[Any], bool] = always, weight: int = 1, **arguments: SearchStrategy[Any]
) -> Callable[[MethodT], MethodT]:
    """Make a method an action; its arguments are drawn.

    Rules of Hypothesis would do, but choosing one of them takes longer than the call that it sends.
    """

    def register(method: MethodT) -> MethodT:
        ACTIONS.append(Action(method, when, weight, st.fixed_dictionaries(arguments)))
        return method

    return register


class Asking(RuleBasedStateMachine):
    """One example: some calls in a window of its own. Raises LawBroken."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.memory = Memory(session.decided)
        self.trace: list[Step] = []
        self.window = session.next_window()
        self.statuses: dict[int, int] = {}
        """The status of each task, as far as it was seen in this example."""
        self.actions: list[Action] = []

    @initialize(one=_SUBSETS, other=_SUBSETS)
    def look_around(self, one: int, other: int) -> None:
        """Blocks that are in the window already belong to others.

        A quarter of the actions is omitted, so that what they would hide or undo shows.
        """
        omitted = one & other
        self.actions = [each for n, each in enumerate(ACTIONS) if not omitted >> n & 1]
        found: list[Fields] = []
        for archived in {self.filtered(None), True}:
            found += self.items("stream_time_blocks", Query(*self.span((0, 24)), archived))
        self.memory.strangers = frozenset(each["id"] for each in found)
        self.trace.clear()

    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """Do one of the actions, or nothing: what Hypothesis tries first then takes no time."""
        self.session.end_at_goal()
        able = [each for each in self.actions for _ in range(each.weight) if each.when(self)]
        if number := data.draw(_up_to(len(able))):
            chosen = able[number - 1]
            chosen.do(self, **data.draw(chosen.arguments))

    def teardown(self) -> None:
        """Delete the remaining blocks, without judging the response."""
        ids = [block.id for block in self.memory.blocks.values() if not block.deleted]
        for at in range(0, len(ids), _MOST_IDS):
            some = ids[at : at + _MOST_IDS]
            query = {"ids": some, "outbound_sync": False}
            call = Call("bulk_delete_time_blocks", self.session.path(), query)
            try:
                (reply,) = self.session.send([call])
            except NoReply:
                reply = Reply(None)
            if reply.status != DONE:
                self.session.left_behind |= {*some}

    def ask(
        self,
        operation: str,
        path: Mapping[str, Any],
        status: int,
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
    ) -> Any:  # noqa: ANN401  (any JSON)
        """Send a call, and return the body of the response, which must have the status."""
        (reply,) = self.step([Call(operation, path, query or {}, body)], status)
        return reply.body

    def step(self, calls: list[Call], status: int) -> list[Reply]:
        """Send calls at the same time; each response must have the status."""
        self.session.steps += 1
        return self.session.ask(calls, status, self.trace)

    def write(
        self,
        operation: str,
        block: Block,
        body: object = None,
        query: Mapping[str, Any] | None = None,
    ) -> Block:
        """Call an operation of one block: 204, or 404 if it is deleted."""
        status = MISSING if block.deleted else DONE
        if block.deleted and not self.session.decided:
            return block  # decided: D12; open: D14
        path = self.session.path(block.task_id, block.id)
        self.ask(operation, path, status, query=query, body=body)
        return block

    def get(self, block: Block) -> None:
        """Read a block; 404 if it is deleted, which is only decided (D12)."""
        if block.deleted and not self.session.decided:
            return
        path = self.session.path(block.task_id, block.id)
        status = MISSING if block.deleted else OK
        seen = self.ask("get_time_block", path, status)
        if not block.deleted:
            self.same(block, seen)

    def created(self, seen: Any, task_id: int, body: Fields) -> Block:  # noqa: ANN401  (any JSON)
        """Remember a block that the response to a create has."""
        if not is_object(seen) or not isinstance(seen.get("id"), int):
            self.broken(f"a created block must have an id, got {seen!r:.200}")
        if seen["id"] in self.memory.blocks or seen["id"] in self.memory.strangers:
            self.broken(f"the id {seen['id']} was given to two blocks")
        block = self.memory.created(seen, task_id, body)
        self.same(block, seen)
        if self.session.decided and block.stamps.get("updated_at") != block.stamps["created_at"]:
            self.broken("updated_at of a new block must equal created_at")
        return block

    def same(self, block: Block, seen: Fields) -> None:
        """A block in a response is what the memory has."""
        self.trace[-1].body = {"duration": block.duration, "start": timestamp(block.start)}
        if seen.get("workspace_id") != self.session.home.workspace_id:
            self.broken(f"workspace_id must be {self.session.home.workspace_id}, got {seen}")
        for wrong in block.faults(seen):
            self.broken(f"block {block.id}: {wrong}")

    def selected(self, query: Query, seen: Sequence[Fields]) -> None:
        """Blocks of a response are those that a query selects, and in its order."""
        ids = [each["id"] for each in seen]
        must, may = self.memory.selected(query)
        if len({*ids}) != len(ids):
            self.broken(f"a block is given twice: {ids}")
        if not must <= {*ids} <= may:
            lost, extra = sorted(must - {*ids}), sorted({*ids} - may)
            self.broken(f"wrong blocks: {lost} are missing, {extra} do not belong there")
        for each in seen:
            if not self.block(each["id"]).deleted:
                self.same(self.block(each["id"]), each)
        if wrong := query.unsorted(seen, decided=self.session.decided):
            self.broken(wrong)

    def items(self, operation: str, query: Query, **more: object) -> list[Fields]:
        """The blocks of a stream that are not somebody else's; notes the status of each task."""
        seen = self.ask(operation, self.session.path(), OK, query={**_parameters(query), **more})
        if not isinstance(seen, list | None):
            self.broken(f"a stream must be an array, got {seen!r:.200}")
        items = self.memory.own(cast("list[Fields]", seen or []))
        for each in items:
            task: Any = each.get("task")
            if is_object(task) and isinstance(task.get("status_id"), int):
                self.statuses[each["task_id"]] = task["status_id"]
        return items

    def pages(self, query: Query, per_page: int, number: int) -> list[Fields]:
        """All pages of a list; a page past the end is empty, which is only decided (D7)."""
        found: list[Fields] = []
        for page in range(1, _MOST_PAGES):
            parameters = {**_parameters(query), "page": page, "per_page": per_page}
            blocks = self.page("list_time_blocks", self.session.path(), parameters)
            found += blocks
            if len(blocks) < per_page or (len(found) >= number and not self.session.decided):
                break
        return self.memory.own(found)

    def page(
        self, operation: str, path: Mapping[str, Any], parameters: dict[str, Any]
    ) -> list[Fields]:
        """The blocks of one page, which is the requested one."""
        seen = self.ask(operation, path, OK, query=parameters)
        for name in ("page", "per_page"):
            if seen[name] != parameters[name]:
                self.broken(f"{name} must be {parameters[name]}, got {seen[name]}")
        blocks: list[Fields] = seen["data"] or []
        if len(blocks) > parameters["per_page"]:
            self.broken(f"a page of {parameters['per_page']} has {len(blocks)} blocks")
        return blocks

    def body(self, fields: Fields) -> dict[str, Any]:
        """A body with a start of this window; nothing is pushed to an external calendar."""
        body: dict[str, Any] = {**fields, "outbound_sync": False}
        if "start" in fields:
            hour, fraction, style = fields["start"]
            body["start"] = timestamp(self.window + hour * HOUR + fraction, style)
        return body

    def span(self, hours: tuple[int, int]) -> tuple[int, int]:
        """A range within the window."""
        return self.window + min(hours) * HOUR, self.window + max(hours) * HOUR

    def filtered(self, archived: bool | None) -> bool | None:  # noqa: FBT001  (a value of the API)
        """An SDK may have no way to send an empty filter; what it selects is decided (D11)."""
        return archived if self.session.wire and self.session.decided else bool(archived)

    def task(self, which: int) -> int:
        """One of the tasks."""
        task_ids = self.session.home.task_ids[:_MOST_TASKS]
        return task_ids[which % len(task_ids)]

    def changes(self, body: Fields) -> bool:
        """Whether a PATCH is judged: that an empty one changes nothing is decided (D17)."""
        return self.session.decided or bool(body.keys() - {"outbound_sync"})

    def chosen(self, which: int) -> Block:
        """One of the blocks, deleted or not."""
        return self.memory.used(which)

    def live(self) -> list[Block]:
        """The blocks that are not deleted."""
        return [block for block in self.memory.blocks.values() if not block.deleted]

    def block(self, block_id: int) -> Block:
        """The block with an id."""
        return self.memory.blocks[block_id]

    def before(self, seen: Fields) -> bool:
        """Whether a block begins before this window, and so do all that follow it."""
        start = _micros(seen)
        return start is not None and start < self.window

    def outside(self, seen: Fields) -> bool:
        """Whether a block of a task's list is of no concern: begun outside of this window."""
        start = _micros(seen)
        return start is None or not self.window <= start <= self.window + 24 * HOUR

    def broken(self, text: str) -> None:
        """Raise LawBroken for the latest response."""
        call = self.trace[-1].call.operation if self.trace else "?"
        raise self.session.broken(f"{call}: {text}", self.trace)


@functools.cache
def _up_to(number: int) -> SearchStrategy[int]:
    return st.integers(0, number)


def _micros(seen: Fields) -> int | None:
    return micros(seen.get("start"))


def _parameters(query: Query) -> dict[str, Any]:
    """The query of a list or stream."""
    parameters: dict[str, Any] = {
        "date_from": timestamp(query.first),
        "date_to": timestamp(query.last),
        **archived_filter(query.archived),
    }
    if query.task_id is not None:
        parameters["task_id"] = query.task_id
    if query.order:
        parameters["order_by"] = query.order
    return parameters


def archived_filter(archived: bool | None) -> dict[str, Any]:  # noqa: FBT001  (a value of the API)
    """The filter; empty selects archived and active blocks (D11)."""
    return {"archived": "" if archived is None else archived}
