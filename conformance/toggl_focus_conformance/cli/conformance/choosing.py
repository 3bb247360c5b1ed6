"""What the commands share: cases and targets by the words of a user, and how a command ends."""

from __future__ import annotations

import difflib
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from toggl_focus_conformance.adapters import (
    BuildError,
    Manifest,
    Target,
    TargetError,
    build,
    is_built,
    target,
)
from toggl_focus_conformance.cases import Case, CasesError, matching
from toggl_focus_conformance.requirements import RequirementsError
from toggl_focus_conformance.servers import ServerCase
from toggl_focus_conformance.sets import SetError, client_cases, server_cases

__all__ = [
    "AtFault",
    "all_cases",
    "all_server_cases",
    "can_listen",
    "cases_named",
    "check_writable",
    "chosen",
    "chosen_cases",
    "the_target",
]

CaseT = TypeVar("CaseT", bound=Case)


class AtFault(click.ClickException):
    """The options, the adapter or the suite is at fault; one line says why."""

    exit_code = 2


def the_target(words: Sequence[str]) -> Target:
    """What the words name, built and ready to start. Raises AtFault."""
    try:
        found = target(words)
    except TargetError as error:
        raise AtFault(str(error)) from None
    if found.manifest is not None:
        _prepare(found.manifest)
    return found


def can_listen(address: str) -> str:
    """Give back an address of this machine. Raises AtFault for any other."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
            taken.bind((address, 0))
    except OSError as error:
        reason = error.strerror or error
        raise AtFault(
            f"cannot listen on {address!r}: {reason}; use 0.0.0.0 for all of this machine"
        ) from None
    return address


def _prepare(manifest: Manifest) -> None:
    """Build an adapter if that is needed. Raises AtFault."""
    if reason := manifest.missing():
        raise AtFault(f"{manifest.name} was not run: {reason}")
    if not is_built(manifest):
        click.echo(f"building {manifest.name} in {manifest.build_folder}", err=True)
        try:
            build(manifest)
        except BuildError as error:
            raise AtFault(f"{manifest.name} was not run: the build failed: {error}") from None


def all_cases(version: str | None = None) -> tuple[Case, ...]:
    """All cases of a frozen set; by default, the current ones. Raises AtFault."""
    return _loaded(client_cases, version)


def all_server_cases(version: str | None = None) -> tuple[ServerCase, ...]:
    """All cases for servers, as above. Raises AtFault."""
    return _loaded(server_cases, version)


def _loaded(
    load: Callable[[str | None], tuple[CaseT, ...]], version: str | None
) -> tuple[CaseT, ...]:
    try:
        return load(version)
    except (CasesError, RequirementsError) as error:
        raise AtFault(str(error)) from None
    except SetError as error:
        raise AtFault(f"--requirements: {error}") from None


def check_writable(*files: Path | None) -> None:
    """Raise AtFault if a file could not be written at the end of a run."""
    for file in files:
        if file is not None and not file.absolute().parent.is_dir():
            raise AtFault(f"cannot write {file}: there is no folder {file.parent}")


def chosen_cases(patterns: Sequence[str], version: str | None = None) -> tuple[Case, ...]:
    """The client cases of a set that the patterns choose. Raises AtFault."""
    return chosen(all_cases(version), patterns)


def chosen(cases: Sequence[CaseT], patterns: Sequence[str]) -> tuple[CaseT, ...]:
    """The cases that the patterns choose; each must choose one. Raises AtFault."""
    for pattern in patterns:
        if not matching(cases, [pattern]):
            raise AtFault(
                f"no case, area or requirement is called {pattern!r}{_near(pattern, cases)}"
            )
    return matching(cases, patterns)


def cases_named(id_: str, cases: Sequence[CaseT]) -> tuple[CaseT, ...]:
    """The case with this id, or all of its rows. Raises AtFault."""
    found = tuple(case for case in cases if id_ in {case.id, case.name})
    if not found:
        raise AtFault(f"there is no case {id_!r}{_near(id_, cases)}")
    return found


def _near(word: str, cases: Sequence[Case]) -> str:
    names = {name for case in cases for name in (case.id, case.name, case.area)}
    near = difflib.get_close_matches(word, sorted(names), n=1)
    return f"; did you mean {near[0]}?" if near else ""
