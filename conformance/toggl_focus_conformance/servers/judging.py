"""Judges the responses of a case: by what it wants, and by what every response must be."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

from toggl_focus_conformance.protocol.operations import Operation
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.shape import misshapen
from toggl_focus_conformance.protocol.values import Difference, shown
from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.runner import Check, Matching, Status, mismatches
from toggl_focus_conformance.runner.judge import checks_of
from toggl_focus_conformance.runner.verdicts import Verdict

from .connection import Reply
from .texts import garbled

__all__ = ["Judge", "only_own"]

_INTERNALS = re.compile(
    r"Traceback \(most recent call last\)|\bat [\w.$]+\([\w.]+:\d+\)|\.py\", line \d+"
)
_JSON = re.compile(r"application/([\w.-]+\+)?json\s*(;|$)", re.IGNORECASE)
_HOW = Matching(where="result")


class Judge:
    """Turns differences into checks, by the basis of the requirement.

    decided: what a violated decision of this project means for another server. shapes: judge only
    what holds for every response, as for a mock that keeps no state.
    """

    def __init__(
        self, decided: Literal["differ", "fail"] = "differ", *, shapes: bool = False
    ) -> None:
        self._decided = decided
        self._shapes = shapes

    def counted(self, checks: Sequence[Check]) -> list[Check]:
        """The checks that count."""
        return [
            check
            for check in checks
            if not self._shapes or registry()[check.requirement].checked == "every-case"
        ]

    def wanted(self, want: Node, reply: Reply, value: Any, where: str) -> list[Check]:  # noqa: ANN401  (any JSON)
        """Check a response by the `want` of its step, filled in.

        value: the JSON to compare, which may be only a part of it.
        """
        if self._shapes:
            return []
        found: list[Difference] = []
        if reply.error:
            found.append(Difference("", "a response", reply.error))
        else:
            if "status" in want:
                found += mismatches(want["status"], reply.status, _HOW, "status")
            for name, matcher in want.get("headers", {}).items():
                got: Any = reply.headers.get(name)
                found += mismatches(matcher, got, _HOW, f"header {name}")
            if "body" in want and not found:
                found += self._body(want, reply, value)
        return self.checks(want["requirement"], where, found)

    def every(self, reply: Reply, operation: Operation | None, where: str) -> Iterator[Check]:
        """Check what holds for every response."""
        if reply.error:
            return
        status = reply.status
        wrong = [Difference("", "a status below 500", str(status))] if status >= 500 else []  # noqa: PLR2004
        yield from self.checks("no-server-errors", where, wrong)
        if status >= 400:  # noqa: PLR2004
            leak = (
                [Difference("", "no internals", shown(reply.text))]
                if _INTERNALS.search(reply.text)
                else []
            )
            yield from self.checks("no-internals-in-errors", where, leak)
            if reply.method != "HEAD":
                yield from self.checks("error-shape", where, list(_error_faults(reply)))
        elif status == 204:  # noqa: PLR2004
            yield from self.checks("no-content-in-204", where, list(_content(reply)))
        elif operation is not None and status in operation.statuses:
            schema = operation.response(status)
            if schema is not None:
                yield from self.checks("response-shape", where, list(_shape_faults(schema, reply)))
                yield from self.checks("json-content-type", where, list(_undeclared(reply)))
                texts = list(islice(garbled(reply.json), 1))
                yield from self.checks("texts-are-utf-8", where, texts)

    def checks(self, requirement: str, where: str, found: list[Difference]) -> list[Check]:
        """The checks of a requirement: one that passed, or one for each difference."""
        return checks_of(Verdict(requirement, where, found), self._violated(requirement))

    def _violated(self, requirement: str) -> Status:
        """What it means to violate a requirement."""
        known = registry()[requirement]
        if known.basis in {"decided", "open"} and self._decided == "fail":
            return "fail"
        by_basis: Mapping[str, Status] = {"decided": "differs", "open": "observed"}
        if known.basis in by_basis:
            return by_basis[known.basis]
        return "fail" if known.level == "must" else "warn"

    @staticmethod
    def _body(want: Node, reply: Reply, value: Any) -> Iterator[Difference]:  # noqa: ANN401  (any JSON)
        if want["body"] != "none":
            yield from mismatches(want["body"], value, _HOW, "body")
        elif reply.body:
            yield Difference("body", "no body", shown(reply.text))


def only_own(value: Any, own: Container[int]) -> Any:  # noqa: ANN401  (any JSON)
    """A list or page with only the blocks that the case created."""
    if value is None:
        return []  # an empty list in another notation (D37)
    if is_list(value):
        return [each for each in value if is_object(each) and each.get("id", 0) in own]
    if is_object(value) and "data" in value:
        return {**value, "data": only_own(value["data"] or [], own)}
    return value


def _error_faults(reply: Reply) -> Iterator[Difference]:
    if not is_object(reply.json):
        yield Difference("body", "a JSON object", shown(reply.text))
        return
    for name in ("error", "error_description"):
        if not isinstance(reply.json.get(name), str):
            yield Difference(f"body/{name}", "a text", shown(reply.json.get(name)))


def _content(reply: Reply) -> Iterator[Difference]:
    length = reply.headers.get("content-length", "0")
    if reply.body or length != "0" or "transfer-encoding" in reply.headers:
        announced = f"{length} bytes" if length != "0" else "a body"
        yield Difference("", "no body and no announcement of one", announced)


def _undeclared(reply: Reply) -> Iterator[Difference]:
    declared = reply.headers.get("content-type", "nothing")
    if not _JSON.match(declared):
        yield Difference("header content-type", "application/json", declared)


def _shape_faults(schema: Node, reply: Reply) -> Iterator[Difference]:
    if not reply.is_json:
        yield Difference("body", "JSON", shown(reply.text) if reply.body else "an empty body")
        return
    for each in misshapen(schema, reply.json):
        yield Difference(f"body{each.path}", each.expected, each.actual)
