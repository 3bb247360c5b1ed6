"""Frozen sets: which cases and requirements a version has. They do not change any more.

A result such as "passes 2026.12" means the same next year, because a later suite can still grade by
that set. docs/conformance/authoring-cases.md says how cases get into one.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal, TypeAlias, cast

import msgspec

from toggl_focus_conformance import requirements
from toggl_focus_conformance.cases import Case, load, load_all
from toggl_focus_conformance.cases.loading import numbers
from toggl_focus_conformance.protocol import SUITE
from toggl_focus_conformance.servers import ServerCase, load_all_cases, load_cases
from toggl_focus_conformance.yaml_file import read

__all__ = [
    "Erratum",
    "FrozenSet",
    "SetError",
    "as_now",
    "changes",
    "client_cases",
    "errata",
    "frozen",
    "server_cases",
    "versions",
]

Part: TypeAlias = Literal["client", "server", "requirements"]

_PARTS: tuple[Part, ...] = ("client", "server", "requirements")
_DIGITS = 16


class SetError(LookupError):
    """There is no such set; the text names those that there are."""


class FrozenSet(msgspec.Struct, frozen=True):
    """The ids of a set, each with a digest of what it says."""

    set: str
    client: dict[str, str]
    server: dict[str, str]
    requirements: dict[str, str]

    def part(self, name: Part) -> Mapping[str, str]:
        """The ids of one part."""
        return cast("dict[str, str]", getattr(self, name))


class Erratum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A correction of what a set froze, and why it was necessary."""

    set: str
    part: Part
    id: str
    digest: str
    date: str
    why: str


def versions() -> tuple[str, ...]:
    """All frozen sets, the oldest first."""
    names = (each.name for each in files(__name__).iterdir())
    found = [name.removesuffix(".json") for name in names if name.endswith(".json")]
    return tuple(sorted(found, key=numbers))


@functools.cache
def frozen(version: str) -> FrozenSet:
    """A set as it was frozen. Raises SetError."""
    if version not in versions():
        raise SetError(f"there is no set {version}; the sets are {', '.join(versions())}")
    text = (files(__name__) / f"{version}.json").read_bytes()
    return msgspec.json.decode(text, type=FrozenSet)


def errata() -> tuple[Erratum, ...]:
    """All corrections."""
    text = (files(__name__) / "errata.yaml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(each, Erratum) for each in read("errata.yaml", text).value or ())


def as_now() -> FrozenSet:
    """The current set as the files are now, whether or not it is frozen."""
    return _digests(load(), load_cases())


def changes(version: str) -> Iterator[str]:
    """What has changed since a set was frozen, a line each; corrections are allowed."""
    old = frozen(version)
    now = as_now() if version == SUITE else _digests(load_all(), load_all_cases())
    corrected = {(each.part, each.id): each.digest for each in errata() if each.set == version}
    for part in _PARTS:
        before, after = old.part(part), now.part(part)
        for id_, digest in before.items():
            if id_ not in after:
                yield f"{part}: {id_} is gone"
            elif after[id_] not in {digest, corrected.get((part, id_))}:
                yield f"{part}: {id_} has changed (its digest is {after[id_]})"
        if version == SUITE:
            yield from (f"{part}: {id_} is new" for id_ in after if id_ not in before)


def client_cases(version: str | None = None) -> tuple[Case, ...]:
    """The cases for SDKs of a frozen set. Default: the current ones. Raises SetError."""
    if version is None:
        return load()
    ids = frozen(version).client
    return tuple(case for case in load_all() if case.name in ids)


def server_cases(version: str | None = None) -> tuple[ServerCase, ...]:
    """The cases for servers, as above."""
    if version is None:
        return load_cases()
    ids = frozen(version).server
    return tuple(case for case in load_all_cases() if case.name in ids)


def _digests(clients: Sequence[Case], servers: Sequence[Case]) -> FrozenSet:
    return FrozenSet(
        SUITE,
        {case.name: _digest(case.written) for case in clients},
        {case.name: _digest(case.written) for case in servers},
        {name: _digest(asdict(each)) for name, each in requirements.registry().items()},
    )


def _digest(value: Any) -> str:  # noqa: ANN401  (any JSON)
    """The same for the same content, however its file is formatted."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_DIGITS]
