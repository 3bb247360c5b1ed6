"""openapi-python-client, with its own templates."""

from __future__ import annotations

from http import HTTPStatus
from importlib import import_module
from typing import Any

from tests.generation.generated_clients.programs import steps

focus: Any = import_module("openapi_python_client_client")  # written by then; no checker sees it
models: Any = import_module("openapi_python_client_client.models")


class OpenAPIPythonClient:
    """The operations as the modules below `api` have them."""

    def __init__(self) -> None:
        self._client = focus.AuthenticatedClient(base_url=steps.URL, token=steps.KEY)

    def create_time_block(self, task: int, **fields: Any) -> Any:
        return self._call("create_time_block", task, body=models.TimeBlockCreate(**fields))

    def get_time_block(self, task: int, block: int) -> Any:
        return self._call("get_time_block", task, block)

    def replace_time_block(self, task: int, block: int, **fields: Any) -> object:
        body = models.TimeBlockReplace(**fields)
        return self._call("replace_time_block", task, block, body=body)

    def update_time_block(self, task: int, block: int, **fields: Any) -> object:
        return self._call("update_time_block", task, block, body=models.TimeBlockUpdate(**fields))

    def archive_time_block(self, task: int, block: int) -> object:
        return self._call("archive_time_block", task, block)

    def unarchive_time_block(self, task: int, block: int) -> object:
        return self._call("unarchive_time_block", task, block)

    def delete_time_block(self, task: int, block: int, **query: Any) -> object:
        return self._call("delete_time_block", task, block, **query)

    def restore_time_block(self, task: int, block: int) -> object:
        return self._call("restore_time_block", task, block)

    def list_task_time_blocks(self, task: int, **query: Any) -> Any:
        return self._call("list_task_time_blocks", task, **ordered(query))

    def list_time_blocks(self, **query: Any) -> Any:
        return self._call("list_time_blocks", **ordered(query))

    def stream_time_blocks(self, **query: Any) -> Any:
        return self._call("stream_time_blocks", **ordered(query))

    def bulk_create_time_blocks(self, entries: list[dict[str, Any]]) -> Any:
        items = [models.TimeBlockBulkCreateItem(**each) for each in entries]
        return self._call("bulk_create_time_blocks", body=models.TimeBlockBulkCreate(items))

    def bulk_update_time_blocks(self, entries: list[dict[str, Any]]) -> object:
        changes = [models.TimeBlockBulkUpdateItem(**each) for each in entries]
        return self._call("bulk_update_time_blocks", body=changes)

    def bulk_delete_time_blocks(self, ids: list[int]) -> object:
        return self._call("bulk_delete_time_blocks", ids=ids)

    def _call(self, operation: str, *path: int, **more: object) -> Any:
        module: Any = import_module(f"openapi_python_client_client.api.time_blocks.{operation}")
        place = steps.ORGANIZATION, steps.WORKSPACE
        response = module.sync_detailed(*place, *path, client=self._client, **more)
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            raise steps.RefusedError(int(response.status_code), response.parsed.error)
        return response.parsed


def ordered(query: dict[str, Any]) -> dict[str, Any]:
    """A query in which the keys to order by are of the generated type."""
    return {**query, "order_by": [models.TimeBlockOrder(key) for key in query["order_by"]]}


steps.run(OpenAPIPythonClient())
