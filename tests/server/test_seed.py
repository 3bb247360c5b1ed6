"""What a new server begins with, and where in time that lies."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.server.focus import Clock, Focus, Serve
from toggl_focus_conformance import ReferenceServer, create_app
from toggl_focus_conformance.cli.commands import serve as command
from toggl_focus_server.seed import MONDAY

LATER = timedelta(weeks=46)
THURSDAY = datetime(2026, 12, 3, 15, 30, tzinfo=UTC)


def test_the_command_the_class_and_the_application_begin_with_the_same_seed() -> None:
    functions: tuple[Callable[..., object], ...] = (ReferenceServer, create_app)
    defaults = {
        str(inspect.signature(each).parameters[name].default)
        for each in functions
        for name in ("seed",)
    }
    (option,) = (each for each in command.params if each.name == "seed")

    assert defaults == {option.default} == {"demo"}


def dates(value: Any) -> Iterator[datetime]:
    """Every date and time within a value."""
    if isinstance(value, dict):
        for each in value.values():
            yield from dates(each)
    elif isinstance(value, list):
        for each in value:
            yield from dates(each)
    elif isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d(T|$)", value):
        yield datetime.fromisoformat(value).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "span"),
    (
        (THURSDAY, LATER),
        (datetime(2026, 11, 30, tzinfo=UTC), LATER),
        (datetime(2026, 12, 6, 23, 59, 59, tzinfo=UTC), LATER),
        # still Sunday in UTC
        (
            datetime(2026, 11, 30, 1, tzinfo=timezone(timedelta(hours=2))),
            LATER - timedelta(weeks=1),
        ),
        (datetime(2020, 2, 29, tzinfo=UTC), timedelta(weeks=-307)),
    ),
)
def test_the_demo_can_be_moved_to_the_current_week(
    serve: Serve, now: datetime, span: timedelta
) -> None:
    fixed, moved = (
        serve(seed="demo", week=week, clock=Clock(now)) for week in ("fixed", "current")
    )

    def stream(focus: Focus, first: datetime) -> list[Any]:
        last = first + timedelta(weeks=2)
        found: list[Any] = focus.range(
            first.isoformat(), last.isoformat(), "time-blocks/stream", archived=""
        ).json()
        return found

    then = datetime(2026, 1, 5, tzinfo=UTC)
    before, after = stream(fixed, then), stream(moved, then + span)

    assert len(before) == 35
    assert [date + span for date in dates(before)] == list(dates(after))
    assert [block["id"] for block in before] == [block["id"] for block in after]


def test_the_second_week_of_the_demo_is_the_current_one(serve: Serve) -> None:
    focus = serve(seed="demo", week="current", clock=Clock(THURSDAY))
    monday = datetime(2026, 11, 30, tzinfo=UTC)

    week = focus.range(
        monday.isoformat(), (monday + timedelta(days=7)).isoformat(), per_page=100
    ).json()["data"]

    assert len(week) > 10
    assert f"{monday:%Y-%m-%d}" in focus.server.app.pages.curl("")
    assert f"{MONDAY}" in serve().server.app.pages.curl("")


def test_an_unknown_week_is_refused() -> None:
    with pytest.raises(ValueError, match="week must be fixed or current, got 'next'"):
        create_app(week="next")  # type: ignore[arg-type]
