"""Request bodies and their headers."""

from __future__ import annotations

import json
from typing import Any

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.plain import is_object
from toggl_focus_conformance.selfcheck.client.values import everywhere, in_body
from toggl_focus_conformance.selfcheck.client.wrong_client import Sent

from .all import DEFECTS

_UPDATES = frozenset({"update_time_block", "bulk_update_time_blocks"})


@DEFECTS.in_request("null for unset", "fields-as-given")
def null_for_unset(sent: Sent) -> None:
    if sent.operation in {"create_time_block", "update_time_block"}:
        in_body(sent, lambda body: {"duration": None, **body})


@DEFECTS.in_call("explicit null dropped", "null-is-not-dropped")
def null_dropped(call: Message) -> Message:
    def kept(value: Any) -> Any:  # noqa: ANN401  (any JSON)
        return {n: v for n, v in value.items() if v is not None} if is_object(value) else value

    return {**call, "arguments": everywhere(call["arguments"], kept)}


@DEFECTS.in_request("falsy dropped (duration 0, completed false)", "fields-as-given")
def falsy_dropped(sent: Sent) -> None:
    in_body(sent, lambda body: everywhere(body, _truthy))


def _truthy(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    return {n: v for n, v in value.items() if v or v is None} if is_object(value) else value


@DEFECTS.in_request("false sent as null", "fields-as-given")
def false_as_null(sent: Sent) -> None:
    in_body(sent, lambda body: everywhere(body, lambda each: None if each is False else each))


@DEFECTS.in_request("false sent as text", "fields-as-given")
def false_as_text(sent: Sent) -> None:
    in_body(sent, lambda body: everywhere(body, lambda each: "false" if each is False else each))


@DEFECTS.in_request("a field under another name", "fields-as-given")
def camel_case(sent: Sent) -> None:
    sent.content = sent.content.replace(b'"task_id"', b'"taskId"')


@DEFECTS.in_request("read-only fields echoed back in PUT", "replace-after-read")
def read_only_echoed(sent: Sent) -> None:
    if sent.operation == "replace_time_block":
        in_body(sent, lambda body: {**body, "id": 1001, "created_at": "2026-01-02T15:04:05Z"})


@DEFECTS.in_request("ints as strings", "numbers-as-integers")
def integers_as_texts(sent: Sent) -> None:
    in_body(
        sent, lambda body: everywhere(body, lambda each: str(each) if type(each) is int else each)
    )


@DEFECTS.in_request("60.0", "numbers-as-integers")
def integers_as_floats(sent: Sent) -> None:
    in_body(
        sent, lambda body: everywhere(body, lambda each: float(each) if type(each) is int else each)
    )


@DEFECTS.in_request("large id rounded in a body", "numbers-as-integers")
def integers_rounded(sent: Sent) -> None:
    in_body(
        sent,
        lambda body: everywhere(body, lambda each: int(float(each)) if type(each) is int else each),
    )


@DEFECTS.in_request("duration sent in minutes", "fields-as-given")
def minutes(sent: Sent) -> None:
    def changed(value: Any) -> Any:  # noqa: ANN401  (any JSON)
        if is_object(value) and isinstance(value.get("duration"), int):
            return {**value, "duration": value["duration"] // 60}
        return value

    in_body(sent, lambda body: everywhere(body, changed))


@DEFECTS.in_request('body "{}" on archive/restore', "no-body-where-none-is-described")
def empty_object(sent: Sent) -> None:
    if not sent.content and sent.method in {"POST", "PATCH", "PUT"}:
        sent.content = b"{}"


@DEFECTS.in_request("body on GET", "get-a-block")
def body_on_get(sent: Sent) -> None:
    if sent.method == "GET":
        sent.content = b"null"


@DEFECTS.in_request("body on DELETE", "no-body-where-none-is-described")
def body_on_delete(sent: Sent) -> None:
    if sent.method == "DELETE":
        sent.content = b"{}"


@DEFECTS.in_request("no body for an update without fields", "empty-update")
def no_body(sent: Sent) -> None:
    if sent.content == b"{}":
        sent.content = b""


@DEFECTS.in_request("missing content type", "operations-with-a-body")
def no_content_type(sent: Sent) -> None:
    sent.set_header("Content-Type", None)


@DEFECTS.in_request("wrong content type", "operations-with-a-body")
def form_content_type(sent: Sent) -> None:
    if sent.content:
        sent.set_header("Content-Type", "application/x-www-form-urlencoded")


@DEFECTS.in_request('object not serialised ("[object Object]")', "operations-with-a-body")
def object_object(sent: Sent) -> None:
    if sent.content:
        sent.content = b"[object Object]"


@DEFECTS.in_request("body encoded twice, as JSON text", "operations-with-a-body")
def json_text(sent: Sent) -> None:
    if sent.content:
        sent.content = json.dumps(sent.content.decode()).encode()


@DEFECTS.in_request("body as a form", "operations-with-a-body")
def form(sent: Sent) -> None:
    if sent.content[:1] == b"{":
        pairs = json.loads(sent.content).items()
        sent.content = "&".join(f"{name}={each}" for name, each in pairs).encode()


@DEFECTS.in_request("an update sent as an empty object", "fields-as-given")
def fields_lost(sent: Sent) -> None:
    if sent.operation in _UPDATES and sent.content[:1] == b"{":
        sent.content = b"{}"
