"""References within the description: where each leads, and those that lead nowhere useful."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterator
from typing import Any, TypeAlias, cast

__all__ = ["DATA", "Node", "properties", "reached", "refused", "resolve"]

Node: TypeAlias = dict[str, Any]

# What is below these keys is data; and these keys have references to components of this kind.
DATA = frozenset({"example", "examples", "default", "enum", "const"})
_KINDS = {
    "parameters": "parameters",
    "responses": "responses",
    "requestBody": "requestBodies",
    "requestBodies": "requestBodies",
    "headers": "headers",
}


def resolve(document: Node, node: Node) -> Node:
    """Follow references within the document until there is none."""
    while "$ref" in node:
        keys = node["$ref"].removeprefix("#/").split("/")
        node = functools.reduce(operator.getitem, keys, document)
    return node


def reached(document: Node, node: object) -> set[str]:
    """The names of the schemas that a node refers to, at any depth."""
    found: set[str] = set()
    while new := {ref for _, ref in _references(node, "") if "/schemas/" in ref} - found:
        found |= new
        node = [resolve(document, {"$ref": ref}) for ref in new]
    return {ref.rpartition("/")[2] for ref in found}


def properties(document: Node, schema: Node) -> Node:
    """All properties of a schema, those of its bases included."""
    found: Node = {}
    schema = resolve(document, schema)
    for part in schema.get("allOf", ()):
        found |= properties(document, part)
    found |= schema.get("properties", {})
    return found


def refused(document: Node) -> Iterator[str]:
    """References that are not to a component of the right kind, which is one itself."""
    components = document.get("components", {})
    for kind, reference in _references(document, ""):
        found = re.fullmatch(r"#/components/(\w+)/([\w.-]+)", reference)
        if not found or found[1] != kind:
            yield f"{reference}: not a reference to components/{kind} of this file; write one"
        elif found[2] not in components.get(kind, {}):
            yield f"{reference}: leads nowhere; add the component or correct the reference"
    for kind, named in components.items():
        for name, component in named.items():
            if "$ref" in component:
                yield f"{name}: is only a reference in components/{kind}; refer to its target"
    for name in components.get("schemas", {}):
        if _extends_itself(components["schemas"], name):
            yield f"{name}: extends itself by `allOf`; remove one of the references"


def _references(node: object, kind: str) -> Iterator[tuple[str, str]]:
    """Each reference below a node, with the kind of component that must stand there."""
    if isinstance(node, list):
        for each in cast("list[object]", node):
            yield from _references(each, kind)
    elif isinstance(node, dict):
        known = cast("Node", node)
        if isinstance(known.get("$ref"), str):
            yield kind or "schemas", known["$ref"]
        for key, value in known.items():
            if key == "properties" and isinstance(value, dict):
                for each in cast("Node", value).values():
                    yield from _references(each, "schemas")
            elif key not in DATA:
                # Named members, such as those of `responses`, are of the same kind.
                inner = _KINDS.get(key) or (
                    kind if kind in {*_KINDS.values()} and _named(key) else ""
                )
                yield from _references(value, inner)


def _named(key: str) -> bool:
    return key not in {"schema", "content", "schemas"}


def _extends_itself(schemas: Node, name: str) -> bool:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for part in schemas.get(waiting.pop(), {}).get("allOf", ()):
            base = str(part.get("$ref", "")).rpartition("/")[2]
            if base == name:
                return True
            if base and base not in seen:
                seen.add(base)
                waiting.append(base)
    return False
