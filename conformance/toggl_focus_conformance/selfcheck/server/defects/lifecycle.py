"""Defects of deleting, restoring, archiving and unarchiving."""

from __future__ import annotations

from typing import Any

from toggl_focus_conformance.selfcheck.server.exchange import Reply
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, WrongServer
from toggl_focus_server.operations import HANDLERS, Call

from .all import DEFECTS


@DEFECTS("hard delete", "delete-and-restore")
def _hard_delete(server: WrongServer) -> None:
    server.turns(204, 404, "restore_time_block")


@DEFECTS("second delete 204", "deleted-block#delete")
def _second_delete_204(server: WrongServer) -> None:
    server.handler("delete_time_block", lambda call: call.save(call.stored(), deleted_at=call.now))


@DEFECTS("second delete 500", "deleted-block#delete")
def _second_delete_500(server: WrongServer) -> None:
    server.turns(404, 500, "delete_time_block")


@DEFECTS("deleted still readable", "delete-and-restore")
def _deleted_still_readable(server: WrongServer) -> None:
    server.handler("get_time_block", lambda call: call.stored())


def _works_when_deleted(operation: str) -> Change:
    def switch(server: WrongServer) -> None:
        handle, live = HANDLERS[operation], Call.live
        earlier: list[str] = []

        def handler(call: Call) -> object:
            earlier.append(operation)
            try:
                return handle(call)
            finally:
                earlier.clear()

        server.handler(operation, handler)
        server.replace(Call, "live", lambda call: call.stored() if earlier else live(call))

    return switch


for _row in ("update", "replace", "archive", "unarchive"):
    DEFECTS.add(
        f"deleted-block-{_row}-204",
        f"{_row} of a deleted block 204",
        f"deleted-block#{_row}",
        _works_when_deleted(f"{_row}_time_block"),
    )


def _lists_deleted(operation: str) -> Change:
    def switch(server: WrongServer) -> None:
        handle = HANDLERS[operation]
        earlier: list[str] = []

        def handler(call: Call) -> object:
            earlier[:] = [operation]
            return handle(call)

        for each in ("list_time_blocks", "list_task_time_blocks", "stream_time_blocks"):
            server.handler(each, handler if each == operation else _forgets(each, earlier))
        server.sql("deleted_at IS NULL", "1", when=lambda _: bool(earlier))

    return switch


def _forgets(operation: str, earlier: list[str]) -> Any:  # noqa: ANN401  (a handler)
    handle = HANDLERS[operation]

    def handler(call: Call) -> object:
        earlier.clear()
        return handle(call)

    return handler


for _operation, _what in {
    "list_time_blocks": "the range list",
    "stream_time_blocks": "the stream",
    "list_task_time_blocks": "a task's list",
}.items():
    DEFECTS.add(
        f"deleted-in-{_what.replace(' ', '-')}".replace("'", ""),
        f"deleted blocks in {_what}",
        "deleted-blocks-in-lists",
        _lists_deleted(_operation),
    )


@DEFECTS("restore leaves deleted_at", "delete-and-restore")
def _restore_leaves_deleted_at(server: WrongServer) -> None:
    deleted: dict[int, str] = {}

    def changed(reply: Reply) -> None:
        number = reply.request.path.split("/")[-1]
        if reply.of("delete_time_block"):
            deleted[int(number)] = "2026-01-05T09:00:00Z"
        if reply.of("get_time_block") and int(number) in deleted:
            reply.json = {**reply.json, "deleted_at": deleted[int(number)]}

    server.after(changed)


@DEFECTS("restore clears archived_at", "restore-an-archived-block")
def _restore_clears_archived_at(server: WrongServer) -> None:
    server.handler("restore_time_block", lambda call: _restored(call, archived_at=None))


@DEFECTS("restore clears completed_at", "delete-and-restore")
def _restore_clears_completed_at(server: WrongServer) -> None:
    server.handler("restore_time_block", lambda call: _restored(call, completed_at=None))


@DEFECTS("restore clears duration", "delete-and-restore")
def _restore_clears_duration(server: WrongServer) -> None:
    server.handler("restore_time_block", lambda call: _restored(call, duration=None))


def _restored(call: Call, **more: object) -> None:
    call.save(call.stored(), deleted_at=None, **more)


@DEFECTS("restore without effect", "delete-and-restore")
def _restore_without_effect(server: WrongServer) -> None:
    server.handler("restore_time_block", lambda call: call.stored() and None)


