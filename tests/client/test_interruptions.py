"""After an interruption at any point a client still works, and nothing of it is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import interruptions

CALLS = 60


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted in /proc")
@pytest.mark.parametrize("kind", interruptions.KINDS)
def test_an_interrupted_client_loses_nothing_and_works(kind: str) -> None:
    command = [sys.executable, interruptions.__file__, str(CALLS), kind]

    printed = subprocess.run(command, capture_output=True, check=True, text=True, timeout=100)  # noqa: S603  (our words)

    _, counts = json.loads(printed.stdout)
    assert counts.pop("interrupted") >= CALLS
    assert counts.pop("good calls") == interruptions.GOOD
    assert {name: count for name, count in counts.items() if name != "points" and count} == {}
    assert printed.stderr == ""
