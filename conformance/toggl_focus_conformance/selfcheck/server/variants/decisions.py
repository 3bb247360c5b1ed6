"""Open points that are decided in another way than this project has.

Many are defects, which count against the reference and not against others.
"""

from __future__ import annotations

from collections.abc import Sequence

from toggl_focus_conformance.selfcheck.server.defects import DEFECTS
from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, WrongServer
from toggl_focus_server import operations
from toggl_focus_server.operations import Call

from .all import VARIANTS


def _page_size(server: WrongServer, size: int) -> None:
    def changed(request: Request) -> None:
        paged = request.of("list_time_blocks", "list_task_time_blocks")
        if paged and request.parameter("per_page") is None:
            request.set("per_page", str(size))

    server.before(changed)


@VARIANTS("pages of 10 by default")
def _small_pages(server: WrongServer) -> None:
    _page_size(server, 10)


@VARIANTS("pages of 100 by default")
def _large_pages(server: WrongServer) -> None:
    _page_size(server, 100)


@VARIANTS("an account without blocks")
def _empty_account(server: WrongServer) -> None:
    server.options["seed"] = "empty"


@VARIANTS("the latest block first by default, ties by id from above")
def _latest_first(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        lists = ("list_time_blocks", "list_task_time_blocks", "stream_time_blocks")
        if request.of(*lists) and request.parameter("order_by") is None:
            request.set("order_by", "-start")

    server.before(changed)
    server.sql(", +id", ", -id")


@VARIANTS("ties in no order that is known")
def _ties_from_above(server: WrongServer) -> None:
    server.sql(", +id", ", -id")


@VARIANTS("the blocks of a bulk create by their starts")
def _bulk_create_sorted(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("bulk_create_time_blocks"):
            reply.json = sorted(reply.json, key=lambda block: str(block["start"]))

    server.after(changed)


@VARIANTS("ranges without their end")
def _half_open(server: WrongServer) -> None:
    server.sql("start <= :last AND ", "start < :last AND ")


@VARIANTS("updated_at moved by every request that may change something")
def _everything_moves(server: WrongServer) -> None:
    def restored(call: Call) -> None:
        call.save(call.stored(), deleted_at=None)

    server.handler("restore_time_block", restored)
    server.replace(
        operations.Call,
        "update",
        lambda call, block, wanted: call.save(block, **call.changes(wanted, block["completed_at"])),
    )


_DECIDED = {
    "access": (
        "basic-refused",
        "existence-leaks",
        "any-organization",
        "task-not-tied-to-workspace",
        "block-readable-through-another-task",
        "members-see-only-their-own",
    ),
    "http": (
        "405-without-allow",
        "path-id-zero-404",
        "any-content-type",
        "not-utf-8-read-as-latin-1",
        "unknown-parameter-400",
    ),
    "blocks": (
        "null-duration",
        "put-merges",
        "second-completed-restamps",
        "empty-patch-moves-updated-at",
        "move-to-another-workspace",
    ),
    "lifecycle": (
        "second-delete-204",
        "deleted-block-update-204",
        "restore-moves-updated-at",
        "archive-restamps",
        "archive-of-an-unknown-block",
        "already-deleted-204",
    ),
    "lists": (
        "last-page-repeated",
        "page-zero-1",
        "size-101-100",
        "order-unknown-start",
        "archived-listed-by-default",
        "malformed-filter-ignored",
        "range-by-start",
        "reversed-range-empty-list",
    ),
    "bulk": (
        "not-atomic",
        "bulk-update-takes-items-as-well",
        "repeated-id-accepted",
        "nothing-to-update",
        "delete-without-ids",
        "a-hundred-refused",
    ),
    "all": (
        "unsupported-method-404",
        "null-clears",
        "put-restamps",
        "unarchive-of-an-active-block",
        "past-the-end-404",
        "range-end-excluded",
        "a-hundred-and-one-accepted",
    ),
}
"""Defects that break only a decision of this project, some at a time."""


def _decides(ids: Sequence[str]) -> Change:
    def change(server: WrongServer) -> None:
        for each in ids:
            DEFECTS.changes[each](server)

    return change


for _area, _ids in _DECIDED.items():
    _texts = "; ".join(DEFECTS.found[each].text for each in _ids)
    VARIANTS.add(f"decides-{_area}-otherwise", _texts, "", _decides(_ids))
