"""Defects of filters and ranges."""

from __future__ import annotations

from typing import Any

from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, WrongServer
from toggl_focus_server.store import Selection

from .all import DEFECTS

_LISTS = ("list_time_blocks", "list_task_time_blocks")
_RANGES = {"list": "list_time_blocks", "stream": "stream_time_blocks"}


def _without(name: str, operation: str) -> Change:
    def switch(server: WrongServer) -> None:
        def changed(request: Request) -> None:
            if request.of(operation):
                request.drop(name)

        server.before(changed)

    return switch


_ALL = {**_RANGES, "task": "list_task_time_blocks"}
for _row, _operation in _ALL.items():
    DEFECTS.add(
        f"archived-ignored-{_row}",
        "archived ignored" if _row == "list" else f"archived ignored by {_operation}",
        f"archived#{_row}" if _row != "task" else "archived-in-a-task",
        _without("archived", _operation),
    )
for _row, _operation in _RANGES.items():
    for _name in ("task_id", "status_id"):
        _text = {"task_id": "task filter ignored", "status_id": "status_id ignored"}[_name]
        DEFECTS.add(
            f"{_name.replace('_id', '-filter')}-ignored-{_row}",
            _text if _row == "list" else f"{_text} by the stream",
            f"{_name.replace('_id', '-filter')}#{_row}",
            _without(_name, _operation),
        )


@DEFECTS("archived blocks listed by default", "archived#list")
def _archived_listed_by_default(server: WrongServer) -> None:
    server.sql("archived_at IS NULL", "1")


@DEFECTS("archived=false lists all", "archived#stream")
def _archived_false_lists_all(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        if request.parameter("archived") == "false":
            request.set("archived", "")

    server.before(changed)


@DEFECTS("a filter without a match → 404", "status-filter#list")
def _filter_without_a_match_404(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of(*_LISTS) and reply.request.parameter("status_id") and not reply.json["data"]:
            reply.refuse(404)

    server.after(changed)


@DEFECTS("malformed filter ignored", "invalid-filters#task")
def _malformed_filter_ignored(server: WrongServer) -> None:
    _drops_malformed(server, "task_id")


@DEFECTS("malformed archived ignored", "invalid-filters#archived")
def _malformed_archived_ignored(server: WrongServer) -> None:
    _drops_malformed(server, "archived")


@DEFECTS("malformed status → 500", "invalid-filters#status")
def _malformed_status_500(server: WrongServer) -> None:
    server.fails_with(500, lambda request: request.parameter("status_id") == "first")


def _drops_malformed(server: WrongServer, name: str) -> None:
    def changed(request: Request) -> None:
        value = request.parameter(name) or ""
        if not value.isdigit() and value not in {"true", "false"}:
            request.drop(name)

    server.before(changed)


def _range(row: str, text: str, case: str, *replacements: tuple[str, str]) -> None:
    def switch(server: WrongServer) -> None:
        query = Selection.query

        def changed(selection: Selection, columns: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401
            sql, values = query(selection, columns)
            for old, new in replacements:
                sql = sql.replace(old, new)
            return sql, values

        server.replace(Selection, "query", changed)

    DEFECTS.add(row, text, case, switch)


_LATEST = "start <= :last"
_EARLIEST = "start + coalesce(duration, 0) * 1000000 >= :first"
_range(
    "range-on-created-at",
    "range on created_at",
    "range-is-about-starts",
    (_LATEST, "created_at <= :last"),
    (_EARLIEST, "created_at >= :first"),
)
_range(
    "range-by-start", "range by start only", "range-edges#inside", (_EARLIEST, "start >= :first")
)
_range("range-end-excluded", "end of a range excluded", "range-edges#touches-start", ("<=", "<"))
_range("range-start-excluded", "start of a range excluded", "range-edges#touches-end", (">=", ">"))
_range(
    "range-in-minutes",
    "duration taken for minutes in a range",
    "range-edges#after",
    ("* 1000000", "* 60000000"),
)
_range("range-without-its-end", "date_to ignored", "range-edges#before", (_LATEST, "1"))
_range("range-without-its-start", "date_from ignored", "list-of-a-range", (_EARLIEST, "1"))
_range(
    "range-holds-only-what-lies-within",
    "only blocks that lie within a range",
    "range-edges#touches-end",
    (_EARLIEST, "start >= :first"),
    (_LATEST, "start + coalesce(duration, 0) * 1000000 <= :last"),
)


@DEFECTS("offset of a range ignored", "range-edges#offset")
def _offset_of_a_range_ignored(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        for name in ("date_from", "date_to"):
            if "+" in (value := request.parameter(name) or ""):
                request.set(name, value.partition("+")[0] + "Z")

    server.before(changed)


for _row, _operation in _RANGES.items():

    def _reversed_500(server: WrongServer, operation: str = _operation) -> None:
        server.turns(400, 500, operation)

    def _reversed_empty(server: WrongServer, operation: str = _operation) -> None:
        def changed(reply: Reply) -> None:
            late = reply.failed and reply.request.of(operation)
            if late and "later" in reply.json["error_description"]:
                empty: dict[str, object] = {"data": [], "page": 1, "per_page": 20}
                reply.status, reply.json = 200, empty if operation in _LISTS else []

        server.after(changed)

    def _range_not_required(server: WrongServer, operation: str = _operation) -> None:
        def changed(request: Request) -> None:
            if request.of(operation):
                for name, default in (("date_from", "2026-01-01"), ("date_to", "2400-01-01")):
                    value = request.parameter(name) or default
                    request.set(name, value if "T" in value else f"{value}T00:00:00Z")

        server.before(changed)

    _text = "from > to → 500"
    DEFECTS.add(
        f"reversed-range-500-{_row}",
        _text if _row == "list" else f"{_text} in the stream",
        f"reversed-ranges#{_row}",
        _reversed_500,
    )
    DEFECTS.add(
        f"reversed-range-empty-{_row}",
        f"from > to is empty in {_operation}",
        f"reversed-ranges#{_row}",
        _reversed_empty,
    )
    DEFECTS.add(
        f"range-not-required-{_row}",
        f"range not required by {_operation}",
        f"ranges-are-required#{_row}",
        _range_not_required,
    )
