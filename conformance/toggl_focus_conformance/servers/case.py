"""Server cases: steps that are sent in order, and what each response must be."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.cases.checking import unknown_requirements
from toggl_focus_conformance.cases.loading import load_folder
from toggl_focus_conformance.protocol.messages import SUITE
from toggl_focus_conformance.protocol.operations import operations
from toggl_focus_conformance.protocol.plain import Node

__all__ = ["ServerCase", "load_all_cases", "load_cases", "schema"]

_CREATE = frozenset({"create_time_block", "bulk_create_time_blocks"})


@dataclass(frozen=True, eq=False)
class ServerCase(Case):
    """One case, its row filled in. `node` is the case as server_case.schema.json describes it."""

    @property
    def steps(self) -> list[Node]:
        """The calls and pauses, in order."""
        return cast("list[Node]", self.node["steps"])

    @property
    def calls(self) -> list[Node]:
        """All calls and raw requests."""
        calls = (call for step in self.steps for call in step.get("together", [step]))
        return [call for call in calls if "wait_ms" not in call]

    @functools.cached_property
    def operations(self) -> frozenset[str]:
        """The operations that it calls."""
        return frozenset(call["call"] for call in self.calls if "call" in call)

    @property
    def probe(self) -> int | None:
        """Its place among the probes of a small budget, if it is one."""
        return self.node.get("probe")

    @property
    def destructive(self) -> bool:
        """Whether it may touch blocks that it did not create."""
        return bool(self.node.get("destructive"))

    @functools.cached_property
    def pauses(self) -> int:
        """How long it waits between its steps, in milliseconds."""
        return sum(step.get("wait_ms", 0) for step in self.steps)

    @functools.cached_property
    def cost(self) -> int:
        """How many requests it takes at most, with cleanup."""
        cleanup = not _CREATE.isdisjoint(self.operations)
        return sum(int(call.get("times", 1)) for call in self.calls) + cleanup


@functools.cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of a server case."""
    text = (files("toggl_focus_conformance.cases") / "server_case.schema.json").read_text("utf-8")
    return cast("Mapping[str, Any]", json.loads(text))


@functools.cache
def load_cases() -> tuple[ServerCase, ...]:
    """All server cases of the current set. Raises CasesError."""
    return tuple(case for case in load_all_cases() if case.is_in(SUITE))


@functools.cache
def load_all_cases() -> tuple[ServerCase, ...]:
    """All server cases, also those that only older sets have. Raises CasesError."""
    return load_folder("server", ServerCase, _problems_of)


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(dict(schema()))


def _problems_of(case: Node) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """What is wrong with a case whose row is filled in: the path within it, and the reason."""
    errors = list(_validator().iter_errors(case))
    yield from ((tuple(error.instance_path), error.message) for error in errors)
    if errors:
        return
    yield from unknown_requirements(case)
    for at, step in enumerate(case["steps"]):
        for call in step.get("together", [step]):
            if "call" in call and call["call"] not in operations():
                yield ("steps", at), f"there is no operation {call['call']!r}"
