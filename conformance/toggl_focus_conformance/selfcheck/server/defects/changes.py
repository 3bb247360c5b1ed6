"""Defects of PUT and PATCH."""

from __future__ import annotations

from typing import Any

from toggl_focus_conformance.selfcheck.server.exchange import Reply
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, WrongServer
from toggl_focus_server.operations import Call

from .all import DEFECTS

_SECOND_TASK = 110


@DEFECTS("PUT merges", "put-replaces-all-fields")
def _put_merges(server: WrongServer) -> None:
    server.handler("replace_time_block", lambda call: call.update(call.live(), call.body()))


@DEFECTS("PUT keeps completed when omitted", "put-replaces-all-fields")
def _put_keeps_completed(server: WrongServer) -> None:
    def merged(call: Call) -> None:
        block, body = call.live(), {"duration": None, **call.body()}
        call.update(block, body)

    server.handler("replace_time_block", merged)


@DEFECTS("PUT re-stamps completed", "completed-once-more#replace")
def _put_restamps(server: WrongServer) -> None:
    def stamped(call: Call) -> None:
        wanted = dict.fromkeys(call.body_fields) | call.body()
        call.save(call.live(), **call.changes(wanted, None))

    server.handler("replace_time_block", stamped)


def _restamps(*, bulk: bool) -> Change:
    def switch(server: WrongServer) -> None:
        update = Call.update

        def stamped(call: Call, block: Any, wanted: Any) -> None:  # noqa: ANN401  (rows)
            again = wanted.get("completed") and ("id" in wanted) == bulk
            update(call, {**block, "completed_at": None} if again else block, wanted)

        server.replace(Call, "update", stamped)

    return switch


DEFECTS.add(
    "second-completed-restamps",
    "second completed:true re-stamps",
    "completed-later",
    _restamps(bulk=False),
)
DEFECTS.add(
    "second-completed-restamps-in-bulk",
    "second completed:true in bulk PATCH re-stamps",
    "completed-once-more#bulk",
    _restamps(bulk=True),
)


@DEFECTS("PATCH resets absent fields", "patch-keeps-other-fields#start")
def _patch_resets(server: WrongServer) -> None:
    server.handler("update_time_block", lambda call: _reset(call, ("duration",)))


@DEFECTS("PATCH resets completed", "patch-keeps-other-fields#duration")
def _patch_resets_completed(server: WrongServer) -> None:
    server.handler("update_time_block", lambda call: _reset(call, ("completed",)))


def _reset(call: Call, names: tuple[str, ...]) -> None:
    wanted = call.body()
    call.update(call.live(), {**(dict.fromkeys(names) if wanted else {}), **wanted})


@DEFECTS("PATCH ignores task_id", "move-to-another-task")
def _patch_ignores_task_id(server: WrongServer) -> None:
    server.edits("task_id", lambda _: None, "update_time_block")


@DEFECTS("bulk PATCH ignores task_id", "bulk-move")
def _bulk_patch_ignores_task_id(server: WrongServer) -> None:
    server.edits("task_id", lambda _: None, "bulk_update_time_blocks")


@DEFECTS("moved block still at old path", "move-to-another-task")
def _moved_block_at_its_old_path(server: WrongServer) -> None:
    server.handler("get_time_block", lambda call: call.find(call.path["time_block_id"]))


@DEFECTS("move to foreign task allowed", "move-to-a-foreign-task")
def _move_to_a_foreign_task(server: WrongServer) -> None:
    server.replace(Call, "own_task", lambda _call, _task: None)


@DEFECTS("move to a task of another workspace of the caller's allowed", "move-to-another-workspace")
def _move_to_another_workspace(server: WrongServer) -> None:
    own_task = Call.own_task
    server.replace(
        Call, "own_task", lambda call, task: None if task == _SECOND_TASK else own_task(call, task)
    )


@DEFECTS("PATCH {} → 500", "empty-patch")
def _empty_patch_500(server: WrongServer) -> None:
    server.fails_with(500, lambda request: request.body == b"{}")


@DEFECTS("PATCH {} wipes", "empty-patch")
def _empty_patch_wipes(server: WrongServer) -> None:
    def wiped(call: Call) -> None:
        wanted = call.body()
        call.update(call.live(), wanted or {"duration": None, "completed": False})

    server.handler("update_time_block", wiped)


@DEFECTS("PATCH {} moves updated_at", "empty-patch")
def _empty_patch_moves_updated_at(server: WrongServer) -> None:
    def touched(call: Call) -> None:
        call.save(call.live(), **call.changes(call.body(), None))

    server.handler("update_time_block", touched)


@DEFECTS("unknown block updated without a word", "unknown-block#update")
def _unknown_block_updated(server: WrongServer) -> None:
    server.ignores(404, "update_time_block")


@DEFECTS("PUT creates what does not exist", "unknown-block#replace")
def _put_creates(server: WrongServer) -> None:
    server.ignores(404, "replace_time_block")


@DEFECTS("delete of an unknown block 204", "unknown-block#delete")
def _unknown_block_deleted(server: WrongServer) -> None:
    def ignored(reply: Reply) -> None:
        if reply.failed and reply.request.path.endswith("/4611686018427387904"):
            reply.empty()

    server.after(ignored)


@DEFECTS("unknown block → 200 null", "unknown-block#get")
def _unknown_block_null(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.failed and reply.request.of("get_time_block"):
            reply.status, reply.body = 200, b"null"

    server.after(changed)
