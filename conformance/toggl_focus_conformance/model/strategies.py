"""JSON that a description allows and JSON that it forbids, with the edges that break readers."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, cast

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

from toggl_focus_server.description import Description, Node, Value

__all__ = [
    "ANYTHING",
    "DATES",
    "INTEGERS",
    "NUMBERS",
    "TEXTS",
    "TIMESTAMPS",
    "Documents",
    "anything",
]

INTEGERS = (0, 1, -1, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63))
"""Where a double loses count, and where 64 bits end."""

NUMBERS = (82.5, 0, 0.1, -0.1, 1e-7, 1e300, 5e-324, 1.7976931348623157e308, 7, 2**53 - 1)

TEXTS = (
    "text",
    "",
    " ",
    "0",
    "null",
    "\0",
    "\x01\x1f\x7f\x85",
    '"\\/\b\f\n\r\t',
    "e\N{COMBINING ACUTE ACCENT}\N{COMBINING DIAERESIS}",
    "\N{GRINNING FACE}",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}",
    "\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH NO-BREAK SPACE}\uffff\U0010ffff",
    "long" * 25_000,
)

TIMESTAMPS = (
    "2026-01-12T09:00:00Z",
    "1969-12-31T23:59:59.999999Z",
    "2024-02-29T12:00:00.5+05:45",
    "2026-01-12T00:15:00-00:30",
    "2026-01-12T09:00:00-00:00",
    "2026-01-01T00:00:00.000001+14:00",
    "2026-12-31T23:59:59-12:00",
    "2026-01-12T09:00:00.123456789+23:59",
    "2026-01-12T09:00:00.1234564999Z",
    "2026-01-12T09:00:00.1234565Z",
    "2026-12-31T23:59:59.999999500Z",
    "2026-01-12t09:00:00z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00+05:45",
    "9999-12-31T23:59:59-12:00",
)
"""Offsets, fractions and ends of time; the last two leave the years 1 to 9999 in UTC."""

DATES = ("2026-01-12", "0001-01-01", "1969-12-31", "2024-02-29", "9999-12-31")

_OBJECTS: tuple[Node, ...] = (
    {"one": 1, "one and no more": 1.0, "yes": True, "word": "1", "none": None},
    {},
    {"": {"\0": "\N{LINE SEPARATOR}", "\N{GRINNING FACE}": [[], 0.1]}},
    functools.reduce(lambda inner, _: {"in": [inner]}, range(50), cast("Node", {})),
)
ANYTHING: tuple[Value, ...] = (
    *_OBJECTS,
    False,
    True,
    0,
    2**63 - 1,
    -0.0,
    1e300,
    "",
    cast("Value", []),
    [None, [[]], False],
)
"""Any JSON value but null, a hundred levels deep at most."""

_OFFSETS = ("Z", "+00:00", "+05:45", "-00:30", "+14:00", "-12:00")
_INT64 = (-(2**63), 2**63 - 1)
_WRONG: dict[str, tuple[Value, ...]] = {
    "integer": ("1", 1.5, True, [], {}),
    "number": ("1", True, [], {}),
    "boolean": ("true", 0, 1, [], {}),
    "string": (1, 1.5, True, [], {}),
    "array": ("", 1, False, {}),
    "object": ("", 1, False, []),
    "date-time": (
        "",
        "2026-01-12",
        "2026-01-12T09:00:00",
        "2026-01-12T09:00:00.5",
        "2026-02-29T09:00:00Z",
        "2026-01-12T24:00:00Z",
        "2026-01-12T09:60:00Z",
        "2026-01-12T09:00:00+24:00",
        "2026-01-12T09:00Z",
    ),
    "date": ("", "2026-02-29", "2026-13-01", "2026-1-12", "2026-01-12T09:00:00Z"),
}


def anything() -> SearchStrategy[Value]:
    """Any JSON value; integers within 64 bits, finite numbers, no lone surrogates."""
    leaves = st.none() | st.booleans() | st.integers(*_INT64) | _floats() | _texts()
    trees: SearchStrategy[Value] = st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts(), inner, max_size=3),
        max_leaves=6,
    )
    return st.sampled_from(ANYTHING) | trees


class Documents:
    """What the schemas of a description allow; a new schema or field needs no change here."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.names = tuple(description.components["schemas"])
        bodies = [operation.body for operation in description.operations]
        self.requests = frozenset(self._named(bodies))
        self._drawn = {name: self._deferred(name) for name in self.names}

    def schema(self, name: str) -> Node:
        """A component schema, in the form of `plain`."""
        return self.plain({"$ref": f"#/components/schemas/{name}"})

    def plain(self, schema: Node) -> Node:
        """A schema without references and unions, and with its `type` as a list.

        `properties` and `required` hold those of `allOf` too, and `x-name` the component's name.
        No type at all means any value.
        """
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return {**self.plain(self.description.resolve(schema)), "x-name": name}
        if "anyOf" in schema:
            some = self.plain(next(each for each in schema["anyOf"] if "$ref" in each))
            return {**some, "type": [*some["type"], "null"]}
        kinds = schema.get("type", [])
        plain: Node = {**schema, "type": [kinds] if isinstance(kinds, str) else kinds}
        for part in map(self.plain, plain.pop("allOf", ())):
            plain["properties"] = {**part["properties"], **plain.get("properties", {})}
            plain["required"] = [*part.get("required", ()), *plain.get("required", ())]
        return plain

    def full(self, schema: Node) -> Value:
        """A document with a value in every field, and one item in every list."""
        plain = self.plain(schema)
        if "properties" in plain:
            return {name: self.full(each) for name, each in plain["properties"].items()}
        if "items" in plain:
            return [self.full(plain["items"])]
        return next(each for each in self.edges(plain) if each is not None)

    def bare(self, schema: Node) -> Value:
        """A document with what is required and nothing else, and null where that will do."""
        plain = self.plain(schema)
        if self.nullable(plain):
            return None
        return self._bare(plain) if "properties" in plain else self._edges(plain)[0]

    def _bare(self, plain: Node) -> Node:
        return {name: self.bare(plain["properties"][name]) for name in plain.get("required", ())}

    def _void(self, plain: Node) -> Node:
        """A document with null in every field that can be null."""
        fields = plain["properties"]
        return self._bare(plain) | {name: None for name in fields if self.nullable(fields[name])}

    def nullable(self, schema: Node) -> bool:
        """Whether null is allowed."""
        kinds = self.plain(schema)["type"]
        return not kinds or "null" in kinds

    def edges(self, schema: Node) -> tuple[Value, ...]:
        """The values most likely to be misread, null among them where it is allowed."""
        plain = self.plain(schema)
        null = (None,) if self.nullable(plain) else ()
        return (*self._edges(plain), *null)

    def _edges(self, plain: Node) -> tuple[Value, ...]:
        if "properties" in plain:
            return (self.full(plain), self._bare(plain), self._void(plain))
        if "items" in plain:
            lengths = dict.fromkeys((1, plain.get("minItems", 0), plain.get("maxItems", 3)))
            return tuple([self.full(plain["items"])] * length for length in lengths)
        if "enum" in plain:
            return tuple(plain["enum"])
        if "x-extensible-enum" in plain:
            return (*plain["x-extensible-enum"], "unheard of", "")
        low, high = _range(plain)
        kind = _kind(plain)
        return tuple(each for each in _POOLS[kind] if kind != "integer" or low <= each <= high)

    def valid(self, schema: Node) -> SearchStrategy[Value]:
        """Any value that a schema allows."""
        plain = self.plain(schema)
        null = st.none() if self.nullable(plain) else st.nothing()
        return null | (self._drawn[plain["x-name"]] if "x-name" in plain else self._valid(plain))

    def _deferred(self, name: str) -> SearchStrategy[Value]:
        return st.deferred(lambda: self._valid(self.schema(name)))

    def _valid(self, plain: Node) -> SearchStrategy[Value]:
        if "properties" in plain:
            fields = {name: self.valid(each) for name, each in plain["properties"].items()}
            required = {name: fields.pop(name) for name in plain.get("required", ())}
            some = st.fixed_dictionaries(required, optional=fields)
            return st.sampled_from(self._edges(plain)) | some
        if "items" in plain:
            least, most = plain.get("minItems", 0), min(plain.get("maxItems", 2), 2)
            return st.lists(self.valid(plain["items"]), min_size=least, max_size=most)
        if "enum" in plain:
            return st.sampled_from(self._edges(plain))
        drawn: dict[str, SearchStrategy[Any]] = {
            "integer": st.integers(*_range(plain)),
            "number": _floats() | st.integers(-(2**53), 2**53),
            "boolean": st.booleans(),
            "string": _texts(),
            "date-time": _timestamps(),
            "date": st.dates().map(date.isoformat),
            "object": st.dictionaries(_texts(), anything(), max_size=3),
            "any": anything(),
        }
        return st.sampled_from(self._edges(plain)) | drawn[_kind(plain)]

    def invalid(self, schema: Node) -> tuple[Value, ...]:
        """Values that a schema forbids: of other types, impossible, or beyond its limits."""
        plain = self.plain(schema)
        kind = _kind(plain)
        if kind == "any":
            return ()
        wrong = _WRONG[kind]
        if kind in {"date-time", "date"}:
            wrong += _WRONG["string"]
        if "null" not in plain["type"]:
            wrong += (None,)
        if "enum" in plain:
            wrong += ("unheard of", "", plain["enum"][0].upper())
        if "minimum" in plain:
            wrong += (plain["minimum"] - 1, -(2**63))
        if "maximum" in plain:
            wrong += (plain["maximum"] + 1,)
        if "minItems" in plain:
            wrong += ([self.full(plain["items"])] * (plain["minItems"] - 1),)
        if "maxItems" in plain:
            wrong += ([self.full(plain["items"])] * (plain["maxItems"] + 1),)
        return wrong

    def _named(self, node: Value) -> Iterator[str]:
        """The component schemas that can be reached from here."""
        for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(node)):
            yield name
            yield from self._named(self.description.components["schemas"][name])


