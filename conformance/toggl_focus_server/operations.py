"""What each operation does, by its operationId; all else about it is in the description."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from . import timestamps
from .blocks import Fields, Row
from .description import Value
from .problems import forbidden, missing, validation
from .store import Account, Selection, Store

Handler = Callable[["Call"], Any]

HANDLERS: dict[str, Handler] = {}


@dataclass
class Call:
    """A request that is well-formed as far as path and query go, of a user who may make it."""

    store: Store
    account: Account
    path: dict[str, Any]
    query: dict[str, Any]
    body: Callable[[], Any]
    """Checks and reads the body: after it was seen that what it is about exists (D2).

    It holds described fields only: any other is ignored (D22)."""
    body_fields: tuple[str, ...]
    """The names of what the body may hold."""
    fields: Fields
    task: Callable[[int], Any]
    """The task as a response embeds it."""
    now: int

    @property
    def workspace_id(self) -> int:
        """The workspace of the path."""
        workspace_id: int = self.path["workspace_id"]
        return workspace_id

    def stored(self) -> Row:
        """The block of the path, deleted or not."""
        return self.find(self.path["time_block_id"], self.path["task_id"], deleted=True)

    def live(self) -> Row:
        """The block of the path, if it is not deleted (D12)."""
        return self.find(self.path["time_block_id"], self.path["task_id"])

    def find(self, block_id: int, task_id: int | None = None, *, deleted: bool = False) -> Row:
        """A block of the workspace, of that task if one is named (D4)."""
        block = self.store.block(self.workspace_id, block_id)
        if (
            block is None
            or (task_id is not None and block["task_id"] != task_id)
            or (block["deleted_at"] is not None and not deleted)
        ):
            raise missing(block_id)
        return block

    def own_task(self, task_id: int) -> None:
        """A task that a body names is one of the workspace's (D18)."""
        if not self.store.has_task(self.workspace_id, task_id):
            raise forbidden(f"Task {task_id}")

    def save(self, block: Row, **changes: Value) -> None:
        """Write changes to a block, and when they were made (D45)."""
        self.store.save({**block, **changes, "updated_at": self.now})

    def selection(self) -> Selection:
        """What the query asks for."""
        query = self.query
        window = None
        if "date_from" in query:
            window = timestamps.parse(query["date_from"]), timestamps.parse(query["date_to"])
        return Selection(
            workspace_id=self.workspace_id,
            task_id=self.path.get("task_id", query.get("task_id")),
            status_id=query.get("status_id"),
            window=window,
            archived=query.get("archived", False),
            order=tuple(query.get("order_by", ("start",))),
        )

    def page(self) -> Row:
        """One page of it."""
        page, per_page = self.query["page"], self.query["per_page"]
        rows = self.store.page(self.selection(), page, per_page)
        return {"data": [self.with_task(row) for row in rows], "page": page, "per_page": per_page}

    def with_task(self, row: Row) -> Row:
        """A block with its task; the description says whether the response shows it."""
        row["task"] = self.task(row["task_id"])
        return row

    def create(self, task_id: int, wanted: Row) -> Row:
        """A new block of the caller's."""
        block = {
            **dict.fromkeys(self.store.columns),
            "workspace_id": self.workspace_id,
            "task_id": task_id,
            "toggl_user_id": self.account.id,
            "timezone": self.store.timezone(self.workspace_id, self.account.id),
            "has_time_entry": False,
            "created_at": self.now,
            "updated_at": self.now,
            **self.changes(wanted, completed_at=None),
        }
        return {**block, "id": self.store.insert(block)}

    def changes(self, wanted: Row, completed_at: int | None) -> Row:
        """The columns that a body changes; a completed block keeps its first stamp (D19).

        Fields that are no columns, such as `outbound_sync`, change nothing (D40).
        """
        try:
            values = self.fields.stored(wanted)
        except ValueError as error:
            raise validation(f"body: {error}", **{"in": "body"}) from None
        columns = {name: values[name] for name in values if name in self.store.columns}
        columns.pop("id", None)
        if "completed" in wanted:
            first = self.now if completed_at is None else completed_at
            columns["completed_at"] = first if wanted["completed"] else None
        return columns

    def update(self, block: Row, wanted: Row) -> None:
        """Change what is given; nothing given changes nothing, the stamp included (D17)."""
        columns = self.changes(wanted, block["completed_at"])
        if columns:
            self.save(block, **columns)


def operation(handler: Handler) -> Handler:
    """Register what does the operation of this name; all others return 501."""
    HANDLERS[handler.__name__] = handler
    return handler


@operation
def list_task_time_blocks(call: Call) -> Row:
    """A page of a task's blocks."""
    return call.page()


@operation
def list_time_blocks(call: Call) -> Row:
    """A page of a range."""
    return call.page()


@operation
def stream_time_blocks(call: Call) -> Generator[Row]:
    """A complete range."""
    with closing(call.store.rows(call.selection())) as rows:
        for row in rows:
            yield call.with_task(row)


@operation
def create_time_block(call: Call) -> Row:
    """A new block of the path's task."""
    return call.create(call.path["task_id"], call.body())


@operation
def get_time_block(call: Call) -> Row:
    """A block that is not deleted."""
    return call.live()


@operation
def replace_time_block(call: Call) -> None:
    """All that can be written, anew; a field that is omitted is emptied (D15)."""
    block = call.live()
    wanted = dict.fromkeys(call.body_fields) | call.body()
    call.save(block, **call.changes(wanted, block["completed_at"]))


@operation
def update_time_block(call: Call) -> None:
    """Some fields; the task is one of them."""
    block = call.live()
    wanted = call.body()
    if "task_id" in wanted:
        call.own_task(wanted["task_id"])
    call.update(block, wanted)


@operation
def delete_time_block(call: Call) -> None:
    """Marks it as deleted."""
    call.save(call.live(), deleted_at=call.now)


@operation
def restore_time_block(call: Call) -> None:
    """Takes that mark away; archived stays archived."""
    block = call.stored()
    if block["deleted_at"] is not None:
        call.save(block, deleted_at=None)


@operation
def archive_time_block(call: Call) -> None:
    """Marks it as archived; the first stamp stays (D13)."""
    block = call.live()
    if block["archived_at"] is None:
        call.save(block, archived_at=call.now)


@operation
def unarchive_time_block(call: Call) -> None:
    """Takes that mark away."""
    block = call.live()
    if block["archived_at"] is not None:
        call.save(block, archived_at=None)


@operation
def bulk_create_time_blocks(call: Call) -> list[Row]:
    """New blocks in the order of the request; the transaction makes it all or none (D20)."""
    wanted = call.body()["time_blocks"]
    for item in wanted:
        call.own_task(item["task_id"])
    return [call.create(item["task_id"], item) for item in wanted]


@operation
def bulk_update_time_blocks(call: Call) -> None:
    """Changes to several blocks, each named once."""
    wanted = call.body()
    seen: set[int] = set()
    for index, item in enumerate(wanted):
        if item["id"] in seen:
            at = f"[{index}].id"
            raise validation(f"body{at}: {item['id']} is given twice", **{"in": "body", "at": at})
        seen.add(item["id"])
    for item in wanted:
        if "task_id" in item:
            call.own_task(item["task_id"])
    for item in wanted:
        call.update(call.find(item["id"]), item)


@operation
def bulk_delete_time_blocks(call: Call) -> None:
    """Marks several blocks as deleted; an id given twice counts once."""
    for block_id in dict.fromkeys(call.query["ids"]):
        call.save(call.find(block_id), deleted_at=call.now)
