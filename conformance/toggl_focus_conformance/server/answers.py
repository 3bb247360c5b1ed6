"""Answers in the shape of the description: which fields there are, and which may be left out."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

import msgspec

from . import instants
from .description import Description, Node, Operation, Value

Nulls = Literal["send", "omit"]
Write = Callable[[Value], Value]

encode = msgspec.json.Encoder().encode


class Answers:
    """Writers of answers, each made from its schema once."""

    def __init__(self, description: Description, nulls: Nulls) -> None:
        self._description = description
        self._omit = nulls == "omit"
        self._made: dict[tuple[str, bool], Write] = {}

    def writer(self, operation: Operation, *, item: bool = False) -> Write:
        """What turns an operation's result, or one row of its stream, into a value to encode."""
        key = operation.id, item
        if key not in self._made:
            schema = operation.answer(operation.status) or {}
            self._made[key] = self._writer(schema["items"] if item else schema)
        return self._made[key]

    def tasks(self, document: Callable[[int], str]) -> Callable[[int], msgspec.Raw]:
        """Embedded tasks, which never change here: encoded once, however many blocks share one."""
        write = self._writer({"$ref": "#/components/schemas/EmbeddedTask"})

        @lru_cache(maxsize=4096)
        def task(task_id: int) -> msgspec.Raw:
            return msgspec.Raw(encode(write(json.loads(document(task_id)))))

        return task

    def _writer(self, schema: Node) -> Write:
        schema = self._present(schema)
        if "items" in schema:
            write = self._writer(schema["items"])
            return lambda values: [write(value) for value in values]
        fields = self._fields(schema)
        if fields:
            return self._object(fields, required=self._required(schema))
        if schema.get("format") == "date-time":
            return lambda value: instants.moment(value) if isinstance(value, int) else value
        if "boolean" in schema.get("type", ()):
            return bool
        return _as_it_is

    def _object(self, fields: dict[str, Node], required: set[str]) -> Write:
        plan = [
            (name, self._omit and name not in required, self._writer(schema))
            for name, schema in fields.items()
        ]

        def write(value: Value) -> Value:
            if isinstance(value, msgspec.Raw):
                return value
            out: Node = {}
            for name, optional, inner in plan:
                part = value.get(name)
                if part is not None:
                    out[name] = inner(part)
                elif not optional:
                    out[name] = None
            return out

        return write

    def _present(self, schema: Node) -> Node:
        """The schema of a value that is not null."""
        schema = self._description.resolve(schema)
        for choice in schema.get("anyOf", ()):
            if choice.get("type") != "null":
                return self._description.resolve(choice)
        return schema

    def _fields(self, schema: Node) -> dict[str, Node]:
        fields: dict[str, Node] = {}
        for part in schema.get("allOf", ()):
            fields |= self._fields(self._description.resolve(part))
        fields |= schema.get("properties", {})
        return {name: field for name, field in fields.items() if not field.get("x-removed")}

    def _required(self, schema: Node) -> set[str]:
        required = set(schema.get("required", ()))
        for part in schema.get("allOf", ()):
            required |= self._required(self._description.resolve(part))
        return required


def _as_it_is(value: Value) -> Value:
    return value
