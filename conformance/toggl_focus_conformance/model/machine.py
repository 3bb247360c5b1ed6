"""The state machine: Hypothesis picks the calls, `Memory` knows the correct results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from hypothesis.strategies import booleans, lists, sampled_from

from toggl_focus_conformance.protocol.plain import is_object

from .calls import Call
from .inputs import BAD_FIELDS, BAD_IDS, BAD_QUERIES, FIELDS, ORDERS, RANGES, SMALL, STARTS
from .memory import Block, Memory, Query, micros, timestamp
from .session import LawBroken, Session, Step

__all__ = ["Machine"]

_HOUR = 3600 * 1_000_000
_MOST_PAGES = 30
_UNKNOWN_ID = 2**53 + 1_000_000_001
_CREATED, _OK, _DONE = 201, 200, 204
_REFUSED, _FORBIDDEN, _MISSING = 400, 403, 404

Fields = Mapping[str, Any]


class Machine(RuleBasedStateMachine):
    """One example: some calls in a window of its own. Raises LawBroken."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.memory = Memory()
        self.trace: list[Step] = []
        self.window = session.next_window()
        self.statuses: dict[int, int] = {}
        """The status of each task, as far as it was seen in this example."""

    @initialize()
    def look_around(self) -> None:
        """Blocks that are in the window already belong to others."""
        found = self._items("stream_time_blocks", Query(*self._range((0, 24)), self._filter(None)))
        self.memory.strangers = frozenset(each["id"] for each in found)
        self.trace.clear()

    def teardown(self) -> None:
        """Delete the remaining blocks, without judging the response."""
        ids = [block.id for block in self.memory.blocks.values() if not block.deleted]
        if ids:
            query = {"ids": ids, "outbound_sync": False}
            call = Call("bulk_delete_time_blocks", self.session.path(), query)
            try:
                self.session.ask([call], _DONE, [])
            except LawBroken:
                self.session.left_behind |= {*ids}

    # Writes to one block

    @rule(task=SMALL, start=STARTS, fields=FIELDS)
    def create(self, task: int, start: tuple[int, int, int], fields: Fields) -> None:
        """201 with the block."""
        task_id, body = self._task(task), self._body({**fields, "start": start})
        seen = self._ask("create_time_block", self.session.path(task_id), _CREATED, body=body)
        self._created(seen, task_id, body)

    @precondition(lambda self: self.memory.blocks)
    @rule(which=SMALL, start=STARTS, fields=FIELDS)
    def replace(self, which: int, start: tuple[int, int, int], fields: Fields) -> None:
        """204; omitted fields are cleared, which is only decided (D15)."""
        if not self.session.decided:
            fields = {"duration": 60, "completed": False, **fields}
        body = self._body({**fields, "start": start})
        block = self._write("replace_time_block", which, body)
        if not block.deleted:
            block.replace(body)

    @precondition(lambda self: self.memory.blocks)
    @rule(which=SMALL, fields=FIELDS, move=booleans(), task=SMALL)
    def update(self, which: int, fields: Fields, task: int, *, move: bool) -> None:
        """204; omitted fields stay. A task_id moves the block (D18)."""
        body = self._body({**fields, **({"task_id": self._task(task)} if move else {})})
        block = self._write("update_time_block", which, body)
        if not block.deleted:
            block.write(body)

    @precondition(lambda self: self.memory.blocks)
    @rule(which=SMALL, archived=booleans())
    def archive(self, which: int, *, archived: bool) -> None:
        """204, whether or not it is archived already (D13)."""
        block = self._write(f"{'' if archived else 'un'}archive_time_block", which)
        if not block.deleted:
            block.archive(archived=archived)

    @precondition(lambda self: self.memory.blocks)
    @rule(which=SMALL)
    def delete(self, which: int) -> None:
        """204, and 404 if it is deleted already (D12)."""
        block = self._write("delete_time_block", which, query={"outbound_sync": False})
        block.delete(deleted=True)

    @precondition(lambda self: any(block.deleted for block in self.memory.blocks.values()))
    @rule(which=SMALL)
    def restore(self, which: int) -> None:
        """204; then everything is as it was before the deletion, archived or not."""
        deleted = [block for block in self.memory.blocks.values() if block.deleted]
        block = deleted[which % len(deleted)]
        path = self.session.path(block.task_id, block.id)
        self._ask("restore_time_block", path, _DONE)
        block.delete(deleted=False)
        self._get(block)

    @precondition(lambda self: self.memory.blocks)
    @rule(which=SMALL)
    def read(self, which: int) -> None:
        """The block as it was written, through its own task; 404 once it is deleted."""
        self._get(self._which(which))

    # Bulk calls

    @rule(entries=lists(FIELDS, min_size=1, max_size=3), start=STARTS, task=SMALL)
    def bulk_create(self, entries: list[Fields], start: tuple[int, int, int], task: int) -> None:
        """201 with the blocks in the order of the request, as single calls would make them."""
        bodies = [
            {**self._body({"start": start, **fields}), "task_id": self._task(task + n)}
            for n, fields in enumerate(entries)
        ]
        body = {"time_blocks": bodies}
        seen = self._ask("bulk_create_time_blocks", self.session.path(), _CREATED, body=body)
        if len(seen) != len(bodies):
            self._broken(f"bulk create of {len(bodies)} returned {len(seen)} blocks")
        for block, wanted in zip(seen, bodies, strict=True):
            self._created(block, wanted["task_id"], wanted)

    @precondition(lambda self: len(self.memory.blocks) > 1)
    @rule(which=lists(SMALL, min_size=1, max_size=3), fields=FIELDS, own=FIELDS, task=SMALL)
    def bulk_update(self, which: list[int], fields: Fields, own: Fields, task: int) -> None:
        """204, with the effect of single calls; 404 and no effect if a block is deleted (D20)."""
        blocks = list({block.id: block for block in map(self._which, which)}.values())
        if not self.session.decided:
            blocks = [block for block in blocks if not block.deleted] or self._live()[:1]
            if not blocks:
                return
        entries = [self._body(fields if n else {**fields, **own}) for n in range(len(blocks))]
        if task % 3 == 0:
            entries[0]["task_id"] = self._task(task)
        body = [{"id": block.id, **entry} for block, entry in zip(blocks, entries, strict=True)]
        gone = any(block.deleted for block in blocks)
        status = _MISSING if gone else _DONE
        self._ask("bulk_update_time_blocks", self.session.path(), status, body=body)
        for block, entry in zip(blocks, entries, strict=True):
            if not gone:
                block.write(entry)
            self._get(block)

    @precondition(lambda self: len(self.memory.blocks) > 1)
    @rule(which=lists(SMALL, min_size=1, max_size=3))
    def bulk_delete(self, which: list[int]) -> None:
        """204; a repeated id counts once; 404 and no effect if a block is deleted (D20)."""
        blocks = [self._which(each) for each in which]
        if not self.session.decided:
            blocks = [*{block.id: block for block in blocks if not block.deleted}.values()]
            if not blocks:
                return
        query = {"ids": [block.id for block in blocks], "outbound_sync": False}
        gone = any(block.deleted for block in blocks)
        status = _MISSING if gone else _DONE
        self._ask("bulk_delete_time_blocks", self.session.path(), status, query=query)
        for block in blocks:
            if not gone:
                block.delete(deleted=True)
            self._get(block)

    # Lists

    @precondition(lambda self: self.memory.blocks)
    @rule(span=RANGES, order=ORDERS, archived=sampled_from((False, True, None)), task=SMALL)
    def list_equals_stream(
        self,
        span: tuple[int, int],
        order: tuple[str, ...],
        archived: bool | None,  # noqa: FBT001  (drawn)
        task: int,
    ) -> None:
        """The stream and all pages together give the same blocks, in the same order."""
        task_id = self._task(task) if task % 2 else None
        query = Query(*self._range(span), self._filter(archived), task_id, order)
        streamed = self._items("stream_time_blocks", query)
        self._selected(query, streamed)
        listed = self._pages(query, 1 + task % 4)
        if [each["id"] for each in streamed] != [each["id"] for each in listed]:
            self._broken("the pages together are not what the stream gives")

    @precondition(lambda self: self.memory.blocks)
    @rule(order=ORDERS, task=SMALL, archived=sampled_from((False, True, None)))
    def task_list(self, order: tuple[str, ...], task: int, archived: bool | None) -> None:  # noqa: FBT001  (drawn)
        """A task's list gives its blocks, whenever they are: the latest first, as far as needed."""
        task_id = self._task(task)
        archived = self._filter(archived)
        order = ("-start", *(key for key in order if not key.endswith("start")))
        query = Query(*self._range((0, 24)), archived, task_id, order)
        parameters: dict[str, Any] = {"order_by": query.order, "per_page": 3}
        parameters |= _archived(archived)
        found: list[Fields] = []
        for page in range(1, _MOST_PAGES):
            blocks = self._page(
                "list_task_time_blocks", self.session.path(task_id), {**parameters, "page": page}
            )
            found += blocks
            if len(blocks) < parameters["per_page"] or self._before(blocks[-1]):
                break
        own = [each for each in self.memory.own(found) if not self._outside(each)]
        self._selected(query, own)

    @precondition(lambda self: self.statuses)
    @rule(task=SMALL)
    def status_filter(self, task: int) -> None:
        """Only blocks whose task has the status."""
        statuses = sorted({*self.statuses.values()})
        status = statuses[task % len(statuses)]
        query = Query(*self._range((0, 24)))
        seen = self._items("stream_time_blocks", query, status_id=status)
        known = {each for each, has in self.statuses.items() if has == status}
        wanted = {
            each for each in self.memory.selected(query) if self._block(each).task_id in known
        }
        got = {each["id"] for each in seen if each["task_id"] in self.statuses}
        if got != wanted:
            self._broken(f"status_id={status} must give the blocks {wanted}, got {got}")

    # What must be refused, and changes nothing

    @precondition(lambda self: self.session.wire)
    @rule(bad=sampled_from(BAD_FIELDS), which=SMALL, task=SMALL, start=STARTS)
    def refuse_bodies(
        self, bad: tuple[dict[str, Any], bool], which: int, task: int, start: tuple[int, int, int]
    ) -> None:
        """400, in every operation that has a body."""
        fields, only_decided = bad
        if only_decided and not self.session.decided:
            return
        good = self._body({"start": start})
        task_id = self._task(task)
        entries = [{**good, "task_id": task_id}, {**good, "task_id": task_id, **fields}]
        paths = self.session.path
        bodies: list[tuple[str, Mapping[str, Any], Any]] = [
            ("create_time_block", paths(task_id), {**good, **fields}),
            ("create_time_block", paths(task_id), fields if "start" not in fields else [fields]),
            ("bulk_create_time_blocks", paths(), {"time_blocks": entries}),
            ("bulk_create_time_blocks", paths(), entries[:1]),
            ("bulk_create_time_blocks", paths(), {"time_blocks": [{**good}]}),
        ]
        if live := self._live():
            block = live[which % len(live)]
            one, entry = paths(block.task_id, block.id), {"id": block.id, "duration": 7}
            bodies += [
                ("update_time_block", one, fields),
                ("replace_time_block", one, {**good, **fields}),
                ("replace_time_block", one, {"duration": 60}),
                ("bulk_update_time_blocks", paths(), [{**entry, **fields}]),
                ("bulk_update_time_blocks", paths(), {"items": [entry]}),
                ("bulk_update_time_blocks", paths(), [{"duration": 7}]),
            ]
        operation, path, body = bodies[which % len(bodies)]
        self._ask(operation, path, _REFUSED, body=body)

    @precondition(lambda self: self.session.wire)
    @rule(bad=sampled_from(BAD_QUERIES), stream=booleans())
    def refuse_queries(self, bad: tuple[dict[str, Any], bool], *, stream: bool) -> None:
        """400."""
        fields, only_decided = bad
        paged = fields.keys() & {"page", "per_page"}
        if only_decided and not self.session.decided:
            return
        first, last = self._range((0, 24))
        query = {"date_from": timestamp(first), "date_to": timestamp(last), **fields}
        operation = "stream_time_blocks" if stream and not paged else "list_time_blocks"
        self._ask(operation, self.session.path(), _REFUSED, query=query)

    @precondition(lambda self: self.session.wire and self.session.decided)
    @rule(bad=sampled_from(BAD_IDS), task=SMALL)
    def refuse_ids(self, bad: str, task: int) -> None:
        """400 for an invalid id (D32)."""
        self._ask("get_time_block", self.session.path(self._task(task), bad), _REFUSED)

    @rule(task=SMALL, which=SMALL)
    def miss_blocks(self, task: int, which: int) -> None:
        """404 for a block that does not exist."""
        path = self.session.path(self._task(task), _UNKNOWN_ID)
        operation, body = (
            ("get_time_block", None),
            ("update_time_block", {"duration": 60, "outbound_sync": False}),
            ("delete_time_block", None),
            ("restore_time_block", None),
        )[which % 4]
        self._ask(operation, path, _MISSING, body=body)

    @precondition(
        lambda self: self.session.decided and self.session.home.foreign and self.memory.blocks
    )
    @rule(which=SMALL, where=SMALL, task=SMALL)
    def keep_others_out(self, which: int, where: int, task: int) -> None:
        """403 for what is not the account's, whether or not it exists (D3, D18)."""
        foreign = self.session.home.foreign
        organization_id, workspace_id, task_id = foreign[where % len(foreign)]
        path = {"organization_id": organization_id, "workspace_id": workspace_id}
        below = {**path, "task_id": task_id}
        first, last = self._range((0, 24))
        span = {"date_from": timestamp(first), "date_to": timestamp(last)}
        body = self._body({"start": (1, 0, 0)})
        moved: dict[str, Any] = {"task_id": task_id, "outbound_sync": False}
        tries: list[tuple[str, Mapping[str, Any], Any, Mapping[str, Any]]] = [
            ("list_time_blocks", path, None, span),
            ("stream_time_blocks", path, None, span),
            ("list_task_time_blocks", below, None, {}),
            ("create_time_block", below, body, {}),
            ("get_time_block", {**below, "time_block_id": _UNKNOWN_ID}, None, {}),
            ("create_time_block", self.session.path(task_id), body, {}),
            ("bulk_create_time_blocks", self.session.path(),
             {"time_blocks": [{**body, "task_id": task_id}]}, {}),
        ]  # fmt: skip
        if live := self._live():
            block = live[which % len(live)]
            tries += [
                ("update_time_block", self.session.path(block.task_id, block.id), moved, {}),
                ("bulk_update_time_blocks", self.session.path(), [{"id": block.id, **moved}], {}),
                ("bulk_update_time_blocks", path, [{"id": block.id, "duration": 7}], {}),
                ("bulk_delete_time_blocks", path, None, {"ids": [block.id]}),
            ]
        operation, where_to, sent, query = tries[task % len(tries)]
        self._ask(operation, where_to, _FORBIDDEN, query=query, body=sent)

    @precondition(
        lambda self: (
            self.session.decided and self.memory.blocks and len(self.session.home.task_ids) > 1
        )
    )
    @rule(which=SMALL, write=sampled_from(("get", "update", "delete", "archive", "restore")))
    def miss_through_another_task(self, which: int, write: str) -> None:
        """404 for a block through the path of another task (D4)."""
        block = self._which(which)
        task_ids = self.session.home.task_ids
        other = task_ids[(task_ids.index(block.task_id) + 1) % len(task_ids)]
        body = {"duration": 60, "outbound_sync": False} if write == "update" else None
        self._ask(f"{write}_time_block", self.session.path(other, block.id), _MISSING, body=body)

    # At the same time

    @precondition(lambda self: self._live())
    @rule(which=SMALL, start=STARTS)
    def update_at_once(self, which: int, start: tuple[int, int, int]) -> None:
        """Two updates of different fields at the same time both last."""
        live = self._live()
        block = live[which % len(live)]
        bodies = [
            self._body({"duration": 60 + which}),
            self._body({"start": start, "completed": not block.completed}),
        ]
        path = self.session.path(block.task_id, block.id)
        calls = [Call("update_time_block", path, body=body) for body in bodies]
        self._step(calls, _DONE)
        for body in bodies:
            block.write(body)
        self._get(block)

    @rule(task=SMALL, start=STARTS)
    def create_at_once(self, task: int, start: tuple[int, int, int]) -> None:
        """Blocks that are created at the same time have ids of their own."""
        task_id, body = self._task(task), self._body({"start": start, "duration": 60})
        call = Call("create_time_block", self.session.path(task_id), body=body)
        for reply in self._step([call] * 3, _CREATED):
            self._created(reply.body, task_id, body)

    # What the rules share

    def _ask(
        self,
        operation: str,
        path: Mapping[str, Any],
        status: int,
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
    ) -> Any:  # noqa: ANN401  (any JSON)
        (reply,) = self._step([Call(operation, path, query or {}, body)], status)
        return reply.body

    def _step(self, calls: list[Call], status: int) -> list[Any]:
        self.session.steps += 1
        return self.session.ask(calls, status, self.trace)

    def _write(
        self,
        operation: str,
        which: int,
        body: object = None,
        query: Mapping[str, Any] | None = None,
    ) -> Block:
        """Call an operation of one block: 204, or 404 if it is deleted."""
        block = self._which(which)
        status = _MISSING if block.deleted else _DONE
        if status == _MISSING and "archive" in operation and not self.session.decided:
            return block  # open: D14
        path = self.session.path(block.task_id, block.id)
        self._ask(operation, path, status, query=query, body=body)
        return block

    def _get(self, block: Block) -> None:
        path = self.session.path(block.task_id, block.id)
        status = _MISSING if block.deleted else _OK
        seen = self._ask("get_time_block", path, status)
        if not block.deleted:
            self._same(block, seen)

    def _created(self, seen: Any, task_id: int, body: Fields) -> None:  # noqa: ANN401  (any JSON)
        if not is_object(seen) or not isinstance(seen.get("id"), int):
            self._broken(f"a created block must have an id, got {seen!r:.200}")
        if seen["id"] in self.memory.blocks or seen["id"] in self.memory.strangers:
            self._broken(f"the id {seen['id']} was given to two blocks")
        block = self.memory.created(seen, task_id, body)
        self._same(block, seen)
        if self.session.decided and block.stamps.get("updated_at") != block.stamps["created_at"]:
            self._broken("updated_at of a new block must equal created_at")

    def _same(self, block: Block, seen: Fields) -> None:
        """A block in a response is what the memory has."""
        self.trace[-1].body = {"duration": block.duration, "start": timestamp(block.start)}
        if seen.get("workspace_id") != self.session.home.workspace_id:
            self._broken(f"workspace_id must be {self.session.home.workspace_id}, got {seen}")
        for wrong in block.faults(seen, decided=self.session.decided):
            self._broken(f"block {block.id}: {wrong}")

    def _selected(self, query: Query, seen: Sequence[Fields]) -> None:
        """Blocks of a response are those that a query selects, and in its order."""
        ids = [each["id"] for each in seen]
        wanted = self.memory.selected(query)
        if len({*ids}) != len(ids):
            self._broken(f"a block is given twice: {ids}")
        if {*ids} != wanted:
            lost, extra = sorted(wanted - {*ids}), sorted({*ids} - wanted)
            self._broken(f"wrong blocks: {lost} are missing, {extra} do not belong there")
        for each in seen:
            self._same(self._block(each["id"]), each)
        if wrong := query.unsorted(seen, decided=self.session.decided):
            self._broken(wrong)

    def _items(self, operation: str, query: Query, **more: object) -> list[Fields]:
        """The blocks of a stream that are not somebody else's; notes the status of each task."""
        seen = self._ask(operation, self.session.path(), _OK, query={**_parameters(query), **more})
        if not isinstance(seen, list | None):
            self._broken(f"a stream must be an array, got {seen!r:.200}")
        items = self.memory.own(cast("list[Fields]", seen or []))
        for each in items:
            task: Any = each.get("task")
            if is_object(task) and isinstance(task.get("status_id"), int):
                self.statuses[each["task_id"]] = task["status_id"]
        return items

    def _pages(self, query: Query, per_page: int) -> list[Fields]:
        found: list[Fields] = []
        for page in range(1, _MOST_PAGES):
            parameters = {**_parameters(query), "page": page, "per_page": per_page}
            blocks = self._page("list_time_blocks", self.session.path(), parameters)
            found += blocks
            if len(blocks) < per_page:
                break
        return self.memory.own(found)

    def _page(
        self, operation: str, path: Mapping[str, Any], parameters: dict[str, Any]
    ) -> list[Fields]:
        seen = self._ask(operation, path, _OK, query=parameters)
        for name in ("page", "per_page"):
            if seen[name] != parameters[name]:
                self._broken(f"{name} must be {parameters[name]}, got {seen[name]}")
        blocks: list[Fields] = seen["data"] or []
        if len(blocks) > parameters["per_page"]:
            self._broken(f"a page of {parameters['per_page']} has {len(blocks)} blocks")
        return blocks

    def _body(self, fields: Fields) -> dict[str, Any]:
        """A body with a start of this window; nothing is pushed to an external calendar."""
        body: dict[str, Any] = {**fields, "outbound_sync": False}
        if "start" in fields:
            hour, fraction, style = fields["start"]
            body["start"] = timestamp(self.window + hour * _HOUR + fraction, style)
        return body

    def _range(self, hours: tuple[int, int]) -> tuple[int, int]:
        return self.window + min(hours) * _HOUR, self.window + max(hours) * _HOUR

    def _filter(self, archived: bool | None) -> bool | None:  # noqa: FBT001  (a value of the API)
        """An SDK may have no way to send an empty filter."""
        return archived if self.session.wire else bool(archived)

    def _task(self, which: int) -> int:
        task_ids = self.session.home.task_ids
        return task_ids[which % len(task_ids)]

    def _which(self, which: int) -> Block:
        blocks = [*self.memory.blocks.values()]
        return blocks[which % len(blocks)]

    def _live(self) -> list[Block]:
        return [block for block in self.memory.blocks.values() if not block.deleted]

    def _block(self, block_id: int) -> Block:
        return self.memory.blocks[block_id]

    def _before(self, seen: Fields) -> bool:
        """Whether a block begins before this window, and so do all that follow it."""
        start = _micros(seen)
        return start is not None and start < self.window

    def _outside(self, seen: Fields) -> bool:
        """Whether a block of a task's list is of no concern: begun outside of this window."""
        start = _micros(seen)
        return start is None or not self.window <= start <= self.window + 24 * _HOUR

    def _broken(self, text: str) -> None:
        call = self.trace[-1].call.operation if self.trace else "?"
        raise LawBroken(f"{call}: {text}", self.trace)


def _micros(seen: Fields) -> int | None:
    return micros(seen.get("start"))


def _parameters(query: Query) -> dict[str, Any]:
    """The query of a list or stream."""
    parameters: dict[str, Any] = {
        "date_from": timestamp(query.first),
        "date_to": timestamp(query.last),
        **_archived(query.archived),
    }
    if query.task_id is not None:
        parameters["task_id"] = query.task_id
    if query.order:
        parameters["order_by"] = query.order
    return parameters


def _archived(archived: bool | None) -> dict[str, Any]:  # noqa: FBT001  (a value of the API)
    """The filter; empty selects archived and active blocks (D11)."""
    return {"archived": "" if archived is None else archived}
