"""Recordings and their replay, and the clock that waits for nothing."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clients import KEY, Async, Sync
from toggl_focus import (
    BulkError,
    NotFound,
    QuotaExceeded,
    TimeBlockBulkCreateItem,
    TogglFocus,
    TogglFocusError,
    TransportError,
    Unauthorized,
    UsageError,
)
from toggl_focus.testing import Clock, FakeClock, Recorder, Replayer, UnexpectedRequest

if TYPE_CHECKING:
    from tests.support.clients import AnyClient, Connect
    from tests.support.wire import Wire
    from toggl_focus_conformance import ReferenceServer

NOWHERE = "https://nowhere.invalid/api"
NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)
WEEK: dict[str, Any] = {"date_from": NOW, "date_to": NOW + timedelta(days=7)}
BLOCKS = "/api/organizations/1/workspaces/10/time-blocks"
ARCHIVE = "/api/organizations/1/workspaces/10/tasks/100/time-blocks/7/archive"
CREATE = "/api/organizations/1/workspaces/10/tasks/100/time-blocks"
BLOCK = {
    "id": 7,
    "workspace_id": 10,
    "task_id": 100,
    "toggl_user_id": 5,
    "start": "2026-01-12T09:00:00.125+00:00",
    "created_at": "2026-01-12T09:00:00Z",
    "has_time_entry": False,
    "task": {"id": 100, "name": "Kohvipaus ☕", "tags": []},
}

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "week.json"


def recording(connect: Connect, path: Path, respond: Handler, **settings: Any) -> AnyClient:
    """A client that records what a function returns."""
    recorder = Recorder(path, httpx.MockTransport(respond))
    return connect(NOWHERE, http_client=connect.http_client(transport=recorder), **settings)


def replaying(connect: Connect, replayer: Replayer) -> AnyClient:
    return connect(NOWHERE, http_client=connect.http_client(transport=replayer))


def write(path: Path, *exchanges: Any) -> None:
    path.write_text(json.dumps({"toggl_focus_recording": 1, "exchanges": exchanges}))


def archived(number: int = 7) -> Any:
    """The exchange that archives a block."""
    return {
        "request": {"method": "POST", "url": ARCHIVE.replace("/7/", f"/{number}/")},
        "response": {"status": 204},
    }


def created(**body: Any) -> Any:
    """The exchange that makes a block from this body."""
    return {
        "request": {"method": "POST", "url": CREATE, "body": {"json": body}},
        "response": {"status": 201, "body": {"json": BLOCK}},
    }


def nothing(_: httpx.Request) -> httpx.Response:
    return httpx.Response(204)


class Passing(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that responds without a look at the body."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return nothing(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return nothing(request)


def sent(path: Path) -> Any:
    """The JSON that the first request of a recording sent."""
    return json.loads(path.read_bytes())["exchanges"][0]["request"]["body"]["json"]


def day(client: AnyClient) -> list[Any]:
    """A day's work: a page, a stream, a new block, an error, and responses without a body."""
    page = client.call("list", **WEEK, per_page=3)
    streamed = client.call("stream", **WEEK)
    made = client.call("create", 100, start=NOW, duration=60)
    client.call("archive", 100, made.id)
    client.call("delete", 100, made.id)
    with pytest.raises(NotFound) as caught:
        client.call("get", 100, made.id)
    return [page, streamed, made, str(caught.value), caught.value.body]


def test_what_was_recorded_replays_as_it_was_without_the_server(
    connect: Connect, server: ReferenceServer, path: Path
) -> None:
    http = connect.http_client(transport=Recorder(path))
    live = day(connect(server.url, api_key=server.account.api_key, http_client=http))

    replayer = Replayer(path)
    replayed = day(replaying(connect, replayer))

    assert replayed == live
    assert len(live[1]) > 3
    replayer.assert_done()


