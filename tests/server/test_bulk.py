"""Many blocks in one call: all of it or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.server.focus import Clock, Focus

BULK = "/time-blocks/bulk"
START = "2026-03-02T09:00:00Z"


def test_blocks_come_back_in_the_order_they_were_given(focus: Focus) -> None:
    wanted = [{"start": START, "task_id": 100 + n % 3, "duration": n} for n in range(100)]

    response = focus.http.post(BULK, json={"time_blocks": wanted})

    assert response.status_code == 201
    blocks = response.json()
    assert [(b["task_id"], b["duration"]) for b in blocks] == [
        (w["task_id"], w["duration"]) for w in wanted
    ]
    assert [focus.get(block) for block in blocks[:3]] == blocks[:3]


@pytest.mark.parametrize(
    ("bad", "status"),
    (
        ({"start": "2026-03-02", "task_id": 100}, 400),
        ({"start": START}, 400),
        ({"task_id": 100}, 400),
        ({"start": START, "task_id": 0}, 400),
        ({"start": START, "task_id": 110}, 403),
        ({"start": START, "task_id": 999_999}, 403),
    ),
)
def test_one_bad_entry_creates_none(focus: Focus, bad: dict[str, Any], status: int) -> None:
    response = focus.http.post(
        BULK, json={"time_blocks": [{"start": START, "task_id": 100}] * 3 + [bad]}
    )

    assert response.status_code == status
    assert focus.ids() == []


def test_updates_change_each_entry_on_its_own(focus: Focus, clock: Clock) -> None:
    first, second, third = (focus.create(duration=60) for _ in range(3))
    clock.tick(hours=1)

    response = focus.http.patch(
        BULK,
        json=[
            {"id": third["id"], "completed": True},
            {"id": first["id"], "task_id": 102, "start": "2026-03-03T09:00:00Z"},
            {"id": second["id"]},
        ],
    )

    stamp = "2026-02-02T09:00:00.123456Z"
    moved = {"task_id": 102, "start": "2026-03-03T09:00:00Z", "updated_at": stamp}
    assert (response.status_code, response.content) == (204, b"")
    assert focus.get(third) == third | {"completed_at": stamp, "updated_at": stamp}
    assert focus.get(first | moved) == first | moved
    assert focus.get(second) == second


@pytest.mark.parametrize(
    ("bad", "status"),
    (
        ({"id": 999_999}, 404),
        ({"id": 1}, 404),
        ({"id": 2, "duration": 1}, 400),
        ({"id": 3, "duration": None}, 400),
        ({"id": "3"}, 400),
        ({"duration": 1}, 400),
        ({"id": 3, "task_id": 110}, 403),
    ),
)
def test_one_bad_entry_updates_none(focus: Focus, bad: dict[str, Any], status: int) -> None:
    deleted, good, _ = (focus.create(duration=60) for _ in range(3))
    focus.http.delete(focus.path(deleted))
    assert (deleted["id"], good["id"]) == (1, 2)

    response = focus.http.patch(BULK, json=[{"id": 2, "duration": 5}, bad])

    assert response.status_code == status
    assert focus.get(good) == good


def test_a_foreign_task_comes_before_an_unknown_block(focus: Focus) -> None:
    response = focus.http.patch(BULK, json=[{"id": 999_999}, {"id": 1, "task_id": 110}])

    assert response.status_code == 403
    assert "Task 110" in response.json()["error_description"]


@pytest.mark.parametrize("count", (0, 101))
@pytest.mark.parametrize("method", ("POST", "PATCH", "DELETE"))
def test_a_call_takes_1_to_100_entries(focus: Focus, method: str, count: int) -> None:
    items = [{"id": n + 1, "start": START, "task_id": 100} for n in range(count)]
    response = (
        focus.http.delete(BULK, params={"ids": ",".join(str(item["id"]) for item in items)})
        if method == "DELETE"
        else focus.http.request(
            method, BULK, json={"time_blocks": items} if method == "POST" else items
        )
    )

    assert (response.status_code, response.json()["error"]) == (400, "validation")


@pytest.mark.parametrize(
    "query", ("ids=1,2", "ids=1%2C2", "ids=1&ids=2", "ids=2,1,2,1", "ids=1,2&outbound_sync=true")
)
def test_delete_takes_ids_with_commas_and_repeated_keys(focus: Focus, query: str) -> None:
    for _ in range(3):
        focus.create()

    response = focus.http.delete(f"{BULK}?{query}")

    assert (response.status_code, response.content) == (204, b"")
    assert focus.ids() == [3]


@pytest.mark.parametrize(
    ("query", "status"),
    (
        ("", 400),
        ("?ids=", 400),
        ("?ids[]=1", 400),
        ("?ids=1,,2", 400),
        ("?ids=1,x", 400),
        ("?ids=[1,2]", 400),
        ("?ids=1%202", 400),
        ("?ids=1,-2", 400),
        ("?ids=1,9223372036854775808", 400),
        ("?ids=1&outbound_sync=0", 400),
        ("?ids=1,2,999999", 404),
        ("?ids=1,3", 404),
    ),
)
def test_a_bad_delete_deletes_nothing(focus: Focus, query: str, status: int) -> None:
    for _ in range(3):
        focus.create()
    focus.http.delete("/tasks/100/time-blocks/3")

    response = focus.http.request("DELETE", BULK + query, json={"ids": [1, 2]})

    assert response.status_code == status
    assert focus.ids() == [1, 2]


def test_parallel_creations_and_changes_lose_nothing(focus: Focus) -> None:
    block = focus.create()

    def work(n: int) -> int:
        field = {"duration": 7} if n % 2 else {"completed": True}
        assert focus.http.patch(focus.path(block), json=field).status_code == 204
        return int(focus.create()["id"])

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(work, range(40)))

    assert len(set(ids)) == 40
    changed = focus.get(block)
    assert (changed["duration"], changed["completed_at"] is None) == (7, False)
