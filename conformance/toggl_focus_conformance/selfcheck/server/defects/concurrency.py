"""Defects of requests at the same time."""

from __future__ import annotations

import asyncio
from typing import Any

from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer

from .all import DEFECTS

_A_WHILE = 0.05


@DEFECTS("lost update of two parallel PATCHes", "parallel-updates")
def _lost_update(server: WrongServer) -> None:
    """Each PATCH writes the complete block as it was when the request arrived."""

    async def stale(request: Request) -> None:
        if not request.of("update_time_block"):
            return
        number = int(request.path.split("/")[-1])
        store = server.reference.app.store
        block = store.block(server.reference.account.workspace_id, number)
        await asyncio.sleep(_A_WHILE)
        if block is not None:
            store.save(block)

    server.before(stale)


@DEFECTS("duplicate ids under parallel create", "parallel-creates")
def _duplicate_ids(server: WrongServer) -> None:
    waiting: list[Any] = []

    async def shared(reply: Reply) -> None:
        if reply.of("create_time_block"):
            waiting.append(reply.json["id"])
            await asyncio.sleep(_A_WHILE)
            reply.json = {**reply.json, "id": waiting[0]}
            await asyncio.sleep(_A_WHILE)
            waiting.clear()

    server.after(shared)


@DEFECTS("of parallel creates one is lost", "parallel-creates")
def _lost_create(server: WrongServer) -> None:
    store: list[Any] = []

    async def lost(reply: Reply) -> None:
        if reply.of("create_time_block"):
            store.append(reply.json["id"])
            await asyncio.sleep(_A_WHILE)
            if len(store) > 1:
                saved = server.reference.app.store
                block = saved.block(reply.json["workspace_id"], store[0]) or {}
                saved.save({**block, "deleted_at": block["created_at"]})
            store.clear()

    server.after(lost)


@DEFECTS("parallel requests → 503", "parallel-creates")
def _parallel_503(server: WrongServer) -> None:
    running: list[str] = []

    async def busy(request: Request) -> Reply | None:
        running.append(request.method)
        await asyncio.sleep(_A_WHILE)
        reply = Reply(request, 503) if len(running) > 1 else None
        if reply is not None:
            reply.refuse(503)
        running.pop()
        return reply

    server.before(busy)
