"""Calls through an adapter of the suite, so that the model drives an SDK in any language."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from toggl_focus_conformance.adapters import Adapter, AdapterFailure
from toggl_focus_conformance.protocol.operations import operations
from toggl_focus_conformance.protocol.plain import is_list, is_object
from toggl_focus_conformance.protocol.values import normalize, parse_instant, write

from .calls import Call, NoReply, Reply

__all__ = ["OverAdapter"]


class OverAdapter:
    """Sends calls through an adapter to a server; statuses are those that the SDK reports."""

    def __init__(self, adapter: Adapter, base_url: str, api_key: str) -> None:
        self._adapter = adapter
        self._base_url = base_url
        self._api_key = api_key
        self._runner = asyncio.Runner()
        self._numbers = itertools.count(1)

    def __call__(self, calls: Sequence[Call]) -> Sequence[Reply]:
        """Send them; several at once if the adapter takes so many."""
        return self._runner.run(self._all(calls))

    async def _all(self, calls: Sequence[Call]) -> list[Reply]:
        await self._adapter.start()
        if self._adapter.parallel >= len(calls):
            return list(await asyncio.gather(*map(self._one, calls)))
        return [await self._one(call) for call in calls]

    async def _one(self, call: Call) -> Reply:
        called = operations()[call.operation]
        query = {
            name: _timestamps(value) if name in called.timestamps() else value
            for name, value in call.query.items()
        }
        arguments: dict[str, Any] = {"path": write(dict(call.path)), "query": write(query)}
        if called.body is not None:
            arguments["body"] = write(_timestamps(call.body))
        message: dict[str, Any] = {
            "type": "call",
            "id": f"model-{next(self._numbers)}",
            "operation": call.operation,
            "base_url": self._base_url,
            "auth": {"kind": "bearer", "token": self._api_key},
            "options": {"max_retries": 0},
            "arguments": arguments,
        }
        if called.streaming:
            message["consume"] = "all"
        try:
            reply = await self._adapter.send(message)
        except AdapterFailure as error:
            raise NoReply(f"{call.operation}: {error}") from None
        return _reply(call, reply, called.status)

    def close(self) -> None:
        """End the adapter."""
        self._runner.run(self._adapter.close())
        self._runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _reply(call: Call, reply: dict[str, Any], success: int) -> Reply:
    match reply["outcome"]:
        case "value":
            return Reply(success, normalize(reply.get("value")), raw=False)
        case "items" if reply["complete"]:
            return Reply(success, normalize(reply["items"]), raw=False)
        case "error" | "items":
            error = reply["error"]
            if error["kind"] == "usage":
                return Reply(None, raw=False)
            if error["kind"] == "api":
                return Reply(error.get("status"), raw=False)
            raise NoReply(f"{call.operation}: {error['kind']}: {error.get('message')}")
        case outcome:
            raise NoReply(f"{call.operation}: the adapter replied {outcome}")


def _timestamps(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """JSON with each timestamp as a value of its own."""
    if is_list(value):
        return [_timestamps(each) for each in value]
    if is_object(value):
        return {name: _timestamps(each) for name, each in value.items()}
    return (parse_instant(value) or value) if isinstance(value, str) else value
