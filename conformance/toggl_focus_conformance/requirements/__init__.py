"""The registry of requirements: what an SDK or a server must do, how certain that is, and why."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, TypeAlias, cast

from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance.protocol.operations import document
from toggl_focus_conformance.protocol.plain import is_object
from toggl_focus_conformance.yaml_file import YamlError, read

__all__ = ["Level", "Requirement", "RequirementsError", "registry", "schema"]

Level: TypeAlias = Literal["must", "should", "may"]
Basis: TypeAlias = Literal["docs", "vendor", "live", "inferred", "decided", "open"]


class RequirementsError(Exception):
    """The registry cannot be used; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement.

    pointer: where in the description it comes from, if anywhere. checked: what checks it, cases
    that name it or every case.
    """

    id: str
    level: Level
    basis: Basis
    area: str
    text: str
    applies_to: Literal["client", "server", "both"] = "client"
    pointer: str | None = None
    why: str | None = None
    checked: Literal["cases", "every-case"] = "cases"


@functools.cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of a requirement."""
    text = (files(__name__) / "requirement.schema.json").read_text(encoding="utf-8")
    return cast("Mapping[str, Any]", json.loads(text))


@functools.cache
def registry() -> Mapping[str, Requirement]:
    """All requirements by their ids. Raises RequirementsError."""
    found: dict[str, Requirement] = {}
    validator = Draft202012Validator(dict(schema()))
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".yaml"):
            continue
        try:
            read_file = read(file.name, file.read_text(encoding="utf-8"))
        except YamlError as error:
            raise RequirementsError(str(error)) from None
        for number, node in enumerate(read_file.value):
            place = f"{file.name}:{read_file.line([number])}"
            if wrong := next(iter(validator.iter_errors(node)), None):
                raise RequirementsError(f"{place}: {wrong.message:.300}")
            if node["id"] in found:
                raise RequirementsError(f"{place}: {node['id']} is there twice")
            if not _leads_somewhere(node.get("pointer")):
                raise RequirementsError(f"{place}: the description has no {node['pointer']}")
            found[node["id"]] = Requirement(**node)
    return found


def _leads_somewhere(pointer: str | None) -> bool:
    node: Any = document()
    for step in (pointer or "").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if not is_object(node) or name not in node:
            return False
        node = node[name]
    return True
