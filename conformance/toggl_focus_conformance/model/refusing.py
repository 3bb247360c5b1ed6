"""Rules of the state machine for what a server must refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis.strategies import booleans, integers, sampled_from

from .asking import MISSING, UNKNOWN_ID, Asking, action, has_blocks
from .inputs import BAD_FIELDS, BAD_IDS, BAD_QUERIES, SMALL, STARTS, WHICH
from .memory import timestamp

__all__ = ["Refusing"]

_REFUSED, _FORBIDDEN = 400, 403


def _is_wire(example: Asking) -> bool:
    return example.session.wire


def _is_strict(example: Asking) -> bool:
    return example.session.wire and example.session.decided


def _has_foreign(example: Asking) -> bool:
    return example.session.decided and bool(example.session.home.foreign) and has_blocks(example)


def _has_other_task(example: Asking) -> bool:
    home = example.session.home
    return example.session.decided and len(home.task_ids) > 1 and has_blocks(example)


class Refusing(Asking):
    """What is refused changes nothing: later rules would notice."""

    @action(
        _is_wire,
        weight=2,
        bad=sampled_from(BAD_FIELDS),
        place=integers(0, 10),
        which=WHICH,
        task=SMALL,
        start=STARTS,
    )
    def refuse_bodies(
        self,
        bad: tuple[dict[str, Any], bool],
        place: int,
        which: int,
        task: int,
        start: tuple[int, int, int],
    ) -> None:
        """400, in every operation that has a body."""
        fields, only_decided = bad
        if only_decided and not self.session.decided:
            return
        good = self.body({"start": start})
        task_id = self.task(task)
        entries = [{**good, "task_id": task_id}, {**good, "task_id": task_id, **fields}]
        paths = self.session.path
        bodies: list[tuple[str, Mapping[str, Any], Any]] = [
            ("create_time_block", paths(task_id), {**good, **fields}),
            ("create_time_block", paths(task_id), fields if "start" not in fields else [fields]),
            # That a bulk call does all of it or nothing is open (D20).
            (
                "bulk_create_time_blocks",
                paths(),
                {"time_blocks": entries if self.session.decided else entries[1:]},
            ),
            ("bulk_create_time_blocks", paths(), entries[:1]),
            ("bulk_create_time_blocks", paths(), {"time_blocks": [{**good}]}),
        ]
        if self.live():
            block = self.memory.used(which, deleted=False)
            one, entry = paths(block.task_id, block.id), {"id": block.id, "duration": 7}
            bodies += [
                ("update_time_block", one, fields),
                ("replace_time_block", one, {**good, **fields}),
                ("replace_time_block", one, {"duration": 60}),
                ("bulk_update_time_blocks", paths(), [{**entry, **fields}]),
                ("bulk_update_time_blocks", paths(), {"items": [entry]}),
                ("bulk_update_time_blocks", paths(), [{"duration": 7}]),
            ]
        operation, path, body = bodies[place % len(bodies)]
        self.ask(operation, path, _REFUSED, body=body)

    @action(_is_wire, bad=sampled_from(BAD_QUERIES), stream=booleans())
    def refuse_queries(self, bad: tuple[dict[str, Any], bool], *, stream: bool) -> None:
        """400."""
        fields, only_decided = bad
        paged = fields.keys() & {"page", "per_page"}
        if only_decided and not self.session.decided:
            return
        first, last = self.span((0, 24))
        query = {"date_from": timestamp(first), "date_to": timestamp(last), **fields}
        operation = "stream_time_blocks" if stream and not paged else "list_time_blocks"
        self.ask(operation, self.session.path(), _REFUSED, query=query)

    @action(
        _is_strict,
        bad=sampled_from(BAD_IDS),
        task=SMALL,
    )
    def refuse_ids(self, bad: str, task: int) -> None:
        """400 for an invalid id (D32)."""
        self.ask("get_time_block", self.session.path(self.task(task), bad), _REFUSED)

    @action(task=SMALL, which=SMALL)
    def miss_blocks(self, task: int, which: int) -> None:
        """404 for a block that does not exist."""
        path = self.session.path(self.task(task), UNKNOWN_ID)
        operation, body = (
            ("get_time_block", None),
            ("update_time_block", {"duration": 60, "outbound_sync": False}),
            ("delete_time_block", None),
            ("restore_time_block", None),
        )[which % 4]
        self.ask(operation, path, MISSING, body=body)

    @action(
        _has_foreign,
        which=WHICH,
        where=SMALL,
        task=SMALL,
    )
    def keep_others_out(self, which: int, where: int, task: int) -> None:
        """403 for what is not the account's, whether or not it exists (D3, D18)."""
        foreign = self.session.home.foreign
        organization_id, workspace_id, task_id = foreign[where % len(foreign)]
        path = {"organization_id": organization_id, "workspace_id": workspace_id}
        below = {**path, "task_id": task_id}
        first, last = self.span((0, 24))
        span = {"date_from": timestamp(first), "date_to": timestamp(last)}
        body = self.body({"start": (1, 0, 0)})
        moved: dict[str, Any] = {"task_id": task_id, "outbound_sync": False}
        tries: list[tuple[str, Mapping[str, Any], Any, Mapping[str, Any]]] = [
            ("list_time_blocks", path, None, span),
            ("stream_time_blocks", path, None, span),
            ("list_task_time_blocks", below, None, {}),
            ("create_time_block", below, body, {}),
            ("get_time_block", {**below, "time_block_id": UNKNOWN_ID}, None, {}),
            ("create_time_block", self.session.path(task_id), body, {}),
            ("bulk_create_time_blocks", self.session.path(),
             {"time_blocks": [{**body, "task_id": task_id}]}, {}),
        ]  # fmt: skip
        if self.live():
            block = self.memory.used(which, deleted=False)
            tries += [
                ("update_time_block", self.session.path(block.task_id, block.id), moved, {}),
                ("bulk_update_time_blocks", self.session.path(), [{"id": block.id, **moved}], {}),
                ("bulk_update_time_blocks", path, [{"id": block.id, "duration": 7}], {}),
                ("bulk_delete_time_blocks", path, None, {"ids": [block.id]}),
            ]
        operation, where_to, sent, query = tries[task % len(tries)]
        self.ask(operation, where_to, _FORBIDDEN, query=query, body=sent)

    @action(
        _has_other_task,
        which=WHICH,
        write=sampled_from(("get", "update", "delete", "archive", "restore")),
    )
    def miss_through_another_task(self, which: int, write: str) -> None:
        """404 for a block through the path of another task (D4)."""
        block = self.chosen(which)
        task_ids = self.session.home.task_ids
        other = task_ids[(task_ids.index(block.task_id) + 1) % len(task_ids)]
        body = {"duration": 60, "outbound_sync": False} if write == "update" else None
        self.ask(f"{write}_time_block", self.session.path(other, block.id), MISSING, body=body)
