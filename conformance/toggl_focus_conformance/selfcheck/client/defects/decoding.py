"""Reading responses."""

from __future__ import annotations

import json
import re
import struct
from contextlib import closing
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.operations import operations
from toggl_focus_conformance.protocol.plain import is_object
from toggl_focus_conformance.selfcheck.client.values import (
    error,
    everywhere,
    instants,
    integers,
    value,
)
from toggl_focus_conformance.selfcheck.client.wrong_client import Change, Handle, Received

from .all import DEFECTS

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_PATIENCE_SECONDS = 5


@DEFECTS.in_reply("204 → {}", "operations-without-a-body")
def no_content_as_object(call: Message, reply: Message) -> Message:
    return value(call, {}) if reply.get("value", 0) is None else reply


@DEFECTS("the body of a 204 taken for the next response", "no-content-with-a-body")
class BodyLeft(Change):
    def __init__(self) -> None:
        self._left: set[str] = set()

    def response(self, received: Received) -> None:
        lengths = [each for name, each in received.headers if name.lower() == "content-length"]
        if received.status == 204 and lengths:  # noqa: PLR2004  (No Content)
            self._left.add(received.call["base_url"])

    def reply(self, call: Message, reply: Message) -> Message:
        follows = call["base_url"] in self._left and call["operation"] == "get_time_block"
        return value(call, {"id": 6666}) if follows else reply


class _FailsOn(Change):
    """Fails where the body of a response has something. kind: of the error."""

    pattern = rb""
    kind = "other"

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def response(self, received: Received) -> None:
        if re.search(self.pattern, received.body):
            self._seen.add(received.call["id"])

    def reply(self, call: Message, reply: Message) -> Message:
        return error(call, self.kind) if call["id"] in self._seen else reply


@DEFECTS("204 parsed as JSON", "no-content")
class NoContentParsed(_FailsOn):
    kind = "decode"

    def response(self, received: Received) -> None:
        if received.status == 204:  # noqa: PLR2004  (No Content)
            super().response(received)


@DEFECTS("empty 201 crashes", "empty-created")
class EmptyCreatedCrashes(_FailsOn):
    pattern = rb"^$"

    def response(self, received: Received) -> None:
        if received.status == 201:  # noqa: PLR2004  (Created)
            super().response(received)


@DEFECTS("empty 201 is a success", "empty-created")
class EmptyCreatedAccepted(EmptyCreatedCrashes):
    def reply(self, call: Message, reply: Message) -> Message:
        return value(call, None) if call["id"] in self._seen else reply


@DEFECTS("unknown field crashes", "unknown-fields")
class UnknownFieldCrashes(_FailsOn):
    pattern = rb'"colour"'
    kind = "decode"


@DEFECTS("missing optional crashes", "fields-of-a-response")
class MissingOptionalCrashes(_FailsOn):
    pattern = rb'^(?!.*"duration").*"toggl_user_id"'
    kind = "decode"


@DEFECTS("null in an optional field crashes", "fields-of-a-response")
class NullCrashes(_FailsOn):
    pattern = rb": ?null[,}]"
    kind = "decode"


@DEFECTS("an object deep in a task must be there", "objects-left-out")
class DeepObjectCrashes(_FailsOn):
    pattern = rb'"project_assignment": ?null'
    kind = "decode"


@DEFECTS("a page whose data is null crashes", "null-page")
class NullPageCrashes(_FailsOn):
    pattern = rb'"data": ?null'
    kind = "other"


@DEFECTS("an empty page is an error", "pages-without-blocks")
class EmptyPageCrashes(_FailsOn):
    pattern = rb'"data": ?\[\]'
    kind = "decode"


@DEFECTS("9-digit fraction crashes", "timestamps-of-all-kinds")
class NanosecondsCrash(_FailsOn):
    pattern = rb"\.\d{9}"
    kind = "decode"


@DEFECTS("year 1 crashes", "timestamps-of-all-kinds")
class YearOneCrashes(_FailsOn):
    pattern = rb'"0001-'
    kind = "other"


@DEFECTS("BOM crashes", "byte-order-mark")
class ByteOrderMarkCrashes(_FailsOn):
    pattern = rb"^" + _BOM


@DEFECTS("content type with a parameter refused", "content-types-of-json")
class StrictContentType(_FailsOn):
    kind = "decode"

    def response(self, received: Received) -> None:
        kinds = [each for name, each in received.headers if name.lower() == "content-type"]
        if kinds and kinds[0] not in {"application/json", "text/html"}:
            self._seen.add(received.call["id"])


