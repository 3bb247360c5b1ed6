"""The exact writer: a request as it goes over the wire, or a UsageError before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec

from _toggl_focus.request import UNSET, Operation, Request
from toggl_focus._errors import SentRequest, UsageError
from toggl_focus._json import decoder

if TYPE_CHECKING:
    from toggl_focus._settings import Settings

__all__ = ["Outgoing", "write"]

T = TypeVar("T")

_Identifier = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_encode = msgspec.json.Encoder().encode


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
    content = None if request.body is None else _body(operation, request.body)
    return Outgoing(operation, settings.base_url + path + query, content)


def _path(request: Request[T], settings: Settings) -> dict[str, int]:
    ids = {
        name: getattr(settings, name) if value is UNSET else value
        for name, value in request.path.items()
    }
    for name, value in ids.items():
        if value is None:
            raise UsageError(
                f"{request.operation.id}: {name} is not known: give {name}= to the client or to "
                f"this call, or set TOGGL_FOCUS_{name.upper()}"
            )
        try:
            msgspec.convert(value, _Identifier)
        except msgspec.ValidationError as error:
            raise _usage(request.operation, f"{error} - at `$.{name}`", ids) from None
    return ids


def _query(operation: Operation[T], query: msgspec.Struct | None) -> str:
    if query is None:
        return ""
    values: dict[str, object] = msgspec.to_builtins(query)
    try:
        msgspec.convert(values, type(query))
    except msgspec.ValidationError as error:
        raise _usage(operation, str(error), query) from None
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
    except (TypeError, OverflowError, UnicodeEncodeError, RecursionError) as error:
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
    name = f"items{name}" if name.startswith("[") else name or "the body"
    if isinstance(value, datetime) and value.tzinfo is None:
        return UsageError(
            f"{operation.id}: {name} must carry a time zone, got {value}; "
            "use datetime.now(UTC) or add tzinfo"
        )
    if isinstance(value, timedelta):
        return UsageError(
            f"{operation.id}: {name} must be whole seconds, zero or more, got {value!r}"
        )
    if value is None:
        return UsageError(
            f"{operation.id}: {name} is None, and null is never sent; leave it out instead"
        )
    return UsageError(
        f"{operation.id}: {name}: {reason[:1].lower()}{reason[1:]}, got {value!r:.80}"
    )


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
