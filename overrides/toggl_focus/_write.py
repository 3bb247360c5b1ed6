"""The exact writer: a request as it goes over the wire, or a UsageError before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec

from _toggl_focus.request import UNSET, Operation, Request
from toggl_focus._errors import SentRequest, UsageError
from toggl_focus._json import decoder
from toggl_focus._settings import Identifier, Settings

__all__ = ["Outgoing", "write"]

T = TypeVar("T")

# What encoding raises for a value that no JSON can hold.
_UNWRITABLE = (TypeError, OverflowError, UnicodeEncodeError, RecursionError)


def _plain(value: object) -> str:
    """Write the datetimes of other libraries, which are subclasses, as the plain ones."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is nothing that JSON can hold")


_encode = msgspec.json.Encoder(enc_hook=_plain).encode


@dataclass(frozen=True, slots=True)
class Outgoing(Generic[T]):
    """A request as it goes over the wire, but for the headers that all requests share."""

    operation: Operation[T]
    url: str
    content: bytes | None

    def sent(self) -> SentRequest:
        """What an error tells of this request."""
        return SentRequest(self.operation.id, self.operation.method, self.url, self.content)


def write(request: Request[T], settings: Settings) -> Outgoing[T]:
    """Fill in what the client knows, check every value against the description, and encode."""
    operation = request.operation
    path = operation.path.format_map(_path(request, settings))
    query = _query(operation, request.query)
    content = None if operation.body is None else _body(operation, request.body)
    return Outgoing(operation, settings.base_url + path + query, content)


def _path(request: Request[T], settings: Settings) -> dict[str, int]:
    ids = dict(request.path)
    for name, value in request.path.items():
        if value is UNSET:
            ids[name] = _known(request.operation, name, getattr(settings, name, None))
        try:
            msgspec.convert(ids[name], Identifier)
        except msgspec.ValidationError as error:
            raise _usage(request.operation, f"{error} - at `$.{name}`", ids) from None
    return cast("dict[str, int]", ids)


def _known(operation: Operation[T], name: str, value: int | None) -> int:
    """What the client carries for the part of a path that a call left out."""
    if value is None:
        raise UsageError(
            f"{operation.id}: {name} is not known: give {name}= to the client or to this call, "
            f"or set TOGGL_FOCUS_{name.upper()}"
        )
    return value


def _query(operation: Operation[T], query: msgspec.Struct | None) -> str:
    if query is None:
        return ""
    try:
        values: dict[str, object] = msgspec.to_builtins(query, enc_hook=_plain)
        msgspec.convert(values, type(query))
    except msgspec.ValidationError as error:
        raise _usage(operation, str(error), query) from None
    except _UNWRITABLE as error:
        raise UsageError(f"{operation.id}: the query cannot be written: {error}") from None
    pairs = [f"{name}={quote(_text(value), safe=',:')}" for name, value in values.items()]
    return "?" + "&".join(pairs) if pairs else ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(str, cast("list[object]", value)))  # not repeated keys (D10)
    return str(value)


def _body(operation: Operation[T], body: object) -> bytes:
    try:
        content = _encode(body)
    except _UNWRITABLE as error:
        raise UsageError(f"{operation.id}: the body cannot be written: {error}") from None
    try:
        # The constructors of Structs check nothing; decoding what was encoded does, at C speed.
        decoder(cast("type[object]", operation.body)).decode(content)
    except msgspec.ValidationError as error:
        raise _usage(operation, str(error), body) from None
    return content


def _usage(operation: Operation[T], fault: str, values: object) -> UsageError:
    """Finish the sentence that msgspec began: which argument, what it was, what to do."""
    reason, _, path = fault.partition(" - at ")
    name = path.strip("`").removeprefix("$").removeprefix(".")
    value = _at(values, name)
    name = f"items{name}" if name.startswith("[") else name or "items"
    reason = (reason[:1].lower() + reason[1:]).partition(", got ")[0]
    if value is None:
        told = "is None, and null is never sent; give a value, or leave it out where it is optional"
    elif isinstance(value, datetime) and value.tzinfo is None:
        told = f"must carry a time zone, got {value}; use datetime.now(UTC) or add tzinfo"
    elif isinstance(value, timedelta) and (value.microseconds or value < timedelta()):
        told = f"must be whole seconds, zero or more, got {value!r}"
    else:
        hint = "; put it into a list" if isinstance(value, str) and "`array`" in reason else ""
        told = f"is wrong: {reason}, got {value!r:.80}{hint}"
    return UsageError(f"{operation.id}: {name} {told}")


def _at(values: Any, name: str) -> object:  # noqa: ANN401  (whatever a caller gave)
    """The value at a path such as `time_blocks[3].start`."""
    for step in re.findall(r"[^.\[\]]+", name):
        if step.isdigit():
            values = values[int(step)]
        elif isinstance(values, Mapping):
            values = cast("Mapping[str, object]", values)[step]
        else:
            values = getattr(values, step)
    return values
