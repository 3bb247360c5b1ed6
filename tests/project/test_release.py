"""What `nox -s release` accepts and refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.release import Release, contents

DATED = (
    "# Changelog\n\n## 1.2.3 (2026-11-27)\n\n### Added\n\n- Something.\n\n## 1.2.2 (2026-01-01)\n"
)
READY = Release("1.2.3", "1.2.3", DATED, tags=frozenset({"v1.2.3"}), tagged=True)
BEFORE = Release("1.2.3", "1.2.3", DATED.replace("2026-11-27", "unreleased"))


def test_a_release_with_date_and_tag_is_accepted() -> None:
    assert list(READY.problems(early=False)) == []
    assert list(READY.problems(early=True)) == []


def test_date_and_tag_may_be_missing_when_it_is_only_checked() -> None:
    assert list(BEFORE.problems(early=True)) == []
    assert list(BEFORE.problems(early=False)) == [
        "CHANGELOG.md must have a date for 1.2.3, not “unreleased”",
        "this commit must have the tag v1.2.3",
    ]


@pytest.mark.parametrize(
    ("release", "problem"),
    (
        (replace(READY, version="1.2.3.dev0"), "the version must be like 1.2.3, not 1.2.3.dev0"),
        (
            replace(READY, wheel_version="1.2.2"),
            "the wheel is of version 1.2.2, the sources of 1.2.3",
        ),
        (replace(READY, changelog="# Changelog\n"), "must be 1.2.3; it is none"),
        (replace(READY, changelog="## 1.2.2 (2026-01-01)\n\n- A.\n"), "must be 1.2.3; it is 1.2.2"),
        (replace(READY, changelog="## 1.2.3 (2026-11-27)\n"), "lists nothing"),
        (replace(READY, changelog=DATED.replace("2026-11-27", "soon")), "must have a date"),
        (replace(READY, tags=frozenset()), "v1.2.3 is another commit"),
        (replace(READY, clean=False), "there are changes that are not committed"),
    ),
)
def test_what_does_not_agree_is_named(release: Release, problem: str) -> None:
    assert problem in "\n".join(release.problems(early=False))


def test_the_files_of_a_wheel_are_listed_by_folder(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.whl", "w") as archive:
        for name in ("a/two.py", "a/b/three.py", "a/one.py"):
            archive.writestr(name, "")

    assert list(contents(tmp_path / "a.whl")) == ["  a/: one.py two.py", "  a/b/: three.py"]
