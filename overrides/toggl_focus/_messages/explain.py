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

__all__ = ["MISSING", "no_zone", "wrong"]

MISSING = "is missing, and must be given"
_MISSING_FIELD = re.compile(r"missing required field `(\w+)`")


def wrong(
    operation: Operation[Any],
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
    reason = redacted(reason[:1].lower() + reason[1:]).partition(", got ")[0]
    if reason.startswith("cannot be written"):
        told = reason
        name = "the request"
    elif value is UNSET:
        told = MISSING
    elif value is None:
        told = "is None, and null is never sent; " + _instead_of_null(operation, name)
    else:
        told = _of_time(value, reason) or _of_any(value, reason, type(values))
    return UsageError(f"{operation.name}: {redacted(name)} {told}")


def _of_time(value: object, reason: str) -> str | None:
    """What is wrong with a datetime or a timedelta, or with what stands for a datetime."""
    if isinstance(value, datetime):
        if value != value:  # noqa: PLR0124  (NaT of pandas)
            return (
                f"is {value}, which is no time; leave it out (or give UNSET) where it is optional"
            )
        if value.tzinfo is None:
            return no_zone(value)
        if getattr(value, "nanosecond", 0):
            return f"must not be finer than a microsecond, got {shown(value)}"
    if isinstance(value, timedelta):
        return f"must be whole seconds, zero or more, got {shown(value)}"
    if "RFC3339" in reason or "`datetime`" in reason:
        return f"must be a datetime with a time zone, got {shown(value)}"
    return None


def _of_any(value: object, reason: str, kind: object) -> str:
    """What is wrong with a value, and what to do; `kind` is what it was given in."""
    hint = ""
    if reason == "expected `array`":
        hint = "; put it into a list"
    elif "enum value" in reason:
        reason, hint = "no such value", f"; there are {', '.join(_choices(kind))}"
    elif reason == "expected `int`" and hasattr(value, "id"):
        hint = "; pass its id"
    return f"is wrong: {reason}, got {shown(value)}{hint}"


def _instead_of_null(operation: Operation[Any], name: str) -> str:
    """What to do where None was given: in a PATCH it may have been meant to clear a field."""
    replacing = _replacing(operation, name.rpartition(".")[2])
    if replacing is None:
        return "give a value, or leave it out (or give UNSET) where it is optional"
    return (
        "leave it out (or give UNSET) to keep it as it is; to clear it, use "
        f"{replacing}, which empties what it is not given"
    )


def _replacing(operation: Operation[Any], field: str) -> str | None:
    """The method that replaces what a PATCH changes, where this field can be left out of it."""
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
    """What is said of a datetime without a time zone."""
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
