"""What the adapter of our own client translates: arguments, results, errors, and the codec."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from toggl_focus import (
    APIError,
    BulkError,
    DecodeError,
    TimeoutError,  # noqa: A004  (ours is the builtin one's subclass)
    TransportError,
    UsageError,
    models,
)
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.operations import Operation, document
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import write

__all__ = ["arguments", "codec", "error_reply", "written"]

_ENTRIES = {
    "bulk_create_time_blocks": models.TimeBlockBulkCreateItem,
    "bulk_update_time_blocks": models.TimeBlockBulkUpdateItem,
}
# Built before any call, because msgspec cannot prepare a type in two threads at a time.
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(getattr(models, name))
    for name in document()["components"]["schemas"]
    if hasattr(models, name)
}
_KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (UsageError, "usage"),
    (TimeoutError, "timeout"),
    (TransportError, "transport"),
    (DecodeError, "decode"),
    (APIError, "api"),
)


def arguments(called: Operation, message: Message) -> tuple[str, list[Any], Node]:
    """The method that a call means, such as `time_blocks.get`, and its arguments.

    What no method takes is passed on all the same: refusing it is the client's business.
    """
    given = message["arguments"]
    named: Node = {**given.get("path", {}), **given.get("query", {})}
    positional: list[Any] = []
    body = given.get("body")
    if called.id in _ENTRIES:
        entries = body["time_blocks"] if called.method == "POST" else body
        positional.append([_entry(called.id, each) for each in _read(entries)])
    elif called.body is not None:
        renamed = {_argument(called, name): value for name, value in body.items()}
        named = {**named, **renamed}
    method: str = called.node["x-method"]
    resource: str = called.node["tags"][0]
    if called.paginated and "consume" in message:
        method = called.node["x-pagination"]["method"]
    options = message["options"]
    if "timeout_ms" in options:
        named["timeout"] = options["timeout_ms"] / 1000
    if "max_retries" in options:
        named["max_retries"] = options["max_retries"]
    return f"{resource}.{method}", positional, _read(named)


def _argument(called: Operation, field: str) -> str:
    """The name of a body's field as an argument, where the path has the same name."""
    return "new_task_id" if field == "task_id" and "{task_id}" in called.path else field


def _entry(operation: str, entry: Any) -> Any:  # noqa: ANN401  (what the suite sent)
    return _ENTRIES[operation](**entry) if is_object(entry) else entry


def _read(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """A value of the protocol as a user of the client would give it."""
    if is_list(value):
        return [_read(each) for each in value]
    if not is_object(value):
        return value
    node = value
    if node.keys() == {"$int"}:
        return int(node["$int"])
    if node.keys() == {"$datetime"}:
        return datetime.fromisoformat(node["$datetime"])
    return {name: _read(each) for name, each in node.items()}


def written(value: Any) -> Any:  # noqa: ANN401  (any value of the client)
    """A value of the client as the protocol writes it."""
    if isinstance(value, msgspec.Struct):
        held = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return {name: written(each) for name, each in held if each is not msgspec.UNSET}
    if is_list(value):
        return [written(each) for each in value]
    if is_object(value):
        return {name: written(each) for name, each in value.items()}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    return write(value.isoformat() if isinstance(value, date) else value)


def error_reply(error: BaseException) -> Node:
    """An exception as the protocol describes it."""
    if isinstance(error, BulkError) and error.reason is not None:
        return error_reply(error.reason)
    if isinstance(error, TypeError | OverflowError):
        # A keyword that no method has, or an integer that no timestamp holds.
        return {"kind": "usage", "message": str(error)}
    kind = next((name for each, name in _KINDS if isinstance(error, each)), "other")
    reply: Node = {"kind": kind, "message": str(error)}
    if isinstance(error, APIError):
        reply |= {"status": error.status, "code": error.code}
    return reply


def codec(message: Message) -> Message:
    """Reply to decode or encode."""
    decoder = _DECODERS.get(message["schema"])
    reply: Message = {"id": message["id"]}
    if decoder is None:
        return {**reply, "outcome": "skip", "feature": "codec"}
    failed = "usage"
    try:
        if message["type"] == "decode":
            failed = "decode"
            decoded = decoder.decode(message["json"])
            return {**reply, "outcome": "value", "value": written(decoded)}
        value = decoder.decode(msgspec.json.encode(_plain(message["value"])))
        return {**reply, "outcome": "json", "json": msgspec.json.encode(value).decode()}
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        return {**reply, "outcome": "error", "error": {"kind": failed, "message": str(error)}}


def _plain(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if is_list(value):
        return [_plain(each) for each in value]
    if is_object(value):
        node = value
        if node.keys() == {"$int"}:
            return int(node["$int"])
        if node.keys() == {"$datetime"}:
            return node["$datetime"]
        return {name: _plain(each) for name, each in node.items()}
    return value
