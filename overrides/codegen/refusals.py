"""What cannot be generated correctly is refused, by name, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import cast

from description import Node, RefusedError, identifier, resolve

__all__ = ["refuse"]


def refuse(document: Node, made: list[Node]) -> None:
    """Raise RefusedError with everything in the description that no template renders."""
    if problems := [*_operations(made), *_schemas(document)]:
        raise RefusedError("\n".join(problems))


def _operations(made: list[Node]) -> Iterator[str]:
    methods = [
        f"{tag}.{name}" for each in made for tag in each["tags"] for name in _method_names(each)
    ]
    for name in _repeated(methods):
        yield f"{name}: two operations have this `x-method`; each needs its own"
    for each in made:
        name = each["operationId"]
        if each.get("deprecated"):
            yield f"{name}: no template renders `deprecated`; remove it"
        for argument in each["arguments"]:
            if argument.said.get("deprecated"):
                yield f"{name}: no template renders `deprecated`; remove it: {argument.key}"
        for argument in _repeated(argument.name for argument in each["arguments"]):
            yield f"{name}: two arguments are named {argument}; give one of them an `x-argument`"


def _method_names(operation: Node) -> Iterator[str]:
    yield str(operation.get("x-method", operation["operationId"]))
    if paged := operation.get("x-pagination"):
        yield paged["method"]


def _schemas(document: Node) -> Iterator[str]:
    for name, schema in document["components"]["schemas"].items():
        properties = _all_properties(document, schema)
        if schema.get("type") == "object" and not properties:
            yield f"{name}: a schema without fields; give it properties, or drop its type"
        for key, said in properties.items():
            if cast("Node", said).get("deprecated"):
                yield f"{name}: no template renders `deprecated`; remove it: {key}"
        keys: dict[str, str] = {}
        for key in properties:
            try:
                field = identifier(key)
            except RefusedError as refused:
                yield f"{name}: {refused}"
                continue
            if (other := keys.setdefault(field, key)) != key:
                yield f"{name}: {other!r} and {key!r} would both be named {field} in Python"


def _all_properties(document: Node, schema: Node) -> Node:
    properties: Node = {}
    for part in (schema, *schema.get("allOf", ())):
        properties |= resolve(document, part).get("properties", {})
    return properties


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
