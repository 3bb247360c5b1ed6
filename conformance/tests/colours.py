"""The two colours of the client behind one face, so that a test is written once for both."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeAlias
from unittest.mock import patch

import httpx

from toggl_focus import AsyncStream, AsyncTogglFocus, BulkError, Stream, TogglFocus

KEY = "toggl_sk_" + "5" * 32


class Blocking:
    """A `TogglFocus` whose streams are read to their end."""

    def __init__(self, **settings: Any) -> None:
        self.client = TogglFocus(**settings)
        self._injected: httpx.Client | None = settings.get("http_client")

    def call(self, verb: str, *args: object, **arguments: object) -> Any:
        """Call it; a bulk call that fails raises what its one call failed with."""
        with _unwrapped():
            answer = getattr(self.client.time_blocks, verb)(*args, **arguments)
            if isinstance(answer, Stream):
                with answer:
                    return list(answer)
            return answer

    def raw(self, verb: str, *args: object, **arguments: object) -> Any:
        return getattr(self.client.raw.time_blocks, verb)(*args, **arguments)

    def each(self, use: Callable[[Any], None], verb: str, **arguments: object) -> None:
        """Hand over the items of a stream as they come."""
        for item in getattr(self.client.time_blocks, verb)(**arguments):
            use(item)

    def close_client(self) -> None:
        self.client.close()

    def close(self) -> None:
        self.close_client()
        if self._injected:
            self._injected.close()


@contextmanager
def without_aiohttp() -> Iterator[None]:
    """As if the extra `aiohttp` were not installed."""
    with patch.dict(sys.modules, {"httpx_aiohttp": None}):
        yield


class Awaited:
    """An `AsyncTogglFocus` in an event loop of its own, called as the other is."""

    installed = staticmethod(without_aiohttp)

    def __init__(self, **settings: Any) -> None:
        self._runner = asyncio.Runner()
        with self.installed():
            self.client = AsyncTogglFocus(**settings)
        self._injected: httpx.AsyncClient | None = settings.get("http_client")

    def call(self, verb: str, *args: object, **arguments: object) -> Any:
        """Call it; a bulk call that fails raises what its one call failed with."""
        with _unwrapped():
            return self._runner.run(self._call(verb, *args, **arguments))

    async def _call(self, verb: str, *args: object, **arguments: object) -> Any:
        answer = getattr(self.client.time_blocks, verb)(*args, **arguments)
        if isinstance(answer, AsyncStream):
            async with answer:
                return [item async for item in answer]
        return await answer

    def raw(self, verb: str, *args: object, **arguments: object) -> Any:
        async def call() -> Any:
            return await getattr(self.client.raw.time_blocks, verb)(*args, **arguments)

        return self._runner.run(call())

    def each(self, use: Callable[[Any], None], verb: str, **arguments: object) -> None:
        """Hand over the items of a stream as they come."""

        async def read() -> None:
            async for item in getattr(self.client.time_blocks, verb)(**arguments):
                use(item)

        self._runner.run(read())

    def close_client(self) -> None:
        self._runner.run(self.client.aclose())

    def close(self) -> None:
        self.close_client()
        if self._injected:
            self._runner.run(self._injected.aclose())
        self._runner.close()


class Aiohttp(Awaited):
    """The same where the extra `aiohttp` is installed."""

    installed = staticmethod(nullcontext)


@contextmanager
def _unwrapped() -> Iterator[None]:
    try:
        yield
    except BulkError as error:
        if error.reason is None:
            raise
        raise error.reason from None


Colour: TypeAlias = Blocking | Awaited


class Connect:
    """Makes clients of one colour, and closes them."""

    def __init__(self, colour: type[Colour]) -> None:
        self.colour = colour
        self.name = colour.__name__
        self._made: list[Colour] = []

    def __call__(self, base_url: str, **settings: Any) -> Colour:
        defaults = {"api_key": KEY, "organization_id": 1, "workspace_id": 10, "max_retries": 0}
        if "email" in settings:
            del defaults["api_key"]
        made = self.colour(base_url=base_url, **(defaults | settings))
        self._made.append(made)
        return made

    def http_client(self, **settings: Any) -> Any:
        """An httpx client of this colour, to be injected."""
        # There is no TLS here, and loading certificates takes longer than a test.
        kind = httpx.Client if self.colour is Blocking else httpx.AsyncClient
        return kind(verify=False, **settings)

    def close(self) -> None:
        for made in self._made:
            made.close()
