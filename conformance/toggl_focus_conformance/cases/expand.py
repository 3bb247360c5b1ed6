"""Fills the rows of a case in: one case for each row, with its variables in place."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from toggl_focus_conformance.protocol.operations import largest
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

from .tables import TABLES

__all__ = ["ExpandError", "absent", "expand"]

_IN_TEXT = re.compile(r"\{row\.(\w+)\}")
_ARGUMENTS = ("path", "query", "body", "options")
_MOST_REPEATED = 10_000
_COMPUTED = ({"$row"}, {"$n"}, {"$limit"}, {"$limit", "plus"}, {"$repeat", "of"})


class ExpandError(ValueError):
    """A row or a variable that cannot be filled in."""


def expand(case: Node) -> Iterator[Node]:
    """Give a case once for each of its rows, or as it is without rows. Raises ExpandError."""
    rest = {name: value for name, value in case.items() if name != "rows"}
    if "rows" not in case:
        yield _finished(rest, {})
        return
    rows = case["rows"]
    if not is_object(rows) or not rows:
        raise ExpandError("rows must be an object with a name for each row, or {$each: a table}")
    for name, row in _rows(rows):
        yield _finished({**rest, "id": f"{case.get('id')}#{name}"}, row)


def absent(value: object) -> bool:
    """Whether a value is {$absent: true}."""
    return value == {"$absent": True}


def _rows(rows: Node) -> Iterator[tuple[str, Node]]:
    if "$each" not in rows:
        for name, row in rows.items():
            if not is_object(row):
                raise ExpandError(f"row {name}: must be an object of variables")
            yield name, cast("Node", _filled(row, {}))
        return
    table = TABLES.get(rows["$each"])
    if table is None:
        raise ExpandError(f"$each must be one of {', '.join(TABLES)}, got {rows['$each']!r}")
    only: Node = rows.get("only", {})
    found = False
    for name, row in table():
        if unknown := only.keys() - row.keys():
            raise ExpandError(f"only: the table has no {', '.join(sorted(unknown))}")
        if all(_chosen(row[key], wanted) for key, wanted in only.items()):
            found = True
            yield name, row
    if not found:
        raise ExpandError("no row of the table is left by `only`")


def _chosen(value: object, wanted: object) -> bool:
    return value in wanted if is_list(wanted) else value == wanted


def _finished(case: Node, row: Node) -> Node:
    filled = cast("Node", _filled(case, row))
    for call in _calls(filled.get("calls")):
        for name in _ARGUMENTS:
            if absent(call.get(name)):
                del call[name]
            elif name in call:
                call[name] = _without_absent(call[name])
    return filled


def _calls(steps: object) -> Iterator[Node]:
    for step in steps if is_list(steps) else ():
        if is_object(step):
            yield step
            yield from _calls(step.get("together"))


def _filled(value: Any, row: Mapping[str, Any], n: int = 0) -> Any:  # noqa: ANN401  (any JSON)
    if is_list(value):
        return [_filled(each, row, n) for each in value]
    if not is_object(value):
        text = isinstance(value, str)
        return _IN_TEXT.sub(lambda found: str(_variable(row, found[1])), value) if text else value
    if value.keys() in _COMPUTED:
        return _computed(value, row, n)
    return {_filled(name, row, n): _filled(each, row, n) for name, each in value.items()}


def _computed(value: Node, row: Mapping[str, Any], n: int) -> Any:  # noqa: ANN401  (any JSON)
    if "$row" in value:
        return copy.deepcopy(_variable(row, value["$row"]))
    if "$n" in value:
        return value["$n"] + n
    if "$limit" in value:
        return largest(value["$limit"]) + value.get("plus", 0)
    return _repeated(value, row)


def _repeated(value: Node, row: Mapping[str, Any]) -> list[Any]:
    times = _filled(value["$repeat"], row)
    if not isinstance(times, int) or not 0 <= times <= _MOST_REPEATED:
        raise ExpandError(f"$repeat must be an integer from 0 to {_MOST_REPEATED}")
    return [_filled(value["of"], row, at) for at in range(times)]


def _variable(row: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401  (any JSON)
    if name not in row:
        known = f"it has {', '.join(row)}" if row else "the case has no rows"
        raise ExpandError(f"the row has no variable {name!r}; {known}")
    return row[name]


def _without_absent(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if is_list(value):
        return [_without_absent(each) for each in value]
    if is_object(value):
        node = value
        return {name: _without_absent(each) for name, each in node.items() if not absent(each)}
    return value
