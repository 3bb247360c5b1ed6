"""The x- keys."""

from __future__ import annotations

from tests.generation.changes import (
    BLOCK,
    BULK_DELETE,
    BULK_UPDATE,
    GET,
    LIST,
    SCHEMAS,
    Case,
    drop,
    put,
)
from tests.generation.variations import TEXT

__all__ = ["CASES"]

CASES: dict[str, Case] = {
    "idempotent": (put(*GET, "x-idempotent", "no"), "get_time_block: `x-idempotent` is true or f"),
    "streaming": (put(*GET, "x-streaming", 1), "get_time_block: `x-streaming` is true or false"),
    "streaming an object": (
        put(*GET, "x-streaming", True),
        "get_time_block: `x-streaming` needs a response that is an array",
    ),
    "streaming pages": (
        put(*LIST, "x-streaming", True),
        "list_time_blocks: no template renders x-streaming and x-pagination together; remove one",
    ),
    "pages without a key": (
        drop(*LIST, "x-pagination", "key"),
        "list_time_blocks: `x-pagination` has the keys items, key, method, page, size",
    ),
    "pages with a key": (
        put(*LIST, "x-pagination", "total", "total"),
        "list_time_blocks: `x-pagination` has the keys items, key, method, page, size",
    ),
    "pages of nothing": (
        put(
            "paths",
            BLOCK,
            "delete",
            "x-pagination",
            {"method": "all", "page": "page", "size": "size", "items": "data", "key": "id"},
        ),
        "delete_time_block: `x-pagination` names page, which is no optional integer of the query",
    ),
    **{
        f"pages {key} {value}": (
            put(*LIST, "x-pagination", key, value),
            f"list_time_blocks: `x-pagination` names {value}, which {message}",
        )
        for key, value, message in (
            ("page", "number", "is no optional integer of the query"),
            ("page", "archived", "is no optional integer of the query"),
            ("page", "organization_id", "is no optional integer of the query"),
            ("size", "count", "is no optional integer of the query"),
            ("size", "task_id", "has no `maximum`; add it"),
            ("items", "blocks", "is no list of objects in the response"),
            ("items", "page", "is no list of objects in the response"),
            ("key", "uuid", "its items do not have"),
        )
    },
    "pages that may be null": (
        drop(*SCHEMAS, "TimeBlockWithTaskPage", "properties", "data", "x-null"),
        "list_time_blocks: `x-pagination` names data, which may be null; add `x-null: empty`",
    ),
    "pages that may be missing": (
        put(*SCHEMAS, "TimeBlockWithTaskPage", "required", ["page"]),
        "list_time_blocks: `x-pagination` names data, which the response may lack; require it",
    ),
    "method of pages": (
        put(*LIST, "x-pagination", "method", "for"),
        "list_time_blocks: `for` is no name of a method in Python; choose another one",
    ),
    "bulk of nothing": (put(*GET, "x-bulk", {"entries": "ids"}), "get_time_block: `x-bulk` names"),
    "bulk without entries": (put(*BULK_DELETE, "x-bulk", {}), "bulk_delete_time_blocks: `x-bulk`"),
    "bulk of no list": (
        put(*BULK_DELETE, "x-bulk", "entries", "outbound_sync"),
        "bulk_delete_time_blocks: `x-bulk` names outbound_sync, which is no required list",
    ),
    "bulk without a limit": (
        drop("components", "parameters", "Ids", "schema", "maxItems"),
        "bulk_delete_time_blocks: `x-bulk` names ids, which has no `maxItems`; add it",
    ),
    "bulk that may be omitted": (
        put("components", "parameters", "Ids", "required", False),
        "bulk_delete_time_blocks: `x-bulk` names ids, which is no required list",
    ),
    "bulk unique": (
        put(*BULK_DELETE, "x-bulk", "unique", "yes"),
        "bulk_delete_time_blocks: `x-bulk`: `unique` is true or false",
    ),
    "bulk distinct": (
        put(*BULK_UPDATE, "x-bulk", "distinct", "uuid"),
        "bulk_update_time_blocks: `x-bulk` names uuid, which its entries do not have",
    ),
    "bulk that returns an object": (
        put(
            *BULK_DELETE,
            "responses",
            "204",
            {
                "description": "A.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/TimeBlock"}}
                },
            },
        ),
        "bulk_delete_time_blocks: `x-bulk` needs a response that is an array, or none",
    ),
    **{
        f"interval {key} {value}": (
            put(*SCHEMAS, "TimeBlock", "x-interval", key, value),
            f"TimeBlock: `x-interval` {message}",
        )
        for key, value, message in (
            ("start", "begin", "names begin, which is no field with date-time"),
            ("start", "id", "names id, which is no field with date-time"),
            ("start", "updated_at", "names updated_at, which may be missing; require it"),
            ("duration", "length", "names length, which is no field with integer"),
            ("duration", "timezone", "names timezone, which is no field with integer"),
            ("end", "created_at", "makes created_at, which is no new name in Python"),
            ("end", "the end", "makes the end, which is no new name in Python"),
        )
    },
    "interval without an end": (
        drop(*SCHEMAS, "TimeBlock", "x-interval", "end"),
        "TimeBlock: `x-interval` has the keys start, duration and end",
    ),
    "interval like a field of an extension": (
        put(*SCHEMAS, "TimeBlockListItem", "allOf", 1, "properties", "end", TEXT),
        "TimeBlockListItem.end: its base has this field already; remove one of them",
    ),
}
