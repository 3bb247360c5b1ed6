"""What the programs in Python do: call every operation once, and print what they read.

Each line is JSON: the operation, and what was read or the error. `steps.ts` does the same.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

URL, KEY = os.environ["FOCUS_URL"], os.environ["FOCUS_KEY"]
ORGANIZATION, WORKSPACE, TASK, OTHER_TASK = 1, 10, 100, 102
NINE, TEN = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
ORDER = ["-start", "created_at"]
# the offset has a `+`, which has to be encoded
WINDOW = {"date_from": "2026-01-05T02:00:00+02:00", "date_to": "2026-12-31T00:00:00Z"}


class RefusedError(Exception):
    """An error response; the arguments are its status and its code."""


class Api(Protocol):
    """The operations by their ids; path first, then the fields of the query or the body."""

    def create_time_block(self, task: int, **fields: Any) -> Any: ...
    def get_time_block(self, task: int, block: int) -> Any: ...
    def replace_time_block(self, task: int, block: int, **fields: Any) -> object: ...
    def update_time_block(self, task: int, block: int, **fields: Any) -> object: ...
    def archive_time_block(self, task: int, block: int) -> object: ...
    def unarchive_time_block(self, task: int, block: int) -> object: ...
    def delete_time_block(self, task: int, block: int, **query: Any) -> object: ...
    def restore_time_block(self, task: int, block: int) -> object: ...
    def list_task_time_blocks(self, task: int, **query: Any) -> Any: ...
    def list_time_blocks(self, **query: Any) -> Any: ...
    def stream_time_blocks(self, **query: Any) -> Any: ...
    def bulk_create_time_blocks(self, entries: list[dict[str, Any]]) -> Any: ...
    def bulk_update_time_blocks(self, entries: list[dict[str, Any]]) -> object: ...
    def bulk_delete_time_blocks(self, ids: list[int]) -> object: ...


def run(api: Api) -> None:
    """Call every operation; what gives no body is looked at in the block."""
    created = 0

    def create() -> list[object]:
        nonlocal created
        found = api.create_time_block(TASK, start=NINE, duration=3600)
        created = found.id
        return block(found)

    def get(_: object = None) -> list[object]:
        return block(api.get_time_block(TASK, created))

    def delete() -> list[object]:
        api.delete_time_block(TASK, created, outbound_sync=False)
        try:
            return get()
        except RefusedError as error:
            return [*error.args]

    def page() -> list[object]:
        query: dict[str, Any] = {"page": 1, "per_page": 100, "order_by": ORDER, "archived": False}
        found = api.list_task_time_blocks(TASK, **query)
        blocks = [[*block(each), each.has_time_entry] for each in found.data]
        return [found.page, found.per_page, blocks]

    ninety = {"start": TEN, "duration": 5400, "completed": True}
    window: dict[str, Any] = {**WINDOW, "order_by": ORDER}
    entries = [{"start": NINE, "task_id": TASK}, {"start": TEN, "task_id": OTHER_TASK}]
    step("create_time_block", create)
    step("get_time_block", get)
    step("replace_time_block", lambda: get(api.replace_time_block(TASK, created, **ninety)))
    step("update_time_block", lambda: get(api.update_time_block(TASK, created, duration=1800)))
    step("archive_time_block", lambda: get(api.archive_time_block(TASK, created)))
    step("unarchive_time_block", lambda: get(api.unarchive_time_block(TASK, created)))
    step("delete_time_block", delete)
    step("restore_time_block", lambda: get(api.restore_time_block(TASK, created)))
    step("list_task_time_blocks", page)
    step(
        "list_time_blocks",
        lambda: [with_task(each) for each in api.list_time_blocks(**window, per_page=100).data],
    )
    step(
        "stream_time_blocks", lambda: [with_task(each) for each in api.stream_time_blocks(**window)]
    )
    step(
        "bulk_create_time_blocks",
        lambda: [block(each) for each in api.bulk_create_time_blocks(entries)],
    )
    step(
        "bulk_update_time_blocks",
        lambda: get(api.bulk_update_time_blocks([{"id": created, "duration": 600}])),
    )
    step(
        "bulk_delete_time_blocks",
        lambda: get(api.bulk_delete_time_blocks([created + 1, created + 2])),
    )


def step(operation: str, call: Callable[[], object]) -> None:
    """Call an operation, and print what came of it."""
    try:
        line = {"operation": operation, "read": call()}
    except Exception as error:  # noqa: BLE001  # whatever a generated client raises is the result
        line = {"operation": operation, "error": f"{type(error).__name__}: {error}"}
    # some clients have a value of their own for a field that is absent
    sys.stdout.write(json.dumps(line, default=lambda _: None) + "\n")


def block(found: Any) -> list[object]:
    """What every response says of a block."""
    start = found.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [found.id, start, found.duration, found.timezone]


def with_task(found: Any) -> list[object]:
    """What a list says of a block, its task included."""
    task = found.task
    rate = task.project and task.project.rate
    return [
        *block(found),
        found.has_time_entry,
        task.name,
        task.estimate_type,
        [tag.name for tag in task.tags],
        rate and rate.hourly_rate,
    ]
