"""What a cell of the page opens: its cases, with what was expected, what came, and the bytes.

All of it is in the page, compressed, because most of it is never looked at.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from toggl_focus_conformance.runner import ARROWS, Entry, Result, Run, repeats

from .matrix import Cell, Matrix

__all__ = ["details"]

_WITH_BYTES = 6
_NAMED = 60
_ENTRIES = 24
_TEXT = 1500
_ALL_RIGHT = frozenset({"pass"})


def details(matrix: Matrix) -> str:
    """The details of all cells: JSON, gzipped, in base64. Each result is in it once."""
    seen: dict[int, int] = {}
    results: list[dict[str, Any]] = []
    cells: dict[str, Any] = {}

    def place(result: Result, run: Run) -> int:
        if id(result) not in seen:
            seen[id(result)] = len(results)
            results.append(_result(result, run))
        return seen[id(result)]

    for row in matrix.rows:
        for number, cell in enumerate(row.cells):
            if cell.results:
                cells[f"{row.requirement.id} {number}"] = _cell(
                    cell, partial(place, run=matrix.runs[number])
                )
    plain = msgspec.json.encode({"cells": cells, "results": results})
    return base64.b64encode(gzip.compress(plain, mtime=0)).decode()


def _cell(cell: Cell, place: Callable[[Result], int]) -> dict[str, Any]:
    """The worst cases with their bytes, one that passes, and the others by name."""
    most = 1 if cell.status in _ALL_RIGHT else _WITH_BYTES
    shown, named = cell.results[:most], cell.results[most:]
    return {
        "shown": [[status, place(result)] for status, result in shown],
        "others": [[status, result.id] for status, result in named[:_NAMED]],
        "more": max(len(named) - _NAMED, 0),
    }


def _result(result: Result, run: Run) -> dict[str, Any]:
    return {
        "id": result.id,
        "title": result.title,
        "reason": result.reason,
        "checks": [
            [each.requirement, each.where, each.expected, each.actual] for each in result.failed
        ],
        "bytes": [_entry(each, ARROWS[run.side]) for each in result.transcript[:_ENTRIES]],
        "omitted": max(len(result.transcript) - _ENTRIES, 0),
        "curl": result.curl[:2],
        "again": repeats(result.id, run.side),
    }


def _entry(entry: Entry, arrows: Mapping[str, str]) -> list[Any]:
    text = entry.text
    if entry.base64:
        text = base64.b64decode(entry.base64).decode("utf-8", "backslashreplace")
    cut = entry.cut + max(len(text) - _TEXT, 0)
    kind = arrows.get(entry.kind, entry.kind)
    return [round(entry.ms, 1), kind, text[:_TEXT], cut, entry.port, entry.connection]
