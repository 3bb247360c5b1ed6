"""Pages: which blocks belong, and in what order."""

from __future__ import annotations

import pytest

from tests.server.focus import Clock, Focus

NINE, TEN, ELEVEN = (f"2026-03-02T{hour:02}:00:00Z" for hour in (9, 10, 11))


@pytest.mark.parametrize(
    ("start", "duration", "count"),
    (
        ("2026-03-02T09:30:00Z", 60, 1),
        ("2026-03-02T08:00:00Z", 4 * 3600, 1),
        ("2026-03-02T08:00:00Z", 3600, 1),
        ("2026-03-02T08:00:00Z", 3599, 0),
        ("2026-03-02T07:59:59.999999Z", 3600, 0),
        ("2026-03-02T08:00:00Z", None, 0),
        ("2026-03-02T09:00:00Z", None, 1),
        ("2026-03-02T09:00:00Z", 0, 1),
        ("2026-03-02T10:00:00Z", None, 1),
        ("2026-03-02T10:00:00Z", 60, 1),
        ("2026-03-02T10:00:00.000001Z", 60, 0),
        ("2026-03-02T08:59:59.999999Z", None, 0),
        ("2026-03-02T08:00:00Z", 2**63 - 1, 1),
        ("2026-03-02T12:00:00+02:00", None, 1),
    ),
)
@pytest.mark.parametrize("kind", ("time-blocks", "time-blocks/stream"))
def test_a_block_belongs_to_a_range_that_it_overlaps_ends_included(
    focus: Focus,
    kind: str,
    start: str,
    duration: int | None,
    count: int,
) -> None:
    focus.create(start, **({} if duration is None else {"duration": duration}))

    response = focus.range(NINE, TEN, kind).json()

    assert len(response if kind.endswith("stream") else response["data"]) == count


def test_a_range_may_be_a_single_point_in_time_and_its_ends_have_offsets(focus: Focus) -> None:
    focus.create(TEN)

    for timestamp in (TEN, "2026-03-02T15:45:00+05:45"):
        assert len(focus.range(timestamp, timestamp).json()["data"]) == 1


@pytest.mark.parametrize(
    ("first", "last", "status"),
    (
        ("2026-03-02T10:00:00.0000009Z", "2026-03-02T10:00:00.0000001Z", 200),
        ("2026-03-02T10:00:00.000001Z", "2026-03-02T10:00:00.0000009Z", 400),
        ("2026-03-02T10:00:00.000001Z", "2026-03-02T10:00:00.000000Z", 400),
    ),
)
def test_the_ends_of_a_range_are_compared_without_digits_beyond_microseconds(
    focus: Focus, first: str, last: str, status: int
) -> None:
    focus.create(TEN)

    response = focus.range(first, last)

    assert response.status_code == status
    assert status == 400 or len(response.json()["data"]) == 1


def test_a_list_shows_only_its_own_task_and_workspace(demo: Focus) -> None:
    tasks = [b["task_id"] for b in demo.http.get("/tasks/102/time-blocks").json()["data"]]
    everything = demo.range(kind="time-blocks/stream").json()

    assert set(tasks) == {102}
    assert {block["workspace_id"] for block in everything} == {10}


@pytest.mark.parametrize(
    ("query", "count"),
    (
        ({"task_id": 102}, 7),
        ({"status_id": 4}, 7),
        ({"task_id": 102, "status_id": 4}, 7),
        ({"task_id": 102, "status_id": 1}, 0),
        ({"task_id": 200}, 0),
        ({"task_id": 999_999}, 0),
        ({"status_id": 999_999}, 0),
    ),
)
def test_filters_narrow_a_range_and_tell_nothing_of_others(
    demo: Focus, query: dict[str, int], count: int
) -> None:
    assert len(demo.ids(**query)) == count


