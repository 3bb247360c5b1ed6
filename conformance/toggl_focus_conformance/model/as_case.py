"""A failure of the model as a server case in YAML, to be added to the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, cast

import yaml

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

from .session import Home, Step

__all__ = ["as_case"]

_LONGEST_TITLE = 120
_PLACEHOLDER = "read-after-write"
_COMMENT = f"# Found by the model. Replace {_PLACEHOLDER} by the requirement that is violated.\n"


def as_case(text: str, steps: Sequence[Step], home: Home) -> str:
    """The calls of a failure as a case. The response to its last step was wrong."""
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    case = {
        "id": f"model-{slug}",
        "title": text[:_LONGEST_TITLE],
        "requirement": _PLACEHOLDER,
        "steps": [*_steps(steps, _Names(home))],
    }
    written = yaml.safe_dump([case], sort_keys=False, allow_unicode=True, width=120)
    return _COMMENT + written


class _Names:
    """The names of ids in a case. Ids that are neither the account's nor created stay numbers."""

    def __init__(self, home: Home) -> None:
        self.tasks = {id_: f"$task.{number}" for number, id_ in enumerate(home.task_ids, 1)}
        self.blocks: dict[int, str] = {}
        self.home = {"organization_id": home.organization_id, "workspace_id": home.workspace_id}

    def created(self, block_id: int) -> str:
        """The name of a new block."""
        self.blocks[block_id] = f"$block{len(self.blocks) + 1}"
        return self.blocks[block_id]


def _steps(steps: Sequence[Step], names: _Names) -> Iterable[Node]:
    for together, group in groupby(steps, key=lambda step: step.together):
        found = [_step(step, names) for step in group]
        yield from [{"together": found}] if together else found


def _step(step: Step, names: _Names) -> Node:
    call = step.call
    found: Node = {"call": call.operation}
    path = {n: v for n, v in call.path.items() if names.home.get(n) != v}
    if path:
        found["path"] = _named(path, names)
    if call.query:
        found["query"] = _named(dict(call.query), names)
    if call.body is not None:
        found["body"] = _named(call.body, names)
    want: Node = {"status": step.status}
    if step.body is not None:
        want["body"] = step.body
    if step.created:
        bulk = call.operation.startswith("bulk")
        want["save"] = {
            names.created(block)[1:]: f"/{at}/id" if bulk else "/id"
            for at, block in enumerate(step.created)
        }
    return {**found, "want": want}


def _named(value: Any, names: _Names, key: str = "") -> Any:  # noqa: ANN401  (any JSON)
    if is_object(value):
        return {name: _named(each, names, name) for name, each in value.items()}
    if isinstance(value, tuple):
        value = list(cast("tuple[object, ...]", value))
    if is_list(value):
        return [_named(each, names, key) for each in value]
    if key == "task_id":
        return names.tasks.get(value, value)
    if key in {"time_block_id", "id", "ids"}:
        return names.blocks.get(value, value)
    return value
