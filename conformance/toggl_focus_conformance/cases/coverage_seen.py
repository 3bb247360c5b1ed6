"""The pairs that one case covers: what its calls send, what its server responds, what is judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from toggl_focus_conformance.protocol.operations import Operation, operations
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

from .coverage_fields import states_in
from .loading import Case

__all__ = ["pairs_of"]
Key: TypeAlias = tuple[Literal["status", "parameter", "field", "requirement"], str, str]

_STATUS_LINE = re.compile(r"HTTP/1\.[01] (\d{3})")
_REQUESTS = ("each", "sequence", "in_any_order")
_ERRORS = 400
_ERROR_FIELDS = {"code": "error", "message": "error_description"}


def pairs_of(case: Case) -> Iterator[Key]:
    """Each pair that a case covers; some come several times."""
    for each in case.requirements:
        yield "requirement", each, ""
    matchers = list(_request_matchers(case.node.get("wire", {})))
    for number, call in enumerate(case.calls):
        called = operations()[call["operation"]]
        yield from _parameters(call, called, matchers)
        if "body" in call and called.body is not None and "wire" in case.node:
            for field, state in states_in(called.body, call["body"]):
                yield "field", field, state
        if not call["want"]:
            continue
        for status, body in _responses(case, called, number):
            if status in called.statuses:
                yield "status", called.id, str(status)
                yield from _read_fields(called, status, body, call["want"])


def _request_matchers(wire: Node) -> Iterator[Node]:
    for name in _REQUESTS:
        found = wire.get(name, [])
        yield from found if is_list(found) else [found]


def _parameters(call: Node, called: Operation, matchers: list[Node]) -> Iterator[Key]:
    """The parameters that a call gives, where the request is judged by them."""
    described = any(each.get("described") for each in matchers)
    parts = {
        "path": described or any({"path", "target"} & each.keys() for each in matchers),
        "query": described or any({"query", "target"} & each.keys() for each in matchers),
    }
    for place, judged in parts.items():
        if judged:
            for name in call.get(place, {}):
                yield "parameter", called.id, name


def _responses(case: Case, called: Operation, number: int) -> Iterator[tuple[int, Any]]:
    """The responses that a call may get: status and JSON, the latter None where it is unknown."""
    server = case.node["server"]
    if "respond" in server:
        yield _response(server["respond"], called)
    elif "script" in server:
        script = server["script"]
        alone = len(case.operations) == 1
        for each in script if alone else script[number : number + 1]:
            yield _response(each, called)
    elif "refuse" not in server:
        yield called.status, called.example(called.status)
    for each in server.get("faults", ()):
        yield _response(each, called)


def _response(response: object, called: Operation) -> tuple[int, Any]:
    if is_list(response):
        raw = "".join(str(step.get("raw", "")) for step in response)
        found = _STATUS_LINE.search(raw)
        return (int(found[1]) if found else 0), None
    node: Node = response if is_object(response) else {}
    if "sample" in node:
        return node["sample"], called.example(node["sample"])
    if "blocks" in node:
        return node.get("status", called.status), [called.block(node["blocks"][0])]
    return node.get("status", 200), node["json"] if "json" in node else _parsed(node.get("text"))


def _parsed(text: object) -> Any:  # noqa: ANN401  (any JSON)
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _read_fields(called: Operation, status: int, body: object, want: Node) -> Iterator[Key]:
    """The fields of a response whose values are judged."""
    schema = called.response(status)
    if schema is None or body is None:
        return
    judged = _judged(want, status)
    for field, state in states_in(schema, body):
        if judged is None or field.rpartition(".")[2] in judged:
            yield "field", field, state


def _judged(want: Node, status: int) -> set[str] | None:
    """The names of the fields that are judged; None for all of them."""
    names: set[str] = set()
    for each in (want, *want.get("any_of", ())):
        if status >= _ERRORS:
            names |= {field for name, field in _ERROR_FIELDS.items() if name in each}
            continue
        for part in ("value", "items"):
            found = list(_names(each.get(part)))
            if "$sent" in found:
                return None
            names |= {*found}
        names |= {"id"} if "ids" in each else set()
    return names


def _names(value: object) -> Iterator[str]:
    if is_list(value):
        for each in value:
            yield from _names(each)
    elif is_object(value):
        for name, each in value.items():
            yield name
            yield from _names(each)