@DEFECTS("restore of unknown id 204", "unknown-block#restore")
def _restore_of_an_unknown_block(server: WrongServer) -> None:
    server.ignores(404, "restore_time_block")


@DEFECTS("restore of a live block moves updated_at", "restore-an-active-block")
def _restore_moves_updated_at(server: WrongServer) -> None:
    server.handler("restore_time_block", _restored)


@DEFECTS("restore of a live block 404", "restore-an-active-block")
def _restore_of_a_live_block_404(server: WrongServer) -> None:
    def refused(call: Call) -> None:
        call.save(call.stored() if call.stored()["deleted_at"] else call.find(0), deleted_at=None)

    server.handler("restore_time_block", refused)


@DEFECTS("archive re-stamps", "archive-twice")
def _archive_restamps(server: WrongServer) -> None:
    server.handler("archive_time_block", lambda call: call.save(call.live(), archived_at=call.now))


@DEFECTS("archive of unknown id 204", "archive-unknown#archive")
def _archive_of_an_unknown_block(server: WrongServer) -> None:
    server.ignores(404, "archive_time_block")


@DEFECTS("unarchive of unknown id 204", "archive-unknown#unarchive")
def _unarchive_of_an_unknown_block(server: WrongServer) -> None:
    server.ignores(404, "unarchive_time_block")


@DEFECTS("archive of an archived block 400", "archive-twice")
def _second_archive_400(server: WrongServer) -> None:
    def refused(call: Call) -> None:
        block = call.live()
        call.save(call.find(0) if block["archived_at"] else block, archived_at=call.now)

    server.handler("archive_time_block", refused)


@DEFECTS("unarchive of an active block 404", "archive-twice")
def _unarchive_of_an_active_block(server: WrongServer) -> None:
    def refused(call: Call) -> None:
        block = call.live()
        call.save(block if block["archived_at"] else call.find(0), archived_at=None)

    server.handler("unarchive_time_block", refused)


@DEFECTS("archive without effect", "archive-and-unarchive")
def _archive_without_effect(server: WrongServer) -> None:
    server.handler("archive_time_block", lambda call: call.live() and None)


@DEFECTS("archived blocks cannot be read", "archive-and-unarchive")
def _archived_blocks_cannot_be_read(server: WrongServer) -> None:
    def hidden(call: Call) -> Any:  # noqa: ANN401  (a row)
        block = call.live()
        return call.find(0) if block["archived_at"] else block

    server.handler("get_time_block", hidden)


@DEFECTS("archive completes", "archive-and-unarchive")
def _archive_completes(server: WrongServer) -> None:
    server.handler("archive_time_block", lambda call: _stamped(call, "archived_at", "completed_at"))


def _stamped(call: Call, *names: str) -> None:
    call.save(call.live(), **dict.fromkeys(names, call.now))


@DEFECTS("unarchive no-op", "archive-and-unarchive")
def _unarchive_no_op(server: WrongServer) -> None:
    server.handler("unarchive_time_block", lambda call: call.live() and None)


@DEFECTS("unarchive clears completed_at", "archive-and-unarchive")
def _unarchive_clears_completed_at(server: WrongServer) -> None:
    server.handler(
        "unarchive_time_block",
        lambda call: call.save(call.live(), archived_at=None, completed_at=None),
    )


def _unarchives(operation: str) -> Change:
    def switch(server: WrongServer) -> None:
        handle, save = HANDLERS[operation], Call.save
        earlier: list[str] = []

        def handler(call: Call) -> object:
            earlier.append(operation)
            try:
                return handle(call)
            finally:
                earlier.clear()

        def saved(call: Call, block: Any, **changes: Any) -> None:  # noqa: ANN401  (a row)
            save(call, block, **changes, **({"archived_at": None} if earlier else {}))

        server.handler(operation, handler)
        server.replace(Call, "save", saved)

    return switch


DEFECTS.add(
    "update-unarchives",
    "update un-archives",
    "update-an-archived-block#update",
    _unarchives("update_time_block"),
)
DEFECTS.add(
    "put-unarchives",
    "PUT un-archives",
    "update-an-archived-block#replace",
    _unarchives("replace_time_block"),
)
DEFECTS.add(
    "bulk-update-unarchives",
    "bulk PATCH un-archives",
    "update-an-archived-block#bulk",
    _unarchives("bulk_update_time_blocks"),
)
