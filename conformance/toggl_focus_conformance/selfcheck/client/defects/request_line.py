"""Methods, paths and base URLs."""

from __future__ import annotations

import re

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.selfcheck.client.wrong_client import Change, Handle, Sent

from .all import DEFECTS

_SWAPPED = {
    "archive_time_block": "unarchive_time_block",
    "unarchive_time_block": "archive_time_block",
}


@DEFECTS.in_request("PATCH sent as PUT", "operations-without-a-body")
def patch_as_put(sent: Sent) -> None:
    if sent.method == "PATCH":
        sent.method = "PUT"


@DEFECTS.in_request("PUT as PATCH", "operations-without-a-body")
def put_as_patch(sent: Sent) -> None:
    if sent.method == "PUT":
        sent.method = "PATCH"


@DEFECTS.in_request("DELETE as PUT, PATCH as GET", "operations-without-a-body")
def methods_of_the_samples(sent: Sent) -> None:
    sent.method = {"DELETE": "PUT", "PATCH": "GET"}.get(sent.method, sent.method)


@DEFECTS.in_request("restore as POST", "operations-without-a-body")
def restore_as_post(sent: Sent) -> None:
    if sent.operation == "restore_time_block":
        sent.method = "POST"


@DEFECTS.in_call("archive/unarchive swapped", "operations-without-a-body")
def archive_swapped(call: Message) -> Message:
    return {**call, "operation": _SWAPPED.get(call["operation"], call["operation"])}


@DEFECTS.in_call("org/workspace swapped", "get-a-block")
def organization_swapped(call: Message) -> Message:
    path = call["arguments"]["path"]
    path["organization_id"], path["workspace_id"] = path["workspace_id"], path["organization_id"]
    return call


@DEFECTS.in_call("task and block swapped", "get-a-block")
def task_swapped(call: Message) -> Message:
    path = call["arguments"]["path"]
    if "time_block_id" in path:
        path["task_id"], path["time_block_id"] = path["time_block_id"], path["task_id"]
    return call


@DEFECTS.in_request("large id as 9.007e15", "ids-in-their-places")
def id_with_exponent(sent: Sent) -> None:
    sent.target = re.sub(r"\d{16,}", lambda found: f"{float(found[0]):.15e}", sent.target)


@DEFECTS.in_request("large id rounded in the path", "ids-in-their-places")
def id_rounded(sent: Sent) -> None:
    sent.target = re.sub(r"\d{16,}", lambda found: str(int(float(found[0]))), sent.target)


@DEFECTS.in_request("id cut to 32 bits", "ids-in-their-places")
def id_of_32_bits(sent: Sent) -> None:
    sent.target = re.sub(r"\d{10,}", lambda found: str(int(found[0]) % 2**32), sent.target)


@DEFECTS.in_request("double slash", "get-a-block")
def double_slash(sent: Sent) -> None:
    sent.target = sent.target.replace("/organizations", "//organizations", 1)


@DEFECTS.in_request("trailing slash", "get-a-block")
def trailing_slash(sent: Sent) -> None:
    path, mark, query = sent.target.partition("?")
    sent.target = f"{path}/{mark}{query}"


@DEFECTS.in_request('"?" with empty query', "no-question-mark")
def empty_query(sent: Sent) -> None:
    if "?" not in sent.target:
        sent.target += "?"


@DEFECTS.in_request("path of the base URL lost", "base-path-is-kept")
def base_path_lost(sent: Sent) -> None:
    start = sent.target.index("/organizations")
    if not sent.target.startswith("/api/"):
        sent.target = sent.target[start:]


@DEFECTS("a text id leads to another path", "path-value-with-slashes")
class TextInPath(Change):
    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def call(self, call: Message) -> Message:
        path = call["arguments"]["path"]
        if isinstance(path["task_id"], str):
            self._given[call["id"]] = path["task_id"]
            path["task_id"] = 1
        return call

    def request(self, sent: Sent) -> None:
        if given := self._given.get(sent.call["id"]):
            sent.target = sent.target.replace("/tasks/1/", f"/tasks/{given}/")


@DEFECTS.in_handling("plain http used", "https-stays-encrypted")
def plain_http(handle: Handle, call: Message) -> Message:
    return handle({**call, "base_url": call["base_url"].replace("https://", "http://")})


@DEFECTS.in_request("absolute URL as target", "get-a-block")
def absolute_target(sent: Sent) -> None:
    sent.target = f"http://{sent.header('host')}{sent.target}"


@DEFECTS.in_request("ids of one operation rounded", "ids-of-each-operation")
def ids_of_archive_rounded(sent: Sent) -> None:
    if sent.operation == "archive_time_block":
        sent.target = re.sub(r"\d{16,}", lambda found: str(int(float(found[0]))), sent.target)


@DEFECTS.in_request("ids of the stream rounded", "ids-of-the-stream")
def ids_of_the_stream_rounded(sent: Sent) -> None:
    if sent.operation == "stream_time_blocks":
        sent.target = re.sub(r"\d{16,}", lambda found: str(int(float(found[0]))), sent.target)


@DEFECTS.in_request("the stream asks for the list", "operations-as-described")
def stream_as_list(sent: Sent) -> None:
    sent.target = sent.target.replace("/time-blocks/stream", "/time-blocks")
