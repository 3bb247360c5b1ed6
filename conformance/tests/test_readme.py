"""What the README shows works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from toggl_focus_conformance import ReferenceServer

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_example_for_a_calendar_runs(
    server: ReferenceServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TOGGL_FOCUS_BASE_URL", server.url)
    example = EXAMPLES[0].replace("toggl_sk_…", server.account.api_key)

    exec(example, {})  # noqa: S102  (the README's)

    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("2026-01-12 ")
    expected = re.search(r"print\(error\)  # (.*) \(trace …\)", example)
    assert expected
    assert told[-1].startswith(expected[1])


def test_the_example_for_a_server_is_a_test_that_passes(server: ReferenceServer) -> None:
    names: dict[str, Any] = {}

    exec(EXAMPLES[1], names)  # noqa: S102  (the README's)

    names["test_my_report"](server)


def test_every_file_that_the_readme_names_is_there() -> None:
    for name in re.findall(r"\]\(([^):]+)\)", README):
        assert (ROOT / name).exists(), name
