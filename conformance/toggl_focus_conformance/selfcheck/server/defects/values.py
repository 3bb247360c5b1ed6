"""Defects of timestamps, of fields, and of what is stored."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from toggl_focus_conformance.protocol.plain import Node, is_object
from toggl_focus_conformance.selfcheck.server.exchange import Reply
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer
from toggl_focus_server import timestamps
from toggl_focus_server.operations import Call
from toggl_focus_server.store import Store

from .all import DEFECTS

_SECOND = 1_000_000


def _reads_start(text: str, case: str, change: Callable[[str, int], int]) -> None:
    """Read a timestamp as another point in time."""

    def switch(server: WrongServer) -> None:
        parse = timestamps.parse
        server.replace(timestamps, "parse", lambda text: change(text, parse(text)))

    DEFECTS.add(text.replace(" ", "-"), text, case, switch)


_reads_start(
    "fraction truncated",
    "starts-are-exact#milliseconds",
    lambda _, instant: instant // _SECOND * _SECOND,
)
_reads_start(
    "fraction truncated to milliseconds",
    "microseconds",
    lambda _, instant: instant // 1000 * 1000,
)
_reads_start(
    "fraction of local times truncated",
    "starts-are-exact#milliseconds",
    lambda text, instant: instant if text.endswith("Z") else instant // _SECOND * _SECOND,
)
_reads_start(
    "offset ignored",
    "starts-are-exact#east",
    lambda text, instant: instant + _offset(text),
)
_reads_start(
    "minutes of an offset ignored",
    "starts-are-exact#east",
    lambda text, instant: instant + _offset(text) % (3600 * _SECOND),
)
_reads_start(
    "sign of an offset ignored",
    "starts-are-exact#west",
    lambda text, instant: instant + 2 * min(_offset(text), 0),
)
_reads_start(
    "start taken for local time",
    "starts-are-exact#utc",
    lambda _, instant: instant + 3600 * _SECOND,
)


def _offset(text: str) -> int:
    """The offset of a timestamp in microseconds."""
    found = re.search(r"([+-])(\d\d):(\d\d)$", text)
    if found is None:
        return 0
    seconds = int(found[2]) * 3600 + int(found[3]) * 60
    return (-seconds if found[1] == "-" else seconds) * _SECOND


for _row, _year in (
    ("first", "0001-01-01T00:00:00Z"),
    ("first-east", "0001-01-01T00:00:00+14:00"),
    ("last", "9999-12-31T23:59:59Z"),
    ("last-west", "9999-12-31T23:59:59-12:00"),
):

    def _at_the_end(server: WrongServer, start: str = _year) -> None:
        server.fails_with(500, lambda request: start.encode() in request.body)

    DEFECTS.add(
        f"year-{_row}-500",
        "year 1/9999 with offset → 500" if "-" in _row else f"{_row} timestamp of RFC 3339 → 500",
        f"starts-at-the-ends-of-time#{_row}",
        _at_the_end,
    )


@DEFECTS("unknown field stored and echoed", "unknown-fields")
def _unknown_field_echoed(server: WrongServer) -> None:
    stored: dict[str, object] = {}

    def changed(reply: Reply) -> None:
        if is_object(value := reply.request.json) and "mood" in value:
            stored["mood"] = value["mood"]
        if reply.of("create_time_block", "get_time_block"):
            reply.json = {**reply.json, **stored}

    server.after(changed)


@DEFECTS("unknown field of PATCH stored and echoed", "unknown-fields")
def _unknown_field_of_patch_echoed(server: WrongServer) -> None:
    stored: dict[str, object] = {}

    def changed(reply: Reply) -> None:
        if reply.of("update_time_block") and "mood" in reply.request.json:
            stored["mood"] = reply.request.json["mood"]
        if reply.of("get_time_block"):
            reply.json = {**reply.json, **stored}

    server.after(changed)


@DEFECTS("read-only fields writable by PATCH", "read-only-fields#update")
def _read_only_fields_writable(server: WrongServer) -> None:
    _writes_everything(server, "update_time_block")


@DEFECTS("read-only fields writable by PUT", "read-only-fields#replace")
def _read_only_fields_writable_by_put(server: WrongServer) -> None:
    _writes_everything(server, "replace_time_block")


def _writes_everything(server: WrongServer, operation: str) -> None:
    sent: dict[str, object] = {}

    def changed(reply: Reply) -> None:
        if reply.of(operation):
            sent.update(reply.request.json)
        if reply.of("get_time_block"):
            reply.json = {**reply.json, **{k: v for k, v in sent.items() if k.endswith("_at")}}

    server.after(changed)


@DEFECTS("read-only fields taken from POST", "read-only-fields#create")
def _read_only_fields_of_post(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("create_time_block"):
            sent = reply.request.json.items()
            reply.json = {**reply.json, **{n: v for n, v in sent if n.endswith("_at")}}

    server.after(changed)


def _loses(field: str, id_: str, text: str, case: str, *operations: str) -> None:
    def switch(server: WrongServer) -> None:
        server.each_block(lambda block: block.pop(field, None), *operations)

    DEFECTS.add(id_, text, case, switch)


_loses("toggl_user_id", "required-key-omitted", "required key omitted", "create-and-read")
for _operation, _case in {
    "list_task_time_blocks": "list-of-a-task",
    "list_time_blocks": "list-of-a-range",
    "stream_time_blocks": "json-types",
}.items():
    _where = _operation.replace("_", "-")
    _text = f"has_time_entry omitted by {_operation}"
    _loses("has_time_entry", f"no-time-entry-in-{_where}", _text, _case, _operation)
    if _operation != "list_task_time_blocks":
        _text = f"task omitted by {_operation}"
        _loses("task", f"no-task-in-{_where}", _text, _case, _operation)


@DEFECTS("created_at moves", "timestamps-of-changes")
def _created_at_moves(server: WrongServer) -> None:
    server.each_block(lambda block: block.update(created_at=block["updated_at"]))


@DEFECTS("updated_at frozen", "timestamps-of-changes")
def _updated_at_frozen(server: WrongServer) -> None:
    server.each_block(lambda block: block.update(updated_at=block["created_at"]))


@DEFECTS("updated_at moves on GET", "timestamps-of-changes")
def _updated_at_moves_on_get(server: WrongServer) -> None:
    def touched(call: Call) -> Any:  # noqa: ANN401  (a row)
        block = call.live()
        call.save(block)
        return call.live()

    server.handler("get_time_block", touched)


@DEFECTS("timestamp without offset", "create-and-read")
def _timestamp_without_offset(server: WrongServer) -> None:
    server.each_block(lambda block: block.update(start=block["start"].removesuffix("Z")))


@DEFECTS("timestamp as a number", "create-and-read")
def _timestamp_as_a_number(server: WrongServer) -> None:
    server.each_block(lambda block: block.update(start=timestamps.parse(block["start"]) // _SECOND))


@DEFECTS("created_at in another time zone, labelled UTC", "create-and-read")
def _created_at_relabelled(server: WrongServer) -> None:
    def changed(block: Node) -> None:
        shifted = timestamps.parse(block["created_at"]) + 7200 * _SECOND
        block["created_at"] = timestamps.to_datetime(shifted).isoformat()

    server.each_block(changed)


@DEFECTS("hourly_rate string", "json-types")
def _hourly_rate_as_text(server: WrongServer) -> None:
    def changed(block: Node) -> None:
        rate = block["task"]["project"]["rate"]
        rate["hourly_rate"] = str(rate["hourly_rate"])

    server.each_block(changed, "stream_time_blocks")


DEFECTS.equivalent(
    "hourly-rate-rounded",
    "hourly_rate rounded to 2 digits",
    "no operation sets a rate, so its true value is unknown to every caller",
)


@DEFECTS("a new block is not stored", "create-and-read")
def _not_stored(server: WrongServer) -> None:
    server.replace(Store, "insert", lambda _store, _block: 7_000_000)


@DEFECTS("start echoed as sent, stored otherwise", "create-and-read")
def _stored_otherwise(server: WrongServer) -> None:
    def changed(block: Node) -> None:
        block["start"] = re.sub(r":\d\d(\.\d+)?Z", ":59Z", block["start"])

    server.each_block(changed, "get_time_block")


@DEFECTS("reads come from a cache", "timestamps-of-changes")
def _reads_from_a_cache(server: WrongServer) -> None:
    seen: dict[str, bytes] = {}

    def cached(reply: Reply) -> None:
        if reply.of("get_time_block"):
            reply.body = seen.setdefault(reply.request.path, reply.body)

    server.after(cached)
