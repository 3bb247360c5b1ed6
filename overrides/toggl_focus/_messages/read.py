"""The tolerant reader: an answer as the value its caller gets, or the error it is."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from _toggl_focus.request import BYTE_ORDER_MARK, Response
from toggl_focus._calls.quota import resets_in
from toggl_focus._errors import APIError, DecodeError, Headers, QuotaExceeded, error_class
from toggl_focus._messages.json import MALFORMED, decoder

if TYPE_CHECKING:
    from _toggl_focus.request import JSON
    from toggl_focus._messages.write import Outgoing

__all__ = ["fault", "is_success", "read", "refusal"]

T = TypeVar("T")


def read(
    outgoing: Outgoing[T], status: int, headers: Headers, body: bytes, attempts: int
) -> Response[T]:
    """A successful response, with the value that it holds.

    Raises DecodeError if it is not what the description says. Unknown fields and enumeration values
    are no fault.
    """
    answer: Any = outgoing.operation.answer
    value: Any = None
    try:
        if answer is None:
            # A 204 has no body, and nothing is expected of one; a log-in page is not an answer.
            if body:
                decoder(msgspec.Raw).decode(body.removeprefix(BYTE_ORDER_MARK))
        elif body or answer is not Any:  # what the description lacks may answer with nothing
            value = decoder(answer).decode(body.removeprefix(BYTE_ORDER_MARK))
    except MALFORMED as error:
        raise fault(outgoing, error, body, headers) from error
    return Response(status, headers, body, value, attempts)


def is_success(status: int) -> bool:
    """Whether the operation was done: a part of an answer and a redirect (D29) are no success."""
    return (
        HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        and status != HTTPStatus.PARTIAL_CONTENT
    )


def fault(
    outgoing: Outgoing[Any],
    error: Exception,
    body: bytes,
    headers: Mapping[str, str],
    item: int | None = None,
) -> DecodeError:
    """The DecodeError for a response that cannot be decoded; in a stream `item` counts from 0."""
    reason, _, where = str(error).partition(" - at ")
    path: str | None = None
    if isinstance(error, msgspec.ValidationError):
        inside = where.strip("`").removeprefix("$")
        path = f"${'' if item is None else f'[{item}]'}{inside}"
    elif not body and not item:
        reason = "it is empty"
    else:
        kind = _printable(headers.get("content-type", "no stated type"))
        encoding = _printable(headers.get("content-encoding", ""))
        more = f" with Content-Encoding {encoding!r:.80}" if encoding else ""
        if item is None:
            reason = f"{reason}, in {len(body)} bytes of {kind}{more}"
        else:
            reason += more
    place = f" at {path}" if path else "" if item is None else f" after {item} items"
    return DecodeError(
        f"{outgoing.name}: the answer is not what the description says: {reason}{place}",
        outgoing.sent(),
        path,
        body,
    )


class _Refusal(msgspec.Struct):
    """The error schema, read so that no oddity in one field loses the others."""

    error: Any = None
    error_description: Any = None
    error_values: Any = None
    trace_id: Any = None


def refusal(
    outgoing: Outgoing[Any], status: int, headers: Mapping[str, str], body: bytes
) -> APIError:
    """The APIError for an answer that is no success, whatever its body is."""
    try:
        said = decoder(_Refusal).decode(body.removeprefix(BYTE_ORDER_MARK))
    except MALFORMED:
        said = _Refusal()
    values = said.error_values
    code, description, trace_id = (
        value if isinstance(value, str) else None
        for value in (said.error, said.error_description, said.trace_id)
    )
    if code is None and description is None:
        told = _otherwise(status, headers, body)
    else:
        trace = f" (trace {_printable(trace_id)})" if trace_id else ""
        told = ": ".join(_printable(part) for part in (code, description) if part) + trace
    kind = error_class(status, headers)
    seconds = resets_in(headers)
    if kind is QuotaExceeded and seconds is not None:
        told += f"; all requests are there again in {seconds} s"
    return kind(
        f"{outgoing.name}: {status} {told}",
        outgoing.sent(),
        status,
        headers,
        body,
        code,
        description,
        cast("dict[str, JSON]", values) if isinstance(values, dict) else None,
        trace_id,
    )


def _otherwise(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """What to tell of an answer in another format: proxies have their own, or none."""
    phrase = HTTPStatus(status).phrase if status in _STATUSES else "unknown status"
    if location := headers.get("location"):
        return f"{phrase} (redirects are never followed, this one to {_printable(location)})"
    if not body:
        return f"{phrase} (empty)"
    kind = _printable(headers.get("content-type", "no stated type"))
    return f"{phrase} ({len(body)} bytes of {kind})"


def _printable(text: str) -> str:
    """Text of a server's as it is safe in a terminal and in a line of a log."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


_STATUSES = frozenset(HTTPStatus)