@pytest.mark.parametrize(
    ("query", "ids"),
    (
        ({}, [1]),
        ({"archived": "false"}, [1]),
        ({"archived": "true"}, [2]),
        ({"archived": ""}, [1, 2]),
    ),
)
def test_archived_chooses_between_active_and_archived_blocks(
    focus: Focus, query: dict[str, str], ids: list[int]
) -> None:
    _, archived, deleted = (focus.create() for _ in range(3))
    focus.http.post(f"{focus.path(archived)}/archive")
    focus.http.post(f"{focus.path(deleted)}/archive")
    focus.http.delete(focus.path(deleted))

    listed = focus.http.get("/tasks/100/time-blocks", params=query).json()["data"]
    ranged = focus.range(**query).json()["data"]
    streamed = focus.range(kind="time-blocks/stream", **query).json()

    for blocks in (listed, ranged, streamed):
        assert [block["id"] for block in blocks] == ids


def a_house_of_ties(focus: Focus, clock: Clock) -> None:
    """Ids 1 to 6; starts and tasks tie, and the fourth was changed last."""
    for start, task in ((TEN, 101), (NINE, 102), (TEN, 100), (NINE, 101), (NINE, 100), (TEN, 101)):
        focus.create(start, task)
        clock.tick(seconds=1)
    focus.http.patch("/tasks/101/time-blocks/4", json={"duration": 1})


@pytest.mark.parametrize(
    ("order", "ids"),
    (
        (None, [2, 4, 5, 1, 3, 6]),
        ("start", [2, 4, 5, 1, 3, 6]),
        ("-start", [1, 3, 6, 2, 4, 5]),
        ("task_id", [3, 5, 1, 4, 6, 2]),
        ("-task_id", [2, 1, 4, 6, 3, 5]),
        ("created_at", [1, 2, 3, 4, 5, 6]),
        ("-created_at", [6, 5, 4, 3, 2, 1]),
        ("updated_at", [1, 2, 3, 5, 6, 4]),
        ("-start,task_id", [3, 1, 6, 5, 4, 2]),
        ("task_id,-start", [3, 5, 1, 6, 4, 2]),
        ("task_id%2C-created_at", [5, 3, 6, 4, 1, 2]),
        ("start,-start,-created_at", [5, 4, 2, 6, 3, 1]),
    ),
)
def test_blocks_are_ordered_by_every_key_and_the_id_breaks_ties(
    focus: Focus, clock: Clock, order: str | None, ids: list[int]
) -> None:
    a_house_of_ties(focus, clock)
    window = f"date_from={NINE}&date_to={ELEVEN}" + (f"&order_by={order}" if order else "")
    repeated = window.replace(",", "&order_by=")

    for path in (f"/time-blocks?{window}", f"/time-blocks?{repeated}"):
        assert [b["id"] for b in focus.http.get(path).json()["data"]] == ids
    assert [b["id"] for b in focus.http.get(f"/time-blocks/stream?{window}").json()] == ids


def test_the_id_breaks_ties_whatever_the_filter(focus: Focus) -> None:
    ids = [focus.create(NINE, task)["id"] for task in (104, 101, 104)]

    assert focus.ids(status_id=1) == focus.ids(status_id=1, order_by="-start") == ids


@pytest.mark.parametrize("per_page", (1, 2, 3, 5, 6, 7, 100))
def test_pages_make_up_the_whole_without_overlap(focus: Focus, clock: Clock, per_page: int) -> None:
    a_house_of_ties(focus, clock)
    seen: list[int] = []

    for page in range(1, 8):
        response = focus.range(page=page, per_page=per_page).json()
        assert (response["page"], response["per_page"]) == (page, per_page)
        seen += [block["id"] for block in response["data"]]

    assert seen == [2, 4, 5, 1, 3, 6]


def test_a_page_is_the_first_of_20_by_default(demo: Focus) -> None:
    response = demo.range().json()

    assert (response["page"], response["per_page"], len(response["data"])) == (1, 20, 20)


@pytest.mark.parametrize("page", (3, 2**62, 2**63 - 1))
def test_a_page_past_the_end_is_empty(demo: Focus, page: int) -> None:
    response = demo.range(page=page, per_page=100)

    assert (response.status_code, response.json()["data"]) == (200, [])


def test_a_key_that_was_ordered_by_already_changes_nothing(demo: Focus) -> None:
    once = demo.ids(order_by="-start,task_id")

    assert demo.ids(order_by="-start,task_id" + ",start" * 3000) == once
