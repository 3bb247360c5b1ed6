"""Tells lists and objects of JSON from other values, for people and for type checkers."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

__all__ = ["Node", "is_list", "is_object", "printable", "printable_text"]

Node: TypeAlias = dict[str, Any]
"""An object of JSON."""


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list of JSON."""
    return isinstance(value, list)


def is_object(value: object) -> TypeGuard[Node]:
    """Whether a value is an object of JSON."""
    return isinstance(value, dict)


def printable_text(text: str) -> str:
    """A text without lone surrogates, which JSON can escape and nothing can print or write."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def printable(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Any JSON without lone surrogates."""
    if isinstance(value, str):
        return printable_text(value)
    if is_list(value):
        return [printable(each) for each in value]
    if is_object(value):
        return {printable_text(name): printable(each) for name, each in value.items()}
    return value
