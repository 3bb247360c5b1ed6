"""Defects of the values in bodies: what is dropped, changed, or accepted though invalid."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from toggl_focus_conformance.protocol.plain import is_object
from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, WrongServer

from .all import DEFECTS


def _edits(field: str, change: Callable[[Any], object], *operations: str) -> Change:
    def switch(server: WrongServer) -> None:
        server.edits(field, change, *operations)

    return switch


def _nothing(_: object) -> None:
    return None


def _positive(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    return abs(value) if isinstance(value, int) else value


_SINGLE = ("create_time_block", "update_time_block", "replace_time_block")
_COMPLETING = {
    "create_time_block": "completed-on-create",
    "update_time_block": "completed-later",
    "replace_time_block": "put-replaces-all-fields",
    "bulk_create_time_blocks": "bulk-create",
    "bulk_update_time_blocks": "bulk-update",
}

DEFECTS.add(
    "completed-ignored",
    "completed:true ignored",
    "completed-on-create",
    _edits("completed", _nothing, *_COMPLETING),
)
for _operation, _case in _COMPLETING.items():
    DEFECTS.add(
        f"completed-ignored-by-{_operation.replace('_', '-')}",
        f"completed ignored by {_operation}",
        _case,
        _edits("completed", _nothing, _operation),
    )
DEFECTS.add(
    "completed-false-ignored",
    "completed:false ignored",
    "patch-keeps-other-fields#completed",
    _edits("completed", lambda value: value or None, *_COMPLETING),
)
DEFECTS.add(
    "duration-rounded",
    "duration rounded to minutes",
    "durations-are-exact#odd",
    _edits("duration", lambda seconds: round(seconds / 60) * 60 or 60, *_SINGLE),
)
DEFECTS.add(
    "duration-of-one-second-dropped",
    "duration below a minute treated as absent",
    "durations-are-exact#one",
    _edits("duration", lambda seconds: None if seconds == 1 else seconds, *_SINGLE),
)
DEFECTS.add(
    "duration-zero-absent",
    "duration 0 treated as absent",
    "durations-are-exact#zero",
    _edits("duration", lambda seconds: seconds or None, *_SINGLE),
)
DEFECTS.add(
    "duration-capped",
    "duration capped at eight hours",
    "durations-are-exact#day",
    _edits("duration", lambda seconds: min(seconds, 8 * 3600), *_SINGLE),
)


@DEFECTS("duration 0 refused", "durations-are-exact#zero")
def _duration_zero_refused(server: WrongServer) -> None:
    server.fails_with(400, lambda request: b'"duration": 0' in request.body)


@DEFECTS("no duration becomes an hour", "no-duration")
def _no_duration_becomes_an_hour(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        if request.of("create_time_block") and is_object(value := request.json):
            request.json = {"duration": 3600, **value}

    server.before(changed)


def _accepts(name: str, text: str, case: str, field: str, change: Callable[[Any], object]) -> None:
    DEFECTS.add(name, text, case, _edits(field, change, *_SINGLE))


_accepts(
    "negative-accepted",
    "negative accepted",
    "invalid-creates#negative-duration",
    "duration",
    _positive,
)
DEFECTS.add(
    "negative-accepted-by-patch",
    "negative accepted by PATCH",
    "invalid-updates#negative",
    _edits(
        "duration",
        _positive,
        "update_time_block",
    ),
)
DEFECTS.add(
    "negative-accepted-by-put",
    "negative accepted by PUT",
    "invalid-updates#replace-negative",
    _edits("duration", abs, "replace_time_block"),
)
_accepts(
    "fractional-duration-cut",
    "fraction of a duration truncated",
    "invalid-creates#fractional-duration",
    "duration",
    lambda value: int(value) if isinstance(value, float) else value,
)
_accepts(
    "text-duration-accepted",
    "duration as text accepted",
    "invalid-creates#text-duration",
    "duration",
    lambda value: int(value) if isinstance(value, str) else value,
)
_accepts(
    "text-completed-accepted",
    "completed as text accepted",
    "invalid-creates#text-completed",
    "completed",
    lambda value: value == "true" or value,
)
_accepts(
    "number-completed-accepted",
    "completed as a number accepted",
    "invalid-updates#completed",
    "completed",
    bool,
)


def _start(row: str, text: str, old: str, new: str) -> None:
    pattern = re.compile(old)
    change = _edits("start", lambda value: pattern.sub(new, str(value)), *_SINGLE)
    DEFECTS.add(f"start-{row}-accepted", text, f"invalid-creates#{row}", change)


_start("bare-date", "start as a date accepted", r"^(\d{4}-\d\d-\d\d)$", r"\1T00:00:00Z")
_start("no-offset", "start without an offset accepted", r"^([\dT:-]{19})$", r"\1Z")
_start("not-a-date", "start in words accepted", r"^tomorrow$", "2199-01-01T00:00:00Z")
_start("start-number", "start as a number accepted", r"^7000000000$", "2191-10-29T00:00:00Z")


def _needs_no(row: str, text: str, case: str, operation: str) -> None:
    def switch(server: WrongServer) -> None:
        def changed(request: Request) -> None:
            value = request.json
            if request.of(operation) and value is not None and "start" not in value:
                request.json = {"start": "2199-01-01T00:00:00Z", **dict(value)}

        server.before(changed)

    DEFECTS.add(row, text, case, switch)


_needs_no(
    "create-without-a-body", "POST {} creates", "invalid-creates#empty-object", "create_time_block"
)
_needs_no(
    "create-without-start", "start not required", "invalid-creates#no-start", "create_time_block"
)
_needs_no("create-from-an-array", "POST [] creates", "invalid-creates#array", "create_time_block")
_needs_no(
    "put-without-start",
    "start not required by PUT",
    "invalid-updates#replace-without-start",
    "replace_time_block",
)


@DEFECTS("wrong types in PATCH ignored", "invalid-updates#text")
def _wrong_types_ignored(server: WrongServer) -> None:
    server.ignores(400, "update_time_block")


@DEFECTS("invalid start in PATCH ignored", "invalid-updates#start")
def _invalid_start_ignored(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.failed and b'"soon"' in reply.request.body:
            reply.empty()

    server.after(changed)


def _null(row: str) -> None:
    def switch(server: WrongServer) -> None:
        def changed(request: Request) -> None:
            if request.of("update_time_block") and is_object(value := request.json):
                request.json = {n: v for n, v in value.items() if n != row or v is not None}

        server.before(changed)

    DEFECTS.add(f"null-{row}", f"null {row} ignored", f"nulls-in-bodies#{row}", switch)


for _field in ("start", "duration", "completed"):
    _null(_field)


@DEFECTS("null duration in PATCH clears it", "nulls-in-bodies#duration")
def _null_clears(server: WrongServer) -> None:
    def cleared(reply: Reply) -> None:
        if b'"duration": null' in reply.request.body:
            reply.empty()

    server.after(cleared)
