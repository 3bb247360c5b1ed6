"""What to grade, as a person names it: a command, a folder with a manifest, or our own client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .adapter import Adapter
from .local import LocalAdapter
from .manifest import Manifest, ManifestError, read_manifest
from .process import ProcessAdapter

__all__ = ["Target", "TargetError", "target"]

OWN = "own:"


class TargetError(Exception):
    """The words do not name anything to grade; the text says why."""


@dataclass(frozen=True)
class Target:
    """Something to grade.

    name: for reports. make: makes an adapter, given the seconds of silence after which it is given
    up. known_failures: the file that lists what is known to fail, if there is one. manifest: of an
    adapter in a folder, which may have to be built before it is made.
    """

    name: str
    make: Callable[[float], Adapter]
    known_failures: Path | None = None
    manifest: Manifest | None = None


def target(words: Sequence[str]) -> Target:
    """Find what the words name. Raises TargetError.

    `own:sync`, `own:async` and `own:aiohttp` are the client of this project, in this process. One
    word that is a folder has a manifest.yaml. Anything else is a command and its arguments.
    """
    if not words:
        raise TargetError("name a command, a folder with a manifest.yaml, or own:sync")
    if len(words) == 1 and words[0].startswith(OWN):
        return _own(words[0])
    if len(words) == 1 and Path(words[0]).is_dir():
        return _folder(Path(words[0]))
    command = tuple(words)
    return Target(" ".join(command), lambda silence: ProcessAdapter(command, silence=silence))


def _own(word: str) -> Target:
    from . import own  # noqa: PLC0415  (it loads the client)

    make = own.VARIANTS.get(word.removeprefix(OWN))
    if make is None:
        known = ", ".join(f"{OWN}{name}" for name in own.VARIANTS)
        raise TargetError(f"there is no {word}; choose from {known}")
    return Target(word, lambda silence: LocalAdapter(make, silence=silence))


def _folder(folder: Path) -> Target:
    try:
        manifest = read_manifest(folder)
    except ManifestError as error:
        raise TargetError(str(error)) from None
    return Target(
        name=manifest.name,
        make=lambda silence: ProcessAdapter(
            manifest.command, env=manifest.variables, silence=silence
        ),
        known_failures=manifest.known_failures if manifest.known_failures.exists() else None,
        manifest=manifest,
    )
