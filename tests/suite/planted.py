"""Faults that are planted into the reference server of a test, to see whether the model finds them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Mapping
from typing import Any

import pytest

from toggl_focus_server import operations, timestamps
from toggl_focus_server.blocks import Row
from toggl_focus_server.operations import HANDLERS, Call
from toggl_focus_server.store import Selection, Store

Plant = Callable[[pytest.MonkeyPatch], None]


def handler(name: str, replacement: operations.Handler) -> Plant:
    """Another handler for an operation."""
    return lambda patch: patch.setitem(HANDLERS, name, replacement)


def selection(change: Callable[[Selection], Selection]) -> Plant:
    """Lists and the stream select other blocks."""
    query = Selection.query

    def changed(self: Selection, columns: Any) -> Any:
        return query(change(self), columns)

    return lambda patch: patch.setattr(Selection, "query", changed)


def sql(old: str, new: str) -> Plant:
    """Lists and the stream have other SQL."""
    query = Selection.query

    def changed(self: Selection, columns: Any) -> Any:
        text, values = query(self, columns)
        return text.replace(old, new), values

    return lambda patch: patch.setattr(Selection, "query", changed)


def rows(change: Callable[[Row], None]) -> Plant:
    """Blocks are read otherwise than they are stored."""
    read = Store._row  # noqa: SLF001  (planted)

    def changed(self: Store, cursor: Any, values: Any) -> Row:
        row = read(self, cursor, values)
        if "task_id" in row:
            change(row)
        return row

    return lambda patch: patch.setattr(Store, "_row", changed)


def bodies(change: Callable[[Mapping[str, Any]], Row]) -> Plant:
    """Writes store something else than the body says."""
    changes = Call.changes

    def changed(self: Call, wanted: Row, completed_at: int | None) -> Row:
        return changes(self, change(wanted), completed_at)

    return lambda patch: patch.setattr(Call, "changes", changed)


def merge(call: Call) -> None:
    call.update(call.live(), call.body())


def restore_and_unarchive(call: Call) -> None:
    call.save(call.stored(), deleted_at=None, archived_at=None)


def restore_and_reset(call: Call) -> None:
    call.save(call.stored(), deleted_at=None, duration=None)


def archive_again(call: Call) -> None:
    call.save(call.live(), archived_at=call.now)


def unarchive_and_reopen(call: Call) -> None:
    call.save(call.live(), archived_at=None, completed_at=None)


def skip_missing(call: Call) -> None:
    for block_id in dict.fromkeys(call.query["ids"]):
        block = call.store.block(call.workspace_id, block_id)
        if block is not None:
            call.save(block, deleted_at=call.now)


def delete_first(call: Call) -> None:
    found = [call.find(block_id) for block_id in dict.fromkeys(call.query["ids"])]
    call.save(found[0], deleted_at=call.now)


def update_deleted(call: Call) -> None:
    for item in call.body():
        call.update(call.find(item["id"], deleted=True), item)


def update_unstamped(call: Call) -> None:
    for item in call.body():
        block = call.find(item["id"])
        call.store.save({**block, **call.changes(item, block["completed_at"])})


def create_alike(call: Call) -> list[Row]:
    wanted = call.body()["time_blocks"]
    first = {name: wanted[0][name] for name in wanted[0].keys() & {"duration", "completed"}}
    return [call.create(item["task_id"], {**first, **item}) for item in wanted]


def patch_clears(call: Call) -> None:
    block = call.live()
    call.update(block, {"duration": None, **call.body()})


def empty_patch_stamps(call: Call) -> None:
    block = call.live()
    call.save(block, **call.changes(call.body(), block["completed_at"]))


def stay(call: Call) -> None:
    call.update(call.live(), {n: v for n, v in call.body().items() if n != "task_id"})


def first_page_twice(patch: pytest.MonkeyPatch) -> None:
    page = Store.page
    patch.setattr(
        Store,
        "page",
        lambda self, chosen, number, size: page(self, chosen, max(number - 1, 1), size),
    )


def overlapping_pages(patch: pytest.MonkeyPatch) -> None:
    def overlap(self: Store, chosen: Selection, page: int, per_page: int) -> list[Row]:
        found = list(self.rows(chosen))
        skip = (page - 1) * max(per_page - 1, 1)
        return found[skip : skip + per_page]

    patch.setattr(Store, "page", overlap)


def any_task(patch: pytest.MonkeyPatch) -> None:
    find = Call.find
    patch.setattr(Call, "find", lambda self, block_id, _=None, **how: find(self, block_id, **how))


def local_time(patch: pytest.MonkeyPatch) -> None:
    parse = timestamps.parse
    patch.setattr(
        timestamps, "parse", lambda text: parse(f"{text[:-6]}Z" if text[-6] in "+-" else text)
    )


def again_completed(patch: pytest.MonkeyPatch) -> None:
    changes = Call.changes
    patch.setattr(Call, "changes", lambda self, wanted, _: changes(self, wanted, None))


def stream_of_all_tasks(call: Call) -> Generator[Row]:
    chosen = dataclasses.replace(call.selection(), task_id=None)
    return (call.with_task(row) for row in call.store.rows(chosen))


def task_list_with_archived(call: Call) -> Row:
    return dict(call.page(), data=_all(call, archived=None))


def _all(call: Call, **changed: Any) -> list[Row]:
    chosen = dataclasses.replace(call.selection(), **changed)
    page, size = call.query["page"], call.query["per_page"]
    return [call.with_task(row) for row in call.store.page(chosen, page, size)]


def truthy(row: Row) -> None:
    row["duration"] = row["duration"] or None


def whole_seconds(row: Row) -> None:
    row["start"] = row["start"] // 1_000_000 * 1_000_000


def without_false(wanted: Mapping[str, Any]) -> Row:
    return {name: value for name, value in wanted.items() if value is not False}


def without_zero(wanted: Mapping[str, Any]) -> Row:
    return {name: value for name, value in wanted.items() if value != 0 or value is False}


PLANTED: dict[str, Plant] = {
    "duration-0-is-read-as-null": rows(truthy),
    "duration-0-is-not-stored": bodies(without_zero),
    "completed-false-is-ignored": bodies(without_false),
    "fractions-of-seconds-are-cut": rows(whole_seconds),
    "offsets-are-ignored": local_time,
    "put-merges": handler("replace_time_block", merge),
    "patch-clears-omitted-duration": handler("update_time_block", patch_clears),
    "patch-does-not-move": handler("update_time_block", stay),
    "empty-patch-moves-updated-at": handler("update_time_block", empty_patch_stamps),
    "restore-clears-archived-at": handler("restore_time_block", restore_and_unarchive),
    "restore-clears-duration": handler("restore_time_block", restore_and_reset),
    "archive-stamps-again": handler("archive_time_block", archive_again),
    "completed-stamps-again": again_completed,
    "unarchive-clears-completed-at": handler("unarchive_time_block", unarchive_and_reopen),
    "bulk-delete-skips-missing-ids": handler("bulk_delete_time_blocks", skip_missing),
    "bulk-delete-deletes-the-first": handler("bulk_delete_time_blocks", delete_first),
    "bulk-update-reaches-deleted-blocks": handler("bulk_update_time_blocks", update_deleted),
    "bulk-update-keeps-updated-at": handler("bulk_update_time_blocks", update_unstamped),
    "bulk-create-repeats-the-first": handler("bulk_create_time_blocks", create_alike),
    "pages-overlap": overlapping_pages,
    "first-page-twice": first_page_twice,
    "another-task-gives-the-block": any_task,
    "second-order-key-ignored": selection(
        lambda chosen: dataclasses.replace(chosen, order=chosen.order[:1])
    ),
    "order-is-never-reversed": sql(" DESC", " ASC"),
    "ties-are-reversed": sql("+id", "+id DESC"),
    "end-of-a-range-is-out": sql("start <= :last", "start < :last"),
    "begin-of-a-range-is-out": sql(">= :first", "> :first"),
    "durations-are-not-in-the-range": sql("start + coalesce(duration, 0) * 1000000", "start"),
    "status-filter-is-lost": selection(lambda chosen: dataclasses.replace(chosen, status_id=None)),
    "archived-filter-is-lost": selection(lambda chosen: dataclasses.replace(chosen, archived=None)),
    "archived-filter-of-a-task-is-lost": handler("list_task_time_blocks", task_list_with_archived),
    "stream-has-all-tasks": handler("stream_time_blocks", stream_of_all_tasks),
}
"""Each is found by the model; test_model_power.py says in how many steps."""
