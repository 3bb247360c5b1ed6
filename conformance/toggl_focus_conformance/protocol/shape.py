"""Whether a response body has the shape that the description gives it.

Null is accepted everywhere, as the service sends it even for required fields (D25) and in place of
lists (D37), and unknown fields are fine. A required field must be there, and a value must have its
type. An integer is written as one: `60.0` and `6e1` are refused by strict readers, and an id that
went through a float may be another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from toggl_focus_conformance.protocol.operations import fields, kind, required, resolved
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import Difference, parse_instant, shown

__all__ = ["misshapen"]

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST = 3

Check: TypeAlias = Callable[[Any], Sequence[Difference]]


def misshapen(schema: Node, value: Any) -> list[Difference]:  # noqa: ANN401  (any JSON)
    """The first few places where a value does not have the shape of a schema."""
    if value is None and kind(schema) == "array":
        return []
    return list(_check(schema)(value))[:_MOST]


_checks: dict[int, tuple[Node, Check]] = {}


def _check(schema: Node) -> Check:
    """The check of a schema, made once: to read a schema takes longer than to check a value."""
    known = _checks.get(id(schema))
    if known is None:
        # The schema is kept, so that no other one can ever have its id.
        known = _checks[id(schema)] = schema, _made(schema)
    return known[1]


def _made(schema: Node) -> Check:
    wanted = kind(schema)
    if wanted == "array":
        return _of_list(_check(resolved(schema).get("items", {})))
    if wanted == "object":
        return _of_object(schema)
    has_type = _TYPES.get(wanted, _is_text)

    def check(value: object) -> Sequence[Difference]:
        return () if has_type(value) else (_another(wanted, value),)

    return check


def _of_list(inside: Check) -> Check:
    def check(value: object) -> Sequence[Difference]:
        if not is_list(value):
            return (_another("array", value),)
        found: list[Difference] = []
        for at, each in enumerate(value):
            if each is not None and (wrong := inside(each)):
                found += _under(at, wrong)
        return found

    return check


def _of_object(schema: Node) -> Check:
    needed = sorted(required(schema))
    inside = {name: _check(each) for name, each in fields(schema).items()}

    def check(value: object) -> Sequence[Difference]:
        if not is_object(value):
            return (_another("object", value),)
        found = [
            Difference(f"/{name}", "a required field", "nothing")
            for name in needed
            if name not in value
        ]
        for name, each in value.items():
            if each is not None and name in inside and (wrong := inside[name](each)):
                found += _under(name, wrong)
        return found

    return check


def _under(step: str | int, differences: Sequence[Difference]) -> list[Difference]:
    return [Difference(f"/{step}{d.path}", d.expected, d.actual) for d in differences]


def _another(wanted: str, value: object) -> Difference:
    article = "an" if wanted[0] in "aeiou" else "a"
    return Difference("", f"{article} {wanted}", shown(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_TYPES: Mapping[str, Callable[[object], bool]] = {
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date-time": lambda value: isinstance(value, str) and parse_instant(value) is not None,
    "date": lambda value: isinstance(value, str) and _DATE.fullmatch(value) is not None,
    "any": lambda _: True,
}
