"""Modules that load on first use, not with the package."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["LazyModule"]


class LazyModule:
    """Stands in for a module in annotations, so that `typing.get_type_hints` can resolve them."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever the module holds)
        return getattr(import_module(self._name), name)
