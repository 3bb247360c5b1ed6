"""Validators of values against schemas of the description, a little stricter than JSON Schema."""

from collections.abc import Iterable
from typing import cast

from jsonschema_rs import Draft202012Validator, ValidationError

from . import instants
from .description import Description, Node, Value

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

_EXACT = "x-exact"
_TIMESTAMP = "x-timestamp"
_LONGEST = 200


class Schemas:
    """The schemas of a description."""

    def __init__(self, description: Description) -> None:
        self._components = {"schemas": _strict(description.components["schemas"])}

    def validator(self, schema: Node) -> Draft202012Validator:
        """A validator of values against a schema."""
        return Draft202012Validator(
            {**_strict(schema), "components": self._components},
            validate_formats=True,
            keywords={_EXACT: _Exact, _TIMESTAMP: _Timestamp},
        )


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
                instants.parse(instance)
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
    if "integer" in _types(copy):
        copy[_EXACT] = True
        if copy.get("format") == "int64":
            copy["minimum"] = max(copy.get("minimum", INT64_MIN), INT64_MIN)
            copy["maximum"] = min(copy.get("maximum", INT64_MAX), INT64_MAX)
    if "date-time" in (copy.get("format"), copy.get("x-format")):
        copy = {"type": copy["type"], _TIMESTAMP: True}
    return copy


def _types(schema: Node) -> Iterable[str]:
    kinds = schema.get("type", ())
    # a map of properties may have one that is called type: that is a schema, no name of a type
    return () if isinstance(kinds, dict) else [kinds] if isinstance(kinds, str) else kinds
