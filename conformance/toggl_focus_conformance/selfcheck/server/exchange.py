"""A request and its response as a switch sees them: complete, and free to be changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from toggl_focus_conformance.protocol.operations import operation
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

__all__ = ["Reply", "Request"]

_PREFIX = "/api"


@dataclass
class Request:
    """A request before the reference server sees it. path: as it was sent. query: its pairs."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    """The names in lower case."""
    body: bytes
    raw_query: str = ""
    """The query as it was sent."""

    @property
    def operation(self) -> str:
        """The operationId; empty for a request that is none of the API's."""
        found = operation(self.method, self.path.removeprefix(_PREFIX))
        return found.id if found else ""

    @property
    def writes(self) -> bool:
        """Whether it is an operation that changes something."""
        return self.method != "GET" and bool(self.operation)

    @property
    def json(self) -> Any:  # noqa: ANN401  (any JSON)
        """The body as JSON; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @json.setter
    def json(self, value: object) -> None:
        self.body = json.dumps(value).encode()

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), None)

    def drop(self, *names: str) -> None:
        """Take parameters out of the query."""
        self.query = [(key, value) for key, value in self.query if key not in names]
        self.raw_query = urlencode(self.query)

    def set(self, name: str, value: str) -> None:
        """Set a parameter of the query."""
        self.drop(name)
        self.query.append((name, value))
        self.raw_query = urlencode(self.query)

    def of(self, *operations: str) -> bool:
        """Whether it is one of some operations."""
        return self.operation in operations


def pairs_of(query: str) -> list[tuple[str, str]]:
    """The pairs of a query."""
    return parse_qsl(query, keep_blank_values=True)


@dataclass
class Reply:
    """The response of the reference server before it is sent.

    chunks: sent in pieces of that size, without a length. delay: seconds before it is sent.
    """

    request: Request
    status: int
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    chunks: int = 0
    delay: float = 0.0

    @property
    def json(self) -> Any:  # noqa: ANN401  (any JSON)
        """The body as JSON; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @json.setter
    def json(self, value: object) -> None:
        self.body = json.dumps(value, ensure_ascii=False).encode()

    @property
    def failed(self) -> bool:
        """Whether it is an error."""
        return self.status >= 400  # noqa: PLR2004  (the first status of an error)

    def of(self, *operations: str) -> bool:
        """Whether it is the success of one of some operations."""
        return not self.failed and self.request.of(*operations)

    def refuse(self, status: int, text: str = "wrong on purpose") -> None:
        """Make it an error."""
        self.status = status
        self.headers = {"content-type": "application/json"}
        self.json = {"error": "wrong", "error_description": text}

    def empty(self, status: int = 204) -> None:
        """Make it a success without a body."""
        self.status, self.headers, self.body = status, {}, b""


def blocks_of(value: Any) -> Iterator[Node]:  # noqa: ANN401  (any JSON)
    """The blocks in a body: one, a list, or a page."""
    if is_object(value) and is_list(value.get("data")):
        value = value["data"]
    for each in value if is_list(value) else [value]:
        if is_object(each) and "start" in each:
            yield each
