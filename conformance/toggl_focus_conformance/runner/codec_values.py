"""Documents for the codec: what is drawn, how it is sent, and how a reply is compared with it."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import SearchStrategy

from toggl_focus_conformance.cases.tables import TABLES
from toggl_focus_conformance.model.strategies import Documents, anything
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.operations import document, fields, kind, known, resolved
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import (
    Difference,
    Instant,
    differences,
    normalize,
    parse_instant,
    write,
)
from toggl_focus_server.description import packaged

from .matchers import Matching, mismatches

__all__ = [
    "compared_json",
    "compared_value",
    "drawn",
    "edges",
    "outside",
    "single_edges",
    "usual",
    "with_unknown",
]

_LONGEST = 10_000
_UNKNOWN = ("x_new", "ID", "", "__class__", "$ref")
_FIRST, _LAST = (parse_instant(f"{day}Z") for day in ("0001-01-01T00:00:00", "9999-12-31T23:59:58"))


@functools.cache
def _documents() -> Documents:
    return Documents(packaged())


def drawn(name: str) -> SearchStrategy[Any]:
    """Anything that a schema allows, as plain JSON."""
    documents = _documents()
    return documents.valid(documents.schema(name))


def edges(name: str) -> list[Any]:
    """Documents in which every field is at one of its edges, and the edges of the schema itself."""
    documents = _documents()
    schema = documents.schema(name)
    pools = _pools(name)
    longest = max(map(len, pools.values()), default=0)
    at_once = (
        {field: pool[at % len(pool)] for field, pool in pools.items()} for at in range(longest)
    )
    return [*filter(usual, documents.edges(schema)), *at_once]


def single_edges(name: str) -> Iterator[Any]:
    """Documents in which one field is at one of its edges, with little around it."""
    documents = _documents()
    bare = documents.bare(documents.schema(name))
    for field, pool in _pools(name).items():
        yield from ({**bare, field: edge} for edge in pool if is_object(bare))


def _pools(name: str) -> dict[str, list[Any]]:
    """The edges of each field of a schema."""
    documents = _documents()
    inside: Node = documents.schema(name).get("properties", {})
    return {field: list(filter(usual, documents.edges(each))) for field, each in inside.items()}


def with_unknown(name: str) -> SearchStrategy[Any]:
    """Objects of a schema with fields that it does not have, before and after its own."""

    def strewn(both: tuple[Node, Any]) -> Node:
        value, new = both
        more = {field: new for field in _UNKNOWN if field not in value}
        first, last = list(more.items())[::2], list(more.items())[1::2]
        return dict([*first, *value.items(), *last])

    return st.tuples(drawn(name), anything()).map(strewn)


def outside(name: str, value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """A value as a message holds it: `$int`, and `$datetime` where the schema says so."""
    return write(_instants(_schema(name), value, _itself))


def compared_value(name: str, sent: Any, reply: Message, *, keep: bool) -> Iterator[Difference]:  # noqa: ANN401  (any JSON)
    """Compare what was read with what was sent. keep: unknown fields must be there too."""
    if reply["outcome"] != "value":
        yield Difference("", "a value", _described(reply))
        return
    try:
        got = normalize(reply["value"])
    except ValueError as error:
        yield Difference("", "a value of the protocol", str(error))
        return
    yield from differences(sent if keep else known(_schema(name), sent), got)


def compared_json(name: str, value: Any, reply: Message) -> Iterator[Difference]:  # noqa: ANN401  (any JSON)
    """Compare what was written with the value. In what the service gets, null is not absence."""
    if reply["outcome"] != "json":
        yield Difference("", "JSON", _described(reply))
        return
    try:
        written = json.loads(reply["json"])
    except ValueError as error:
        yield Difference("", "JSON", f"{reply['json']!r:.100}: {error}")
        return
    if name in _sent():
        wanted = _instants(_schema(name), value, _as_matcher)
        yield from mismatches(wanted, written, Matching("wire"))
    else:
        yield from differences(value, written)


@functools.cache
def _sent() -> frozenset[str]:
    return frozenset(name for name, row in TABLES["schemas"]() if row["sent"])


def _schema(name: str) -> Node:
    found: Node = document()["components"]["schemas"][name]
    return found


def _itself(instant: Instant) -> object:
    return instant


def _as_matcher(instant: Instant) -> object:
    return {"$instant": instant.text}


def _instants(schema: Node, value: Any, form: Callable[[Instant], object]) -> Any:  # noqa: ANN401  (any JSON)
    """A copy in which the timestamps are given in another form."""
    plain = resolved(schema)
    if is_list(value) and "items" in plain:
        return [_instants(plain["items"], each, form) for each in value]
    if is_object(value) and (inside := fields(schema)):
        return {
            name: _instants(inside[name], each, form) if name in inside else each
            for name, each in value.items()
        }
    if isinstance(value, str) and kind(schema) == "date-time":
        instant = parse_instant(value)
        return value if instant is None else form(instant)
    return value


def usual(value: object) -> bool:
    """Whether no text is huge, and each point in time lies in the years 1 to 9999 of UTC."""
    if is_list(value):
        return all(map(usual, value))
    if is_object(value):
        return all(map(usual, value.values()))
    if not isinstance(value, str):
        return True
    instant = parse_instant(value)
    return len(value) < _LONGEST and (instant is None or _in_time(instant))


def _in_time(instant: Instant) -> bool:
    return (
        _FIRST is not None
        and _LAST is not None
        and _FIRST.seconds <= instant.seconds <= _LAST.seconds
    )


def _described(reply: Message) -> str:
    error: Node = reply.get("error") or {}
    if reply["outcome"] == "error":
        return f"an error of kind {error.get('kind')}: {error.get('message')}"[:300]
    return f"the outcome {reply['outcome']}"