def test_a_recording_is_json_for_people(connect: Connect, path: Path) -> None:
    response = httpx.Response(
        201, json=BLOCK, headers={"X-Toggl-Quota-Remaining": "7", "Date": "today"}
    )

    recording(connect, path, lambda _: response).call("create", 100, start=NOW, duration=60)

    text = path.read_text(encoding="utf-8")
    expected = {
        "toggl_focus_recording": 1,
        "exchanges": [
            {
                "request": {
                    "method": "POST",
                    "url": CREATE,
                    "headers": {"accept": "application/json", "content-type": "application/json"},
                    "body": {"json": {"start": "2026-01-12T09:00:00Z", "duration": 60}},
                },
                "response": {
                    "status": 201,
                    "headers": {
                        "content-type": "application/json",
                        "x-toggl-quota-remaining": "7",
                    },
                    "body": {"json": BLOCK},
                },
            }
        ],
    }
    assert text == json.dumps(expected, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("settings", "credentials"),
    (
        ({}, [KEY]),
        ({"api_key": "a+key-of(another.kind"}, ["key-of", "kind"]),
        ({"api_key": "toggl_sk_test-key"}, ["test", "-key"]),
        (
            {"email": "a@b.ee", "password": "saladus ✓ 1"},
            ["saladus", "1 ✓", b64encode("a@b.ee:saladus ✓ 1".encode()).decode()],
        ),
    ),
)
def test_no_credential_is_recorded_wherever_a_response_shows_it(
    connect: Connect, path: Path, settings: dict[str, Any], credentials: list[str]
) -> None:
    secret = settings.get("api_key") or settings.get("password") or KEY

    def respond(request: httpx.Request) -> httpx.Response:
        sent = request.headers["Authorization"]
        body = {"error_description": f"no {secret}", secret: [f"{sent} from {request.url.path}"]}
        headers = {"Set-Cookie": "session=5e55", "X-Toggl-Quota-Remaining": secret}
        return httpx.Response(401, json=body, headers=headers if secret.isascii() else {})

    client = recording(connect, path, respond, **settings)
    with pytest.raises(Unauthorized):
        client.call("get", 100, 7)

    text = path.read_text(encoding="utf-8")
    assert [each for each in (*credentials, "5e55", "nowhere.invalid") if each in text] == []
    assert text.count("REDACTED") >= 3


def test_every_toggl_key_is_hidden_in_bodies_of_any_kind_and_in_the_url(path: Path) -> None:
    other = "toggl_sk_" + "9f" * 16
    bodies = iter((f"<p>{other}", b"\xff" + other.encode(), json.dumps([other, {other: 1}])))
    inner = httpx.MockTransport(lambda _: httpx.Response(500, content=next(bodies)))

    with httpx.Client(transport=Recorder(path, inner)) as http:
        for _ in range(3):
            http.get(f"{NOWHERE}/{other}", params={"q": other, "page_token": "5e55", "b": "1"})

    hidden = b"\xfftoggl_sk_REDACTED"
    exchanges = json.loads(path.read_bytes())["exchanges"]
    assert exchanges[0]["request"]["url"] == (
        "/api/toggl_sk_REDACTED?q=toggl_sk_REDACTED&page_token=REDACTED&b=1"
    )
    assert [each["response"]["body"] for each in exchanges] == [
        {"text": "<p>toggl_sk_REDACTED"},
        {"base64": b64encode(hidden).decode()},
        {"json": ["toggl_sk_REDACTED", {"toggl_sk_REDACTED": 1}]},
    ]


def test_the_credential_of_a_request_is_hidden_in_what_it_sends(path: Path) -> None:
    sending = httpx.MockTransport(nothing)
    own = "a-key-of-another-kind"

    with httpx.Client(transport=Recorder(path, sending)) as http:
        http.post(
            f"{NOWHERE}/{own}",
            params={own: f"my {own}"},
            json=[f"my {own}", {"Token": "5e55"}],
            headers={"Authorization": f"Bearer {own}", "Cookie": "s=5e55", "X-Key": "5e55"},
        )

    assert json.loads(path.read_bytes())["exchanges"][0]["request"] == {
        "method": "POST",
        "url": "/api/REDACTED?REDACTED=my%20REDACTED",
        "headers": {"accept": "*/*", "content-type": "application/json"},
        "body": {"json": ["my REDACTED", {"Token": "REDACTED"}]},
    }


def test_a_credential_that_is_malformed_is_hidden_too(path: Path) -> None:
    inner = httpx.MockTransport(lambda request: httpx.Response(401, text=str(request.headers)))

    with httpx.Client(transport=Recorder(path, inner)) as http:
        http.get(f"{NOWHERE}/no-base64", headers={"Authorization": "Basic no-base64"})

    assert json.loads(path.read_bytes())["exchanges"][0]["request"]["url"] == "/api/REDACTED"


def test_a_short_password_does_not_hide_words(connect: Connect, path: Path) -> None:
    response = httpx.Response(200, json=BLOCK)

    client = recording(connect, path, lambda _: response, email="a@b.ee", password="Kohv")
    client.call("get", 100, 7)

    assert "Kohvipaus" in path.read_text(encoding="utf-8")


def test_fields_with_secret_names_are_hidden_and_replay_all_the_same(
    connect: Connect, path: Path
) -> None:
    secrets = {"password": "p", "accessToken": 5, "API-Key": ["k"], "client_secret": {"s": "s"}}
    shown = {"has_password": True, "token": None, "tokens": 3, "secretary": "Mari"}
    response = httpx.Response(200, json=BLOCK | {"password": "early"} | secrets | shown)
    recording(connect, path, lambda _: response).call("get", 100, 7)

    whole = replaying(connect, Replayer(path)).raw("get", 100, 7)

    assert whole.json() == BLOCK | dict.fromkeys(secrets, "REDACTED") | shown


