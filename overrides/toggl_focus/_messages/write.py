"""Encodes requests, strictly: raises UsageError before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote

import msgspec

from _toggl_focus.request import UNSET, Operation, Options, Request
from toggl_focus._config.settings import Settings, parse_identifier
from toggl_focus._errors import SentRequest, UsageError
from toggl_focus._messages.explain import MISSING, argument_error
from toggl_focus._messages.json import UNENCODABLE, checker, convert, plain

__all__ = ["EncodedRequest", "encode", "encode_request", "path_values", "query_string"]

T = TypeVar("T")

_LIMIT = 2**63

encode = msgspec.json.Encoder(enc_hook=plain).encode


@dataclass(frozen=True, slots=True)
class EncodedRequest(Generic[T]):
    """A request as it goes over the wire, without the headers that all requests share."""

    operation: Operation[T]
    base_url: str
    target: str
    """The path below it, and the query: ASCII, percent-encoded."""
    content: bytes | None
    options: Options = field(default_factory=Options, repr=False)

    @property
    def name(self) -> str:
        """What was called, such as `time_blocks.update` or `GET /path`. Errors begin with it."""
        return self.operation.name

    @property
    def url(self) -> str:
        """The complete URL."""
        return self.base_url + self.target

    def sent(self) -> SentRequest:
        """This request as errors show it."""
        return SentRequest(self.operation.id, self.operation.method, self.url, self.content)


def encode_request(request: Request[T], settings: Settings, first: int = 0) -> EncodedRequest[T]:
    """Fill in the client's settings, check every value against the description, and encode.

    first: position of the first entry of a bulk request among all entries, for error messages.
    """
    operation = request.operation
    path = operation.path.format_map(path_values(request, settings))
    query = _query(operation, request.query, first)
    content = None if operation.body is None else _body(operation, request.body, first)
    return EncodedRequest(operation, settings.base_url, path + query, content, request.options)


def path_values(request: Request[T], settings: Settings) -> dict[str, int]:
    """The values of its path parameters. Omitted ones are those of the client."""
    ids = dict(request.path)
    for name, given in request.path.items():
        if given is UNSET:
            ids[name] = _known(request.operation, name, settings)
        if type(ids[name]) is int and 0 < cast("int", ids[name]) < _LIMIT:  # the fast way
            continue
        number = parse_identifier(ids[name])
        if isinstance(number, str):
            raise argument_error(request.operation, f"{number} - at `$.{name}`", ids)
        ids[name] = number
    return cast("dict[str, int]", ids)


def _known(operation: Operation[T], name: str, settings: Settings) -> int:
    """The client's value for a path parameter that a call omitted."""
    if not hasattr(settings, name):
        raise UsageError(f"{operation.name}: {name} {MISSING}")
    value: int | None = getattr(settings, name)
    if value is None:
        raise UsageError(
            f"{operation.name}: {name} is missing: pass {name}= to the client or to this call, "
            f"or set TOGGL_FOCUS_{name.upper()}"
        )
    return value


def _query(operation: Operation[T], query: msgspec.Struct | None, first: int) -> str:
    if query is None:
        return ""
    try:
        values: dict[str, object] = msgspec.to_builtins(query, enc_hook=plain)
        fault = _difference(query, convert(values, type(query)))
    except msgspec.ValidationError as error:
        fault = str(error)
    except UNENCODABLE as error:
        fault = _unencodable(type(query), query, error)
    else:
        if fault is None:
            return query_string(values)
    # Not in the except clause, as the context of the error may contain what was given.
    raise argument_error(operation, fault, query, first, operation.arguments)


def query_string(values: Mapping[str, object]) -> str:
    """A query with its question mark; empty if there are no values."""
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
    except UNENCODABLE as error:
        fault = _unencodable(operation.body, body, error)
    else:
        if fault is None:
            return content
    raise argument_error(operation, fault, body, first, operation.arguments)  # as above


def _unencodable(kind: object, values: object, error: Exception) -> str:
    """Say which value cannot be encoded, in the format of a msgspec error."""
    try:
        # No field accepts null, so msgspec complains about the first value that became null.
        checker(kind).decode(_encode_or_null(values))
    except msgspec.ValidationError as fault:
        return str(fault)
    except UNENCODABLE:
        pass
    return f"cannot be encoded: {error}"


def _plain_or_null(value: object) -> object:
    try:
        return plain(value)
    except UNENCODABLE:
        return None


_encode_or_null = msgspec.json.Encoder(enc_hook=_plain_or_null).encode


def _difference(given: Any, read: Any, path: str = "$") -> str | None:  # noqa: ANN401  (any values)
    """Say where a value changed its type on the wire: text for a datetime, a dict for an entry."""
    if isinstance(read, msgspec.Struct):
        inside = (
            _difference(getattr(given, name), getattr(read, name), f"{path}.{name}")
            for name in read.__struct_fields__
        )
        return next(filter(None, inside), None)
    kind = type(read).__name__
    if isinstance(read, list) and isinstance(cast("list[object]", read)[0], msgspec.Struct):
        # There may be many, so only their types are compared.
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
