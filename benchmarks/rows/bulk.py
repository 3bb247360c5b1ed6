"""A thousand changes, a hundred in a call: what it takes to encode and send them.

Most of the time goes into ten HTTP calls and the wait for their answers, whatever is in them. So
what is judged is how much longer ten calls take with a hundred entries each than with one each. How
long all of it takes is told as well, beside httpx with bodies that are ready to be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from importlib import import_module
from operator import sub
from statistics import median
from typing import Any, NamedTuple, TypeAlias

import httpx
import msgspec

from benchmarks.account import CREDENTIALS, HEADERS, WHERE
from benchmarks.data import updates
from benchmarks.figures import Bench, Found
from benchmarks.getters import openapi_generator, openapi_python_client
from benchmarks.race import race
from benchmarks.server import serving
from toggl_focus import TimeBlockBulkUpdateItem, TogglFocus

__all__ = ["measure"]

_LIMIT = 100
_PATH = "/organizations/{}/workspaces/{}/time-blocks/bulk".format(*WHERE)


class _Updater(NamedTuple):
    """How a client makes an entry of plain data, and how it sends as many as there are."""

    entry: Callable[..., Any]
    send: Callable[[list[Any]], object]


_Opened: TypeAlias = AbstractContextManager[_Updater]


def measure(bench: Bench) -> Found:
    """Race them, with entries that are made beforehand."""
    rows = updates(bench.size(1_000, 200))
    with serving() as url, ExitStack() as clients:
        runs: dict[str, Callable[[], object]] = {}
        for name, opened in _CONTENDERS.items():
            if name not in bench.missing:
                client = clients.enter_context(opened(url))
                entries = [client.entry(**row) for row in rows]
                parts = _parts(entries)
                runs[name] = partial(client.send, entries)
                runs[f"{name}, hundreds"] = partial(_each, client.send, parts)
                runs[f"{name}, ones"] = partial(_each, client.send, [part[:1] for part in parts])
        taken = race(runs, bench.size(100, 2))
    known = [name for name in _CONTENDERS if name in taken]
    whole = {name: median(taken[name]) for name in known}
    more = {
        name: median(map(sub, taken[f"{name}, hundreds"], taken[f"{name}, ones"])) for name in known
    }
    return {
        **{peer: bench.ratio(more, peer, "client") for peer in _PEERS},
        **{f"answered {peer}": bench.ratio(whole, peer, "client") for peer in ("httpx", *_PEERS)},
    }


def _each(send: Callable[[list[Any]], object], parts: list[list[Any]]) -> None:
    for part in parts:
        send(part)


def _parts(entries: list[Any]) -> list[list[Any]]:
    return [entries[at : at + _LIMIT] for at in range(0, len(entries), _LIMIT)]


@contextmanager
def _client(url: str) -> Generator[_Updater]:
    with TogglFocus(base_url=url, **CREDENTIALS) as client:
        yield _Updater(TimeBlockBulkUpdateItem, client.time_blocks.bulk_update)


@contextmanager
def _httpx(url: str) -> Generator[_Updater]:
    headers = {**HEADERS, "Content-Type": "application/json"}

    def entry(**row: object) -> bytes:
        return msgspec.json.encode(row)

    def send(entries: list[bytes]) -> None:
        for some in _parts(entries):
            client.patch(url + _PATH, content=b"[%s]" % b",".join(some))

    with httpx.Client(headers=headers) as client:
        yield _Updater(entry, send)


@contextmanager
def _openapi_python_client(url: str) -> Generator[_Updater]:
    package = "openapi_python_client_stock"
    patch = import_module(f"{package}.api.time_blocks.bulk_update_time_blocks").sync_detailed

    def send(entries: list[Any]) -> None:
        for some in _parts(entries):
            patch(*WHERE, client=client, body=some)

    with openapi_python_client(url) as client:
        yield _Updater(import_module(f"{package}.models").TimeBlockBulkUpdateItem, send)


@contextmanager
def _openapi_generator(url: str) -> Generator[_Updater]:
    package = "openapi_generator_urllib3"
    api = openapi_generator(package, url)

    def send(entries: list[Any]) -> None:
        for some in _parts(entries):
            api.bulk_update_time_blocks(*WHERE, some)

    yield _Updater(import_module(package).TimeBlockBulkUpdateItem, send)
    api.api_client.rest_client.pool_manager.clear()


_PEERS: Mapping[str, Callable[[str], _Opened]] = {
    "openapi_python_client_stock": _openapi_python_client,
    "openapi_generator_urllib3": _openapi_generator,
}
_CONTENDERS: Mapping[str, Callable[[str], _Opened]] = {
    "client": _client,
    "httpx": _httpx,
    **_PEERS,
}