def test_the_first_of_two_fields_of_one_name_is_not_recorded_behind_the_second(
    path: Path,
) -> None:
    body = b'{"password": "5e55", "password": null}'
    inner = httpx.MockTransport(lambda _: httpx.Response(200, content=body))

    with httpx.Client(transport=Recorder(path, inner)) as http:
        http.get(NOWHERE)

    assert "5e55" not in path.read_text()


def test_quota_and_retry_headers_are_replayed(connect: Connect, path: Path) -> None:
    headers = {
        "X-Toggl-Quota-Remaining": "0",
        "X-Toggl-Quota-Resets-In": "1800",
        "Retry-After": "1800",
        "Server": "nginx",
    }
    response = httpx.Response(402, json={"error": "quota"}, headers=headers)
    with pytest.raises(QuotaExceeded):
        recording(connect, path, lambda _: response).call("get", 100, 7)

    with pytest.raises(QuotaExceeded) as caught:
        replaying(connect, Replayer(path)).call("get", 100, 7)

    del headers["Server"]
    replayed = dict(caught.value.headers)
    del replayed["content-length"]
    assert replayed == {name.lower(): value for name, value in headers.items()} | {
        "content-type": "application/json"
    }


def test_what_is_recorded_is_handed_on_unchanged(path: Path) -> None:
    response = httpx.Response(
        203, text=KEY, headers={"Set-Cookie": "a=b"}, extensions={"reason_phrase": b"Fine"}
    )
    recorder = Recorder(path, httpx.MockTransport(lambda _: response))

    with httpx.Client(transport=recorder) as http:
        got = http.get(NOWHERE)

    assert (got.status_code, got.reason_phrase, got.text) == (203, "Fine", KEY)
    assert got.headers == response.headers


def test_a_body_that_is_sent_in_pieces_is_recorded_and_replayed(path: Path) -> None:
    def ask(transport: httpx.BaseTransport) -> None:
        with httpx.Client(transport=transport) as http:
            http.put(NOWHERE, content=iter(Chunks(b"[1,", b"2]")))

    ask(Recorder(path, Passing()))
    replayer = Replayer(path)
    ask(replayer)

    assert sent(path) == [1, 2]
    replayer.assert_done()


def test_a_body_that_is_sent_in_awaited_pieces_is_recorded_and_replayed(path: Path) -> None:
    async def ask(transport: httpx.AsyncBaseTransport) -> None:
        async with httpx.AsyncClient(transport=transport) as http:
            await http.put(NOWHERE, content=aiter(Chunks(b"[1,", b"2]")))

    asyncio.run(ask(Recorder(path, Passing())))
    replayer = Replayer(path)
    asyncio.run(ask(replayer))

    assert sent(path) == [1, 2]
    replayer.assert_done()


def test_a_compressed_response_is_recorded_readable(
    connect: Connect, wire: Wire, path: Path
) -> None:
    wire.respond("200 OK", gzip.compress(json.dumps([BLOCK]).encode()), "Content-Encoding: gzip")
    http = connect.http_client(transport=Recorder(path))
    live = connect(wire.url, http_client=http).call("stream", **WEEK)

    replayed = replaying(connect, Replayer(path)).call("stream", **WEEK)

    assert replayed == live
    response = json.loads(path.read_bytes())["exchanges"][0]["response"]
    assert response == {"status": 200, "body": {"json": [BLOCK]}}


class Stop(Exception):
    """Raised in the middle of a stream."""


