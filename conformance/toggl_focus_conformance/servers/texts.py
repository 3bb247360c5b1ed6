"""Texts that were encoded or escaped twice on their way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from toggl_focus_conformance.protocol.plain import is_list, is_object
from toggl_focus_conformance.protocol.values import Difference, shown

__all__ = ["garbled"]

_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}")


def garbled(value: Any, path: str = "body") -> Iterator[Difference]:  # noqa: ANN401  (any JSON)
    """The texts in a value that were decoded as Latin-1 or escaped twice."""
    if is_object(value):
        for name, each in value.items():
            yield from garbled(each, f"{path}/{name}")
    elif is_list(value):
        for at, each in enumerate(value):
            yield from garbled(each, f"{path}/{at}")
    elif isinstance(value, str):
        if _ESCAPED.search(value):
            yield Difference(path, "a text that is escaped once", shown(value))
        elif not value.isascii() and (meant := _meant(value)):
            yield Difference(path, shown(meant), shown(value))


def _meant(text: str) -> str:
    """The text that this one was before UTF-8 was read as Latin-1; empty for any other text."""
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode()
        except ValueError:
            continue
    return ""
