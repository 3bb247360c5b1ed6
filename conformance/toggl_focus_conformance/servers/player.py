"""Plays one case: sends its steps in order, judges each response, and deletes what it created."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from toggl_focus_conformance.protocol.operations import Operation, operation, operations, query_text
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import Difference, shown
from toggl_focus_conformance.runner import Check

from .account import Account
from .case import ServerCase
from .connection import Connection, Reply
from .journal import Journal
from .judging import Judge, only_own
from .values import MissingError, Values, at_pointer, split_saves

__all__ = ["Player", "delete_all"]

_DEFAULTS = {
    "organization_id": "$organization",
    "workspace_id": "$workspace",
    "task_id": "$task.1",
}


class Player:
    """Plays a case once. checks and replies: the results, in order."""

    def __init__(
        self,
        case: ServerCase,
        values: Values,
        connection: Connection,
        journal: Journal,
        judge: Judge,
    ) -> None:
        self._case = case
        self._values = values
        self._account: Account = values.account
        self._connection = connection
        self._journal = journal
        self._judge = judge
        self._own: set[int] = set()
        self.checks: list[Check] = []
        self.replies: list[Reply] = []

    def play(self) -> None:
        """Send all steps. Stops at a step that needs a value which is not there."""
        try:
            for number, step in enumerate(self._case.steps, 1):
                if "wait_ms" in step:
                    time.sleep(step["wait_ms"] / 1000)
                    continue
                calls = step.get("together", [step])
                self._play(calls, f"step {number}")
        except MissingError as error:
            if all(check.status == "pass" for check in self.checks):
                found = [Difference("", "the values of earlier steps", str(error))]
                self.checks += self._judge.checks(self._case.requirement, "the case", found)

    def clean_up(self) -> None:
        """Delete the blocks that the case created."""
        delete_all(self._connection, self._account, self._journal, sorted(self._own))

    def _play(self, calls: list[Node], where: str) -> None:
        prepared = [
            (call, self._prepared(call)) for call in calls for _ in range(call.get("times", 1))
        ]
        replies = self._send_all([sent for _, sent in prepared])
        self.replies += replies
        for reply in replies:
            self._note_created(reply)
        for (call, _), reply in zip(prepared, replies, strict=True):
            self.checks += self._judged(call, reply, f"{where}, {reply.method}")
        for call in calls:
            if pointer := call.get("want", {}).get("distinct"):
                self.checks += self._distinct(call, pointer, replies, where)

    def _send_all(self, requests: list[dict[str, Any]]) -> list[Reply]:
        """Send some requests at the same time, and return their replies in order."""

        def send(request: dict[str, Any]) -> Reply:
            return self._connection.send(**request)

        if len(requests) == 1:
            return [send(requests[0])]
        with ThreadPoolExecutor(len(requests)) as pool:
            return list(pool.map(send, requests))

    def _prepared(self, call: Node) -> dict[str, Any]:
        fill = self._values.fill
        described = operations().get(call.get("call", ""))
        if described is not None:
            method = described.method
            names = {**_DEFAULTS, "time_block_id": "$block", **call.get("path", {})}
            used = {name: names[name] for name in names if f"{{{name}}}" in described.path}
            path = described.path.format_map({k: quote(str(fill(v))) for k, v in used.items()})
        else:
            method, _, path = call["request"].partition(" ")
            path = _in_path(path, self._values)
        query = fill(call.get("query", {}))
        return {
            "method": method,
            "path": path,
            "authorization": self._authorization(call.get("as", "user")),
            "query": "&".join(
                f"{quote(k)}={quote(query_text(v), safe=',:')}" for k, v in query.items()
            ),
            "content": self._content(call),
            "headers": call.get("headers"),
            "last": call.get("last", False),
        }

    def _content(self, call: Node) -> bytes | None:
        if "text" in call:
            return str(call["text"]).encode()
        if "base64" in call:
            return b64decode(call["base64"])
        if "bytes" in call:
            return json.dumps({"filler": "x" * call["bytes"]}).encode()
        if "body" not in call:
            return None
        body = self._values.fill(call["body"])
        if "call" in call:
            body = _without_sync(body)
        return json.dumps(body, ensure_ascii=False).encode()

    def _authorization(self, who: str) -> str | None:
        first = self._account.users[0]
        match who:
            case "nobody":
                return None
            case "colleague":
                return self._account.colleague().bearer
            case "basic":
                return first.basic
            case "wrong key":
                return "Bearer toggl_sk_" + "f" * 32
            case "wrong password":
                email = first.email or "nobody@example.com"
                return f"Basic {b64encode(f'{email}:wrong'.encode()).decode()}"
            case _:
                return first.bearer

    def _judged(self, call: Node, reply: Reply, where: str) -> Iterator[Check]:
        described = operations().get(call.get("call", "")) or _of_path(reply, self._account)
        want = dict(call.get("want", {}))
        saves: dict[str, str] = dict(want.pop("save", {}))
        if "body" in want and want["body"] != "none":
            want["body"], more = split_saves(want["body"])
            saves |= more
        want = {
            **self._values.fill(want, wanted=True),
            "requirement": want.get("requirement", self._case.requirement),
        }
        value = only_own(reply.json, self._own) if want.get("own") else reply.json
        yield from self._judge.every(reply, described, where)
        yield from self._judge.wanted(want, reply, value, where)
        for name, pointer in saves.items():
            found = at_pointer(value, pointer)
            if found is not None:
                self._values.saved[name] = found

    def _distinct(self, call: Node, pointer: str, replies: list[Reply], where: str) -> list[Check]:
        values = [at_pointer(reply.json, pointer) for reply in replies]
        wrong: list[Difference] = []
        if len({json.dumps(value) for value in values}) < len(values):
            wrong.append(Difference(pointer, "different values", shown(values)))
        requirement = call["want"].get("requirement", self._case.requirement)
        return self._judge.checks(requirement, where, wrong)

    def _note_created(self, reply: Reply) -> None:
        if reply.method != "POST" or reply.status not in {200, 201}:
            return
        for block in reply.json if is_list(reply.json) else [reply.json]:
            if is_object(block) and isinstance(block.get("id"), int) and "start" in block:
                self._own.add(block["id"])
                workspace = block.get("workspace_id") or self._account.home.workspace_id
                self._journal.created(block["id"], workspace)


def delete_all(
    connection: Connection, account: Account, journal: Journal, blocks: list[int]
) -> None:
    """Delete blocks, all at once if the server allows it, otherwise one by one."""
    gone = {200, 204, 404}
    places = {place.workspace_id: place for place in account.users[0].workspaces}
    for workspace in sorted({journal.left[each] for each in blocks if each in journal.left}):
        place = places.get(workspace, account.home)
        mine = [each for each in blocks if journal.left.get(each) == workspace]
        ids_of_path = {"organization_id": place.organization_id, "workspace_id": workspace}
        path = operations()["bulk_delete_time_blocks"].path.format_map(ids_of_path)

        def send(ids: list[int], path: str = path) -> int:
            query = f"ids={','.join(map(str, ids))}&outbound_sync=false"
            bearer = account.users[0].bearer
            return connection.send("DELETE", path, authorization=bearer, query=query).status

        groups = [mine[at : at + 100] for at in range(0, len(mine), 100)]
        for group in groups:
            # One that is gone already may fail the entire request; then each is deleted alone.
            if send(group) in {200, 204}:
                done = group
            else:
                done = [each for each in group if len(group) == 1 or send([each]) in gone]
            for each in done:
                journal.deleted(each)


def _without_sync(body: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Say in every write that nothing is to be pushed to an external calendar."""
    if is_list(body):
        return [_without_sync(each) for each in body]
    if not is_object(body):
        return body
    if is_list(body.get("time_blocks")):
        return {**body, "time_blocks": _without_sync(body["time_blocks"])}
    return {"outbound_sync": False, **body}


def _in_path(path: str, values: Values) -> str:
    return "/".join(
        str(values.fill(part)) if part.startswith("$") else part for part in path.split("/")
    )


def _of_path(reply: Reply, account: Account) -> Operation | None:
    return operation(reply.method, reply.url.removeprefix(account.base_url).partition("?")[0])
