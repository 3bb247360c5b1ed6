"""The description as pages: the operations and schemas of spec/openapi.yaml in Markdown."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML

from docs.site.stage import ROOT

__all__ = ["operation_page", "overview_page", "read", "schema_page", "write"]

Node: TypeAlias = dict[str, Any]

GRADES = {
    "docs": "the vendor's page says it",
    "vendor": "the vendor's own machine-readable description says it",
    "live": "users saw the service do it",
    "inferred": "what is known leaves little else",
    "decided": "nothing is known, and we chose",
    "open": "we chose, but another choice is as likely",
}
LIMITS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "default": "default {}",
    "pattern": "matches `{}`",
}


def read() -> Node:
    """The description."""
    document: Node = YAML(typ="safe", pure=True).load(ROOT / "spec" / "openapi.yaml")  # pyright: ignore[reportUnknownMemberType]  (no types)
    return document


def write(folder: Path) -> None:
    """Write the pages into a folder."""
    document = read()
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in (
        ("index.md", overview_page(document)),
        ("operations.md", operation_page(document)),
        ("schemas.md", schema_page(document)),
    ):
        (folder / name).write_text("\n".join(page) + "\n", encoding="utf-8")


def overview_page(document: Node) -> Iterator[str]:
    """What holds for all operations, and a list of them."""
    info = document["info"]
    yield from ("# The description", "", f"{info['summary']} Version {info['version']}.", "")
    yield from ("| operation | request | `client.time_blocks.` |", "|---|---|---|")
    for method, path, operation in operations(document):
        link = f"[{operation['summary']}](#{operation['operationId']})"
        yield f"| {link} | `{method} {short(path)}` | {python(operation)} |"
    yield from ("", "## About this document", "", info["description"], "")
    yield from ("## Grades of evidence", "")
    for grade, meaning in GRADES.items():
        yield from (f"{badge(grade)}", f": {meaning}", "")
    yield from ("## Servers", "")
    for server in document["servers"]:
        yield from (f"`{server['url']}`", f": {server['description']}{basis(server)}", "")
    yield from ("## Credentials", "")
    for name, scheme in document["components"]["securitySchemes"].items():
        yield from (f"{name}", f": {line(scheme)}", "")


def operation_page(document: Node) -> Iterator[str]:
    """Every operation with its parameters, body and responses."""
    yield "# Operations"
    for method, path, operation in operations(document):
        yield from ("", f"({operation['operationId']})=", f"## {operation['summary']}", "")
        yield from ("```text", f"{method} {path}", "```", "", f"{line(operation)}", "")
        yield f"In Python: `client.time_blocks.`{python(operation)}"
        yield from parameters(document, operation)
        yield from body(document, operation)
        yield from responses(document, operation)


def schema_page(document: Node) -> Iterator[str]:
    """Every schema with its fields."""
    yield "# Schemas"
    for name, schema in document["components"]["schemas"].items():
        yield from ("", f"({label(name)})=", f"## {name}", "", f"{line(schema)}", "")
        if "enum" in schema:
            yield f"One of {', '.join(f'`{value}`' for value in schema['enum'])}."
        for part in schema.get("allOf", (schema,)):
            if "$ref" in part:
                yield from (f"All fields of {reference(part)}, and:", "")
            for key, field in part.get("properties", {}).items():
                needed = "required" if key in part.get("required", ()) else "optional"
                yield from entry(f"`{key}`", [type_of(field), needed, *limits(field)], line(field))


def parameters(document: Node, operation: Node) -> Iterator[str]:
    """What goes into the path and the query of a request."""
    yield from ("", *rubric("Parameters"))
    for each in operation["parameters"]:
        node = resolved(document, each)
        needed = "required" if node["required"] else "optional"
        facts = [node["in"], type_of(node["schema"]), needed, *limits(node["schema"])]
        yield from entry(f"`{node['name']}`", facts, line(node))


def body(document: Node, operation: Node) -> Iterator[str]:
    """What goes into the body of a request."""
    if "requestBody" in operation:
        node = resolved(document, operation["requestBody"])
        (content,) = node["content"].values()
        yield from (*rubric("Body"), f"{type_of(content['schema'])}: {line(node)}", "")
        yield from examples(document, content)


def responses(document: Node, operation: Node) -> Iterator[str]:
    """What comes back, by status."""
    yield from rubric("Responses")
    shown: list[Node] = []
    for status, each in operation["responses"].items():
        node = resolved(document, each)
        content = next(iter(node.get("content", {}).values()), None)
        facts = [type_of(content["schema"])] if content else []
        yield from entry(f"`{status}`", facts, line(node))
        if content and status < "300":
            shown.append(content)
    for content in shown:
        yield from examples(document, content)


def examples(document: Node, content: Node) -> Iterator[str]:
    """The examples of a body."""
    for each in content.get("examples", {}).values():
        node = resolved(document, each)
        value = json.dumps(node["value"], indent=2, ensure_ascii=False)
        title = node.get("summary", "Example")
        yield from ("<details>", f"<summary>{title}</summary>", "", "```json", value, "```", "")
        yield from ("</details>", "")


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    """Method, path and content of each operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def rubric(title: str) -> tuple[str, ...]:
    """A heading that is in no table of contents, as each operation has it."""
    return f"```{{rubric}} {title}", "```", ""


def entry(term: str, facts: list[str], text: str) -> Iterator[str]:
    """A term of a list of definitions, and what it is."""
    yield from (" · ".join((term, *facts)), f": {text}", "")


def line(node: Node) -> str:
    """A description on one line, with what it rests on."""
    return " ".join(node.get("description", "").split()) + basis(node)


def basis(node: Node) -> str:
    """The grades of a line and its decisions, as links."""
    grades = " ".join(badge(grade) for grade in listed(node.get("x-basis", [])))
    decisions = " ".join(f"{{ref}}`{each} <{each}>`" for each in listed(node.get("x-decision", [])))
    return "".join(f" {part}" for part in (grades, decisions) if part)


def badge(grade: str) -> str:
    return f"[{grade}]{{.basis .basis-{grade}}}"


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def resolved(document: Node, node: Node) -> Node:
    """What a reference refers to."""
    while "$ref" in node:
        node = functools.reduce(
            operator.getitem, node["$ref"].removeprefix("#/").split("/"), document
        )
    return node


def reference(node: Node) -> str:
    """A link to a schema."""
    name = node["$ref"].rpartition("/")[2]
    return f"{{ref}}`{name} <{label(name)}>`"


def label(schema: str) -> str:
    return f"schema-{schema.lower()}"


def type_of(schema: Node) -> str:
    """A type in a few words."""
    if "$ref" in schema:
        return reference(schema)
    if "anyOf" in schema:
        return " or ".join(type_of(each) for each in schema["anyOf"])
    names = listed(schema.get("type", "any"))
    text = str(schema.get("format") or schema.get("x-format") or "string")
    items = f" of {type_of(schema['items'])}" if "items" in schema else ""
    words = {"array": f"list{items}", "string": text}
    return " or ".join(words.get(name, name) for name in names)


def limits(schema: Node) -> Iterator[str]:
    """The limits of a value."""
    return (text.format(schema[key]) for key, text in LIMITS.items() if key in schema)


def short(path: str) -> str:
    """A path without what all paths begin with."""
    return f"…{path.partition('{workspace_id}')[2]}"


def python(operation: Node) -> str:
    """The method that does it, as a link to the reference."""
    name = operation["x-method"]
    return f"{{py:meth}}`{name} <_toggl_focus.blocking.TimeBlocks.{name}>`"
