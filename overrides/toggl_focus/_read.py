"""The tolerant reader: an answer as the value its caller gets, or the error it is."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from _toggl_focus.models import Error
from _toggl_focus.request import Response
from toggl_focus._errors import APIError, DecodeError, Headers, error_class
from toggl_focus._json import MALFORMED, decoder

if TYPE_CHECKING:
    from toggl_focus._write import Outgoing

__all__ = ["fault", "is_success", "read", "refusal"]

T = TypeVar("T")


def read(
    outgoing: Outgoing[T], status: int, headers: Mapping[str, str], body: bytes
) -> Response[T]:
    """A whole answer, with the value that it holds.

    Raises APIError for any status but a success, DecodeError for a success that is not what the
    description says. Unknown fields and enumeration values are no fault.
    """
    if not is_success(status):
        raise refusal(outgoing, status, headers, body)
    answer: Any = outgoing.operation.answer
    value: Any = None
    if answer is not None:  # a 204 has no body, and is never parsed
        try:
            value = decoder(answer).decode(body)
        except MALFORMED as error:
            raise fault(outgoing, error, body) from error
    return Response(status, Headers(headers), body, value)


def is_success(status: int) -> bool:
    """Whether the operation was done. A redirect is not: it is never followed (D29)."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def fault(
    outgoing: Outgoing[Any], error: Exception, body: bytes, item: int | None = None
) -> DecodeError:
    """The DecodeError for an answer that cannot be decoded; in a stream `item` counts from 0."""
    reason, _, where = str(error).partition(" - at ")
    path: str | None = None
    if isinstance(error, msgspec.ValidationError):
        inside = where.strip("`").removeprefix("$")
        path = f"${'' if item is None else f'[{item}]'}{inside}"
    elif not body and not item:
        reason = "it is empty"
    place = f" at {path}" if path else "" if item is None else f" after {item} items"
    return DecodeError(
        f"{outgoing.operation.id}: the answer is not what the description says: {reason}{place}",
        outgoing.sent(),
        path,
        body,
    )


def refusal(
    outgoing: Outgoing[Any], status: int, headers: Mapping[str, str], body: bytes
) -> APIError:
    """The APIError for an answer that is no success, whatever its body is."""
    kind = error_class(status, headers)
    name = f"{outgoing.operation.id}: {status}"
    try:
        error = decoder(Error).decode(body)
    except MALFORMED:
        # Proxies in front of the service answer in formats of their own, or with nothing.
        phrase = HTTPStatus(status).phrase if status in _STATUSES else "unknown status"
        told = f"{len(body)} bytes of {headers.get('content-type', 'no type')}" if body else "empty"
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            told = f"redirects are never followed, this one to {headers.get('location')}"
        return kind(f"{name} {phrase} ({told})", outgoing.sent(), status, headers, body)
    trace = f" (trace {error.trace_id})" if error.trace_id else ""
    return kind(
        f"{name} {error.error}: {error.error_description}{trace}",
        outgoing.sent(),
        status,
        headers,
        body,
        error.error,
        error.error_description,
        error.error_values,
        error.trace_id,
    )


_STATUSES = frozenset(HTTPStatus)
