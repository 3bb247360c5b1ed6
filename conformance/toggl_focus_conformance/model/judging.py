"""Whether a reply is one that the description has: its status, its shape, its error object."""

from __future__ import annotations

import functools
from http import HTTPStatus
from typing import Any

from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance.protocol.operations import document, operations
from toggl_focus_conformance.protocol.plain import is_list, is_object

from .calls import Call, Reply

__all__ = ["fault"]

_LONGEST = 300


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
    validator = _validator(operation, status)
    if validator is None:
        return None if body is None else f"a {status} has no body"
    # A page may have null for an empty list, and so may a body (D37).
    error = next(validator.iter_errors(body), None)
    if error is not None:
        place = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in error.instance_path)
        return f"body{place}: {error.message:.{_LONGEST}}"
    return _float_id(body)


def _float_id(body: Any) -> str | None:  # noqa: ANN401  (any JSON)
    """JSON Schema takes 9007199254740993.0 for an integer, and nearly all readers round it."""
    blocks = body.get("data", body) if is_object(body) else body
    for block in blocks if is_list(blocks) else [blocks]:
        if is_object(block) and isinstance(block.get("id"), float):
            return f"id must be written as an integer, got {block['id']}"
    return None


@functools.cache
def _validator(operation: str, status: int) -> Draft202012Validator | None:
    schema = operations()[operation].response(status)
    if schema is None:
        return None
    return Draft202012Validator(
        {**schema, "components": document()["components"]}, validate_formats=True
    )
