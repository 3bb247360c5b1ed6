"""Server cases: YAML with steps, filled in row by row and checked by a JSON Schema."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, cast

from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance.cases import CasesError, Problem
from toggl_focus_conformance.cases.expand import ExpandError, expand
from toggl_focus_conformance.protocol.operations import operations
from toggl_focus_conformance.protocol.plain import Node, is_object
from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.yaml_file import YamlError, read

__all__ = ["ServerCase", "load_cases", "schema"]

_CREATE = frozenset({"create_time_block", "bulk_create_time_blocks"})


@dataclass(frozen=True, eq=False)
class ServerCase:
    """One case, its row filled in.

    probe: its place among the probes of a small budget; 0 for none.
    """

    id: str
    title: str
    area: str
    requirement: str
    needs: frozenset[str]
    probe: int
    destructive: bool
    steps: list[Node] = field(repr=False)

    @property
    def name(self) -> str:
        """The id without the row."""
        return self.id.partition("#")[0]

    @property
    def calls(self) -> list[Node]:
        """All calls and raw requests."""
        return [call for step in self.steps for call in step.get("together", [step])]

    @functools.cached_property
    def requirements(self) -> frozenset[str]:
        """The requirements that its steps name."""
        named = (each.get("want", {}).get("requirement") for each in (*self.steps, *self.calls))
        return frozenset([self.requirement, *filter(None, named)])

    @functools.cached_property
    def cost(self) -> int:
        """How many requests it takes at most, with cleanup."""
        calls = [call for call in self.calls if "wait_ms" not in call]
        creates = any(call.get("call") in _CREATE for call in calls)
        return sum(int(call.get("times", 1)) for call in calls) + creates


@functools.cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of a server case."""
    text = (files("toggl_focus_conformance.cases") / "server_case.schema.json").read_text("utf-8")
    return cast("Mapping[str, Any]", json.loads(text))


@functools.cache
def load_cases() -> tuple[ServerCase, ...]:
    """All server cases of this version of the suite. Raises CasesError."""
    folder = files("toggl_focus_conformance.cases") / "server"
    found = sorted((each for each in folder.iterdir()), key=lambda each: each.name)
    texts = [(each.name, each.read_text("utf-8")) for each in found if each.name.endswith(".yaml")]
    cases: dict[str, ServerCase] = {}
    problems: list[Problem] = []
    for name, text in texts:
        for case in _of_file(name, text):
            if isinstance(case, Problem):
                problems.append(case)
            elif case.id in cases:
                problems.append(Problem(name, 1, case.id, "the id is there twice"))
            else:
                cases[case.id] = case
    if problems:
        raise CasesError(problems)
    return tuple(cases.values())


def _of_file(name: str, text: str) -> Iterator[ServerCase | Problem]:
    try:
        file = read(name, text)
    except YamlError as error:
        yield Problem(name, 1, "", str(error))
        return
    validator = Draft202012Validator(dict(schema()))
    for number, written in enumerate(cast("list[Node]", file.value)):
        line = file.line([number])
        id_ = str(written.get("id", ""))
        try:
            nodes = list(expand(written))
        except ExpandError as error:
            yield Problem(name, line, id_, str(error))
            continue
        for node in nodes:
            reasons = [
                f"{error.instance_path}: {error.message}" for error in validator.iter_errors(node)
            ]
            reasons = reasons or list(_unknown_names(node))
            yield from (Problem(name, line, id_, reason) for reason in reasons)
            if not reasons:
                yield _case(node, name.removesuffix(".yaml"))


def _case(node: Node, area: str) -> ServerCase:
    return ServerCase(
        id=node["id"],
        title=node["title"],
        area=area,
        requirement=node["requirement"],
        needs=frozenset(node.get("needs", ())),
        probe=node.get("probe", 0),
        destructive=node.get("destructive", False),
        steps=node["steps"],
    )


def _unknown_names(node: Node) -> Iterator[str]:
    named = [node["requirement"]]
    for step in node["steps"]:
        for call in (step, *step.get("together", ())):
            if is_object(call.get("want")) and "requirement" in call["want"]:
                named.append(call["want"]["requirement"])
            if "call" in call and call["call"] not in operations():
                yield f"there is no operation {call['call']!r}"
    yield from (f"there is no requirement {each!r}" for each in named if each not in registry())
