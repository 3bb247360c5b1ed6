"""The adapter of this project's own client: sync, async, and async with aiohttp.

`python -m toggl_focus_conformance.adapters.own sync` speaks the protocol over stdio.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from operator import attrgetter
from typing import Any

from toggl_focus import (
    AsyncStream,
    AsyncTogglFocus,
    Stream,
    TogglFocus,
)
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.operations import Operation, operations

from . import stdio
from .local import SDK
from .own_values import arguments, codec, error_reply, written

__all__ = ["VARIANTS", "AsyncSDK", "SyncSDK"]

_LOGGER = logging.getLogger("toggl_focus")
_FEATURES = ["stream", "paginate", "retry", "timeout", "codec", "basic"]


def _hello(variant: str, parallel: int) -> Message:
    return {
        "type": "hello",
        "protocol": 1,
        "sdk": {
            "name": f"toggl-focus ({variant})",
            "version": version("toggl-focus"),
            "language": f"Python {sys.version_info.major}.{sys.version_info.minor}",
        },
        "operations": list(operations()),
        "features": _FEATURES,
        "parallel": parallel,
    }


class _Clients:
    """One client for each base URL and credentials, and what they log."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self.make = make
        self._made: dict[str, Any] = {}
        self._logged: list[str] = []
        self._handler = _Keep(self._logged)
        self._handler.attach()

    @property
    def output(self) -> str:
        """What the client logged."""
        return "\n".join(self._logged)

    def __call__(self, message: Message) -> Any:  # noqa: ANN401  (either client)
        auth: Mapping[str, str] = message["auth"]
        key = json.dumps([message["base_url"], auth], sort_keys=True)
        client = self._made.get(key)
        if client is None:
            who = (
                {"api_key": auth["token"]}
                if auth["kind"] == "bearer"
                else {"email": auth["username"], "password": auth["password"]}
            )
            client = self.make(base_url=message["base_url"], **who)
            client = self._made.setdefault(key, client)
        return client

    def __iter__(self) -> Iterator[Any]:
        yield from self._made.values()

    def end(self) -> None:
        """Leave the logger as it was."""
        self._handler.detach()


class _Keep(logging.Handler):
    """Keeps what the client logs; as long as one is attached, everything is logged."""

    attached = 0
    level_before = logging.NOTSET

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def attach(self) -> None:
        if not _Keep.attached:
            _Keep.level_before = _LOGGER.level
            _LOGGER.setLevel(logging.DEBUG)
        _Keep.attached += 1
        _LOGGER.addHandler(self)

    def detach(self) -> None:
        if self not in _LOGGER.handlers:
            return
        _LOGGER.removeHandler(self)
        _Keep.attached -= 1
        if not _Keep.attached:
            _LOGGER.setLevel(_Keep.level_before)

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))


def _first(message: Message) -> int | None:
    """How many items are wanted; None for all."""
    consume: str = message.get("consume", "all")
    return None if consume == "all" else int(consume.partition(":")[2])


def _of_items(message: Message, items: list[Any], error: BaseException | None) -> Message:
    reply: Message = {"id": message["id"], "outcome": "items", "complete": error is None}
    reply["items"] = [written(each) for each in items]
    return reply if error is None else {**reply, "error": error_reply(error)}


def _iterates(called: Operation, message: Message) -> bool:
    return called.streaming or (called.paginated and "consume" in message)


class SyncSDK:
    """`TogglFocus` as the suite drives it."""

    def __init__(self) -> None:
        self._clients = _Clients(TogglFocus)

    @property
    def output(self) -> str:
        """What the client logged."""
        return self._clients.output

    def hello(self) -> Message:
        """Say what the client has."""
        return _hello("sync", 8)

    def handle(self, message: Message) -> Message:
        """Reply to a call, decode or encode."""
        if message["type"] != "call":
            return codec(message)
        called = operations()[message["operation"]]
        try:
            method, positional, named = arguments(called, message)
            result = attrgetter(method)(self._clients(message))(*positional, **named)
            if _iterates(called, message):
                return self._items(message, result)
        except Exception as error:  # noqa: BLE001  (whatever the client raises is the result)
            return {"id": message["id"], "outcome": "error", "error": error_reply(error)}
        return {"id": message["id"], "outcome": "value", "value": written(result)}

    def _items(self, message: Message, source: Any) -> Message:  # noqa: ANN401  (a stream or pages)
        items: list[Any] = []
        most = _first(message)
        try:
            for item in source:
                items.append(item)
                if len(items) == most:
                    break
        except Exception as error:  # noqa: BLE001  (as above)
            return _of_items(message, items, error)
        finally:
            if isinstance(source, Stream):
                source.close()
        return _of_items(message, items, None)

    def close(self) -> None:
        """Close all clients."""
        for client in self._clients:
            client.close()
        self._clients.end()


class AsyncSDK:
    """`AsyncTogglFocus` as the suite drives it."""

    def __init__(self, transport: str = "httpx") -> None:
        self._transport = transport
        self._clients = _Clients(lambda **named: AsyncTogglFocus(transport=transport, **named))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportUnknownLambdaType]  (one of two words)

    @property
    def output(self) -> str:
        """What the client logged."""
        return self._clients.output

    def hello(self) -> Message:
        """Say what the client has."""
        return _hello("async" if self._transport == "httpx" else f"async, {self._transport}", 16)

    async def handle(self, message: Message) -> Message:
        """Reply to a call, decode or encode."""
        if message["type"] != "call":
            return codec(message)
        called = operations()[message["operation"]]
        try:
            method, positional, named = arguments(called, message)
            result = attrgetter(method)(self._clients(message))(*positional, **named)
            if _iterates(called, message):
                return await self._items(message, result)
            value = await result
        except Exception as error:  # noqa: BLE001  (whatever the client raises is the result)
            return {"id": message["id"], "outcome": "error", "error": error_reply(error)}
        return {"id": message["id"], "outcome": "value", "value": written(value)}

    async def _items(self, message: Message, source: Any) -> Message:  # noqa: ANN401  (a stream or pages)
        items: list[Any] = []
        most = _first(message)
        try:
            async for item in source:
                items.append(item)
                if len(items) == most:
                    break
        except Exception as error:  # noqa: BLE001  (as above)
            return _of_items(message, items, error)
        finally:
            if isinstance(source, AsyncStream):
                await source.aclose()
        return _of_items(message, items, None)

    async def close(self) -> None:
        """Close all clients."""
        for client in self._clients:
            await client.aclose()
        self._clients.end()


VARIANTS: Mapping[str, Callable[[], SDK]] = {
    "sync": SyncSDK,
    "async": AsyncSDK,
    "aiohttp": lambda: AsyncSDK("aiohttp"),
}
"""The variants of our client, by the names that the command line knows."""


def main() -> None:
    """Speak the protocol over stdio."""
    name = sys.argv[1] if len(sys.argv) > 1 else "sync"
    if name not in VARIANTS:
        sys.exit(f"name one of {', '.join(VARIANTS)}, got {name!r}")
    stdio.serve(VARIANTS[name]())


if __name__ == "__main__":
    main()
