"""Reads YAML as JSON-like values, and tells the line of each value for error messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

__all__ = ["File", "YamlError", "read"]

_BASE: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml where it was built in
_INTEGER = re.compile(r"[-+]?(0|[1-9]\d*)", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?", re.ASCII)
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}


class YamlError(Exception):
    """The text is not the YAML that is used here; the text says where and why."""


@dataclass(frozen=True)
class File:
    """A YAML file: its name, its value, and where each part of it stands."""

    name: str
    value: Any
    _root: yaml.Node | None

    def line(self, path: Iterable[object]) -> int:
        """The line of the value at this path, or of the last part of it that exists."""
        node = self._root
        line = 1
        for step in (None, *path):
            found = node if step is None else _child(node, step)
            if found is None:
                break
            node, line = found, found.start_mark.line + 1
        return line


def read(name: str, text: str) -> File:
    """Read YAML with the types of JSON: no dates, no `yes`, no tags, no key twice.

    Raises YamlError with file, line and reason.
    """
    try:
        root = yaml.compose(text, Loader=_BASE)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise YamlError(f"{name}:{line}: {getattr(error, 'problem', None) or error}") from None
    return File(name, None if root is None else _build(name, root), root)


def _build(name: str, node: yaml.Node) -> Any:  # noqa: ANN401  (any JSON)
    if isinstance(node, yaml.ScalarNode):
        return node.value if node.style in {"'", '"', "|", ">"} else _plain(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_build(name, each) for each in node.value]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str):
            raise YamlError(f"{name}:{key_node.start_mark.line + 1}: a key must be a text")
        if key in found:
            line = key_node.start_mark.line + 1
            raise YamlError(f"{name}:{line}: the key {key!r} is there twice")
        found[key] = _build(name, value_node)
    return found


def _plain(text: str) -> Any:  # noqa: ANN401  (a scalar)
    """A scalar without quotes, by the rules of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _child(node: yaml.Node | None, step: object) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
