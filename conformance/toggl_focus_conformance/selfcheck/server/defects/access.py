"""Defects of credentials, and of whose blocks they open."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from toggl_focus_conformance.selfcheck.server.exchange import Reply
from toggl_focus_conformance.selfcheck.server.wrong_server import Change, WrongServer
from toggl_focus_server import access, app
from toggl_focus_server.operations import HANDLERS, Call
from toggl_focus_server.problems import Problem, missing
from toggl_focus_server.store import Account, Store

from .all import DEFECTS

Authorize = Callable[[Account, Store, dict[str, Any]], int | None]

_WORKSPACES = (10, 11, 20)
_FOREIGN = "/api/organizations/2/"


@DEFECTS("401/403 swapped", "no-credentials#none")
def _unauthorized_and_forbidden_swapped(server: WrongServer) -> None:
    def swapped(reply: Reply) -> None:
        reply.status = {401: 403, 403: 401}.get(reply.status, reply.status)

    server.after(swapped)


@DEFECTS("no credentials needed", "no-credentials#none")
def _no_credentials_needed(server: WrongServer) -> None:
    def lax(accounts: tuple[Account, ...], authorization: str) -> Account:
        return access.authenticate(accounts, authorization) if authorization else accounts[0]

    server.replace(app, "authenticate", lax)


@DEFECTS("no credentials needed for writes", "no-credentials#none")
def _no_credentials_needed_for_writes(server: WrongServer) -> None:
    def lent(reply: Reply) -> None:
        if reply.failed and reply.request.of("create_time_block"):
            reply.refuse(403)

    server.after(lent)


@DEFECTS("any well-formed key accepted", "no-credentials#wrong-key")
def _any_key_accepted(server: WrongServer) -> None:
    def lax(accounts: tuple[Account, ...], authorization: str) -> Account:
        known = [each for each in accounts if each.api_key in authorization]
        if authorization.startswith("Bearer toggl_sk_"):
            return (known or list(accounts))[0]
        return access.authenticate(accounts, authorization)

    server.replace(app, "authenticate", lax)


@DEFECTS("any password accepted", "no-credentials#wrong-password")
def _any_password_accepted(server: WrongServer) -> None:
    def lax(accounts: tuple[Account, ...], authorization: str) -> Account:
        scheme, _, credentials = authorization.partition(" ")
        for each in accounts if scheme == "Basic" else ():
            if b64decode(credentials).startswith(f"{each.email}:".encode()):
                return each
        return access.authenticate(accounts, authorization)

    server.replace(app, "authenticate", lax)


@DEFECTS("Basic refused", "basic-auth")
def _basic_refused(server: WrongServer) -> None:
    server.fails_with(401, lambda request: "Basic" in request.headers.get("authorization", ""))


@DEFECTS("404 before 403 (foreign workspace leaks existence)", "foreign-blocks-are-hidden#missing")
def _existence_leaks(server: WrongServer) -> None:
    authorize: Authorize = vars(app)["authorize"]

    def leaky(account: Account, store: Store, path: dict[str, Any]) -> int | None:
        try:
            return authorize(account, store, path)
        except Problem:
            block = path.get("time_block_id")
            if block and not store.block(path["workspace_id"], block):
                raise missing(block) from None
            raise

    server.replace(app, "authorize", leaky)


def _open_to_others(operation: str) -> Change:
    def switch(server: WrongServer) -> None:
        server.turns(403, 404, operation)

    return switch


for _operation, _row in {
    "list_time_blocks": "list",
    "stream_time_blocks": "stream",
    "list_task_time_blocks": "list-task",
    "create_time_block": "create",
    "bulk_create_time_blocks": "bulk-create",
    "bulk_update_time_blocks": "bulk-update",
    "bulk_delete_time_blocks": "bulk-delete",
}.items():
    DEFECTS.add(
        f"foreign-workspace-404-{_row}",
        f"foreign workspace 404 for {_operation}",
        f"foreign-workspace#{_row}",
        _open_to_others(_operation),
    )


@DEFECTS("blocks of a foreign workspace readable", "foreign-blocks-are-hidden#one")
def _foreign_blocks_readable(server: WrongServer) -> None:
    def opened(reply: Reply) -> None:
        if reply.failed and reply.request.of("get_time_block"):
            reply.status = 200

    server.after(opened)


@DEFECTS("any organization in the path", "workspace-of-another-organization")
def _any_organization(server: WrongServer) -> None:
    authorize: Authorize = vars(app)["authorize"]

    def lax(account: Account, store: Store, path: dict[str, Any]) -> int | None:
        homes = {workspace: home for home, workspace in account.workspaces}
        home = homes.get(path["workspace_id"], path["organization_id"])
        return authorize(account, store, {**path, "organization_id": home})

    server.replace(app, "authorize", lax)


@DEFECTS("task not tied to workspace", "task-of-another-workspace")
def _task_not_tied_to_workspace(server: WrongServer) -> None:
    has_task = Store.has_task
    server.replace(
        Store, "has_task", lambda store, _, task: any(has_task(store, w, task) for w in _WORKSPACES)
    )


@DEFECTS("block readable through another task's path", "block-of-another-task#get")
def _block_readable_through_another_task(server: WrongServer) -> None:
    server.handler("get_time_block", lambda call: call.find(call.path["time_block_id"]))


def _through_another_task(operation: str) -> Change:
    def switch(server: WrongServer) -> None:
        handle = HANDLERS[operation]

        def handler(call: Call) -> object:
            block = call.store.block(call.workspace_id, call.path["time_block_id"])
            task = block["task_id"] if block else call.path["task_id"]
            return handle(replace(call, path={**call.path, "task_id": task}))

        server.handler(operation, handler)

    return switch


for _operation, _row in {
    "update_time_block": "update",
    "replace_time_block": "replace",
    "delete_time_block": "delete",
    "archive_time_block": "archive",
    "restore_time_block": "restore",
}.items():
    DEFECTS.add(
        f"another-tasks-path-{_row}",
        f"{_operation} through another task's path",
        f"block-of-another-task#{_row}",
        _through_another_task(_operation),
    )


@DEFECTS("members see only their own blocks", "members-see-the-same")
def _members_see_only_their_own(server: WrongServer) -> None:
    find = Call.find

    def own(call: Call, block_id: int, task_id: int | None = None, *, deleted: bool = False) -> Any:  # noqa: ANN401  (a row)
        block = find(call, block_id, task_id, deleted=deleted)
        if block["toggl_user_id"] != call.account.id:
            raise missing(block_id)
        return block

    server.replace(Call, "find", own)


@DEFECTS("bulk PATCH/DELETE reach another workspace", "bulk-in-another-workspace#update")
def _bulk_reaches_another_workspace(server: WrongServer) -> None:
    block = Store.block

    def anywhere(store: Store, workspace: int, block_id: int) -> Any:  # noqa: ANN401  (a row)
        found = (block(store, each, block_id) for each in (workspace, *_WORKSPACES))
        return next(filter(None, found), None)

    server.replace(Store, "block", anywhere)


@DEFECTS("bulk DELETE says 204 in another workspace", "bulk-in-another-workspace#delete")
def _bulk_delete_in_another_workspace(server: WrongServer) -> None:
    server.ignores(404, "bulk_delete_time_blocks")
