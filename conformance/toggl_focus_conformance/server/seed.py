"""What the server knows at birth: users, workspaces, tasks, and in the demo two weeks of blocks.

The keys are public and obviously so. seed.json lists the data, each thing once; here it is put
together.
"""

import json
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from typing import Any

from . import instants

Row = dict[str, Any]

_BORN = "2026-01-02T15:04:05.123456Z"
_INSTANTS = ("start", "created_at", "updated_at", "completed_at", "archived_at", "deleted_at")


class Seed(StrEnum):
    """What a new database begins with."""

    EMPTY = "empty"
    """Users, workspaces and tasks, and no block."""
    DEMO = "demo"
    """And the two weeks of blocks that begin on Monday, 5 January 2026."""

    def tables(self) -> Iterator[tuple[str, list[Row]]]:
        """The rows of every table, those first that others refer to."""
        data = json.loads(
            (files("toggl_focus_conformance.server") / "seed.json").read_text(encoding="utf-8")
        )
        for name in ("users", "organizations", "workspaces", "members"):
            yield name, data[name]
        yield "tasks", [_task(task, data) for task in data["tasks"]]
        if self is Seed.DEMO:
            yield "blocks", [_block(block, data) for block in data["blocks"]]


def _task(task: Row, data: dict[str, list[Row]]) -> Row:
    projects, clients, statuses, tags, tasks = (
        {row["id"]: row for row in data[name]}
        for name in ("projects", "clients", "statuses", "tags", "tasks")
    )
    document = {
        **task,
        "status": statuses[task["status_id"]],
        "tags": [tags[tag] for tag in task["tag_ids"]],
    }
    if "project_id" in task:
        project = dict(projects[task["project_id"]])
        document["client"] = project["client"] = clients[project.pop("client_id")]
        document["project"] = project
    if "parent_task_id" in task:
        document["parent_task_name"] = tasks[task["parent_task_id"]]["name"]
    return {
        "id": task["id"],
        "workspace_id": task["workspace_id"],
        "status_id": task["status_id"],
        "document": json.dumps(document, ensure_ascii=False),
    }


def _block(block: Row, data: dict[str, list[Row]]) -> Row:
    tasks, workspaces, users = (
        {row["id"]: row for row in data[name]} for name in ("tasks", "workspaces", "users")
    )
    workspace = workspaces[tasks[block["task_id"]]["workspace_id"]]
    changes = (block.get(name, "") for name in ("completed_at", "archived_at", "deleted_at"))
    row: Row = {
        "has_time_entry": False,
        "timezone": workspace["timezone"] or users[block["toggl_user_id"]]["timezone"],
        "created_at": _BORN,
        # all of it is written in UTC, so that the latest is the last in the alphabet
        "updated_at": max(_BORN, *changes),
        **block,
        "workspace_id": workspace["id"],
    }
    return {
        name: instants.parse(value) if name in _INSTANTS else value for name, value in row.items()
    }
