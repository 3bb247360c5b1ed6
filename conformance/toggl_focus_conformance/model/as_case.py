"""A failure of the model as a server case in YAML, to be added to the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, cast

import yaml

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

from .session import Step

__all__ = ["as_case"]


def as_case(text: str, steps: Sequence[Step]) -> str:
    """The calls of a failure as a case; its last step is the one that was answered wrongly."""
    slug = re.sub(r"[^a-z]+", "-", text.lower()).strip("-")[:40].strip("-")
    names = _Names(steps)
    case = {
        "id": f"model-{slug}",
        "title": text,
        "steps": [*_steps(steps, names)],
    }
    return yaml.safe_dump([case], sort_keys=False, allow_unicode=True, width=120)


class _Names:
    """What the ids of blocks and tasks are called in a case."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.tasks: dict[int, str] = {}
        self.blocks: dict[int, str] = {}
        for step in steps:
            if task := step.call.path.get("task_id"):
                self.task(task)

    def task(self, task_id: int) -> str:
        return self.tasks.setdefault(task_id, f"$task.{len(self.tasks) + 1}")

    def block(self, block_id: int) -> str:
        return self.blocks.setdefault(block_id, f"$block{len(self.blocks) + 1}")


def _steps(steps: Sequence[Step], names: _Names) -> Iterable[Node]:
    for together, group in groupby(steps, key=lambda step: step.together):
        found = [_step(step, names) for step in group]
        if together:
            want = found[0]["want"]
            yield {
                "together": [{**each, "want": each["want"]} for each in found],
                "want": {"each": {"status": want["status"]}},
            }
        else:
            yield from found


def _step(step: Step, names: _Names) -> Node:
    call = step.call
    found: Node = {"call": call.operation}
    if path := {n: v for n, v in call.path.items() if n in {"task_id", "time_block_id"}}:
        found["path"] = _named(path, names)
    if call.query:
        found["query"] = _named(dict(call.query), names)
    if call.body is not None:
        found["body"] = _named(call.body, names)
    want: Node = {"status": step.status}
    if step.body is not None:
        want["body"] = step.body
    return {**found, "want": want}


def _named(value: Any, names: _Names, key: str = "") -> Any:  # noqa: ANN401  (any JSON)
    if is_object(value):
        return {name: _named(each, names, name) for name, each in value.items()}
    if isinstance(value, tuple):
        value = list(cast("tuple[object, ...]", value))
    if is_list(value):
        return [_named(each, names, key) for each in value]
    if key == "task_id":
        return names.task(value)
    if key in {"time_block_id", "id", "ids"}:
        return names.block(value)
    return value
