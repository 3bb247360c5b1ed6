"""Whether a user of the last release must change a program: its public API compared with ours.

`nox -s compatibility` runs it: python -m tests.support.compatibility
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe

from tests.support.release import ROOT, git
from toggl_focus import __version__

__all__ = ["breakages", "may_break"]

FOLDERS = ("overrides", "generated", "conformance")
PUBLIC = (
    "toggl_focus",
    "toggl_focus.models",
    "toggl_focus.testing",
    "toggl_focus.tracing",
    "toggl_focus_server",
    "_toggl_focus.models",
    "_toggl_focus.blocking.TimeBlocks",
    "_toggl_focus.awaitable.AsyncTimeBlocks",
)
"""What users import, and what its attributes are."""
COLOUR = re.compile(r"\x1b\[\d*m")


def load(repository: Path, ref: str | None = None) -> griffe.ModulesCollection:
    """The packages as they are, or as they were at a commit."""
    collection = griffe.ModulesCollection()
    for package in sorted({name.partition(".")[0] for name in PUBLIC}):
        if ref is None:
            folders = [repository / folder for folder in FOLDERS]
            griffe.load(package, search_paths=folders, modules_collection=collection)
        else:
            griffe.load_git(
                package,
                ref=ref,
                repo=repository,
                search_paths=FOLDERS,
                modules_collection=collection,
            )
    return collection


def breakages(old: griffe.ModulesCollection, new: griffe.ModulesCollection) -> Iterator[str]:
    """What is gone, or must be called in another way."""
    for name in PUBLIC:
        before = old[name]
        try:
            now = new[name]
        except KeyError:
            yield f"{name}: was removed"
            continue
        yield from (
            f"{name}.{each}: was removed from __all__"
            for each in sorted({*(before.exports or ())} - {*(now.exports or ())})
        )
        for each in griffe.find_breaking_changes(before, now):
            line = COLOUR.sub("", each.explain(griffe.ExplanationStyle.ONE_LINE))
            yield f"{name}: {line}"


def may_break(old: str, new: str) -> bool:
    """Whether the second version announces that programs for the first must be changed."""
    before, now = (tuple(map(int, version.split(".")[:2])) for version in (old, new))
    return now[0] > before[0] or (now[0] == 0 and now > before)


def main(repository: Path) -> int:
    """Print what breaks; it is an error, unless the version announces it."""
    tag = git("tag", "--list", "v*", "--sort=-version:refname", "--merged").partition("\n")[0]
    if not tag:
        print("there is no tag yet, so there is no release to compare with")
        return 0
    found = list(breakages(load(repository, tag), load(repository)))
    for breakage in found:
        print(breakage)
    announced = may_break(tag.removeprefix("v"), __version__)
    may = "may" if announced else "must not"
    print(f"{len(found)} breaking changes since {tag}; {__version__} {may} have some")
    return bool(found) and not announced


if __name__ == "__main__":
    sys.exit(main(ROOT))
