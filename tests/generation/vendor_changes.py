"""Seven changes that the vendor could make to the API, each as an edit of the description.

Used on a copy. Where the server has to do something new, its lines are here too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["CHANGES"]

Edit = Callable[[Path], None]

_SCOPE = "/organizations/{organization_id}/workspaces/{workspace_id}"

_HEADERS = """\
          headers:
            X-Toggl-Quota-Remaining: {$ref: "#/components/headers/QuotaRemaining"}
            X-Toggl-Quota-Resets-In: {$ref: "#/components/headers/QuotaResetsIn"}
"""

_ERRORS = """\
        "400": {$ref: "#/components/responses/BadRequest"}
        "401": {$ref: "#/components/responses/Unauthorized"}
        "402": {$ref: "#/components/responses/PaymentRequired"}
        "403": {$ref: "#/components/responses/Forbidden"}
"""


def _replace(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, f"{path.name} has no {old!r}"
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def new_field(root: Path) -> None:
    """A block has a weather, which can be set where it is made."""
    field = """\
        weather:
          type: {type}
          description: What it was like outside, such as rainy.
          x-basis: live
"""
    read = field.replace("{type}", '[string, "null"]')
    sent = field.replace("{type}", "string")
    _replace(
        root / "spec/openapi.yaml",
        ("        calendar_event_id:\n", f"{read}        calendar_event_id:\n"),
        *(
            (
                f"    {name}:\n      type: object\n      description: {text}\n{more}      properties:\n",
                f"    {name}:\n      type: object\n      description: {text}\n{more}      properties:\n{sent}",
            )
            for name, text, more in (
                (
                    "TimeBlockCreate",
                    "A block to create for the task of the path.",
                    "      required: [start]\n",
                ),
            )
        ),
    )


def new_list_parameter(root: Path) -> None:
    """The blocks of a range can be filtered by several tags."""
    _replace(
        root / "spec/openapi.yaml",
        (
            '        - $ref: "#/components/parameters/StatusFilter"\n',
            """\
        - $ref: "#/components/parameters/StatusFilter"
        - $ref: "#/components/parameters/TagFilter"
""",
        ),
        (
            "    Page:\n      name: page\n",
            """\
    TagFilter:
      name: tag_ids
      in: query
      required: false
      style: form
      explode: false
      description: Only blocks of tasks with one of these tags.
      schema:
        type: array
        minItems: 1
        items: {type: integer, format: int64, minimum: 1}
      example: [40, 41]
      x-basis: live
      x-decision: D10
    Page:
      name: page
""",
        ),
    )


def new_operation(root: Path) -> None:
    """A block can be copied."""
    _replace(
        root / "spec/openapi.yaml",
        (
            f"  {_SCOPE}/time-blocks:\n",
            f"""\
  {_SCOPE}/tasks/{{task_id}}/time-blocks/{{time_block_id}}/copy:
    post:
      operationId: copy_time_block
      x-method: copy
      tags: [time_blocks]
      summary: Copy a time block
      description: >-
        Makes another block with the same content, and returns it.
      x-basis: live
      parameters:
        - $ref: "#/components/parameters/OrganizationId"
        - $ref: "#/components/parameters/WorkspaceId"
        - $ref: "#/components/parameters/TaskId"
        - $ref: "#/components/parameters/TimeBlockId"
      responses:
        "201":
          description: The new block.
          x-basis: live
{_HEADERS}\
          content:
            application/json:
              schema: {{$ref: "#/components/schemas/TimeBlock"}}
              examples:
                block: {{$ref: "#/components/examples/TimeBlock"}}
{_ERRORS}\
        "404": {{$ref: "#/components/responses/NotFoundUnlisted"}}
        "500": {{$ref: "#/components/responses/ServerError"}}

  {_SCOPE}/time-blocks:
