"""Defects of requests at the same time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer

from .all import DEFECTS

_CREATE, _UPDATE = "create_time_block", "update_time_block"
_COLUMNS = {
    "duration": "duration",
    "completed": "completed_at",
    "start": "start",
    "task_id": "task_id",
}
_LONGEST_SECONDS = 2.0
_SECOND = 2


class _Meeting:
    """Two requests at the same time: the first waits for the second, if there is one."""

    def __init__(self) -> None:
        self._waiting = False
        self._met = asyncio.Event()

    async def place(self) -> int:
        """1 for the first, 2 for all that meet it, 0 for one that met none."""
        if self._waiting:
            self._met.set()
            return 2
        self._waiting = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._met.wait(), _LONGEST_SECONDS)
        met = self._met.is_set()
        self._waiting = False
        self._met.clear()
        return int(met)


@DEFECTS("lost update of two parallel PATCHes", "parallel-updates")
def _lost_update(server: WrongServer) -> None:
    meeting, seen = _Meeting(), dict[int, Any]()

    def block_of(request: Request) -> Any:  # noqa: ANN401  (a row)
        number = int(request.path.split("/")[-1])
        reference = server.reference
        return reference.app.store.block(reference.account.workspace_id, number)

    async def read(request: Request) -> None:
        if request.of(_UPDATE):
            block = block_of(request)
            if await meeting.place():
                seen[id(request)] = block

    def written(reply: Reply) -> None:
        if reply.of(_UPDATE) and (before := seen.pop(id(reply.request), None)):
            now, sent = block_of(reply.request), reply.request.json
            columns = ["updated_at", *(_COLUMNS[name] for name in sent if name in _COLUMNS)]
            changes = {name: now[name] for name in columns}
            server.reference.app.store.save({**before, **changes})

    server.before(read)
    server.after(written)


@DEFECTS("duplicate ids under parallel create", "parallel-creates")
def _duplicate_ids(server: WrongServer) -> None:
    meeting, first = _Meeting(), list[int]()

    async def shared(reply: Reply) -> None:
        if reply.of(_CREATE):
            number = reply.json["id"]
            first.append(number)
            if await meeting.place() == _SECOND:
                reply.json = {**reply.json, "id": first[0]}
            else:
                first.clear()

    server.after(shared)


@DEFECTS("of parallel creates one is lost", "parallel-creates")
def _lost_create(server: WrongServer) -> None:
    meeting = _Meeting()

    async def lost(reply: Reply) -> None:
        if reply.of(_CREATE) and await meeting.place() == _SECOND:
            store = server.reference.app.store
            block = store.block(reply.json["workspace_id"], reply.json["id"]) or {}
            store.save({**block, "deleted_at": block["created_at"]})

    server.after(lost)


@DEFECTS("parallel requests → 503", "parallel-creates")
def _parallel_503(server: WrongServer) -> None:
    meeting = _Meeting()

    async def busy(request: Request) -> Reply | None:
        if not request.of(_CREATE) or await meeting.place() != _SECOND:
            return None
        reply = Reply(request, 503)
        reply.refuse(503)
        return reply

    server.before(busy)
