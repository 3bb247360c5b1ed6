"""Validators of values against schemas of the description, a little stricter than JSON Schema."""

from collections.abc import Callable
from typing import cast

from jsonschema_rs import Draft202012Validator, ValidationError

from . import timestamps
from .description import Description, Node, Value, types

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

_EXACT = "x-exact"
_TIMESTAMP = "x-timestamp"
_LONGEST = 200


Prune = Callable[[Value], Value]


class Schemas:
    """The schemas of a description."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self._components = {"schemas": _strict(description.components["schemas"])}

    def validator(self, schema: Node) -> Draft202012Validator:
        """A validator of values against a schema."""
        return Draft202012Validator(
            {**_strict(schema), "components": self._components},
            validate_formats=True,
            keywords={_EXACT: _Exact, _TIMESTAMP: _Timestamp},
        )

    def pruner(self, schema: Node) -> Prune:
        """What takes out of a value all that a schema does not describe (D22).

        What is left is only as large as the description allows, whatever was sent. A list or an
        object where another type is due is emptied: it is refused all the same.
        """
        schema = self._description.present(schema)
        fields = {
            name: self.pruner(child) for name, child in self._description.fields(schema).items()
        }
        item = self.pruner(schema["items"]) if "items" in schema else None
        # one more than allowed is enough to be refused
        most = schema["maxItems"] + 1 if "maxItems" in schema else None
        allowed = types(schema)

        def prune(value: Value) -> Value:
            match value:
                case dict() if fields:
                    known = cast("Node", value)
                    return {name: cut(known[name]) for name, cut in fields.items() if name in known}
                case list() if item:
                    return [item(part) for part in cast("list[object]", value)[:most]]
                case dict() if allowed and "object" not in allowed:
                    return {}
                case list() if allowed and "array" not in allowed:
                    return []
                case _:
                    return value

        return prune


def first_error(validator: Draft202012Validator, value: Value) -> ValidationError | None:
    """The first fault of a value; to list them all would take the square of their number."""
    try:
        validator.validate(value)
    except ValidationError as error:
        return error
    return None


def where(error: ValidationError) -> str:
    """The place of a fault within its value, such as `[0].start`."""
    return "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path
    )


def short(text: str) -> str:
    """A message that is not as long as the value it quotes."""
    half = _LONGEST // 2
    # the reason stands at the end
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"


class _Exact:
    """Keyword: an integer is written as one.

    JSON Schema takes 1.0 for one; the service is written in Go, whose decoder does not (D44).
    """

    def __init__(self, parent_schema: Node, value: Value, schema_path: list[str | int]) -> None:
        pass

    def validate(self, instance: object) -> None:
        if isinstance(instance, float):
            # what jsonschema-rs takes for a failure, whatever its class
            raise ValueError(f"{instance} is not written as an integer")  # noqa: TRY004


class _Timestamp:
    """Keyword: a string is a timestamp that can be stored (D47)."""

    def __init__(self, parent_schema: Node, value: Value, schema_path: list[str | int]) -> None:
        pass

    def validate(self, instance: object) -> None:
        if isinstance(instance, str):
            try:
                timestamps.parse(instance)
            except ValueError as error:
                raise ValueError(f'"{instance}" is not a timestamp: {error}') from None


def _strict(node: Value) -> Value:
    """A copy of a schema: integers are exact and as wide as their format, timestamps are ours."""
    if isinstance(node, list):
        return [_strict(child) for child in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    members = cast("dict[str, object]", node)
    copy: Node = {name: _strict(child) for name, child in members.items()}
    if "integer" in types(copy):
        copy[_EXACT] = True
        if copy.get("format") == "int64":
            copy["minimum"] = max(copy.get("minimum", INT64_MIN), INT64_MIN)
            copy["maximum"] = min(copy.get("maximum", INT64_MAX), INT64_MAX)
    if "date-time" in (copy.get("format"), copy.get("x-format")):
        copy = {"type": copy["type"], _TIMESTAMP: True}
    return copy
