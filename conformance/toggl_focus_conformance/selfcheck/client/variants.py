"""Correct clients of other styles: no case may fail any of these.

Everything here is left open by the protocol or by the description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.plain import is_list, is_object

from .switches import Switches
from .values import error, everywhere, in_body, instants, query, value
from .wrong_client import Change, Handle, Received, Sent

__all__ = ["VARIANTS"]

VARIANTS = Switches()
_FEW = 50
_HUNDRED = 100
_EXACT = 2**53
_BLOCKS = ("data", "items", "value")


# Headers.


@VARIANTS.in_request("header names in lower case")
def lower_case_headers(sent: Sent) -> None:
    sent.headers = [(name.lower(), text) for name, text in sent.headers]


@VARIANTS.in_request("other headers, and in another order")
def more_headers(sent: Sent) -> None:
    sent.headers = [*reversed(sent.headers), ("X-Request-Id", "7"), ("Accept-Language", "pl")]


@VARIANTS.in_request("no headers but those that are needed")
def fewer_headers(sent: Sent) -> None:
    sent.set_header("Accept", None)
    sent.set_header("User-Agent", None)


@VARIANTS.in_request("gzip is not requested")
def no_gzip(sent: Sent) -> None:
    sent.set_header("Accept-Encoding", "identity")


@VARIANTS.in_request("anything is accepted")
def accepts_anything(sent: Sent) -> None:
    sent.set_header("Accept", "*/*")


@VARIANTS.in_request("a content type with its charset")
def charset(sent: Sent) -> None:
    if sent.content:
        sent.set_header("Content-Type", "application/json; charset=utf-8")


@VARIANTS.in_request("no connection is kept")
def closes(sent: Sent) -> None:
    sent.set_header("Connection", "close")


@VARIANTS.in_request("a request without a body says nothing of its length")
def no_length(sent: Sent) -> None:
    if not sent.content:
        sent.set_header("Content-Length", None)


# Queries.


@VARIANTS.in_request("parameters in another order")
def parameters_reversed(sent: Sent) -> None:
    query(sent, lambda parts: parts[::-1])


@VARIANTS.in_request("everything in a query percent-encoded")
def all_encoded(sent: Sent) -> None:
    path, mark, text = sent.target.partition("?")
    sent.target = path + mark + text.replace(",", "%2C").replace(":", "%3A")


@VARIANTS.in_request("percent-encoding in lower case")
def lower_case_encoding(sent: Sent) -> None:
    path, mark, text = sent.target.partition("?")
    text = text.replace(",", "%2C").replace(":", "%3A")
    sent.target = path + mark + re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), text)


@VARIANTS.in_request("dates with their offset")
def dates_with_offset(sent: Sent) -> None:
    query(sent, lambda parts: [re.sub("^(date_.*)Z$", r"\1%2B00:00", each) for each in parts])


@VARIANTS.in_request("dates with six digits of a second")
def dates_with_digits(sent: Sent) -> None:
    query(sent, lambda parts: [re.sub(r"^(date_[^.]*)Z$", r"\1.000000Z", each) for each in parts])


@VARIANTS.in_request("pages begin with page=1")
def page_is_sent(sent: Sent) -> None:
    if sent.operation.startswith("list_") and not re.search("[?&]page=", sent.target):
        query(sent, lambda parts: ["page=1", *parts])


# Bodies.


@VARIANTS.in_request("JSON with spaces and lines")
def pretty(sent: Sent) -> None:
    if sent.content:
        sent.content = json.dumps(json.loads(sent.content), indent=2).encode()


@VARIANTS.in_request("keys in another order")
def keys_sorted(sent: Sent) -> None:
    if sent.content:
        sent.content = json.dumps(json.loads(sent.content), sort_keys=True).encode()


@VARIANTS.in_request("timestamps of a body in UTC")
def body_in_utc(sent: Sent) -> None:
    def moved(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        if isinstance(each, str) and re.match(r"\d{4}-\d\d-\d\dT", each):
            return datetime.fromisoformat(each).astimezone(UTC).isoformat().replace("+00:00", "Z")
        return each

    in_body(sent, lambda body: everywhere(body, moved))


@VARIANTS.in_request("timestamps of a body in local time")
def body_in_local_time(sent: Sent) -> None:
    sent.content = re.sub(rb"(\d\d:\d\d:\d\d)Z", rb"\1+00:00", sent.content)


# What is refused before it is sent.


@VARIANTS.in_handling("null is refused")
def null_refused(handle: Handle, call: Message) -> Message:
    body = call["arguments"].get("body")
    refused = is_object(body) and None in body.values()
    return error(call, "usage") if refused else handle(call)


@VARIANTS.in_handling("an update without fields is refused")
def empty_update_refused(handle: Handle, call: Message) -> Message:
    return error(call, "usage") if call["arguments"].get("body") == {} else handle(call)


@VARIANTS.in_handling("more than a hundred entries are refused")
def many_refused(handle: Handle, call: Message) -> Message:
    given = call["arguments"]
    entries: Any = given.get("body") or given["query"].get("ids") or []
    if is_object(entries):
        entries = entries.get("time_blocks", [])
    refused = call["operation"].startswith("bulk_") and len(entries) > _HUNDRED
    return error(call, "usage") if refused else handle(call)


@VARIANTS.in_handling("empty lists and texts are refused")
def empty_refused(handle: Handle, call: Message) -> Message:
    given = call["arguments"]["query"].values()
    return error(call, "usage") if [] in given or "" in given else handle(call)


@VARIANTS.in_handling("a bulk call goes in parts of fifty")
def parts_of_fifty(handle: Handle, call: Message) -> Message:
    body = call["arguments"].get("body")
    if not is_list(body) or len(body) <= _FEW:
        return handle(call)
    reply = value(call, None)
    for start in range(0, len(body), _FEW):
        part = {**call["arguments"], "body": body[start : start + _FEW]}
        reply = handle({**call, "arguments": part})
        if reply["outcome"] == "error":
            break
    return reply


@VARIANTS.in_handling("bulk calls without entries give an empty result")
def empty_bulk_result(handle: Handle, call: Message) -> Message:
    body = call["arguments"].get("body")
    if call["operation"] == "bulk_create_time_blocks" and body == {"time_blocks": []}:
        return value(call, [])
    return (
        value(call, None) if call["operation"].startswith("bulk_") and body == [] else handle(call)
    )


# Values.


@VARIANTS.in_reply("what was not sent is null")
def absent_as_null(call: Message, reply: Message) -> Message:
    def filled(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        if is_object(each) and "workspace_id" in each and "start" in each:
            return {"duration": None, "description": None, "deleted_at": None, **each}
        return each

    return dict(everywhere(reply, filled))


@VARIANTS.in_reply("null is omitted")
def null_as_absent(call: Message, reply: Message) -> Message:
    def kept(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        if is_object(each) and "workspace_id" in each and "start" in each:
            return {n: v for n, v in each.items() if v is not None}
        return each

    return dict(everywhere(reply, kept))


@VARIANTS.in_reply("a list that is null is empty")
def null_list_as_empty(call: Message, reply: Message) -> Message:
    result = reply.get("value")
    if is_object(result) and "per_page" in result and result.get("data") is None:
        result["data"] = []
    return reply


@VARIANTS.in_reply("every integer is written as one beyond 2^53")
def all_integers_written(call: Message, reply: Message) -> Message:
    def written(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        return {"$int": str(each)} if type(each) is int else each

    if "error" in reply:
        return reply
    return {**reply, **{n: everywhere(reply[n], written) for n in _BLOCKS if n in reply}}


@VARIANTS.in_reply("small integers are written with a fraction")
def integers_as_floats(call: Message, reply: Message) -> Message:
    def written(each: Any) -> Any:  # noqa: ANN401  (any JSON)
        return float(each) if type(each) is int and abs(each) < _EXACT else each

    return {**reply, **{n: everywhere(reply[n], written) for n in _BLOCKS if n in reply}}


@VARIANTS.in_reply("timestamps in UTC")
def results_in_utc(call: Message, reply: Message) -> Message:
    def moved(text: str) -> str:
        try:
            return datetime.fromisoformat(text).astimezone(UTC).isoformat()
        except OverflowError:
            return text

    return dict(instants(reply, moved))


@VARIANTS("unknown fields are kept")
class KeepsUnknownFields(Change):
    def __init__(self) -> None:
        self._bodies: dict[str, Any] = {}

    def reads(self, call: Message) -> bool:
        return bool(call["operation"] == "list_task_time_blocks")

    def response(self, received: Received) -> None:
        if b'"colour"' in received.body:
            self._bodies[received.call["id"]] = json.loads(received.body)

    def reply(self, call: Message, reply: Message) -> Message:
        body = self._bodies.get(call["id"])
        return value(call, body) if body and reply["outcome"] == "value" else reply


# Errors.


@VARIANTS.in_reply("errors have no code")
def no_code(call: Message, reply: Message) -> Message:
    reply.get("error", {}).pop("code", None)
    return reply


@VARIANTS.in_reply("messages of errors in other words")
def longer_messages(call: Message, reply: Message) -> Message:
    if "error" in reply:
        reply["error"]["message"] = f"could not do that: {reply['error'].get('message')}; sorry"
    return reply


@VARIANTS.in_reply("an error before the first item is an error of the call")
def error_without_items(call: Message, reply: Message) -> Message:
    if reply["outcome"] == "items" and not reply["items"] and reply["complete"] is False:
        return {"id": call["id"], "outcome": "error", "error": reply["error"]}
    return reply


@VARIANTS.in_reply("an error of a stream's call comes as no items")
def error_as_no_items(call: Message, reply: Message) -> Message:
    iterates = call["operation"] == "stream_time_blocks" or "consume" in call
    if iterates and reply["outcome"] == "error":
        return {**reply, "outcome": "items", "items": [], "complete": False}
    return reply


@VARIANTS.in_reply("a redirect that is not followed is an error of the transport")
def redirect_as_transport(call: Message, reply: Message) -> Message:
    if 300 <= reply.get("error", {}).get("status", 0) < 400:  # noqa: PLR2004  (the redirects)
        reply["error"]["kind"] = "transport"
    return reply


# Features, and how calls are made.


@VARIANTS("no retries, timeouts, pages or streams")
class FewFeatures(Change):
    hello: Mapping[str, Any] = {"features": []}

    def handle(self, handle: Handle, call: Message) -> Message:
        if call["auth"]["kind"] == "basic":
            return {"id": call["id"], "outcome": "skip", "feature": "basic"}
        return handle({**call, "options": {"max_retries": 0}})


@VARIANTS("two operations only")
class FewOperations(Change):
    hello: Mapping[str, Any] = {"operations": ["get_time_block", "list_task_time_blocks"]}


@VARIANTS("one call at a time")
class OneAtATime(Change):
    hello: Mapping[str, Any] = {"parallel": 1}


@VARIANTS("sixteen calls at a time")
class SixteenAtATime(Change):
    hello: Mapping[str, Any] = {"parallel": 16}


@VARIANTS.in_handling("the first items are the start of all")
def reads_to_the_end(handle: Handle, call: Message) -> Message:
    silent = call["operation"] == "stream_time_blocks"
    if silent or call.get("consume", "all") == "all":
        return handle(call)
    most = int(call["consume"].partition(":")[2])
    reply = handle({**call, "consume": f"first:{most + 1}"})
    return {**reply, "items": reply["items"][:most]} if "items" in reply else reply


@VARIANTS.in_reply("additional keys in replies")
def more_keys(call: Message, reply: Message) -> Message:
    return {**reply, "milliseconds": 3}
