"""What a request must be by the description, given the arguments of its call."""

from __future__ import annotations

from typing import Any

from toggl_focus_conformance.protocol.operations import Operation
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import parse_instant

from .calls import arguments

__all__ = ["called_at", "described"]

_ENTRIES = 100
"""Above it, an SDK may split a bulk call."""

_DEFAULTS = {"page": 1, "per_page": 20}


def described(call: Node, called: Operation) -> Node:
    """Matchers for the method, path, query and body of each request of a call."""
    given = _given(call, called)
    return {
        "method": called.method,
        "path": called.path.format_map(arguments(call, called)["path"]),
        "query": _query(call, called, given["query"]),
        "body": _body(given.get("body", "none")),
    }


def called_at(call: Node, called: Operation, pointer: str) -> Any:  # noqa: ANN401  (a matcher)
    """The matcher of what a call was given, such as /body/start or /query/ids."""
    value: Any = _given(call, called)
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if is_list(value) else value[step]
    return value


def _given(call: Node, called: Operation) -> Node:
    given = arguments(call, called)
    wanted: Node = {
        "path": {name: str(value) for name, value in given["path"].items()},
        "query": {name: _of_query(value) for name, value in given["query"].items()},
    }
    if "body" in given:
        wanted["body"] = _of_body(given["body"])
    return wanted


def _query(call: Node, called: Operation, wanted: Node) -> Node:
    if called.paginated:
        iterated = "consume" in call
        for name, default in _DEFAULTS.items():
            limits = [1, None if name == "page" else 100] if iterated else [default, default]
            if name not in wanted or (iterated and name == "page"):
                wanted[name] = {"$or_absent": {"$integer": limits}}
    ids = arguments(call, called)["query"].get("ids")
    if is_list(ids) and len(ids) > _ENTRIES:
        wanted["ids"] = {"$each": {"$integer": [None, None]}}
    return wanted


def _body(wanted: Any) -> Any:  # noqa: ANN401  (a matcher)
    """The body; one with more entries than a call may have is the business of `joined`."""
    if is_list(wanted) and len(wanted) > _ENTRIES:
        return {"$each": {"$any": True}}
    if is_object(wanted):
        return {name: _body(each) for name, each in wanted.items()}
    return wanted


def _of_query(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return {"$integer": [value, value]}
    if is_list(value):
        return {"$list": [each if isinstance(each, int) else str(each) for each in value]}
    if isinstance(value, str) and parse_instant(value):
        return {"$instant": value}
    return value


def _of_body(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if is_list(value):
        return [_of_body(each) for each in value]
    if is_object(value):
        return {name: _of_body(each) for name, each in value.items()}
    if isinstance(value, str) and parse_instant(value):
        return {"$instant": value}
    return value
