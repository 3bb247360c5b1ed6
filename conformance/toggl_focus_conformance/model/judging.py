"""Whether a reply is one that the description has: its status, its shape, its error object."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from toggl_focus_conformance.protocol.operations import operations
from toggl_focus_conformance.protocol.plain import is_object
from toggl_focus_conformance.protocol.shape import misshapen

from .calls import Call, Reply

__all__ = ["fault"]


def fault(call: Call, reply: Reply, status: int) -> str | None:
    """What is wrong with a reply that must have a status; None if nothing is."""
    if reply.status is None:
        # An SDK may refuse what a server would refuse.
        return None if status >= HTTPStatus.BAD_REQUEST else "the SDK refused the call"
    if reply.status != status:
        return f"status must be {status}, got {reply.status}{_reason(reply.body)}"
    if reply.fault is not None:
        return reply.fault
    if status >= HTTPStatus.BAD_REQUEST:
        return _error_fault(reply.body) if reply.raw else None
    return _shape_fault(call.operation, status, reply.body) if reply.raw else None


def _reason(body: object) -> str:
    described = body.get("error_description") if is_object(body) else None
    return f" ({described})" if described else ""


def _error_fault(body: object) -> str | None:
    """An error is an object with a code and a text; which ones is not judged (D51)."""
    if not is_object(body):
        return f"the body of an error must be an object, got {body!r:.80}"
    for name in ("error", "error_description"):
        if not isinstance(body.get(name), str):
            return f"{name} of an error must be a text, got {body.get(name)!r:.80}"
    return None


def _shape_fault(operation: str, status: int, body: Any) -> str | None:  # noqa: ANN401  (any JSON)
    schema = operations()[operation].response(status)
    if schema is None:
        return None if body is None else f"a {status} has no body"
    found = misshapen(schema, body)
    return (
        f"body{found[0].path}: expected {found[0].expected}, got {found[0].actual}"
        if found
        else None
    )
