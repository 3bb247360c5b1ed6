"""The client of this project: what the others have to read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from tests.generation.generated_clients.programs import steps
from toggl_focus import NotFound, TimeBlockBulkCreateItem, TimeBlockBulkUpdateItem, TogglFocus


class ThisClient:
    """The operations as `client.time_blocks` has them."""

    def __init__(self) -> None:
        client = TogglFocus(
            base_url=steps.URL,
            api_key=steps.KEY,
            organization_id=steps.ORGANIZATION,
            workspace_id=steps.WORKSPACE,
        )
        # the names of the arguments differ, and are not used
        blocks = self._blocks = cast("Any", client.time_blocks)
        self.create_time_block = blocks.create
        self.replace_time_block = blocks.replace
        self.update_time_block = blocks.update
        self.archive_time_block = blocks.archive
        self.unarchive_time_block = blocks.unarchive
        self.delete_time_block = blocks.delete
        self.restore_time_block = blocks.restore
        self.list_task_time_blocks = blocks.list_for_task
        self.bulk_delete_time_blocks = blocks.bulk_delete

    def get_time_block(self, task: int, block: int) -> Any:
        try:
            return self._blocks.get(task, block)
        except NotFound as error:
            raise steps.RefusedError(error.status, error.code) from None

    def list_time_blocks(self, **query: Any) -> Any:
        return self._blocks.list(**with_datetimes(query))

    def stream_time_blocks(self, **query: Any) -> Any:
        return self._blocks.stream(**with_datetimes(query))

    def bulk_create_time_blocks(self, entries: list[dict[str, Any]]) -> Any:
        return self._blocks.bulk_create([TimeBlockBulkCreateItem(**each) for each in entries])

    def bulk_update_time_blocks(self, entries: list[dict[str, Any]]) -> object:
        return self._blocks.bulk_update([TimeBlockBulkUpdateItem(**each) for each in entries])


def with_datetimes(query: dict[str, Any]) -> dict[str, Any]:
    """A query in which the ends of the range are datetimes."""
    return {**query, **{name: datetime.fromisoformat(query[name]) for name in steps.WINDOW}}


steps.run(ThisClient())
