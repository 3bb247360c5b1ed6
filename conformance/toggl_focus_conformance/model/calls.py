"""A call of the API and its reply, independent of how they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from toggl_focus_conformance.protocol.operations import operations, query_text

__all__ = ["Call", "NoReply", "Reply", "Send", "target"]


@dataclass(frozen=True)
class Call:
    """One operation with its arguments. A list in the query is sent comma-separated."""

    operation: str
    path: Mapping[str, Any]
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: Any = None
    """Any JSON; None where the operation has no body."""


@dataclass(frozen=True)
class Reply:
    """What came back.

    status: None if an SDK refused to send the call. body: decoded JSON; None if there was none.
    fault: what is wrong with the response as bytes, such as a body that is not JSON.
    raw: whether this is the response itself, and not what an SDK made of it.
    """

    status: int | None
    body: Any = None
    fault: str | None = None
    raw: bool = True


class NoReply(Exception):
    """The server gave no valid HTTP response; the text says what happened."""


Send: TypeAlias = Callable[[Sequence[Call]], Sequence[Reply]]
"""Sends calls at the same time and gives their replies in the same order. Raises NoReply."""


def target(call: Call) -> tuple[str, str, list[tuple[str, str]]]:
    """The method of a call, its path below the base URL, and the pairs of its query."""
    operation = operations()[call.operation]
    query = [(name, query_text(value)) for name, value in call.query.items()]
    return operation.method, operation.path.format_map(call.path), query
