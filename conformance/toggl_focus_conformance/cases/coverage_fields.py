"""The fields of the description and the states in which a value shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from toggl_focus_conformance.protocol.operations import (
    document,
    kind,
    nullable,
    operations,
    required,
    resolved,
)
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

__all__ = ["FieldState", "all_field_states", "states_in"]
FieldState: TypeAlias = tuple[str, str]
"""A field such as `TimeBlock.duration`, and value, null, absent or edge."""

_SAFE = 2**53 - 1
_ERRORS = 400
_HALF_HOURS = re.compile(r"[+-]\d\d:(?!00)\d\d$")


def all_field_states() -> frozenset[FieldState]:
    """Each field of each body that can be sent or received, in each state that it can have."""
    found: set[FieldState] = set()
    for operation in operations().values():
        schemas = [operation.response(status) for status in operation.statuses]
        for schema in (operation.body, *schemas):
            if schema is not None:
                found.update(_possible(schema, set()))
    return frozenset(found)


def states_in(schema: Node, value: Any) -> Iterator[FieldState]:  # noqa: ANN401  (any JSON)
    """The state of each field of a value, at any depth."""
    plain = resolved(schema)
    if is_list(value) and "items" in plain:
        for each in value:
            yield from states_in(plain["items"], each)
    elif is_object(value):
        for name, (owner, inside) in _declared(schema).items():
            state = _state(inside, value[name]) if name in value else "absent"
            yield f"{owner}.{name}", state
            if name in value:
                yield from states_in(inside, value[name])


def _possible(schema: Node, seen: set[str]) -> Iterator[FieldState]:
    plain = resolved(schema)
    if "items" in plain:
        yield from _possible(plain["items"], seen)
    needed = required(schema)
    for name, (owner, inside) in _declared(schema).items():
        field = f"{owner}.{name}"
        yield field, "value"
        if nullable(inside):
            yield field, "null"
        if name not in needed:
            yield field, "absent"
        if not _declared(inside) and "enum" not in resolved(inside):
            yield field, "edge"
        if field not in seen:
            seen.add(field)
            yield from _possible(inside, seen)


def _declared(schema: Node, owner: str = "") -> dict[str, tuple[str, Node]]:
    """The fields of an object, each with the component schema that declares it."""
    if "anyOf" in schema:
        schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
    if "$ref" in schema:
        owner = schema["$ref"].rpartition("/")[2]
        return _declared(document()["components"]["schemas"][owner], owner)
    found: dict[str, tuple[str, Node]] = {}
    for part in schema.get("allOf", ()):
        found.update(_declared(part, owner))
    found.update({name: (owner, each) for name, each in schema.get("properties", {}).items()})
    return found


def _state(schema: Node, value: Any) -> str:  # noqa: ANN401  (any JSON)
    if value is None:
        return "null"
    return "edge" if _is_edge(resolved(schema), kind(schema), value) else "value"


def _is_edge(plain: Node, form: str, value: Any) -> bool:  # noqa: ANN401  (any JSON)
    """Whether a value is one that is easily lost or misread."""
    if "x-extensible-enum" in plain:
        return value not in plain["x-extensible-enum"]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value == 0 or abs(value) > _SAFE or value != int(value)
    if form == "date-time":
        return "." in value or _HALF_HOURS.search(value) is not None
    if form == "date":
        return str(value).endswith("-02-29")
    return not value or (isinstance(value, str) and not value.isascii())
