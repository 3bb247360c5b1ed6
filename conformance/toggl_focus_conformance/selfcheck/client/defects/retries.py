"""Retries, timeouts and kept connections."""

from __future__ import annotations

import json
import select
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.selfcheck.client.values import error, is_status, value
from toggl_focus_conformance.selfcheck.client.wrong_client import Change, Handle, Sent

from .all import DEFECTS
from .errors import read_as_far_as_it_goes, url_of

_REFUSALS = (400, 401, 403, 404)


def _again(handle: Handle, call: Message, *operations: str) -> Message:
    """Handle a call, and once more if it has failed."""
    reply = handle(call)
    return (
        handle(call) if call["operation"] in operations and reply["outcome"] == "error" else reply
    )


@DEFECTS.in_handling("create retried", "create-is-sent-once")
def create_retried(handle: Handle, call: Message) -> Message:
    return _again(handle, call, "create_time_block")


@DEFECTS.in_handling("bulk create retried", "create-is-sent-once")
def bulk_create_retried(handle: Handle, call: Message) -> Message:
    return _again(handle, call, "bulk_create_time_blocks")


@DEFECTS.in_handling("create retried after an empty 201", "empty-created")
def empty_create_retried(handle: Handle, call: Message) -> Message:
    reply = handle(call)
    decode = reply.get("error", {}).get("kind") == "decode"
    return handle(call) if decode and call["operation"] == "create_time_block" else reply


@DEFECTS.in_call("GET never retried though documented", "read-is-retried")
def never_retried(call: Message) -> Message:
    call["options"]["max_retries"] = 0
    return call


@DEFECTS.in_call("retries without end", "retries-end")
def retries_without_end(call: Message) -> Message:
    call["options"]["max_retries"] = 5
    return call


@DEFECTS.in_handling("retries at once, whatever Retry-After says", "retry-after-is-kept")
def retries_at_once(handle: Handle, call: Message) -> Message:
    retries = call["options"].get("max_retries", 0)
    call = {**call, "options": {**call["options"], "max_retries": 0}}
    for _ in range(retries):
        reply = handle(call)
        if reply["outcome"] != "error":
            return reply
    return handle(call)


@DEFECTS.in_handling("a refusal is sent again", "refusals-are-final")
def refusal_retried(handle: Handle, call: Message) -> Message:
    reply = handle(call)
    return (
        handle(call)
        if is_status(reply, *_REFUSALS) and call["options"].get("max_retries")
        else reply
    )


@DEFECTS.in_handling("a call with an empty quota is retried", "quota-is-respected")
def quota_ignored(handle: Handle, call: Message) -> Message:
    reply = handle(call)
    return handle(call) if is_status(reply, 402) and call["options"].get("max_retries") else reply


@DEFECTS("sent again without its body", "sent-again-with-its-body")
class BodyLost(Change):
    def __init__(self) -> None:
        self._sent: set[str] = set()

    def request(self, sent: Sent) -> None:
        key = f"{sent.call['base_url']} {sent.call['id']}"
        if key in self._sent:
            sent.content = b""
        self._sent.add(key)


@DEFECTS.in_call("timeout not applied", "silence-times-out")
def no_timeout(call: Message) -> Message:
    call["options"].pop("timeout_ms", None)
    return call


@DEFECTS.in_handling("timeout not applied to a dripping body", "dripping-body-times-out")
def dripping_accepted(handle: Handle, call: Message) -> Message:
    reply = handle(call)
    if call["operation"] == "get_time_block" and reply.get("error", {}).get("kind") == "timeout":
        body = read_as_far_as_it_goes(call)
        return value(call, {"id": len(body)}) if body else reply
    return reply


@DEFECTS.in_call("timeout not applied to a silent stream", "silent-stream-times-out")
def no_stream_timeout(call: Message) -> Message:
    if call["operation"] == "stream_time_blocks":
        call["options"].pop("timeout_ms", None)
    return call


@DEFECTS.in_reply("a timeout reported as an API error", "silence-times-out")
def timeout_as_api_error(call: Message, reply: Message) -> Message:
    if reply.get("error", {}).get("kind") == "timeout":
        reply["error"] |= {"kind": "api", "status": 504}
    return reply


class _Keeps(Change):
    """Reads with connections of its own, which it keeps."""

    def __init__(self) -> None:
        self._kept: dict[str, HTTPConnection] = {}

    def handle(self, handle: Handle, call: Message) -> Message:
        if call["operation"] != "get_time_block" or call["base_url"].startswith("https"):
            return handle(call)
        url = urlsplit(url_of(call))
        kept = self._kept.get(url.netloc)
        if kept is None or self.is_closed(kept):
            kept = self._kept[url.netloc] = HTTPConnection(url.netloc, timeout=2)
        try:
            headers = {"Authorization": f"Bearer {call['auth']['token']}"}
            kept.request("GET", url.path, headers=headers)
            return value(call, json.loads(kept.getresponse().read()))
        except (OSError, HTTPException) as why:
            return error(call, "transport", type(why).__name__)

    def is_closed(self, connection: HTTPConnection) -> bool:
        """Whether it should not be used any more."""
        return not connection

    def close(self) -> None:
        for each in self._kept.values():
            each.close()


@DEFECTS("a connection that was closed is used again", "closed-between-calls")
class ClosedConnection(_Keeps):
    pass


@DEFECTS("stale keep-alive fails an idempotent GET", "closed-just-then")
class StaleConnection(_Keeps):
    def is_closed(self, connection: HTTPConnection) -> bool:
        return connection.sock is None or bool(select.select([connection.sock], [], [], 0)[0])
