"""Responses to common mistakes say what to do about them."""

from __future__ import annotations

import base64

import httpx
import pytest

from tests.server.focus import KEY, Focus

RANGE = "/organizations/1/workspaces/10/time-blocks"
TRACK_TOKEN = "0123456789abcdef0123456789abcdef"
PLUS = "a + in a URL arrives as a space: write it as %2B"
OFFSET = "add an offset: Z for UTC, or one such as +02:00, which is %2B02:00 in a URL"
BEARER = "Send the API key as a Bearer token: Authorization: Bearer toggl_sk_…"
TRACK = "This looks like a Toggl Track token, which does not work with Toggl Focus"


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("text", "hint"),
    (
        ("2026-01-05T00:00:00+02:00", PLUS),
        ("2026-01-05T00:00:00.5+0200", PLUS),
        ("2026-01-05", "add a time and an offset to the date, as in 2026-01-05T00:00:00Z"),
        ("2026-01-05T00:00:00", OFFSET),
        ("2026-01-05T00:00:00.123", OFFSET),
        ("2026-01-05%2000:00:00", OFFSET),
        ("2026-01-05%2000:00:00Z", "write T between the date and the time"),
        ("2026-01-05%2000:00:00%2B02:00", "write T between the date and the time"),
        ("2026-13-05T00:00:00Z", ""),
        ("yesterday", ""),
    ),
)
@pytest.mark.parametrize("name", ("date_from", "date_to"))
def test_a_timestamp_that_is_nearly_right(focus: Focus, name: str, text: str, hint: str) -> None:
    other = {"date_from": "date_to", "date_to": "date_from"}[name]

    response = focus.http.get(f"/time-blocks/stream?{name}={text}&{other}=2026-01-06T00:00:00Z")

    message: str = response.json()["error_description"]
    assert response.status_code == 400
    assert message.startswith(f"query parameter {name}: ")
    assert message.endswith(f"; {hint}") if hint else ";" not in message


@pytest.mark.parametrize(
    ("text", "hint"),
    (
        ("2026-01-05", "as in 2026-01-05T00:00:00Z"),
        ("2026-01-05T09:00:00", OFFSET),
        ("2026-01-05 09:00:00Z", "write T between the date and the time"),
        ("2026-01-05T09:00:00 +02:00", ""),
    ),
)
def test_a_timestamp_in_a_body_that_is_nearly_right(focus: Focus, text: str, hint: str) -> None:
    responses = [
        focus.http.post("/tasks/100/time-blocks", json={"start": text}),
        focus.http.post(
            "/time-blocks/bulk", json={"time_blocks": [{"start": text, "task_id": 100}]}
        ),
    ]

    for response in responses:
        assert response.status_code == 400
        message = response.json()["error_description"]
        assert message.endswith(hint) if hint else ";" not in message


@pytest.mark.parametrize(
    ("authorization", "hint"),
    (
        (KEY, BEARER),
        (f"Token {KEY}", BEARER),
        (basic(KEY), BEARER),
        (basic(f"{KEY}:"), BEARER),
        (basic(f"{KEY}:api_token"), BEARER),
        (basic(f"mari@example.com:{KEY}"), BEARER),
        (f"Bearer {TRACK_TOKEN}", TRACK),
        (TRACK_TOKEN, TRACK),
        (basic(f"{TRACK_TOKEN}:api_token"), TRACK),
        (f"Bearer {KEY}0", "The API key, or the email and password, are not valid"),
        ("", "Send an API key as a Bearer token, or email and password as Basic credentials"),
    ),
)
def test_credentials_that_are_nearly_right(focus: Focus, authorization: str, hint: str) -> None:
    url = f"{focus.server.url}/organizations/1/workspaces/10/tasks/100/time-blocks"

    response = httpx.get(url, headers={"Authorization": authorization})

    assert (response.status_code, response.json()["error_description"]) == (401, hint)
    assert KEY not in response.text


@pytest.mark.parametrize(
    ("path", "meant"),
    (
        (RANGE, f"/api{RANGE}"),
        (f"{RANGE}/", f"/api{RANGE}"),
        (f"/api{RANGE}/", f"/api{RANGE}"),
        (f"/api/{RANGE}", f"/api{RANGE}"),
        (f"/api/api{RANGE}", f"/api{RANGE}"),
    ),
)
def test_a_path_that_is_nearly_right(focus: Focus, path: str, meant: str) -> None:
    response = focus.http.get(focus.server.url.removesuffix("/api") + path)

    message = f"There is nothing at {path}; the path may have to be {meant}"
    assert (response.status_code, response.json()["error_description"]) == (404, message)


def test_a_404_of_any_other_path_says_where_to_look(focus: Focus) -> None:
    response = httpx.get(f"{focus.server.url}/time-blocks")

    message = response.json()["error_description"]
    assert message == "There is nothing at /api/time-blocks; GET / says what there is"


def test_a_message_does_not_repeat_a_long_path(focus: Focus) -> None:
    response = httpx.get(f"{focus.server.url}/{'x' * 10_000}")

    assert len(response.content) < 1000
