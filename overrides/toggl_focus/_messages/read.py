"""Reads responses, tolerantly: the value that the caller gets, or the error that it is."""

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
    from toggl_focus._messages.write import EncodedRequest

__all__ = ["api_error", "decode_error", "decode_response", "is_success"]

T = TypeVar("T")


def decode_response(
    request: EncodedRequest[T], status: int, headers: Headers, body: bytes, attempts: int
) -> Response[T]:
    """A successful response with its value.

    Raises DecodeError if it does not match the description. Unknown fields and enumeration values
    are fine.
    """
    result: Any = request.operation.result
    value: Any = None
    try:
        if result is None:
            # A 204 has no body. If there is one, it must be JSON: a log-in page is no success.
            if body:
                decoder(msgspec.Raw).decode(body.removeprefix(BYTE_ORDER_MARK))
        elif body or result is not Any:  # an operation outside the description may return nothing
            value = decoder(result).decode(body.removeprefix(BYTE_ORDER_MARK))
    except MALFORMED as error:
        raise decode_error(request, error, body, headers) from error
    return Response(status, headers, body, value, attempts)


def is_success(status: int) -> bool:
    """Whether a status means that the operation was done. 206 and redirects (D29) do not."""
    return (
        HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        and status != HTTPStatus.PARTIAL_CONTENT
    )


def decode_error(
    request: EncodedRequest[Any],
    error: Exception,
    body: bytes,
    headers: Mapping[str, str],
    item: int | None = None,
) -> DecodeError:
    """The DecodeError for a response that cannot be decoded. item: its index in a stream."""
    reason, _, where = str(error).partition(" - at ")
    path: str | None = None
    if isinstance(error, msgspec.ValidationError):
        inside = where.strip("`").removeprefix("$")
        path = f"${'' if item is None else f'[{item}]'}{inside}"
    elif not body and not item:
        reason = "it is empty"
    else:
        kind = _printable(headers.get("content-type", "no content type"))
        encoding = _printable(headers.get("content-encoding", ""))
        more = f" with Content-Encoding {encoding!r:.80}" if encoding else ""
        if item is None:
            reason = f"{reason}, in {len(body)} bytes of {kind}{more}"
        else:
            reason += more
    position = f" at {path}" if path else "" if item is None else f" after {item} items"
    return DecodeError(
        f"{request.name}: the response does not match the description: {reason}{position}",
        request.sent(),
        path,
        body,
    )


class _ErrorBody(msgspec.Struct):
    """The error schema, with any types: a wrong one must not lose the other fields."""

    error: Any = None
    error_description: Any = None
    error_values: Any = None
    trace_id: Any = None


def api_error(
    request: EncodedRequest[Any], status: int, headers: Mapping[str, str], body: bytes
) -> APIError:
    """The APIError for an error response, whatever its body is."""
    try:
        parsed = decoder(_ErrorBody).decode(body.removeprefix(BYTE_ORDER_MARK))
    except MALFORMED:
        parsed = _ErrorBody()
    values = parsed.error_values
    code, description, trace_id = (
        value if isinstance(value, str) else None
        for value in (parsed.error, parsed.error_description, parsed.trace_id)
    )
    if code is None and description is None:
        message = _without_error_body(status, headers, body)
    else:
        trace = f" (trace {_printable(trace_id)})" if trace_id else ""
        message = ": ".join(_printable(part) for part in (code, description) if part) + trace
    kind = error_class(status, headers)
    seconds = resets_in(headers)
    if kind is QuotaExceeded and seconds is not None:
        message += f"; quota resets in {seconds} s"
    return kind(
        f"{request.name}: {status} {message}",
        request.sent(),
        status,
        headers,
        body,
        code,
        description,
        cast("dict[str, JSON]", values) if isinstance(values, dict) else None,
        trace_id,
    )


def _without_error_body(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """The message for a response in another format, such as that of a proxy."""
    phrase = HTTPStatus(status).phrase if status in _STATUSES else "unknown status"
    if location := headers.get("location"):
        return f"{phrase} (redirects are never followed, this one to {_printable(location)})"
    if not body:
        return f"{phrase} (empty)"
    kind = _printable(headers.get("content-type", "no content type"))
    return f"{phrase} ({len(body)} bytes of {kind})"


def _printable(text: str) -> str:
    """Text from a server, safe for a terminal and for one line of a log."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


_STATUSES = frozenset(HTTPStatus)
