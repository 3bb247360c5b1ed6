"""Changes to a copy of the description, as short as a row of a table wants them."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from tests.generation.variations import BLOCK, BLOCKS, TASK_BLOCKS, query

__all__ = [
    "ARRAY",
    "BLOCK",
    "BLOCKS",
    "BULK_DELETE",
    "BULK_UPDATE",
    "CREATE",
    "GET",
    "JSON",
    "LIST",
    "MOOD",
    "MOODS",
    "OBJECT",
    "SCHEMAS",
    "Case",
    "Node",
    "add",
    "at",
    "body",
    "both",
    "drop",
    "field",
    "method",
    "named",
    "parameter",
    "path_parameter",
    "put",
    "response",
    "tag",
]

Node = dict[str, Any]
Change = Callable[[Node], object]
Case = tuple[Change, str]
"""A change, and a part of the line that refuses it."""

GET = ("paths", BLOCK, "get")
LIST = ("paths", BLOCKS, "get")
CREATE = ("paths", TASK_BLOCKS, "post")
BULK_UPDATE = ("paths", f"{BLOCKS}/bulk", "patch")
BULK_DELETE = ("paths", f"{BLOCKS}/bulk", "delete")
SCHEMAS = ("components", "schemas")
JSON = ("content", "application/json")
OBJECT = {"type": "object", "description": "New.", "properties": {"id": {"type": "integer"}}}
MOODS = {"name": "moods", "description": "Moods."}


def at(document: Node, keys: tuple[Any, ...]) -> Any:
    return reduce(lambda node, key: node[key], keys, document)


def put(*keys: Any) -> Change:
    """Set a value: the last of the keys."""
    *place, last, value = keys
    return lambda document: at(document, tuple(place)).__setitem__(last, value)


def add(*keys: Any) -> Change:
    """Append a value to a list."""
    *place, value = keys
    return lambda document: at(document, tuple(place)).append(value)


def drop(*keys: Any) -> Change:
    """Remove a key."""
    *place, last = keys
    return lambda document: at(document, tuple(place)).pop(last)


def both(*changes: Change) -> Change:
    return lambda document: [change(document) for change in changes]


def field(schema: str, **described: Any) -> Change:
    """Add a property to a schema."""
    there = {"description": "New."} | {key.replace("x_", "x-"): described[key] for key in described}
    return put(*SCHEMAS, schema, "properties", "mood", there)


def parameter(schema: Node, name: str = "mood", **more: Any) -> Change:
    """Add a query parameter to the list of a range."""
    return add(*LIST, "parameters", query(name, schema) | more)


def path_parameter(**more: Any) -> Change:
    """Describe a path parameter of its own for `get`, instead of the last one."""
    described = {"name": "time_block_id", "in": "path", "required": True, "description": "New."}
    described |= {"schema": {"type": "integer"}, "example": 1} | more
    return both(drop(*GET, "parameters", 3), add(*GET, "parameters", described))


def response(schema: Node) -> Change:
    """Let `get` return something else."""
    return put(*GET, "responses", "200", *JSON, "schema", schema)


def body(schema: Node) -> Change:
    """Let `create` send something else."""
    return put(*CREATE, "requestBody", *JSON, "schema", schema)


def named(schema: Node, name: str = "Mood") -> Change:
    """Add a named schema."""
    return put(*SCHEMAS, name, schema)


def tag(name: str) -> Change:
    """Rename the tag."""

    def change(document: Node) -> None:
        old = document["tags"][0]["name"]
        document["tags"][0]["name"] = name
        for item in document["paths"].values():
            for operation in item.values():
                operation["tags"] = [name if each == old else each for each in operation["tags"]]

    return change


def method(name: object) -> Change:
    return put(*GET, "x-method", name)


ARRAY = {"type": "array", "items": {"type": "string"}}
MOOD = {"$ref": "#/components/schemas/Mood"}
