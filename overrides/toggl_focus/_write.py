"""The exact writer: a request as it goes over the wire, or a UsageError before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar, cast, get_args, get_origin
from urllib.parse import quote

import msgspec

from _toggl_focus.request import UNSET, Operation, Options, Request
from toggl_focus._errors import SentRequest, UsageError
from toggl_focus._json import checker
from toggl_focus._settings import Identifier, Settings

__all__ = ["UNWRITABLE", "Outgoing", "encode", "filled", "no_zone", "pairs", "plain", "write"]

T = TypeVar("T")

_LIMIT = 2**63
_MISSING = "is missing, and must be given"
_MISSING_FIELD = re.compile(r"missing required field `(\w+)`")
# What encoding raises for a value that no JSON can hold.
UNWRITABLE = (TypeError, OverflowError, UnicodeEncodeError, RecursionError)


def plain(value: object) -> str:
    """Write the datetimes of other libraries, which are subclasses, as the plain ones."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is nothing that JSON can hold")


encode = msgspec.json.Encoder(enc_hook=plain).encode


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
    def name(self) -> str:
        """The method that was called, such as `time_blocks.update` or `GET /path`, for errors."""
        return self.operation.name

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
    path = operation.path.format_map(filled(request, settings))
    query = _query(operation, request.query, first)
    content = None if operation.body is None else _body(operation, request.body, first)
    return Outgoing(operation, settings.base_url, path + query, content, request.options)


def filled(request: Request[T], settings: Settings) -> dict[str, int]:
    """The parts of its path, those that were left out by the client's own."""
    ids = dict(request.path)
    for name, given in request.path.items():
        if given is UNSET:
            ids[name] = _known(request.operation, name, settings)
        if type(ids[name]) is int and 0 < cast("int", ids[name]) < _LIMIT:  # told at once
            continue
        try:
            msgspec.convert(ids[name], Identifier)
        except msgspec.ValidationError as error:
            raise _usage(request.operation, f"{error} - at `$.{name}`", ids) from None
    return cast("dict[str, int]", ids)


def _known(operation: Operation[T], name: str, settings: Settings) -> int:
    """What the client carries for the part of a path that a call left out."""
    if not hasattr(settings, name):
        raise UsageError(f"{operation.id}: {name} {_MISSING}")
    value: int | None = getattr(settings, name)
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
        values: dict[str, object] = msgspec.to_builtins(query, enc_hook=plain)
        read = msgspec.convert(values, type(query))
    except msgspec.ValidationError as error:
        fault = str(error)
    except UNWRITABLE as error:
        raise UsageError(f"{operation.id}: the query cannot be written: {error}") from None
    else:
        if (difference := _difference(query, read)) is None:
            return pairs(values)
        fault = difference
    raise _usage(operation, fault, query, first)


def pairs(values: Mapping[str, object]) -> str:
    """A query, with its question mark; nothing where it is empty."""
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
        content = encode(body)
        read = checker(operation.body).decode(content)
    except msgspec.ValidationError as error:
        fault = str(error)
    except UNWRITABLE as error:
        raise UsageError(f"{operation.id}: the body cannot be written: {error}") from None
    else:
        if (difference := _difference(body, read)) is None:
            return content
        fault = difference
    raise _usage(operation, fault, body, first, operation.arguments)


def _difference(given: Any, read: Any, path: str = "$") -> str | None:  # noqa: ANN401  (any values)
    """Say where something else was given than is read: a text for a moment, a dict for an entry."""
    if isinstance(read, msgspec.Struct):
        inside = (
            _difference(getattr(given, name), getattr(read, name), f"{path}.{name}")
            for name in read.__struct_fields__
        )
        return next(filter(None, inside), None)
    kind = type(read).__name__
    if isinstance(read, list) and isinstance(cast("list[object]", read)[0], msgspec.Struct):
        # There may be many, so it is only looked at what they are, and not at what is in them.
        kind = type(cast("list[object]", read)[0]).__name__
        if {each.__name__ for each in {*map(type, given)}} == {kind}:
            return None
        at = next(at for at, each in enumerate(given) if type(each).__name__ != kind)
        path = f"{path}[{at}]"
    elif given == read:
        return None
    return f"expected `{kind}` - at `{path}`"


def _usage(
    operation: Operation[T],
    fault: str,
    values: object,
    first: int = 0,
    names: Mapping[str, str] = MappingProxyType({}),
) -> UsageError:
    """Finish the sentence that msgspec began: which argument, what it was, what to do."""
    reason, _, path = fault.partition(" - at ")
    name = path.strip("`").removeprefix("$").removeprefix(".")
    value = _at(values, name)
    if missing := _MISSING_FIELD.search(reason):
        name, value = f"{name}.{missing[1]}".lstrip("."), UNSET
    name = re.sub(r"\[(\d+)\]", lambda place: f"[{int(place[1]) + first}]", name, count=1)
    name = f"items{name}" if name.startswith("[") else names.get(name, name) or "items"
    reason = (reason[:1].lower() + reason[1:]).partition(", got ")[0]
    if value is UNSET:
        told = _MISSING
    elif value is None:
        told = (
            "is None, and null is never sent; give a value, or leave it out (or give UNSET) where "
            "it is optional"
        )
    elif isinstance(value, datetime) and value.tzinfo is None:
        told = no_zone(value)
    elif "RFC3339" in reason or "`datetime`" in reason:
        told = f"must be a datetime with a time zone, got {value!r:.80}"
    elif isinstance(value, timedelta) and (value.microseconds or value < timedelta()):
        told = f"must be whole seconds, zero or more, got {value!r}"
    else:
        hint = "; put it into a list" if reason == "expected `array`" else ""
        if "enum value" in reason:
            reason, hint = "no such value", f"; there are {', '.join(_choices(type(values)))}"
        told = f"is wrong: {reason}, got {value!r:.80}{hint}"
    return UsageError(f"{operation.id}: {name} {told}")


def _choices(kind: object) -> Iterator[str]:
    """The values of the enumeration in a type, of which a query has but one."""
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield from _choices(field.type)
    else:
        for inside in get_args(kind):
            yield from _choices(inside)


def no_zone(moment: datetime) -> str:
    """What to tell of a moment that is none."""
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
