"""The UsageError for a wrong argument: which it is, what was given, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, cast, get_args, get_origin

import msgspec

from _toggl_focus import operations
from _toggl_focus.request import UNSET, Operation
from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import redacted, shown

__all__ = ["MISSING", "argument_error", "no_time_zone"]

MISSING = "is required"
_MISSING_FIELD = re.compile(r"missing required field `(\w+)`")


def argument_error(
    operation: Operation[Any],
    fault: str,
    values: object,
    first: int = 0,
    names: Mapping[str, str] = MappingProxyType({}),
) -> UsageError:
    """The UsageError for a msgspec error: which argument, what it was, what to do."""
    reason, _, path = fault.partition(" - at ")
    name = path.strip("`").removeprefix("$").removeprefix(".")
    value = _at(values, name)
    if missing := _MISSING_FIELD.search(reason):
        name, value = f"{name}.{missing[1]}".lstrip("."), UNSET
    name = re.sub(r"\[(\d+)\]", lambda place: f"[{int(place[1]) + first}]", name, count=1)
    name = f"items{name}" if name.startswith("[") else names.get(name, name) or "items"
    reason = redacted(reason[:1].lower() + reason[1:]).partition(", got ")[0]
    if reason.startswith("cannot be encoded"):
        problem = reason
        name = "the request"
    elif value is UNSET:
        problem = MISSING
    elif value is None:
        problem = "is None, and null is never sent; " + _instead_of_null(operation, name)
    else:
        problem = _time_problem(value, reason) or _value_problem(value, reason, type(values))
    return UsageError(f"{operation.name}: {redacted(name)} {problem}")


def _time_problem(value: object, reason: str) -> str | None:
    """What is wrong with a datetime or timedelta, or with a value in place of a datetime."""
    if isinstance(value, datetime):
        if value != value:  # noqa: PLR0124  (NaT of pandas)
            return f"is {value}, which is not a time; omit it (or pass UNSET) if it is optional"
        if value.tzinfo is None:
            return no_time_zone(value)
        if getattr(value, "nanosecond", 0):
            return f"must not be finer than a microsecond, got {shown(value)}"
    if isinstance(value, timedelta):
        return f"must be whole seconds, zero or more, got {shown(value)}"
    if "RFC3339" in reason or "`datetime`" in reason:
        return f"must be a datetime with a time zone, got {shown(value)}"
    return None


def _value_problem(value: object, reason: str, kind: object) -> str:
    """What is wrong with a value, and what to do. kind: the type of what contains it."""
    hint = ""
    if reason == "expected `array`":
        hint = "; pass a list"
    elif "enum value" in reason:
        reason, hint = "not a valid choice", f"; choose from {', '.join(_choices(kind))}"
    elif reason == "expected `int`" and hasattr(value, "id"):
        hint = "; pass its id"
    return f"is invalid: {reason}, got {shown(value)}{hint}"


def _instead_of_null(operation: Operation[Any], name: str) -> str:
    """What to do instead of passing None, which in a PATCH may have been meant to clear a field."""
    replacing = _replacing(operation, name.rpartition(".")[2])
    if replacing is None:
        return "pass a value, or omit it (or pass UNSET) if it is optional"
    return (
        "omit it (or pass UNSET) to leave it unchanged; to clear it, use "
        f"{replacing}, which clears every field that you omit"
    )


def _replacing(operation: Operation[Any], field: str) -> str | None:
    """The method that replaces what a PATCH changes, if it lets this field be omitted."""
    if operation.method == "PATCH":
        resource = operation.name.removeprefix("raw.").partition(".")[0]
        for each in vars(operations).values():
            if not isinstance(each, Operation) or each.method != "PUT":
                continue
            fields = msgspec.structs.fields(cast("type[msgspec.Struct]", each.body))
            optional = {known.name for known in fields if not known.required}
            if each.name.startswith(f"{resource}.") and field in optional:
                return each.name
    return None


def _choices(kind: object) -> Iterator[str]:
    """The values of the enumeration in a type. A query has only one."""
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield from _choices(field.type)
    else:
        for inside in get_args(kind):
            yield from _choices(inside)


def no_time_zone(when: datetime) -> str:
    """The problem of a datetime without a time zone."""
    return f"must have a time zone, got {when}; use datetime.now(UTC) or add tzinfo"


def _at(values: Any, name: str) -> object:  # noqa: ANN401  (whatever a caller gave)
    """The value at a path such as `time_blocks[3].start`."""
    for step in re.findall(r"[^.\[\]]+", name):
        if step.isdigit():
            values = values[int(step)]
        elif isinstance(values, Mapping):
            values = cast("Mapping[str, object]", values)[step]
        else:
            values = getattr(values, _attribute(values, step))
    return values


def _attribute(value: msgspec.Struct, key: str) -> str:
    """The attribute that holds what is called so on the wire."""
    return value.__struct_fields__[value.__struct_encode_fields__.index(key)]
