"""Responses in the shape of the description: which fields there are, and which may be omitted."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import msgspec

from . import timestamps
from .blocks import block_fields
from .description import Description, Node, Operation, Value, is_timestamp, types

Nulls = Literal["send", "omit"]
Write = Callable[[Value], Value]

# what a required field holds in blocks that are older than the field
_ZEROS: Node = {"string": "", "integer": 0, "number": 0, "boolean": False, "array": []}

encode = msgspec.json.Encoder().encode


class Writers:
    """Writers of responses, each made from its schema once."""

    def __init__(self, description: Description, nulls: Nulls) -> None:
        self._description = description
        self._omit = nulls == "omit"
        self._made: dict[tuple[str, bool], Write] = {}

    def writer(self, operation: Operation, *, item: bool = False) -> Write:
        """What turns an operation's result, or one row of its stream, into a value to encode."""
        key = operation.id, item
        if key not in self._made:
            schema = operation.body_of(operation.status) or {}
            self._made[key] = self._writer(schema["items"] if item else schema)
        return self._made[key]

    def tasks(self, document: Callable[[int], str]) -> Callable[[int], msgspec.Raw]:
        """Embedded tasks, which never change here: encoded once, however many blocks share one."""
        write = self._writer(block_fields(self._description).get("task", {}))

        @lru_cache(maxsize=4096)
        def task(task_id: int) -> msgspec.Raw:
            return msgspec.Raw(encode(write(json.loads(document(task_id)))))

        return task

    def _writer(self, schema: Node) -> Write:
        schema = self._description.present(schema)
        if "items" in schema:
            write = self._writer(schema["items"])
            return lambda values: [write(value) for value in values]
        fields = self._description.fields(schema)
        if fields:
            return self._object(fields, required=self._description.required(schema))
        if is_timestamp(schema):
            return lambda value: timestamps.to_datetime(value) if isinstance(value, int) else value
        if "boolean" in types(schema):
            return bool
        return _as_it_is

    def _object(self, fields: dict[str, Node], required: set[str]) -> Write:
        plan = [
            (name, self._writer(schema), self._absent(schema, required=name in required))
            for name, schema in fields.items()
        ]

        def write(value: Value) -> Value:
            if isinstance(value, msgspec.Raw):
                return value
            out: Node = {}
            for name, inner, absent in plan:
                part = value.get(name)
                if part is not None:
                    out[name] = inner(part)
                elif absent is not msgspec.UNSET:
                    out[name] = absent
            return out

        return write

    def _absent(self, schema: Node, *, required: bool) -> Value:
        """What is sent for a field without a value; UNSET: the field is omitted."""
        if self._description.nullable(schema):
            return msgspec.UNSET if self._omit and not required else None
        if not required:
            return msgspec.UNSET
        schema = self._description.present(schema)
        return schema.get("default", _ZEROS.get(types(schema)[0]) if types(schema) else None)


def _as_it_is(value: Value) -> Value:
    return value
