"""Operations, tags and what stands above them."""

from __future__ import annotations

from tests.generation.changes import BLOCK, GET, MOODS, Case, add, both, drop, method, put, tag

__all__ = ["CASES"]

CASES: dict[str, Case] = {
    "openapi 3.0": (put("openapi", "3.0.3"), "openapi: 3.0.3 is not read; write it in OpenAPI 3.1"),
    "no security": (put("security", []), "security: the client sends a bearer key; require one"),
    "basic": (put("security", [{"basic": []}]), "security: the client sends a bearer key; require"),
    "both schemes": (put("security", [{"basic": [], "bearer": []}]), "security: the client sends"),
    "no tag": (put(*GET, "tags", []), "get_time_block: has no tag; give it one of the descript"),
    "unknown tag": (put(*GET, "tags", ["moods"]), "get_time_block: has moods; give it one of the"),
    "two tags": (
        both(add("tags", MOODS), add(*GET, "tags", "moods")),
        "get_time_block: has time_blocks, moods; give it one of the description's tags: time_blo",
    ),
    "tag twice": (both(add("tags", MOODS), add("tags", MOODS)), "tag moods: is there twice"),
    "tag is no name": (tag("time-blocks"), "tag time-blocks: no name in Python; choose one such"),
    "tag is a keyword": (tag("class"), "tag class: no name in Python; choose one such as time_b"),
    "tag is private": (tag("_sender"), "tag _sender: no name in Python; choose one such as"),
    **{
        f"tag {name}": (
            tag(name),
            f"tag {name}: clients have a member of this name; choose another",
        )
        for name in ("raw", "request", "quota", "close", "aclose", "with_options", "base_url")
    },
    "tag like an import": (tag("options"), "Options: blocking.py needs this name itself; choose"),
    "tag like the resources": (tag("resources"), "Resources: blocking.py needs this name itself"),
    "tag like a raw one": (
        add("tags", {"name": "raw_time_blocks", "description": "Raw."}),
        "RawTimeBlocks: blocking.py needs this name itself; choose another one",
    ),
    "tag like another": (
        add("tags", {"name": "time_blocks_", "description": "Others."}),
        "TimeBlocks: blocking.py needs this name itself; choose another one",
    ),
    "tag without words": (drop("tags", 0, "description"), "tag time_blocks: has no description"),
    "no operationId": (drop(*GET, "operationId"), f"GET {BLOCK}: needs an operationId such as"),
    "operationId": (put(*GET, "operationId", "getBlock"), f"GET {BLOCK}: needs an operationId"),
    "operationId twice": (
        put(*GET, "operationId", "list_time_blocks"),
        "list_time_blocks: two operations have this `operationId`; each needs its own",
    ),
    **{
        f"operationId {name}": (
            put(*GET, "operationId", name),
            f"{name}: operations.py needs this name itself; choose another one",
        )
        for name in ("models", "listed", "datetime", "list", "int")
    },
    "no summary": (drop(*GET, "summary"), "get_time_block: has no summary; add it"),
    "no description": (drop(*GET, "description"), "get_time_block: has no description; add it"),
    "method is no name": (method("get-it"), "get_time_block: `get-it` is no name of a method in"),
    "method is a keyword": (method("import"), "get_time_block: `import` is no name of a method"),
    "method is private": (method("_sender"), "get_time_block: `_sender` is no name of a method"),
    "method is special": (method("__init__"), "get_time_block: `__init__` is no name of a method"),
    "method is a member": (method("sender"), "get_time_block: a resource has a member sender"),
    "method is no text": (method(5), "get_time_block: `x-method` is a name"),
    "method twice": (method("delete"), "time_blocks.delete: two operations have this `x-method`"),
    "method like pages": (method("iterate"), "time_blocks.iterate: two operations have this `x-m"),
    **{
        f"method {name}": (
            method(name),
            f"TimeBlocks.{name}: hides {name}, which the class needs; choose another name",
        )
        for name in ("int", "bool", "datetime", "timedelta", "models", "builtins")
    },
}
