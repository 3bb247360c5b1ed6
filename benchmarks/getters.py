"""All clients alike: opened on a URL, each gives what gets one block."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from importlib import import_module
from typing import Any, TypeAlias

import httpx

from benchmarks.account import CREDENTIALS, HEADERS, ID, KEY, WHERE
from toggl_focus import AsyncTogglFocus, TogglFocus

__all__ = ["ASYNC", "BLOCKING", "AsyncGet", "Get", "openapi_generator", "openapi_python_client"]

Get: TypeAlias = Callable[[], object]
AsyncGet: TypeAlias = Callable[[], Awaitable[object]]

_STOCK = "openapi_python_client_stock"
_NAMES = ("organization_id", "workspace_id", "task_id", "time_block_id")
_BY_NAME = dict(zip(_NAMES, (*WHERE, *ID), strict=True))
_PATH = "/organizations/{}/workspaces/{}/tasks/{}/time-blocks/{}".format(*WHERE, *ID)


@contextmanager
def _client(url: str) -> Generator[Get]:
    with TogglFocus(base_url=url, **CREDENTIALS) as client:
        yield lambda: client.time_blocks.get(*ID)


@contextmanager
def _httpx(url: str) -> Generator[Get]:
    with httpx.Client(headers=HEADERS) as client:
        yield lambda: json.loads(client.get(url + _PATH).content)


def openapi_python_client(url: str) -> Any:  # noqa: ANN401  (generated at run time)
    """The stock openapi-python-client, sync and async."""
    return import_module(_STOCK).AuthenticatedClient(base_url=url, token=KEY)


@contextmanager
def _openapi_python_client(url: str) -> Generator[Get]:
    get = import_module(f"{_STOCK}.api.time_blocks.get_time_block").sync
    with openapi_python_client(url) as client:
        yield lambda: get(*WHERE, *ID, client=client)


def openapi_generator(package: str, url: str) -> Any:  # noqa: ANN401  (generated at run time)
    """The operations of an OpenAPI Generator client."""
    made = import_module(package)
    settings = made.Configuration(host=url, access_token=KEY)
    return made.TimeBlocksApi(made.ApiClient(settings))


@contextmanager
def _openapi_generator_urllib3(url: str) -> Generator[Get]:
    api = openapi_generator("openapi_generator_urllib3", url)
    yield lambda: api.get_time_block(*WHERE, *ID)
    api.api_client.rest_client.pool_manager.clear()


@contextmanager
def _clientele(url: str) -> Generator[Get]:
    operations = _clientele_operations("clientele_blocking", url)
    yield lambda: operations.get_time_block(**_BY_NAME)
    operations.client.close()


def _clientele_operations(package: str, url: str) -> Any:  # noqa: ANN401  (generated at run time)
    config = import_module(f"{package}.config").Config(base_url=url, headers=HEADERS)
    operations = import_module(f"{package}.client")
    operations.client.configure(config=config)
    return operations


BLOCKING: Mapping[str, Callable[[str], AbstractContextManager[Get]]] = {
    "client": _client,
    "httpx": _httpx,
    "openapi_generator_urllib3": _openapi_generator_urllib3,
    _STOCK: _openapi_python_client,
    "clientele_blocking": _clientele,
}


@asynccontextmanager
async def _aiohttp_client(url: str) -> AsyncGenerator[AsyncGet]:
    async with AsyncTogglFocus(base_url=url, transport="aiohttp", **CREDENTIALS) as client:
        yield lambda: client.time_blocks.get(*ID)


@asynccontextmanager
async def _async_client(url: str) -> AsyncGenerator[AsyncGet]:
    async with AsyncTogglFocus(base_url=url, **CREDENTIALS) as client:
        yield lambda: client.time_blocks.get(*ID)


@asynccontextmanager
async def _async_httpx(url: str) -> AsyncGenerator[AsyncGet]:
    async def get() -> object:
        return json.loads((await client.get(url + _PATH)).content)

    async with httpx.AsyncClient(headers=HEADERS) as client:
        yield get


@asynccontextmanager
async def _async_openapi_python_client(url: str) -> AsyncGenerator[AsyncGet]:
    get = import_module(f"{_STOCK}.api.time_blocks.get_time_block").asyncio
    async with openapi_python_client(url) as client:
        yield lambda: get(*WHERE, *ID, client=client)


def _async_openapi_generator(
    package: str,
) -> Callable[[str], AbstractAsyncContextManager[AsyncGet]]:
    @asynccontextmanager
    async def opened(url: str) -> AsyncGenerator[AsyncGet]:
        api = openapi_generator(package, url)
        async with api.api_client:
            yield lambda: api.get_time_block(*WHERE, *ID)

    return opened


@asynccontextmanager
async def _async_clientele(url: str) -> AsyncGenerator[AsyncGet]:
    operations = _clientele_operations("clientele_async", url)
    yield lambda: operations.get_time_block(**_BY_NAME)
    await operations.client.aclose()


ASYNC: Mapping[str, Callable[[str], AbstractAsyncContextManager[AsyncGet]]] = {
    "client": _async_client,
    "client with aiohttp": _aiohttp_client,
    "httpx": _async_httpx,
    "openapi_generator_asyncio": _async_openapi_generator("openapi_generator_asyncio"),
    "openapi_generator_httpx": _async_openapi_generator("openapi_generator_httpx"),
    _STOCK: _async_openapi_python_client,
    "clientele_async": _async_clientele,
}
