"""The operations as the description has them: requests, responses, examples and fields."""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

__all__ = [
    "PATH_DEFAULTS",
    "Node",
    "Operation",
    "document",
    "fields",
    "known",
    "largest",
    "operation",
    "operations",
    "query_text",
]

PATH_DEFAULTS: Mapping[str, int] = {
    "organization_id": 1,
    "workspace_id": 10,
    "task_id": 100,
    "time_block_id": 7,
}
"""The ids of a call that names no others."""

_JSON = "application/json"
_SUCCESS = range(200, 300)
_TIMES = ("date_from", "date_to")


@functools.cache
def document() -> Node:
    """The description that this version of the suite is frozen with."""
    text = (files("_toggl_focus") / "openapi.json").read_text(encoding="utf-8")
    return cast("Node", json.loads(text))


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation. `path` is below the base URL and has `{name}` for each path parameter."""

    id: str
    method: str
    path: str
    node: Node
    parameters: tuple[Node, ...]

    @functools.cached_property
    def statuses(self) -> tuple[int, ...]:
        """The described statuses; the first is the success."""
        return tuple(sorted(int(status) for status in self.node["responses"] if status.isdigit()))

    @property
    def status(self) -> int:
        """The status of success."""
        return next(status for status in self.statuses if status in _SUCCESS)

    @property
    def idempotent(self) -> bool:
        """Whether it may be sent again when it is unknown whether the first was processed."""
        return bool(self.node.get("x-idempotent"))

    @property
    def streaming(self) -> bool:
        """Whether the response is an array that is read item by item."""
        return bool(self.node.get("x-streaming"))

    @property
    def paginated(self) -> bool:
        """Whether the response is one page of several."""
        return "x-pagination" in self.node

    @functools.cached_property
    def body(self) -> Node | None:
        """The schema of the request body; None where there is none."""
        if "requestBody" not in self.node:
            return None
        return cast("Node", _resolve(self.node["requestBody"])["content"][_JSON]["schema"])

    def response(self, status: int) -> Node | None:
        """The schema of the response body that comes with a status; None where there is none."""
        content = _resolve(self.node["responses"][str(status)]).get("content")
        return content[_JSON]["schema"] if content else None

    def example(self, status: int) -> Any:  # noqa: ANN401  (any JSON)
        """The description's first example of the response body with this status, or None."""
        content = _resolve(self.node["responses"][str(status)]).get("content")
        return _first_example(content[_JSON]) if content else None

    def example_body(self) -> Any:  # noqa: ANN401  (any JSON)
        """The description's first example of the request body, or None."""
        if self.body is None:
            return None
        return _first_example(_resolve(self.node["requestBody"])["content"][_JSON])

    def example_query(self) -> dict[str, Any]:
        """The required query parameters with the description's examples."""
        required = (each for each in self.queries() if each.get("required"))
        return {each["name"]: copy.deepcopy(each["example"]) for each in required}

    def queries(self) -> Iterator[Node]:
        """The query parameters."""
        return (each for each in self.parameters if each["in"] == "query")

    def item(self) -> Node | None:
        """The schema of one block in the response of success; None where there is no body."""
        schema = self.response(self.status)
        if schema is None:
            return None
        if self.paginated:
            schema = fields(schema)["data"]
        return cast("Node", schema.get("items", schema))

    def block(self, number: int) -> Node:
        """A block with this id, in the shape and with the values of the description's example."""
        example = self.example(self.status)
        if self.paginated:
            example = example["data"]
        block = copy.deepcopy(example[0] if is_list(example) else example)
        return {**block, "id": number}

    def known(self, status: int, value: Any) -> Any:  # noqa: ANN401  (any JSON)
        """Return a response body without the fields that the description does not have."""
        schema = self.response(status) if status in self.statuses else None
        return value if schema is None else known(schema, value)

    def timestamps(self) -> frozenset[str]:
        """The names of the query parameters that are timestamps."""
        return frozenset(
            each["name"]
            for each in self.queries()
            if each["name"] in _TIMES or each["schema"].get("format") == "date-time"
        )

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is one of this operation; `path` is below the base URL."""
        return method == self.method and _pattern(self.path).fullmatch(path) is not None


@functools.cache
def operations() -> Mapping[str, Operation]:
    """The operations by their operationId, in the order of the description."""
    found: dict[str, Operation] = {}
    for path, item in document()["paths"].items():
        for method, node in item.items():
            if method == "parameters":
                continue
            parameters = (*item.get("parameters", ()), *node.get("parameters", ()))
            found[node["operationId"]] = Operation(
                id=node["operationId"],
                method=method.upper(),
                path=path,
                node=node,
                parameters=tuple(map(_resolve, parameters)),
            )
    return found


def operation(method: str, path: str) -> Operation | None:
    """The operation that a request is for; `path` is below the base URL."""
    for each in operations().values():
        if each.matches(method, path):
            return each
    return None


def query_text(value: object) -> str:
    """A query parameter as text: a list with commas, booleans as true and false."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(map(query_text, cast("list[object]", value)))
    return str(value)


def fields(schema: Node) -> dict[str, Node]:
    """The fields of an object, those of `allOf` included; empty for anything else."""
    found: dict[str, Node] = {}
    for part in _parts(schema):
        found.update(part.get("properties", {}))
    return found


def required(schema: Node) -> frozenset[str]:
    """The names of the fields that an object must have."""
    return frozenset(name for part in _parts(schema) for name in part.get("required", ()))


def nullable(schema: Node) -> bool:
    """Whether null is allowed."""
    if any(each.get("type") == "null" for each in schema.get("anyOf", ())):
        return True
    kinds = _resolve(schema).get("type")
    return kinds is None and "anyOf" not in schema if not kinds else "null" in kinds


def kind(schema: Node) -> str:
    """The type of what is not null, or the format of a string that has one."""
    plain = _without_null(schema)
    kinds = plain.get("type", "any")
    if is_list(kinds):
        kinds = next((each for each in cast("list[str]", kinds) if each != "null"), "any")
    if "allOf" in plain or "properties" in plain:
        kinds = "object"
    return str(plain.get("format", kinds) if kinds == "string" else kinds)


def resolved(schema: Node) -> Node:
    """A schema without a reference and without its alternative null."""
    return _without_null(schema)


def known(schema: Node, value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Return a value without the fields that its schema does not have."""
    plain = _without_null(schema)
    if is_list(value) and "items" in plain:
        return [known(plain["items"], each) for each in value]
    inside = fields(plain)
    if is_object(value) and inside:
        named = value
        return {name: known(inside[name], each) for name, each in named.items() if name in inside}
    return value


def _parts(schema: Node) -> Iterator[Node]:
    plain = _without_null(schema)
    for part in plain.get("allOf", ()):
        yield from _parts(part)
    yield plain


def _without_null(schema: Node) -> Node:
    plain = _resolve(schema)
    if "anyOf" in plain:
        plain = _resolve(next(each for each in plain["anyOf"] if each.get("type") != "null"))
    return plain


def _resolve(node: Node) -> Node:
    while "$ref" in node:
        target: Any = document()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _first_example(media: Node) -> Any:  # noqa: ANN401  (any JSON)
    for example in media.get("examples", {}).values():
        return copy.deepcopy(_resolve(example)["value"])
    return None


@functools.cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(path)))


def largest(parameter: str) -> int:
    """The largest value that the description allows for a query parameter, such as `per_page`."""
    found: list[int] = [
        each["schema"]["maximum"]
        for operation in operations().values()
        for each in operation.parameters
        if each["name"] == parameter
    ]
    return found[0]
