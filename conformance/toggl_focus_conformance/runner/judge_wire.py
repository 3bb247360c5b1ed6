"""Judges what was on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import Difference, shown
from toggl_focus_conformance.wire import Port, Request
from toggl_focus_conformance.wire.responses import fill

from .judge_request import called_matcher, judge_request
from .matchers import Matching, mismatches
from .play import Played
from .verdicts import Verdict

__all__ = ["judge_wire"]


def judge_wire(played: Played) -> Iterator[Verdict]:
    """The verdicts on what was on the wire."""
    wire: Node = fill(played.case.node.get("wire", {}), played.names)
    yield from _of_port(wire, played.port, played, played.case.requirement)
    if "other" in wire and played.other is not None:
        default = wire.get("requirement", played.case.requirement)
        yield from _of_port(wire["other"], played.other, played, default)


def _of_port(wire: Node, port: Port, played: Played, default: str) -> Iterator[Verdict]:
    default = wire.get("requirement", default)
    where = "the other server" if port is played.other else "the server"
    requests = port.counted
    if "requests" in wire:
        found = list(mismatches(wire["requests"], len(requests), Matching()))
        yield Verdict(default, f"{where}, number of requests", found)
    if "each" in wire:
        for request in requests:
            yield from judge_request(wire["each"], request, port, played, default)
    if "sequence" in wire:
        yield from _in_order(wire["sequence"], port, played, default)
    if "in_any_order" in wire:
        yield from _in_any_order(wire["in_any_order"], port, played, default)
    if "joined" in wire:
        yield from _joined(wire["joined"], port, played, default)
    for each in wire.get("between", ()):
        yield _between(each, port, default)
    if "released_within_ms" in wire:
        busy = [
            Difference(
                f"connection {number}",
                "closed, or its response read to the end",
                "still being read",
            )
            for number in played.unreleased
        ]
        yield Verdict(default, where, busy)
    if "never" in wire:
        received = b"".join(event.data for event in port.events if event.kind == "received")
        found = [
            Difference("", f"{text!r} nowhere", "it was sent")
            for text in wire["never"]
            if text.encode() in received
        ]
        yield Verdict(default, f"{where}, all that was sent", found)


def _in_order(wanted: list[Node], port: Port, played: Played, default: str) -> Iterator[Verdict]:
    requests = port.counted
    if len(requests) != len(wanted):
        found = Difference("", f"{len(wanted)} requests", _lines(requests))
        yield Verdict(default, "number of requests", [found])
    for each, request in zip(wanted, requests, strict=False):
        yield from judge_request(each, request, port, played, default)


def _in_any_order(
    wanted: list[Node], port: Port, played: Played, default: str
) -> Iterator[Verdict]:
    left = list(port.counted)
    for number, each in enumerate(wanted, 1):
        verdicts = [list(judge_request(each, request, port, played, default)) for request in left]
        good = next(
            (at for at, found in enumerate(verdicts) if not any(v.differences for v in found)), None
        )
        if good is None:
            found = Difference("", f"a request like {shown(each)}", _lines(left))
            yield Verdict(
                each.get("requirement", default), f"request {number} of those in any order", [found]
            )
        else:
            yield from verdicts[good]
            del left[good]
    if left:
        yield Verdict(
            default, "number of requests", [Difference("", "no further requests", _lines(left))]
        )


def _lines(requests: list[Request]) -> str:
    lines = "; ".join(f"{each.method} {each.target}" for each in requests[:5])
    return f"{len(requests)} requests: {lines}" if requests else "no request"


def _joined(wanted: Node, port: Port, played: Played, default: str) -> Iterator[Verdict]:
    """The entries of all successful requests, one after the other."""
    requirement = wanted.get("requirement", default)
    place, _, name = wanted["from"].partition(".")
    joined: list[Any] = []
    sizes: list[int] = []
    for request in port.counted:
        entries = _entries(request, place, name)
        if entries is None:
            found = Difference(wanted["from"], "a list", f"{request.method} {request.target}")
            yield Verdict(requirement, f"request {request.number}", [found])
            continue
        joined += entries
        sizes.append(len(entries))
    most = wanted.get("each_at_most")
    if most is not None and any(size > most for size in sizes):
        found = Difference("", f"at most {most} entries in each request", f"{sizes}")
        yield Verdict(requirement, f"{wanted['from']} of each request", [found])
    record = played.calls[0] if len(played.calls) == 1 else None
    how = Matching(
        "wire", text=place == "query", called=lambda pointer: called_matcher(pointer, record)
    )
    found_in_all = list(mismatches(wanted["are"], joined, how))
    yield Verdict(requirement, f"{wanted['from']} of all requests", found_in_all)


def _entries(request: Request, place: str, name: str) -> list[Any] | None:
    if place == "query":
        values = [value for key, value in request.query if key == name]
        texts = [text for value in values for text in value.split(",")]
        return [int(text) if text.isascii() and text.isdigit() else text for text in texts]
    try:
        body = request.json()
    except ValueError:
        return None
    if name:
        body = body.get(name) if is_object(body) else None
    return body if is_list(body) else None


def _between(wanted: Node, port: Port, default: str) -> Verdict:
    requirement = wanted.get("requirement", default)
    first, second = wanted["requests"]
    where = f"time from response {first} to request {second}"
    requests = {each.number: each for each in port.counted}
    if second not in requests or first not in port.ended:
        return Verdict(
            requirement, where, [Difference("", f"{second} requests", _lines(port.counted))]
        )
    waited = requests[second].started - port.ended[first]
    low, high = wanted.get("at_least_ms"), wanted.get("at_most_ms")
    found: list[Difference] = []
    if low is not None and waited < low:
        found.append(Difference("", f"at least {low} ms", f"{waited:.0f} ms"))
    if high is not None and waited > high:
        found.append(Difference("", f"at most {high} ms", f"{waited:.0f} ms"))
    return Verdict(requirement, where, found)
