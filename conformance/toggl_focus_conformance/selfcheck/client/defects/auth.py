"""Credentials, redirects, and what must stay secret."""

from __future__ import annotations

import base64
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import httpx

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.selfcheck.client.values import is_status, value
from toggl_focus_conformance.selfcheck.client.wrong_client import Change, Handle, Received, Sent

from .all import DEFECTS

_REDIRECTS = range(300, 400)
_LIMIT = 200


def _basic(
    sent: Sent, encode: Callable[[bytes], bytes] = base64.b64encode, charset: str = "utf-8"
) -> None:
    auth = sent.call["auth"]
    if auth["kind"] == "basic":
        text = f"{auth['username']}:{auth['password']}".encode(charset, "replace")
        sent.set_header("Authorization", f"Basic {encode(text).decode().rstrip(chr(10))}")


@DEFECTS.in_request("URL-safe base64", "basic-credentials")
def url_safe(sent: Sent) -> None:
    _basic(sent, base64.urlsafe_b64encode)


@DEFECTS.in_request("latin-1 credentials", "basic-credentials")
def latin_1_credentials(sent: Sent) -> None:
    _basic(sent, charset="latin-1")


@DEFECTS.in_call('password containing ":" cut', "basic-credentials")
def password_cut(call: Message) -> Message:
    if "password" in call["auth"]:
        call["auth"]["password"] = call["auth"]["password"].partition(":")[0] or "x"
    return call


@DEFECTS.in_request("base64 with newlines", "basic-credentials")
def base64_with_newlines(sent: Sent) -> None:
    # HTTP has no header with a line break; libraries refuse it or write a space.
    _basic(sent, lambda text: base64.encodebytes(text).strip().replace(b"\n", b" "))


@DEFECTS.in_request("base64 without padding", "basic-credentials")
def base64_without_padding(sent: Sent) -> None:
    _basic(sent, lambda text: base64.b64encode(text).rstrip(b"="))


@DEFECTS.in_request("key without its scheme", "bearer-key")
def key_without_scheme(sent: Sent) -> None:
    sent.set_header("Authorization", sent.header("authorization").removeprefix("Bearer "))


@DEFECTS.in_request("key in the query", "bearer-key")
def key_in_query(sent: Sent) -> None:
    if "token" in sent.call["auth"]:
        mark = "&" if "?" in sent.target else "?"
        sent.target += f"{mark}token={sent.call['auth']['token']}"


@DEFECTS.in_request("no credentials on writes", "bearer-key")
def writes_without_key(sent: Sent) -> None:
    if sent.method != "GET":
        sent.set_header("Authorization", None)


@DEFECTS("header bleed between two clients", "two-clients")
class SharedHeaders(Change):
    def __init__(self) -> None:
        self._first: dict[str, Any] = {}

    def call(self, call: Message) -> Message:
        return {**call, "auth": self._first.setdefault(call["base_url"], call["auth"])}


@DEFECTS("cookies shared by two clients", "cookies-of-two-clients")
class SharedCookies(Change):
    def __init__(self) -> None:
        self._cookies: dict[str, str] = {}

    def response(self, received: Received) -> None:
        for name, text in received.headers:
            if name.lower() == "set-cookie":
                self._cookies[received.call["base_url"]] = text.partition(";")[0]

    def request(self, sent: Sent) -> None:
        sent.set_header("Cookie", self._cookies.get(sent.call["base_url"]))


class _Follows(Change):
    """Follows redirects. keeps_key, keeps_method: wherever they lead. most: how many at most."""

    keeps_key = False
    writes = False
    most = 1

    def __init__(self) -> None:
        self._to: dict[str, str] = {}

    def response(self, received: Received) -> None:
        for name, text in received.headers:
            if name.lower() == "location":
                self._to[received.call["id"]] = text

    def reply(self, call: Message, reply: Message) -> Message:
        reads = call["operation"] == "get_time_block"
        if not is_status(reply, *_REDIRECTS) or reads is self.writes:
            return reply
        headers = {"Authorization": f"Bearer {call['auth']['token']}"} if self.keeps_key else {}
        for _ in range(self.most):
            with contextlib.suppress(httpx.HTTPError):
                httpx.request("GET", self._to[call["id"]], headers=headers, timeout=2)
        return value(call, None) if self.writes else reply


@DEFECTS("Authorization sent to another host on redirect", "redirect-to-another-origin")
class KeyToAnotherHost(_Follows):
    keeps_key = True


@DEFECTS("POST redirect replayed as GET", "redirect-of-a-write")
class WriteAsGet(_Follows):
    writes = keeps_key = True

    def reply(self, call: Message, reply: Message) -> Message:
        return super().reply(call, reply) if call["operation"] == "create_time_block" else reply


@DEFECTS("redirect followed silently for writes", "redirect-of-a-write")
class WriteFollowed(_Follows):
    writes = keeps_key = True


@DEFECTS("a redirect that leads to itself is followed without end", "redirect-loop")
class FollowedWithoutEnd(_Follows):
    keeps_key = True
    most = _LIMIT

    def reply(self, call: Message, reply: Message) -> Message:
        loops = self._to.get(call["id"], "").startswith(call["base_url"])
        return super().reply(call, reply) if loops else reply


@DEFECTS.in_reply("key in the message of an error", "no-key-in-messages")
def key_in_message(call: Message, reply: Message) -> Message:
    if "error" in reply and "token" in call["auth"]:
        message = reply["error"].get("message")
        reply["error"]["message"] = f"{message} (key {call['auth']['token']})"
    return reply


@DEFECTS.in_request("key in the log", "no-key-in-messages")
def key_in_log(sent: Sent) -> None:
    logging.getLogger("toggl_focus").debug("sending %s", sent.headers)


@DEFECTS.in_reply("a request too many", "get-a-block")
def ping(call: Message, reply: Message) -> Message:
    with contextlib.suppress(httpx.HTTPError):
        httpx.get(f"{call['base_url']}/ping", timeout=1)
    return reply


@DEFECTS.in_handling("a write is looked up after it was made", "operations-without-a-body")
def looks_again(handle: Handle, call: Message) -> Message:
    reply = handle(call)
    if call["operation"] == "update_time_block" and reply["outcome"] == "value":
        path = call["arguments"]["path"]
        handle({**call, "operation": "get_time_block", "arguments": {"path": path, "query": {}}})
    return reply
