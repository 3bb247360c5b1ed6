"""Defects of `order_by`."""

from __future__ import annotations

from collections.abc import Callable

from toggl_focus_conformance.selfcheck.server.exchange import Request
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer

from .all import DEFECTS


@DEFECTS("only last key honoured", "order-by#two")
def _only_the_last_key(server: WrongServer) -> None:
    _orders(server, lambda keys: keys[-1:])


@DEFECTS("only first key honoured", "order-by#tasks-reversed")
def _only_the_first_key(server: WrongServer) -> None:
    _orders(server, lambda keys: keys[:1])


@DEFECTS('"-" ignored', "order-by#reversed")
def _minus_ignored(server: WrongServer) -> None:
    _orders(server, lambda keys: [key.removeprefix("-") for key in keys])


@DEFECTS('"-" reverses all keys', "order-by#two-reversed")
def _minus_reverses_all(server: WrongServer) -> None:
    def reversed_(keys: list[str]) -> list[str]:
        return [f"-{key.removeprefix('-')}" for key in keys] if "-" in "".join(keys) else keys

    _orders(server, reversed_)


@DEFECTS("order_by ignored", "order-by#reversed")
def _order_ignored(server: WrongServer) -> None:
    _orders(server, lambda _: ["start"])


@DEFECTS("order_by updated_at sorts by created_at", "order-by-timestamps")
def _updated_is_created(server: WrongServer) -> None:
    _orders(server, lambda keys: [key.replace("updated", "created") for key in keys])


@DEFECTS("order_by created_at sorts by updated_at", "order-by-timestamps")
def _created_is_updated(server: WrongServer) -> None:
    _orders(server, lambda keys: [key.replace("created", "updated") for key in keys])


@DEFECTS("order_by ignored in a task's list", "order-by-elsewhere")
def _order_ignored_in_a_task(server: WrongServer) -> None:
    _orders(server, lambda _: ["-created_at"], "list_task_time_blocks")


@DEFECTS("order_by ignored in the stream", "order-by-elsewhere")
def _order_ignored_in_the_stream(server: WrongServer) -> None:
    _orders(server, lambda _: ["start"], "stream_time_blocks")


def _orders(
    server: WrongServer, change: Callable[[list[str]], list[str]], *operations: str
) -> None:
    """Sort by other keys than those that are requested."""

    def changed(request: Request) -> None:
        keys = request.parameter("order_by")
        if keys and (not operations or request.of(*operations)):
            request.set("order_by", ",".join(change(keys.split(","))))

    server.before(changed)


@DEFECTS("default order by id", "default-order")
def _default_order_by_id(server: WrongServer) -> None:
    server.sql('ORDER BY +"start" ASC', "ORDER BY +id")


def _unknown_key(row: str, key: str, instead: str | None) -> None:
    def switch(server: WrongServer) -> None:
        if instead is None:
            server.fails_with(500, lambda request: request.parameter("order_by") == key)
        else:
            _orders(server, lambda keys: [instead or key] if keys == [key] else keys)

    end = "→ 500" if instead is None else f"taken for {instead}"
    DEFECTS.add(
        f"order-{row}-{instead or 500}", f"{_TEXTS[row]} {end}", f"unknown-order-keys#{row}", switch
    )


_TEXTS = {
    "unknown": "unknown order key",
    "quote": "order key with a quote",
    "empty": "order key without a name",
}
_unknown_key("unknown", "mood", None)
_unknown_key("unknown", "mood", "start")
_unknown_key("quote", "id'--", None)
_unknown_key("empty", "-", "-start")


@DEFECTS("unknown order key injected into SQL", "unknown-order-keys#injected")
def _injected(server: WrongServer) -> None:
    server.fails_with(500, lambda request: "DROP TABLE" in (request.parameter("order_by") or ""))


@DEFECTS(
    "only the repeated form of order_by understood, the comma form ignored",
    "order-by#tasks-reversed",
)
def _commas_ignored(server: WrongServer) -> None:
    _orders(server, lambda keys: keys if len(keys) == 1 else ["start"])
