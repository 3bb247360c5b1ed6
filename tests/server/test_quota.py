"""The hourly quota: counted, shown, and then 402."""

from __future__ import annotations

import httpx
import pytest

from tests.server.focus import Clock, Focus, Serve

LEFT, RESETS = "x-toggl-quota-remaining", "x-toggl-quota-resets-in"
BLOCKS = "/tasks/100/time-blocks"


def status_and_quota(response: httpx.Response) -> tuple[int, str | None, str | None]:
    return response.status_code, response.headers.get(LEFT), response.headers.get(RESETS)


def test_without_a_quota_nothing_is_counted(focus: Focus) -> None:
    assert status_and_quota(focus.http.get(BLOCKS)) == (200, None, None)


def test_every_counted_response_shows_what_is_left_and_then_it_is_402(
    serve: Serve, clock: Clock
) -> None:
    focus = serve(quota=4)

    first = focus.http.get(BLOCKS)
    clock.tick(minutes=10, microseconds=-1)
    missing = focus.http.get(f"{BLOCKS}/999999")
    malformed = focus.http.post(BLOCKS, content=b"{", headers={"Content-Type": "application/json"})
    stream = focus.range(kind="time-blocks/stream")
    refused = focus.http.post(BLOCKS, json={"start": "2026-03-02T09:00:00Z"})

    assert status_and_quota(first) == (200, "3", "3600")
    assert status_and_quota(missing) == (404, "2", "3001")
    assert status_and_quota(malformed) == (400, "1", "3001")
    assert status_and_quota(stream) == (200, "0", "3001")
    assert status_and_quota(refused) == (402, "0", "3001")
    assert refused.json()["error"] == "quota_exceeded"


def test_a_refused_request_does_nothing_and_an_hour_later_all_is_well(
    serve: Serve, clock: Clock
) -> None:
    focus = serve(quota=1)
    focus.create()
    focus.http.post(BLOCKS, json={"start": "2026-03-02T09:00:00Z"})
    clock.tick(seconds=3599, microseconds=999_999)
    before = focus.http.get(BLOCKS)
    clock.tick(microseconds=1)

    after = focus.http.get(BLOCKS)

    assert status_and_quota(before) == (402, "0", "1")
    assert status_and_quota(after) == (200, "0", "3600")
    assert [block["id"] for block in after.json()["data"]] == [1]


@pytest.mark.parametrize(
    ("path", "status"),
    (
        ("/organizations/2/workspaces/20/tasks/200/time-blocks", 403),
        ("/organizations/1/workspaces/10/tasks/x/time-blocks", 400),
        ("/nothing", 404),
    ),
)
def test_what_never_reached_an_organization_is_not_counted(
    serve: Serve, path: str, status: int
) -> None:
    focus = serve(quota=1)

    assert status_and_quota(focus.http.get(focus.server.url + path)) == (status, None, None)
    assert status_and_quota(focus.http.get(BLOCKS))[1] == "0"


def test_users_and_organizations_are_counted_apart(serve: Serve) -> None:
    focus = serve(quota=1)
    mari, juri = focus.server.accounts[:2]
    calls = (
        (mari, "/organizations/1/workspaces/10/tasks/100"),
        (juri, "/organizations/1/workspaces/10/tasks/100"),
        (juri, "/organizations/2/workspaces/20/tasks/200"),
        (mari, "/organizations/1/workspaces/11/tasks/110"),
    )

    statuses = [
        httpx.get(
            f"{focus.server.url}{path}/time-blocks",
            headers={"Authorization": f"Bearer {account.api_key}"},
        ).status_code
        for account, path in calls
    ]

    assert statuses == [200, 200, 200, 402]
