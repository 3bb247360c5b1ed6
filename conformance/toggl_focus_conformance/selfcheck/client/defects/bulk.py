"""Bulk calls."""

from __future__ import annotations

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.plain import is_list
from toggl_focus_conformance.selfcheck.client.values import in_body, is_status, query, value
from toggl_focus_conformance.selfcheck.client.wrong_client import Change, Handle, Sent

from .all import DEFECTS

_FIRST = 100


@DEFECTS.in_request("bulk PATCH wrapped in items", "bulk-update-of-many")
def bulk_update_wrapped(sent: Sent) -> None:
    if sent.operation == "bulk_update_time_blocks":
        in_body(sent, lambda body: {"items": body})


@DEFECTS.in_request("bulk POST bare array", "bulk-create-of-many")
def bulk_create_bare(sent: Sent) -> None:
    if sent.operation == "bulk_create_time_blocks":
        in_body(sent, lambda body: body["time_blocks"])


@DEFECTS.in_request("id missing from bulk items", "operations-without-a-body")
def bulk_ids_missing(sent: Sent) -> None:
    if sent.operation == "bulk_update_time_blocks":
        in_body(sent, lambda body: [{n: v for n, v in each.items() if n != "id"} for each in body])


@DEFECTS.in_call("only the first hundred changes sent", "bulk-update-of-many")
def first_hundred(call: Message) -> Message:
    if is_list(call["arguments"].get("body")):
        call["arguments"]["body"] = call["arguments"]["body"][:_FIRST]
    return call


@DEFECTS.in_call("only the first hundred ids sent", "bulk-delete-of-many")
def first_hundred_ids(call: Message) -> Message:
    if "ids" in call["arguments"]["query"]:
        call["arguments"]["query"]["ids"] = call["arguments"]["query"]["ids"][:_FIRST]
    return call


@DEFECTS.in_reply("only the blocks of the first part returned", "bulk-create-of-many")
def first_part_returned(call: Message, reply: Message) -> Message:
    if call["operation"] == "bulk_create_time_blocks" and is_list(reply.get("value")):
        reply["value"] = reply["value"][:_FIRST]
    return reply


@DEFECTS.in_handling("parts of a bulk call overlap", "bulk-update-of-many")
def overlapping_parts(handle: Handle, call: Message) -> Message:
    body = call["arguments"].get("body")
    if not is_list(body) or len(body) <= _FIRST:
        return handle(call)
    reply = value(call, None)
    for start in range(0, len(body), _FIRST - 1):
        part = {**call["arguments"], "body": body[start : start + _FIRST]}
        reply = handle({**call, "arguments": part})
    return reply


@DEFECTS.in_handling("a failed part hidden", "bulk-part-fails")
def failed_part_hidden(handle: Handle, call: Message) -> Message:
    reply = handle(call)
    if call["operation"].startswith("bulk_update") and reply["outcome"] == "error":
        return value(call, None)
    return reply


@DEFECTS("a bulk call without entries is sent", "bulk-without-entries")
class EmptyBulk(Change):
    def __init__(self) -> None:
        self._empty: set[str] = set()

    def call(self, call: Message) -> Message:
        given = call["arguments"]
        if call["operation"] == "bulk_delete_time_blocks" and given["query"].get("ids") == []:
            given["query"]["ids"] = [1]
            self._empty.add(call["id"])
        return call

    def request(self, sent: Sent) -> None:
        if sent.call["id"] in self._empty:
            query(sent, lambda parts: [each for each in parts if not each.startswith("ids=")])


@DEFECTS.in_reply("a failed bulk call reported without its status", "bulk-part-fails")
def bulk_status_lost(call: Message, reply: Message) -> Message:
    if call["operation"].startswith("bulk_") and is_status(reply, 404):
        reply["error"]["status"] = 207
    return reply
