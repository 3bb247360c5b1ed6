"""Rows taken from the description: one for each operation, status, parameter or field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from toggl_focus_conformance.protocol.operations import (
    PATH_DEFAULTS,
    Operation,
    document,
    fields,
    kind,
    nullable,
    operations,
    required,
    resolved,
)
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

__all__ = ["TABLES"]
Row: TypeAlias = tuple[str, Node]

_EDGES: Mapping[str, tuple[Any, ...]] = {
    "integer": (0, 2**53 + 1, 2**63 - 1),
    "number": (0.1, 1e-7),
    "boolean": (False, True),
    "string": ("", "Ünïcödé \N{GRINNING FACE} \N{LINE SEPARATOR}"),
    "date-time": ("2024-02-29T23:59:59.123456+05:45", "2026-01-12T00:15:00-00:30"),
    "date": ("2024-02-29",),
    "array": ([],),
    "object": ({},),
    "any": (False, "text", {"a": [1, None]}),
}
"""The values that are most easily misread."""

_VALUES: Mapping[str, Any] = {
    "integer": 5,
    "number": 82,
    "boolean": True,
    "string": "text",
    "date-time": "2026-01-05T09:00:00Z",
    "date": "2026-01-05",
    "object": {"one": 1},
    "any": "text",
}
"""A plain value of each kind."""

_ERRORS = 400
_IDS: Mapping[str, int] = {
    "organization_id": 21,
    "workspace_id": 2**53 + 1,
    "task_id": 43,
    "time_block_id": 2**63 - 1,
}
_DEEP = ("task", "project")
"""The objects within a block whose fields have rows too, and theirs."""


def _operations() -> Iterator[Row]:
    """Each operation: operation, status, idempotent, streaming, paginated, has_body, ids.

    ids: an id of its own for each path parameter, two of them beyond 2^53.
    """
    for each in operations().values():
        yield each.id, {**_facts(each), "ids": {name: _IDS[name] for name in _path_names(each)}}


def _path_names(each: Operation) -> Iterator[str]:
    return (parameter["name"] for parameter in each.parameters if parameter["in"] == "path")


def _facts(each: Operation) -> Node:
    return {
        "operation": each.id,
        "method": each.method,
        "status": each.status,
        "idempotent": each.idempotent,
        "streaming": each.streaming,
        "paginated": each.paginated,
        "has_body": each.body is not None,
    }


def _statuses() -> Iterator[Row]:
    """Each described error of each operation: those of `operations`, with the error's status."""
    for each in operations().values():
        for status in each.statuses:
            if status >= _ERRORS:
                yield f"{each.id}.{status}", {**_facts(each), "status": status}


def _parameters() -> Iterator[Row]:
    """Each value of each parameter: operation, parameter, in, value, path, query."""
    for each in operations().values():
        for parameter in each.parameters:
            name, where = parameter["name"], parameter["in"]
            for label, value in _values_of(parameter):
                yield (
                    f"{each.id}.{name}.{label}",
                    {
                        **_facts(each),
                        "parameter": name,
                        "in": where,
                        "value": value,
                        "path": {name: value} if where == "path" else {},
                        "query": {name: value} if where == "query" else {},
                    },
                )


def _values_of(parameter: Node) -> Iterator[tuple[str, Any]]:
    schema = resolved(parameter["schema"])
    if parameter["in"] == "path":
        yield "value", PATH_DEFAULTS[parameter["name"]] + 1
        yield "beyond-2-53", 2**53 + 1
        return
    if parameter["name"] in ("date_from", "date_to"):
        yield "value", parameter["example"]
        yield "offset", f"{parameter['example'][:19]}.123456+05:45"
        return
    yield "value", parameter["example"]
    if kind(schema) == "boolean":
        yield "other", not parameter["example"]
    if kind(schema) == "array":
        yield "one", parameter["example"][:1]
    if kind(schema) == "integer" and "maximum" not in schema:
        yield "beyond-2-53", 2**53 + 1


def _response_fields() -> Iterator[Row]:
    """Each state of each field of a response: operation, field, state, body, pointer.

    The states are value, null, absent and edge-N. A field that several operations send has rows for
    one of them.
    """
    seen: set[tuple[str, str]] = set()
    for name in ("get_time_block", "list_task_time_blocks", "stream_time_blocks"):
        each = operations()[name]
        item = each.item()
        if item is None:
            continue
        # Who loses the example's microseconds fails the rows about timestamps, not all others too.
        whole = "2026-01-02T15:04:05Z"
        block = {**each.block(7), "created_at": whole, "updated_at": whole}
        for pointer, state, value in _states_of_fields(item, block):
            if (pointer, state) in seen:
                continue
            seen.add((pointer, state))
            body: Any = value
            if each.paginated:
                body = {"data": [value], "page": 1, "per_page": 20}
            elif each.streaming:
                body = [value]
            label = pointer.strip("/").replace("/", ".")
            row = {**_facts(each), "field": pointer, "state": state, "body": body}
            yield f"{label}.{state}", row


def _states_of_fields(schema: Node, block: Node, at: str = "") -> Iterator[tuple[str, str, Node]]:
    """A copy of the block for each state of each of its fields: pointer, state, block."""
    needed = required(schema)
    for name, inside in fields(schema).items():
        pointer = f"{at}/{name}"
        for state, value in _states(inside, optional=name not in needed):
            yield pointer, state, _changed(block, pointer, value)
        if name in _DEEP and fields(inside):
            yield from _states_of_fields(inside, block, pointer)


