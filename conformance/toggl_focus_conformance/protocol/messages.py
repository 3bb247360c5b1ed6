"""The messages of the protocol, and the check against their JSON Schema."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import Any, TypeAlias, cast

from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance.protocol.plain import is_object

__all__ = [
    "FEATURES",
    "OUTCOMES",
    "SUITE",
    "VERSION",
    "Message",
    "ProtocolError",
    "check_hello",
    "check_message",
    "check_reply",
    "schema",
]

VERSION = 1
SUITE = "2026.12"
"""The version of the set of requirements and cases."""

FEATURES = ("stream", "paginate", "retry", "timeout", "codec", "basic", "unknown_fields")
"""What an adapter can name in its hello."""

OUTCOMES = ("value", "items", "error", "skip", "adapter_error", "json")

Message: TypeAlias = dict[str, Any]


class ProtocolError(Exception):
    """A line that does not belong to the protocol; the text says what is wrong with it."""


@functools.cache
def schema() -> Message:
    """The JSON Schema of all messages, with one definition for each."""
    text = (files(__name__.rpartition(".")[0]) / "messages.schema.json").read_text(encoding="utf-8")
    return cast("Message", json.loads(text))


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema()["$defs"]})


def check_hello(line: object) -> Message:
    """Return an adapter's hello. Raises ProtocolError for anything else."""
    message = _object(line)
    if message.get("type") != "hello":
        raise ProtocolError(f"hello: type must be 'hello', got {message.get('type')!r}")
    return check_message("hello", message)


def check_reply(line: object) -> Message:
    """Return an adapter's reply. Raises ProtocolError for anything else."""
    message = _object(line)
    outcome = message.get("outcome")
    if outcome not in OUTCOMES:
        raise ProtocolError(
            f"reply: outcome must be one of {', '.join(OUTCOMES)}, got {outcome!r:.80}"
        )
    # The definition of this outcome alone, so that the error is about what was meant.
    check_message(f"reply_{outcome}", message)
    return message


def check_message(name: str, message: Message) -> Message:
    """Return a message that matches the definition `name`. Raises ProtocolError otherwise."""
    if error := next(iter(_validator(name).iter_errors(message)), None):
        place = "".join(f".{step}" for step in error.instance_path)
        raise ProtocolError(f"{name}{place}: {error.message:.300}")
    return message


def _object(line: object) -> Message:
    if not is_object(line):
        raise ProtocolError(f"a message must be a JSON object, got {line!r:.80}")
    return line
