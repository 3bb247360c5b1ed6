"""OpenAPI Generator, python."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.generation.generated_clients.programs import steps

focus: Any = import_module("openapi_generator_client")  # written by then; no checker sees it

PLACE = steps.ORGANIZATION, steps.WORKSPACE


class OpenAPIGenerator:
    """The operations as `TimeBlocksApi` has them."""

    def __init__(self) -> None:
        configuration = focus.Configuration(host=steps.URL, access_token=steps.KEY)
        self._api = focus.TimeBlocksApi(focus.ApiClient(configuration))

    def create_time_block(self, task: int, **fields: Any) -> Any:
        return self._api.create_time_block(*PLACE, task, focus.TimeBlockCreate(**fields))

    def get_time_block(self, task: int, block: int) -> Any:
        try:
            return self._api.get_time_block(*PLACE, task, block)
        except focus.ApiException as error:
            raise steps.RefusedError(error.status, error.data.error) from None

    def replace_time_block(self, task: int, block: int, **fields: Any) -> object:
        return self._api.replace_time_block(*PLACE, task, block, focus.TimeBlockReplace(**fields))

    def update_time_block(self, task: int, block: int, **fields: Any) -> object:
        return self._api.update_time_block(*PLACE, task, block, focus.TimeBlockUpdate(**fields))

    def archive_time_block(self, task: int, block: int) -> object:
        return self._api.archive_time_block(*PLACE, task, block)

    def unarchive_time_block(self, task: int, block: int) -> object:
        return self._api.unarchive_time_block(*PLACE, task, block)

    def delete_time_block(self, task: int, block: int, **query: Any) -> object:
        return self._api.delete_time_block(*PLACE, task, block, **query)

    def restore_time_block(self, task: int, block: int) -> object:
        return self._api.restore_time_block(*PLACE, task, block)

    def list_task_time_blocks(self, task: int, **query: Any) -> Any:
        return self._api.list_task_time_blocks(*PLACE, task, **query)

    def list_time_blocks(self, **query: Any) -> Any:
        return self._api.list_time_blocks(*PLACE, **query)

    def stream_time_blocks(self, **query: Any) -> Any:
        return self._api.stream_time_blocks(*PLACE, **query)

    def bulk_create_time_blocks(self, entries: list[dict[str, Any]]) -> Any:
        body = focus.TimeBlockBulkCreate(time_blocks=entries)
        return self._api.bulk_create_time_blocks(*PLACE, body)

    def bulk_update_time_blocks(self, entries: list[dict[str, Any]]) -> object:
        changes = [focus.TimeBlockBulkUpdateItem(**each) for each in entries]
        return self._api.bulk_update_time_blocks(*PLACE, changes)

    def bulk_delete_time_blocks(self, ids: list[int]) -> object:
        return self._api.bulk_delete_time_blocks(*PLACE, ids)


steps.run(OpenAPIGenerator())
