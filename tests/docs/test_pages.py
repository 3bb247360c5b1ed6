"""The pages that programs write are as they would be written now."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.examples import ROOT


@pytest.mark.parametrize("page", pages.WRITTEN)
def test_a_page_is_current_in_ci_too(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setenv("CI", "1")  # pytest does not shorten its lines there

    assert pages.current(page, check=True), f"run: nox -s pages -- {page}"


def test_a_page_that_is_not_current_is_named_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "docs" / "server.md"
    page.parent.mkdir()
    right = (ROOT / "docs" / "server.md").read_text("utf-8")
    page.write_text(right.replace("| 5 | Mari Tamm |", "| 5 | Mari Kask |"), encoding="utf-8")
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    outcomes: list[tuple[object, str]] = []
    for options in (["--check"], [], ["--check"]):
        monkeypatch.setattr(sys, "argv", ["pages", *options, "docs/server.md"])

        with pytest.raises(SystemExit) as ended:
            pages.main()

        outcomes.append((ended.value.code, capsys.readouterr().out))

    assert outcomes == [
        (True, "docs/server.md: is not current; run `nox -s pages`\n"),
        (False, "docs/server.md: written\n"),
        (False, ""),
    ]
    assert page.read_text("utf-8") == right