def test_items_are_handed_on_as_they_come_and_an_abandoned_response_is_not_recorded(
    connect: Connect, wire: Wire, path: Path
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n["
    wire.responses.append([head + json.dumps(BLOCK).encode(), None])
    http = connect.http_client(transport=Recorder(path))
    client = connect(wire.url, http_client=http, timeout=5)

    def stop(item: Any) -> None:
        raise Stop(item.id)

    with pytest.raises(Stop, match="7"):
        client.each(stop, "stream", **WEEK)

    assert not path.exists()


def test_a_truncated_response_is_not_recorded(connect: Connect, wire: Wire, path: Path) -> None:
    wire.respond("204 No Content")
    wire.responses.append([b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\n{"])
    http = connect.http_client(transport=Recorder(path))
    client = connect(wire.url, http_client=http)
    client.call("archive", 100, 7)

    with pytest.raises(TransportError):
        client.call("create", 100, start=NOW)

    assert Replayer(path).unused == [f"exchanges[0]: POST {ARCHIVE}"]


def test_a_folder_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"needs a path to a file, but {tmp_path} is a folder"):
        Recorder(tmp_path)


def test_the_file_is_complete_after_each_exchange(connect: Connect, path: Path) -> None:
    client = recording(connect, path, nothing)

    for count in range(1, 4):
        client.call("archive", 100, 7)

        assert len(Replayer(path).unused) == count


def test_who_stops_the_writing_finds_what_was_there(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(file: Path, content: bytes) -> int:
        file.write_text(content[:9].decode())
        raise KeyboardInterrupt

    with httpx.Client(transport=Recorder(path, httpx.MockTransport(nothing))) as http:
        http.get(NOWHERE)
        before = path.read_bytes()
        monkeypatch.setattr(Path, "write_bytes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            http.get(NOWHERE)

    assert path.read_bytes() == before


def test_an_old_recording_is_replaced_when_the_first_response_is_there(
    connect: Connect, path: Path
) -> None:
    write(path, archived(1), archived(2))
    client = recording(connect, path, nothing)
    assert len(Replayer(path).unused) == 2

    client.call("archive", 100, 7)

    assert Replayer(path).unused == [f"exchanges[0]: POST {ARCHIVE}"]


def test_the_folders_of_a_recording_are_made(connect: Connect, path: Path) -> None:
    nested = path.parent / "recordings" / "monday" / "week.json"

    recording(connect, nested, nothing).call("archive", 100, 7)

    assert [each.name for each in nested.parent.iterdir()] == ["week.json"]


def test_concurrent_calls_are_recorded_in_the_order_of_their_requests(path: Path) -> None:
    async def run() -> None:
        turns = [asyncio.Event() for _ in range(20)]

        async def respond(request: httpx.Request) -> httpx.Response:
            number = int(request.url.params["n"])
            if number < 19:  # the last gets its response first
                await turns[number + 1].wait()
            turns[number].set()
            return httpx.Response(200, json=number)

        recorder = Recorder(path, httpx.MockTransport(respond))
        async with httpx.AsyncClient(transport=recorder) as http:
            await asyncio.gather(*(http.get(NOWHERE, params={"n": n}) for n in range(20)))

    asyncio.run(run())

    bodies = [each["response"]["body"] for each in json.loads(path.read_bytes())["exchanges"]]
    assert bodies == [{"json": number} for number in range(20)]


def test_many_threads_record_and_replay_each_exchange_once(path: Path) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=int(request.url.params["n"]))

    def ask(transport: httpx.BaseTransport) -> list[int]:
        with httpx.Client(transport=transport) as http, ThreadPoolExecutor(8) as pool:
            urls = [f"{NOWHERE}?n={number % 5}" for number in range(40)]
            return [each.json() for each in pool.map(http.get, urls)]

    live = ask(Recorder(path, httpx.MockTransport(respond)))
    replayer = Replayer(path)

    assert ask(replayer) == live == [number % 5 for number in range(40)]
    replayer.assert_done()


def test_a_repeated_request_gets_the_responses_in_their_order_and_no_more(
    connect: Connect, path: Path
) -> None:
    responses = iter([{"description": "one"}, {"description": "two"}])
    client = recording(connect, path, lambda _: httpx.Response(200, json=BLOCK | next(responses)))
    client.call("get", 100, 7)
    client.call("get", 100, 7)

    replayer = Replayer(path)
    replayed = replaying(connect, replayer)

    assert [replayed.call("get", 100, 7).description for _ in range(2)] == ["one", "two"]
    with pytest.raises(UnexpectedRequest) as caught:
        replayed.call("get", 100, 7)
    used = "GET /api/organizations/1/workspaces/10/tasks/100/time-blocks/7"
    assert str(caught.value).splitlines()[:-1] == [
        f"{path} has no response left for {used}",
        "The nearest in the recording:",
        f"  exchanges[0]: {used} (used)",
        f"  exchanges[1]: {used} (used)",
    ]


def test_the_order_of_a_query_and_of_the_fields_of_a_body_does_not_matter(
    connect: Connect, path: Path
) -> None:
    url = f"{BLOCKS}/stream?date_to=2026-01-19T09:00:00Z&date_from=2026-01-12T09%3A00%3A00Z"
    stream = {
        "request": {"method": "GET", "url": url},
        "response": {"status": 200, "body": {"json": [BLOCK]}},
    }
    write(path, stream, created(duration=60, start="2026-01-12T09:00:00Z"))
    replayer = Replayer(path)
    client = replaying(connect, replayer)

    client.call("stream", **WEEK)
    client.call("create", 100, start=NOW, duration=60)

    replayer.assert_done()


@pytest.mark.parametrize(
    ("call", "differences"),
    (
        (("archive", 100, 8), [f"-POST {ARCHIVE}", f"+POST {ARCHIVE.replace('/7/', '/8/')}"]),
        (("unarchive", 100, 7), [f"-POST {ARCHIVE}", f"+POST {ARCHIVE[:-7]}unarchive"]),
        (("create", 100), ['-  "duration": 60,', '+  "duration": 61,']),
        (("stream",), ["-  date_to=2026-01-19T09:00:00Z", "+  date_to=2026-01-20T09:00:00Z"]),
    ),
)
def test_a_request_that_was_not_recorded_shows_how_it_differs_from_the_nearest(
    connect: Connect, path: Path, call: tuple[Any, ...], differences: list[str]
) -> None:
    url = f"{BLOCKS}/stream?date_from=2026-01-12T09:00:00Z&date_to=2026-01-19T09:00:00Z"
    stream = {"request": {"method": "GET", "url": url}, "response": {"status": 200}}
    far = created(completed=True, duration=99, start="2027-01-12T09:00:00Z")
    near = created(duration=60, start="2026-01-12T09:00:00Z")
    write(path, stream, far, near, archived())
    arguments: dict[str, Any] = {
        "create": {"start": NOW, "duration": 61},
        "stream": {"date_from": NOW, "date_to": NOW + timedelta(days=8)},
    }
    client = replaying(connect, Replayer(path))

    with pytest.raises(UnexpectedRequest) as caught:
        client.call(*call, **arguments.get(call[0], {}))

    lines = str(caught.value).splitlines()
    assert lines[0].startswith(f"{path} has no response left for ")
    changed = [each for each in lines if each[0] in "+-" and each[:3] not in {"---", "+++"}]
    assert changed == differences
    assert lines[-1] == ("If the request is right, record again: see toggl_focus.testing.Recorder")


@pytest.mark.parametrize(
    ("recorded", "requested"),
    (
        ("?a=", "?b="),
        ("?a=1", "?a=1&a=1"),
        ("?a=%ff", "?a=%fe"),
        ("?a=b%26c=d", "?a=b&c=d"),
        ("", "/"),
    ),
)
def test_urls_that_differ_have_different_responses(
    path: Path, recorded: str, requested: str
) -> None:
    with httpx.Client(transport=Recorder(path, httpx.MockTransport(nothing))) as http:
        http.get(NOWHERE + recorded)

    with (
        httpx.Client(transport=Replayer(path)) as http,
        pytest.raises(UnexpectedRequest, match="has no response left"),
    ):
        http.get(NOWHERE + requested)


LATER = NOW + timedelta(days=9)
ONE_ITEM = {"task_id": 100, "start": "2026-01-12T09:00:00Z"}


@pytest.mark.parametrize(
    ("ignored", "verb", "arguments"),
    (
        (
            {"ignore_query": ["date_from", "date_to"]},
            "stream",
            {"date_from": LATER, "date_to": LATER},
        ),
        ({"ignore_query": ("date_to",)}, "stream", WEEK | {"date_to": LATER}),
        ({"ignore_query": {"task_id"}}, "stream", WEEK | {"task_id": 100}),
        ({"ignore_path": ["workspaces"]}, "stream", WEEK | {"workspace_id": 77}),
        ({"ignore_body": ["start"]}, "create", {"task_id": 100, "start": LATER}),
        ({"ignore_body": ["duration"]}, "create", {"task_id": 100, "start": NOW, "duration": 5}),
        ({"ignore_path": ["tasks"]}, "create", {"task_id": 101, "start": NOW}),
        (
            {"ignore_body": ["start"]},
            "bulk_create",
            {"time_blocks": [TimeBlockBulkCreateItem(task_id=100, start=LATER)]},
        ),
    ),
)
def test_what_is_ignored_does_not_count(
    ignored: dict[str, Any], verb: str, arguments: dict[str, Any], connect: Connect, path: Path
) -> None:
    bulk = created(time_blocks=[ONE_ITEM])
    bulk["request"]["url"] = f"{BLOCKS}/bulk"
    bulk["response"]["body"] = {"json": [BLOCK]}
    streamed = archived()
    streamed["request"] = {
        "method": "GET",
        "url": f"{BLOCKS}/stream?date_from=2026-01-12T09:00:00Z&date_to=2026-01-19T09:00:00Z",
    }
    streamed["response"] = {"status": 200, "body": {"json": [BLOCK]}}
    write(path, streamed, created(start="2026-01-12T09:00:00Z"), bulk)
    replayer = Replayer(path, **ignored)

    got = replaying(connect, replayer).call(verb, **arguments)

    assert (got if verb == "create" else got[0]).id == 7
    assert len(replayer.unused) == 2
    with pytest.raises(UnexpectedRequest):
        replaying(connect, Replayer(path)).call(verb, **arguments)


def test_what_is_ignored_is_not_shown_as_a_difference(connect: Connect, path: Path) -> None:
    write(path, created(start="2026-01-12T09:00:00Z", duration=60))
    replayer = Replayer(path, ignore_body=["start"])

    with pytest.raises(UnexpectedRequest) as caught:
        replaying(connect, replayer).call("create", 100, start=LATER, duration=61)

    message = str(caught.value)
    assert '-  "duration": 60' in message
    assert '"start"' not in message


def test_requests_that_are_then_the_same_get_the_responses_in_their_order(
    connect: Connect, path: Path
) -> None:
    write(path, created(start="2026-01-12T09:00:00Z"), created(start="2026-01-13T09:00:00Z"))
    replayer = Replayer(path, ignore_body=["start"])
    client = replaying(connect, replayer)

    for _ in range(2):
        client.call("create", 100, start=LATER)

    replayer.assert_done()


@pytest.mark.parametrize("argument", ("ignore_query", "ignore_body", "ignore_path"))
@pytest.mark.parametrize("given", ("date_from", [1], [None]))
def test_what_is_ignored_must_be_a_list_of_names(argument: str, given: Any, path: Path) -> None:
    write(path, archived())

    with pytest.raises(UsageError, match=f"^{argument} must be a list of names, got "):
        Replayer(path, **{argument: given})


def test_a_recording_may_begin_with_a_byte_order_mark(path: Path) -> None:
    write(path, archived())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert len(Replayer(path).unused) == 1


def test_an_unexpected_request_is_no_error_of_the_service() -> None:
    assert issubclass(UnexpectedRequest, AssertionError)
    assert not issubclass(UnexpectedRequest, TogglFocusError)


def test_unused_recordings_are_reported(connect: Connect, path: Path) -> None:
    write(path, archived(7), archived(8), archived(9))
    replayer = Replayer(path)

    replaying(connect, replayer).call("archive", 100, 8)

    eight = ARCHIVE.replace("/7/", "/9/")
    left = [f"exchanges[0]: POST {ARCHIVE}", f"exchanges[2]: POST {eight}"]
    assert replayer.unused == left
    with pytest.raises(AssertionError) as caught:
        replayer.assert_done()
    assert str(caught.value).splitlines() == [
        f"{path} was not replayed as recorded",
        "recorded, but not requested:",
        *(f"  {line}" for line in left),
    ]


def test_no_except_around_a_bulk_call_takes_an_unexpected_request_for_a_failure(
    connect: Connect, path: Path
) -> None:
    write(path)
    client = replaying(connect, Replayer(path))

    with pytest.raises(UnexpectedRequest) as caught:
        client.straight("bulk_delete", [1, 2])

    assert isinstance(caught.value.__cause__, BulkError)


def test_an_unexpected_request_that_was_swallowed_is_reported_in_the_end(
    connect: Connect, path: Path
) -> None:
    write(path)
    replayer = Replayer(path)
    with pytest.raises(UnexpectedRequest):
        replaying(connect, replayer).call("archive", 100, 7)

    with pytest.raises(AssertionError, match=f"but not recorded:\n  POST {ARCHIVE}"):
        replayer.assert_done()


UNREADABLE: tuple[tuple[Any, str], ...] = (
    (b"", "is not a recording: Input data was truncated"),
    (b'{"toggl_focus_recording": 1,\n "exchanges":\n [nul]}', r"malformed: .* \(line 3\)"),
    (b"\xff\xfe", "is not a recording: 'utf-8' codec"),
    ([], "is not a recording: Expected `object`, got `array`"),
    ({"log": {}}, "missing required field `toggl_focus_recording`"),
    ({"toggl_focus_recording": 2}, "is a recording of format 2, and .* reads format 1: record it"),
    ({"toggl_focus_recording": 1}, "missing required field `exchanges`"),
    ({"toggl_focus_recording": 1, "exchanges": [], "x": 1}, "unknown field `x`"),
)


@pytest.mark.parametrize(("content", "message"), UNREADABLE)
def test_a_file_that_is_no_recording_is_refused(path: Path, content: Any, message: str) -> None:
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())

    with pytest.raises(UsageError, match=message) as caught:
        Replayer(path)

    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("part", "changes", "message"),
    (
        ("request", {"verb": "GET"}, r"unknown field `verb` - at `\$.exchanges\[1\].request`"),
        ("request", {"url": 5}, r"Expected `str`, got `int` - at `\$.exchanges\[1\].request.url`"),
        ("response", {"status": 99}, r">= 100 - at `\$.exchanges\[1\].response.status`"),
        ("response", {"body": {}}, "A body is one of json, text and base64 - at"),
        ("response", {"body": {"text": "", "jsn": 1}}, "unknown field `jsn`"),
        ("response", {"body": {"json": 1, "text": ""}}, r"one of .* at `\$.exchanges\[1\].resp"),
        ("response", {"body": {"base64": "?"}}, r"base64 .* at `\$.exchanges\[1\].response.body"),
    ),
)
def test_a_slip_of_the_hand_in_a_recording_is_refused_with_its_place(
    path: Path, part: str, changes: dict[str, Any], message: str
) -> None:
    second = archived()
    second[part] |= changes
    write(path, archived(), second)

    with pytest.raises(UsageError, match=message):
        Replayer(path)


def test_a_recording_that_is_not_there_says_how_it_is_made(path: Path) -> None:
    with pytest.raises(UsageError, match=r"No such file .*; toggl_focus.testing.Recorder makes it"):
        Replayer(path)


def test_a_recorder_sends_with_a_transport_of_the_clients_kind_only(
    connect: Connect, path: Path
) -> None:
    other = httpx.AsyncHTTPTransport if connect.kind is Sync else httpx.HTTPTransport
    recorder = Recorder(path, other(verify=False))
    client = connect(NOWHERE, http_client=connect.http_client(transport=recorder))

    with pytest.raises(UsageError, match=rf"sends with {other.__name__}, which is not a \w*Base"):
        client.call("get", 100, 7)


def test_one_recorder_does_not_serve_sync_and_async_clients(wire: Wire, path: Path) -> None:
    wire.respond("204 No Content")
    recorder = Recorder(path)

    async def ask() -> None:
        async with httpx.AsyncClient(transport=recorder) as http:
            await http.get(wire.url)

    with httpx.Client(transport=recorder) as http:
        http.get(wire.url)
        with pytest.raises(UsageError, match="and use one Recorder per client"):
            asyncio.run(ask())


@pytest.mark.parametrize("kind", (Recorder, Replayer))
def test_a_client_of_another_library_is_refused(path: Path, kind: Any) -> None:
    write(path)

    with (
        httpx2.Client(transport=kind(path)) as http,
        pytest.raises(UsageError, match=r"this transport needs httpx requests, got one of httpx2"),
    ):
        http.get(NOWHERE)


def test_closing_the_client_closes_what_the_recorder_sends_with(
    connect: Connect, path: Path
) -> None:
    closed: list[type[AnyClient]] = []

    class Sending(httpx.MockTransport):
        def close(self) -> None:
            closed.append(Sync)

        async def aclose(self) -> None:
            closed.append(Async)

    http = connect.http_client(transport=Recorder(path, Sending(nothing)))
    client = connect.kind(base_url=NOWHERE, api_key=KEY, http_client=http)
    client.call("archive", 100, 7, organization_id=1, workspace_id=10)

    client.close()

    assert set(closed) == {Sync if connect.kind is Sync else Async}


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces that notes whether it was closed."""

    closed = False

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            yield chunk

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def test_the_response_behind_a_recording_is_closed(connect: Connect, path: Path) -> None:
    chunks = Chunks(b"[", json.dumps(BLOCK).encode(), b"]")
    client = recording(connect, path, lambda _: httpx.Response(200, stream=chunks))

    assert len(client.call("stream", **WEEK)) == 1

    assert chunks.closed
    assert len(replaying(connect, Replayer(path)).call("stream", **WEEK)) == 1


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
trees = st.recursive(
    plain | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=9,
)
bodies = st.one_of(
    st.binary(),
    st.text().map(str.encode),
    trees.map(lambda value: json.dumps(value).encode()),
    trees.map(lambda value: json.dumps(value, indent=1, ensure_ascii=False).encode()),
    st.sampled_from((b"1e999", b"NaN", b'"\\ud800"', b"\xef\xbb\xbf[]", b"[" * 9999, b"\r\n \0")),
)


def meaning(body: bytes) -> Any:
    """What a body says: JSON in any spelling is the same."""
    try:
        return "json", json.dumps(json.loads(body, parse_constant=float.fromhex), sort_keys=True)
    except (ValueError, RecursionError):
        return body


@given(
    sent=bodies,
    body=bodies,
    status=st.integers(200, 599),
    chunk=st.integers(1, 99),
    query=st.lists(st.tuples(st.text(), st.text())),
)
def test_any_exchange_comes_back_as_it_went(
    sent: bytes, body: bytes, status: int, chunk: int, query: list[Any]
) -> None:
    chunks = [body[at : at + chunk] for at in range(0, len(body), chunk)]
    inner = httpx.MockTransport(lambda _: httpx.Response(status, stream=Chunks(*chunks)))
    with TemporaryDirectory() as folder:
        path = Path(folder, "any.json")
        with httpx.Client(transport=Recorder(path, inner)) as http:
            live = http.put(NOWHERE, content=sent, params=query)
        replayer = Replayer(path)
        with httpx.Client(transport=replayer) as http:
            replayed = http.put(NOWHERE, content=sent, params=query[::-1])

    assert live.content == body
    assert replayed.status_code == status
    assert meaning(replayed.content) == meaning(body)
    replayer.assert_done()


def test_a_fake_clock_is_later_at_once_and_knows_how_long_it_slept() -> None:
    clock: Clock = (fake := FakeClock())

    clock.sleep(0.5)
    asyncio.run(clock.asleep(90))
    fake.advance(1800)
    fake.advance(timedelta(minutes=30))

    assert fake.slept == [0.5, 90]
    assert clock.monotonic() == 3690.5
    assert clock.now() == datetime(2026, 1, 5, 1, 1, 30, 500_000, tzinfo=UTC)


def test_a_client_waits_by_a_fake_clock(connect: Connect, path: Path) -> None:
    url = f"{CREATE}/7"
    busy = {"status": 503, "headers": {"retry-after": "Mon, 12 Jan 2026 09:00:30 GMT"}}
    responses = (busy, {"status": 200, "body": {"json": BLOCK}})
    write(
        path, *({"request": {"method": "GET", "url": url}, "response": each} for each in responses)
    )
    clock = FakeClock(NOW)
    http = connect.http_client(transport=Replayer(path))
    client = connect(NOWHERE, http_client=http, clock=clock, max_retries=1)

    block = client.call("get", 100, 7)

    assert block.id == 7
    assert clock.slept == [30]
    assert clock.now() == NOW + timedelta(seconds=30)


def test_a_fake_clock_starts_at_its_start_in_utc() -> None:
    tallinn = timezone(timedelta(hours=2))

    clock = FakeClock(datetime(2026, 1, 12, 9, tzinfo=tallinn))

    assert clock.now() == datetime(2026, 1, 12, 7, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_the_randoms_of_a_fake_clock_repeat_in_order() -> None:
    given, default = FakeClock(randoms=(0, 0.25, 0.75)), FakeClock()

    assert [given.random() for _ in range(5)] == [0, 0.25, 0.75, 0, 0.25]
    assert [default.random() for _ in range(3)] == [0.5] * 3


def test_others_run_while_a_fake_clock_sleeps() -> None:
    happened: list[str] = []
    clock = FakeClock()

    async def other() -> None:
        happened.append("other")

    async def sleeper() -> None:
        task = asyncio.create_task(other())
        await clock.asleep(60)
        happened.append("slept")
        await task

    asyncio.run(sleeper())

    assert happened == ["other", "slept"]


@pytest.mark.parametrize(
    ("make", "message"),
    (
        (lambda: FakeClock(datetime(2026, 1, 5)), "start must be a datetime with a time zone"),  # noqa: DTZ001
        (lambda: FakeClock("2026"), "start must be a datetime with a time zone, got '2026'"),  # type: ignore[arg-type]
        (lambda: FakeClock(randoms=3), "randoms must be numbers from 0 up to 1"),  # type: ignore[arg-type]
        (lambda: FakeClock(randoms=["a"]), "randoms must be numbers from 0 up to 1"),  # type: ignore[list-item]
        (lambda: FakeClock().advance("5"), "seconds must be 0 or more, got '5'"),  # type: ignore[arg-type]
        (lambda: FakeClock(randoms=()), "randoms must be numbers from 0 up to 1, at least one"),
        (lambda: FakeClock(randoms=(0.5, 1)), "randoms must be numbers from 0 up to 1"),
        (lambda: FakeClock(randoms=(-0.1,)), "randoms must be numbers from 0 up to 1"),
        (lambda: FakeClock().advance(-1), "seconds must be 0 or more, got -1"),
        (lambda: FakeClock().sleep(float("nan")), "seconds must be 0 or more, got nan"),
    ),
)
def test_a_fake_clock_refuses_what_no_time_is(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make()


def test_it_is_loaded_on_first_use_and_needs_no_pytest() -> None:
    program = (
        "import sys, toggl_focus; assert 'toggl_focus.testing' not in sys.modules\n"
        "import toggl_focus.testing; assert 'pytest' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603  (fixed words)


def test_the_client_may_have_any_key_where_it_is_replayed(path: Path) -> None:
    write(path, archived())

    with httpx.Client(transport=Replayer(path)) as http:
        client = TogglFocus(api_key="any", organization_id=1, workspace_id=10, http_client=http)
        client.time_blocks.archive(100, 7)
