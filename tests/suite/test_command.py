"""The command where the extra is not installed: it says what it is, and what is missing."""

from __future__ import annotations

import sys
from typing import Any, cast

import pytest

import toggl_focus
from toggl_focus_conformance.cli import main


def run(*words: str, monkeypatch: pytest.MonkeyPatch) -> str | int | None:
    """Run the command as if click were not installed, and return how it ends."""
    for name in ("click", "toggl_focus_conformance.cli.commands"):
        monkeypatch.setitem(cast("dict[str, Any]", sys.modules), name, None)
        if name != "click":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "argv", ["toggl-focus", *words])
    try:
        main()
    except SystemExit as end:
        return end.code
    return 0


def test_it_says_which_version_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--version", monkeypatch=monkeypatch) == 0
    assert capsys.readouterr().out == f"toggl-focus, version {toggl_focus.__version__}\n"


@pytest.mark.parametrize("words", ((), ("--help",), ("-h",), ("serve", "--help")))
def test_it_helps(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, monkeypatch=monkeypatch) == 0

    printed = capsys.readouterr().out
    assert printed.startswith("Usage: toggl-focus COMMAND\n")
    assert "need click, which is not installed" in printed
    assert "pip install 'toggl-focus[conformance]'" in printed


@pytest.mark.parametrize(
    ("command", "extra"),
    (("serve", "server"), ("demo", "server"), ("conformance", "conformance")),
)
def test_a_command_says_what_to_install(
    command: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = run(command, monkeypatch=monkeypatch)

    assert isinstance(code, str)
    assert "needs click" in code
    assert f"pip install 'toggl-focus[{extra}]'" in code
