"""The exact writer: a request as it goes over the wire, or a UsageError before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec

from _toggl_focus.request import UNSET, Operation, Options, Request
from toggl_focus._config.settings import Settings, identifier
from toggl_focus._errors import SentRequest, UsageError
from toggl_focus._messages.explain import MISSING, wrong
from toggl_focus._messages.json import UNWRITABLE, checker, plain

__all__ = ["Outgoing", "encode", "filled", "pairs", "write"]

T = TypeVar("T")

_LIMIT = 2**63

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
        number = identifier(ids[name])
        if isinstance(number, str):
            raise wrong(request.operation, f"{number} - at `$.{name}`", ids)
        ids[name] = number
    return cast("dict[str, int]", ids)


def _known(operation: Operation[T], name: str, settings: Settings) -> int:
    """What the client carries for the part of a path that a call left out."""
    if not hasattr(settings, name):
        raise UsageError(f"{operation.name}: {name} {MISSING}")
    value: int | None = getattr(settings, name)
    if value is None:
        raise UsageError(
            f"{operation.name}: {name} is not known: give {name}= to the client or to this call, "
            f"or set TOGGL_FOCUS_{name.upper()}"
        )
    return value


def _query(operation: Operation[T], query: msgspec.Struct | None, first: int) -> str:
    if query is None:
        return ""
    try:
        values: dict[str, object] = msgspec.to_builtins(query, enc_hook=plain)
        fault = _difference(query, msgspec.convert(values, type(query)))
    except msgspec.ValidationError as error:
        fault = str(error)
    except UNWRITABLE as error:
        fault = _unwritable(type(query), query, error)
    else:
        if fault is None:
            return pairs(values)
    # Not where it was caught, as an error's context may hold what was given.
    raise wrong(operation, fault, query, first)


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
        fault = _difference(body, checker(operation.body).decode(content))
    except msgspec.ValidationError as error:
        fault = str(error)
    except UNWRITABLE as error:
        fault = _unwritable(operation.body, body, error)
    else:
        if fault is None:
            return content
    raise wrong(operation, fault, body, first, operation.arguments)  # as above


def _unwritable(kind: object, values: object, error: Exception) -> str:
    """Say which value cannot be written, as msgspec does of one that is wrong."""
    try:
        # No field takes null, so it is said of the first value that cannot be anything else.
        checker(kind).decode(_encode_or_null(values))
    except msgspec.ValidationError as fault:
        return str(fault)
    except UNWRITABLE:
        pass
    return f"cannot be written: {error}"


def _plain_or_null(value: object) -> object:
    try:
        return plain(value)
    except UNWRITABLE:
        return None


_encode_or_null = msgspec.json.Encoder(enc_hook=_plain_or_null).encode


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
    elif isinstance(given, Enum):
        return _difference(given.value, read, path)
    elif isinstance(given, list) and isinstance(read, list):
        several = zip(cast("list[object]", given), cast("list[object]", read), strict=True)
        inside = (_difference(*pair, f"{path}[{at}]") for at, pair in enumerate(several))
        return next(filter(None, inside), None)
    return f"expected `{kind}` - at `{path}`"
