"""The state machine: Hypothesis picks the calls, `Memory` knows the correct results."""

from __future__ import annotations

from typing import Any

from hypothesis.strategies import booleans, integers, lists, sampled_from

from .asking import (
    CREATED,
    DONE,
    MISSING,
    UNKNOWN_ID,
    Asking,
    Fields,
    action,
    archived_filter,
    has_blocks,
)
from .calls import Call
from .inputs import CHANGES, FIELDS, ORDERS, RANGES, SMALL, STARTS, WHICH
from .memory import Block, Query, micros
from .refusing import Refusing

__all__ = ["Machine"]

_MOST_PAGES = 30
_STRAY = 4
_FROM, _TO = 1, 2
_SECOND = 1_000_000
_SOME = lists(WHICH, min_size=1, max_size=3)
_ARCHIVED = sampled_from((False, True, None))


def _has_live(example: Asking) -> bool:
    return bool(example.live())


def _has_deleted(example: Asking) -> bool:
    return any(block.deleted for block in example.memory.blocks.values())


def _has_statuses(example: Asking) -> bool:
    return bool(example.statuses)


class Machine(Refusing):
    """What must succeed, and what it must result in."""

    # Writes to one block

    @action(weight=3, task=SMALL, start=STARTS, fields=FIELDS)
    def create(self, task: int, start: tuple[int, int, int], fields: Fields) -> None:
        """201 with the block."""
        task_id, body = self.task(task), self.body({**fields, "start": start})
        seen = self.ask("create_time_block", self.session.path(task_id), CREATED, body=body)
        self.get(self.created(seen, task_id, body))

    @action(has_blocks, weight=2, which=WHICH, start=STARTS, fields=FIELDS)
    def replace(self, which: int, start: tuple[int, int, int], fields: Fields) -> None:
        """204; omitted fields are cleared, which is only decided (D15)."""
        if not self.session.decided:
            fields = {"duration": 60, "completed": False, **fields}
        body = self.body({**fields, "start": start})
        block = self.write("replace_time_block", self.chosen(which), body)
        if not block.deleted:
            block.replace(body)
            self.get(block)

    @action(has_blocks, weight=4, which=WHICH, fields=CHANGES, task=SMALL)
    def update(self, which: int, fields: Fields, task: int) -> None:
        """204; omitted fields stay. A task_id moves the block (D18)."""
        body = self.body({**fields, **({"task_id": self.task(task)} if task % 3 == 0 else {})})
        if not self.changes(body):
            return
        block = self.write("update_time_block", self.chosen(which), body)
        if not block.deleted:
            block.write(body)
            self.get(block)

    @action(has_blocks, weight=3, which=WHICH, archived=booleans(), times=integers(1, 2))
    def archive(self, which: int, times: int, *, archived: bool) -> None:
        """204, whether or not it is archived already (D13)."""
        block = self.chosen(which)
        for _ in range(times):
            if not self.session.decided and block.archived == archived:
                return
            self.write(f"{'' if archived else 'un'}archive_time_block", block)
            if not block.deleted:
                block.archive(archived=archived)
                self.get(block)

    @action(has_blocks, weight=3, which=WHICH, back=booleans())
    def delete(self, which: int, *, back: bool) -> None:
        """204, and 404 if it is deleted already (D12)."""
        block = self.chosen(which)
        self.write("delete_time_block", block, query={"outbound_sync": False})
        block.delete(deleted=True)
        self.get(block)
        if back:
            self.undelete(block)

    @action(_has_deleted, which=WHICH)
    def restore(self, which: int) -> None:
        """204; then everything is as it was before the deletion, archived or not."""
        self.undelete(self.memory.used(which, deleted=True))

    def undelete(self, block: Block) -> None:
        """Restore a block."""
        path = self.session.path(block.task_id, block.id)
        self.ask("restore_time_block", path, DONE)
        block.delete(deleted=False)
        self.get(block)

    @action(has_blocks, which=WHICH)
    def read(self, which: int) -> None:
        """The block as it was written, through its own task; 404 once it is deleted."""
        self.get(self.chosen(which))

    # Bulk calls

    @action(weight=2, entries=lists(FIELDS, min_size=1, max_size=3), start=STARTS, task=SMALL)
    def bulk_create(self, entries: list[Fields], start: tuple[int, int, int], task: int) -> None:
        """201 with the blocks in the order of the request, as single calls would make them."""
        bodies = [
            {**self.body({"start": start, **fields}), "task_id": self.task(task + n // 2)}
            for n, fields in enumerate(entries)
        ]
        body = {"time_blocks": bodies}
        seen = self.ask("bulk_create_time_blocks", self.session.path(), CREATED, body=body)
        if len(seen) != len(bodies):
            self.broken(f"bulk create of {len(bodies)} returned {len(seen)} blocks")
        if not self.session.decided:
            # That they come back in the order of the request is decided (D54).
            seen, bodies = sorted(seen, key=_of_request), sorted(bodies, key=_of_request)
        for block, wanted in zip(seen, bodies, strict=True):
            self.get(self.created(block, wanted["task_id"], wanted))

    @action(
        has_blocks,
        weight=3,
        which=_SOME,
        fields=CHANGES,
        own=CHANGES,
        task=SMALL,
    )
    def bulk_update(self, which: list[int], fields: Fields, own: Fields, task: int) -> None:
        """204, with the effect of single calls; 404 and no effect if one does not exist (D20)."""
        blocks = list({block.id: block for block in map(self.chosen, which)}.values())
        if not self.session.decided:
            blocks = [block for block in blocks if not block.deleted] or self.live()[:1]
            if not blocks:
                return
        entries = [self.body(fields if n else own) for n in range(len(blocks))]
        if task % 3 == 0:
            entries[0]["task_id"] = self.task(task)
        if not all(map(self.changes, entries)):
            return
        body = [{"id": block.id, **entry} for block, entry in zip(blocks, entries, strict=True)]
        gone = any(block.deleted for block in blocks)
        if self.session.decided and task % 5 == _STRAY:
            body.append({**body[-1], "id": UNKNOWN_ID})
            gone = True
        status = MISSING if gone else DONE
        self.ask("bulk_update_time_blocks", self.session.path(), status, body=body)
        for block, entry in zip(blocks, entries, strict=True):
            if not gone:
                block.write(entry)
            self.get(block)

    @action(
        has_blocks,
        weight=2,
        which=_SOME,
        task=SMALL,
    )
    def bulk_delete(self, which: list[int], task: int) -> None:
        """204; a repeated id counts once; 404 and no effect if one does not exist (D20)."""
        blocks = [self.chosen(each) for each in which]
        if not self.session.decided:
            blocks = [*{block.id: block for block in blocks if not block.deleted}.values()]
            if not blocks:
                return
        ids = [block.id for block in blocks]
        gone = any(block.deleted for block in blocks)
        if self.session.decided and task % 5 == _STRAY:
            ids.append(UNKNOWN_ID)
            gone = True
        query = {"ids": ids, "outbound_sync": False}
        status = MISSING if gone else DONE
        self.ask("bulk_delete_time_blocks", self.session.path(), status, query=query)
        for block in blocks:
            if not gone:
                block.delete(deleted=True)
            self.get(block)

    # Lists

    @action(
        has_blocks,
        weight=6,
        which=WHICH,
        edge=sampled_from((0, 0, _FROM, _TO)),
        span=RANGES,
        order=ORDERS,
        archived=_ARCHIVED,
        task=SMALL,
    )
    def list_equals_stream(
        self,
        which: int,
        edge: int,
        span: tuple[int, int],
        order: tuple[str, ...],
        archived: bool | None,  # noqa: FBT001  (drawn)
        task: int,
    ) -> None:
        """The stream and all pages together give the same blocks, in the same order."""
        task_id = self.task(task) if task % 2 else None
        first, last = self.span(span)
        block = self.chosen(which)
        # Exactly to a block, or from one; but some servers store no more than milliseconds.
        if self.session.decided and block.start % _SECOND == 0:
            first = block.end if edge == _FROM else first
            last = block.start if edge == _TO else last
        query = Query(min(first, last), max(first, last), self.filtered(archived), task_id, order)
        streamed = self.items("stream_time_blocks", query)
        self.selected(query, streamed)
        listed = self.pages(query, 1 + task % 4, len(streamed))
        one, other = ([each["id"] for each in blocks] for blocks in (streamed, listed))
        if not self.session.decided:  # blocks with equal keys may be in any order (D8)
            one, other = sorted(one), sorted(other)
        if one != other:
            self.broken("the pages together are not what the stream gives")

    @action(
        has_blocks,
        weight=2,
        order=ORDERS,
        task=SMALL,
        archived=_ARCHIVED,
    )
    def task_list(
        self,
        order: tuple[str, ...],
        task: int,
        archived: bool | None,  # noqa: FBT001  (drawn)
    ) -> None:
        """A task's list gives its blocks, whenever they are: the latest first, as far as needed."""
        task_id = self.task(task)
        archived = self.filtered(archived)
        order = ("-start", *(key for key in order if not key.endswith("start")))
        query = Query(*self.span((0, 24)), archived, task_id, order)
        parameters: dict[str, Any] = {"order_by": query.order, "per_page": 3}
        parameters |= archived_filter(archived)
        found: list[Fields] = []
        for page in range(1, _MOST_PAGES):
            blocks = self.page(
                "list_task_time_blocks", self.session.path(task_id), {**parameters, "page": page}
            )
            found += blocks
            if len(blocks) < parameters["per_page"] or self.before(blocks[-1]):
                break
        else:
            return  # others have too many blocks after this window
        own = [each for each in self.memory.own(found) if not self.outside(each)]
        self.selected(query, own)

    @action(_has_statuses, task=SMALL)
    def status_filter(self, task: int) -> None:
        """Only blocks whose task has the status."""
        statuses = sorted({*self.statuses.values()})
        status = statuses[task % len(statuses)]
        query = Query(*self.span((0, 24)))
        seen = self.items("stream_time_blocks", query, status_id=status)
        known = {each for each, has in self.statuses.items() if has == status}
        must, may = (
            {each for each in ids if self.block(each).task_id in known}
            for ids in self.memory.selected(query)
        )
        got = {each["id"] for each in seen if each["task_id"] in self.statuses}
        if not must <= got <= may:
            self.broken(f"status_id={status} must give the blocks {must}, got {got}")

    # At the same time

    @action(_has_live, which=WHICH, start=STARTS)
    def update_at_once(self, which: int, start: tuple[int, int, int]) -> None:
        """Two updates of different fields at the same time both last."""
        block = self.memory.used(which, deleted=False)
        bodies = [
            self.body({"duration": 60 + which}),
            self.body({"start": start, "completed": not block.completed}),
        ]
        path = self.session.path(block.task_id, block.id)
        calls = [Call("update_time_block", path, body=body) for body in bodies]
        self.step(calls, DONE)
        for body in bodies:
            block.write(body)
        self.get(block)

    @action(task=SMALL, start=STARTS)
    def create_at_once(self, task: int, start: tuple[int, int, int]) -> None:
        """Blocks that are created at the same time have ids of their own."""
        task_id, body = self.task(task), self.body({"start": start, "duration": 60})
        call = Call("create_time_block", self.session.path(task_id), body=body)
        for reply in self.step([call] * 3, CREATED):
            self.created(reply.body, task_id, body)


def _of_request(block: Fields) -> tuple[int | None, int, int]:
    """What tells created blocks from each other."""
    return micros(block["start"]), block["task_id"], block.get("duration") or 0
