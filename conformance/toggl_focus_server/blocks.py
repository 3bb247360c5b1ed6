"""Which columns a block has: those that the operations need, and every field of the description."""

from typing import Any

from . import timestamps
from .description import Description, Node, is_timestamp, types

Row = dict[str, Any]

# the server depends on these, whether or not they are described
_TIMESTAMPS = ("start", "created_at", "updated_at", "completed_at", "archived_at", "deleted_at")
# computed for each response, not stored
_COMPUTED = ("task",)


def block_fields(description: Description) -> dict[str, Node]:
    """The fields of a block in any response, with their schemas."""
    fields: dict[str, Node] = {}
    for operation in description.operations:
        shape = description.fields(_item(description, operation.body_of(operation.status) or {}))
        if {"start", "task_id"} <= shape.keys():
            fields |= shape
    return fields


class Fields:
    """How the fields of a block are stored: datetimes as microseconds, the rest as it is."""

    def __init__(self, description: Description) -> None:
        schemas = block_fields(description)
        self.names = tuple(name for name in schemas if name not in _COMPUTED)
        """The columns that the description asks for."""
        self.documents = frozenset(
            name
            for name in self.names
            if {"array", "object"} & {*types(description.present(schemas[name]))}
        )
        """Those that hold a list or an object, as JSON."""
        self._timestamps = frozenset(_TIMESTAMPS) | {
            name for name in self.names if is_timestamp(description.present(schemas[name]))
        }

    def stored(self, values: Row) -> Row:
        """Values of a body or of the seed as the database holds them.

        Raises ValueError for a malformed datetime, which the schema of the body should refuse.
        """
        found: Row = {}
        for name, value in values.items():
            found[name] = value
            if name in self._timestamps and isinstance(value, str):
                try:
                    found[name] = timestamps.parse(value)
                except ValueError as error:
                    raise ValueError(f"{name} is {error}") from None
        return found


def _item(description: Description, schema: Node) -> Node:
    """What a list or a page is a list of."""
    schema = description.present(schema)
    if "items" in schema:
        return _item(description, schema["items"])
    fields = description.fields(schema)
    return _item(description, fields["data"]) if "data" in fields else schema
