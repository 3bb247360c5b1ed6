"""The description as the templates need it: each operation with its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from ruamel.yaml import YAML

from names import RefusedError, argument, identifier
from references import Node, resolve

__all__ = ["TEMPLATES", "Argument", "operations", "parse", "read"]

TEMPLATES = Path(__file__).resolve().with_name("templates")


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


def read(path: Path) -> Node:
    """Read the description."""
    document: Node = YAML(typ="safe").load(path)  # pyright: ignore[reportUnknownMemberType]  (no types)
    return document


def parse(path: Path, document: Node) -> Project:
    """Have openapi-python-client parse the description."""
    settings = ConfigFile(literal_enums=True, post_hooks=[])
    config = Config.from_sources(settings, MetaType.NONE, path, "utf-8", False, None)  # noqa: FBT003  (its order)
    parsed = GeneratorData.from_dict(document, config=config)
    if isinstance(parsed, GeneratorError):
        raise RefusedError(f"{parsed.header}: {parsed.detail}")
    collections = parsed.endpoint_collections_by_tag.values()
    if errors := [*parsed.errors, *(error for tag in collections for error in tag.parse_errors)]:
        raise RefusedError("\n".join(f"{error.header} {error.detail}" for error in errors))
    return Project(openapi=parsed, config=config, custom_template_path=TEMPLATES)


def operations(document: Node) -> Iterator[Node]:
    """Each operation as it is described, with what the templates need to know in addition."""
    for path, item in document["paths"].items():
        for method, described in item.items():
            if method == "parameters":
                continue
            said = [*item.get("parameters", ()), *described.get("parameters", ())]
            request = resolve(document, described.get("requestBody", {}))
            body = request.get("content", {}).get("application/json", {})
            in_path, in_query = _parameters(path, [resolve(document, each) for each in said])
            fields = list(_properties(resolve(document, body.get("schema", {})), request))
            # Required arguments come first, and those that the client knows last.
            arguments = sorted(
                [*in_path, *in_query, *fields],
                key=lambda each: (not each.positional, not each.required, each.place == "path"),
            )
            responses = described["responses"].items()
            (success,) = (response for status, response in responses if status[0] == "2")
            yield {
                **described,
                "method": method.upper(),
                "url": path,
                "arguments": arguments,
                "path": in_path,
                "query": described["operationId"].title().replace("_", "") + "Query",
                "body": body,
                "examples": [resolve(document, each) for each in body.get("examples", {}).values()],
                "success": resolve(document, success),
            }


def _parameters(path: str, described: list[Node]) -> tuple[list[Argument], list[Argument]]:
    """Path and query parameters as arguments."""
    found: dict[str, list[Argument]] = {"path": [], "query": []}
    for said in described:
        key, place, schema = said["name"], said["in"], said["schema"]
        if "x-format" in schema:
            schema = {"type": schema["type"], "format": schema["x-format"]}
        if "x-unit" in said:
            schema = {**schema, "x-unit": said["x-unit"]}
        required = said.get("required", False) and not said.get("x-client-default", False)
        positional = required and (schema.get("type") == "array" or place == "path")
        field = identifier(key)
        found[place].append(
            Argument(argument(field), key, field, place, schema, said, required, positional)
        )
    found["path"].sort(key=lambda each: path.index(f"{{{each.key}}}"))
    return found["path"], found["query"]


def _properties(body: Node, said: Node) -> Iterator[Argument]:
    """The properties of a JSON object as arguments, or a bare array as one argument."""
    if body.get("type") == "array":
        yield Argument("items", "", "", "items", body, said, required=True, positional=True)
    for key, schema in body.get("properties", {}).items():
        required = key in body.get("required", ())
        positional = required and schema.get("type") == "array"
        field = identifier(key)
        name = schema.get("x-argument", argument(field))
        yield Argument(name, key, field, "body", schema, schema, required, positional)
