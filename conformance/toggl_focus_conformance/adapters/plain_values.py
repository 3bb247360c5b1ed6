"""Values of the protocol as plain JSON, for adapters of SDKs that take and give plain JSON."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from toggl_focus_conformance.protocol.operations import document
from toggl_focus_conformance.protocol.plain import is_list, is_object
from toggl_focus_conformance.protocol.values import write

__all__ = ["given", "result"]


def given(value: Any, timestamp: Callable[[str], object] = str) -> Any:  # noqa: ANN401  (any JSON)
    """A value of a message with integers in place of `$int`, and timestamps as the SDK has them."""
    if is_list(value):
        return [given(each, timestamp) for each in value]
    if not is_object(value):
        return value
    if value.keys() == {"$int"}:
        return int(value["$int"])
    if value.keys() == {"$datetime"}:
        return timestamp(value["$datetime"])
    return {name: given(each, timestamp) for name, each in value.items()}


def result(value: Any, name: str = "") -> Any:  # noqa: ANN401  (any JSON)
    """A value of a response as a message has it: `$int`, and `$datetime` by a field's name."""
    if is_list(value):
        return [result(each) for each in value]
    if is_object(value):
        return {key: result(each, key) for key, each in value.items()}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and name in _timestamps():
        return {"$datetime": value}
    return write(value)


@functools.cache
def _timestamps() -> frozenset[str]:
    """The names of the fields that are timestamps wherever they occur."""
    formats: dict[str, set[str | None]] = {}
    for name, schema in _properties(document()["components"]["schemas"]):
        formats.setdefault(name, set()).add(schema.get("format") if is_object(schema) else None)
    return frozenset(name for name, found in formats.items() if found == {"date-time"})


def _properties(node: object) -> Iterator[tuple[str, object]]:
    if is_list(node):
        for each in node:
            yield from _properties(each)
    elif is_object(node):
        fields = node.get("properties")
        if is_object(fields):
            yield from fields.items()
        for each in node.values():
            yield from _properties(each)