def _response_bodies() -> Iterator[Row]:
    """Complete bodies in which every plain field has one state: operation, state, body.

    The states are value, null, absent and edge. Objects and lists of objects are always there, so
    that the fields within them are too.
    """
    for name in (
        "get_time_block",
        "list_task_time_blocks",
        "list_time_blocks",
        "stream_time_blocks",
    ):
        each = operations()[name]
        schema = each.response(each.status)
        for state in ("value", "null", "absent", "edge") if schema is not None else ():
            body = _body_in(schema or {}, state)
            yield f"{name}.{state}", {**_facts(each), "state": state, "body": body}


def _body_in(schema: Node, state: str) -> Any:  # noqa: ANN401  (any JSON)
    """A value in which every plain field has a state, or its plain value where it cannot."""
    plain = resolved(schema)
    if "items" in plain and _has_fields(plain):
        return [_body_in(plain["items"], state)]
    needed = required(schema)
    body: Node = {}
    for name, inside in fields(schema).items():
        if _has_fields(inside):
            body[name] = _body_in(inside, state)
        elif state == "null" and nullable(inside):
            body[name] = None
        elif state == "edge" and "enum" not in resolved(inside):
            body[name] = _first_edge(inside)
        elif state != "absent" or name in needed:
            body[name] = _plain_value(inside)
    return body


def _has_fields(schema: Node) -> bool:
    return bool(fields(resolved(schema).get("items", schema)))


def _plain_value(schema: Node) -> Any:  # noqa: ANN401  (any JSON)
    plain = resolved(schema)
    if "items" in plain:
        return [_plain_value(plain["items"])]
    known = plain.get("enum", plain.get("x-extensible-enum"))
    return known[0] if known else _VALUES[kind(schema)]


def _first_edge(schema: Node) -> Any:  # noqa: ANN401  (any JSON)
    return "of_tomorrow" if "x-extensible-enum" in resolved(schema) else _EDGES[kind(schema)][0]


_ABSENT = object()


def _states(schema: Node, *, optional: bool) -> Iterator[tuple[str, Any]]:
    plain = resolved(schema)
    if nullable(schema):
        yield "null", None
    if optional:
        yield "absent", _ABSENT
    if "x-extensible-enum" in plain:
        yield "edge-1", "of_tomorrow"
        return
    if fields(plain):
        return  # its own fields have rows
    for number, edge in enumerate(_EDGES[kind(schema)], 1):
        yield f"edge-{number}", edge


def _changed(block: Node, pointer: str, value: object) -> Node:
    name, _, rest = pointer.lstrip("/").partition("/")
    if rest:
        return {**block, name: _changed(block.get(name) or {}, rest, value)}
    changed = {**block, name: value}
    if value is _ABSENT:
        del changed[name]
    return changed


def _request_fields() -> Iterator[Row]:
    """Each field of each request body, alone and at its edges: operation, field, state, body."""
    for each in operations().values():
        if each.body is None:
            continue
        entry, wrap = _entry(each)
        needed = {
            name: value for name, value in _example_entry(each).items() if name in required(entry)
        }
        for name, schema in fields(entry).items():
            for state, value in _sendable(schema):
                body = wrap({**needed, name: value})
                row = {**_facts(each), "field": name, "state": state, "body": body}
                yield f"{each.id}.{name}.{state}", row
        if needed:  # an SDK may reject a body without fields
            row = {**_facts(each), "field": "", "state": "absent", "body": wrap(needed)}
            yield f"{each.id}.only-required", row


def _entry(each: Operation) -> tuple[Node, Callable[[Node], Any]]:
    """The schema of one entry of a body, and how an entry becomes a body."""
    body = resolved(each.body or {})
    if "items" in body:
        return resolved(body["items"]), lambda entry: [entry]
    inside = fields(body)
    if len(inside) == 1:
        ((name, schema),) = inside.items()
        if "items" in resolved(schema):
            return resolved(resolved(schema)["items"]), lambda entry: {name: [entry]}
    return body, lambda entry: entry


def _example_entry(each: Operation) -> Node:
    example = each.example_body()
    if is_object(example) and len(fields(resolved(each.body or {}))) == 1:
        (example,) = example.values()
    return dict(example[0] if is_list(example) else example)


def _sendable(schema: Node) -> Iterator[tuple[str, Any]]:
    values: Mapping[str, tuple[Any, ...]] = {
        "integer": (0, 2**53 + 1) if resolved(schema).get("minimum") == 0 else (1, 2**53 + 1),
        "boolean": (False, True),
        "date-time": ("2026-01-05T09:00:00Z", "2026-01-05T14:45:00.123456+05:45"),
        "string": ("calm", "Zażółć 😀"),
    }
    for number, value in enumerate(values[kind(schema)], 1):
        yield f"edge-{number}", value
    if kind(schema) == "integer":
        yield "value", 1800


def _schemas() -> Iterator[Row]:
    """Each component schema: schema, sent (whether a request body holds it), open.

    open: whether it is an object that may have more fields than are described.
    """
    bodies = [each.body for each in operations().values() if each.body is not None]
    sent = set(_named(bodies))
    for name, schema in document()["components"]["schemas"].items():
        more = bool(fields(schema)) and name not in sent
        yield name, {"schema": name, "sent": name in sent, "open": more}


def _named(node: object) -> Iterator[str]:
    """The component schemas that can be reached from here."""
    for part in node if is_list(node) else node.values() if is_object(node) else ():
        yield from _named(part)
    if is_object(node) and "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        yield name
        yield from _named(document()["components"]["schemas"][name])


TABLES: Mapping[str, Callable[[], Iterator[Row]]] = {
    "operations": _operations,
    "statuses": _statuses,
    "parameters": _parameters,
    "response_bodies": _response_bodies,
    "response_fields": _response_fields,
    "request_fields": _request_fields,
    "schemas": _schemas,
}
"""The tables that `rows: {$each: …}` can name."""
