"""A thousand changes, from plain data to the last answer; all send a hundred in a call."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from importlib import import_module
from typing import Any, TypeAlias

from benchmarks.account import CREDENTIALS, WHERE
from benchmarks.data import updates
from benchmarks.figures import Bench, Found
from benchmarks.getters import openapi_generator, openapi_python_client
from benchmarks.race import race
from benchmarks.server import serving
from toggl_focus import TimeBlockBulkUpdateItem, TogglFocus

__all__ = ["measure"]

Rows: TypeAlias = list[dict[str, Any]]
Update: TypeAlias = Callable[[Rows], object]

_LIMIT = 100


def measure(bench: Bench) -> Found:
    """Race them; making the entries is a part of it.

    Most of what is left is HTTP, the same for all: so the entries alone are told too, as what a
    thousand in ten calls take more than one entry in each of ten calls.
    """
    rows = updates(bench.size(1_000, 200))
    with serving() as url, ExitStack() as clients:
        runs: dict[str, Callable[[], object]] = {}
        for name, opened in _CONTENDERS.items():
            if name not in bench.missing:
                update = clients.enter_context(opened(url))
                runs[name] = partial(update, rows)
                runs[f"{name}, calls"] = partial(_calls, update, rows)
        taken = race(runs, bench.size(20, 2))
    whole = {name: min(some) for name, some in taken.items()}
    entries = {name: whole[name] - whole[f"{name}, calls"] for name in _CONTENDERS if name in whole}
    peers = [name for name in _CONTENDERS if name != "client"]
    return {
        **{peer: bench.ratio(whole, peer, "client") for peer in peers},
        **{f"entries {peer}": bench.ratio(entries, peer, "client") for peer in peers},
    }


def _calls(update: Update, rows: Rows) -> None:
    for at in range(0, len(rows), _LIMIT):
        update(rows[at : at + 1])


@contextmanager
def _client(url: str) -> Generator[Update]:
    with TogglFocus(base_url=url, **CREDENTIALS) as client:
        yield lambda rows: client.time_blocks.bulk_update(
            [TimeBlockBulkUpdateItem(**row) for row in rows]
        )


@contextmanager
def _openapi_python_client(url: str) -> Generator[Update]:
    package = "openapi_python_client_stock"
    item = import_module(f"{package}.models").TimeBlockBulkUpdateItem
    send = import_module(f"{package}.api.time_blocks.bulk_update_time_blocks").sync_detailed

    def update(rows: Rows) -> None:
        items = [item(**row) for row in rows]
        for at in range(0, len(items), _LIMIT):
            send(*WHERE, client=client, body=items[at : at + _LIMIT])

    with openapi_python_client(url) as client:
        yield update


@contextmanager
def _openapi_generator(url: str) -> Generator[Update]:
    package = "openapi_generator_urllib3"
    item = import_module(package).TimeBlockBulkUpdateItem
    api = openapi_generator(package, url)

    def update(rows: Rows) -> None:
        items = [item(**row) for row in rows]
        for at in range(0, len(items), _LIMIT):
            api.bulk_update_time_blocks(*WHERE, items[at : at + _LIMIT])

    yield update
    api.api_client.rest_client.pool_manager.clear()


_CONTENDERS: Mapping[str, Callable[[str], AbstractContextManager[Update]]] = {
    "client": _client,
    "openapi_python_client_stock": _openapi_python_client,
    "openapi_generator_urllib3": _openapi_generator,
}
