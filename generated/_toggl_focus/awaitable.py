# Written from spec/openapi.yaml by `nox -s generate`; do not edit.
"""The resources of the async client, with a method for each operation."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Unpack, cast

from _toggl_focus import models, operations
from _toggl_focus.request import (
    UNSET,
    AsyncPages,
    AsyncRaw,
    AsyncRawResource,
    AsyncSender,
    AsyncStream,
    Options,
    Progress,
    Unset,
)


class AsyncTimeBlocks:
    """Time in a calendar, reserved for a task.

    Each method can also raise UsageError, TransportError and DecodeError, and accepts `Options`:
    timeout, deadline, max_retries, wait_for_quota and headers.

    "Rests on" lists the entries of spec/decisions.md, such as D7, that a method relies on: points
    that the vendor does not document.
    """

    __slots__ = ("_sender",)

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list_for_task(
        self,
        task_id: int,
        *,
        page: int | Unset = UNSET,
        per_page: int | Unset = UNSET,
        order_by: Iterable[models.TimeBlockOrder] | Unset = UNSET,
        archived: bool | Unset = UNSET,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> models.TimeBlockPage:
        """List one page of a task's time blocks.

        One page of the blocks of one task, without the task itself. There is no total and no link
        to the next page: a page shorter than `per_page` is the last. Deleted blocks are never
        listed. The reference server lists the blocks of all members; the service may list only your
        own.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            page: The page number, starting at 1.
            per_page: Blocks per page, 1 to 100. The service's default is 20.
            order_by: The sort keys, most important first; a leading `-` reverses the direction of a
                key. Default: by start. Blocks with equal keys are ordered by id.
            archived: True for archived blocks only, false for active ones only. If omitted, only
                active blocks are returned.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            One page of blocks.

        ```python
        await client.time_blocks.list_for_task(100)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.

        Rests on: D3, D7, D8, D9, D10, D11, D12, D28, D32, D50.
        """
        return await self._sender.send(
            operations.list_task_time_blocks(
                task_id,
                page=page,
                per_page=per_page,
                order_by=order_by,
                archived=archived,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    def iterate_for_task(
        self,
        task_id: int,
        *,
        page: int | Unset = 1,
        per_page: int | Unset = 100,
        order_by: Iterable[models.TimeBlockOrder] | Unset = UNSET,
        archived: bool | Unset = UNSET,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> AsyncPages[models.TimeBlockPage, models.TimeBlockListItem]:
        """Iterate over all pages of `list_for_task`, with one request for each.

        Blocks that change during the iteration may be missed or returned twice.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            page: The page number, starting at 1. Default: 1.
            per_page: Blocks per page, 1 to 100. The service's default is 20. Default: 100.
            order_by: The sort keys, most important first; a leading `-` reverses the direction of a
                key. Default: by start. Blocks with equal keys are ordered by id.
            archived: True for archived blocks only, false for active ones only. If omitted, only
                active blocks are returned.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: Apply to each page; see `Options`.

        Returns:
            The items of all pages. `.pages()` iterates over pages, `.requests` counts requests.

        ```python
        async for block in client.time_blocks.iterate_for_task(100):
            print(block)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.
        """
        return self._sender.iterate(
            operations.list_task_time_blocks(
                task_id,
                page=1 if page is UNSET else page,
                per_page=100 if per_page is UNSET else per_page,
                order_by=order_by,
                archived=archived,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            ).named("time_blocks.iterate_for_task"),
            operations.LIST_TASK_TIME_BLOCKS_PAGES,
        )

    async def create(
        self,
        task_id: int,
        *,
        start: datetime,
        duration: int | timedelta | Unset = UNSET,
        completed: bool | Unset = UNSET,
        outbound_sync: bool | Unset = UNSET,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> models.TimeBlock:
        """Create a time block.

        Reserves time for a task and returns the new block. Sending it twice creates two blocks, so
        it is retried only if the first request certainly was not processed.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            start: When it begins, with an offset.
            duration: How long it is, in seconds. Also accepts a timedelta.
            completed: Whether it is completed already.
            outbound_sync: Whether it is pushed to the linked external calendar. What happens if it
                is omitted is unknown.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            The block as it was created.

        ```python
        await client.time_blocks.create(
            100, start=datetime.fromisoformat("2026-01-05T09:00:00Z"), duration=3600
        )
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.

        Rests on: D3, D22, D28, D32, D39, D40.
        """
        return await self._sender.send(
            operations.create_time_block(
                task_id,
                start=start,
                duration=duration,
                completed=completed,
                outbound_sync=outbound_sync,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    async def get(
        self,
        task_id: int,
        time_block_id: int,
        *,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> models.TimeBlock:
        """Get a time block.

        One block by its id. A deleted block, or a block of another task, returns 404.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            time_block_id: The id of the block, which must belong to the task.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            The block.

        ```python
        await client.time_blocks.get(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.

        Rests on: D3, D4, D12, D28, D32.
        """
        return await self._sender.send(
            operations.get_time_block(
                task_id,
                time_block_id,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    async def replace(
        self,
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
    ) -> None:
        """Replace a time block.

        Sets all writable fields of a block. Omitted fields are cleared: no duration, not completed.
        To change some fields and keep the others, update it instead.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            time_block_id: The id of the block, which must belong to the task.
            start: When it begins, with an offset.
            duration: How long it is, in seconds; omitted, it has no duration. Also accepts a
                timedelta.
            completed: Whether it is completed; false by default.
            outbound_sync: Whether the change is pushed to the linked external calendar. What
                happens if it is omitted is unknown.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.replace(
            100,
            1001,
            start=datetime.fromisoformat("2026-01-05T09:30:00Z"),
            duration=5400,
            completed=True,
        )
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.

        Rests on: D3, D4, D12, D15, D28, D32, D39, D40.
        """
        return await self._sender.send(
            operations.replace_time_block(
                task_id,
                time_block_id,
                start=start,
                duration=duration,
                completed=completed,
                outbound_sync=outbound_sync,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    async def update(
        self,
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
    ) -> None:
        """Change some fields of a time block.

        Changes the given fields and keeps the others. A task id in the body (`new_task_id` in the
        Python client) moves the block to that task; the old path then returns 404. Without any
        field, nothing changes.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            time_block_id: The id of the block, which must belong to the task.
            start: When it begins, with an offset.
            duration: How long it is, in seconds. Also accepts a timedelta.
            completed: Whether it is completed. If the block is already completed, `completed_at`
                does not change.
            new_task_id: The task to move the block to; the old path then returns 404.
            outbound_sync: Whether the change is pushed to the linked external calendar. What
                happens if it is omitted is unknown.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.update(100, 1001, duration=1800)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.

        Rests on: D3, D4, D12, D17, D18, D19, D28, D32, D39, D40.
        """
        return await self._sender.send(
            operations.update_time_block(
                task_id,
                time_block_id,
                start=start,
                duration=duration,
                completed=completed,
                new_task_id=new_task_id,
                outbound_sync=outbound_sync,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    async def delete(
        self,
        task_id: int,
        time_block_id: int,
        *,
        outbound_sync: bool | Unset = UNSET,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> None:
        """Delete a time block.

        Deletes a block. It can be restored. Deleting it again returns 404.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            time_block_id: The id of the block, which must belong to the task.
            outbound_sync: Whether the deletion is pushed to the linked external calendar. What
                happens if it is omitted is unknown.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.delete(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.

        Rests on: D3, D4, D12, D28, D32, D40.
        """
        return await self._sender.send(
            operations.delete_time_block(
                task_id,
                time_block_id,
                outbound_sync=outbound_sync,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    async def archive(
        self,
        task_id: int,
        time_block_id: int,
        *,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> None:
        """Archive a time block.

        Removes a block from the default lists without deleting it. Archiving an archived block
        changes nothing.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            time_block_id: The id of the block, which must belong to the task.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.archive(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.

        Rests on: D3, D4, D12, D13, D28, D32.
        """
        return await self._sender.send(
            operations.archive_time_block(
                task_id,
                time_block_id,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    async def restore(
        self,
        task_id: int,
        time_block_id: int,
        *,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> None:
        """Restore a deleted time block.

        Undoes a deletion. An archived block stays archived. Restoring a block that is not deleted
        changes nothing.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            time_block_id: The id of the block, which must belong to the task.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.restore(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.

        Rests on: D3, D4, D12, D13, D28, D32.
        """
        return await self._sender.send(
            operations.restore_time_block(
                task_id,
                time_block_id,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    async def unarchive(
        self,
        task_id: int,
        time_block_id: int,
        *,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> None:
        """Unarchive a time block.

        Returns an archived block to the default lists. Unarchiving an active block changes nothing.

        Args:
            task_id: The id of the task, which must belong to the workspace.
            time_block_id: The id of the block, which must belong to the task.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.unarchive(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.

        Rests on: D3, D4, D12, D13, D28, D32.
        """
        return await self._sender.send(
            operations.unarchive_time_block(
                task_id,
                time_block_id,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    async def list(
        self,
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
    ) -> models.TimeBlockWithTaskPage:
        """List one page of the time blocks within a range.

        One page of a workspace's blocks that overlap the range, each with its task. There is no
        total and no link to the next page: a page shorter than `per_page` is the last. Use the
        stream to get the entire range in one request. The reference server lists the blocks of all
        members; the service may list only your own.

        Args:
            date_from: The start of the range, as a full timestamp with its offset. Blocks that end
                at or after this time are included.
            date_to: The end of the range, as a full timestamp with its offset. Includes blocks that
                start then or earlier.
            task_id: Only blocks of this task.
            status_id: Only blocks whose task has this status.
            page: The page number, starting at 1.
            per_page: Blocks per page, 1 to 100. The service's default is 20.
            archived: True for archived blocks only, false for active ones only. If omitted, only
                active blocks are returned.
            order_by: The sort keys, most important first; a leading `-` reverses the direction of a
                key. Default: by start. Blocks with equal keys are ordered by id.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            One page of blocks with their tasks.

        ```python
        await client.time_blocks.list(
            date_from=datetime.fromisoformat("2026-01-05T00:00:00Z"),
            date_to=datetime.fromisoformat("2026-01-12T00:00:00Z"),
        )
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.

        Rests on: D3, D5, D6, D7, D8, D9, D10, D11, D12, D28, D32, D50.
        """
        return await self._sender.send(
            operations.list_time_blocks(
                date_from=date_from,
                date_to=date_to,
                task_id=task_id,
                status_id=status_id,
                page=page,
                per_page=per_page,
                archived=archived,
                order_by=order_by,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )

    def iterate(
        self,
        *,
        date_from: datetime,
        date_to: datetime,
        task_id: int | Unset = UNSET,
        status_id: int | Unset = UNSET,
        page: int | Unset = 1,
        per_page: int | Unset = 100,
        archived: bool | Unset = UNSET,
        order_by: Iterable[models.TimeBlockOrder] | Unset = UNSET,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        **options: Unpack[Options],
    ) -> AsyncPages[models.TimeBlockWithTaskPage, models.TimeBlockWithTask]:
        """Iterate over all pages of `list`, with one request for each.

        Blocks that change during the iteration may be missed or returned twice.
        `stream` returns a range in one request.

        Args:
            date_from: The start of the range, as a full timestamp with its offset. Blocks that end
                at or after this time are included.
            date_to: The end of the range, as a full timestamp with its offset. Includes blocks that
                start then or earlier.
            task_id: Only blocks of this task.
            status_id: Only blocks whose task has this status.
            page: The page number, starting at 1. Default: 1.
            per_page: Blocks per page, 1 to 100. The service's default is 20. Default: 100.
            archived: True for archived blocks only, false for active ones only. If omitted, only
                active blocks are returned.
            order_by: The sort keys, most important first; a leading `-` reverses the direction of a
                key. Default: by start. Blocks with equal keys are ordered by id.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: Apply to each page; see `Options`.

        Returns:
            The items of all pages. `.pages()` iterates over pages, `.requests` counts requests.

        ```python
        async for block in client.time_blocks.iterate(
            date_from=datetime.fromisoformat("2026-01-05T00:00:00Z"),
            date_to=datetime.fromisoformat("2026-01-12T00:00:00Z"),
        ):
            print(block)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.
        """
        return self._sender.iterate(
            operations.list_time_blocks(
                date_from=date_from,
                date_to=date_to,
                task_id=task_id,
                status_id=status_id,
                page=1 if page is UNSET else page,
                per_page=100 if per_page is UNSET else per_page,
                archived=archived,
                order_by=order_by,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            ).named("time_blocks.iterate"),
            operations.LIST_TIME_BLOCKS_PAGES,
        )

    async def bulk_create(
        self,
        time_blocks: Iterable[models.TimeBlockBulkCreateItem],
        *,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        progress: Progress | None = None,
        **options: Unpack[Options],
    ) -> builtins.list[models.TimeBlock]:
        """Create many time blocks.

        Creates the blocks and returns them in the order of the entries. The reference server
        creates all or none; it is not known whether the service does. Sending the request twice
        creates the blocks twice.

        Accepts any number of entries, and sends them in requests of at most 100, in order. Options
        apply to each request. If an entry is invalid, nothing is sent.

        Args:
            time_blocks: The blocks to create, 1 to 100 per request. The maximum is documented for
                similar resources, but not for blocks.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            progress: Called after each request with the number of entries done and the total.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            The blocks as they were created, in the order of the request.

        ```python
        await client.time_blocks.bulk_create(
            [
                TimeBlockBulkCreateItem(
                    start=datetime.fromisoformat("2026-01-05T09:00:00Z"), duration=3600, task_id=100
                )
            ]
        )
        ```

        Raises BulkError, which lists what is done, what failed and what was never sent; its
        `reason` is the error of the failed request. Ctrl-C and CancelledError have it as their
        `__cause__`.

        Rests on: D3, D20, D22, D28, D32, D54.
        """
        values = await self._sender.bulk(
            lambda time_blocks: operations.bulk_create_time_blocks(
                time_blocks, organization_id=organization_id, workspace_id=workspace_id, **options
            ),
            time_blocks,
            100,
            progress,
        )
        return [item for value in values for item in value]

    async def bulk_update(
        self,
        items: Iterable[models.TimeBlockBulkUpdateItem],
        *,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        progress: Progress | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Change many time blocks.

        Changes the given fields of each entry and keeps the others; all of them or none. An id that
        does not exist fails the entire call. Whether the service changes some of them if another is
        invalid is unknown.

        Accepts any number of entries, and sends them in requests of at most 100, in order. Options
        apply to each request. If an entry is invalid, nothing is sent.

        Args:
            items: The changes, 1 to 100 in a call, each with the id of its block. A bare array,
                though the page's table names it `items`. The maximum of 100 is that of similar
                resources; for blocks it is unknown.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            progress: Called after each request with the number of entries done and the total.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.bulk_update([TimeBlockBulkUpdateItem(id=1001, completed=True)])
        ```

        Raises BulkError, which lists what is done, what failed and what was never sent; its
        `reason` is the error of the failed request. Ctrl-C and CancelledError have it as their
        `__cause__`.

        Rests on: D3, D17, D18, D20, D28, D32, D38, D54.
        """
        await self._sender.bulk(
            lambda items: operations.bulk_update_time_blocks(
                items, organization_id=organization_id, workspace_id=workspace_id, **options
            ),
            items,
            100,
            progress,
        )

    async def bulk_delete(
        self,
        ids: Iterable[int],
        *,
        outbound_sync: bool | Unset = UNSET,
        organization_id: int | Unset = UNSET,
        workspace_id: int | Unset = UNSET,
        progress: Progress | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Delete many time blocks.

        Deletes all of them or none; each can be restored. An id that does not exist, or is deleted
        already, fails the entire call. Whether the service deletes some of them if another is
        invalid is unknown.

        Accepts any number of entries, and sends them in requests of at most 100, in order. Options
        apply to each request. If an entry is invalid, nothing is sent.

        Args:
            ids: The blocks to delete, 1 to 100 ids in a call. A repeated id counts once. The
                maximum of 100 is that of similar resources; for blocks it is unknown.
            outbound_sync: Whether the deletion is pushed to the linked external calendar. What
                happens if it is omitted is unknown.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            progress: Called after each request with the number of entries done and the total.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.bulk_delete([1001, 1002])
        ```

        Raises BulkError, which lists what is done, what failed and what was never sent; its
        `reason` is the error of the failed request. Ctrl-C and CancelledError have it as their
        `__cause__`.

        Rests on: D3, D10, D12, D20, D21, D28, D32, D40, D54.
        """
        await self._sender.bulk(
            lambda ids: operations.bulk_delete_time_blocks(
                ids,
                outbound_sync=outbound_sync,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            ),
            ids,
            100,
            progress,
            unique=True,
        )

    def stream(
        self,
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
    ) -> AsyncStream[models.TimeBlockWithTask]:
        """Stream all time blocks within a range.

        All of a workspace's blocks that overlap the range, each with its task, at the cost of one
        request. The response is a bare array; the page's table names it `items` because its
        generator names anonymous arrays so. If the service fails after the first byte, the
        connection is cut: a response without its end is incomplete. The reference server lists the
        blocks of all members; the service may list only your own.

        Args:
            date_from: The start of the range, as a full timestamp with its offset. Blocks that end
                at or after this time are included.
            date_to: The end of the range, as a full timestamp with its offset. Includes blocks that
                start then or earlier.
            task_id: Only blocks of this task.
            status_id: Only blocks whose task has this status.
            archived: True for archived blocks only, false for active ones only. If omitted, only
                active blocks are returned.
            order_by: The sort keys, most important first; a leading `-` reverses the direction of a
                key. Default: by start. Blocks with equal keys are ordered by id.
            organization_id: The organization. Default: the client's.
            workspace_id: The id of the workspace, which must belong to the organization. Default:
                the client's.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            Every block of the range with its task, in order.

        ```python
        async for block in client.time_blocks.stream(
            date_from=datetime.fromisoformat("2026-01-05T00:00:00Z"),
            date_to=datetime.fromisoformat("2026-01-12T00:00:00Z"),
        ):
            print(block)
        ```

        Use it in `async with` if a loop may end before the last item: until then it uses a
        connection. Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.
        A stream that is cut short raises TransportError or DecodeError after its last good item.

        Rests on: D3, D5, D6, D8, D9, D10, D11, D12, D27, D28, D32, D38, D50.
        """
        return self._sender.stream(
            operations.stream_time_blocks(
                date_from=date_from,
                date_to=date_to,
                task_id=task_id,
                status_id=status_id,
                archived=archived,
                order_by=order_by,
                organization_id=organization_id,
                workspace_id=workspace_id,
                **options,
            )
        )


class AsyncRawTimeBlocks(AsyncRawResource):
    """The same methods, returning complete responses: status, headers, bytes and typed value."""

    __slots__ = ()

    list_for_task = AsyncRaw(operations.list_task_time_blocks)
    create = AsyncRaw(operations.create_time_block)
    get = AsyncRaw(operations.get_time_block)
    replace = AsyncRaw(operations.replace_time_block)
    update = AsyncRaw(operations.update_time_block)
    delete = AsyncRaw(operations.delete_time_block)
    archive = AsyncRaw(operations.archive_time_block)
    restore = AsyncRaw(operations.restore_time_block)
    unarchive = AsyncRaw(operations.unarchive_time_block)
    list = AsyncRaw(operations.list_time_blocks)
    bulk_create = AsyncRaw(operations.bulk_create_time_blocks)
    bulk_update = AsyncRaw(operations.bulk_update_time_blocks)
    bulk_delete = AsyncRaw(operations.bulk_delete_time_blocks)
    stream = AsyncRaw(operations.stream_time_blocks)


class AsyncRawResources:
    """All resources, with methods that return complete responses."""

    time_blocks: AsyncRawTimeBlocks = cast("Any", AsyncRawTimeBlocks)
    """Time in a calendar, reserved for a task."""

    def __init__(self, sender: AsyncSender) -> None:
        self.time_blocks = AsyncRawTimeBlocks(sender)


class AsyncResources:
    """All resources."""

    # Classes as class attributes, which instances replace: mocks made from this class know them.
    raw: AsyncRawResources = cast("Any", AsyncRawResources)
    """The same methods, returning complete responses: `client.raw.time_blocks`."""

    time_blocks: AsyncTimeBlocks = cast("Any", AsyncTimeBlocks)
    """Time in a calendar, reserved for a task."""

    def __init__(self, sender: AsyncSender) -> None:
        self.raw = AsyncRawResources(sender)
        self.time_blocks = AsyncTimeBlocks(sender)
