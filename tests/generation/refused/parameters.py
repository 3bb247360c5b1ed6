"""Paths and parameters."""

from __future__ import annotations

from tests.generation.changes import (
    ARRAY,
    BLOCK,
    BLOCKS,
    GET,
    LIST,
    Case,
    add,
    drop,
    parameter,
    path_parameter,
    put,
)
from tests.generation.variations import TEXT

__all__ = ["CASES"]

CASES: dict[str, Case] = {
    "reference to a path": (put("paths", "/x", {"$ref": "x.yaml"}), "x.yaml: not a reference to"),
    "not in the path": (
        add(*LIST, "parameters", {"$ref": "#/components/parameters/TaskId"}),
        f"list_time_blocks(task_id): is not in the path {BLOCKS}; add it there or remove it",
    ),
    "not described": (
        drop(*GET, "parameters", 3),
        "get_time_block(time_block_id): is in the path, but not described; add the parameter",
    ),
    "described twice": (
        add(*GET, "parameters", {"$ref": "#/components/parameters/TaskId"}),
        "get_time_block: describes the path task_id twice; remove one",
    ),
    "described by path and operation": (
        put("paths", BLOCK, "parameters", [{"$ref": "#/components/parameters/TaskId"}]),
        "get_time_block: describes the path task_id twice; remove one",
    ),
    "twice in the path": (
        put("paths", "/x/{id}/{id}", {}),
        "/x/{id}/{id}: has id twice; rename one",
    ),
    "part of a segment": (
        put("paths", "/x/{id}.json", {}),
        "/x/{id}.json: a path consists of plain segments and whole {parameters}",
    ),
    "query in the path": (put("paths", "/x?y=1", {}), "/x?y=1: a path consists of plain segments"),
    "text in the path": (
        path_parameter(schema={"type": "string"}),
        "get_time_block(time_block_id): clients send only ids in a path; give it the type integer",
    ),
    "optional in the path": (
        path_parameter(required=False),
        "get_time_block(time_block_id): a path parameter is always `required: true`",
    ),
    "style in the path": (
        path_parameter(style="label"),
        "get_time_block(time_block_id): no template renders the style label; remove it",
    ),
    "value of the client": (
        path_parameter(**{"x-client-default": True}),
        "get_time_block(time_block_id): clients have no value for it; remove `x-client-default`",
    ),
    "no example": (
        drop("components", "parameters", "TaskId", "example"),
        "create_time_block(task_id): has no example; add it, because docstrings show it",
    ),
    "header": (
        parameter(TEXT, **{"in": "header"}),
        "list_time_blocks(mood): no template renders header parameters; remove it",
    ),
    "header list": (
        parameter(ARRAY, **{"in": "header"}),
        "list_time_blocks(mood): no template renders header parameters; remove it",
    ),
    "cookie": (
        parameter(TEXT, **{"in": "cookie"}),
        "list_time_blocks(mood): no template renders cookie parameters; remove it",
    ),
    "repeated keys": (parameter(ARRAY, explode=True), "list_time_blocks(mood): a list needs `expl"),
    "repeated keys by default": (
        add(*LIST, "parameters", {"name": "mood", "in": "query", "schema": ARRAY}),
        "list_time_blocks(mood): a list needs `explode: false`",
    ),
    "style": (
        parameter(ARRAY, style="pipeDelimited"),
        "list_time_blocks(mood): no template renders the style pipeDelimited; remove it",
    ),
    "no words": (parameter(TEXT, description=""), "list_time_blocks(mood): has no description"),
    "no type": (parameter({}), "list_time_blocks(mood): no template renders the type None in a q"),
    "two types": (
        parameter({"type": ["string", "null"]}),
        "list_time_blocks(mood): no template renders the type ['string', 'null'] in a query",
    ),
    "object": (parameter({"type": "object"}), "list_time_blocks(mood): no template renders the t"),
    "choice": (parameter({"anyOf": [{"type": "string"}]}), "list_time_blocks(mood): no template"),
    "lists in a list": (
        parameter({"type": "array", "items": ARRAY}),
        "list_time_blocks(mood)[]: no template renders the type array in a query",
    ),
    "list of anything": (
        parameter({"type": "array"}),
        "list_time_blocks(mood)[]: no template renders the type None in a query; use one that is",
    ),
    "reference to an object": (
        parameter({"$ref": "#/components/schemas/TimeBlock"}),
        "list_time_blocks(mood): refers to what is no enum; write its type here",
    ),
    "format": (
        parameter({"type": "string", "format": "uuid"}),
        "list_time_blocks(mood): string has no format uuid; remove it, or use: date, date-time",
    ),
    "format of a number": (
        parameter({"type": "integer", "format": "double"}),
        "list_time_blocks(mood): integer has no format double; remove it, or use: int32, int64",
    ),
    "format of a boolean": (
        parameter({"type": "boolean", "format": "int32"}),
        "list_time_blocks(mood): boolean has no format int32; remove it, or use: none",
    ),
    "x-format": (
        parameter({"type": "string", "x-format": "date"}),
        "list_time_blocks(mood): `x-format` is date-time, of a string; remove it",
    ),
    "unit": (
        parameter({"type": "integer", "x-unit": "minutes"}),
        "list_time_blocks(mood): `x-unit` is seconds, of an integer; remove it",
    ),
    "default": (
        parameter({"type": "integer", "default": "1"}),
        "list_time_blocks(mood): the default '1' is no integer; correct it",
    ),
    "default is a boolean": (
        parameter({"type": "integer", "default": True}),
        "list_time_blocks(mood): the default True is no integer; correct it",
    ),
    "default is null": (
        parameter({"type": "string", "default": None}),
        "list_time_blocks(mood): the default None is no string; correct it",
    ),
    **{
        f"enum {values}": (
            parameter({"type": kind, "enum": values}),
            "list_time_blocks(mood): an enum has only strings or only integers, as its type says",
        )
        for kind, values in (
            ("string", ["a", 1]),
            ("string", ["a", None]),
            ("integer", [True]),
            ("integer", ["1"]),
        )
    },
    "enum of numbers": (
        parameter({"type": "number", "enum": [1.5]}),
        "list_time_blocks(mood): no template renders `enum` here; remove it",
    ),
    "empty enum": (
        parameter({"type": "string", "enum": []}),
        "list_time_blocks(mood): an enum has one or more values, each of them once",
    ),
    "enum with a value twice": (
        parameter({"type": "string", "enum": ["a", "a"]}),
        "list_time_blocks(mood): an enum has one or more values, each of them once",
    ),
    "two arguments": (
        parameter(TEXT, "date-from"),
        "list_time_blocks: two arguments are named date_from; give one of them an `x-argument`",
    ),
    "argument like a client's value": (
        parameter(TEXT, "organizationId"),
        "list_time_blocks: two arguments are named organization_id; give one of them an `x-argu",
    ),
    "no name": (parameter(TEXT, "5"), "list_time_blocks(5): no name in Python can be made of '5'"),
    "query and body": (
        add(
            *("paths", BLOCK, "patch", "parameters"),
            {"$ref": "#/components/parameters/TaskFilter"},
        ),
        "update_time_block: has task_id in the query and in the body; rename one",
    ),
}
