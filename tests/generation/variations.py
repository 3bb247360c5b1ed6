"""Changes to a copy of the description: what the generator must render, and what it must refuse."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

Node = dict[str, Any]

WORKSPACE = "/organizations/{organization_id}/workspaces/{workspace_id}"
BLOCKS = f"{WORKSPACE}/time-blocks"
TASK_BLOCKS = f"{WORKSPACE}/tasks/{{task_id}}/time-blocks"
BLOCK = f"{TASK_BLOCKS}/{{time_block_id}}"

# Names on the wire that Python does not allow, or that generated code or every call needs itself.
NAMES = (
    *("class", "from", "created-by", "@kind", "is active", "_x", "madeBy", "HTTPServer", "URL"),
    *(
        "list",
        "int",
        "str",
        "dict",
        "bool",
        "float",
        "datetime",
        "date",
        "timedelta",
        "type",
        "id2",
    ),
    *("field", "property", "self", "cls", "utc", "seconds", "request", "response", "json", "path"),
    *("options", "progress", "timeout", "deadline", "max_retries", "wait_for_quota", "headers"),
    *("models", "operations", "listed", "values", "item", "client", "builtins", "query", "body"),
)
TEXT = {"type": "string", "description": 'Text with "quotes".'}
FIELDS: Node = {
    "plain": {"type": "integer"},
    "narrow": {"type": "integer", "format": "int32", "description": "A number."},
    "single": {"type": "number", "format": "float", "description": "A number."},
    "double": {"type": ["number", "null"], "format": "double", "description": "A number."},
    "day": {"type": "string", "format": "date", "description": "A day."},
    "any": {"description": "Any JSON value."},
    "free": {"type": ["object", "null"], "additionalProperties": True, "description": "Free."},
    "names": {"type": ["array", "null"], "items": {"type": "string"}, "description": "Names."},
    "times": {
        "type": "array",
        "items": {"type": "string", "format": "date-time"},
        "description": "Times.",
    },
    "parent": {
        "anyOf": [{"$ref": "#/components/schemas/TimeBlock"}, {"type": "null"}],
        "description": "A block like this one.",
    },
    "children": {
        "type": "array",
        "x-null": "empty",
        "items": {"$ref": "#/components/schemas/TimeBlock"},
        "description": "Blocks like this one.",
    },
    "problem": {"$ref": "#/components/schemas/Problem", "description": "What went wrong."},
    "mood": {
        "type": "string",
        "x-extensible-enum": ["calm", "tense"],
        "default": "calm",
        "description": "The mood.",
    },
}
SENT: Node = {
    "narrow": {"type": "integer", "format": "int32", "minimum": 1, "description": "A number."},
    "ratio": {"type": "number", "exclusiveMinimum": 0, "description": "A number."},
    "day": {"type": "string", "format": "date", "description": "A day."},
    "mood": {"type": "string", "enum": ["calm", 'it\'s "tense"'], "description": "The mood."},
    "level": {"type": "integer", "enum": [1, 2], "default": 1, "description": "The level."},
    "order": {"$ref": "#/components/schemas/TimeBlockOrder", "description": "The order."},
    "orders": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/TimeBlockOrder"},
        "description": "Orders.",
    },
    "times": {
        "type": "array",
        "maxItems": 3,
        "items": {"type": "string", "format": "date-time"},
        "description": "Times.",
    },
    "entry": {"$ref": "#/components/schemas/TimeBlockBulkUpdateItem", "description": "One."},
}
QUERY: Node = {
    "narrow": {"type": "integer", "format": "int32", "minimum": 1},
    "ratio": {"type": "number", "exclusiveMinimum": 0},
    "day": {"type": "string", "format": "date"},
    "mood": {"type": "string", "enum": ["calm", "tense"]},
    "level": {"type": "integer", "enum": [1, 2], "default": 1},
    "order": {"$ref": "#/components/schemas/TimeBlockOrder"},
    "days": {"type": "array", "items": {"type": "string", "format": "date"}},
    "levels": {"type": "array", "items": {"type": "integer", "enum": [1, 2]}},
    "flags": {"type": "array", "items": {"type": "boolean"}},
}


def query(name: str, schema: Node, **more: Any) -> Node:
    """A query parameter."""
    lists = {"explode": False} if schema.get("type") == "array" else {}
    return {"name": name, "in": "query", "description": "New.", "schema": schema} | lists | more


def everything(document: Node) -> None:
    """Change all that the generator must render, at once."""
    schemas, paths = document["components"]["schemas"], document["paths"]
    schemas["TimeBlock"]["properties"] |= FIELDS | dict.fromkeys(NAMES, TEXT)
    schemas["TimeBlock"]["required"].append("children")  # without a default, as it is recursive
    schemas["TimeBlockCreate"]["properties"] |= SENT | dict.fromkeys(NAMES, TEXT)
    schemas["TimeBlockBulkUpdateItem"]["properties"] |= SENT | dict.fromkeys(NAMES, TEXT)
    del schemas["TimeBlockBulkUpdateItem"]["properties"]["entry"]  # it would contain itself
    text = {"type": "string"}
    parameters = [*(query(name, text) for name in NAMES), *(query(*each) for each in QUERY.items())]
    parameters.append(query("shortest", {"type": "integer"}, **{"x-unit": "seconds"}))
    paths[BLOCKS]["get"]["parameters"] += parameters
    paths[BLOCKS + "/bulk"]["delete"]["parameters"] += parameters
    paths[BLOCKS + "/stream"]["get"]["parameters"] += parameters

    # The same things at other places: parameters of the path, a referenced body, another order.
    block = paths[BLOCK]
    block["parameters"] = block["get"]["parameters"][:3]
    for operation in (block[method] for method in ("get", "put", "patch", "delete")):
        operation["parameters"] = operation["parameters"][3:]
    document["components"]["requestBodies"] = {"Replace": block["put"]["requestBody"]}
    block["put"]["requestBody"] = {"$ref": "#/components/requestBodies/Replace"}
    block["get"]["responses"] = dict(reversed(block["get"]["responses"].items()))

    # A second resource, without an organization in its paths, and without what others have.
    document["tags"].append({"name": "moods", "description": 'What people feel, "so to say".'})
    schemas["Mood"] = {"type": "object", "properties": {"id": {"type": "integer"}}} | TEXT
    schemas["Mood"]["type"] = "object"
    schemas["MoodCreate"] = deepcopy(schemas["Mood"])
    schemas["MoodCreate"]["properties"]["id"]["description"] = "Its id."
    mood = {"$ref": "#/components/schemas/Mood"}
    create = {"$ref": "#/components/schemas/MoodCreate"}
    words = {"tags": ["moods"], "summary": 'Do "something" else', "description": "Does it."}
    moods = {"type": "array", "items": mood}
    paths["/moods"] = {
        "get": words
        | {"operationId": "list_moods"}
        | {
            "responses": {
                "202": {"description": "All.", "content": {"application/json": {"schema": moods}}}
            }
        },
        "put": words
        | {"operationId": "replace_moods", "responses": {"200": {"description": "Done."}}}
        | {
            "requestBody": {
                "description": "The moods.",
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "minItems": 0, "maxItems": 5, "items": create},
                        "examples": {"one": {"value": [{"id": 1}]}},
                    }
                },
            }
        },
    }
