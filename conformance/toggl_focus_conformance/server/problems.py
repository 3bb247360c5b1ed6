"""What the server says when it does not do what was asked."""

from dataclasses import dataclass, field

from .description import Node, Value


@dataclass(eq=False)
class Problem(Exception):
    """An answer with a status of 400 or more, raised from wherever the reason is known."""

    status: int
    error: str
    text: str
    values: Node | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])

    def answer(self, trace_id: str) -> Node:
        """The body of the answer."""
        values = {} if self.values is None else {"error_values": self.values}
        return {"error": self.error, "error_description": self.text, **values, "trace_id": trace_id}


def validation(text: str, **values: Value) -> Problem:
    """Something in the request is malformed."""
    return Problem(400, "validation", text, values or None)


def forbidden(what: str) -> Problem:
    """Not the caller's, or not there at all: which of the two is never told (D3)."""
    return Problem(403, "forbidden", f"{what} is not yours")


def missing(block: int) -> Problem:
    """There is no such block below this path."""
    return Problem(404, "not_found", f"Time block {block} does not exist")
