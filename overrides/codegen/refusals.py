"""What cannot be generated correctly is refused, by name, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import keys
import parameters
import references
import shapes
from description import Argument
from names import RefusedError, argument, members, python_name
from parameters import METHODS, repeated
from references import DATA, Node, reached, resolve
from shapes import TEXT, unknown

__all__ = ["refuse", "refuse_description"]

CLIENT = Path(__file__).resolve().parents[1] / "toggl_focus" / "_client.py"
RUNTIME = Path(__file__).resolve().with_name("runtime.py")
JSON = "application/json"
_TOP = {"openapi", "info", "servers", "security", "tags", "paths", "components", "x-max-body-bytes"}
_OPERATION = {"operationId", "summary", "tags", "parameters", "requestBody", "responses"}


def refuse_description(document: Node) -> None:
    """Raise RefusedError with everything that the generators would misread or not read at all."""
    _raise(references.refused(document))
    _raise(_top(document))
    described = [
        each[method] for each in document["paths"].values() for method in METHODS if method in each
    ]
    sent = reached(document, [resolve(document, each.get("requestBody", {})) for each in described])
    returned = reached(document, [_success(document, each) for each in described])
    _raise(
        [
            *_tags(document),
            *parameters.refused(document),
            *(line for each in described for line in _operation(document, each)),
            *shapes.components(document, sent, returned, _bodies(document, described)),
            *_texts(document, "#"),
        ]
    )


def refuse(document: Node, made: list[Node]) -> None:
    """Raise RefusedError with the names that do not work, and the keys that name nothing."""
    _raise(
        [
            *_methods(made),
            *_arguments(document, made),
            *(line for each in made for line in keys.refused(document, each)),
        ]
    )


def _raise(problems: Iterable[str]) -> None:
    if lines := dict.fromkeys(problems):
        raise RefusedError("\n".join(lines))


def _top(document: Node) -> Iterator[str]:
    yield from unknown("the description", document, _TOP)
    if not str(document.get("openapi")).startswith("3.1."):
        yield f"openapi: {document.get('openapi')} is not read; write it in OpenAPI 3.1"
    schemes = document.get("components", {}).get("securitySchemes", {})
    required = [name for need in document.get("security", ()) for name in need]
    if len(required) != 1 or schemes.get(required[0], {}).get("scheme") != "bearer":
        yield "security: the client sends a bearer key; require one scheme, with `scheme: bearer`"
    for path, item in document.get("paths", {}).items():
        yield from unknown(path, item, {*METHODS, "parameters"})
        for method in (each for each in METHODS if each in item):
            if not re.fullmatch(
                r"[a-z][a-z0-9]*(_[a-z0-9]+)*", str(item[method].get("operationId"))
            ):
                yield f"{method.upper()} {path}: needs an operationId such as list_time_blocks"
    items = document.get("paths", {}).values()
    for name in repeated(
        each[m].get("operationId", "") for each in items for m in METHODS if m in each
    ):
        yield f"{name}: two operations have this `operationId`; each needs its own"


def _tags(document: Node) -> Iterator[str]:
    taken = members(CLIENT, "_Client", "TogglFocus", "AsyncTogglFocus") | {"raw"}
    for tag in document.get("tags", ()):
        name = tag["name"]
        yield from unknown(f"tag {name}", tag, {"name", "description"})
        if not python_name(name):
            yield f"tag {name}: no name in Python; choose one such as time_blocks"
        elif name in taken:
            yield f"tag {name}: clients have a member of this name; choose another one"
        if not tag.get("description"):
            yield f"tag {name}: has no description; add it"
    for name in repeated(tag["name"] for tag in document.get("tags", ())):
        yield f"tag {name}: is there twice; remove one"


def _operation(document: Node, operation: Node) -> Iterator[str]:
    name = operation["operationId"]
    yield from unknown(name, operation, _OPERATION | TEXT | keys.OPERATION)
    for key in ("summary", "description"):
        if not operation.get(key):
            yield f"{name}: has no {key}; add it"
    tags = operation.get("tags", [])
    known = [tag["name"] for tag in document.get("tags", ())]
    if len(tags) != 1 or tags[0] not in known:
        listed = ", ".join(map(str, tags)) or "no tag"
        yield f"{name}: has {listed}; give it one of the description's tags: {', '.join(known)}"
    if "requestBody" in operation:
        yield from _body(document, name, resolve(document, operation["requestBody"]))
    statuses = [each for each in operation.get("responses", {}) if str(each)[:1] in "123"]
    if len(statuses) != 1 or not re.fullmatch(r"2\d\d", str(statuses[0])):
        listed = ", ".join(map(str, statuses)) or "none"
        yield f"{name}: describe one successful response, such as 200; it has {listed}"
    else:
        where = f"{name} {statuses[0]}"
        yield from _response(where, resolve(document, operation["responses"][statuses[0]]))
    yield from keys.written(name, operation)


def _bodies(document: Node, described: list[Node]) -> set[str]:
    """The schemas whose fields are arguments."""
    bodies = [resolve(document, each.get("requestBody", {})) for each in described]
    schemas = [each.get("content", {}).get(JSON, {}).get("schema", {}) for each in bodies]
    return {str(each.get("$ref", "")).rpartition("/")[2] for each in schemas}


def _success(document: Node, operation: Node) -> list[Node]:
    responses = operation.get("responses", {})
    return [resolve(document, each) for key, each in responses.items() if str(key)[:1] == "2"]


def _body(document: Node, name: str, said: Node) -> Iterator[str]:
    where = f"{name} body"
    yield from unknown(where, said, {"required", "content", *TEXT})
    if not said.get("description"):
        yield f"{where}: has no description; add it"
    if said.get("required") is not True:
        yield f"{where}: is always sent; say `required: true`"
    content = said.get("content", {})
    if set(content) != {JSON}:
        yield f"{where}: only {JSON} is sent, not {', '.join(content) or 'nothing'}"
        return
    yield from unknown(where, content[JSON], {"schema", "examples"})
    if not content[JSON].get("examples"):
        yield f"{where}: has no `examples`; add one, because docstrings show it"
    schema = content[JSON].get("schema", {})
    if schema.get("type") != "array":
        yield from unknown(where, schema, {"$ref"})
        if resolve(document, schema).get("type") != "object":
            yield f"{where}: is a reference to an object, or an array of them"
        return
    yield from unknown(where, schema, {"type", "minItems", "maxItems", "items", *TEXT})
    if not {"minItems", "maxItems"} <= set(schema):
        yield f"{where}: an array that is sent has `minItems` and `maxItems`; add them"
    if resolve(document, schema.get("items", {})).get("type") != "object":
        yield f"{where}: what is in the array is a reference to an object"
    elif "$ref" not in schema["items"]:
        yield f"{where}: what is in the array needs a name; move it to components/schemas"


def _response(where: str, said: Node) -> Iterator[str]:
    yield from unknown(where, said, {"headers", "content", *TEXT})
    if not said.get("description"):
        yield f"{where}: has no description; add it"
    content = said.get("content")
    if not content:
        return
    if set(content) != {JSON}:
        yield f"{where}: only {JSON} is read, not {', '.join(content)}"
        return
    yield from unknown(where, content[JSON], {"schema", "example", "examples"})
    schema = content[JSON].get("schema", {})
    item = schema.get("items", {}) if schema.get("type") == "array" else schema
    if schema.get("type") == "array":
        yield from unknown(where, schema, {"type", "items", *TEXT})
    if set(item) != {"$ref"}:
        yield f"{where}: is a reference to an object, or an array of them"


def _texts(node: object, pointer: str) -> Iterator[str]:
    """Words that cannot stand in a docstring as they are."""
    if isinstance(node, list):
        for index, each in enumerate(cast("list[object]", node)):
            yield from _texts(each, f"{pointer}/{index}")
    elif isinstance(node, dict):
        for key, each in cast("Node", node).items():
            there = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in {"description", "summary"} and isinstance(each, str):
                if "\\" in each or '"""' in each or each.rstrip().endswith('"'):
                    text = "has a backslash or three quotes, or ends with a quote; reword it"
                    yield f"{there}: {text}"
            elif there != "#/info" and key not in DATA:
                yield from _texts(each, there)


