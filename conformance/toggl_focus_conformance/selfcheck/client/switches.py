"""The switches of the client side: each a small function in one of the modules, with its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from toggl_focus_conformance.selfcheck.sides import Switch

from .wrong_client import Change, change_with

__all__ = ["Switches"]

T = TypeVar("T")


@dataclass
class Switches:
    """Some switches, and what each changes."""

    found: dict[str, Switch] = field(default_factory=dict[str, Switch])
    changes: dict[str, type[Change]] = field(default_factory=dict[str, type[Change]])

    def __call__(self, text: str, case: str = "") -> Callable[[type[T]], type[T]]:
        """A switch that is a class, for what changes more than one place."""

        def add(change: type[T]) -> type[T]:
            self._add(_words(change.__name__), text, case, change)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (a Change)
            return change

        return add

    def in_call(self, text: str, case: str = "") -> Callable[[Callable[..., Any]], None]:
        """A switch that changes the call: `(call) -> call`."""
        return self._function("call", text, case)

    def in_request(self, text: str, case: str = "") -> Callable[[Callable[..., Any]], None]:
        """A switch that changes the request: `(sent) -> None`."""
        return self._function("request", text, case)

    def in_response(self, text: str, case: str = "") -> Callable[[Callable[..., Any]], None]:
        """A switch that changes the response: `(received) -> None`."""
        return self._function("response", text, case)

    def in_reply(self, text: str, case: str = "") -> Callable[[Callable[..., Any]], None]:
        """A switch that changes the reply: `(call, reply) -> reply`."""
        return self._function("reply", text, case)

    def in_handling(self, text: str, case: str = "") -> Callable[[Callable[..., Any]], None]:
        """A switch that changes how a call is handled: `(handle, call) -> reply`."""
        return self._function("handle", text, case)

    def equivalent(self, id_: str, text: str, why: str) -> None:
        """A defect that nobody can tell from a correct client."""
        self.found[id_] = Switch(id_, text, equivalent=why)

    def _function(self, place: str, text: str, case: str) -> Callable[[Callable[..., Any]], None]:
        def add(function: Callable[..., Any]) -> None:
            self._add(function.__name__.strip("_"), text, case, change_with(place, function))

        return add

    def _add(self, name: str, text: str, case: str, change: type[Change]) -> None:
        id_ = name.replace("_", "-")
        if id_ in self.found:
            raise ValueError(f"two switches have the id {id_}")
        self.found[id_] = Switch(id_, text, case)
        self.changes[id_] = change


def _words(name: str) -> str:
    """`StopsAfterAPage` as `stops_after_a_page`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).strip("_")
