"""Going through pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.selfcheck.client.values import query
from toggl_focus_conformance.selfcheck.client.wrong_client import Handle, Sent

from .all import DEFECTS

_MOST_PAGES = 40
Stop = Callable[[list[Any], Message], bool]


def _iterates(call: Message) -> bool:
    return "consume" in call and call["operation"].startswith("list_")


def _items(call: Message, items: list[Any]) -> Message:
    return {"id": call["id"], "outcome": "items", "items": items, "complete": True}


def _page_by_page(handle: Handle, call: Message, stop: Stop, step: int = 1) -> Message:
    """Go through pages, one call for each. stop: whether a page is the last, given its blocks."""
    consume = call["consume"]
    most = None if consume == "all" else int(consume.partition(":")[2])
    items: list[Any] = []
    page = call["arguments"]["query"].get("page", 1)
    for _ in range(_MOST_PAGES):
        single = {n: v for n, v in call.items() if n != "consume"}
        single["arguments"] = {
            **call["arguments"],
            "query": {**call["arguments"]["query"], "page": page},
        }
        reply = handle(single)
        if reply["outcome"] != "value":
            return {**_items(call, items), "complete": False, "error": reply.get("error", {})}
        blocks: list[Any] = reply["value"].get("data") or []
        items += blocks
        if stop(blocks, reply["value"]) or (most is not None and len(items) >= most):
            break
        page += step
    return _items(call, items[:most])


@DEFECTS.in_handling("iterator stops after page 1", "pages-are-complete")
def first_page_only(handle: Handle, call: Message) -> Message:
    return _page_by_page(handle, call, lambda _, __: True) if _iterates(call) else handle(call)


@DEFECTS.in_handling("skips pages", "pages-are-complete")
def pages_skipped(handle: Handle, call: Message) -> Message:
    if not _iterates(call):
        return handle(call)
    return _page_by_page(handle, call, lambda blocks, _: not blocks, step=2)


@DEFECTS.in_handling("stops on short page wrongly", "smaller-pages-than-asked-for")
def short_page_is_the_last(handle: Handle, call: Message) -> Message:
    if not _iterates(call):
        return handle(call)
    requested = call["arguments"]["query"].get("per_page", 20)
    return _page_by_page(handle, call, lambda blocks, _: len(blocks) < requested)


@DEFECTS.in_handling("never stops when server repeats a page", "page-that-repeats")
def repeated_page(handle: Handle, call: Message) -> Message:
    if not _iterates(call):
        return handle(call)
    return _page_by_page(handle, call, lambda blocks, _: not blocks)


@DEFECTS.in_handling("all pages read for the first items", "first-items-of-pages")
def reads_everything(handle: Handle, call: Message) -> Message:
    if not _iterates(call) or call["consume"] == "all":
        return handle(call)
    reply = _page_by_page(handle, {**call, "consume": "all"}, lambda blocks, _: not blocks)
    most = int(call["consume"].partition(":")[2])
    return {**reply, "items": reply["items"][:most]}


@DEFECTS.in_call("filters forgotten on pages", "pages-keep-filters")
def filters_forgotten(call: Message) -> Message:
    if _iterates(call):
        call["arguments"]["query"].pop("archived", None)
    return call


@DEFECTS.in_request("filters forgotten after the first page", "pages-keep-filters")
def filters_of_the_first_page(sent: Sent) -> None:
    if re.search(r"[?&]page=([2-9]|\d\d)", sent.target):
        query(sent, lambda parts: [each for each in parts if not each.startswith("archived")])


@DEFECTS.in_call("pages begin at the first whatever the caller says", "pages-from-a-later-page")
def from_the_first_page(call: Message) -> Message:
    if _iterates(call):
        call["arguments"]["query"].pop("page", None)
    return call


@DEFECTS.in_request("pages counted from zero", "pages-are-complete")
def pages_from_zero(sent: Sent) -> None:
    query(
        sent,
        lambda parts: [
            re.sub(r"^page=(\d+)", lambda found: f"page={int(found[1]) - 1}", each)
            for each in parts
        ],
    )


@DEFECTS.in_reply("a failure on a later page is a short list", "failure-on-a-later-page")
def failed_page_hidden(call: Message, reply: Message) -> Message:
    if _iterates(call) and reply.get("complete") is False:
        return _items(call, reply["items"])
    return reply


@DEFECTS.in_reply("blocks given twice", "pages-are-complete")
def blocks_twice(call: Message, reply: Message) -> Message:
    if _iterates(call) and len(reply.get("items", [])) > 1:
        reply["items"] = [*reply["items"], reply["items"][0]]
    return reply
