"""The sync and the async client behind one interface, so that a test is written once for both."""

from __future__ import annotations

import asyncio
import copy
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, Self, TypeAlias

import httpx

from toggl_focus import AsyncStream, AsyncTogglFocus, BulkError, Stream, TogglFocus

KEY = "toggl_sk_" + "5" * 32


def _method(client: object, verb: str) -> Any:
    """A method of time blocks, or of another resource, such as `statuses.list`."""
    return attrgetter(verb if "." in verb else f"time_blocks.{verb}")(client)


class _Calls(ABC):
    """What the sync and the async client have in common."""

    client: Any

    def call(self, verb: str, *args: object, **arguments: object) -> Any:
        """Call it; a bulk call that fails raises what its one call failed with."""
        with _unwrapped():
            return self.straight(verb, *args, **arguments)

    @abstractmethod
    def straight(self, verb: str, *args: object, **arguments: object) -> Any:
        """Call it; a bulk call that fails raises its BulkError."""

    def view(self, **options: Any) -> Self:
        """The same with other options."""
        view = copy.copy(self)
        view.client = self.client.with_options(**options)
        return view


class Sync(_Calls):
    """A `TogglFocus` whose streams are read to their end."""

    def __init__(self, **settings: Any) -> None:
        self.client: TogglFocus = TogglFocus(**settings)
        self._injected: httpx.Client | None = settings.get("http_client")

    def straight(self, verb: str, *args: object, **arguments: object) -> Any:
        response = _method(self.client, verb)(*args, **arguments)
        if isinstance(response, Stream):
            with response:
                return list(response)
        return response

    def raw(self, verb: str, *args: object, **arguments: object) -> Any:
        return getattr(self.client.raw.time_blocks, verb)(*args, **arguments)

    def request(self, *args: Any, **arguments: Any) -> Any:
        """Send what the description lacks."""
        return self.client.request(*args, **arguments)

    def each(self, use: Callable[[Any], None], verb: str, **arguments: object) -> None:
        """Hand over the items of a stream as they come."""
        for item in _method(self.client, verb)(**arguments):
            use(item)

    def first(self, verb: str, *, read: bool = True, **arguments: object) -> None:
        """Close a stream after its first item, or before it is read."""
        with _method(self.client, verb)(**arguments) as stream:
            if read:
                next(stream)

    def walk(self, verb: str, *args: object, **arguments: object) -> Walk:
        """Begin to iterate over pages."""
        return Walk(_method(self.client, verb)(*args, **arguments), lambda each: each)

    def close_client(self) -> None:
        self.client.close()

    def close(self) -> None:
        self.close_client()
        if self._injected:
            self._injected.close()


class Async(_Calls):
    """An `AsyncTogglFocus` in an event loop of its own, called as the other is."""

    transport = "httpx"

    def __init__(self, **settings: Any) -> None:
        self._runner = asyncio.Runner()
        if "http_client" not in settings:
            settings["transport"] = self.transport
        self.client: AsyncTogglFocus = AsyncTogglFocus(**settings)
        self._injected: httpx.AsyncClient | None = settings.get("http_client")

    def straight(self, verb: str, *args: object, **arguments: object) -> Any:
        return self._runner.run(self._call(verb, *args, **arguments))

    async def _call(self, verb: str, *args: object, **arguments: object) -> Any:
        response = _method(self.client, verb)(*args, **arguments)
        if isinstance(response, AsyncStream):
            async with response:
                return [item async for item in response]
        return await response

    def raw(self, verb: str, *args: object, **arguments: object) -> Any:
        async def call() -> Any:
            return await getattr(self.client.raw.time_blocks, verb)(*args, **arguments)

        return self._runner.run(call())

    def request(self, *args: Any, **arguments: Any) -> Any:
        """Send what the description lacks."""
        return self._runner.run(self.client.request(*args, **arguments))

    def each(self, use: Callable[[Any], None], verb: str, **arguments: object) -> None:
        """Hand over the items of a stream as they come."""

        async def read() -> None:
            async for item in _method(self.client, verb)(**arguments):
                use(item)

        self._runner.run(read())

    def first(self, verb: str, *, read: bool = True, **arguments: object) -> None:
        """Close a stream after its first item, or before it is read."""

        async def begin() -> None:
            async with _method(self.client, verb)(**arguments) as stream:
                if read:
                    await anext(stream)

        self._runner.run(begin())

    def walk(self, verb: str, *args: object, **arguments: object) -> Walk:
        """Begin to iterate over pages."""
        pages = _method(self.client, verb)(*args, **arguments)
        return Walk(pages, lambda each: _Waited(self._runner, each))

    def close_client(self) -> None:
        self._runner.run(self.client.aclose())

    def close(self) -> None:
        self.close_client()
        if self._injected:
            self._runner.run(self._injected.aclose())
        self._runner.close()


class Aiohttp(Async):
    """The same with aiohttp."""

    transport = "aiohttp"


class Walk:
    """Pages of the sync or the async client, gone through with `next`: by `items`, or by `pages()`."""

    def __init__(self, pages: Any, wait: Callable[[Any], Iterator[Any]]) -> None:
        self._pages = pages
        self._wait = wait
        self.items = wait(pages)

    def pages(self) -> Iterator[Any]:
        return self._wait(self._pages.pages())

    @property
    def requests(self) -> int:
        requests: int = self._pages.requests
        return requests


class _Waited(Iterator[Any]):
    """What is iterated with `async for`, waited for item by item."""

    def __init__(self, runner: asyncio.Runner, items: AsyncIterator[Any]) -> None:
        self._runner = runner
        self._items = items

    def __next__(self) -> Any:
        async def step() -> Any:
            return await anext(self._items)

        try:
            return self._runner.run(step())
        except StopAsyncIteration:
            raise StopIteration from None


@contextmanager
def _unwrapped() -> Iterator[None]:
    try:
        yield
    except BulkError as error:
        if error.reason is None:
            raise
        raise error.reason from None


AnyClient: TypeAlias = Sync | Async


class Connect:
    """Makes clients of one kind, and closes them."""

    def __init__(self, kind: type[AnyClient]) -> None:
        self.kind = kind
        self.name = kind.__name__
        self._made: list[AnyClient] = []

    def __call__(self, base_url: str, **settings: Any) -> AnyClient:
        defaults = {"api_key": KEY, "organization_id": 1, "workspace_id": 10, "max_retries": 0}
        if "email" in settings:
            del defaults["api_key"]
        made = self.kind(base_url=base_url, **(defaults | settings))
        self._made.append(made)
        return made

    def http_client(self, **settings: Any) -> Any:
        """An httpx client of this kind, to be injected."""
        # There is no TLS here, and loading certificates takes longer than a test.
        make = httpx.Client if self.kind is Sync else httpx.AsyncClient
        return make(verify=False, **settings)

    def close(self) -> None:
        for made in self._made:
            made.close()
