"""Run where the wheel is installed with the extra server only: serve and the fixture work."""

import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory

SUITE_ONLY = {"hypothesis", "pyyaml"}
GET = """
import os
from toggl_focus import TogglFocus
with TogglFocus() as client:
    print(client.time_blocks.get(100, 1001).duration)
"""
TEST = """
from toggl_focus import TogglFocus

def test_it(reference_server):
    key = reference_server.account.api_key
    with TogglFocus(base_url=reference_server.url, api_key=key) as client:
        assert client.time_blocks.get(100, 1001, organization_id=1, workspace_id=10).duration
"""


def main() -> None:
    """Fail with a sentence where something is not as it should be."""
    there = {each.metadata["Name"].lower() for each in distributions()}
    assert not there & SUITE_ONLY, f"the extra server installs {there & SUITE_ONLY}"

    run = _run("toggl_focus_conformance", "serve", "--", "python", "-c", GET)
    assert run.returncode == 0, run.stderr
    assert run.stdout == "3600\n", run.stdout
    run = _run("toggl_focus_conformance", "conformance", "list")
    assert "pip install 'toggl-focus[conformance]'" in run.stderr, run.stderr

    with TemporaryDirectory() as folder:
        Path(folder, "test_it.py").write_text(TEST, encoding="utf-8")
        run = _run("pytest", "-q", "-p", "no:cacheprovider", folder)
    assert run.returncode == 0, run.stdout
    print("With the extra server alone, `serve` and the fixture work, without Hypothesis.")


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    main()
