"""Requests that the description lacks, checked and encoded as strictly as the others."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias, cast
from urllib.parse import quote, unquote

import msgspec

from _toggl_focus.request import JSON, UNSET, Operation, Options, Request
from toggl_focus._config.settings import Settings
from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import redacted, shown
from toggl_focus._messages.explain import no_time_zone
from toggl_focus._messages.json import UNENCODABLE, plain
from toggl_focus._messages.write import EncodedRequest, encode, path_values, query_string

__all__ = ["Body", "Parameter", "encode_custom"]

Parameter: TypeAlias = str | int | float | bool | date
Body: TypeAlias = Mapping[str, "Body"] | Sequence["Body"] | str | int | float | bool | None

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_METHOD = re.compile(r"[A-Z]+")
_PATH = re.compile(r"/[^\s?#{}]*")
_PARAMETER = re.compile(r"\{(organization_id|workspace_id)\}")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/%:@!$&'()*+,;=~"


def encode_custom(
    method: str,
    path: str,
    query: Mapping[str, Parameter | Iterable[Parameter]] | None,
    body: object,
    options: Options,
    settings: Settings,
) -> EncodedRequest[Any]:
    """Check and encode a request. `{organization_id}` in its path is filled in as elsewhere."""
    if not isinstance(method, str) or not _METHOD.fullmatch(method):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"request: method must be in upper case, such as GET, got {shown(method)}")
    if not isinstance(path, str) or not _is_below_base(path):  # pyright: ignore[reportUnnecessaryIsInstance]
        rule = (
            "path must begin with / and must not contain spaces, ?, #, dot segments, or braces "
            "other than {organization_id} and {workspace_id}; pass the query as query="
        )
        raise UsageError(f"request: {rule}, got {shown(path)}")
    name = redacted(f"{method} {path}")
    if not isinstance(query, Mapping | None):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{name}: query must be a mapping of names to values, got {shown(query)}")
    anything = cast("type[Any]", Any)
    operation = Operation(name, name, method, path, None, anything, method in _IDEMPOTENT)
    ids = path_values(Request(operation, dict.fromkeys(_PARAMETER.findall(path), UNSET)), settings)
    path = _PARAMETER.sub(lambda match: str(ids[match[1]]), path)
    try:
        values = {key: _parameter(name, key, value) for key, value in (query or {}).items()}
        query_text = query_string(msgspec.to_builtins(values, enc_hook=plain))
        path = quote(_LONE_PERCENT.sub("%25", path), _PATH_SAFE)
        content = None if body is UNSET else encode(_json(name, "json", body))
    except UNENCODABLE as error:
        fault = str(error)
    else:
        return EncodedRequest(operation, settings.base_url, path + query_text, content, options)
    # Not in the except clause, as the context of the error may contain what was given.
    raise UsageError(f"{name}: the request cannot be encoded: {fault}")


def _is_below_base(path: str) -> bool:
    """Whether a path stays below the base URL. Some HTTP libraries resolve even encoded dots."""
    dots = {".", ".."} & set(unquote(path).split("/"))
    return bool(_PATH.fullmatch(_PARAMETER.sub("", path))) and not dots


def _parameter(name: str, key: object, value: object) -> list[object]:
    """The values of a query parameter: one or several."""
    if not isinstance(key, str):
        raise UsageError(f"{name}: query keys must be text, got {shown(key)}")
    where = f"{name}: query: {redacted(key)}"
    values: list[object] = [value]
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        values = list(cast("Iterable[object]", value))
    values = list(map(_scalar, values))
    for each in values:
        if not isinstance(each, str | int | float | date):
            rule = "must be text, a number, a date, a datetime, or a list of these"
            raise UsageError(f"{where} {rule}, got {shown(each, key)}")
        if isinstance(each, datetime) and each.tzinfo is None:
            raise UsageError(f"{where} {no_time_zone(each)}")
    return values


def _json(name: str, where: str, value: object) -> JSON:
    """The value as plain JSON. Raises UsageError if JSON cannot represent it."""
    value = given = _scalar(value)
    if value is None or isinstance(value, str | int) or _is_finite(value):
        return cast("JSON", value)
    if isinstance(value, Mapping):
        named = cast("Mapping[object, object]", value)
        if all(isinstance(key, str) for key in named):
            return {
                cast("str", key): _json(name, f"{where}.{key}", each) for key, each in named.items()
            }
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        several = cast("Sequence[object]", value)
        return [_json(name, f"{where}[{at}]", each) for at, each in enumerate(several)]
    hint = ", such as its isoformat()" if isinstance(value, date) else ""
    rule = f"must be a JSON value{hint}, got {shown(given, where)}"
    raise UsageError(f"{name}: {redacted(where)} {rule}")


def _scalar(value: object) -> object:
    """A NumPy scalar as its plain value; other values unchanged."""
    return plain(value) if hasattr(value, "item") else value


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)
