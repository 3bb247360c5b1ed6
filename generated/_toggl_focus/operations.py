# Written from spec/openapi.yaml by `nox -s generate`; do not edit.
"""The operations, each with a function that builds a request for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Annotated, Unpack

from msgspec import Meta

from _toggl_focus import models
from _toggl_focus.request import UNSET, Operation, Options, Pagination, Request, Unset, listed

LIST_TASK_TIME_BLOCKS: Operation[models.TimeBlockPage] = Operation(
    id="list_task_time_blocks",
    name="time_blocks.list_for_task",
    method="GET",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks",
    body=None,
    result=models.TimeBlockPage,
    idempotent=True,
)
LIST_TASK_TIME_BLOCKS_PAGES: Pagination[models.TimeBlockPage, models.TimeBlockListItem] = (
    Pagination(page="page", size="per_page", items=attrgetter("data"), key=attrgetter("id"))
)


def list_task_time_blocks(
    task_id: int,
    *,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
    order_by: Iterable[models.TimeBlockOrder] | Unset = UNSET,
    archived: bool | Unset = UNSET,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[models.TimeBlockPage]:
    """GET …/tasks/{task_id}/time-blocks."""
    return Request(
        LIST_TASK_TIME_BLOCKS,
        path={"organization_id": organization_id, "workspace_id": workspace_id, "task_id": task_id},
        query=models.ListTaskTimeBlocksQuery(
            page=page, per_page=per_page, order_by=listed(order_by), archived=archived
        ),
        options=options,
    )


CREATE_TIME_BLOCK: Operation[models.TimeBlock] = Operation(
    id="create_time_block",
    name="time_blocks.create",
    method="POST",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks",
    body=models.TimeBlockCreate,
    result=models.TimeBlock,
)


def create_time_block(
    task_id: int,
    *,
    start: datetime,
    duration: int | timedelta | Unset = UNSET,
    completed: bool | Unset = UNSET,
    outbound_sync: bool | Unset = UNSET,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[models.TimeBlock]:
    """POST …/tasks/{task_id}/time-blocks."""
    return Request(
        CREATE_TIME_BLOCK,
        path={"organization_id": organization_id, "workspace_id": workspace_id, "task_id": task_id},
        body=models.TimeBlockCreate(
            start=start, duration=duration, completed=completed, outbound_sync=outbound_sync
        ),
        options=options,
    )


GET_TIME_BLOCK: Operation[models.TimeBlock] = Operation(
    id="get_time_block",
    name="time_blocks.get",
    method="GET",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}",
    body=None,
    result=models.TimeBlock,
    idempotent=True,
)


def get_time_block(
    task_id: int,
    time_block_id: int,
    *,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[models.TimeBlock]:
    """GET …/tasks/{task_id}/time-blocks/{time_block_id}."""
    return Request(
        GET_TIME_BLOCK,
        path={
            "organization_id": organization_id,
            "workspace_id": workspace_id,
            "task_id": task_id,
            "time_block_id": time_block_id,
        },
        options=options,
    )


REPLACE_TIME_BLOCK: Operation[None] = Operation(
    id="replace_time_block",
    name="time_blocks.replace",
    method="PUT",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}",
    body=models.TimeBlockReplace,
    result=None,
    idempotent=True,
)


def replace_time_block(
    task_id: int,
    time_block_id: int,
    *,
    start: datetime,
    duration: int | timedelta | Unset = UNSET,
    completed: bool | Unset = UNSET,
    outbound_sync: bool | Unset = UNSET,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[None]:
    """PUT …/tasks/{task_id}/time-blocks/{time_block_id}."""
    return Request(
        REPLACE_TIME_BLOCK,
        path={
            "organization_id": organization_id,
            "workspace_id": workspace_id,
            "task_id": task_id,
            "time_block_id": time_block_id,
        },
        body=models.TimeBlockReplace(
            start=start, duration=duration, completed=completed, outbound_sync=outbound_sync
        ),
        options=options,
    )


UPDATE_TIME_BLOCK: Operation[None] = Operation(
    id="update_time_block",
    name="time_blocks.update",
    method="PATCH",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}",
    body=models.TimeBlockUpdate,
    result=None,
    idempotent=True,
    arguments={"task_id": "new_task_id"},
)


def update_time_block(
    task_id: int,
    time_block_id: int,
    *,
    start: datetime | Unset = UNSET,
    duration: int | timedelta | Unset = UNSET,
    completed: bool | Unset = UNSET,
    new_task_id: int | Unset = UNSET,
    outbound_sync: bool | Unset = UNSET,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[None]:
    """PATCH …/tasks/{task_id}/time-blocks/{time_block_id}."""
    return Request(
        UPDATE_TIME_BLOCK,
        path={
            "organization_id": organization_id,
            "workspace_id": workspace_id,
            "task_id": task_id,
            "time_block_id": time_block_id,
        },
        body=models.TimeBlockUpdate(
            start=start,
            duration=duration,
            completed=completed,
            task_id=new_task_id,
            outbound_sync=outbound_sync,
        ),
        options=options,
    )


DELETE_TIME_BLOCK: Operation[None] = Operation(
    id="delete_time_block",
    name="time_blocks.delete",
    method="DELETE",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}",
    body=None,
    result=None,
    idempotent=True,
)


def delete_time_block(
    task_id: int,
    time_block_id: int,
    *,
    outbound_sync: bool | Unset = UNSET,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[None]:
    """DELETE …/tasks/{task_id}/time-blocks/{time_block_id}."""
    return Request(
        DELETE_TIME_BLOCK,
        path={
            "organization_id": organization_id,
            "workspace_id": workspace_id,
            "task_id": task_id,
            "time_block_id": time_block_id,
        },
        query=models.DeleteTimeBlockQuery(outbound_sync=outbound_sync),
        options=options,
    )


ARCHIVE_TIME_BLOCK: Operation[None] = Operation(
    id="archive_time_block",
    name="time_blocks.archive",
    method="POST",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}/archive",
    body=None,
    result=None,
)


def archive_time_block(
    task_id: int,
    time_block_id: int,
    *,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[None]:
    """POST …/tasks/{task_id}/time-blocks/{time_block_id}/archive."""
    return Request(
        ARCHIVE_TIME_BLOCK,
        path={
            "organization_id": organization_id,
            "workspace_id": workspace_id,
            "task_id": task_id,
            "time_block_id": time_block_id,
        },
        options=options,
    )


RESTORE_TIME_BLOCK: Operation[None] = Operation(
    id="restore_time_block",
    name="time_blocks.restore",
    method="PATCH",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}/restore",
    body=None,
    result=None,
    idempotent=True,
)


def restore_time_block(
    task_id: int,
    time_block_id: int,
    *,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[None]:
    """PATCH …/tasks/{task_id}/time-blocks/{time_block_id}/restore."""
    return Request(
        RESTORE_TIME_BLOCK,
        path={
            "organization_id": organization_id,
            "workspace_id": workspace_id,
            "task_id": task_id,
            "time_block_id": time_block_id,
        },
        options=options,
    )


UNARCHIVE_TIME_BLOCK: Operation[None] = Operation(
    id="unarchive_time_block",
    name="time_blocks.unarchive",
    method="POST",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}/unarchive",
    body=None,
    result=None,
)


def unarchive_time_block(
    task_id: int,
    time_block_id: int,
    *,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[None]:
    """POST …/tasks/{task_id}/time-blocks/{time_block_id}/unarchive."""
    return Request(
        UNARCHIVE_TIME_BLOCK,
        path={
            "organization_id": organization_id,
            "workspace_id": workspace_id,
            "task_id": task_id,
            "time_block_id": time_block_id,
        },
        options=options,
    )


LIST_TIME_BLOCKS: Operation[models.TimeBlockWithTaskPage] = Operation(
    id="list_time_blocks",
    name="time_blocks.list",
    method="GET",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/time-blocks",
    body=None,
    result=models.TimeBlockWithTaskPage,
    idempotent=True,
)
LIST_TIME_BLOCKS_PAGES: Pagination[models.TimeBlockWithTaskPage, models.TimeBlockWithTask] = (
    Pagination(page="page", size="per_page", items=attrgetter("data"), key=attrgetter("id"))
)


def list_time_blocks(
    *,
    date_from: datetime,
    date_to: datetime,
    task_id: int | Unset = UNSET,
    status_id: int | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
    archived: bool | Unset = UNSET,
    order_by: Iterable[models.TimeBlockOrder] | Unset = UNSET,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[models.TimeBlockWithTaskPage]:
    """GET …/time-blocks."""
    return Request(
        LIST_TIME_BLOCKS,
        path={"organization_id": organization_id, "workspace_id": workspace_id},
        query=models.ListTimeBlocksQuery(
            date_from=date_from,
            date_to=date_to,
            task_id=task_id,
            status_id=status_id,
            page=page,
            per_page=per_page,
            archived=archived,
            order_by=listed(order_by),
        ),
        options=options,
    )


BULK_CREATE_TIME_BLOCKS: Operation[list[models.TimeBlock]] = Operation(
    id="bulk_create_time_blocks",
    name="time_blocks.bulk_create",
    method="POST",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/time-blocks/bulk",
    body=models.TimeBlockBulkCreate,
    result=list[models.TimeBlock],
)


def bulk_create_time_blocks(
    time_blocks: Iterable[models.TimeBlockBulkCreateItem],
    *,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[list[models.TimeBlock]]:
    """POST …/time-blocks/bulk."""
    return Request(
        BULK_CREATE_TIME_BLOCKS,
        path={"organization_id": organization_id, "workspace_id": workspace_id},
        body=models.TimeBlockBulkCreate(time_blocks=listed(time_blocks)),
        options=options,
    )


BULK_UPDATE_TIME_BLOCKS: Operation[None] = Operation(
    id="bulk_update_time_blocks",
    name="time_blocks.bulk_update",
    method="PATCH",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/time-blocks/bulk",
    body=Annotated[list[models.TimeBlockBulkUpdateItem], Meta(min_length=1, max_length=100)],
    result=None,
    distinct=("items", "id"),
)


def bulk_update_time_blocks(
    items: Iterable[models.TimeBlockBulkUpdateItem],
    *,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[None]:
    """PATCH …/time-blocks/bulk."""
    return Request(
        BULK_UPDATE_TIME_BLOCKS,
        path={"organization_id": organization_id, "workspace_id": workspace_id},
        body=listed(items),
        options=options,
    )


BULK_DELETE_TIME_BLOCKS: Operation[None] = Operation(
    id="bulk_delete_time_blocks",
    name="time_blocks.bulk_delete",
    method="DELETE",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/time-blocks/bulk",
    body=None,
    result=None,
    idempotent=True,
)


def bulk_delete_time_blocks(
    ids: Iterable[int],
    *,
    outbound_sync: bool | Unset = UNSET,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[None]:
    """DELETE …/time-blocks/bulk."""
    return Request(
        BULK_DELETE_TIME_BLOCKS,
        path={"organization_id": organization_id, "workspace_id": workspace_id},
        query=models.BulkDeleteTimeBlocksQuery(ids=listed(ids), outbound_sync=outbound_sync),
        options=options,
    )


STREAM_TIME_BLOCKS: Operation[list[models.TimeBlockWithTask]] = Operation(
    id="stream_time_blocks",
    name="time_blocks.stream",
    method="GET",
    path="/organizations/{organization_id}/workspaces/{workspace_id}/time-blocks/stream",
    body=None,
    result=list[models.TimeBlockWithTask],
    idempotent=True,
)


def stream_time_blocks(
    *,
    date_from: datetime,
    date_to: datetime,
    task_id: int | Unset = UNSET,
    status_id: int | Unset = UNSET,
    archived: bool | Unset = UNSET,
    order_by: Iterable[models.TimeBlockOrder] | Unset = UNSET,
    organization_id: int | Unset = UNSET,
    workspace_id: int | Unset = UNSET,
    **options: Unpack[Options],
) -> Request[list[models.TimeBlockWithTask]]:
    """GET …/time-blocks/stream."""
    return Request(
        STREAM_TIME_BLOCKS,
        path={"organization_id": organization_id, "workspace_id": workspace_id},
        query=models.StreamTimeBlocksQuery(
            date_from=date_from,
            date_to=date_to,
            task_id=task_id,
            status_id=status_id,
            archived=archived,
            order_by=listed(order_by),
        ),
        options=options,
    )
