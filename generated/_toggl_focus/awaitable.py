# Written from spec/openapi.yaml by `nox -s generate`; do not edit.
"""The resources of the awaitable client: each operation a method."""

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
    """Stretches of a calendar set aside for a task.

    Besides what is said there, each call can raise UsageError, TransportError and DecodeError, and
    takes `Options`: timeout, deadline, max_retries, wait_for_quota and headers.

    In brackets stands what a fact rests on, where that is not the vendor's word: inferred, decided,
    open (another choice is as likely), and the entry of spec/decisions.md, such as D7.
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
        own. [inferred, decided, open, D7, D8, D11, D12, D28, D50]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            page: Which page, counted from 1. [decided, D7]
            per_page: How many blocks a page holds at most, up to 100; 20 when left out. [decided,
                D7]
            order_by: What to order by, first key first; a leading `-` turns a key's direction
                round. By start when left out; the id breaks every tie. [decided, D8, D9, D10]
            archived: True for archived blocks only, false for active ones only. Omitted, active
                ones only. [inferred, D11]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            One page of blocks.

        ```python
        await client.time_blocks.list_for_task(100)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.
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
        """Iterate over all pages of `list_for_task`, a request for each.

        What changes meanwhile may be missed or come twice.

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            page: Which page, counted from 1. 1 unless told. [decided, D7]
            per_page: How many blocks a page holds at most, up to 100; 20 when left out. 100 unless
                told. [decided, D7]
            order_by: What to order by, first key first; a leading `-` turns a key's direction
                round. By start when left out; the id breaks every tie. [decided, D8, D9, D10]
            archived: True for archived blocks only, false for active ones only. Omitted, active
                ones only. [inferred, D11]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: Those of each page; see `Options`.

        Returns:
            The items of each page; `.pages()` gives the pages, `.requests` what it has cost so far.

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

        Sets time aside for a task and answers with the new block. Sent twice it makes two blocks,
        so it is never repeated unless the first surely was not processed. [inferred, D22, D28]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            start: When it begins, with an offset. [inferred]
            duration: How long it is, in seconds. A timedelta will do. [inferred, D39]
            completed: Whether it is completed already. [inferred]
            outbound_sync: Whether it is pushed to the linked external calendar. What happens when
                left out is unknown. [inferred, D40]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            The block as it was created.

        ```python
        await client.time_blocks.create(
            100, start=datetime.fromisoformat("2026-01-05T09:00:00Z"), duration=3600
        )
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.
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

        One block by its id. A deleted block, and a block of another task, is not found. [decided,
        D4, D12, D28]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            time_block_id: The block, one of the task's. [decided, D4, D32]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            The block.

        ```python
        await client.time_blocks.get(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.
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

        Sets all that can be written of a block. What is left out is emptied: no duration, not
        completed. To change some fields and keep the rest, update it instead. [decided, D4, D12,
        D15, D28]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            time_block_id: The block, one of the task's. [decided, D4, D32]
            start: When it begins, with an offset. [inferred]
            duration: How long it is, in seconds; left out, it has no length. A timedelta will do.
                [inferred, decided, D15, D39]
            completed: Whether it is completed; left out, it is not. [decided, D15]
            outbound_sync: Whether the change is pushed to the linked external calendar. What
                happens when left out is unknown. [inferred, D40]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
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

        Changes what is given and keeps the rest. A task id in the body moves the block to that
        task; its old path is then not found. With no field at all nothing changes. [inferred,
        decided, D4, D12, D17, D18, D19, D28]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            time_block_id: The block, one of the task's. [decided, D4, D32]
            start: When it begins, with an offset.
            duration: How long it is, in seconds. A timedelta will do. [inferred, D39]
            completed: Whether it is completed. A block completed already keeps its first stamp.
                [inferred, D19]
            new_task_id: The task to move the block to; its old path is then not found. [inferred,
                decided, D18, D32]
            outbound_sync: Whether the change is pushed to the linked external calendar. What
                happens when left out is unknown. [inferred, D40]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.update(100, 1001, duration=1800)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.
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

        Deletes a block so that it can be restored. Deleting it again is not found. [decided, D4,
        D12, D28]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            time_block_id: The block, one of the task's. [decided, D4, D32]
            outbound_sync: Whether the deletion is pushed to the linked external calendar. What
                happens when left out is unknown. [inferred, D40]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.delete(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.
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

        Takes a block out of the default lists without deleting it. Archiving an archived block
        changes nothing. [decided, D4, D12, D13, D28]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            time_block_id: The block, one of the task's. [decided, D4, D32]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.archive(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.
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
        changes nothing. [inferred, decided, D4, D12, D13, D28]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            time_block_id: The block, one of the task's. [decided, D4, D32]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.restore(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.
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

        Brings an archived block back into the default lists. On an active block nothing changes.
        [decided, D4, D12, D13, D28]

        Args:
            task_id: The task, one of the workspace's. [decided, D3, D32]
            time_block_id: The block, one of the task's. [decided, D4, D32]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.unarchive(100, 1001)
        ```

        Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, NotFound, ServerError.
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
        total and no link to the next page: a page shorter than `per_page` is the last. The whole
        range in one request is the stream. The reference server lists the blocks of all members;
        the service may list only your own. [inferred, decided, open, D5, D6, D7, D8, D11, D12, D28,
        D50]

        Args:
            date_from: The start of the range, as a full timestamp with its offset. A block that
                ends then or later belongs. [inferred, decided, D5, D6]
            date_to: The end of the range, as a full timestamp with its offset. A block that starts
                then or earlier belongs. [inferred, decided, D5, D6]
            task_id: Only blocks of this task. [decided, D32]
            status_id: Only blocks whose task has this status. [decided, D32]
            page: Which page, counted from 1. [decided, D7]
            per_page: How many blocks a page holds at most, up to 100; 20 when left out. [decided,
                D7]
            archived: True for archived blocks only, false for active ones only. Omitted, active
                ones only. [inferred, D11]
            order_by: What to order by, first key first; a leading `-` turns a key's direction
                round. By start when left out; the id breaks every tie. [decided, D8, D9, D10]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
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
        """Iterate over all pages of `list`, a request for each.

        What changes meanwhile may be missed or come twice. `stream` gives a range in one request.

        Args:
            date_from: The start of the range, as a full timestamp with its offset. A block that
                ends then or later belongs. [inferred, decided, D5, D6]
            date_to: The end of the range, as a full timestamp with its offset. A block that starts
                then or earlier belongs. [inferred, decided, D5, D6]
            task_id: Only blocks of this task. [decided, D32]
            status_id: Only blocks whose task has this status. [decided, D32]
            page: Which page, counted from 1. 1 unless told. [decided, D7]
            per_page: How many blocks a page holds at most, up to 100; 20 when left out. 100 unless
                told. [decided, D7]
            archived: True for archived blocks only, false for active ones only. Omitted, active
                ones only. [inferred, D11]
            order_by: What to order by, first key first; a leading `-` turns a key's direction
                round. By start when left out; the id breaks every tie. [decided, D8, D9, D10]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: Those of each page; see `Options`.

        Returns:
            The items of each page; `.pages()` gives the pages, `.requests` what it has cost so far.

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

        Creates all of them or none, and answers with the new blocks in the order they were given.
        Sent twice it makes them twice. Whether the service makes some of them when another is wrong
        is unknown. [inferred, decided, open, D20, D22, D28, D54]

        Any number will do: they are sent in calls of at most 100, in order, and what is said here,
        options too, holds for each call. If one entry is wrong, nothing is sent.

        Args:
            time_blocks: The blocks to create, 1 to 100 in a call. That 100 is the most is true of
                sibling resources; for blocks no maximum is stated. [open, D20]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            progress: Is told after each call how many entries are done, and of how many.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            The blocks as they were created, in the order of the request. [decided, D54]

        ```python
        await client.time_blocks.bulk_create(
            [
                TimeBlockBulkCreateItem(
                    start=datetime.fromisoformat("2026-01-05T09:00:00Z"), duration=3600, task_id=100
                )
            ]
        )
        ```

        Raises BulkError, which says what is done, what failed and what was never sent; its `reason`
        is what a single call raises. Ctrl-C, and in a task CancelledError, have it as `__cause__`.
        """
        answers = await self._sender.bulk(
            lambda time_blocks: operations.bulk_create_time_blocks(
                time_blocks, organization_id=organization_id, workspace_id=workspace_id, **options
            ),
            time_blocks,
            100,
            progress,
        )
        return [item for answer in answers for item in answer]

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

        Changes what each entry gives and keeps the rest; all of them or none. An id that does not
        exist fails the whole call. Whether the service changes some of them when another is wrong
        is unknown. [inferred, decided, open, D17, D18, D20, D28, D54]

        Any number will do: they are sent in calls of at most 100, in order, and what is said here,
        options too, holds for each call. If one entry is wrong, nothing is sent.

        Args:
            items: The changes, 1 to 100 in a call, each with the id of its block. A bare array,
                though the page's table names it `items`. That 100 is the most is true of sibling
                resources; for blocks it is unknown. [decided, open, D20, D38, D54]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            progress: Is told after each call how many entries are done, and of how many.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.bulk_update([TimeBlockBulkUpdateItem(id=1001, completed=True)])
        ```

        Raises BulkError, which says what is done, what failed and what was never sent; its `reason`
        is what a single call raises. Ctrl-C, and in a task CancelledError, have it as `__cause__`.
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
        already, fails the whole call. Whether the service deletes some of them when another is
        wrong is unknown. [decided, open, D12, D20, D21, D28, D54]

        Any number will do: they are sent in calls of at most 100, in order, and what is said here,
        options too, holds for each call. If one entry is wrong, nothing is sent.

        Args:
            ids: The blocks to delete, 1 to 100 ids in a call. A repeated id counts once. That 100
                is the most is true of sibling resources; for blocks it is unknown. [decided, open,
                D10, D20, D21, D32, D54]
            outbound_sync: Whether the deletion is pushed to the linked external calendar. What
                happens when left out is unknown. [inferred, D40]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            progress: Is told after each call how many entries are done, and of how many.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        ```python
        await client.time_blocks.bulk_delete([1001, 1002])
        ```

        Raises BulkError, which says what is done, what failed and what was never sent; its `reason`
        is what a single call raises. Ctrl-C, and in a task CancelledError, have it as `__cause__`.
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

        All of a workspace's blocks that overlap the range, each with its task, in one request of
        the quota. The answer is a bare array; the page's table names it `items` because its
        generator names anonymous arrays so. When the service fails after the first byte, the
        connection is cut: an answer without its end is never whole. The reference server lists the
        blocks of all members; the service may list only your own. [inferred, decided, open, D5, D6,
        D8, D11, D12, D27, D28, D50]

        Args:
            date_from: The start of the range, as a full timestamp with its offset. A block that
                ends then or later belongs. [inferred, decided, D5, D6]
            date_to: The end of the range, as a full timestamp with its offset. A block that starts
                then or earlier belongs. [inferred, decided, D5, D6]
            task_id: Only blocks of this task. [decided, D32]
            status_id: Only blocks whose task has this status. [decided, D32]
            archived: True for archived blocks only, false for active ones only. Omitted, active
                ones only. [inferred, D11]
            order_by: What to order by, first key first; a leading `-` turns a key's direction
                round. By start when left out; the id breaks every tie. [decided, D8, D9, D10]
            organization_id: The organization. Default: the client's. [decided, D32]
            workspace_id: The workspace, one of the organization's. Default: the client's. [decided,
                D3, D32]
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            Every block of the range with its task, in order. [D38]

        ```python
        async for block in client.time_blocks.stream(
            date_from=datetime.fromisoformat("2026-01-05T00:00:00Z"),
            date_to=datetime.fromisoformat("2026-01-12T00:00:00Z"),
        ):
            print(block)
        ```

        Use it in `async with` where a loop may end before the last item: until then it holds a
        connection. Raises BadRequest, Unauthorized, PaymentRequired, PermissionDenied, ServerError.
        A stream that is cut raises TransportError or DecodeError after the good items.
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
    """The same calls, each giving the whole answer: status, headers, bytes and typed value."""

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
    """All that the API offers, as whole answers."""

    time_blocks: AsyncRawTimeBlocks = cast("Any", AsyncRawTimeBlocks)
    """Stretches of a calendar set aside for a task."""

    def __init__(self, sender: AsyncSender) -> None:
        self.time_blocks = AsyncRawTimeBlocks(sender)


class AsyncResources:
    """All that the API offers."""

    # The class has the classes, which its instances replace: mocks made from it know what is there.
    raw: AsyncRawResources = cast("Any", AsyncRawResources)
    """The same, as whole answers: `client.raw.time_blocks`."""

    time_blocks: AsyncTimeBlocks = cast("Any", AsyncTimeBlocks)
    """Stretches of a calendar set aside for a task."""

    def __init__(self, sender: AsyncSender) -> None:
        self.raw = AsyncRawResources(sender)
        self.time_blocks = AsyncTimeBlocks(sender)
