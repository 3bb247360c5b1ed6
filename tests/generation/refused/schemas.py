"""Schemas, references and words."""

from __future__ import annotations

from tests.generation.changes import (
    ARRAY,
    GET,
    OBJECT,
    SCHEMAS,
    Case,
    add,
    field,
    named,
    put,
)
from tests.generation.variations import TEXT

__all__ = ["CASES"]

CASES: dict[str, Case] = {
    "schema is no class": (named(OBJECT, "mood"), "mood: a class cannot have this name; choose"),
    "schema with a dash": (named(OBJECT, "My-Mood"), "My-Mood: a class cannot have this name"),
    "schema like a query": (
        named(OBJECT, "ListTimeBlocksQuery"),
        "ListTimeBlocksQuery: is the class of a query; choose another name",
    ),
    "named text": (named(TEXT), "Mood: a named schema is an object or an enum; write this one whe"),
    "named list": (named(ARRAY), "Mood: a named schema is an object or an enum; write this one wh"),
    "named choice": (
        named({"oneOf": [{"$ref": "#/components/schemas/TimeBlock"}]}),
        "Mood: a named schema is an object or an enum; write this one where it is used",
    ),
    "named reference": (
        named({"$ref": "#/components/schemas/TimeBlock"}),
        "Mood: is only a reference in components/schemas; refer to its target",
    ),
    "no fields": (
        named({"type": "object"}),
        "Mood: a schema without fields; give it properties, or drop its type",
    ),
    "required field": (
        add(*SCHEMAS, "TimeBlock", "required", "mood"),
        "TimeBlock: requires mood, which it does not have; add the property",
    ),
    "mapping": (
        put(*SCHEMAS, "TimeBlock", "additionalProperties", TEXT),
        "TimeBlock: `additionalProperties` next to properties is true or false",
    ),
    "mapping as a field": (
        field("TimeBlock", type="object", additionalProperties=TEXT),
        "TimeBlock.mood: an object with fields needs a name; move it to components/schemas",
    ),
    "object as a field": (
        field("TimeBlock", type="object", properties={"id": TEXT}),
        "TimeBlock.mood: no template renders `properties` here; remove it",
    ),
    "base twice": (
        add(*SCHEMAS, "TimeBlockListItem", "allOf", {"$ref": "#/components/schemas/Status"}),
        "TimeBlockListItem: `allOf` is a reference and then an object with the other fields",
    ),
    "two bases": (
        put(*SCHEMAS, "TimeBlockListItem", "allOf", 1, {"$ref": "#/components/schemas/Status"}),
        "TimeBlockListItem: `allOf` is a reference and then an object with the other fields",
    ),
    "field of the base": (
        put(*SCHEMAS, "TimeBlockListItem", "allOf", 1, "properties", "id", {"type": "string"}),
        "TimeBlockListItem.id: its base has this field already; remove one of them",
    ),
    "fields beside allOf": (
        put(*SCHEMAS, "TimeBlockListItem", "properties", {"mood": TEXT}),
        "TimeBlockListItem: fields beside `allOf` would be lost; put them into its last entry",
    ),
    "extends itself": (
        put(*SCHEMAS, "TimeBlock", "allOf", [{"$ref": "#/components/schemas/TimeBlockListItem"}]),
        "TimeBlock: extends itself by `allOf`; remove one of the references",
    ),
    "two types of a field": (
        field("TimeBlock", type=["string", "integer"]),
        "TimeBlock.mood: has the type ['string', 'integer']; no template renders more than one",
    ),
    "only null": (field("TimeBlock", type="null"), "TimeBlock.mood: has the type null; no templ"),
    "choice of objects": (
        field(
            "TimeBlock",
            anyOf=[{"$ref": f"#/components/schemas/{name}"} for name in ("Status", "Problem")],
        ),
        "TimeBlock.mood: `anyOf` is a reference and then the type null; no other choice works",
    ),
    "choice of values": (
        field("TimeBlock", anyOf=[{"type": "string"}, {"type": "integer"}]),
        "TimeBlock.mood: `anyOf` is a reference and then the type null; no other choice works",
    ),
    "oneOf": (
        field("TimeBlock", oneOf=[{"$ref": "#/components/schemas/Status"}, {"type": "null"}]),
        "TimeBlock.mood: no template renders `oneOf` here; remove it",
    ),
    "allOf": (
        field("TimeBlock", allOf=[{"$ref": "#/components/schemas/Status"}]),
        "TimeBlock.mood: no template renders `allOf` here; remove it",
    ),
    "list of what": (
        field("TimeBlock", type="array"),
        "TimeBlock.mood: what is in the list has no type; add `items` with one",
    ),
    "list of lists": (
        field("TimeBlock", type="array", items=ARRAY),
        "TimeBlock.mood: no template renders a list of arrays; use a reference",
    ),
    "list of objects": (
        field("TimeBlock", type="array", items={"type": "object", "properties": {"id": TEXT}}),
        "TimeBlock.mood[]: no template renders `properties` here; remove it",
    ),
    "format of a field": (
        field("TimeBlock", type="string", format="uuid"),
        "TimeBlock.mood: string has no format uuid; remove it, or use: date, date-time",
    ),
    "received enum": (
        field("TimeBlock", **{"$ref": "#/components/schemas/TimeBlockOrder"}),
        "TimeBlockOrder: a value that is not in its enum would fail; use x-extensible-enum",
    ),
    "x-null": (
        field("TimeBlock", type="string", x_null="empty"),
        "TimeBlock.mood: `x-null` is empty, of an array; remove it",
    ),
    "x-null of itself": (
        field(
            "TimeBlock",
            type="array",
            x_null="empty",
            items={"$ref": "#/components/schemas/TimeBlock"},
        ),
        "TimeBlock.mood: contains what it stands in; require it, or drop `x-null`",
    ),
    "x-extensible-enum": (
        put(*SCHEMAS, "TimeBlock", "properties", "timezone", "x-extensible-enum", "UTC"),
        "TimeBlock.timezone: `x-extensible-enum` is a list of the known values",
    ),
    "two fields": (
        put(*SCHEMAS, "TimeBlock", "properties", "_id", TEXT),
        "TimeBlock: 'id' and '_id' would both be named id in Python",
    ),
    "two fields of base and extension": (
        put(*SCHEMAS, "TimeBlockListItem", "allOf", 1, "properties", "createdAt", TEXT),
        "TimeBlockListItem: 'created_at' and 'createdAt' would both be named created_at in Pyth",
    ),
    "field without a name": (
        put(*SCHEMAS, "TimeBlock", "properties", "-", TEXT),
        "TimeBlock: no name in Python can be made of '-'",
    ),
    **{
        f"reference {reference}": (
            field("TimeBlock", **{"$ref": reference}),
            f"{reference}: {message}",
        )
        for reference, message in (
            ("other.yaml#/Mood", "not a reference to components/schemas of this file; write one"),
            ("https://example.com/mood", "not a reference to components/schemas of this file"),
            ("#/components/parameters/Page", "not a reference to components/schemas of this file"),
            ("#/components/schemas/Status/properties/id", "not a reference to components/schemas"),
            ("#/components/schemas/Mood", "leads nowhere; add the component or correct the refer"),
        )
    },
    "reference to a response": (
        put(*GET, "responses", "404", {"$ref": "#/components/schemas/Problem"}),
        "#/components/schemas/Problem: not a reference to components/responses of this file",
    ),
    "quotes": (
        put(*GET, "description", 'It """says""" so.'),
        "has a backslash or three quotes, or ends with a quote; reword it",
    ),
    "last quote": (
        put(*SCHEMAS, "TimeBlock", "properties", "id", "description", 'The "id"'),
        "#/components/schemas/TimeBlock/properties/id/description: has a backslash or three quo",
    ),
    "backslash": (put(*GET, "summary", "Get \\ it"), "/get/summary: has a backslash or three quo"),
}
