"""The fixture as a stranger's project meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import httpx, pytest

def test_it_has_the_demo(reference_server):
    assert get(reference_server, "/tasks/100/time-blocks").json()["data"][0]["id"] == 1001
    assert reference_server.account.task_ids[0] == 100

@pytest.mark.reference_server(seed="empty", nulls="omit")
def test_it_takes_options(reference_server):
    assert get(reference_server, "/tasks/100/time-blocks").json()["data"] == []

def get(server, path):
    account = server.account
    base = f"{server.url}/organizations/{account.organization_id}/workspaces/{account.workspace_id}"
    return httpx.get(base + path, headers={"Authorization": f"Bearer {account.api_key}"})
"""


def pytest_on(path: Path) -> str:
    """Run pytest with nothing but this plugin; what it says."""
    arguments = ("-p", "toggl_focus_server.pytest_plugin", "-p", "no:cacheprovider", "-W", "error")
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-m", "pytest", *arguments, "--strict-markers", "--rootdir", path, path],
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout


def test_a_server_is_there_for_who_asks(tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(TESTS)

    assert "2 passed" in pytest_on(tmp_path)


def test_options_are_given_by_name_and_those_of_a_class_hold_for_its_tests(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_mine.py").write_text("""
import pytest

@pytest.mark.reference_server(quota=1, seed="demo")
class TestMine:
    @pytest.mark.reference_server(seed="empty")
    def test_it_has_both(self, reference_server):
        assert reference_server.app._quota.limit == 1

@pytest.mark.reference_server("demo")
def test_without_a_name(reference_server): ...

@pytest.mark.reference_server(seed="nope")
def test_unknown(reference_server): ...
""")

    output = pytest_on(tmp_path)

    assert "1 passed, 2 errors" in output
    assert (
        "reference_server takes its options by name, such as seed='demo', got ('demo',)" in output
    )
    assert "seed must be empty or demo, got 'nope'" in output


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import sys; sys.modules['starlette'] = None")
    (tmp_path / "test_mine.py").write_text(TESTS)

    output = pytest_on(tmp_path)

    assert "reference_server needs starlette: pip install 'toggl-focus[server]'" in output
    assert "2 errors" in output


def test_importing_the_plugin_costs_nothing() -> None:
    heavy = "{'starlette', 'uvicorn', 'jsonschema_rs', 'hypothesis', 'httpx', 'sqlite3'}"
    code = f"import sys, toggl_focus_server.pytest_plugin; print({heavy} & set(sys.modules))"

    output = subprocess.check_output([sys.executable, "-c", code], text=True)  # noqa: S603  # our own code

    assert output == "set()\n"
