"""Fills in the values of a step: ids of the account, saved values, and the case's own day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object

from .account import Account

__all__ = ["MissingError", "Values", "at_pointer", "split_saves"]

_NAME = re.compile(r"\$[a-z][a-z0-9_]*(\.[a-z0-9_]+)?")


class MissingError(Exception):
    """A value that an earlier step should have saved is not there."""


@dataclass
class Values:
    """The values of one case. day: its own day, far in the future."""

    account: Account
    day: date
    saved: dict[str, Any] = field(default_factory=dict[str, Any])

    def __post_init__(self) -> None:
        account, home = self.account, self.account.home
        self.saved |= {"organization": home.organization_id, "workspace": home.workspace_id}
        self.saved |= {f"task.{number}": id_ for number, id_ in enumerate(sorted(home.task_ids), 1)}
        places = {"second": account.users[0].workspaces[1:2], "foreign": (account.foreign,)}
        for name, found in places.items():
            for place in filter(None, found):
                self.saved[f"{name}.organization"] = place.organization_id
                self.saved[f"{name}.workspace"] = place.workspace_id
                self.saved[f"{name}.task"] = next(iter(place.task_ids), 1)

    def fill(self, value: Any, *, wanted: bool = False) -> Any:  # noqa: ANN401, PLR0911  (any JSON; one for each kind)
        """The value to send; with `wanted`, the matcher. Raises MissingError."""
        if isinstance(value, str) and _NAME.fullmatch(value):
            name = value[1:]
            if name not in self.saved:
                raise MissingError(f"no earlier step has saved {value}")
            return self.saved[name]
        if is_list(value):
            return [self.fill(each, wanted=wanted) for each in value]
        if not is_object(value):
            return value
        if "$window" in value:
            text = self.timestamp(value)
            return {"$instant": text} if wanted else text
        if value.keys() == {"$instant"} and is_object(value["$instant"]):
            inner = value["$instant"]
            if "$window" in inner:
                return {"$instant": self.timestamp(inner)}
            return value
        return {name: self.fill(each, wanted=wanted) for name, each in value.items()}

    def timestamp(self, window: Node) -> str:
        """A timestamp on the case's day, or `days` later."""
        day = self.day + timedelta(days=window.get("days", 0))
        return f"{day.isoformat()}T{window['$window']}"


def split_saves(matcher: Any, path: str = "") -> tuple[Any, Mapping[str, str]]:  # noqa: ANN401  (any JSON)
    """A matcher with any value where it says $save, and the pointers of what to save."""
    saves: dict[str, str] = {}
    if is_object(matcher):
        if matcher.keys() == {"$save"}:
            return {"$any": True}, {matcher["$save"]: path}
        plain: Node = {}
        for name, each in matcher.items():
            plain[name], more = split_saves(each, f"{path}/{name}")
            saves |= more
        return plain, saves
    if is_list(matcher):
        entries: list[Any] = []
        for at, each in enumerate(matcher):
            entry, more = split_saves(each, f"{path}/{at}")
            entries.append(entry)
            saves |= more
        return entries, saves
    return matcher, saves


def at_pointer(value: Any, pointer: str) -> Any:  # noqa: ANN401  (any JSON)
    """The value at a JSON pointer; None if it does not exist."""
    for step in pointer.split("/")[1:]:
        if is_list(value) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif is_object(value) and step in value:
            value = value[step]
        else:
            return None
    return value
