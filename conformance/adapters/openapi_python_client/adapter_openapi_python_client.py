"""The adapter of the client that openapi-python-client makes, with its own templates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from typing import Any

import httpx

from toggl_focus_conformance.adapters.plain_values import given, result
from toggl_focus_conformance.adapters.stdio import serve
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.operations import operations

focus: Any = import_module("openapi_python_client_client")  # made by then; no checker sees it
models: Any = import_module("openapi_python_client_client.models")

BODIES = {
    "create_time_block": "TimeBlockCreate",
    "replace_time_block": "TimeBlockReplace",
    "update_time_block": "TimeBlockUpdate",
    "bulk_create_time_blocks": "TimeBlockBulkCreateItem",
    "bulk_update_time_blocks": "TimeBlockBulkUpdateItem",
}
KINDS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.TimeoutException, "timeout"),
    (httpx.DecodingError, "decode"),
    (httpx.HTTPError, "transport"),
    (json.JSONDecodeError, "decode"),
    (UnicodeDecodeError, "decode"),
)
FIRST_ERROR = 300


class UsageError(Exception):
    """The arguments cannot be built with the types of the client."""


class Client:
    """The generated functions as the suite drives them."""

    output = ""

    def __init__(self) -> None:
        self._clients: dict[str, Any] = {}

    def hello(self) -> Message:
        """Say what the client has."""
        sdk = {
            "name": "openapi-python-client",
            "version": version("openapi-python-client"),
            "language": "Python",
        }
        return {
            "type": "hello",
            "protocol": 1,
            "sdk": sdk,
            "operations": list(operations()),
            "features": ["stream", "timeout"],
            "parallel": 4,
        }

    def handle(self, message: Message) -> Message:
        """Reply to a call."""
        reply = {"id": message["id"]}
        if message["type"] != "call":
            return {**reply, "outcome": "skip", "feature": "codec"}
        if message["auth"]["kind"] == "basic":
            return {**reply, "outcome": "skip", "feature": "basic"}
        try:
            response = self._call(message)
            if response.status_code >= FIRST_ERROR:
                return {**reply, "outcome": "error", "error": refusal(response)}
            value = plain(response.parsed)
        except Exception as error:  # noqa: BLE001  (whatever the client raises is the result)
            return {**reply, "outcome": "error", "error": described(error)}
        if message["operation"] != "stream_time_blocks":
            return {**reply, "outcome": "value", "value": value}
        items: list[Any] = (value or [])[: first(message)]
        return {**reply, "outcome": "items", "items": items, "complete": True}

    def _call(self, message: Message) -> Any:  # noqa: ANN401  (its Response)
        name = message["operation"]
        function: Any = import_module(f"openapi_python_client_client.api.time_blocks.{name}")
        try:
            named = arguments(name, message["arguments"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{type(error).__name__}: {error}") from None
        return function.sync_detailed(client=self._client(message), **named)

    def _client(self, message: Message) -> Any:  # noqa: ANN401  (its AuthenticatedClient)
        timeout = message["options"].get("timeout_ms")
        key = repr((message["base_url"], message["auth"], timeout))
        if key not in self._clients:
            client = focus.AuthenticatedClient(
                base_url=message["base_url"], token=message["auth"]["token"]
            )
            if timeout is not None:
                client = client.with_timeout(httpx.Timeout(timeout / 1000))
            self._clients[key] = client
        return self._clients[key]

    def close(self) -> None:
        """Close all clients."""
        for client in self._clients.values():
            client.get_httpx_client().close()


def arguments(name: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a generated function, of its own types."""
    named: dict[str, Any] = {**given(sent.get("path", {})), **given(sent.get("query", {}))}
    if "order_by" in named:
        named["order_by"] = [models.TimeBlockOrder(key) for key in named["order_by"]]
    if "body" not in sent:
        return named
    make = getattr(models, BODIES[name])
    body = given(sent["body"], datetime.fromisoformat)
    if name == "bulk_create_time_blocks":
        entries = [make(**each) for each in body["time_blocks"]]
        named["body"] = models.TimeBlockBulkCreate(entries)
    elif name == "bulk_update_time_blocks":
        named["body"] = [make(**each) for each in body]
    else:
        named["body"] = make(**body)
    return named


def first(message: Message) -> int | None:
    """How many items are wanted; None for all."""
    consume: str = message.get("consume", "all")
    return None if consume == "all" else int(consume.removeprefix("first:"))


def plain(value: Any) -> Any:  # noqa: ANN401  (what the client gives)
    """What the client gives, as the protocol writes it."""
    if isinstance(value, list):
        return [plain(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return result(value.to_dict() if hasattr(value, "to_dict") else value)


def refusal(response: Any) -> dict[str, Any]:  # noqa: ANN401  (its Response)
    """What the client says of an error of the service."""
    body = response.parsed.to_dict() if hasattr(response.parsed, "to_dict") else {}
    code, text = body.get("error"), body.get("error_description")
    return {
        "kind": "api",
        "status": int(response.status_code),
        "code": code if isinstance(code, str) else None,
        "message": text if isinstance(text, str) else None,
    }


def described(error: Exception) -> dict[str, Any]:
    """An exception as the protocol describes it."""
    if isinstance(error, UsageError):
        return {"kind": "usage", "message": str(error)}
    kind = next((name for each, name in KINDS if isinstance(error, each)), "other")
    return {"kind": kind, "message": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    serve(Client())
