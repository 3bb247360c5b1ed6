"""What `nox -s compatibility` finds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.compatibility import FOLDERS, breakages, load, may_break
from tests.support.examples import ROOT


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    (
        ("0.1.0", "0.1.1", False),
        ("0.1.0", "0.2.0", True),
        ("0.9.0", "1.0.0", True),
        ("1.2.0", "1.3.0", False),
        ("1.2.0", "2.0.0", True),
    ),
)
def test_only_some_versions_may_break_programs(old: str, new: str, expected: bool) -> None:  # noqa: FBT001  (a table)
    assert may_break(old, new) is expected


def test_a_change_that_breaks_programs_is_found(tmp_path: Path) -> None:
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("adapters", "cases", "tests", "__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    changes = {
        "overrides/toggl_focus/__init__.py": ('    "BulkError",\n', ""),
        "overrides/toggl_focus/_client.py": ("max_retries: int", "retries: int"),
        "generated/_toggl_focus/blocking.py": ("def archive(", "def put_away("),
        "generated/_toggl_focus/request.py": ("class Options(TypedDict", "class Choices(TypedDict"),
        "generated/_toggl_focus/models.py": ("    completed_at: ", "    done_at: "),
    }
    for path, (before, after) in changes.items():
        text = (tmp_path / path).read_text("utf-8")
        assert before in text
        (tmp_path / path).write_text(text.replace(before, after), encoding="utf-8")

    lines = list(breakages(load(ROOT), load(tmp_path)))
    found = "\n".join(lines)

    assert "toggl_focus.BulkError: was removed from __all__" in found
    assert "TogglFocus.__init__(max_retries): Parameter was removed" in found
    assert "TimeBlocks.archive: Public object was removed" in found
    assert "TimeBlock.completed_at: Public object was removed" in found
    changed = ("BulkError", "max_retries", "archive", "Options", "completed_at")
    assert [line for line in lines if not any(name in line for name in changed)] == []