@DEFECTS.in_reply("int > 2^53 rounded", "large-integers")
def integers_rounded_in_results(call: Message, reply: Message) -> Message:
    return dict(integers(reply, lambda number: int(float(number))))


@DEFECTS.in_reply("float round trip", "numbers-with-fractions")
def single_precision(call: Message, reply: Message) -> Message:
    def short(number: Any) -> Any:  # noqa: ANN401  (any JSON)
        return struct.unpack("f", struct.pack("f", number))[0] if type(number) is float else number

    return dict(everywhere(reply, short))


@DEFECTS.in_reply("money rounded to cents", "numbers-with-fractions")
def cents(call: Message, reply: Message) -> Message:
    return dict(everywhere(reply, lambda each: round(each, 2) if type(each) is float else each))


@DEFECTS.in_reply("offset lost", "timestamps-of-all-kinds")
def offset_lost(call: Message, reply: Message) -> Message:
    return dict(
        instants(reply, lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat())
    )


@DEFECTS.in_reply("fraction cut to ms", "timestamps-of-all-kinds")
def milliseconds(call: Message, reply: Message) -> Message:
    return dict(
        instants(
            reply, lambda text: datetime.fromisoformat(text).isoformat(timespec="milliseconds")
        )
    )


@DEFECTS.in_reply("dates before 1970 cut off", "timestamps-of-all-kinds")
def since_1970(call: Message, reply: Message) -> Message:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    return dict(instants(reply, lambda text: max(start, datetime.fromisoformat(text)).isoformat()))


@DEFECTS.in_response("latin-1 decoding", "texts-of-all-kinds")
def latin_1(received: Received) -> None:
    received.body = received.body.decode("latin-1").encode()


@DEFECTS.in_response("what is not UTF-8 replaced", "not-utf-8")
def replaced_characters(received: Received) -> None:
    if not received.body.startswith(_GZIP):
        received.body = received.body.decode("utf-8", "replace").encode()


@DEFECTS.in_response("surrogate pair escapes broken", "texts-of-all-kinds")
def surrogates_broken(received: Received) -> None:
    received.body = re.sub(rb"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w", rb"??", received.body)


@DEFECTS.in_response("escapes left in texts", "texts-of-all-kinds")
def escapes_left(received: Received) -> None:
    received.body = received.body.replace(b"\\u00e9", b"\\\\u00e9")


@DEFECTS.in_response("line separators dropped", "texts-of-all-kinds")
def separators_dropped(received: Received) -> None:
    received.body = received.body.replace("\u2028".encode(), b"")


@DEFECTS.in_response("trailing bytes accepted", "wrong-content")
def trailing_accepted(received: Received) -> None:
    text = received.body.decode("latin-1")
    if text.startswith("{"):
        try:
            _, end = json.JSONDecoder().raw_decode(text)
        except ValueError:
            return
        received.body = text[:end].encode("latin-1")


@DEFECTS.in_handling("an HTML page is an empty result", "wrong-content")
def html_accepted(handle: Handle, call: Message) -> Message:
    reply = handle(call)
    wrong = call["operation"] == "get_time_block" and reply.get("error", {}).get("kind") == "decode"
    return value(call, None) if wrong else reply


