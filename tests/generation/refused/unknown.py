"""Keys that OpenAPI or JSON Schema has, and that no template renders."""

from __future__ import annotations

from tests.generation.changes import BLOCK, CREATE, GET, JSON, SCHEMAS, Case, put

__all__ = ["CASES"]

CASES: dict[str, Case] = {
    f"{key} in {place}": (
        put(*keys, key, value),
        f"{where}: no template renders `{key}` here; remove it",
    )
    for place, where, keys, values in (
        ("the description", "the description", (), {"webhooks": {}, "jsonSchemaDialect": "x"}),
        (
            "a path",
            BLOCK,
            ("paths", BLOCK),
            {"servers": [], "head": {}, "options": {}, "trace": {}},
        ),
        ("a tag", "tag time_blocks", ("tags", 0), {"externalDocs": {}}),
        (
            "an operation",
            "get_time_block",
            GET,
            {
                "deprecated": True,
                "security": [],
                "servers": [],
                "callbacks": {},
                "x-idempotend": True,
            },
        ),
        (
            "a parameter",
            "list_task_time_blocks(page)",
            ("components", "parameters", "Page"),
            {
                "deprecated": True,
                "allowReserved": True,
                "content": {},
                "examples": {},
                "x-argument": "p",
            },
        ),
        (
            "a query",
            "list_task_time_blocks(page)",
            ("components", "parameters", "Page", "schema"),
            {"const": 1, "nullable": True, "deprecated": True, "multipleOf": 2, "minLength": 1},
        ),
        ("a body", "create_time_block body", (*CREATE, "requestBody"), {"deprecated": True}),
        (
            "a media type",
            "create_time_block body",
            (*CREATE, "requestBody", *JSON),
            {"encoding": {}, "example": {}},
        ),
        ("a response", "get_time_block 200", (*GET, "responses", "200"), {"links": {}}),
        (
            "a sent object",
            "TimeBlockCreate",
            (*SCHEMAS, "TimeBlockCreate"),
            {
                "oneOf": [],
                "anyOf": [],
                "not": {},
                "if": {},
                "patternProperties": {},
                "minProperties": 1,
                "dependentRequired": {},
                "discriminator": {},
                "xml": {},
                "unevaluatedProperties": False,
                "$defs": {},
                "title": "A",
                "x-unit": "seconds",
            },
        ),
        (
            "a sent field",
            "TimeBlockCreate.duration",
            (*SCHEMAS, "TimeBlockCreate", "properties", "duration"),
            {
                "const": 1,
                "readOnly": True,
                "writeOnly": True,
                "nullable": True,
                "not": {},
                "oneOf": [],
                "allOf": [],
                "multipleOf": 2,
                "deprecated": True,
                "x-null": "empty",
            },
        ),
        (
            "a received field",
            "TimeBlock.timezone",
            (*SCHEMAS, "TimeBlock", "properties", "timezone"),
            {
                "enum": ["UTC"],
                "const": "UTC",
                "maxLength": 9,
                "pattern": "^U",
                "minLength": 1,
                "contentEncoding": "base64",
                "x-unit": "seconds",
                "x-argument": "zone",
            },
        ),
        (
            "a received list",
            "TimeBlockPage.data",
            (*SCHEMAS, "TimeBlockPage", "properties", "data"),
            {"uniqueItems": True, "maxItems": 100, "prefixItems": [], "contains": {}},
        ),
    )
    for key, value in values.items()
}
