"""Whether a response body has the shape that the description gives it.

Null is accepted everywhere, as the service sends it even for required fields (D25) and in place of
lists (D37), and unknown fields are fine. A required field must be there, and a value must have its
type. An integer is written as one: `60.0` and `6e1` are refused by strict readers, and an id that
went through a float may be another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from toggl_focus_conformance.protocol.operations import fields, kind, required, resolved
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import Difference, parse_instant, shown

__all__ = ["misshapen"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST = 3


def misshapen(schema: Node, value: Any) -> list[Difference]:  # noqa: ANN401  (any JSON)
    """The first few places where a value does not have the shape of a schema."""
    found = _differences(schema, value, "")
    return [each for each, _ in zip(found, range(_MOST), strict=False)]


def _differences(schema: Node, value: Any, path: str) -> Iterator[Difference]:  # noqa: ANN401  (any JSON)
    wanted = kind(schema)
    if value is None and (path or wanted == "array"):
        return
    if not _has_type(wanted, value):
        yield Difference(path, f"{_article(wanted)} {wanted}", shown(value))
    elif is_list(value):
        inside = resolved(schema).get("items", {})
        for at, each in enumerate(value):
            yield from _differences(inside, each, f"{path}/{at}")
    elif is_object(value):
        known = fields(schema)
        for name in sorted(required(schema) - value.keys()):
            yield Difference(f"{path}/{name}", "a required field", "nothing")
        for name in known.keys() & value.keys():
            yield from _differences(known[name], value[name], f"{path}/{name}")


def _has_type(wanted: str, value: object) -> bool:  # noqa: PLR0911  (one for each type)
    match wanted:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return is_list(value)
        case "object":
            return is_object(value)
        case "date-time":
            return isinstance(value, str) and parse_instant(value) is not None
        case "date":
            return isinstance(value, str) and _DATE.fullmatch(value) is not None
        case "any":
            return True
        case _:
            return isinstance(value, str)


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
