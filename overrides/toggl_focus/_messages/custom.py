"""A request that the description lacks, written as carefully as the others."""

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
from toggl_focus._messages.explain import no_zone
from toggl_focus._messages.json import UNWRITABLE, plain
from toggl_focus._messages.write import Outgoing, encode, filled, pairs

__all__ = ["Body", "Parameter", "write_other"]

Parameter: TypeAlias = str | int | float | bool | date
Body: TypeAlias = Mapping[str, "Body"] | Sequence["Body"] | str | int | float | bool | None

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_METHOD = re.compile(r"[A-Z]+")
_PATH = re.compile(r"/[^\s?#{}]*")
_PLACE = re.compile(r"\{(organization_id|workspace_id)\}")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/%:@!$&'()*+,;=~"


def write_other(
    method: str,
    path: str,
    query: Mapping[str, Parameter | Iterable[Parameter]] | None,
    body: object,
    options: Options,
    settings: Settings,
) -> Outgoing[Any]:
    """Check it and write it; `{organization_id}` is filled in as elsewhere."""
    if not isinstance(method, str) or not _METHOD.fullmatch(method):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"request: method must be in capitals, such as GET, got {shown(method)}")
    if not isinstance(path, str) or not _leads_below(path):  # pyright: ignore[reportUnnecessaryIsInstance]
        told = (
            "path must begin with / and hold no space, ?, #, dots alone, nor braces but those of "
            "{organization_id} and {workspace_id}; a query goes to query="
        )
        raise UsageError(f"request: {told}, got {shown(path)}")
    name = redacted(f"{method} {path}")
    if not isinstance(query, Mapping | None):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{name}: query must be a mapping of names to values, got {shown(query)}")
    anything = cast("type[Any]", Any)
    operation = Operation(name, name, method, path, None, anything, method in _IDEMPOTENT)
    ids = filled(Request(operation, dict.fromkeys(_PLACE.findall(path), UNSET)), settings)
    path = _PLACE.sub(lambda place: str(ids[place[1]]), path)
    try:
        values = {key: _parameter(name, key, value) for key, value in (query or {}).items()}
        asked = pairs(msgspec.to_builtins(values, enc_hook=plain))
        path = quote(_LONE_PERCENT.sub("%25", path), _PATH_SAFE)
        content = None if body is UNSET else encode(_json(name, "json", body))
    except UNWRITABLE as error:
        fault = str(error)
    else:
        return Outgoing(operation, settings.base_url, path + asked, content, options)
    # Not where it was caught, as an error's context may hold what was given.
    raise UsageError(f"{name}: it cannot be written: {fault}")


def _leads_below(path: str) -> bool:
    """Whether it stays below the base URL: some HTTP libraries take encoded dots for a way up."""
    dots = {".", ".."} & set(unquote(path).split("/"))
    return bool(_PATH.fullmatch(_PLACE.sub("", path))) and not dots


def _parameter(name: str, key: object, value: object) -> list[object]:
    """What a query may hold: a value, or several."""
    if not isinstance(key, str):
        raise UsageError(f"{name}: query must be named by text, got {shown(key)}")
    where = f"{name}: query: {redacted(key)}"
    values: list[object] = [value]
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        values = list(cast("Iterable[object]", value))
    values = list(map(_scalar, values))
    for each in values:
        if not isinstance(each, str | int | float | date):
            told = "must be text, a number, a date or a datetime, or several of these"
            raise UsageError(f"{where} {told}, got {shown(each, key)}")
        if isinstance(each, datetime) and each.tzinfo is None:
            raise UsageError(f"{where} {no_zone(each)}")
    return values


def _json(name: str, where: str, value: object) -> JSON:
    """The value as plain JSON; what that has no form for would be sent as something else."""
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
    told = f"must be what JSON can hold{hint}, got {shown(given, where)}"
    raise UsageError(f"{name}: {redacted(where)} {told}")


def _scalar(value: object) -> object:
    """A scalar of NumPy as the plain value that it stands for; all others as they are."""
    return plain(value) if hasattr(value, "item") else value


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)
