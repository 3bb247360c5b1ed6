"""The same values, written in another way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.selfcheck.server.exchange import Reply
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer, large_ids
from toggl_focus_server import seed
from toggl_focus_server.blocks import Row
from toggl_focus_server.store import Store

from .all import VARIANTS

_LARGE = 2**53


def _everywhere(value: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401  (any JSON)
    """A value with a change to each part of it, from the inside out."""
    if is_list(value):
        value = [_everywhere(each, change) for each in value]
    elif is_object(value):
        value = {name: _everywhere(each, change) for name, each in value.items()}
    return change(value)


def _bodies(server: WrongServer, change: Callable[[Any], Any]) -> None:
    """Change each part of each body."""

    def changed(reply: Reply) -> None:
        if reply.body:
            reply.json = _everywhere(reply.json, change)

    server.after(changed)


def _objects(server: WrongServer, change: Callable[[Node], Node]) -> None:
    """Change each object of each body."""
    _bodies(server, lambda value: change(value) if is_object(value) else value)


def _timestamps(server: WrongServer, write: Callable[[datetime], str], *but: str) -> None:
    """Write the timestamps in another way; but: fields that stay."""

    def changed(node: Node) -> Node:
        for name, value in node.items():
            if name not in but and isinstance(value, str) and _is_timestamp(value):
                node[name] = write(datetime.fromisoformat(value))
        return node

    _objects(server, changed)


def _is_timestamp(text: str) -> bool:
    # Not of the first and last year, which have no other offset.
    return text[10:11] == "T" and text.endswith("Z") and text[:4] not in {"0001", "9999"}


@VARIANTS("the reference, which checks its own responses")
def _reference(server: WrongServer) -> None:
    server.options["validate"] = True


@VARIANTS("optional fields without a value omitted")
def _nulls_omitted(server: WrongServer) -> None:
    server.options["nulls"] = "omit"


@VARIANTS("fields without a value omitted here and null there")
def _nulls_mixed(server: WrongServer) -> None:
    def some(node: Node) -> Node:
        required = ("data",)
        return {
            name: value
            for name, value in node.items()
            if value is not None or name in required or server.random.random() < 0.5  # noqa: PLR2004
        }

    _objects(server, some)


@VARIANTS("null in place of empty lists")
def _null_lists(server: WrongServer) -> None:
    _bodies(server, lambda value: None if value == [] else value)


@VARIANTS("keys in any order")
def _keys_in_any_order(server: WrongServer) -> None:
    def shuffled(node: Node) -> Node:
        return dict(server.random.sample(list(node.items()), len(node)))

    _objects(server, shuffled)


@VARIANTS("+00:00 in place of Z")
def _offset_of_zero(server: WrongServer) -> None:
    _timestamps(server, lambda timestamp: timestamp.isoformat())


@VARIANTS("timestamps with any offset")
def _any_offset(server: WrongServer) -> None:
    def elsewhere(timestamp: datetime) -> str:
        minutes = server.random.choice((345, -30, 120, -720, 840))
        offset = timedelta(minutes=abs(minutes))
        local = timestamp + (offset if minutes > 0 else -offset)
        hours, rest = divmod(abs(minutes), 60)
        sign = "+" if minutes > 0 else "-"
        return f"{local.replace(tzinfo=None).isoformat()}{sign}{hours:02}:{rest:02}"

    _timestamps(server, elsewhere)


@VARIANTS("milliseconds")
def _milliseconds(server: WrongServer) -> None:
    def cut(timestamp: datetime) -> str:
        return f"{timestamp:%Y-%m-%dT%H:%M:%S}.{timestamp.microsecond // 1000:03}Z"

    _timestamps(server, cut)


@VARIANTS("nanoseconds")
def _nanoseconds(server: WrongServer) -> None:
    _timestamps(server, lambda timestamp: f"{timestamp:%Y-%m-%dT%H:%M:%S.%f}000Z")


@VARIANTS("whole seconds for what the server stamps")
def _whole_seconds(server: WrongServer) -> None:
    _timestamps(server, lambda timestamp: f"{timestamp:%Y-%m-%dT%H:%M:%S}Z", "start")


@VARIANTS("lower-case t and z in timestamps")
def _lower_case_timestamps(server: WrongServer) -> None:
    _timestamps(server, lambda timestamp: f"{timestamp:%Y-%m-%dt%H:%M:%S.%f}z")


@VARIANTS("updated_at null until the first change")
def _updated_at_null_at_first(server: WrongServer) -> None:
    def unset(block: Node) -> None:
        if block["updated_at"] == block["created_at"]:
            block["updated_at"] = None

    server.each_block(unset)


@VARIANTS("clock ten minutes ahead")
def _clock_ahead(server: WrongServer) -> None:
    server.options["clock"] = lambda: datetime.now(UTC) + timedelta(minutes=10)


@VARIANTS("clock ten minutes behind")
def _clock_behind(server: WrongServer) -> None:
    server.options["clock"] = lambda: datetime.now(UTC) - timedelta(minutes=10)


@VARIANTS("ids of blocks from 2^53+1")
def _large_ids(server: WrongServer) -> None:
    server.ready(large_ids)


@VARIANTS("all ids from 2^53+1")
def _all_ids_large(server: WrongServer) -> None:
    data = _everywhere(seed.everything(), _with_large_ids)
    server.replace(seed, "everything", lambda: data)


def _with_large_ids(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if not is_object(value):
        return value
    for name, each in value.items():
        if name == "id" or name.endswith("_id"):
            value[name] = each + _LARGE if isinstance(each, int) else each
        elif name.endswith("_ids"):
            value[name] = [number + _LARGE for number in each]
    return value


@VARIANTS("ids in no order")
def _ids_in_no_order(server: WrongServer) -> None:
    insert = Store.insert

    def scattered(store: Store, block: Row) -> int:
        return insert(store, {**block, "id": server.random.randrange(10**6, 10**15)})

    server.replace(Store, "insert", scattered)


@VARIANTS("unknown fields everywhere")
def _unknown_fields(server: WrongServer) -> None:
    _objects(server, lambda node: {**node, "x_mood": {"calm": [1, None]}, "x_new": 1.5})


@VARIANTS("optional fields filled")
def _optional_fields_filled(server: WrongServer) -> None:
    server.each_block(
        lambda block: block.update(
            description="Täna: 5 < 6 & 7 \U0001f4cc \\n",
            timezone="Asia/Kathmandu",
            calendar_event_id=2**62,
        )
    )


@VARIANTS("new values of open enumerations")
def _new_enumeration_values(server: WrongServer) -> None:
    def renamed(node: Node) -> Node:
        names = ("priority", "type", "source", "origin", "field_type", "estimate_type")
        return {name: "unheard-of" if name in names else value for name, value in node.items()}

    _objects(server, renamed)


@VARIANTS("indented JSON with a line end")
def _indented(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.body:
            reply.body = json.dumps(reply.json, indent=2, ensure_ascii=False).encode() + b"\r\n"

    server.after(changed)


@VARIANTS("JSON in ASCII")
def _ascii_json(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.body:
            reply.body = json.dumps(reply.json).encode()

    server.after(changed)
