"""The description as the templates need it: each operation with its arguments."""

from __future__ import annotations

import functools
import keyword
import operator
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from openapi_python_client.parser.openapi import Endpoint

__all__ = [
    "TEMPLATES",
    "Argument",
    "Node",
    "RefusedError",
    "identifier",
    "operations",
    "parse",
    "resolve",
]

Node: TypeAlias = dict[str, Any]

TEMPLATES = Path(__file__).resolve().with_name("templates")
# Names that generated code uses where a field or an argument would hide them.
_TAKEN = frozenset({"field", "options", "progress", "self"})


class RefusedError(Exception):
    """The description contains something that cannot be generated, or a generator complained."""


class Argument(NamedTuple):
    """One argument of an operation.

    name: the argument in Python. key: the parameter or property on the wire. field: the attribute
    of the class that holds it.
    """

    name: str
    key: str
    field: str
    place: str
    schema: Node
    said: Node
    required: bool
    positional: bool


def parse(path: Path) -> tuple[Node, Project]:
    """Read the description and have openapi-python-client parse it."""
    document: Node = YAML(typ="safe").load(path)  # pyright: ignore[reportUnknownMemberType]  (no types)
    settings = ConfigFile(literal_enums=True, post_hooks=[])
    config = Config.from_sources(settings, MetaType.NONE, path, "utf-8", False, None)  # noqa: FBT003  (its order)
    parsed = GeneratorData.from_dict(document, config=config)
    if isinstance(parsed, GeneratorError):
        raise RefusedError(f"{parsed.header}: {parsed.detail}")
    collections = parsed.endpoint_collections_by_tag.values()
    if errors := [*parsed.errors, *(error for tag in collections for error in tag.parse_errors)]:
        raise RefusedError("\n".join(f"{error.header} {error.detail}" for error in errors))
    return document, Project(openapi=parsed, config=config, custom_template_path=TEMPLATES)


def resolve(document: Node, node: Node) -> Node:
    """Follow references within the document until there is none."""
    while "$ref" in node:
        keys = node["$ref"].removeprefix("#/").split("/")
        node = functools.reduce(operator.getitem, keys, document)
    return node


def identifier(key: str) -> str:
    """The name in Python of a name on the wire: `created_by` of `created-by`, `from_` of `from`."""
    name = re.sub(r"\W", "_", key).strip("_")
    if not name.isidentifier():
        raise RefusedError(f"no name in Python can be made of {key!r}")
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else name


def operations(document: Node, parsed: GeneratorData) -> Iterator[Node]:
    """Join each operation as it is described with what openapi-python-client made of it."""
    collections = parsed.endpoint_collections_by_tag.values()
    endpoints = {endpoint.name: endpoint for tag in collections for endpoint in tag.endpoints}
    for item in document["paths"].values():
        for described in (value for value in item.values() if "operationId" in value):
            endpoint = endpoints[described["operationId"]]
            said = [*item.get("parameters", ()), *described.get("parameters", ())]
            body = described.get("requestBody", {}).get("content", {}).get("application/json", {})
            arguments = [
                *_parameters(endpoint, [resolve(document, parameter) for parameter in said]),
                *_properties(
                    resolve(document, body.get("schema", {})), described.get("requestBody", {})
                ),
            ]
            # Required arguments come first, and those that the client knows last.
            arguments.sort(key=lambda a: (not a.positional, not a.required, a.place == "path"))
            yield {**described, "endpoint": endpoint, "arguments": arguments, "body": body}


def _parameters(endpoint: Endpoint, described: list[Node]) -> Iterator[Argument]:
    """Path and query parameters as arguments."""
    known = {(said["in"], said["name"]): said for said in described}
    for place, parsed in endpoint.iter_all_parameters():
        key = parsed.name.get_untrusted_value()
        said = known[place, key]
        schema = said["schema"]
        if "x-format" in schema:
            schema = {"type": schema["type"], "format": schema["x-format"]}
        listed = schema.get("type") == "array"
        if place not in {"path", "query"}:
            raise RefusedError(f"{endpoint.name}: no template renders {place} parameters: {key}")
        if listed and said.get("explode", True):
            raise RefusedError(f"{endpoint.name}: a list needs `explode: false`: {key}")
        required = parsed.required and not said.get("x-client-default", False)
        positional = required and (listed or place == "path")
        name = parsed.python_name if place == "path" else identifier(key)
        yield Argument(name, key, name, place, schema, said, required, positional)


def _properties(body: Node, said: Node) -> Iterator[Argument]:
    """The properties of a JSON object as arguments, or a bare array as one argument."""
    if body.get("type") == "array":
        yield Argument("items", "", "", "items", body, said, required=True, positional=True)
    for key, schema in body.get("properties", {}).items():
        required = key in body.get("required", ())
        positional = required and schema.get("type") == "array"
        field = identifier(key)
        name = schema.get("x-argument", field)
        yield Argument(name, key, field, "body", schema, schema, required, positional)
