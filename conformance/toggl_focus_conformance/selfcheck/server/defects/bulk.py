"""Defects of creating, changing and deleting many blocks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from toggl_focus_conformance.protocol.plain import is_list, is_object
from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer
from toggl_focus_server.operations import Call
from toggl_focus_server.store import Store

from .all import DEFECTS

_CREATE, _UPDATE, _DELETE = (
    "bulk_create_time_blocks",
    "bulk_update_time_blocks",
    "bulk_delete_time_blocks",
)
_UNKNOWN = 4611686018427387904
_FOREIGN_TASK = 200


def _body(server: WrongServer, operation: str, change: Callable[[Any], object]) -> None:
    def changed(request: Request) -> None:
        if request.of(operation):
            request.json = change(request.json)

    server.before(changed)


def _ids(server: WrongServer, change: Callable[[list[str]], list[str]]) -> None:
    def changed(request: Request) -> None:
        if request.of(_DELETE) and (ids := request.parameter("ids")):
            request.set("ids", ",".join(change(ids.split(","))))

    server.before(changed)


@DEFECTS("bulk POST takes a bare array", "bulk-create")
def _bulk_create_takes_an_array(server: WrongServer) -> None:
    _body(server, _CREATE, lambda body: {"time_blocks": body} if is_list(body) else [])


@DEFECTS("bulk POST takes a bare array as well", "bulk-create-as-an-array")
def _bulk_create_takes_an_array_as_well(server: WrongServer) -> None:
    _body(server, _CREATE, lambda body: {"time_blocks": body} if is_list(body) else body)


@DEFECTS("not atomic", "bulk-unknown-id#update")
def _not_atomic(server: WrongServer) -> None:
    server.replace(Store, "transaction", lambda _: nullcontext())


@DEFECTS("bulk POST keeps what is valid", "bulk-invalid-entry#start")
def _bulk_create_keeps_what_is_valid(server: WrongServer) -> None:
    invalid: list[Any] = []

    def valid(body: Any) -> Any:  # noqa: ANN401  (any JSON)
        entries: list[Any] = body["time_blocks"] if is_object(body) else []
        invalid[:] = [each for each in entries if each.get("start") == "soon"]
        return {"time_blocks": [each for each in entries if each not in invalid]}

    def refused(reply: Reply) -> None:
        if reply.of(_CREATE) and invalid:
            reply.refuse(400)

    _body(server, _CREATE, valid)
    server.after(refused)


@DEFECTS("returns only the first", "bulk-create")
def _returns_only_the_first(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of(_CREATE):
            reply.json = reply.json[:1]

    server.after(changed)


@DEFECTS("returned in another order", "bulk-create-order")
def _returned_in_another_order(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of(_CREATE):
            reply.json = sorted(reply.json, key=lambda block: str(block["start"]))

    server.after(changed)


@DEFECTS("bulk POST returns an object", "bulk-create")
def _returns_an_object(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of(_CREATE):
            reply.json = {"time_blocks": reply.json}

    server.after(changed)


@DEFECTS("bulk POST into a task of others", "bulk-create-in-a-foreign-task")
def _bulk_create_in_a_foreign_task(server: WrongServer) -> None:
    server.replace(Call, "own_task", lambda _call, _task: None)


@DEFECTS("bulk PATCH moves to a task of others", "bulk-move-to-a-foreign-task")
def _bulk_move_to_a_foreign_task(server: WrongServer) -> None:
    own_task = Call.own_task
    server.replace(
        Call, "own_task", lambda call, task: None if task == _FOREIGN_TASK else own_task(call, task)
    )


@DEFECTS("bulk PATCH wants items", "bulk-update")
def _bulk_update_wants_items(server: WrongServer) -> None:
    _body(server, _UPDATE, lambda body: body["items"] if is_object(body) else {})


@DEFECTS("bulk PATCH takes items as well", "bulk-update-as-an-object")
def _bulk_update_takes_items_as_well(server: WrongServer) -> None:
    _body(server, _UPDATE, lambda body: body["items"] if is_object(body) else body)


@DEFECTS("first item only", "bulk-update")
def _first_item_only(server: WrongServer) -> None:
    _body(server, _UPDATE, lambda body: body[:1] if is_list(body) else body)


@DEFECTS("last item's changes for all", "bulk-update")
def _changes_of_the_last(server: WrongServer) -> None:
    _body(
        server,
        _UPDATE,
        lambda body: [{**body[-1], "id": each["id"]} for each in body] if is_list(body) else body,
    )


@DEFECTS("unknown id skipped", "bulk-unknown-id#update")
def _unknown_id_skipped(server: WrongServer) -> None:
    _body(
        server,
        _UPDATE,
        lambda body: [each for each in body if each["id"] != _UNKNOWN] if is_list(body) else body,
    )


@DEFECTS("unknown id skipped by bulk DELETE", "bulk-unknown-id#delete")
def _unknown_id_skipped_by_delete(server: WrongServer) -> None:
    _ids(server, lambda ids: [each for each in ids if each != str(_UNKNOWN)])


@DEFECTS("unknown id → 400", "bulk-unknown-id#update")
def _unknown_id_400(server: WrongServer) -> None:
    server.turns(404, 400, _UPDATE)


@DEFECTS("absent fields nulled", "bulk-update")
def _absent_fields_nulled(server: WrongServer) -> None:
    update = Call.update

    def nulled(call: Call, block: Any, wanted: Any) -> None:  # noqa: ANN401  (rows)
        update(call, block, {"duration": None, **wanted} if "id" in wanted else wanted)

    server.replace(Call, "update", nulled)


@DEFECTS("negative accepted by bulk POST", "bulk-invalid-entry#duration")
def _negative_accepted_by_bulk_create(server: WrongServer) -> None:
    def positive(request: Request) -> None:
        if request.of(_CREATE):
            request.body = request.body.replace(b'"duration": -1', b'"duration": 1')

    server.before(positive)


@DEFECTS("negative accepted by bulk PATCH", "bulk-invalid-update#duration")
def _negative_accepted_by_bulk_update(server: WrongServer) -> None:
    def positive(request: Request) -> None:
        if request.of(_UPDATE):
            request.body = request.body.replace(b'"duration": -1', b'"duration": 1')

    server.before(positive)


@DEFECTS("bulk PATCH without an id ignored", "bulk-invalid-update#id")
def _entry_without_an_id_ignored(server: WrongServer) -> None:
    _body(
        server,
        _UPDATE,
        lambda body: [each for each in body if "id" in each] if is_list(body) else body,
    )


@DEFECTS("task_id of a bulk POST's entry not required", "bulk-invalid-entry#task")
def _task_not_required(server: WrongServer) -> None:
    def defaulted(body: Any) -> Any:  # noqa: ANN401  (any JSON)
        if not is_object(body):
            return body
        return {"time_blocks": [{"task_id": 100, **each} for each in body["time_blocks"]]}

    _body(server, _CREATE, defaulted)


@DEFECTS("bulk POST without entries 201", "bulk-without-entries#create")
def _nothing_to_create(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.request.of(_CREATE) and reply.request.json == {"time_blocks": []}:
            reply.status, reply.json = 201, []

    server.after(changed)


@DEFECTS("bulk PATCH without entries 204", "bulk-without-entries#update")
def _nothing_to_update(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.request.of(_UPDATE) and reply.request.json == []:
            reply.empty()

    server.after(changed)


@DEFECTS("a repeated id accepted by bulk PATCH", "bulk-repeated-update")
def _repeated_id_accepted(server: WrongServer) -> None:
    _body(
        server,
        _UPDATE,
        lambda body: (
            list({each.get("id"): each for each in body}.values()) if is_list(body) else body
        ),
    )


@DEFECTS("DELETE last id only", "bulk-delete")
def _last_id_only(server: WrongServer) -> None:
    _ids(server, lambda ids: ids[-1:])


@DEFECTS("DELETE first id only", "bulk-delete")
def _first_id_only(server: WrongServer) -> None:
    _ids(server, lambda ids: ids[:1])


@DEFECTS("bulk DELETE cannot be undone", "bulk-delete")
def _bulk_delete_is_hard(server: WrongServer) -> None:
    server.turns(204, 404, "restore_time_block")


@DEFECTS("partial delete then 404", "bulk-unknown-id#delete")
def _partial_delete(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if gone:
            reply.refuse(404)
            gone.clear()

    gone: list[str] = []

    def known(ids: list[str]) -> list[str]:
        gone[:] = [each for each in ids if each == str(_UNKNOWN)]
        return [each for each in ids if each not in gone]

    _ids(server, known)
    server.after(changed)


@DEFECTS("already deleted → 204", "bulk-deleted-id")
def _already_deleted_204(server: WrongServer) -> None:
    find = Call.find

    def any_(call: Call, block: int, task: int | None = None, *, deleted: bool = False) -> Any:  # noqa: ANN401
        return find(call, block, task, deleted=deleted or "ids" in call.query)

    server.replace(Call, "find", any_)


for _status in (404, 500):

    def _repeated(server: WrongServer, status: int = _status) -> None:
        def twice(request: Request) -> bool:
            ids = (request.parameter("ids") or "").split(",")
            return len(set(ids)) < len(ids)

        server.fails_with(status, twice)

    DEFECTS.add(
        f"repeated-id-{_status}",
        f"repeated id → {_status}",
        "bulk-repeated-id",
        _repeated,
    )


def _ids_of_the_body(server: WrongServer, *, only: bool) -> None:
    def changed(request: Request) -> None:
        if request.of(_DELETE):
            if only:
                request.drop("ids")
            if is_object(body := request.json):
                request.set("ids", ",".join(map(str, body["ids"])))

    server.before(changed)


@DEFECTS("ids as body only", "bulk-delete")
def _ids_as_body_only(server: WrongServer) -> None:
    _ids_of_the_body(server, only=True)


@DEFECTS("ids in the body as well", "bulk-ids-in-the-body")
def _ids_in_the_body_as_well(server: WrongServer) -> None:
    _ids_of_the_body(server, only=False)


@DEFECTS("bulk DELETE without ids 204", "bulk-delete-without-ids#none")
def _delete_without_ids(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.request.of(_DELETE) and reply.request.parameter("ids") is None:
            reply.empty()

    server.after(changed)


@DEFECTS("bulk DELETE with empty ids deletes all", "bulk-delete-without-ids#empty")
def _empty_ids_delete_all(server: WrongServer) -> None:
    made: list[str] = []

    def noted(reply: Reply) -> None:
        if reply.of("create_time_block"):
            made.append(str(reply.json["id"]))

    def changed(request: Request) -> None:
        if request.of(_DELETE) and request.parameter("ids") == "":
            request.set("ids", ",".join(made))
            made.clear()

    server.after(noted)
    server.before(changed)


def _most(server: WrongServer, most: int, instead: Callable[[Any], Any]) -> None:
    def changed(body: Any) -> Any:  # noqa: ANN401  (any JSON)
        return instead(body) if is_object(body) and len(body["time_blocks"]) > most else body

    _body(server, _CREATE, changed)


@DEFECTS("bulk POST of 100 refused", "bulk-of-100")
def _a_hundred_refused(server: WrongServer) -> None:
    _most(server, 50, lambda _: {})


@DEFECTS("bulk POST cut at 50", "bulk-of-100")
def _cut_at_fifty(server: WrongServer) -> None:
    _most(server, 50, lambda body: {"time_blocks": body["time_blocks"][:50]})


@DEFECTS("bulk POST of 101 accepted", "bulk-of-101")
def _a_hundred_and_one_accepted(server: WrongServer) -> None:
    _most(server, 100, lambda body: {"time_blocks": body["time_blocks"][:100]})