""",
        ),
    )
    _append(
        root / "conformance/toggl_focus_server/operations.py",
        '''

@operation
def copy_time_block(call: Call) -> Row:
    """Another block with the content of this one."""
    block = call.live()
    copied = {**block, "created_at": call.now, "updated_at": call.now}
    del copied["id"]
    return {**copied, "id": call.store.insert(copied)}
''',
    )


def new_enum_value(root: Path) -> None:
    """A task can be urgent, and blocks can be ordered by their duration."""
    _replace(
        root / "spec/openapi.yaml",
        ("[none, low, medium, high]", "[none, low, medium, high, urgent]"),
        ("updated_at, -updated_at]", "updated_at, -updated_at, duration, -duration]"),
    )


def larger_page(root: Path) -> None:
    """A page has up to 200 blocks."""
    _replace(
        root / "spec/openapi.yaml",
        ("Blocks per page, 1 to 100", "Blocks per page, 1 to 200"),
        ("minimum: 1, maximum: 100, default: 20", "minimum: 1, maximum: 200, default: 20"),
    )


def removed_field(root: Path) -> None:
    """Blocks no longer have a calendar event, neither in the description nor on the page."""
    _replace(
        root / "spec/openapi.yaml",
        (
            """\
        calendar_event_id:
          type: [integer, "null"]
          format: int64
          description: The event of the linked external calendar.
          x-basis: [docs, live]
""",
            "",
        ),
        ("        calendar_event_id: null\n", ""),
    )
    page = root / "spec/vendor-docs.json"
    rows = json.loads(page.read_text(encoding="utf-8"))
    gone = sum(map(_take_out, _tables(rows)))
    page.write_text(json.dumps(rows), encoding="utf-8")
    check = root / "spec/check/page.py"
    number = int(check.read_text(encoding="utf-8").partition("\nROWS = ")[2].split()[0])
    _replace(check, (f"ROWS = {number}", f"ROWS = {number - gone}"))


def _tables(node: Any) -> Iterator[list[Any]]:
    """The tables of the page that list the fields of a block."""
    if isinstance(node, dict):
        for each in node.values():
            yield from _tables(each)
    elif isinstance(node, list):
        names = {each.get("name") for each in node if isinstance(each, dict)}
        if {"calendar_event_id", "toggl_user_id", "start"} <= names:
            yield node
        for each in node:
            yield from _tables(each)


def _take_out(table: list[Any]) -> int:
    before = len(table)
    table[:] = [each for each in table if each.get("name") != "calendar_event_id"]
    return before - len(table)


def second_resource(root: Path) -> None:
    """The statuses of a workspace, on a path without an organization."""
    _replace(
        root / "spec/openapi.yaml",
        (
            "    description: Time in a calendar, reserved for a task.\n",
            """\
    description: Time in a calendar, reserved for a task.
  - name: statuses
    description: What tasks can be, such as done.
""",
        ),
        (
            "\ncomponents:\n",
            f"""
  /workspaces/{{workspace_id}}/statuses:
    get:
      operationId: list_statuses
      x-method: list
      x-idempotent: true
      tags: [statuses]
      summary: List the statuses of a workspace
      description: >-
        All statuses that a task of the workspace can have.
      x-basis: live
      parameters:
        - $ref: "#/components/parameters/WorkspaceId"
      responses:
        "200":
          description: The statuses.
          x-basis: live
{_HEADERS}\
          content:
            application/json:
              schema:
                type: array
                items: {{$ref: "#/components/schemas/Status"}}
              examples:
                two:
                  summary: Two statuses
                  value: [{{id: 1, name: To do, type: todo}}, {{id: 2, name: Done, type: done}}]
{_ERRORS}\
        "500": {{$ref: "#/components/responses/ServerError"}}

components:
""",
        ),
    )
    _append(
        root / "conformance/toggl_focus_server/operations.py",
        '''

@operation
def list_statuses(call: Call) -> list[Row]:
    """The statuses of a workspace."""
    return [{"id": 1, "name": "To do", "type": "todo"}, {"id": 2, "name": "Done", "type": "done"}]
''',
    )


CHANGES: tuple[Edit, ...] = (
    new_field,
    new_list_parameter,
    new_operation,
    new_enum_value,
    larger_page,
    removed_field,
    second_resource,
)
