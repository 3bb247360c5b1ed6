"""Whether version, changelog and tag of a release agree, and what is in its wheel.

`nox -s release` runs it after building: python -m tests.support.release WHEEL [--check]
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import toggl_focus

__all__ = ["Release", "contents"]

ROOT = Path(__file__).resolve().parents[2]
ENTRY = re.compile(
    r"^## (?P<version>\S+) \((?P<date>[^)]+)\)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL
)
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Release:
    """What is known of the release that is being made.

    tags: the tags of the commit. tagged: the commit that has the tag of this version, if any.
    """

    version: str
    wheel_version: str
    changelog: str
    tags: frozenset[str] = frozenset()
    tagged: bool = False
    clean: bool = True

    @property
    def tag(self) -> str:
        """The tag that the commit of the release has."""
        return f"v{self.version}"

    def problems(self, *, early: bool) -> Iterator[str]:
        """What must be mended first. `early`: date and tag may still be missing."""
        if not re.fullmatch(r"\d+\.\d+\.\d+", self.version):
            yield f"the version must be like 1.2.3, not {self.version}"
        if self.wheel_version != self.version:
            yield f"the wheel is of version {self.wheel_version}, the sources of {self.version}"
        entry = ENTRY.search(self.changelog)
        if entry is None or entry["version"] != self.version:
            found = "none" if entry is None else entry["version"]
            yield f"the first entry of CHANGELOG.md must be {self.version}; it is {found}"
        else:
            if "\n- " not in entry["text"]:
                yield f"the entry {self.version} of CHANGELOG.md lists nothing"
            if not DATE.fullmatch(entry["date"]) and not (early and entry["date"] == "unreleased"):
                yield f"CHANGELOG.md must have a date for {self.version}, not “{entry['date']}”"
        if self.tagged and self.tag not in self.tags:
            yield f"{self.tag} is another commit: raise the version in _version.py"
        if not early:
            if self.tag not in self.tags:
                yield f"this commit must have the tag {self.tag}"
            if not self.clean:
                yield "there are changes that are not committed"


def here(wheel: Path) -> Release:
    """The release that would be made of this folder."""
    tag = f"v{toggl_focus.__version__}"
    return Release(
        version=toggl_focus.__version__,
        wheel_version=wheel.name.split("-")[1],
        changelog=(ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        tags=frozenset(git("tag", "--points-at", "HEAD").split()),
        tagged=bool(git("tag", "--list", tag)),
        clean=not git("status", "--porcelain"),
    )


def git(*arguments: str) -> str:
    """What git prints; nothing outside of a repository."""
    program = shutil.which("git")
    if program is None or not (ROOT / ".git").exists():
        return ""
    command = [program, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603  (git)


def contents(wheel: Path) -> Iterator[str]:
    """The files of a wheel, a line for each folder."""
    with ZipFile(wheel) as archive:
        names = [PurePosixPath(name) for name in archive.namelist()]
    files = sorted(names, key=lambda file: (file.parent, file.name))
    for folder, inside in groupby(files, key=lambda file: file.parent):
        yield f"  {folder}/: {' '.join(file.name for file in inside)}"


def main(wheel: Path, *, early: bool) -> int:
    """Print what is in the wheel and what is wrong with the release."""
    release = here(wheel)
    print(f"{wheel.name} ({wheel.stat().st_size / 1024:.0f} kB) contains:")
    print(*contents(wheel), sep="\n")
    problems = list(release.problems(early=early))
    for problem in problems:
        print(f"error: {problem}")
    if not problems and early and release.tag not in release.tags:
        print(f"{release.version} can be released: date its changelog, and tag it {release.tag}")
    elif not problems:
        print(f"{release.version} is ready: version, changelog and tag agree")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), early="--check" in sys.argv[2:]))
