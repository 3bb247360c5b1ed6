"""Defects of pages: where each begins and ends, and their limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, WrongServer
from toggl_focus_server.store import Selection, Store

from .all import DEFECTS

_LISTS = ("list_time_blocks", "list_task_time_blocks")
_END = 1_000_000


def _skips(server: WrongServer, skip: Callable[[int, int], int]) -> None:
    """Begin each page somewhere else."""

    def page(store: Store, selection: Selection, page: int, per_page: int) -> list[Any]:
        first = max(skip(page, per_page), 0)
        return list(store.rows(selection))[first : first + per_page]

    server.replace(Store, "page", page)


@DEFECTS("page counted from zero", "pages")
def _page_counted_from_zero(server: WrongServer) -> None:
    _skips(server, lambda page, size: page * size)


@DEFECTS("page off by one", "pages")
def _page_off_by_one(server: WrongServer) -> None:
    _skips(server, lambda page, size: (page - 1) * size + 1)


@DEFECTS("one-row overlap", "pages")
def _one_row_overlap(server: WrongServer) -> None:
    _skips(server, lambda page, size: (page - 1) * (size - 1))


@DEFECTS("every page is the first", "pages")
def _every_page_is_the_first(server: WrongServer) -> None:
    _skips(server, lambda page, size: 0 * page * size)


@DEFECTS("last page repeated past the end", "pages")
def _last_page_repeated(server: WrongServer) -> None:
    _skips(server, lambda page, size: (min(page, 3) - 1) * size)


@DEFECTS("per_page ignored", "pages")
def _per_page_ignored(server: WrongServer) -> None:
    page = Store.page
    server.replace(
        Store, "page", lambda store, selection, number, _: page(store, selection, number, 20)
    )


@DEFECTS("page and per_page swapped in the envelope", "pages")
def _envelope_swapped(server: WrongServer) -> None:
    def swapped(reply: Reply) -> None:
        if reply.of(*_LISTS):
            value = reply.json
            reply.json = {**value, "page": value["per_page"], "per_page": value["page"]}

    server.after(swapped)


def _past_the_end(status: int) -> Change:
    def switch(server: WrongServer) -> None:
        def changed(reply: Reply) -> None:
            late = reply.of(*_LISTS) and reply.request.parameter("page") not in {None, "1"}
            if late and not reply.json["data"]:
                reply.refuse(status)

        server.after(changed)

    return switch


DEFECTS.add("past-the-end-404", "page past end → 404", "pages", _past_the_end(404))
DEFECTS.add("past-the-end-500", "page past end → 500", "pages", _past_the_end(500))


@DEFECTS("a page far past the end → 500", "pages")
def _far_past_the_end_500(server: WrongServer) -> None:
    server.fails_with(500, lambda request: int(request.parameter("page") or 1) >= _END)


def _limit(row: str, name: str, value: str, instead: str) -> None:
    def switch(server: WrongServer) -> None:
        def changed(request: Request) -> Reply | None:
            if request.parameter(name) != value:
                return None
            request.set(name, instead)
            reply = Reply(request, 500)
            reply.refuse(500)
            return reply if instead == "500" else None

        server.before(changed)

    end = " → 500" if instead == "500" else f" taken for {instead}"
    DEFECTS.add(f"{row}-{instead}", f"{name} {value}{end}", f"page-limits#{row}", switch)


_limit("page-zero", "page", "0", "500")
_limit("page-zero", "page", "0", "1")
_limit("page-negative", "page", "-1", "1")
_limit("page-text", "page", "one", "1")
_limit("size-zero", "per_page", "0", "500")
_limit("size-zero", "per_page", "0", "20")
_limit("size-101", "per_page", "101", "100")


@DEFECTS("no tie-breaker: duplicates across pages", "equal-starts")
def _no_tie_breaker(server: WrongServer) -> None:
    page = Store.page

    def untied(store: Store, selection: Selection, number: int, size: int) -> list[Any]:
        order = (*selection.order, *(["-id"] if number % 2 == 0 else []))
        return page(store, replace(selection, order=order), number, size)

    server.replace(Store, "page", untied)


@DEFECTS("ties in another order when reversed", "equal-starts")
def _ties_reversed(server: WrongServer) -> None:
    server.sql(", +id", ", -id", when=lambda selection: selection.order == ("-start",))


@DEFECTS("last row of a full page dropped", "pages")
def _last_row_of_a_page_dropped(server: WrongServer) -> None:
    page = Store.page

    def cut(store: Store, selection: Selection, number: int, size: int) -> list[Any]:
        rows = page(store, selection, number, size)
        return rows[:-1] if len(rows) == size else rows

    server.replace(Store, "page", cut)