@DEFECTS.in_reply("free-form value/metadata dropped", "free-form-values")
def free_form_dropped(call: Message, reply: Message) -> Message:
    def without(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        return {**each, "value": None} if is_object(each) and "custom_field_id" in each else each

    return dict(everywhere(reply, without))


@DEFECTS.in_reply("a field lost", "fields-of-a-response")
def field_lost(call: Message, reply: Message) -> Message:
    def without(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        return (
            {n: v for n, v in each.items() if n != "calendar_event_id"} if is_object(each) else each
        )

    return dict(everywhere(reply, without))


@DEFECTS.in_reply("a deep object of a task lost", "complete-bodies")
def deep_object_lost(call: Message, reply: Message) -> Message:
    def without(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        return {n: v for n, v in each.items() if n != "rate"} if is_object(each) else each

    return dict(everywhere(reply, without))


@DEFECTS.in_reply("a list of a streamed task lost", "complete-stream-items")
def tags_lost(call: Message, reply: Message) -> Message:
    def without(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        return {n: v for n, v in each.items() if n != "tags"} if is_object(each) else each

    return dict(everywhere(reply, without)) if call["operation"] == "stream_time_blocks" else reply


@DEFECTS.in_reply("a field of a page's blocks lost", "fields-of-a-list-item")
def field_of_pages_lost(call: Message, reply: Message) -> Message:
    def without(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        return {n: v for n, v in each.items() if n != "has_time_entry"} if is_object(each) else each

    return dict(everywhere(reply, without)) if call["operation"].startswith("list_") else reply


@DEFECTS.in_reply("a field of streamed blocks lost", "fields-of-a-stream-item")
def field_of_streams_lost(call: Message, reply: Message) -> Message:
    def without(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        return {n: v for n, v in each.items() if n != "has_time_entry"} if is_object(each) else each

    return dict(everywhere(reply, without)) if call["operation"] == "stream_time_blocks" else reply


@DEFECTS("gzip not decoded though advertised", "gzip-as-requested")
class GzipNotDecoded(Change):
    def response(self, received: Received) -> None:
        received.headers = [
            each for each in received.headers if each[0].lower() != "content-encoding"
        ]


@DEFECTS.in_response("a gzip stream read as it is", "compressed-stream")
def gzip_stream_not_decoded(received: Received) -> None:
    if received.call["operation"] == "stream_time_blocks":
        received.headers = [
            each for each in received.headers if each[0].lower() != "content-encoding"
        ]


@DEFECTS("a gzip response crashes", "gzip")
class GzipCrashes(_FailsOn):
    pattern = b"^" + _GZIP


@DEFECTS("header names case-sensitive", "header-names-in-any-case")
class CaseSensitiveHeaders(Change):
    def __init__(self) -> None:
        self._untyped: set[str] = set()

    def response(self, received: Received) -> None:
        if not any(name in {"Content-Type", "content-type"} for name, _ in received.headers):
            self._untyped.add(received.call["id"])

    def reply(self, call: Message, reply: Message) -> Message:
        wrong = call["id"] in self._untyped and reply["outcome"] == "value" and reply["value"]
        return error(call, "decode", "no Content-Type") if wrong else reply


@DEFECTS.in_handling("early hints taken for the response", "forms-of-http")
def hints_are_the_response(handle: Handle, call: Message) -> Message:
    if call["operation"] != "get_time_block":
        return handle(call)
    # Python's own HTTP client makes this mistake, and reads all other forms.
    url = urlsplit(str(call["base_url"]))
    path = url.path + operations()[call["operation"]].path.format_map(call["arguments"]["path"])
    with closing(HTTPConnection(url.netloc, timeout=_PATIENCE_SECONDS)) as connection:
        key = call["auth"]["token"]
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        response = connection.getresponse()
        body = response.read().decode()
    if response.status != HTTPStatus.OK:
        return error(call, "decode", f"cannot read a response with status {response.status}")
    return handle({"type": "decode", "id": call["id"], "schema": "TimeBlock", "json": body})


@DEFECTS("integers of any JSON go through a float", "schemas-are-read")
class DecodedThroughFloats(Change):
    def codec(self, message: Message, reply: Message) -> Message:
        if message["type"] == "decode":
            return dict(integers(reply, lambda number: int(float(number))))
        return reply


@DEFECTS("null is written for what is unset", "schemas-are-written")
class EncodesNulls(Change):
    def codec(self, message: Message, reply: Message) -> Message:
        if "json" in reply and reply["json"].startswith("{"):
            plain = {"of_nobody": None, **json.loads(reply["json"])}
            return {**reply, "json": json.dumps(plain)}
        return reply


@DEFECTS("unknown fields of any schema refused", "schemas-with-unknown-fields")
class RefusesUnknownFields(Change):
    def codec(self, message: Message, reply: Message) -> Message:
        known = json.dumps(reply.get("value"))
        if message["type"] == "decode" and reply["outcome"] == "value":
            names = set(re.findall(r'"(\w+)":', message["json"]))
            if any(f'"{name}"' not in known for name in names):
                return error(message, "decode")
        return reply


@DEFECTS("broken JSON read as far as it goes", "broken-json")
class ReadsBrokenJson(Change):
    def codec(self, message: Message, reply: Message) -> Message:
        if message["type"] == "decode" and reply["outcome"] == "error":
            return value(message, {})
        return reply
