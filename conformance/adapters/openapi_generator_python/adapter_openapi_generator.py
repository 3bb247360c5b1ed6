"""The adapter of the client that OpenAPI Generator makes for Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from typing import Any

import pydantic
import urllib3

from toggl_focus_conformance.adapters.plain_values import given, result
from toggl_focus_conformance.adapters.stdio import serve
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.operations import operations

focus: Any = import_module("openapi_generator_client")  # made by then; no checker sees it
exceptions: Any = import_module("openapi_generator_client.exceptions")

BODIES = {
    "create_time_block": ("time_block_create", "TimeBlockCreate"),
    "replace_time_block": ("time_block_replace", "TimeBlockReplace"),
    "update_time_block": ("time_block_update", "TimeBlockUpdate"),
    "bulk_create_time_blocks": ("time_block_bulk_create", "TimeBlockBulkCreate"),
    "bulk_update_time_blocks": ("time_block_bulk_update_item", "TimeBlockBulkUpdateItem"),
}


class UsageError(Exception):
    """The arguments cannot be built with the types of the client."""


class Client:
    """`TimeBlocksApi` as the suite drives it."""

    output = ""

    def __init__(self) -> None:
        self._apis: dict[str, Any] = {}

    def hello(self) -> Message:
        """Say what the client has."""
        sdk = {
            "name": "OpenAPI Generator, python",
            "version": version("openapi-generator-cli"),
            "language": "Python",
        }
        return {
            "type": "hello",
            "protocol": 1,
            "sdk": sdk,
            "operations": list(operations()),
            "features": ["stream", "retry", "timeout"],
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
            value = plain(self._call(message))
        except Exception as error:  # noqa: BLE001  (whatever the client raises is the result)
            return {**reply, "outcome": "error", "error": described(error, message["operation"])}
        if message["operation"] != "stream_time_blocks":
            return {**reply, "outcome": "value", "value": value}
        items: list[Any] = (value or [])[: first(message)]
        return {**reply, "outcome": "items", "items": items, "complete": True}

    def _call(self, message: Message) -> Any:  # noqa: ANN401  (a model, a list of them, or None)
        name, options = message["operation"], message["options"]
        try:
            named = arguments(name, message["arguments"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{type(error).__name__}: {error}") from None
        if "timeout_ms" in options:
            named["_request_timeout"] = options["timeout_ms"] / 1000
        return getattr(self._api(message), name)(**named)

    def _api(self, message: Message) -> Any:  # noqa: ANN401  (its TimeBlocksApi)
        retries = message["options"].get("max_retries")
        key = repr((message["base_url"], message["auth"], retries))
        if key not in self._apis:
            configuration = focus.Configuration(
                host=message["base_url"],
                access_token=message["auth"]["token"],
                retries=retries,
            )
            self._apis[key] = focus.TimeBlocksApi(focus.ApiClient(configuration))
        return self._apis[key]

    def close(self) -> None:
        """Close all connections."""
        for api in self._apis.values():
            api.api_client.rest_client.pool_manager.clear()


def arguments(name: str, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a generated method, of its own types."""
    named: dict[str, Any] = {**given(sent.get("path", {})), **given(sent.get("query", {}))}
    if "body" in sent:
        argument, model = BODIES[name]
        make = getattr(focus, model)
        body = given(sent["body"], datetime.fromisoformat)
        if name == "bulk_create_time_blocks":
            entry = focus.TimeBlockBulkCreateItem
            named[argument] = make(time_blocks=[entry(**each) for each in body["time_blocks"]])
        elif name == "bulk_update_time_blocks":
            named[argument] = [make(**each) for each in body]
        else:
            named[argument] = make(**body)
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


def described(error: Exception, operation: str) -> dict[str, Any]:
    """An exception as the protocol describes it."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, exceptions.ApiException):
        return refusal(error)
    if isinstance(error, pydantic.ValidationError):
        # Arguments are validated under the name of the method, responses under that of a model.
        name = error.title.rpartition(".")[2]
        kind = "usage" if name == operation else "decode"
    elif isinstance(error, UsageError | exceptions.ApiTypeError | exceptions.ApiValueError):
        kind = "usage"
    elif isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        kind = "decode"
    elif isinstance(error, urllib3.exceptions.HTTPError):
        kind = kind_of(getattr(error, "reason", None) or error)
    else:
        kind = "other"
    return {"kind": kind, "message": text}


def kind_of(error: object) -> str:
    """What urllib3 reports. A refused connection is a kind of timeout there, and none here."""
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "transport"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "timeout"
    return "decode" if isinstance(error, urllib3.exceptions.DecodeError) else "transport"


def refusal(error: Any) -> dict[str, Any]:  # noqa: ANN401  (its ApiException)
    """What the client says of an error of the service."""
    if not error.status:
        return {"kind": "transport", "message": str(error.reason)}
    code, text = getattr(error.data, "error", None), getattr(error.data, "error_description", None)
    return {
        "kind": "api",
        "status": error.status,
        "code": code if isinstance(code, str) else None,
        "message": text if isinstance(text, str) else str(error.reason),
    }


if __name__ == "__main__":
    serve(Client())
