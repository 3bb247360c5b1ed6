"""What the server responds to each request: the same, by a script, or computed from the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from toggl_focus_conformance.protocol.operations import Operation, largest, operation
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

from .http import Request
from .responses import Placeholders, Plan, fill, plan

__all__ = ["Responder", "responder"]

Responder: TypeAlias = Callable[[Request], Plan | None]
"""Gives the response to a request, by its number from 1; None if the script has no more."""

_BULK = {"POST": "time_blocks", "PATCH": "", "DELETE": "ids"}
_FIRST_CREATED = 5000


def responder(
    server: Mapping[str, Any],
    names: Placeholders,
    base_path: str,
    current: Callable[[], Operation | None],
) -> Responder:
    """Make the responder that a case's `server` describes.

    names: what stands for `{name}`. current: the operation that is being called, for a request
    that is none of the described ones.
    """

    def target(request: Request) -> Operation | None:
        return operation(request.method, request.path.removeprefix(base_path)) or current()

    def play(written: Any, request: Request) -> Plan:  # noqa: ANN401  (a response of a case)
        called = target(request)

        def sample(status: int) -> Any:  # noqa: ANN401  (any JSON)
            return called.example(status) if called and status in called.statuses else None

        def block(number: int) -> Any:  # noqa: ANN401  (any JSON)
            return called.block(number) if called else {"id": number}

        return plan(_as_accepted(fill(written, names), request), sample, block)

    faults = {fault["request"]: fault for fault in server.get("faults", ())}
    written = _written(server, target)

    def respond(request: Request) -> Plan | None:
        fault = faults.get(request.number)
        if fault is not None:
            return play(fault.get("steps", fault), request)
        response = written(request)
        return None if response is None else play(response, request)

    return respond


def _as_accepted(written: Any, request: Request) -> Any:  # noqa: ANN401  (a response of a case)
    """The response, compressed or not as the request says."""
    if not is_object(written) or written.get("encoding") != "gzip_if_accepted":
        return written
    accepted = "gzip" in _encodings(",".join(request.values("accept-encoding")))
    plain = {name: value for name, value in written.items() if name != "encoding"}
    return {**plain, "encoding": "gzip"} if accepted else plain


def _encodings(header: str) -> Iterator[str]:
    """The encodings that an Accept-Encoding header allows."""
    for each in header.lower().split(","):
        name, _, weight = each.partition(";")
        if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight):
            yield name.strip()


def _written(
    server: Mapping[str, Any], target: Callable[[Request], Operation | None]
) -> Callable[[Request], Any]:
    """The response to each request, as a case would write it."""
    if "respond" in server:
        return lambda _: server["respond"]
    if "script" in server:
        script: list[Any] = server["script"]
        return lambda request: script[request.number - 1] if request.number <= len(script) else None
    if "pages" in server:
        return lambda request: _page(server["pages"], request)
    if "bulk" in server:
        return _Bulk(server["bulk"])

    def sample(request: Request) -> Node | None:
        called = target(request)
        return {"sample": called.status} if called else {"status": 404}

    return sample


def _page(pages: Node, request: Request) -> Node:
    """One page of the blocks 1 to `blocks`."""
    query = dict(request.query)
    most: int = pages.get("max_size", largest("per_page"))
    number = _natural(query.get("page", "1"))
    size = _natural(query.get("per_page", str(pages.get("default_size", 20))))
    if not number or not size or size > most:
        return {"sample": 400}
    size = min(size, pages.get("cap", size))
    first = 1 if pages.get("repeat") else (number - 1) * size + 1
    last = min(first + size - 1, pages["blocks"])
    called = operation("GET", "/organizations/1/workspaces/10" + _below_workspace(request.path))
    if called is None or not called.paginated:
        return {"status": 404, "json": {"error": "not_found", "error_description": "no such list"}}
    data: Any = [called.block(each) for each in range(first, last + 1)]
    if not data and pages.get("empty") == "null":
        data = None
    return {"json": {"data": data, "page": number, "per_page": size}}


def _below_workspace(path: str) -> str:
    _, found, rest = path.partition("/workspaces/")
    return "/" + rest.partition("/")[2] if found else ""


def _natural(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 9 else None  # noqa: PLR2004  (no list is as long)


class _Bulk:
    """Does what a bulk call asks for, whatever part of the entries comes in one request."""

    def __init__(self, options: Node) -> None:
        self._most: int = options.get("max", 100)
        self._refused: int | None = options.get("refuse_id")
        self._created = 0

    def __call__(self, request: Request) -> Node:
        entries = _entries(request)
        if not entries or len(entries) > self._most:
            return {"sample": 400}
        ids = [each.get("id") if is_object(each) else each for each in entries]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  (any JSON)
        if self._refused is not None and self._refused in ids:
            return {"sample": 404}
        if request.method != "POST":
            return {"status": 204}
        called = operation(
            "POST", "/organizations/1/workspaces/10" + _below_workspace(request.path)
        )
        if called is None or not all(is_object(each) for each in entries):
            return {"sample": 400}
        return {"status": 201, "json": [self._create(called, each) for each in entries]}

    def _create(self, called: Operation, entry: Node) -> Node:
        self._created += 1
        names = ("start", "duration", "task_id")
        given = {name: entry[name] for name in names if name in entry}
        return {**called.block(_FIRST_CREATED + self._created), **given}


def _entries(request: Request) -> list[Any]:
    """The entries of a bulk request; empty where it is not one."""
    if request.method == "DELETE":
        values = [value for name, value in request.query if name == "ids"]
        texts = [text for value in values for text in value.split(",")]
        return [int(text) for text in texts if text.isascii() and text.isdigit()]
    try:
        body = request.json()
    except ValueError:
        return []
    name = _BULK.get(request.method)
    if name:
        body = body.get(name) if is_object(body) else None
    return body if is_list(body) else []
