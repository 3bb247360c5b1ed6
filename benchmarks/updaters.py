"""What sends a thousand changes, a hundred in a call: each a program of its own.

`python -m benchmarks.updaters NAME URL COUNT ROUNDS` takes turns with so many changes, and writes
what they took. Beside another's thousands of objects a program is slower, and so each is alone.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, TypeAlias

import httpx
import msgspec

from benchmarks.account import CREDENTIALS, HEADERS, WHERE
from benchmarks.data import updates
from benchmarks.getters import openapi_generator, openapi_python_client
from benchmarks.race import race
from toggl_focus import TimeBlockBulkUpdateItem, TogglFocus

__all__ = ["CONTENDERS", "Turns", "alone"]

_LIMIT = 100
_TIMES = 5  # in a row, so that most of it is done with warm caches
_PATH = "/organizations/{}/workspaces/{}/time-blocks/bulk".format(*WHERE)


class Turns(msgspec.Struct):
    """The seconds of each turn: all entries at once, a hundred in each of ten calls, and one."""

    whole: list[float]
    hundreds: list[float]
    ones: list[float]


class Updater(NamedTuple):
    """How a client makes an entry of plain data, and how it sends as many as there are."""

    entry: Callable[..., Any]
    send: Callable[[list[Any]], object]


_Opened: TypeAlias = AbstractContextManager[Updater]


def alone(name: str, url: str, count: int, rounds: int) -> Turns:
    """Let one take its turns in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.updaters", name, url, str(count), str(rounds)]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603  (our own words)
    return msgspec.json.decode(run.stdout, type=Turns)


def _run(name: str, url: str, count: int, rounds: int) -> Turns:
    with CONTENDERS[name](url) as client:
        entries = [client.entry(**row) for row in updates(count)]
        parts = _parts(entries)
        given = {"whole": [entries], "hundreds": parts, "ones": [part[:1] for part in parts]}
        runs = {each: partial(_each, client.send, some * _TIMES) for each, some in given.items()}
        taken = race(runs, rounds)
    return Turns(**{each: [turn / _TIMES for turn in turns] for each, turns in taken.items()})


def _each(send: Callable[[list[Any]], object], several: list[list[Any]]) -> None:
    for entries in several:
        send(entries)


def _parts(entries: list[Any]) -> list[list[Any]]:
    return [entries[at : at + _LIMIT] for at in range(0, len(entries), _LIMIT)]


@contextmanager
def _client(url: str) -> Generator[Updater]:
    with TogglFocus(base_url=url, **CREDENTIALS) as client:
        yield Updater(TimeBlockBulkUpdateItem, client.time_blocks.bulk_update)


@contextmanager
def _httpx(url: str) -> Generator[Updater]:
    headers = {**HEADERS, "Content-Type": "application/json"}

    def entry(**row: object) -> bytes:
        return msgspec.json.encode(row)

    def send(entries: list[bytes]) -> None:
        for some in _parts(entries):
            client.patch(url + _PATH, content=b"[%s]" % b",".join(some))

    with httpx.Client(headers=headers) as client:
        yield Updater(entry, send)


@contextmanager
def _openapi_python_client(url: str) -> Generator[Updater]:
    package = "openapi_python_client_stock"
    patch = import_module(f"{package}.api.time_blocks.bulk_update_time_blocks").sync_detailed

    def send(entries: list[Any]) -> None:
        for some in _parts(entries):
            patch(*WHERE, client=client, body=some)

    with openapi_python_client(url) as client:
        yield Updater(import_module(f"{package}.models").TimeBlockBulkUpdateItem, send)


@contextmanager
def _openapi_generator(url: str) -> Generator[Updater]:
    package = "openapi_generator_urllib3"
    api = openapi_generator(package, url)

    def send(entries: list[Any]) -> None:
        for some in _parts(entries):
            api.bulk_update_time_blocks(*WHERE, some)

    yield Updater(import_module(package).TimeBlockBulkUpdateItem, send)
    api.api_client.rest_client.pool_manager.clear()


CONTENDERS: Mapping[str, Callable[[str], _Opened]] = {
    "client": _client,
    "httpx": _httpx,
    "openapi_python_client_stock": _openapi_python_client,
    "openapi_generator_urllib3": _openapi_generator,
}


if __name__ == "__main__":
    wanted, server, *numbers = sys.argv[1:]
    sys.stdout.buffer.write(msgspec.json.encode(_run(wanted, server, *map(int, numbers))))
