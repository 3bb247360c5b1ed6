"""Defects of HTTP: methods, paths, bodies, errors, and how JSON is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import h11

from toggl_focus_conformance.protocol.plain import is_list, is_object
from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, WrongServer, large_ids
from toggl_focus_server import rules
from toggl_focus_server.http import Connection

from .all import DEFECTS

_TRACE = 'Traceback (most recent call last):\n  File "/srv/app.py", line 7, in get\nKeyError: 7'
_JSON = "application/json"
_MARK = "x-body-anyway"


def _other_method(status: int) -> Change:
    def switch(server: WrongServer) -> None:
        server.turns(405, status)

    return switch


for _status in (200, 404, 500):
    DEFECTS.add(
        f"unsupported-method-{_status}",
        f"unsupported method → {_status}",
        "other-methods#put-list",
        _other_method(_status),
    )


@DEFECTS("405 without Allow", "other-methods#post-block")
def _405_without_allow(server: WrongServer) -> None:
    def without(reply: Reply) -> None:
        reply.headers.pop("allow", None)

    server.after(without)


@DEFECTS("405 with an Allow that is the same for every path", "other-methods#get-archive")
def _405_with_a_fixed_allow(server: WrongServer) -> None:
    def fixed(reply: Reply) -> None:
        if "allow" in reply.headers:
            reply.headers["allow"] = "GET, PUT, PATCH, DELETE"

    server.after(fixed)


def _serves(method: str, end: str) -> Change:
    def switch(server: WrongServer) -> None:
        def served(reply: Reply) -> None:
            if reply.request.method == method and reply.request.path.endswith(end):
                reply.empty()

        server.after(served)

    return switch


for _name, _method, _end, _row in (
    ("restore by POST", "POST", "/restore", "post-restore"),
    ("DELETE of a complete list", "DELETE", "/time-blocks", "delete-task-list"),
    ("POST of a block as PUT", "POST", "/time-blocks/1", "post-block"),
):
    DEFECTS.add(_row, _name, f"other-methods#{_row}", _serves(_method, _end))


@DEFECTS("HEAD → 500", "head#list")
def _head_500(server: WrongServer) -> None:
    server.fails_with(500, lambda request: request.method == "HEAD")


@DEFECTS("HEAD with a body", "head#list")
def _head_with_a_body(server: WrongServer) -> None:
    _adds_a_body(server, lambda reply: reply.request.method == "HEAD")


@DEFECTS("unknown path → 200", "unknown-paths#elsewhere")
def _unknown_path_200(server: WrongServer) -> None:
    server.after(lambda reply: _ok(reply) if reply.request.path.endswith("10/nothing") else None)


@DEFECTS("what follows an id in a path is ignored", "unknown-paths#below-block")
def _rest_of_the_path_ignored(server: WrongServer) -> None:
    server.after(lambda reply: _ok(reply) if reply.request.path.endswith("1/nothing") else None)


def _ok(reply: Reply) -> None:
    reply.status, reply.body = 200, b"{}"


@DEFECTS('"stream" captured by the id route', "fixed-segments")
def _stream_captured_by_the_id_route(server: WrongServer) -> None:
    server.fails_with(400, lambda request: request.path.endswith("/stream"))


@DEFECTS('"bulk" captured by the id route', "bulk-create")
def _bulk_captured_by_the_id_route(server: WrongServer) -> None:
    server.fails_with(405, lambda request: request.path.endswith("/bulk"))


def _path_id(row: str, status: int) -> Change:
    wrong = {
        "zero": "0",
        "negative": "-1",
        "word": "first",
        "fraction": "1.5",
        "overflow": "9223372036854775808",
        "huge": "9" * 38,
    }[row]

    def switch(server: WrongServer) -> None:
        server.fails_with(status, lambda request: request.path.endswith(f"/{wrong}"))

    return switch


for _row, _status in {
    "zero": 404,
    "negative": 404,
    "word": 500,
    "fraction": 404,
    "overflow": 500,
    "huge": 500,
}.items():
    DEFECTS.add(
        f"path-id-{_row}-{_status}",
        f"path id {_row} → {_status}",
        f"ids-in-paths#{_row}",
        _path_id(_row, _status),
    )


def _body_of(status: int, *texts: str) -> Change:
    def switch(server: WrongServer) -> None:
        def refuse(request: Request) -> Reply | None:
            if request.method != "POST" or request.body.decode("latin-1") not in texts:
                return None
            reply = Reply(request, status)
            reply.refuse(status)
            return reply

        server.before(refuse)

    return switch


DEFECTS.add(
    "malformed-json-500",
    "malformed JSON → 500",
    "malformed-bodies#cut",
    _body_of(500, '{"start": "2199-01-01T09:00:00Z"', "start=now"),
)
DEFECTS.add("empty-body-500", "empty POST body → 500", "malformed-bodies#empty", _body_of(500, ""))


def _reads(row: str, old: bytes, new: bytes) -> None:
    def switch(server: WrongServer) -> None:
        def changed(request: Request) -> None:
            if request.method == "POST":
                request.body = request.body.replace(old, new)

        server.before(changed)

    DEFECTS.add(f"lenient-json-{row}", f"{row} in JSON accepted", f"malformed-bodies#{row}", switch)


_reads("two", b"} {}", b"}")
_reads("nan", b"NaN", b"60")


@DEFECTS("a form read as JSON", "malformed-bodies#words")
def _form_read_as_json(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        if request.body == b"start=now":
            request.json = {"start": "2199-01-01T09:00:00Z"}

    server.before(changed)


@DEFECTS("non-UTF-8 body read as Latin-1", "body-that-is-not-utf-8")
def _not_utf_8_read_as_latin_1(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        request.body = request.body.decode("latin-1").encode()

    server.before(changed)


@DEFECTS("non-UTF-8 query → 500", "query-that-is-not-utf-8")
def _not_utf_8_query_500(server: WrongServer) -> None:
    server.fails_with(500, lambda request: "%FF" in request.raw_query)


@DEFECTS("wrong content type accepted", "other-content-types#text")
def _any_content_type(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        request.headers["content-type"] = _JSON

    server.before(changed)


@DEFECTS("a form's content type accepted", "other-content-types#form")
def _content_type_of_a_form(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        if "form" in request.headers.get("content-type", ""):
            request.headers["content-type"] = _JSON

    server.before(changed)


@DEFECTS("a charset in the content type refused", "content-type-with-a-charset")
def _charset_refused(server: WrongServer) -> None:
    server.fails_with(400, lambda request: "charset" in request.headers.get("content-type", ""))


@DEFECTS("oversized body → 500", "large-bodies")
def _oversized_500(server: WrongServer) -> None:
    server.fails_with(500, lambda request: len(request.body) > 2**20)


@DEFECTS("validation off", "invalid-creates#negative-duration")
def _validation_off(server: WrongServer) -> None:
    server.replace(rules, "first_error", lambda _validator, _value: None)


@DEFECTS('outbound_sync "false" taken as true', "outbound-sync-must-be-a-boolean")
def _outbound_sync_as_text(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        request.body = request.body.replace(b'"outbound_sync": "false"', b'"outbound_sync": true')

    server.before(changed)


@DEFECTS("unknown field → 500", "unknown-fields")
def _unknown_field_500(server: WrongServer) -> None:
    server.fails_with(500, lambda request: b'"mood"' in request.body)


@DEFECTS("unknown field → 400", "unknown-fields")
def _unknown_field_400(server: WrongServer) -> None:
    server.fails_with(400, lambda request: b'"mood"' in request.body)


@DEFECTS("unknown query parameter → 400", "unknown-parameters")
def _unknown_parameter_400(server: WrongServer) -> None:
    server.fails_with(400, lambda request: request.parameter("mood") is not None)


@DEFECTS("HTML error", "unknown-block#get")
def _html_error(server: WrongServer) -> None:
    def html(reply: Reply) -> None:
        if reply.failed:
            reply.headers["content-type"] = "text/html"
            reply.body = b"<html><body><h1>Not Found</h1></body></html>"

    server.after(html)


@DEFECTS("error without error_description", "unknown-block#get")
def _error_without_a_description(server: WrongServer) -> None:
    server.after(lambda reply: _without(reply, "error_description") if reply.failed else None)


@DEFECTS("401 without a body", "no-credentials#none")
def _401_without_a_body(server: WrongServer) -> None:
    def emptied(reply: Reply) -> None:
        if "www-authenticate" in reply.headers:
            reply.body = b""

    server.after(emptied)


@DEFECTS("stack trace in body", "unknown-block#get")
def _stack_trace(server: WrongServer) -> None:
    def shown(reply: Reply) -> None:
        if reply.failed:
            reply.json = {**(reply.json or {}), "error_description": _TRACE}

    server.after(shown)


@DEFECTS("204 with content-length", "no-content")
def _204_with_content_length(server: WrongServer) -> None:
    def announced(reply: Reply) -> None:
        if not reply.body:
            reply.headers["content-length"] = "2"

    server.after(announced)


@DEFECTS("204 with body", "no-content")
def _204_with_a_body(server: WrongServer) -> None:
    _adds_a_body(server, lambda reply: not reply.failed and not reply.body)


def _adds_a_body(server: WrongServer, when: Callable[[Reply], bool]) -> None:
    """Write a body where HTTP has none, behind the back of the HTTP library."""
    send, marked = Connection.send, set[int]()

    def marks(reply: Reply) -> None:
        if when(reply):
            reply.headers[_MARK] = "1"

    def sent(connection: Connection, event: h11.Event) -> bytes | None:
        if isinstance(event, h11.Response) and _MARK.encode() in dict(event.headers):
            marked.add(id(connection))
        data = send(connection, event)
        if isinstance(event, h11.EndOfMessage) and id(connection) in marked:
            marked.discard(id(connection))
            data = (data or b"") + b'{"id": 7}'
        return data

    server.after(marks)
    server.replace(Connection, "send", sent)


@DEFECTS("200 in place of 204, with the block", "move-to-another-task")
def _200_in_place_of_204(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("update_time_block"):
            reply.status, reply.json = 200, {}

    server.after(changed)


@DEFECTS("success as text/html", "create-and-read")
def _success_as_html(server: WrongServer) -> None:
    def html(reply: Reply) -> None:
        if not reply.failed and reply.body:
            reply.headers["content-type"] = "text/html; charset=utf-8"

    server.after(html)


@DEFECTS("id as string", "json-types")
def _id_as_string(server: WrongServer) -> None:
    server.each_block(lambda block: block.update(id=str(block["id"])))


@DEFECTS("id with a fraction", "json-types")
def _id_with_a_fraction(server: WrongServer) -> None:
    server.each_block(lambda block: block.update(id=float(block["id"])))


@DEFECTS("duration with a fraction", "json-types")
def _duration_with_a_fraction(server: WrongServer) -> None:
    server.each_block(
        lambda block: block.update(duration=block["duration"] and block["duration"] + 0.0)
    )


@DEFECTS("int64 through float", "create-and-read")
def _int64_through_float(server: WrongServer) -> None:
    server.ready(large_ids)
    server.each_block(lambda block: block.update(id=int(float(block["id"]))), "create_time_block")


@DEFECTS("mojibake", "list-of-a-range")
def _mojibake(server: WrongServer) -> None:
    def garbled(reply: Reply) -> None:
        reply.body = reply.body.decode().encode().decode("latin-1").encode()

    server.after(garbled)


@DEFECTS("double escaping", "list-of-a-range")
def _double_escaping(server: WrongServer) -> None:
    def escaped(value: Any) -> Any:  # noqa: ANN401  (any JSON)
        if is_object(value):
            return {name: escaped(each) for name, each in value.items()}
        if is_list(value):
            return [escaped(each) for each in value]
        return json.dumps(value)[1:-1] if isinstance(value, str) else value

    def changed(reply: Reply) -> None:
        if reply.body:
            reply.json = escaped(reply.json)

    server.after(changed)


@DEFECTS("Latin-1 body", "list-of-a-range")
def _latin_1_body(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        reply.body = reply.body.decode().encode("latin-1", "replace")

    server.after(changed)


def _without(reply: Reply, name: str) -> None:
    reply.json = {key: value for key, value in reply.json.items() if key != name}