def _methods(made: list[Node]) -> Iterator[str]:
    reserved = members(RUNTIME, "RawResource", "AsyncRawResource")
    methods = [
        (each["operationId"], f"{each['tags'][0]}.{method}", method)
        for each in made
        for method in keys.methods(each)
    ]
    for name in repeated(method for _, method, _ in methods):
        yield f"{name}: two operations have this `x-method`; each needs its own"
    for operation, _, method in methods:
        if not python_name(method):
            yield f"{operation}: `{method}` is no name of a method in Python; choose another one"
        elif method in reserved:
            yield f"{operation}: a resource has a member {method}; choose another `x-method`"


def _arguments(document: Node, made: list[Node]) -> Iterator[str]:
    for each in made:
        if each["query"] in document["components"]["schemas"]:
            yield f"{each['query']}: is the class of a query; choose another name"
        arguments: list[Argument] = each["arguments"]
        for key in repeated(given.key for given in arguments if given.place != "path"):
            yield f"{each['operationId']}: has {key} in the query and in the body; rename one"
        for given in arguments:
            if not python_name(given.name) or argument(given.name) != given.name:
                where = f"{each['operationId']}({given.key})"
                yield f"{where}: `{given.name}` is no name of an argument; choose another one"
        for name in repeated(given.name for given in arguments):
            text = f"two arguments are named {name}; give one of them an `x-argument`"
            yield f"{each['operationId']}: {text}"
