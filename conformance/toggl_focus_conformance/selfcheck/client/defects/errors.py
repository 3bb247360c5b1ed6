"""Errors of the service and of the transport."""

from __future__ import annotations

import contextlib
import json

import httpx

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.plain import is_object
from toggl_focus_conformance.selfcheck.client.values import error, is_status, value
from toggl_focus_conformance.selfcheck.client.wrong_client import Change, Handle, Received

from .all import DEFECTS

_OK = 300


@DEFECTS.in_reply("non-2xx returned as value", "statuses")
def error_as_value(call: Message, reply: Message) -> Message:
    return value(call, {}) if reply.get("error", {}).get("kind") == "api" else reply


@DEFECTS.in_reply("404 → None", "statuses")
def not_found_as_none(call: Message, reply: Message) -> Message:
    return value(call, None) if is_status(reply, 404) else reply


@DEFECTS.in_reply("status lost", "statuses")
def status_lost(call: Message, reply: Message) -> Message:
    if reply.get("error", {}).get("kind") == "api":
        reply["error"]["status"] = 500
    return reply


@DEFECTS.in_reply("an error of the stream ends it quietly", "statuses-of-the-stream")
def stream_status_lost(call: Message, reply: Message) -> Message:
    if call["operation"] == "stream_time_blocks" and reply.get("error", {}).get("kind") == "api":
        return {"id": call["id"], "outcome": "items", "items": [], "complete": True}
    return reply


@DEFECTS("non-JSON error body hides the status", "errors-in-another-form")
class StatusHidden(Change):
    def __init__(self) -> None:
        self._hidden: set[str] = set()

    def response(self, received: Received) -> None:
        if received.status >= _OK and received.body and not _is_object(received.body):
            self._hidden.add(received.call["id"])

    def reply(self, call: Message, reply: Message) -> Message:
        return error(call, "decode") if call["id"] in self._hidden else reply


@DEFECTS("empty error body crashes", "errors-in-another-form")
class EmptyErrorCrashes(StatusHidden):
    def response(self, received: Received) -> None:
        if received.status >= _OK and not received.body:
            self._hidden.add(received.call["id"])


def _is_object(body: bytes) -> bool:
    try:
        return is_object(json.loads(body))
    except ValueError:
        return False


@DEFECTS.in_reply("description of an error lost", "details-of-an-error")
def description_lost(call: Message, reply: Message) -> Message:
    if reply.get("error", {}).get("kind") == "api":
        reply["error"]["message"] = f"HTTP {reply['error']['status']}"
    return reply


@DEFECTS.in_reply("description given as the code", "details-of-an-error")
def description_as_code(call: Message, reply: Message) -> Message:
    if reply.get("error", {}).get("kind") == "api":
        reply["error"]["code"] = reply["error"]["message"]
    return reply


@DEFECTS.in_response("error text read as latin-1", "text-of-an-error")
def error_as_latin_1(received: Received) -> None:
    if received.status >= _OK:
        received.body = received.body.decode("latin-1").encode()


@DEFECTS.in_reply("transport fault reported as API error", "response-cut-off")
def fault_as_api_error(call: Message, reply: Message) -> Message:
    if reply.get("error", {}).get("kind") == "transport":
        reply["error"] = {"kind": "api", "status": 503}
    return reply


@DEFECTS.in_reply("refused connection is an undeclared error", "connection-refused")
def refused_as_other(call: Message, reply: Message) -> Message:
    wrong = reply.get("error", {}).get("kind") == "transport" and call["operation"].startswith(
        "get"
    )
    return error(call, "other") if wrong else reply


@DEFECTS.in_handling("content-length short but JSON complete accepted", "response-cut-off")
def short_body_accepted(handle: Handle, call: Message) -> Message:
    reply = handle(call)
    if call["operation"] != "get_time_block" or reply.get("error", {}).get("kind") != "transport":
        return reply
    body = read_as_far_as_it_goes(call)
    return value(call, json.loads(body)) if _is_object(body) else reply


def url_of(call: Message) -> str:
    """The URL of a call of get_time_block."""
    path = (
        "/organizations/{organization_id}/workspaces/{workspace_id}"
        "/tasks/{task_id}/time-blocks/{time_block_id}"
    )
    return str(call["base_url"] + path.format_map(call["arguments"]["path"]))


def read_as_far_as_it_goes(call: Message) -> bytes:
    """What a reader gets that takes the end of a connection for the end of the body."""
    body = b""
    with (
        contextlib.suppress(httpx.HTTPError),
        httpx.stream("GET", url_of(call), timeout=2) as response,
    ):
        for piece in response.iter_raw():
            body += piece
    return body
