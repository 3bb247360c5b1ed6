"""One block at a time: what create, get, put, patch, delete, restore and archive do to it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.focus import Clock, Focus
from toggl_focus_server.description import packaged

CREATED = "2026-02-02T08:00:00.123456Z"
LATER = "2026-02-02T09:00:00.123456Z"
STATES = ("completed_at", "archived_at", "deleted_at")


def test_a_new_block_is_returned_complete_and_reads_the_same(focus: Focus) -> None:
    block = focus.create("2026-03-02T09:00:00Z", duration=5400)

    expected = {
        "id": block["id"],
        "workspace_id": 10,
        "task_id": 100,
        "toggl_user_id": focus.server.account.id,
        "start": "2026-03-02T09:00:00Z",
        "duration": 5400,
        "timezone": "Europe/Tallinn",
        "description": None,
        "calendar_event_id": None,
        "created_at": CREATED,
        "updated_at": CREATED,
        "completed_at": None,
        "archived_at": None,
        "deleted_at": None,
    }
    described = packaged().components["schemas"]["TimeBlock"]["properties"]
    assert block == {name: expected.get(name) for name in described}
    assert focus.get(block) == block


@pytest.mark.parametrize(
    ("user", "workspace", "task", "zone"),
    (
        pytest.param(5, 11, 110, "Europe/London", id="the workspace's"),
        pytest.param(5, 10, 100, "Europe/Tallinn", id="the creator's"),
        pytest.param(6, 10, 100, "Europe/Helsinki", id="another creator's"),
        pytest.param(7, 20, 200, None, id="not known"),
    ),
)
def test_a_new_block_is_in_the_time_zone_of_its_workspace_or_else_of_its_creator(
    focus: Focus, user: int, workspace: int, task: int, zone: str | None
) -> None:
    (account,) = (each for each in focus.server.accounts if each.id == user)
    (organization,) = (first for first, second in account.workspaces if second == workspace)
    base = f"{focus.server.url}/organizations/{organization}/workspaces/{workspace}"
    http = httpx.Client(base_url=base, headers={"Authorization": f"Bearer {account.api_key}"})
    start = {"start": "2026-03-02T09:00:00Z"}

    with http:
        block = http.post(f"/tasks/{task}/time-blocks", json=start).json()
        path = f"/tasks/{task}/time-blocks/{block['id']}"
        entries = {"time_blocks": [{**start, "task_id": task}]}
        (other,) = http.post("/time-blocks/bulk", json=entries).json()
        replaced = http.put(path, json=start)
        kept = http.get(path).json()

    assert replaced.status_code == 204
    assert [each["timezone"] for each in (block, other, kept)] == [zone] * 3


@pytest.mark.parametrize(
    ("sent", "kept"),
    (
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"),
        ("2026-03-02t09:00:00z", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:00+05:45", "2026-03-02T03:15:00Z"),
        ("2026-03-02T09:00:00-00:30", "2026-03-02T09:30:00Z"),
        ("2026-03-02T09:00:00-00:00", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:00.000001Z", "2026-03-02T09:00:00.000001Z"),
        ("2026-03-02T09:00:00.5Z", "2026-03-02T09:00:00.500000Z"),
        ("2026-03-02T09:00:00.123456789Z", "2026-03-02T09:00:00.123456Z"),
        ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
        ("2024-02-29T00:00:00+14:00", "2024-02-28T10:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00-23:59", "0001-01-01T23:59:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ),
)
def test_a_timestamp_comes_back_in_utc_to_the_microsecond(
    focus: Focus, sent: str, kept: str
) -> None:
    assert focus.get(focus.create(sent))["start"] == kept


@pytest.mark.parametrize("duration", (0, 1, 59, 2**53 + 1, 2**63 - 1))
def test_a_duration_is_kept_to_the_second(focus: Focus, duration: int) -> None:
    block = focus.create(duration=duration)

    assert focus.get(block)["duration"] == duration
    assert focus.ids() == [block["id"]]


@pytest.mark.parametrize(
    ("body", "stamp"), (({"completed": True}, CREATED), ({"completed": False}, None))
)
def test_a_block_can_be_born_completed(
    focus: Focus, body: dict[str, Any], stamp: str | None
) -> None:
    assert focus.create(**body)["completed_at"] == stamp


def test_put_replaces_and_empties_what_is_omitted(focus: Focus, clock: Clock) -> None:
    block = focus.create(duration=60, completed=True)
    clock.tick(hours=1)

    response = focus.http.put(focus.path(block), json={"start": "2026-03-03T09:00:00Z"})

    assert response.status_code == 204
    assert focus.get(block) == block | {
        "start": "2026-03-03T09:00:00Z",
        "duration": None,
        "completed_at": None,
        "updated_at": LATER,
    }


def test_put_has_no_task_of_its_own(focus: Focus) -> None:
    block = focus.create()

    focus.http.put(focus.path(block), json={"start": block["start"], "task_id": 102})

    assert focus.get(block)["task_id"] == 100


@pytest.mark.parametrize(
    ("change", "kept"),
    (
        ({"start": "2026-03-03T09:00:00Z"}, {"start": "2026-03-03T09:00:00Z"}),
        ({"duration": 0}, {"duration": 0}),
        ({"completed": False}, {"completed_at": None}),
        ({"completed": True}, {}),
        ({"duration": 60, "colour": "blue", "description": "no field of a request"}, {}),
    ),
)
def test_patch_changes_what_is_given_and_keeps_the_rest(
    focus: Focus, clock: Clock, change: dict[str, Any], kept: dict[str, Any]
) -> None:
    block = focus.create(duration=60, completed=True)
    clock.tick(hours=1)

    response = focus.http.patch(focus.path(block), json=change)

    assert response.status_code == 204
    assert focus.get(block) == block | kept | {"updated_at": LATER}


@pytest.mark.parametrize("change", ({}, {"outbound_sync": False}, {"colour": "blue"}))
def test_patch_without_a_field_changes_nothing(
    focus: Focus, clock: Clock, change: dict[str, Any]
) -> None:
    block = focus.create(duration=60)
    clock.tick(hours=1)

    response = focus.http.patch(focus.path(block), json=change)

    assert response.status_code == 204
    assert focus.get(block) == block


def test_patch_moves_a_block_to_another_task(focus: Focus) -> None:
    block = focus.create()

    response = focus.http.patch(focus.path(block), json={"task_id": 102})

    assert response.status_code == 204
    assert focus.http.get(focus.path(block)).status_code == 404
    assert focus.get(block | {"task_id": 102})["task_id"] == 102


@pytest.mark.parametrize("task", (110, 200, 999_999))
def test_patch_moves_nothing_to_a_task_that_is_not_yours(focus: Focus, task: int) -> None:
    block = focus.create(duration=60)

    response = focus.http.patch(focus.path(block), json={"task_id": task, "duration": 1})

    assert response.status_code == 403
    assert focus.get(block) == block


def test_reading_moves_no_stamp(focus: Focus, clock: Clock) -> None:
    block = focus.create()
    clock.tick(hours=1)

    focus.ids()

    assert focus.get(block) == focus.get(block) == block


def test_delete_is_soft_and_restore_undoes_it(focus: Focus, clock: Clock) -> None:
    block = focus.create(duration=60, completed=True)
    focus.http.post(f"{focus.path(block)}/archive")
    archived = focus.get(block)
    clock.tick(hours=1)

    deleted = focus.http.delete(focus.path(block), params={"outbound_sync": "false"})
    gone = focus.http.get(focus.path(block))
    restored = focus.http.patch(f"{focus.path(block)}/restore")

    assert [deleted.status_code, gone.status_code, restored.status_code] == [204, 404, 204]
    assert focus.get(block) == archived | {"updated_at": LATER}


@pytest.mark.parametrize(
    ("method", "suffix"),
    (
        ("GET", ""),
        ("PUT", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/archive"),
        ("POST", "/unarchive"),
    ),
)
def test_a_deleted_block_is_not_found(focus: Focus, method: str, suffix: str) -> None:
    block = focus.create()
    focus.http.delete(focus.path(block))

    response = focus.http.request(
        method, focus.path(block) + suffix, json={"start": block["start"]}
    )

    assert (response.status_code, response.json()["error"]) == (404, "not_found")
    assert focus.ids(archived="") == []


@pytest.mark.parametrize(
    ("method", "suffix"),
    (
        ("GET", ""),
        ("PUT", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/archive"),
        ("POST", "/unarchive"),
        ("PATCH", "/restore"),
    ),
)
def test_an_unknown_block_is_not_found(focus: Focus, method: str, suffix: str) -> None:
    path = f"/tasks/100/time-blocks/999999{suffix}"

    response = focus.http.request(method, path, json={"start": "2026-03-02T09:00:00Z"})

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("before", "again"),
    (
        ([], ("PATCH", "restore")),
        ([], ("POST", "unarchive")),
        ([("POST", "archive")], ("POST", "archive")),
    ),
)
def test_what_is_so_already_stays_as_it_is(
    focus: Focus, clock: Clock, before: list[tuple[str, str]], again: tuple[str, str]
) -> None:
    block = focus.create()
    for method, action in before:
        focus.http.request(method, f"{focus.path(block)}/{action}")
    found = focus.get(block)
    clock.tick(hours=1)

    response = focus.http.request(again[0], f"{focus.path(block)}/{again[1]}")

    assert response.status_code == 204
    assert focus.get(block) == found


def test_a_deleted_block_is_restored_under_its_own_task_only(focus: Focus) -> None:
    block = focus.create()
    path = focus.path(block)
    focus.http.delete(path)

    elsewhere = focus.http.patch(path.replace("/tasks/100/", "/tasks/101/") + "/restore")
    still_deleted = focus.http.get(path)
    here = focus.http.patch(path + "/restore")

    assert [elsewhere.status_code, still_deleted.status_code, here.status_code] == [404, 404, 204]
    assert focus.get(block)["id"] == block["id"]


def test_archived_and_completed_are_apart(focus: Focus, clock: Clock) -> None:
    block = focus.create(completed=True)
    clock.tick(hours=1)

    focus.http.post(f"{focus.path(block)}/archive")
    focus.http.patch(focus.path(block), json={"duration": 60})
    archived = focus.get(block)
    focus.http.post(f"{focus.path(block)}/unarchive")

    assert [archived[state] for state in STATES] == [CREATED, LATER, None]
    assert [focus.get(block)[state] for state in STATES] == [CREATED, None, None]


def test_a_second_completion_keeps_the_first_stamp(focus: Focus, clock: Clock) -> None:
    block = focus.create(completed=True)
    clock.tick(hours=1)

    focus.http.put(focus.path(block), json={"start": block["start"], "completed": True})

    assert focus.get(block)["completed_at"] == CREATED


def test_a_response_without_content_has_no_body_and_no_length(focus: Focus) -> None:
    block = focus.create()

    response = focus.http.patch(focus.path(block), json={"duration": 1})

    assert response.content == b""
    assert not {"content-length", "content-type", "transfer-encoding"} & set(response.headers)


def test_ids_are_never_given_twice(focus: Focus) -> None:
    first = focus.create()
    focus.http.delete(focus.path(first))

    second = focus.create()

    assert second["id"] > first["id"]
