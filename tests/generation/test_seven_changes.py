"""Seven changes that the vendor could make: both clients and the server follow, without other edits.

docs/regenerating.md is the checklist for each. They are made on a copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.generation.vendor_changes import CHANGES

ROOT = Path(__file__).resolve().parents[2]
IGNORED = shutil.ignore_patterns("__pycache__", ".build", "node_modules")

PROGRAM = """
import asyncio
from datetime import UTC, datetime
from toggl_focus import AsyncTogglFocus, TogglFocus, UsageError
from toggl_focus_conformance import ReferenceServer

NINE = datetime(2031, 1, 6, 9, tzinfo=UTC)
TEN = datetime(2031, 1, 6, 10, tzinfo=UTC)
RANGE = {"date_from": NINE, "date_to": TEN}

def refused(call):
    try:
        call()
    except UsageError:
        return True

async def same(settings):
    async with AsyncTogglFocus(**settings) as client:
        block = await client.time_blocks.create(100, start=NINE, weather="sunny")
        assert block.weather == "sunny"
        copied = await client.time_blocks.copy(100, block.id)
        assert (copied.weather, copied.id > block.id) == ("sunny", True)
        page = await client.time_blocks.list(**RANGE, tag_ids=[40, 41], per_page=200)
        assert page.per_page == 200
        assert [each.name for each in await client.statuses.list()] == ["To do", "Done"]

with ReferenceServer() as server:
    settings = {
        "base_url": server.url, "api_key": server.account.api_key,
        "organization_id": 1, "workspace_id": 10,
    }
    asyncio.run(same(settings))
    with TogglFocus(**settings) as client:
        block = client.time_blocks.create(100, start=NINE, duration=60, weather="rainy")
        assert client.time_blocks.get(100, block.id).weather == "rainy"
        assert not hasattr(block, "calendar_event_id")
        assert refused(lambda: client.time_blocks.create(100, start=NINE, weather=6))
        assert client.time_blocks.copy(100, block.id).weather == "rainy"
        page = client.time_blocks.list(**RANGE, tag_ids=[40], per_page=200)
        assert page.per_page == 200
        assert refused(lambda: client.time_blocks.list(**RANGE, per_page=201))
        ordered = [*client.time_blocks.stream(**RANGE, order_by=["-duration"])]
        assert ordered[0].duration == 60
        assert [each.name for each in client.statuses.list()] == ["To do", "Done"]
print("all seven")
"""


def run(root: Path, *words: str) -> str:
    """Run Python with the packages of the copy, and give what it printed."""
    folders = [str(root / each) for each in ("overrides", "generated", "conformance")]
    done = subprocess.run(  # noqa: S603  (the project's own)
        [sys.executable, *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with all seven changes, generated anew."""
    root = tmp_path_factory.mktemp("changed")
    for name in ("spec", "overrides", "generated", "conformance"):
        shutil.copytree(ROOT / name, root / name, ignore=IGNORED)
    shutil.copy(ROOT / "pyproject.toml", root)
    for change in CHANGES:
        change(root)
    run(root, "-m", "spec.check")
    run(root, "overrides/codegen")
    return root


def test_both_clients_and_the_server_follow_all_seven(changed: Path) -> None:
    assert run(changed, "-c", PROGRAM) == "all seven\n"


def test_the_cases_that_come_from_the_description_cover_all_seven(changed: Path) -> None:
    checked = run(changed, "-m", "toggl_focus_conformance", "conformance", "check-cases")

    assert checked.rstrip().endswith("all good")


def test_an_operation_that_the_server_does_not_do_yet_is_501(changed: Path) -> None:
    operations = changed / "conformance/toggl_focus_server/operations.py"
    text = operations.read_text(encoding="utf-8")
    program = """
import httpx
from toggl_focus_conformance import ReferenceServer
with ReferenceServer() as server:
    key = {"Authorization": f"Bearer {server.account.api_key}"}
    print(httpx.get(f"{server.url}/workspaces/10/statuses", headers=key).status_code)
"""
    try:
        operations.write_text(text[: text.index("@operation\ndef list_statuses")], encoding="utf-8")
        assert run(changed, "-c", program) == "501\n"
    finally:
        operations.write_text(text, encoding="utf-8")
