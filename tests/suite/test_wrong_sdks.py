"""A wrong SDK is caught by the case that is meant to, and the right one by none."""

from __future__ import annotations

import pytest

from tests.suite.suite_helpers import graded, local
from tests.suite.wrong_sdks import CAUGHT_BY, Wrong
from toggl_focus_conformance.cases import load


@pytest.mark.parametrize("sdk", CAUGHT_BY, ids=lambda sdk: sdk.__name__)
def test_a_wrong_sdk_is_caught_by_its_case(sdk: type[Wrong]) -> None:
    cases = [case for case in load() if case.name == CAUGHT_BY[sdk]]

    run = graded(local(sdk), cases, silence=3, retry_failed=False)

    assert {"fail", "warn"} & {result.status for result in run.results}
    assert "harness error" not in run.counts


def test_the_cases_that_catch_wrong_sdks_pass_without_a_change() -> None:
    cases = [case for case in load() if case.name in set(CAUGHT_BY.values())]

    run = graded(local(Wrong), cases)

    assert [(each.id, each.reason) for each in run.results if each.status != "pass"] == []
