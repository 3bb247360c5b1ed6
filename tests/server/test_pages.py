"""What browsers, containers and generators find: CORS, the start page, health, the description."""

from __future__ import annotations

import json
import shlex
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from tests.server.focus import Focus, Serve, exchange, request
from toggl_focus_server.description import packaged

ORIGIN = {"Origin": "https://app.example.com"}
BLOCKS = "/organizations/1/workspaces/10/tasks/100/time-blocks"


def root(focus: Focus, path: str = "/", **options: Any) -> httpx.Response:
    return httpx.request(
        options.pop("method", "GET"), focus.server.url.removesuffix("/api") + path, **options
    )


@pytest.mark.parametrize("method", ("GET", "POST", "PUT", "PATCH", "DELETE"))
def test_a_browser_may_send_any_request(focus: Focus, method: str) -> None:
    preflight = httpx.options(
        focus.server.url + BLOCKS,
        headers={
            **ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,x-mine",
        },
    )

    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert method in preflight.headers["access-control-allow-methods"]
    allowed = preflight.headers["access-control-allow-headers"]
    assert {"authorization", "content-type", "x-mine"} <= set(allowed.lower().split(","))


@pytest.mark.parametrize(
    ("target", "status"),
    (
        (f"/api{BLOCKS}", 200),
        (f"/api{BLOCKS}?page=0", 400),
        (f"/api{BLOCKS.replace('100', '999')}", 403),
        (f"/api{BLOCKS}/9", 404),
        ("/nothing", 404),
        ("/", 200),
    ),
)
def test_a_page_in_a_browser_may_read_every_response(
    serve: Serve, target: str, status: int
) -> None:
    focus = serve(quota=30)

    response = root(focus, target, headers={**focus.http.headers, **ORIGIN})

    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == "*"
    exposed = set(response.headers["access-control-expose-headers"].split(", "))
    assert exposed >= {"X-Toggl-Quota-Remaining", "X-Toggl-Quota-Resets-In", "Retry-After"}


def test_a_page_may_read_why_its_request_was_no_http(focus: Focus) -> None:
    response = exchange(focus.server, request("GET", "/", "a: " + "x" * 70_000))

    assert response.startswith(b"HTTP/1.1 431 ")
    assert b"access-control-allow-origin: *\r\n" in response.lower()


@pytest.mark.parametrize("path", ("/", "/health", "/api/openapi.json", "/api/openapi.yaml"))
def test_pages_need_no_key_and_can_only_be_read(focus: Focus, path: str) -> None:
    responses = {
        method: root(focus, path, method=method) for method in ("GET", "HEAD", "POST", "OPTIONS")
    }

    statuses = {method: response.status_code for method, response in responses.items()}
    assert statuses == {"GET": 200, "HEAD": 200, "POST": 405, "OPTIONS": 405}
    assert responses["HEAD"].content == b""
    assert responses["POST"].headers["allow"] == "GET, HEAD"
    assert responses["POST"].json()["error"] == "method_not_allowed"
    assert "POST" in responses["POST"].json()["error_description"]


def test_health_is_reported(focus: Focus) -> None:
    assert root(focus, "/health").json() == {"status": "ok"}


def test_the_start_page_says_who_can_use_the_server_and_how(demo: Focus) -> None:
    found = root(demo).json()

    assert found["base_url"] == demo.server.url
    assert [user["api_key"] for user in found["users"]] == [
        account.api_key for account in demo.server.accounts
    ]
    assert found["users"][0]["workspaces"][1] == {
        "organization_id": 1,
        "workspace_id": 11,
        "task_ids": [110],
    }
    # its example is a request that works
    program, flag, header, url = shlex.split(found["example"])
    assert (program, flag) == ("curl", "-H")
    response = httpx.get(url, headers=dict([header.split(": ")]))
    assert len(response.json()["data"]) > 5
    for url in (*found["description"], found["health"]):
        assert httpx.get(url).status_code == 200


class Text(HTMLParser):
    """The text of a page, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += [tag, *(value or "" for _, value in attrs)]


def test_a_browser_gets_a_page_to_read(demo: Focus) -> None:
    response = root(demo, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    page = Text(response.text)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert demo.server.url in page.text
    for account in demo.server.accounts:
        for each in (account.name, account.email, account.password, account.api_key):
            assert each in page.text
    assert f"{demo.server.url}/openapi.json" in page.tags
    assert "script" not in page.tags


@pytest.mark.parametrize(
    ("host", "expected"),
    (
        ("localhost:18080", "http://localhost:18080"),
        ("toggl_focus", "http://toggl_focus"),
        ("[::1]:80", "http://[::1]:80"),
        ("", None),
        ("x/../y", None),
        ('x"><script>', None),
        ("me:pass@x", None),
        ("x:99999999", None),
        ("x y", None),
        ("[", None),
        ("x" * 500, None),
    ),
)
def test_urls_follow_the_host_that_the_caller_used_if_it_is_one(
    focus: Focus, host: str, expected: str | None
) -> None:
    expected = expected or focus.server.url.removesuffix("/api")

    def body(path: str) -> str:
        text = request("GET", path).replace(b"Host: x\r\n", f"Host: {host}\r\n".encode())
        return exchange(focus.server, text).partition(b"\r\n\r\n")[2].decode()

    assert json.loads(body("/"))["base_url"] == f"{expected}/api"
    assert json.loads(body("/api/openapi.json"))["servers"][0]["url"] == f"{expected}/api"
    assert "<script>" not in body("/")


def test_the_description_names_this_server_and_nothing_else_is_changed(focus: Focus) -> None:
    response = root(focus, "/api/openapi.json")

    servers = [{"url": focus.server.url, "description": "This server."}]
    assert response.json() == {**packaged().document, "servers": servers}
    assert response.headers["content-type"] == "application/json"


def test_the_description_as_yaml_is_the_same(focus: Focus) -> None:
    yaml = pytest.importorskip("ruamel.yaml")

    response = root(focus, "/api/openapi.yaml")

    assert response.headers["content-type"].startswith("application/yaml")
    for version in ((1, 2), (1, 1)):  # many tools still read the older one
        reader = yaml.YAML(typ="safe", pure=True)
        reader.version = version
        assert reader.load(response.text) == root(focus, "/api/openapi.json").json()


def test_urls_lead_to_this_machine_if_the_server_listens_everywhere(serve: Serve) -> None:
    focus = serve(host="0.0.0.0")  # noqa: S104  # what is tested

    assert focus.server.url.startswith("http://127.0.0.1:")
    assert httpx.get(f"{focus.server.url}/openapi.json").status_code == 200
