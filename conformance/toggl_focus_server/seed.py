"""What the server knows at birth: users, workspaces, tasks, and in the demo two weeks of blocks.

The keys are public and obviously so. seed.json lists the data, each thing once; here it is put
together.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Any, Literal, cast

from .blocks import Fields, Row

Week = Literal["fixed", "current"]

MONDAY = date(2026, 1, 12)
"""Where the second week of the demo begins: the first lies behind it, this one is planned."""

_BORN = "2026-01-02T15:04:05.123456Z"
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(T.*)?")


class Seed(StrEnum):
    """What a new database begins with."""

    EMPTY = "empty"
    """Users, workspaces and tasks, and no block."""
    DEMO = "demo"
    """And the two weeks of blocks that begin on Monday, 5 January 2026."""

    def tables(self, fields: Fields, weeks: timedelta) -> Iterator[tuple[str, list[Row]]]:
        """The rows of every table, those first that others refer to.

        weeks: how much later everything is.
        """
        data = moved(everything(), weeks)
        for name in ("users", "organizations", "workspaces", "members"):
            yield name, data[name]
        yield "tasks", [_task(task, data) for task in data["tasks"]]
        if self is Seed.DEMO:
            born = moved(_BORN, weeks)
            blocks = (_block(block, data, born) for block in data["blocks"])
            yield "blocks", [fields.stored(block) for block in blocks]


def everything() -> dict[str, list[Row]]:
    """What is in seed.json."""
    text = (files("toggl_focus_server") / "seed.json").read_text(encoding="utf-8")
    data: dict[str, list[Row]] = json.loads(text)
    return data


def monday_of(now: datetime) -> date:
    """The Monday of a week, in UTC."""
    today = now.astimezone(UTC).date()
    return today - timedelta(days=today.weekday())


def moved(value: Any, span: timedelta) -> Any:  # noqa: ANN401  # any JSON
    """A copy of JSON in which every date and datetime is later by a number of days."""
    match value:
        case dict():
            return {name: moved(each, span) for name, each in cast("Row", value).items()}
        case list():
            return [moved(each, span) for each in cast("list[object]", value)]
        case str() if found := _DATE.fullmatch(value):
            return f"{date.fromisoformat(found[1]) + span}{found[2] or ''}"
        case _:
            return value


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


def _block(block: Row, data: dict[str, list[Row]], born: str) -> Row:
    tasks, workspaces, users = (
        {row["id"]: row for row in data[name]} for name in ("tasks", "workspaces", "users")
    )
    workspace = workspaces[tasks[block["task_id"]]["workspace_id"]]
    changes = (block.get(name, "") for name in ("completed_at", "archived_at", "deleted_at"))
    return {
        "has_time_entry": False,
        "timezone": workspace["timezone"] or users[block["toggl_user_id"]]["timezone"],
        "created_at": born,
        # all of it is written in UTC, so that the latest is the last in the alphabet
        "updated_at": max(born, *changes),
        **block,
        "workspace_id": workspace["id"],
    }
