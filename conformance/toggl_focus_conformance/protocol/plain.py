"""Tells lists and objects of JSON from other values, for people and for type checkers."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

__all__ = ["Node", "is_list", "is_object"]

Node: TypeAlias = dict[str, Any]
"""An object of JSON."""


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list of JSON."""
    return isinstance(value, list)


def is_object(value: object) -> TypeGuard[Node]:
    """Whether a value is an object of JSON."""
    return isinstance(value, dict)
