"""Who may do what: 401 and 403, and that neither tells what exists."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.focus import Focus

BLOCKS = "/organizations/1/workspaces/10/tasks/100/time-blocks"
BLOCK = {"start": "2026-03-02T09:00:00Z"}


def test_a_key_and_a_password_both_open_the_door(focus: Focus) -> None:
    for account in focus.server.accounts[:2]:
        bearer = httpx.get(
            focus.server.url + BLOCKS, headers={"Authorization": f"bEARER {account.api_key}"}
        )
        # the second user's password has colons in it and is not ASCII
        basic = httpx.get(
            focus.server.url + BLOCKS,
            auth=httpx.BasicAuth(account.email.encode(), account.password.encode()),
        )

        assert (bearer.status_code, basic.status_code) == (200, 200)


@pytest.mark.parametrize(
    "authorization",
    (
        None,
        "",
        "Bearer",
        "Bearer toggl_sk_00000000000000000000000000000000",
        "Bearer 55555555555555555555555555555555",
        "Basic",
        "Basic ?",
        "Basic bWFyaUBleGFtcGxlLmNvbTp3cm9uZw==",
        "Basic bWFyaUBleGFtcGxlLmNvbQ==",
        "Basic bWFyaUBleGFtcGxl*LmNvbTpjb3JyZWN0IGhvcnNlIGJhdHRlcnkgc3RhcGxl",
        "Digest username=mari",
    ),
)
def test_without_valid_credentials_the_response_is_401(
    focus: Focus, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    response = httpx.get(focus.server.url + BLOCKS, headers=headers)

    assert response.status_code == 401
    assert response.json()["error"] == "invalid_session"
    assert response.json()["trace_id"] == "0" * 32
    assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "path",
    (
        pytest.param("/organizations/2/workspaces/20/tasks/200/time-blocks", id="foreign"),
        pytest.param("/organizations/9/workspaces/90/tasks/900/time-blocks", id="unknown"),
        pytest.param("/organizations/2/workspaces/10/tasks/100/time-blocks", id="wrong-parent"),
        pytest.param("/organizations/1/workspaces/20/tasks/200/time-blocks", id="foreign-child"),
        pytest.param("/organizations/1/workspaces/90/tasks/900/time-blocks", id="unknown-child"),
        pytest.param(
            "/organizations/1/workspaces/10/tasks/110/time-blocks", id="task-of-another-workspace"
        ),
        pytest.param("/organizations/1/workspaces/10/tasks/999/time-blocks", id="unknown-task"),
    ),
)
@pytest.mark.parametrize("method", ("GET", "POST"))
def test_what_is_not_yours_is_403_whether_it_exists_or_not(
    demo: Focus, method: str, path: str
) -> None:
    response = demo.http.request(
        method, demo.server.url + path, json=BLOCK if method == "POST" else None
    )

    assert (response.status_code, response.json()["error"]) == (403, "forbidden")


def test_403_comes_before_404_so_that_nobody_learns_of_a_foreign_block(demo: Focus) -> None:
    foreign = "/organizations/2/workspaces/20/tasks/200/time-blocks"

    responses = {
        demo.http.get(f"{demo.server.url}{foreign}/{block}").status_code
        for block in (1039, 999_999)
    }

    assert responses == {403}


def test_a_block_cannot_be_reached_through_another_task(demo: Focus) -> None:
    for method in ("GET", "DELETE"):
        assert demo.http.request(method, "/tasks/100/time-blocks/1002").status_code == 404
    assert demo.http.get("/tasks/102/time-blocks/1002").status_code == 200


def test_bulk_calls_do_not_reach_into_another_workspace(demo: Focus) -> None:
    foreign = 1038

    update = demo.http.patch("/time-blocks/bulk", json=[{"id": foreign, "duration": 1}])
    delete = demo.http.delete("/time-blocks/bulk", params={"ids": foreign})

    own = demo.http.get(
        f"{demo.server.url}/organizations/1/workspaces/11/tasks/110/time-blocks/{foreign}"
    )
    assert (update.status_code, delete.status_code) == (404, 404)
    assert own.json()["duration"] == 7200


def test_a_user_of_two_organizations_has_both_and_one_of_none_has_nothing(demo: Focus) -> None:
    _, both, _, none = demo.server.accounts
    paths = (
        "/organizations/1/workspaces/10/tasks/100",
        "/organizations/2/workspaces/20/tasks/200",
        "/organizations/1/workspaces/20/tasks/200",
    )

    statuses = [
        httpx.get(
            f"{demo.server.url}{path}/time-blocks",
            headers={"Authorization": f"Bearer {account.api_key}"},
        ).status_code
        for account in (both, none)
        for path in paths
    ]

    assert statuses == [200, 200, 403, 403, 403, 403]


@pytest.mark.parametrize(
    ("request_", "status"),
    (
        pytest.param({"path": "/x", "key": "bad"}, 404, id="an unknown route before all"),
        pytest.param({"path": "/organizations/x/workspaces/20", "key": "bad"}, 401, id="401 first"),
        pytest.param({"path": "/organizations/2/workspaces/x"}, 400, id="then 400 of the path"),
        pytest.param(
            {"path": "/organizations/2/workspaces/20", "query": "?page=0"}, 400, id="of the query"
        ),
        pytest.param({"path": "/organizations/2/workspaces/20", "body": b"{"}, 403, id="then 403"),
        pytest.param({"block": 999_999, "body": b"{"}, 404, id="then 404"),
        pytest.param({"block": 1001, "body": b"{"}, 400, id="then 400 of the body"),
    ),
)
def test_checks_come_in_their_order(demo: Focus, request_: dict[str, Any], status: int) -> None:
    path = request_.get("path", "/organizations/1/workspaces/10")
    block = request_.get("block")
    target = f"{demo.server.url}{path}/tasks/100/time-blocks" + (f"/{block}" if block else "")
    headers = {"Content-Type": "application/json"}
    if "key" in request_:
        headers["Authorization"] = f"Bearer {request_['key']}"

    response = demo.http.request(
        "PUT" if block else "GET",
        target + request_.get("query", ""),
        content=request_.get("body"),
        headers=headers,
    )

    assert response.status_code == status
