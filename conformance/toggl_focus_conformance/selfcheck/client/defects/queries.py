"""Query parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.plain import is_object
from toggl_focus_conformance.selfcheck.client.values import instants, query
from toggl_focus_conformance.selfcheck.client.wrong_client import Change, Sent

from .all import DEFECTS

_DATES = ("date_from=", "date_to=")


def _replace(sent: Sent, pattern: str, change: Callable[[re.Match[str]], str]) -> None:
    """Change what matches in each `name=value` of a query."""
    query(sent, lambda parts: [re.sub(pattern, change, each) for each in parts])


@DEFECTS.in_request(
    "ids sent as repeated keys instead of one comma-separated value", "lists-with-commas"
)
def repeated_keys(sent: Sent) -> None:
    query(sent, lambda parts: [each for part in parts for each in _repeated(part)])


def _repeated(part: str, suffix: str = "") -> list[str]:
    name, _, values = part.partition("=")
    if name not in {"ids", "order_by"}:
        return [part]
    return [f"{name}{suffix}={each}" for each in re.split(",|%2C", values)]


@DEFECTS.in_request("ids[]", "lists-with-commas")
def brackets(sent: Sent) -> None:
    query(sent, lambda parts: [each for part in parts for each in _repeated(part, "%5B%5D")])


@DEFECTS.in_request("ids as JSON text", "lists-with-commas")
def list_as_json(sent: Sent) -> None:
    _replace(sent, "^ids=(.*)", lambda found: f"ids=%5B{found[1]}%5D")


@DEFECTS.in_request("ids in the DELETE body", "lists-with-commas")
def ids_in_the_body(sent: Sent) -> None:
    if sent.operation == "bulk_delete_time_blocks":
        ids = sent.call["arguments"]["query"]["ids"]
        plain = [int(each["$int"]) if is_object(each) else each for each in ids]
        sent.content = json.dumps({"ids": plain}).encode()
        query(sent, lambda parts: [each for each in parts if not each.startswith("ids=")])


@DEFECTS.in_call("ids in another order", "lists-with-commas")
def ids_reversed(call: Message) -> Message:
    call["arguments"]["query"].get("ids", []).reverse()
    return call


@DEFECTS('empty list sends "order_by="', "empty-list")
class EmptyList(Change):
    def __init__(self) -> None:
        self._empty: set[str] = set()

    def call(self, call: Message) -> Message:
        if call["arguments"]["query"].get("order_by") == []:
            del call["arguments"]["query"]["order_by"]
            self._empty.add(call["id"])
        return call

    def request(self, sent: Sent) -> None:
        if sent.call["id"] in self._empty:
            query(sent, lambda parts: [*parts, "order_by="])


@DEFECTS.in_call("false dropped", "false-is-sent")
def false_dropped(call: Message) -> Message:
    given = call["arguments"]["query"]
    call["arguments"]["query"] = {name: each for name, each in given.items() if each is not False}
    return call


@DEFECTS.in_request("booleans written as True and False", "false-is-sent")
def python_booleans(sent: Sent) -> None:
    _replace(sent, "=(true|false)$", lambda found: f"={found[1].title()}")


@DEFECTS.in_request("booleans written as 1 and 0", "parameters-as-given")
def booleans_as_numbers(sent: Sent) -> None:
    _replace(sent, "=(true|false)$", lambda found: f"={int(found[1] == 'true')}")


@DEFECTS.in_request("null/None/undefined sent as text", "parameters-as-given")
def unset_as_text(sent: Sent) -> None:
    if sent.operation == "list_task_time_blocks" and "archived=" not in sent.target:
        query(sent, lambda parts: [*parts, "archived=undefined"])


@DEFECTS.in_call("an empty value dropped", "empty-text")
def empty_text_dropped(call: Message) -> Message:
    given = call["arguments"]["query"]
    call["arguments"]["query"] = {name: each for name, each in given.items() if each != ""}
    return call


def _dates(sent: Sent, encode: Callable[[str], str]) -> None:
    """Send dates as they were given, encoded in another way."""
    given = sent.call["arguments"]["query"]

    def as_given(part: str) -> str:
        name = part.partition("=")[0]
        if not part.startswith(_DATES) or not is_object(given.get(name)):
            return part
        return f"{name}={encode(given[name]['$datetime'])}"

    query(sent, lambda parts: [as_given(each) for each in parts])


@DEFECTS.in_request('"+" unescaped in offset', "timestamps-with-offsets")
def plus_unescaped(sent: Sent) -> None:
    _dates(sent, lambda text: text)


@DEFECTS.in_request("double percent-encoding", "timestamps-with-offsets")
def encoded_twice(sent: Sent) -> None:
    _dates(sent, lambda text: quote(quote(text)))


@DEFECTS.in_request("date as seconds since 1970", "timestamps-with-offsets")
def date_as_number(sent: Sent) -> None:
    _dates(sent, lambda text: f"{datetime.fromisoformat(text).timestamp():.0f}")


@DEFECTS("characters with a meaning unescaped", "special-characters")
class Unescaped(Change):
    def __init__(self) -> None:
        self._raw: dict[str, str] = {}

    def call(self, call: Message) -> Message:
        order = call["arguments"]["query"].get("order_by")
        if order:
            self._raw[call["id"]] = ",".join(order)
            del call["arguments"]["query"]["order_by"]
        return call

    def request(self, sent: Sent) -> None:
        if raw := self._raw.get(sent.call["id"]):
            query(sent, lambda parts: [*parts, f"order_by={raw.replace(' ', '+')}"])


@DEFECTS.in_request("date without offset", "timestamps-with-offsets")
def date_without_offset(sent: Sent) -> None:
    _replace(sent, "^(date_.*)Z$", lambda found: found[1])


@DEFECTS.in_request("date without its time", "timestamps-with-offsets")
def date_only(sent: Sent) -> None:
    _replace(sent, "^(date_.*)T.*", lambda found: found[1])


@DEFECTS.in_request("fraction of a date cut", "timestamps-with-offsets")
def date_fraction_cut(sent: Sent) -> None:
    _replace(sent, r"\.\d+", lambda _: "")


@DEFECTS.in_call("local time relabelled UTC", "timestamps-with-offsets")
def relabelled(call: Message) -> Message:
    def as_utc(text: str) -> str:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat()

    return {**call, "arguments": instants(call["arguments"], as_utc)}


@DEFECTS.in_call("from/to swapped", "timestamps-with-offsets")
def range_swapped(call: Message) -> Message:
    given = call["arguments"]["query"]
    if {"date_from", "date_to"} <= given.keys():
        given["date_from"], given["date_to"] = given["date_to"], given["date_from"]
    return call


@DEFECTS("caller's options mutated", "arguments-of-the-call-before")
class OptionsKept(Change):
    def __init__(self) -> None:
        self._kept: dict[str, dict[str, Any]] = {}

    def call(self, call: Message) -> Message:
        kept = self._kept.setdefault(f"{call['base_url']} {call['operation']}", {})
        kept.update(call["arguments"]["query"])
        call["arguments"]["query"] = dict(kept)
        return call


@DEFECTS("page of the previous iteration kept", "arguments-of-the-pages-before")
class PageKept(Change):
    def __init__(self) -> None:
        self._page: dict[str, int] = {}

    def call(self, call: Message) -> Message:
        key = f"{call['base_url']} {call['operation']}"
        if key in self._page and "page" not in call["arguments"]["query"]:
            call["arguments"]["query"]["page"] = self._page[key]
        return call

    def request(self, sent: Sent) -> None:
        found = re.search(r"[?&]page=(\d+)", sent.target)
        if found:
            self._page[f"{sent.call['base_url']} {sent.operation}"] = int(found[1])


@DEFECTS.in_request("a filter of the stream dropped", "parameters-of-the-stream")
def stream_filter_dropped(sent: Sent) -> None:
    if sent.operation == "stream_time_blocks":
        query(sent, lambda parts: [each for each in parts if not each.startswith("task_id=")])
