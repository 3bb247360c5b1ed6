"""The OpenAPI description as the server reads it: operations, and the schemas behind references."""

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

Value = Any
"""Any JSON value."""

Node = dict[str, Value]
"""An object of the description."""

JSON = "application/json"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation, with its references resolved as far as the next schema."""

    id: str
    method: str
    path: str
    parameters: tuple[Node, ...]
    body: Node | None
    responses: dict[int, Node]
    streamed: bool

    @cached_property
    def status(self) -> int:
        """The status of success."""
        return min(self.responses)

    def body_of(self, status: int) -> Node | None:
        """The schema of the body that comes with a status, if there is one."""
        media: Node | None = self.responses[status].get("content", {}).get(JSON)
        return media and media["schema"]


@dataclass(frozen=True, eq=False)
class Description:
    """A complete description."""

    document: Node
    operations: tuple[Operation, ...] = field(init=False)

    def __post_init__(self) -> None:
        operations = tuple(
            self._operation(method, path, item, item[method])
            for path, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        )
        object.__setattr__(self, "operations", operations)

    @property
    def prefix(self) -> str:
        """The path of the described server, which every path of an operation goes below."""
        url: str = self.document["servers"][0]["url"]
        return urlsplit(url).path.rstrip("/")

    @property
    def largest_body(self) -> int:
        """How many bytes a body may have (D53)."""
        size: int = self.document["x-max-body-bytes"]
        return size

    @property
    def response_headers(self) -> tuple[str, ...]:
        """The names of every header that a response may have."""
        names = {
            name
            for operation in self.operations
            for response in operation.responses.values()
            for name in response.get("headers", ())
        }
        return tuple(sorted(names))

    @property
    def components(self) -> Node:
        """Everything that a reference can lead to."""
        components: Node = self.document["components"]
        return components

    def resolve(self, node: Node) -> Node:
        """Follow a reference within the document, and the one it leads to."""
        while "$ref" in node:
            target = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def present(self, schema: Node) -> Node:
        """The schema of a value that is not null."""
        schema = self.resolve(schema)
        for choice in schema.get("anyOf", ()):
            if choice.get("type") != "null":
                return self.resolve(choice)
        return schema

    def fields(self, schema: Node) -> dict[str, Node]:
        """The fields of an object, with those of every part of it; none of any other value."""
        schema = self.present(schema)
        fields: dict[str, Node] = {}
        for part in schema.get("allOf", ()):
            fields |= self.fields(part)
        fields |= schema.get("properties", {})
        return {name: field for name, field in fields.items() if not field.get("x-removed")}

    def required(self, schema: Node) -> set[str]:
        """The fields that an object must have."""
        schema = self.present(schema)
        required = set(schema.get("required", ()))
        for part in schema.get("allOf", ()):
            required |= self.required(part)
        return required

    def nullable(self, schema: Node) -> bool:
        """Whether null is a value of this schema."""
        schema = self.resolve(schema)
        if "anyOf" in schema:
            return any(self.nullable(choice) for choice in schema["anyOf"])
        return "null" in types(schema) or not {"type", "allOf"} & schema.keys()

    def _operation(self, method: str, path: str, item: Node, node: Node) -> Operation:
        return Operation(
            id=node["operationId"],
            method=method.upper(),
            path=path,
            parameters=tuple(
                self.resolve(parameter)
                for parameter in (*item.get("parameters", ()), *node.get("parameters", ()))
            ),
            body=self.resolve(node["requestBody"]) if "requestBody" in node else None,
            responses={
                int(status): self.resolve(response)
                for status, response in node["responses"].items()
                if status.isdigit()
            },
            streamed=node.get("x-streaming", False),
        )


def is_timestamp(schema: Node) -> bool:
    """Whether a string is a date and time."""
    return "date-time" in (schema.get("format"), schema.get("x-format"))


def types(schema: Node) -> tuple[str, ...]:
    """The names of the types that a schema allows; none if it does not say."""
    named = schema.get("type", ())
    # a map of properties may have one that is called type: that is a schema, no name of a type
    return () if isinstance(named, dict) else (named,) if isinstance(named, str) else tuple(named)


@lru_cache(maxsize=1)
def packaged() -> Description:
    """The description that was shipped with the client."""
    text = (files("_toggl_focus") / "openapi.json").read_text(encoding="utf-8")
    return Description(json.loads(text))
