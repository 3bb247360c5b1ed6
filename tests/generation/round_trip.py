"""A program that calls every operation of a generated client, and prints where it differs.

Each call passes all arguments that the description has, against a server that checks what arrives
and responds with every field. It knows nothing of the generator: names and values come from the
description alone. argv: the description.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

import httpx
from msgspec import Struct

from toggl_focus import AsyncTogglFocus, TogglFocus, models

DESCRIPTION: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text("utf-8"))
BASE = "http://focus.test/api"
TIME = "2026-01-05T09:00:00Z"
SETTINGS: dict[str, Any] = {
    "api_key": "toggl_sk_" + "0" * 32,
    "base_url": BASE,
    "organization_id": 1,
    "workspace_id": 10,
}
KINDS = {
    "integer": 7,
    "number": 1.5,
    "boolean": True,
    "string": 'a "b" \\ c',
    "object": {"any": [1, "x"]},
}


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = DESCRIPTION
        for key in node["$ref"][2:].split("/"):
            target = target[key]
        node = target
    return node


def fields(schema: dict[str, Any]) -> dict[str, Any]:
    schema = resolve(schema)
    found: dict[str, Any] = {}
    for part in schema.get("allOf", ()):
        found |= fields(part)
    found |= schema.get("properties", {})
    return found


def sample(schema: dict[str, Any], above: tuple[str, ...] = ()) -> Any:
    """A value with everything that a schema allows, but no object within one of its own kind."""
    above = (*above, schema["$ref"]) if "$ref" in schema else above
    schema = resolve(schema)
    if "anyOf" in schema:
        return None if schema["anyOf"][0]["$ref"] in above else sample(schema["anyOf"][0], above)
    if properties := fields(schema):
        return {key: sample(each, above) for key, each in properties.items()}
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        return [] if schema["items"].get("$ref") in above else [sample(schema["items"], above)]
    return simple(schema, kind)


def simple(schema: dict[str, Any], kind: str) -> Any:
    """A value that is no object with fields, and no list."""
    if "enum" in schema:
        return schema["enum"][-1]
    if "pattern" in schema or schema.get("format") == "date-time" or "x-format" in schema:
        return TIME
    return TIME[:10] if schema.get("format") == "date" else KINDS[kind]


def name(key: str, names: Any) -> str:
    """The name in Python of a name on the wire, whatever was appended to it."""
    words = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3_\2\4", key)
    plain = re.sub(r"\W+", "_", words).strip("_").lower()
    found = [each for each in (f"{plain}_", plain) if each in names]
    assert found, f"{key} is none of {', '.join(names)}"
    return found[0]


def in_python(schema: dict[str, Any], value: Any) -> Any:
    """A value to pass for one on the wire."""
    target, schema = schema.get("$ref", "").rpartition("/")[2], resolve(schema)
    if isinstance(value, list):
        return iter([in_python(schema["items"], each) for each in value])
    if isinstance(value, dict):
        kind = getattr(models, target)
        properties = fields(schema)
        return kind(
            **{
                name(key, kind.__struct_fields__): nested(properties[key], each)
                for key, each in value.items()
            }
        )
    return nested(schema, value)


def nested(schema: dict[str, Any], value: Any) -> Any:
    schema = resolve(schema)
    if isinstance(value, list):
        return [in_python(schema["items"], each) for each in value]
    if schema.get("format") == "date-time" or "x-format" in schema:
        return datetime.fromisoformat(value)
    if schema.get("format") == "date":
        return date.fromisoformat(value)
    return timedelta(seconds=value) if "x-unit" in schema else value


def same(got: Any, wire: Any) -> bool:
    """Whether a value in Python is one on the wire, with all its fields."""
    if isinstance(got, Struct):
        assert isinstance(wire, dict)
        names = got.__struct_fields__
        return all(same(getattr(got, name(key, names)), each) for key, each in wire.items())
    if isinstance(got, list):
        return len(got) == len(wire) and all(map(same, got, wire))
    if isinstance(got, datetime):
        return got == datetime.fromisoformat(wire)
    if isinstance(got, date):
        return bool(got.isoformat() == wire)
    return type(got) is type(wire) and bool(got == wire)


def text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


class Call:
    """One operation with all its arguments, and what must be sent."""

    def __init__(self, path: str, method: str, operation: dict[str, Any]) -> None:
        self.tag = operation["tags"][0]
        self.method = operation.get("x-method", operation["operationId"])
        self.operation = operation
        item = DESCRIPTION["paths"][path]
        described = [*item.get("parameters", ()), *operation.get("parameters", ())]
        self.query: dict[str, str] = {}
        self.arguments: list[tuple[str, str, Any]] = []
        for each in map(resolve, described):
            schema = each["schema"] | ({"x-unit": each["x-unit"]} if "x-unit" in each else {})
            value = 1 if each["name"] == "organization_id" else sample(schema)
            if each["in"] == "path":
                path = path.replace(f"{{{each['name']}}}", str(value))
                self.arguments.append((each["name"], "", value))
            else:
                self.query[each["name"]] = text(value)
                self.arguments.append((each["name"], "", in_python(schema, value)))
        self.request = [method.upper(), f"/api{path}"]
        self.body: Any = None
        if "requestBody" in operation:
            schema = resolve(operation["requestBody"])["content"]["application/json"]["schema"]
            self.body = sample(schema)
            if isinstance(self.body, list):
                self.arguments.append(("items", "", in_python(schema, self.body)))
            else:
                for key, each in fields(schema).items():
                    value = in_python(each, self.body[key])
                    self.arguments.append((key, each.get("x-argument", ""), value))
        (status,) = (each for each in operation["responses"] if each[0] == "2")
        content = resolve(operation["responses"][status]).get("content")
        self.status = int(status)
        self.response = sample(content["application/json"]["schema"]) if content else None

    def passed(self, call: Any) -> dict[str, Any]:
        names = inspect.signature(call).parameters
        return {given or name(key, names): value for key, given, value in self.arguments}

    def respond(self, request: httpx.Request) -> httpx.Response:
        sent = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
        body = json.loads(request.content) if request.content else None
        seen = [request.method, request.url.path, sent, body]
        wanted = [*self.request, self.query, self.body]
        if seen != wanted:
            raise AssertionError(f"sent {seen} instead of {wanted}")
        return (
            httpx.Response(self.status, json=self.response)
            if self.response
            else httpx.Response(self.status)
        )

    def difference(self, got: Any) -> Iterator[str]:
        if not (got is None and self.response is None) and not same(got, self.response):
            yield f"{self.method}: {self.response} is read as {got}"


def calls() -> list[Call]:
    return [
        Call(path, method, operation)
        for path, item in DESCRIPTION["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def blocking() -> Iterator[str]:
    for call in calls():
        http_client = httpx.Client(transport=httpx.MockTransport(call.respond))
        with TogglFocus(**SETTINGS, http_client=http_client) as client:
            resource = getattr(client, call.tag)
            method = getattr(resource, call.method)
            value: Any = method(**call.passed(method))
            yield from call.difference(list(value) if "x-streaming" in call.operation else value)
    for call in calls():
        http_client = httpx.Client(transport=httpx.MockTransport(call.respond))
        with TogglFocus(**SETTINGS, http_client=http_client) as client:
            method = getattr(getattr(client.raw, call.tag), call.method)
            yield from call.difference(method(**call.passed(method)).value)


async def awaited() -> list[str]:
    found: list[str] = []
    for call in calls():
        http_client = httpx.AsyncClient(transport=httpx.MockTransport(call.respond))
        async with AsyncTogglFocus(**SETTINGS, http_client=http_client) as client:
            method = getattr(getattr(client, call.tag), call.method)
            value: Any = method(**call.passed(method))
            if "x-streaming" in call.operation:
                found += call.difference([each async for each in value])
            else:
                found += call.difference(await value)
    return found


def hints() -> Iterator[str]:
    """Types that cannot be resolved."""
    public = [getattr(models, each) for each in models.__dict__ if each[0].isupper()]
    for each in public:
        if isinstance(each, type):
            try:
                get_type_hints(each)
            except (NameError, TypeError) as error:
                yield f"{each.__name__}: {error}"


if __name__ == "__main__":
    found = [*hints(), *blocking(), *asyncio.run(awaited())]
    sys.stdout.writelines(f"{line}\n" for line in found)
