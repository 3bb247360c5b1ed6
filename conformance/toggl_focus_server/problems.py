"""What the server says when it does not do what was requested."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .description import Node, Value


@dataclass(eq=False)
class Problem(Exception):
    """A response with a status of 400 or more, raised from wherever the reason is known."""

    status: int
    error: str
    text: str
    values: Node | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def body(self, trace_id: str) -> Node:
        """The body of the response."""
        values = {} if self.values is None else {"error_values": self.values}
        return {"error": self.error, "error_description": self.text, **values, "trace_id": trace_id}


def validation(text: str, **values: Value) -> Problem:
    """Something in the request is malformed."""
    return Problem(400, "validation", text, values or None)


def forbidden(what: str) -> Problem:
    """Not the caller's, or not there at all: the response never says which (D3)."""
    return Problem(403, "forbidden", f"{what} is not yours")


def not_allowed(method: str, allowed: Iterable[str]) -> Problem:
    """The path has other methods (D41)."""
    names = ", ".join(allowed)
    text = f"{method} is not allowed here, only {names}"
    return Problem(405, "method_not_allowed", text, headers={"Allow": names})


def unavailable(text: str) -> Problem:
    """Nothing was done, and it may be possible soon."""
    return Problem(503, "unavailable", text, headers={"Retry-After": "1"})


def missing(block: int) -> Problem:
    """There is no such block below this path."""
    return Problem(404, "not_found", f"Time block {block} does not exist")
