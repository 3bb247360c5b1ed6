"""Bodies and responses."""

from __future__ import annotations

import json

from tests.generation.changes import (
    ARRAY,
    CREATE,
    GET,
    JSON,
    MOOD,
    OBJECT,
    Case,
    body,
    both,
    drop,
    field,
    named,
    put,
    response,
)
from tests.generation.variations import TEXT

__all__ = ["CASES"]

CASES: dict[str, Case] = {
    "body is a form": (
        put(*CREATE, "requestBody", "content", {"multipart/form-data": {"schema": {}}}),
        "create_time_block body: only application/json is sent, not multipart/form-data",
    ),
    "two bodies": (
        put(*CREATE, "requestBody", "content", "text/plain", {"schema": {"type": "string"}}),
        "create_time_block body: only application/json is sent, not application/json, text/plain",
    ),
    "body without content": (
        put(*CREATE, "requestBody", "content", {}),
        "create_time_block body: only application/json is sent, not nothing",
    ),
    "optional body": (
        put(*CREATE, "requestBody", "required", False),
        "create_time_block body: is always sent; say `required: true`",
    ),
    "body without words": (
        drop(*CREATE, "requestBody", "description"),
        "create_time_block body: has no description; add it",
    ),
    "body without example": (
        drop(*CREATE, "requestBody", *JSON, "examples"),
        "create_time_block body: has no `examples`; add one, because docstrings show it",
    ),
    **{
        f"body {json.dumps(schema)}": (
            body(schema),
            "create_time_block body: is a reference to an object, or an array of them",
        )
        for schema in (
            {"type": "string"},
            {},
            {"oneOf": [{"$ref": "#/components/schemas/TimeBlockCreate"}]},
            {"anyOf": [{"$ref": "#/components/schemas/TimeBlockCreate"}, {"type": "null"}]},
            {"allOf": [{"$ref": "#/components/schemas/TimeBlockCreate"}]},
            {"$ref": "#/components/schemas/TimeBlockOrder"},
        )
    },
    "inline body": (body(OBJECT), "create_time_block body: no template renders `properties` here"),
    "array body without limits": (
        body({"type": "array", "items": {"$ref": "#/components/schemas/TimeBlockCreate"}}),
        "create_time_block body: an array that is sent has `minItems` and `maxItems`; add them",
    ),
    "array body of text": (
        body(ARRAY | {"minItems": 1, "maxItems": 2}),
        "create_time_block body: what is in the array is a reference to an object",
    ),
    "array body of inline objects": (
        body({"type": "array", "minItems": 1, "maxItems": 2, "items": OBJECT}),
        "create_time_block body: what is in the array needs a name; move it to components/schema",
    ),
    "body that extends": (
        both(
            named(
                {
                    "type": "object",
                    "description": "New.",
                    "allOf": [
                        {"$ref": "#/components/schemas/TimeBlockCreate"},
                        {"type": "object", "properties": {"mood": TEXT}},
                    ],
                }
            ),
            body(MOOD),
        ),
        "Mood: no template renders `allOf` in what is sent; repeat the fields",
    ),
    "body that is received": (
        body({"$ref": "#/components/schemas/TimeBlock"}),
        "TimeBlock: is sent and received; describe a schema of its own for each",
    ),
    "sent null": (
        field("TimeBlockCreate", type=["string", "null"]),
        "TimeBlockCreate.mood: null is never sent; give it one type",
    ),
    "sent choice": (
        field(
            "TimeBlockCreate",
            anyOf=[{"$ref": "#/components/schemas/TimeBlockUpdate"}, {"type": "null"}],
        ),
        "TimeBlockCreate.mood: null is never sent; write only the reference",
    ),
    "sent anything": (
        field("TimeBlockCreate"),
        "TimeBlockCreate.mood: no type, which is any JSON value, can only be received",
    ),
    "sent object": (
        field("TimeBlockCreate", type="object", additionalProperties=True),
        "TimeBlockCreate.mood: an object that is sent needs a name; move it to components/schema",
    ),
    "sent without words": (
        field("TimeBlockCreate", type="string", description=""),
        "TimeBlockCreate.mood: has no description; add it",
    ),
    "argument twice": (
        field("TimeBlockUpdate", type="string", x_argument="start"),
        "update_time_block: two arguments are named start; give one of them an `x-argument`",
    ),
    "argument is no name": (
        field("TimeBlockUpdate", type="string", x_argument="the mood"),
        "update_time_block(mood): `the mood` is no name of an argument; choose another one",
    ),
    "argument is an option": (
        field("TimeBlockUpdate", type="string", x_argument="timeout"),
        "update_time_block(mood): `timeout` is no name of an argument; choose another one",
    ),
    "argument deep inside": (
        field("TimeBlockBulkUpdateItem", type="string", x_argument="feeling"),
        "TimeBlockBulkUpdateItem.mood: no template renders `x-argument` here; remove it",
    ),
    "no success": (
        drop(*GET, "responses", "200"),
        "get_time_block: describe one successful response, such as 200; it has none",
    ),
    "two successes": (
        put(*GET, "responses", "202", {"description": "Later."}),
        "get_time_block: describe one successful response, such as 200; it has 200, 202",
    ),
    "redirect": (
        put(*GET, "responses", "302", {"description": "Elsewhere."}),
        "get_time_block: describe one successful response, such as 200; it has 200, 302",
    ),
    "any success": (
        both(drop(*GET, "responses", "200"), put(*GET, "responses", "2XX", {"description": "A."})),
        "get_time_block: describe one successful response, such as 200; it has 2XX",
    ),
    "response is a file": (
        put(*GET, "responses", "200", "content", {"text/calendar": {"schema": TEXT}}),
        "get_time_block 200: only application/json is read, not text/calendar",
    ),
    "two kinds of response": (
        put(*GET, "responses", "200", "content", "text/plain", {"schema": TEXT}),
        "get_time_block 200: only application/json is read, not application/json, text/plain",
    ),
    "response without schema": (
        drop(*GET, "responses", "200", *JSON, "schema"),
        "get_time_block 200: is a reference to an object, or an array of them",
    ),
    **{
        f"response {json.dumps(schema)}": (
            response(schema),
            "get_time_block 200: is a reference to an object, or an array of them",
        )
        for schema in (
            {"type": "string"},
            {"type": "object", "additionalProperties": True},
            OBJECT,
            ARRAY,
            {"type": "array", "items": OBJECT},
            {"anyOf": [{"$ref": "#/components/schemas/TimeBlock"}, {"type": "null"}]},
        )
    },
}
