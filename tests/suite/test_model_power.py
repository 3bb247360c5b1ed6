"""The model finds each planted fault within a few hundred steps."""

from __future__ import annotations

import pytest

from tests.suite.planted import PLANTED
from toggl_focus_conformance import create_app
from toggl_focus_conformance.model import Home, InProcess, run_model

STEPS = 1000


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    PLANTED[name](monkeypatch)

    with (
        create_app(seed="empty") as app,
        InProcess(app, app.prefix, app.accounts[0].api_key) as send,
    ):
        place = Home(
            app.accounts[0].organization_id, app.accounts[0].workspace_id, app.accounts[0].task_ids
        )
        run = run_model(send, place, steps=STEPS, shrink=False)

    assert run.failure is not None
