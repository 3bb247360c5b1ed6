"""What several switches do to values: find them, and change them wherever they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.plain import is_list, is_object

from .wrong_client import Sent

__all__ = ["error", "everywhere", "in_body", "instants", "integers", "is_status", "query", "value"]


def everywhere(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401  (any JSON)
    """A value with a change to each part of it, from the inside out."""
    if is_list(value):
        value = [everywhere(each, change) for each in value]
    elif is_object(value):
        value = {name: everywhere(each, change) for name, each in value.items()}
    return change(value)


def instants(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  (as above)
    """A value with each timestamp of the protocol changed."""
    return everywhere(
        value,
        lambda each: (
            {"$datetime": change(each["$datetime"])}
            if is_object(each) and each.keys() == {"$datetime"}
            else each
        ),
    )


def integers(value: Any, change: Callable[[int], Any]) -> Any:  # noqa: ANN401  (as above)
    """A value with each large integer of the protocol changed."""
    return everywhere(
        value,
        lambda each: (
            change(int(each["$int"])) if is_object(each) and each.keys() == {"$int"} else each
        ),
    )


def in_body(sent: Sent, change: Callable[[Any], Any]) -> None:
    """Change the JSON of a request, if it has any."""
    if sent.content:
        changed = change(json.loads(sent.content))
        sent.content = json.dumps(changed, ensure_ascii=False, separators=(",", ":")).encode()


def query(sent: Sent, change: Callable[[list[str]], list[str]]) -> None:
    """Change the parts of a query, each `name=value` as it is on the wire."""
    path, _, text = sent.target.partition("?")
    parts = change(text.split("&") if text else [])
    sent.target = f"{path}?{'&'.join(parts)}" if parts else path


def value(call: Message, value: Any) -> Message:  # noqa: ANN401  (any JSON)
    """A reply that is a value."""
    return {"id": call["id"], "outcome": "value", "value": value}


def error(call: Message, kind: str, message: str = "wrong") -> Message:
    """A reply that is an error."""
    return {"id": call["id"], "outcome": "error", "error": {"kind": kind, "message": message}}


def is_status(reply: Message, *statuses: int) -> bool:
    """Whether a reply is an API error with one of these statuses."""
    return reply.get("error", {}).get("status") in statuses
