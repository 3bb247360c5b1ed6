"""Comparing what a server was seen to do with the decisions."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from spec.check import decide

SEEN = {
    "D4": {"agrees": True, "cases": ["block-of-another-task#get"], "instead": []},
    "D16": {"agrees": False, "cases": ["nulls"], "instead": ["nulls: expected 400, got 204"]},
}


@pytest.mark.parametrize(("numbers", "status"), ((["D4"], 0), (["D4", "D16"], 1)))
def test_each_decision_is_confirmed_or_overturned(
    numbers: list[str],
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "observed.json"
    path.write_text(json.dumps({"decisions": {each: SEEN[each] for each in numbers}}))
    monkeypatch.setattr(sys, "argv", ["decide", str(path)])

    with pytest.raises(SystemExit) as ended:
        decide.main()

    printed = capsys.readouterr().out
    assert int(ended.value.code or 0) == status
    assert "D4 (a block under another task): confirmed by block-of-another-task#get" in printed
    assert ("D16 (null in a body): OVERTURNED" in printed) == bool(status)
    assert ("nulls: expected 400, got 204" in printed) == bool(status)


def test_a_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["decide", "/none/such.json"])

    with pytest.raises(SystemExit):
        decide.main()

    assert "cannot read /none/such.json" in capsys.readouterr().err