_POOLS: dict[str, tuple[Value, ...]] = {
    "integer": INTEGERS,
    "number": NUMBERS,
    "boolean": (False, True),
    "string": TEXTS,
    "date-time": TIMESTAMPS,
    "date": DATES,
    "object": _OBJECTS,
    "any": ANYTHING,
}


def _kind(plain: Node) -> str:
    """The type of what is not null, or the format of a string that has one."""
    kind = next((each for each in plain["type"] if each != "null"), "any")
    return plain.get("format", plain.get("x-format", kind)) if kind == "string" else kind


def _range(plain: Node) -> tuple[int, int]:
    return plain.get("minimum", _INT64[0]), plain.get("maximum", _INT64[1])


def _texts() -> SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


def _floats() -> SearchStrategy[float]:
    return st.floats(allow_nan=False, allow_infinity=False)


def _timestamps() -> SearchStrategy[str]:
    def text(local: datetime, fraction: str, offset: str) -> str:
        return f"{local.isoformat(timespec='seconds')}{fraction}{offset}"

    return st.builds(
        text,
        # a day from either end, so that no offset and no rounding leads out of time
        st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001  (the offset comes apart)
        st.just("") | st.from_regex(r"\.[0-9]{1,9}", fullmatch=True),
        st.sampled_from(_OFFSETS),
    )
