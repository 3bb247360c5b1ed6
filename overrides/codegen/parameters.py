"""Paths and parameters that the templates render: everything else is named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import shapes
from names import RefusedError, identifier, members, python_name
from references import Node, resolve
from shapes import TEXT, unknown

__all__ = ["METHODS", "refused", "repeated"]

METHODS = ("get", "put", "post", "delete", "patch")
SETTINGS = Path(__file__).resolve().parents[1] / "toggl_focus" / "_config" / "settings.py"
_PARAMETER = {"name", "in", "required", "schema", "style", "explode", "allowEmptyValue"}


def repeated(names: Iterable[str]) -> list[str]:
    """The names that are there more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def refused(document: Node) -> Iterator[str]:
    """Paths that do not match their parameters, and parameters that no template renders."""
    for path, item in document["paths"].items():
        named = re.findall(r"\{([^{}]*)\}", path)
        if not re.fullmatch(r"(/([\w.~-]+|\{\w+\}))+", path):
            yield f"{path}: a path consists of plain segments and whole {{parameters}}"
        for name in repeated(named):
            yield f"{path}: has {name} twice; rename one"
        for method in (each for each in METHODS if each in item):
            said = _described_parameters(document, item, item[method])
            where = item[method]["operationId"]
            for name in repeated(f"{each['in']} {each['name']}" for each in said):
                yield f"{where}: describes the {name} twice; remove one"
            known = {each["name"] for each in said if each["in"] == "path"}
            for name in sorted({*named} - known):
                yield f"{where}({name}): is in the path, but not described; add the parameter"
            for name in sorted(known - {*named}):
                yield f"{where}({name}): is not in the path {path}; add it there or remove it"
            for each in said:
                yield from _parameter(document, f"{where}({each['name']})", each)


def _described_parameters(document: Node, item: Node, operation: Node) -> list[Node]:
    said = [*item.get("parameters", ()), *operation.get("parameters", ())]
    return [resolve(document, each) for each in said]


def _parameter(document: Node, where: str, said: Node) -> Iterator[str]:
    if said["in"] not in {"path", "query"}:
        yield f"{where}: no template renders {said['in']} parameters; remove it"
        return
    path = said["in"] == "path"
    more = {"x-client-default"} if path else {"x-unit"}
    yield from unknown(where, said, (_PARAMETER | TEXT | more) - {"examples"})
    try:
        identifier(said["name"])
    except RefusedError as refused_name:
        yield f"{where}: {refused_name}"
    if not said.get("description"):
        yield f"{where}: has no description; add it"
    if said.get("required", False) and "example" not in said:
        yield f"{where}: has no example; add it, because docstrings show it"
    schema = said.get("schema", {})
    if said.get("style", "simple" if path else "form") != ("simple" if path else "form"):
        yield f"{where}: no template renders the style {said['style']}; remove it"
    if schema.get("type") == "array" and said.get("explode", True):
        yield f"{where}: a list needs `explode: false`"
    yield from shapes.parameter(document, where, schema)
    if path:
        yield from _in_path(where, said, schema)


def _in_path(where: str, said: Node, schema: Node) -> Iterator[str]:
    if schema.get("type") != "integer" or "enum" in schema:
        yield f"{where}: clients send only ids in a path; give it the type integer"
    if not python_name(said["name"]):
        yield f"{where}: no name in Python; choose one such as task_id"
    if not said.get("required"):
        yield f"{where}: a path parameter is always `required: true`"
    known = members(SETTINGS, "Settings")
    if said.get("x-client-default") and said["name"] not in known:
        yield f"{where}: clients have no value for it; remove `x-client-default`"
