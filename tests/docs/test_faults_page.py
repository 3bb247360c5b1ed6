"""What docs/faults.md tells is what the client does now."""

from __future__ import annotations

from tests.support.faults import PAGE, drawn


def test_the_page_of_faults_is_as_it_would_be_drawn_now() -> None:
    now = drawn()

    told = PAGE.read_text(encoding="utf-8")

    assert told == now, "draw it anew: python -m tests.support.faults"
