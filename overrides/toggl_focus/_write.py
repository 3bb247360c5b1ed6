"""The exact writer: a request as it goes over the wire, or a UsageError before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar, cast
from urllib.parse import quote, unquote

import msgspec

from _toggl_focus.request import JSON, UNSET, Operation, Options, Request
from toggl_focus._errors import SentRequest, UsageError
from toggl_focus._json import decoder
from toggl_focus._settings import Identifier, Settings

__all__ = ["Outgoing", "Parameter", "write", "write_other"]

T = TypeVar("T")

Parameter: TypeAlias = str | int | float | bool | date
_LIMIT = 2**63
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_PATH = re.compile(r"/[^\s?#{}]*")
_PLACE = re.compile(r"\{(organization_id|workspace_id)\}")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/%:@!$&'()*+,;=~"
# What encoding raises for a value that no JSON can hold.
_UNWRITABLE = (TypeError, OverflowError, UnicodeEncodeError, RecursionError)


def _plain(value: object) -> str:
    """Write the datetimes of other libraries, which are subclasses, as the plain ones."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that JSON can hold")


_encode = msgspec.json.Encoder(enc_hook=_plain).encode


@dataclass(frozen=True, slots=True)
class Outgoing(Generic[T]):
    """A request as it goes over the wire, but for the headers that all requests share."""

    operation: Operation[T]
    base_url: str
    target: str
    """The path below it, and the query: ASCII, and quoted."""
    content: bytes | None
    options: Options = field(default_factory=Options, repr=False)

    @property
    def url(self) -> str:
        """Where it goes."""
        return self.base_url + self.target

    def sent(self) -> SentRequest:
        """What an error tells of this request."""
        return SentRequest(self.operation.id, self.operation.method, self.url, self.content)


def write(request: Request[T], settings: Settings, first: int = 0) -> Outgoing[T]:
    """Fill in what the client knows, check every value against the description, and encode.

    first: where the entries of a bulk call begin among those the user gave, for what is said of a
    wrong one.
    """
    operation = request.operation
    path = operation.path.format_map(_path(request, settings))
    query = _query(operation, request.query, first)
    content = None if operation.body is None else _body(operation, request.body, first)
    return Outgoing(operation, settings.base_url, path + query, content, request.options)


def write_other(
    method: str,
    path: str,
    query: Mapping[str, Parameter | Iterable[Parameter]] | None,
    body: object,
    options: Options,
    settings: Settings,
) -> Outgoing[JSON]:
    """A request for what the description lacks; `{organization_id}` is filled in as elsewhere."""
    name = f"{method} {path}"
    if not re.fullmatch(r"[A-Z]+", method):
        raise UsageError(f"method must be in capitals, such as GET, got {method!r}")
    # Some HTTP libraries would take encoded dots for a way up.
    if not _PATH.fullmatch(_PLACE.sub("", path)) or {".", ".."} & set(unquote(path).split("/")):
        told = (
            "path must begin with / and hold no space, ?, #, dots alone, nor braces but those of "
            "{organization_id} and {workspace_id}; a query goes to query="
        )
        raise UsageError(f"{told}, got {path!r}")
    anything = cast("type[JSON]", Any)
    operation = Operation(name, method, path, None, anything, method in _IDEMPOTENT)
    ids = _path(Request(operation, dict.fromkeys(_PLACE.findall(path), UNSET)), settings)
    path = _PLACE.sub(lambda place: str(ids[place[1]]), path)
    try:
        values = {key: _parameter(name, key, value) for key, value in (query or {}).items()}
        pairs = _pairs(msgspec.to_builtins(values, enc_hook=_plain))
        path = quote(_LONE_PERCENT.sub("%25", path), _PATH_SAFE)
        content = None if body is UNSET else _encode(body)
    except _UNWRITABLE as error:
        raise UsageError(f"{name}: it cannot be written: {error}") from None
    return Outgoing(operation, settings.base_url, path + pairs, content, options)


def _parameter(name: str, key: str, value: object) -> list[object]:
    """What a query may hold: a value, or several."""
    values: list[object] = [value]
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        values = list(cast("Iterable[object]", value))
    for each in values:
        if not isinstance(each, str | int | float | date):
            raise UsageError(f"{name}: query has a {type(each).__name__} for {key}, got {each!r}")
        if isinstance(each, datetime) and each.tzinfo is None:
            raise UsageError(f"{name}: {key} {_no_zone(each)}")
    return values


def _path(request: Request[T], settings: Settings) -> dict[str, int]:
    ids = dict(request.path)
    for name, given in request.path.items():
        if given is UNSET:
            ids[name] = _known(request.operation, name, getattr(settings, name, None))
        if type(ids[name]) is int and 0 < cast("int", ids[name]) < _LIMIT:  # told at once
            continue
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


def _query(operation: Operation[T], query: msgspec.Struct | None, first: int) -> str:
    if query is None:
        return ""
    try:
        values: dict[str, object] = msgspec.to_builtins(query, enc_hook=_plain)
        msgspec.convert(values, type(query))
    except msgspec.ValidationError as error:
        raise _usage(operation, str(error), query, first) from None
    except _UNWRITABLE as error:
        raise UsageError(f"{operation.id}: the query cannot be written: {error}") from None
    return _pairs(values)


def _pairs(values: Mapping[str, object]) -> str:
    pairs = [
        f"{quote(name, safe='')}={quote(_text(value), safe=',:')}" for name, value in values.items()
    ]
    return "?" + "&".join(pairs) if pairs else ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(_text, cast("list[object]", value)))  # not repeated keys (D10)
    return str(value)


def _body(operation: Operation[T], body: object, first: int) -> bytes:
    try:
        content = _encode(body)
    except _UNWRITABLE as error:
        raise UsageError(f"{operation.id}: the body cannot be written: {error}") from None
    try:
        # The constructors of Structs check nothing; decoding what was encoded does, at C speed.
        decoder(cast("type[object]", operation.body)).decode(content)
    except msgspec.ValidationError as error:
        raise _usage(operation, str(error), body, first) from None
    return content


def _usage(operation: Operation[T], fault: str, values: object, first: int = 0) -> UsageError:
    """Finish the sentence that msgspec began: which argument, what it was, what to do."""
    reason, _, path = fault.partition(" - at ")
    name = path.strip("`").removeprefix("$").removeprefix(".")
    value = _at(values, name)
    name = re.sub(r"\[(\d+)\]", lambda place: f"[{int(place[1]) + first}]", name, count=1)
    name = f"items{name}" if name.startswith("[") else name or "items"
    reason = (reason[:1].lower() + reason[1:]).partition(", got ")[0]
    if value is None:
        told = (
            "is None, and null is never sent; give a value, or leave it out (or give UNSET) where "
            "it is optional"
        )
    elif isinstance(value, datetime) and value.tzinfo is None:
        told = _no_zone(value)
    elif "RFC3339" in reason or "`datetime`" in reason:
        told = f"must be a datetime with a time zone, got {value!r:.80}"
    elif isinstance(value, timedelta) and (value.microseconds or value < timedelta()):
        told = f"must be whole seconds, zero or more, got {value!r}"
    else:
        hint = "; put it into a list" if isinstance(value, str) and "`array`" in reason else ""
        told = f"is wrong: {reason}, got {value!r:.80}{hint}"
    return UsageError(f"{operation.id}: {name} {told}")


def _no_zone(moment: datetime) -> str:
    return f"must carry a time zone, got {moment}; use datetime.now(UTC) or add tzinfo"


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
