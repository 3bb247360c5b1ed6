"""Deliberately wrong SDKs: our client, with one thing broken in each.

Each names the case that must catch it.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from toggl_focus_conformance.adapters.own import SyncSDK

Message = dict[str, Any]


class Wrong(SyncSDK):
    """Our client, with what goes in and comes out changed."""

    def hello(self) -> Message:
        return {
            **super().hello(),
            "sdk": {"name": type(self).__name__, "version": "0", "language": "Python"},
        }

    def handle(self, message: Message) -> Message:
        return self.after(message, super().handle(self.before(copy.deepcopy(message))))

    def before(self, message: Message) -> Message:
        return message

    def after(self, message: Message, reply: Message) -> Message:
        return reply


def everywhere(value: Any, change: Callable[[Any], Any]) -> Any:
    """A value with a change to each part of it, from the inside out."""
    if isinstance(value, list):
        value = [everywhere(each, change) for each in value]
    elif isinstance(value, dict):
        value = {name: everywhere(each, change) for name, each in value.items()}
    return change(value)


class SwapsOrganizationAndWorkspace(Wrong):
    def before(self, message: Message) -> Message:
        path = message["arguments"]["path"]
        path["organization_id"], path["workspace_id"] = (
            path["workspace_id"],
            path["organization_id"],
        )
        return message


class SwapsArchiveAndUnarchive(Wrong):
    def before(self, message: Message) -> Message:
        swapped = {
            "archive_time_block": "unarchive_time_block",
            "unarchive_time_block": "archive_time_block",
        }
        return {**message, "operation": swapped.get(message["operation"], message["operation"])}


class RoundsIds(Wrong):
    def before(self, message: Message) -> Message:
        def rounded(value: Any) -> Any:
            return (
                {"$int": str(int(float(value["$int"])))}
                if isinstance(value, dict) and "$int" in value
                else value
            )

        return {**message, "arguments": everywhere(message["arguments"], rounded)}


class RoundsResults(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        def rounded(value: Any) -> Any:
            return (
                float(value["$int"])
                if isinstance(value, dict) and value.keys() == {"$int"}
                else value
            )

        return dict(everywhere(reply, rounded))


class DropsFalsyFields(Wrong):
    def before(self, message: Message) -> Message:
        def kept(value: Any) -> Any:
            return (
                {n: v for n, v in value.items() if v not in (0, False)}
                if isinstance(value, dict)
                else value
            )

        if "body" in message["arguments"]:
            message["arguments"]["body"] = everywhere(message["arguments"]["body"], kept)
        return message


class DropsFalseInQuery(Wrong):
    def before(self, message: Message) -> Message:
        query = message["arguments"]["query"]
        message["arguments"]["query"] = {
            name: value for name, value in query.items() if value is not False
        }
        return message


class DropsNull(Wrong):
    def before(self, message: Message) -> Message:
        def kept(value: Any) -> Any:
            return (
                {n: v for n, v in value.items() if v is not None}
                if isinstance(value, dict)
                else value
            )

        return {**message, "arguments": everywhere(message["arguments"], kept)}


class RelabelsLocalTime(Wrong):
    def before(self, message: Message) -> Message:
        def relabelled(value: Any) -> Any:
            if isinstance(value, dict) and value.keys() == {"$datetime"}:
                return {"$datetime": value["$datetime"][:19] + "Z"}
            return value

        return {**message, "arguments": everywhere(message["arguments"], relabelled)}


class CutsToMilliseconds(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        def cut(value: Any) -> Any:
            if isinstance(value, dict) and value.keys() == {"$datetime"}:
                moment = datetime.fromisoformat(value["$datetime"])
                return {
                    "$datetime": moment.replace(
                        microsecond=moment.microsecond // 1000 * 1000
                    ).isoformat()
                }
            return value

        return dict(everywhere(reply, cut))


class LosesAField(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        def without(value: Any) -> Any:
            return (
                {n: v for n, v in value.items() if n != "calendar_event_id"}
                if isinstance(value, dict)
                else value
            )

        return dict(everywhere(reply, without))


class SharesOneClient(Wrong):
    first: Any = None

    def before(self, message: Message) -> Message:
        type(self).first = first = type(self).first or {}
        return {**message, "auth": first.setdefault(message["base_url"], message["auth"])}


class CutsThePasswordAtItsColon(Wrong):
    def before(self, message: Message) -> Message:
        if "password" in message["auth"]:
            message["auth"]["password"] = message["auth"]["password"].partition(":")[0] or "x"
        return message


class ReturnsNothingForNotFound(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        if reply.get("error", {}).get("status") == 404:
            return {"id": reply["id"], "outcome": "value", "value": None}
        return reply


class LosesTheStatus(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        if "error" in reply and reply["error"]["kind"] == "api":
            reply["error"] |= {"status": 500}
        return reply


class ReportsTransportFaultsAsApiErrors(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        if reply.get("error", {}).get("kind") == "transport":
            reply["error"] = {"kind": "api", "status": 503}
        return reply


class SwallowsABrokenStream(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        if message["operation"] == "stream_time_blocks" and reply.get("complete") is False:
            return {
                "id": reply["id"],
                "outcome": "items",
                "items": reply["items"],
                "complete": True,
            }
        return reply


class StopsAfterTheFirstPage(Wrong):
    def before(self, message: Message) -> Message:
        size = message["arguments"]["query"].get("per_page", 20)
        if message.get("consume") == "all" and message["operation"] != "stream_time_blocks":
            message["consume"] = f"first:{size}"
        return message


class ForgetsTheFilterOnPages(Wrong):
    def before(self, message: Message) -> Message:
        if "consume" in message:
            message["arguments"]["query"].pop("archived", None)
        return message


class NeverFailsOnPages(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        if "consume" in message and reply.get("complete") is False:
            return {
                "id": reply["id"],
                "outcome": "items",
                "items": reply["items"],
                "complete": True,
            }
        return reply


class SendsOnlyTheFirstHundred(Wrong):
    def before(self, message: Message) -> Message:
        if isinstance(message["arguments"].get("body"), list):
            message["arguments"]["body"] = message["arguments"]["body"][:100]
        return message


class ReversesIds(Wrong):
    def before(self, message: Message) -> Message:
        message["arguments"]["query"].get("ids", []).reverse()
        return message


class HidesAFailedPart(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        if message["operation"].startswith("bulk_update") and reply["outcome"] == "error":
            return {"id": reply["id"], "outcome": "value", "value": None}
        return reply


class RetriesCreates(Wrong):
    def handle(self, message: Message) -> Message:
        reply = super().handle(message)
        if message["operation"] == "create_time_block" and reply["outcome"] == "error":
            return super().handle(message)
        return reply


class NeverRetries(Wrong):
    def before(self, message: Message) -> Message:
        message["options"]["max_retries"] = 0
        return message


class RetriesWithoutEnd(Wrong):
    def before(self, message: Message) -> Message:
        message["options"]["max_retries"] = 5
        return message


class RetriesAtOnce(Wrong):
    def handle(self, message: Message) -> Message:
        retries = message["options"].get("max_retries", 0)
        message = {**message, "options": {**message["options"], "max_retries": 0}}
        for _ in range(retries):
            reply = super().handle(message)
            if reply["outcome"] != "error":
                return reply
        return super().handle(message)


class IgnoresTimeouts(Wrong):
    def before(self, message: Message) -> Message:
        message["options"].pop("timeout_ms", None)
        return message


class HoldsOnToStreams(Wrong):
    def _items(self, message: Message, source: Any) -> Message:
        self.__dict__.setdefault("held", []).append(source)
        items = (
            [item for item, _ in zip(iter(source), range(2), strict=False)]
            if message.get("consume", "all") != "all"
            else None
        )
        if items is None:
            return super()._items(message, source)
        return {
            "id": message["id"],
            "outcome": "items",
            "complete": True,
            "items": [{"id": each.id} for each in items],
        }


class LeaksTheKey(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        if "error" in reply and "token" in message["auth"]:
            reply["error"]["message"] = (
                f"{reply['error'].get('message')} (key {message['auth']['token']})"
            )
        return reply


class PingsWithEachCall(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(message["base_url"] + "/ping", timeout=1)
        return reply


class FollowsRedirects(Wrong):
    def after(self, message: Message, reply: Message) -> Message:
        status = reply.get("error", {}).get("status", 0)
        if 300 <= status < 400 and message["operation"] == "get_time_block":
            location = reply["error"]["message"].rpartition("this one to ")[2].rstrip(")")
            headers = {"Authorization": f"Bearer {message['auth']['token']}"}
            httpx.get(location, headers=headers, timeout=2)
        return reply


CAUGHT_BY: dict[type[Wrong], str] = {
    SwapsOrganizationAndWorkspace: "get-a-block",
    SwapsArchiveAndUnarchive: "operations-without-a-body",
    RoundsIds: "ids-in-their-places",
    RoundsResults: "large-integers",
    DropsFalsyFields: "fields-as-given",
    DropsFalseInQuery: "false-is-sent",
    DropsNull: "null-is-not-dropped",
    RelabelsLocalTime: "timestamps-with-offsets",
    CutsToMilliseconds: "timestamps-of-all-kinds",
    LosesAField: "fields-of-a-response",
    SharesOneClient: "two-clients",
    CutsThePasswordAtItsColon: "basic-credentials",
    ReturnsNothingForNotFound: "statuses",
    LosesTheStatus: "errors-in-another-form",
    ReportsTransportFaultsAsApiErrors: "response-cut-off",
    SwallowsABrokenStream: "broken-stream",
    StopsAfterTheFirstPage: "pages-are-complete",
    ForgetsTheFilterOnPages: "pages-keep-filters",
    NeverFailsOnPages: "failure-on-a-later-page",
    SendsOnlyTheFirstHundred: "bulk-update-of-many",
    ReversesIds: "lists-with-commas",
    HidesAFailedPart: "bulk-part-fails",
    RetriesCreates: "create-is-sent-once",
    NeverRetries: "read-is-retried",
    RetriesWithoutEnd: "retries-end",
    RetriesAtOnce: "retry-after-is-kept",
    IgnoresTimeouts: "silence-times-out",
    HoldsOnToStreams: "left-stream",
    LeaksTheKey: "no-key-in-messages",
    PingsWithEachCall: "get-a-block",
    FollowsRedirects: "redirect-to-another-origin",
}
