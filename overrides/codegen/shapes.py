"""The schemas that the templates render: everything else is named, with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from keys import intervals
from names import RefusedError, identifier
from references import Node, properties, reached, resolve

__all__ = ["TEXT", "components", "parameter", "unknown"]

TEXT = frozenset({"description", "example", "examples", "x-basis", "x-decision"})
"""What says something to people only."""
_REF = frozenset({"$ref", "x-removed", *TEXT})
_OBJECT = frozenset(
    {"type", "properties", "required", "additionalProperties", "allOf", "x-interval", *TEXT}
)
_FIELD = frozenset({"type", "format", "default", "x-extensible-enum", "x-removed", *TEXT})
_LIMITS: dict[str, frozenset[str]] = {
    "array": frozenset({"minItems", "maxItems"}),
    "boolean": frozenset(),
    "integer": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}),
    "string": frozenset({"minLength", "maxLength", "pattern", "enum"}),
}
_FORMATS: dict[str, frozenset[str]] = {
    "integer": frozenset({"int32", "int64"}),
    "number": frozenset({"float", "double"}),
    "string": frozenset({"date-time", "date"}),
}
_INSIDE = {"array": frozenset({"items"}), "object": frozenset({"additionalProperties"})}
_VALUES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_ANY = "no type, which is any JSON value, can only be received; give it a type"


def unknown(where: str, node: Node, known: AbstractSet[str]) -> Iterator[str]:
    """What stands in a node and no template renders."""
    for key in node:
        if key not in known:
            yield f"{where}: no template renders `{key}` here; remove it"


def components(
    document: Node, sent: AbstractSet[str], returned: AbstractSet[str], bodies: AbstractSet[str]
) -> Iterator[str]:
    """Check all named schemas."""
    for name, schema in document["components"]["schemas"].items():
        if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
            yield f"{name}: a class cannot have this name; choose one such as TimeBlock"
        elif schema.get("type") == "object":
            if name in sent and name in returned:
                yield f"{name}: is sent and received; describe a schema of its own for each"
            if name in sent:
                more = frozenset({"x-unit", "x-argument"} if name in bodies else {"x-unit"})
            else:
                more = frozenset({"x-null"})
            yield from _object(document, name, schema, sent=name in sent, more=more)
        elif "enum" in schema:
            yield from unknown(name, schema, {"type", "enum", *TEXT})
            yield from _enum(name, schema, str(schema.get("type")))
            if name in returned:
                yield f"{name}: a value that is not in its enum would fail; use x-extensible-enum"
        else:
            yield f"{name}: a named schema is an object or an enum; write this one where it is used"


def _object(
    document: Node, name: str, schema: Node, *, sent: bool, more: AbstractSet[str]
) -> Iterator[str]:
    yield from unknown(name, schema, _OBJECT)
    if not isinstance(schema.get("additionalProperties", True), bool):
        yield f"{name}: `additionalProperties` next to properties is true or false"
    own = schema
    if "allOf" in schema:
        base, *others = schema["allOf"]
        own = {**others[0]} if others else {}
        if set(base) != {"$ref"} or len(others) > 1 or "$ref" in own:
            yield f"{name}: `allOf` is a reference and then an object with the other fields"
            return
        yield from _extension(document, name, schema, own, sent=sent)
    fields = properties(document, schema)
    if not fields:
        yield f"{name}: a schema without fields; give it properties, or drop its type"
    for key in own.get("required", ()):
        if key not in fields:
            yield f"{name}: requires {key}, which it does not have; add the property"
    for key, said in own.get("properties", {}).items():
        yield from _property(document, f"{name}.{key}", said, sent=sent, more=more)
        optional = "x-null" in said and key not in own.get("required", ())
        if optional and name in reached(document, said):
            yield f"{name}.{key}: contains what it stands in; require it, or drop `x-null`"
    if problems := list(_field_names(name, fields)):
        yield from problems
        return
    yield from intervals(name, schema, fields)


def _extension(document: Node, name: str, schema: Node, own: Node, *, sent: bool) -> Iterator[str]:
    """An object that has the fields of another one too."""
    yield from unknown(f"{name}.allOf", own, {"type", "properties", "required"})
    if "properties" in schema or "required" in schema:
        yield f"{name}: fields beside `allOf` would be lost; put them into its last entry"
    if sent:
        yield f"{name}: no template renders `allOf` in what is sent; repeat the fields"
    for key in own.get("properties", {}):
        if key in {*properties(document, schema["allOf"][0]), *_ends(document, schema)}:
            yield f"{name}.{key}: its base has this field already; remove one of them"


def _ends(document: Node, schema: Node) -> Iterator[str]:
    """The properties that `x-interval` makes for a schema and its bases."""
    schema = resolve(document, schema)
    if "x-interval" in schema:
        yield str(schema["x-interval"].get("end"))
    for part in schema.get("allOf", ()):
        yield from _ends(document, part)


def _field_names(name: str, fields: Node) -> Iterator[str]:
    keys: dict[str, str] = {}
    for key in fields:
        try:
            field = identifier(key)
        except RefusedError as refused:
            yield f"{name}: {refused}"
            continue
        if (other := keys.setdefault(field, key)) != key:
            yield f"{name}: {other!r} and {key!r} would both be named {field} in Python"


def _property(
    document: Node, where: str, schema: Node, *, sent: bool, more: AbstractSet[str]
) -> Iterator[str]:
    if "$ref" in schema:
        yield from unknown(where, schema, _REF)
    elif "anyOf" in schema:
        yield from unknown(where, schema, {"anyOf", "x-removed", *TEXT})
        choices = [set(choice) for choice in schema["anyOf"]]
        if choices != [{"$ref"}, {"type"}] or schema["anyOf"][1]["type"] != "null":
            yield f"{where}: `anyOf` is a reference and then the type null; no other choice works"
        elif sent:
            yield f"{where}: null is never sent; write only the reference"
    elif "type" not in schema:
        yield from unknown(where, schema, {"x-removed", *TEXT})
        if sent:
            yield f"{where}: {_ANY}"
    else:
        yield from _typed(document, where, schema, sent=sent, more=more)
    if sent and not schema.get("description"):
        yield f"{where}: has no description; add it"


def _types(schema: Node) -> list[str]:
    """The type of a schema, or all of them."""
    types: str | list[str] = schema["type"]
    return types if isinstance(types, list) else [types]


def _typed(
    document: Node, where: str, schema: Node, *, sent: bool, more: AbstractSet[str]
) -> Iterator[str]:
    types = _types(schema)
    kind, *others = [each for each in types if each != "null"] or ["null"]
    if others or kind not in _VALUES:
        yield f"{where}: has the type {schema['type']}; no template renders more than one, and null"
        return
    if sent and "null" in types:
        yield f"{where}: null is never sent; give it one type"
    elif sent and kind == "object":
        yield f"{where}: an object that is sent needs a name; move it to components/schemas"
    limits = _LIMITS.get(kind, frozenset()) if sent else frozenset[str]()
    yield from unknown(where, schema, _FIELD | _INSIDE.get(kind, frozenset()) | limits | more)
    yield from _values(where, schema, kind)
    if kind == "array":
        yield from _items(document, where, schema, sent=sent)
    elif kind == "object" and schema.get("additionalProperties") is not True:
        yield f"{where}: an object with fields needs a name; move it to components/schemas"


def _items(document: Node, where: str, schema: Node, *, sent: bool) -> Iterator[str]:
    items = schema.get("items", {})
    if "$ref" in items:
        yield from unknown(f"{where}[]", items, {"$ref"})
    elif not items.get("type"):
        yield f"{where}: what is in the list has no type; add `items` with one"
    elif items["type"] == "array" or (sent and items["type"] == "object"):
        yield f"{where}: no template renders a list of {items['type']}s; use a reference"
    else:
        yield from _typed(document, f"{where}[]", items, sent=sent, more=frozenset[str]())


def _values(where: str, schema: Node, kind: str) -> Iterator[str]:
    """What depends on the one type of a schema."""
    if "format" in schema and schema["format"] not in _FORMATS.get(kind, ()):
        allowed = ", ".join(sorted(_FORMATS.get(kind, ()))) or "none"
        yield f"{where}: {kind} has no format {schema['format']}; remove it, or use: {allowed}"
    if "default" in schema and not _fits(schema["default"], schema["type"]):
        yield f"{where}: the default {schema['default']!r} is no {kind}; correct it"
    if "enum" in schema:
        yield from _enum(where, schema, kind)
    if schema.get("x-unit", "seconds") != "seconds" or ("x-unit" in schema and kind != "integer"):
        yield f"{where}: `x-unit` is seconds, of an integer; remove it"
    if schema.get("x-null", "empty") != "empty" or ("x-null" in schema and kind != "array"):
        yield f"{where}: `x-null` is empty, of an array; remove it"
    if not isinstance(schema.get("x-extensible-enum", []), list):
        yield f"{where}: `x-extensible-enum` is a list of the known values"


def _fits(value: object, types: str | list[str]) -> bool:
    """Whether a value is of a type, or of one of them."""
    if isinstance(types, list):
        return any(_fits(value, each) for each in types)
    if types == "null" or value is None:
        return types == "null" and value is None
    return isinstance(value, _VALUES[types]) and (types == "boolean") == isinstance(value, bool)


def _enum(where: str, schema: Node, kind: str) -> Iterator[str]:
    values = schema["enum"]
    if kind not in {"string", "integer"} or not all(_fits(each, kind) for each in values):
        yield f"{where}: an enum has only strings or only integers, as its type says"
    elif not values or len({*values}) != len(values):
        yield f"{where}: an enum has one or more values, each of them once"


def parameter(document: Node, where: str, schema: Node, *, inside: bool = False) -> Iterator[str]:
    """Check the schema of a query parameter."""
    if "$ref" in schema:
        yield from unknown(where, schema, {"$ref"})
        if "enum" not in resolve(document, schema):
            yield f"{where}: refers to what is no enum; write its type here"
        return
    kind = schema.get("type")
    if isinstance(kind, list) or kind not in _LIMITS or (inside and kind == "array"):
        yield f"{where}: no template renders the type {kind} in a query; use one that is a value"
        return
    known = {"type", "format", "default", "x-format", "x-unit", *TEXT} | _LIMITS[kind]
    yield from unknown(where, schema, known | ({"items"} if kind == "array" else set()))
    yield from _values(where, schema, kind)
    if "x-format" in schema and (kind, schema["x-format"]) != ("string", "date-time"):
        yield f"{where}: `x-format` is date-time, of a string; remove it"
    if kind == "array":
        yield from parameter(document, f"{where}[]", schema.get("items", {}), inside=True)
