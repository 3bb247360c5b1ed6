"""Streams."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.selfcheck.client.values import error
from toggl_focus_conformance.selfcheck.client.wrong_client import Change, Handle, Received

from .all import DEFECTS


def _streams(call: Message) -> bool:
    return bool(call["operation"] == "stream_time_blocks")


def _items(call: Message, items: list[Any]) -> Message:
    return {"id": call["id"], "outcome": "items", "items": items, "complete": True}


@DEFECTS.in_reply("fault after N items swallowed", "broken-stream")
def fault_swallowed(call: Message, reply: Message) -> Message:
    if _streams(call) and reply.get("complete") is False:
        return _items(call, reply["items"])
    return reply


@DEFECTS.in_reply("an unterminated list accepted", "unterminated-list")
def unterminated_accepted(call: Message, reply: Message) -> Message:
    if _streams(call) and reply.get("error", {}).get("kind") == "decode":
        return _items(call, reply["items"])
    return reply


@DEFECTS.in_handling(
    "stream buffered before first item (only if incremental claimed)",
    "items-as-they-arrive",
)
def buffered(handle: Handle, call: Message) -> Message:
    if not _streams(call) or call.get("consume", "all") == "all":
        return handle(call)
    reply = handle({**call, "consume": "all"})
    most = int(call["consume"].partition(":")[2])
    return _items(call, reply["items"][:most])


@DEFECTS.in_response("UTF-8 split over chunks", "stream-cut-in-characters")
def split_characters(received: Received) -> None:
    received.pieces = [each.decode("utf-8", "replace").encode() for each in received.pieces]


@DEFECTS("whitespace/newlines between items", "stream-with-white-space")
class WhiteSpaceFails(Change):
    def __init__(self) -> None:
        self._seen: set[str] = set()

    def response(self, received: Received) -> None:
        if _streams(received.call) and re.search(rb"^\s|[\[{}\]]\s", received.body):
            self._seen.add(received.call["id"])

    def reply(self, call: Message, reply: Message) -> Message:
        return error(call, "decode") if call["id"] in self._seen else reply


@DEFECTS.in_response("a stream of null crashes", "stream-with-white-space")
def null_stream(received: Received) -> None:
    if received.body == b"null":
        received.body = b"{}"


@DEFECTS.in_response("brackets within texts counted", "stream-of-tricky-texts")
def brackets_counted(received: Received) -> None:
    if not _streams(received.call):
        return
    depth = 0
    for place, byte in enumerate(received.body):
        depth += (byte in b"[{") - (byte in b"]}")
        if not depth:
            received.body = received.body[: place + 1]
            return


@DEFECTS.in_response("a stream split at },{", "stream-of-tricky-texts")
def split_at_braces(received: Received) -> None:
    if _streams(received.call) and received.body.count(b"},{") != received.body.count(b'},{"id"'):
        received.body = b"[" + received.body.split(b"},{")[0].lstrip(b"[") + b"}]"


@DEFECTS.in_response("an item that comes in two pieces lost", "stream-in-pieces")
def cut_item_lost(received: Received) -> None:
    if _streams(received.call) and len(received.pieces) > 1 and received.status == 200:  # noqa: PLR2004  (OK)
        try:
            items = json.loads(received.body)
        except ValueError:
            return
        received.body = json.dumps(items[:-1]).encode()


@DEFECTS("early break leaks or hangs", "left-stream")
class LeftOpen(Change):
    def __init__(self) -> None:
        self._client = httpx.Client()
        self._open: list[httpx.Response] = []

    def handle(self, handle: Handle, call: Message) -> Message:
        if not _streams(call) or call.get("consume", "all") == "all":
            return handle(call)
        path = "/organizations/1/workspaces/10/time-blocks/stream"
        request = self._client.build_request("GET", call["base_url"] + path)
        response = self._client.send(request, stream=True)
        self._open.append(response)
        most = int(call["consume"].partition(":")[2])
        body, ids = b"", list[bytes]()
        for piece in response.iter_bytes():
            body += piece
            if len(ids := re.findall(rb'\{"id": ?(\d+)', body)) >= most:
                break
        return _items(call, [{"id": int(each)} for each in ids[:most]])

    def close(self) -> None:
        for each in self._open:
            each.close()
        self._client.close()


@DEFECTS.in_reply("first N items are N + 1", "left-stream")
def one_more(call: Message, reply: Message) -> Message:
    if _streams(call) and call.get("consume", "all") != "all" and reply.get("items"):
        reply["items"] = [*reply["items"], reply["items"][-1]]
    return reply


@DEFECTS.in_reply("the last item of a stream dropped", "stream-in-pieces")
def last_dropped(call: Message, reply: Message) -> Message:
    if _streams(call) and reply.get("complete") and call.get("consume", "all") == "all":
        reply["items"] = reply["items"][:-1]
    return reply
