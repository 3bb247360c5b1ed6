"""Judges what the SDK reported for each call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import Difference, normalize, shown
from toggl_focus_conformance.wire.responses import fill

from .described import called_at
from .matchers import ABSENT, Matching, mismatches
from .play import CallRecord, Played
from .verdicts import Verdict

__all__ = ["judge_calls", "window"]

_SUCCESS = range(200, 300)


@dataclass(frozen=True)
class Outcome:
    """A reply in one form: an error before the first item is the same as no items and an error."""

    kind: str
    value: Any
    items: list[Any]
    error: Message | None

    @property
    def text(self) -> str:
        """What was reported, in words."""
        if self.error is not None:
            status = f" {self.error['status']}" if self.error.get("status") else ""
            message = f": {self.error['message']}" if self.error.get("message") else ""
            after = f" after {len(self.items)} items" if self.items else ""
            return f"an error of kind {self.error['kind']}{status}{after}{message:.200}"
        if self.kind == "items":
            return f"{len(self.items)} items, complete"
        return f"the value {shown(self.value)}"


def judge_calls(played: Played) -> Iterator[Verdict]:
    """The verdict on each call."""
    default = played.case.requirement
    for record in played.calls:
        want: Node = fill(record.call["want"], played.names)
        requirement = want.get("requirement", default)
        where = f"call {record.number} ({record.operation.id})"
        if record.failure is not None:
            gone = Difference("", "a reply from the adapter", record.failure)
            yield Verdict(requirement, where, [gone])
            continue
        if record.reply is None:
            continue
        try:
            outcome = _outcome(record.reply)
        except ValueError as error:
            yield Verdict(
                requirement, where, [Difference("", "a value of the protocol", str(error))]
            )
            continue
        yield Verdict(requirement, where, list(_of_want(want, outcome, record, played)))
        if "took" in want:
            yield Verdict(requirement, f"{where}, time", list(_took(want["took"], record)))


def window(record: CallRecord, played: Played) -> list[int]:
    """The numbers of the requests of a call, and of all calls made at the same time."""
    later = [each.started for each in played.calls if each.started > record.ended]
    until = min(later, default=float("inf"))
    return [
        request.number
        for request in played.port.counted
        if record.started <= request.started < until
    ]


def _outcome(reply: Message) -> Outcome:
    kind: str = reply["outcome"]
    if kind == "value":
        return Outcome("value", normalize(reply["value"]), [], None)
    if kind == "items":
        items = [normalize(each) for each in reply["items"]]
        return Outcome("items", None, items, None if reply["complete"] else reply["error"])
    return Outcome("error", None, [], reply.get("error"))


def _of_want(
    want: Node, outcome: Outcome, record: CallRecord, played: Played
) -> Iterator[Difference]:
    if "any_of" in want:
        tried = [list(_of_want(each, outcome, record, played)) for each in want["any_of"]]
        if all(tried):
            # The alternative that comes closest says most.
            yield from min(
                tried, key=lambda found: (any(not each.path for each in found), len(found))
            )
    elif "error" in want:
        yield from _of_error(want, outcome, record, played)
    elif "value" in want or "items" in want or "complete" in want or "ids" in want:
        yield from _of_success(want, outcome, record, played)
    if "requests" in want:
        count = len(window(record, played))
        for found in mismatches(want["requests"], count, Matching()):
            yield Difference("requests of this call", found.expected, found.actual)


def _of_error(
    want: Node, outcome: Outcome, record: CallRecord, played: Played
) -> Iterator[Difference]:
    kinds: list[str] = want["error"] if is_list(want["error"]) else [want["error"]]
    error = outcome.error
    if error is None or error["kind"] not in kinds:
        yield Difference("", f"an error of kind {' or '.join(kinds)}", outcome.text)
        return
    how = _matching(record, played)
    for name in ("status", "code", "message"):
        if name in want and (name != "status" or error["kind"] == "api"):
            value = error.get(name, ABSENT)
            yield from mismatches(want[name], value, how, f"/error/{name}")
    if "items" in want:
        yield from mismatches(want["items"], outcome.items, how, "/items")
    if "ids" in want:
        yield from mismatches(want["ids"], _ids(outcome), how, "/items/*/id")


def _of_success(
    want: Node, outcome: Outcome, record: CallRecord, played: Played
) -> Iterator[Difference]:
    wanted = "value" if "value" in want else "items" if {"items", "complete"} & want.keys() else ""
    if outcome.error is not None or (wanted and outcome.kind != wanted):
        expected = "a value" if wanted == "value" else "all items" if wanted else "a success"
        yield Difference("", expected, outcome.text)
        return
    how = _matching(record, played)
    if "value" in want:
        yield from mismatches(want["value"], outcome.value, how, "/value")
    if "items" in want:
        yield from mismatches(want["items"], outcome.items, how, "/items")
    if "ids" in want:
        yield from mismatches(want["ids"], _ids(outcome), how, "/*/id")


def _ids(outcome: Outcome) -> list[Any]:
    """The ids of the items, or of the blocks in a value."""
    found: Any = outcome.items
    if outcome.kind == "value":
        found = outcome.value
        if is_object(found):
            found = found.get("data", [found])
    entries: list[Any] = found if is_list(found) else []
    return [each.get("id") if is_object(each) else each for each in entries]


def _matching(record: CallRecord, played: Played) -> Matching:
    return Matching(
        "result",
        sent=lambda pointer: _sent(pointer, record, played),
        called=lambda pointer: called_at(record.call, record.operation, pointer),
    )


def _sent(pointer: str, record: CallRecord, played: Played) -> Any:  # noqa: ANN401  (any JSON)
    """What the server sent for a call: its last response, or all pages and parts in one list."""
    plans = [played.port.plans[number] for number in window(record, played)]
    if not plans:
        return ABSENT
    called = record.operation
    keep_all = "unknown_fields" in played.features
    good = [
        plan.json if keep_all else called.known(plan.status or called.status, plan.json)
        for plan in plans
        if (plan.status or 200) in _SUCCESS
    ]
    value: Any = plans[-1].json
    if good and (plans[-1].status or 200) in _SUCCESS:
        value = good[-1]
    if called.paginated and "consume" in record.call:
        value = [item for page in good for item in page["data"] or ()]
    elif len(good) > 1 and all(is_list(each) for each in good) and not called.streaming:
        value = [item for part in good for item in part]
    for step in pointer.split("/")[1:]:
        try:
            value = value[int(step)] if is_list(value) else value[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return ABSENT
    return value


def _took(span: Node, record: CallRecord) -> Iterator[Difference]:
    took = record.ended - record.started
    if took < span.get("at_least_ms", 0):
        yield Difference("", f"at least {span['at_least_ms']} ms", f"{took:.0f} ms")
    if took > span.get("at_most_ms", float("inf")):
        yield Difference("", f"at most {span['at_most_ms']} ms", f"{took:.0f} ms")
