"""Judges one request: each part of it that a case names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from toggl_focus_conformance.protocol.plain import Node
from toggl_focus_conformance.protocol.values import Difference, shown
from toggl_focus_conformance.wire import Port, Request

from .described import called_at, described
from .judge_calls import window
from .matchers import ABSENT, Matching, mismatches
from .play import CallRecord, Played
from .verdicts import Verdict

__all__ = ["called_matcher", "judge_request"]

_PARTS = ("method", "path", "target", "query", "body")


def judge_request(
    wanted: Node, request: Request, port: Port, played: Played, default: str
) -> Iterator[Verdict]:
    """One verdict for each part of a request that is judged."""
    default = wanted.get("requirement", default)
    names: Mapping[str, str] = wanted.get("requirements", {})
    record = _record_of(request, port, played)
    parts: Node = {}
    if wanted.get("described") and record is not None:
        parts |= described(record.call, record.operation)
    parts |= {name: wanted[name] for name in _PARTS if name in wanted}
    if wanted.get("described") and "query" in wanted and record is not None:
        parts["query"] = {**described(record.call, record.operation)["query"], **wanted["query"]}
    how = Matching("wire", called=lambda pointer: called_matcher(pointer, record))
    where = f"request {request.number}"
    if "method" in parts:
        yield Verdict(
            names.get("method", default),
            f"{where}, method",
            list(mismatches(parts["method"], request.method, how)),
        )
    if "path" in parts:
        path = request.path
        below = path.removeprefix(port.base_path) if path.startswith(f"{port.base_path}/") else path
        yield Verdict(
            names.get("path", default),
            f"{where}, path",
            list(mismatches(parts["path"], below, how)),
        )
    if "target" in parts:
        found = list(mismatches(parts["target"], request.target, how))
        yield Verdict(names.get("target", default), f"{where}, target", found)
    if "query" in parts:
        strict = wanted.get("other_query", "forbidden") == "forbidden"
        found = list(_query(parts["query"], request, how, strict=strict))
        yield Verdict(names.get("query", default), f"{where}, query", found)
    if "body" in parts:
        yield Verdict(
            names.get("body", default), f"{where}, body", list(_body(parts["body"], request, how))
        )
        if wanted.get("described") and parts["body"] != "none":
            found = list(_content_type(request))
            yield Verdict(
                names.get("content_type", default), f"{where}, header Content-Type", found
            )
    if "headers" in wanted or "no_headers" in wanted:
        yield Verdict(
            names.get("headers", default), f"{where}, headers", list(_headers(wanted, request, how))
        )


def _record_of(request: Request, port: Port, played: Played) -> CallRecord | None:
    """The call that a request was made for, where that is known."""
    if len(played.calls) == 1:
        return played.calls[0]
    if port is not played.port:
        return None
    for record in played.calls:
        if record.alone and request.number in window(record, played):
            return record
    # Of calls at the same time, the one of this operation, if there is only one.
    target = request.path.removeprefix(port.base_path)
    same = [each for each in played.calls if each.operation.matches(request.method, target)]
    return same[0] if len(same) == 1 else None


def called_matcher(pointer: str, record: CallRecord | None) -> Any:  # noqa: ANN401  (a matcher)
    """What a call was given, as it must be on the wire; anything where the call is not known."""
    return {"$any": True} if record is None else called_at(record.call, record.operation, pointer)


def _query(wanted: Node, request: Request, how: Matching, *, strict: bool) -> Iterator[Difference]:
    found: dict[str, list[str]] = {}
    for name, value in request.query:
        found.setdefault(name, []).append(value)
    in_query = Matching("wire", text=True, called=how.called)
    for name, matcher in wanted.items():
        values = found.get(name, [])
        if len(values) > 1:
            yield Difference(name, "given once", f"given {len(values)} times: {shown(values)}")
        else:
            only = values[0] if values else ABSENT
            for each in mismatches(matcher, only, in_query, name):
                yield each if "+" not in request.target or " " not in each.actual else _plus(each)
    if strict:
        for name in found.keys() - wanted.keys():
            yield Difference(name, "nothing: no such parameter", shown(found[name][0]))


def _plus(found: Difference) -> Difference:
    return Difference(found.path, found.expected, f"{found.actual} (+ means a space; send %2B)")


def _body(wanted: Any, request: Request, how: Matching) -> Iterator[Difference]:  # noqa: ANN401  (a matcher)
    if wanted == "none":
        if request.body:
            yield Difference("", "no body", shown(request.body.decode("utf-8", "replace")))
        return
    if not request.body:
        yield Difference("", "a JSON body", "no body")
        return
    try:
        value = request.json()
    except (ValueError, RecursionError) as error:
        text = request.body.decode("utf-8", "replace")
        yield Difference("", "a JSON body", f"{shown(text)} ({error})")
        return
    yield from mismatches(wanted, value, how)


def _content_type(request: Request) -> Iterator[Difference]:
    values = request.values("content-type")
    kind = values[0].partition(";")[0].strip().lower() if values else None
    if kind != "application/json":
        yield Difference("", "application/json", shown(values[0]) if values else "nothing")


def _headers(wanted: Node, request: Request, how: Matching) -> Iterator[Difference]:
    for name, matcher in wanted.get("headers", {}).items():
        values = request.values(name)
        value: object = ", ".join(values) if values else ABSENT
        yield from mismatches(matcher, value, how, name)
    for name in wanted.get("no_headers", ()):
        if values := request.values(name):
            yield Difference(name, "no such header", shown(values[0]))
