"""Whatever is wrong with an argument, no error shows a secret: not in its text, nor around it."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

import toggl_focus
from toggl_focus import AsyncTogglFocus, TimeBlockBulkUpdateItem, TogglFocus, UsageError
from toggl_focus.testing import FakeClock, Recorder, Replayer

HEX = "5eaf00d5eaf00d5eaf00d5eaf00d5eaf"
KEY = f"toggl_sk_{HEX}"
PASSWORD = "Tr0ub4dor"
SECRETS = (HEX, KEY, PASSWORD)
NOW = datetime(2026, 1, 12, tzinfo=UTC)
CLIENTS: tuple[Any, ...] = (TogglFocus, AsyncTogglFocus)

OF_VIEWS = {"organization_id", "workspace_id", *toggl_focus.Options.__annotations__}

Arguments: TypeAlias = dict[str, Any]
Call: TypeAlias = Callable[[Any], object]


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and all that stand behind it."""
    if error is not None:
        yield error
        yield from chain(error.__cause__)
        yield from chain(error.__context__)


def texts(value: object) -> Iterator[str]:
    """What a crash reporter shows of a value: its repr, and what is in it."""
    yield repr(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode("latin-1")
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from texts(pair)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from texts(each)


def messages(error: BaseException) -> Iterator[str]:
    """All texts of an error and of those behind it."""
    for each in chain(error):
        yield from traceback.format_exception_only(each)
        yield from texts(each.args)
        yield from texts(vars(each))


def held(error: BaseException) -> Iterator[str]:
    """The locals of all frames of the package, in the tracebacks of an error."""
    for each in chain(error):
        for frame, _ in traceback.walk_tb(each.__traceback__):
            if frame.f_code.co_filename != __file__:
                for name, value in frame.f_locals.items():
                    yield from (f"{frame.f_code.co_name}: {name}: {text}" for text in texts(value))


def assert_none(found: Iterator[str]) -> None:
    leaks = [text for text in found if any(secret in text for secret in SECRETS)]
    assert leaks == []


MAKING: tuple[Arguments, ...] = (
    {"api_key": f"{KEY}\n"},
    {"api_key": HEX},
    {"api_key": f"{KEY}é"},
    {"api_key": KEY.encode()},
    {"api_key": KEY, "password": PASSWORD},
    {"password": PASSWORD},
    {"email": f"jane:{PASSWORD}", "password": PASSWORD},
    {"email": "jane", "password": f"{PASSWORD}\udc80"},
    {"email": "jane\udc80", "password": PASSWORD},
    {"email": 5, "password": PASSWORD},
    {"base_url": KEY},
    {"base_url": f"https://jane:{PASSWORD}@example.com/"},
    {"base_url": f"https://{KEY}@example.com/"},
    {"base_url": f"https://example.com/api?key={KEY}"},
    {"base_url": f"https://example.com/api#{PASSWORD}"},
    {"base_url": f"https://example.com:x/{KEY}"},
    {"base_url": f"ftp://jane:{PASSWORD}@example.com/"},
    {"base_url": f"example.com/?password={PASSWORD}"},
    {"base_url": [KEY]},
    {"organization_id": KEY},
    {"organization_id": HEX},
    {"workspace_id": f"Bearer {PASSWORD}"},
    {"workspace_id": KEY.encode()},
    {"organization_id": [{"password": PASSWORD}]},
    {"organization_id": -1},
    {"timeout": KEY},
    {"timeout": 0},
    {"deadline": KEY},
    {"max_retries": KEY},
    {"wait_for_quota": KEY},
    {"headers": KEY},
    {"headers": [("X-Key", KEY)]},
    {"headers": {KEY: "x\n"}},
    {"headers": {f"{KEY}:": "x"}},
    {"headers": {"X-Key": f"{KEY}\n"}},
    {"headers": {"Authorization": KEY}},
    {"headers": {"X-Key": KEY}, "timeout": 0},
    {"hooks": KEY},
    {"hooks": [KEY]},
    {"hooks": {"token": PASSWORD}},
    {"clock": KEY},
    {"http_client": KEY},
    {"http_client": httpx.HTTPTransport},
)
ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {"TOGGL_FOCUS_API_KEY": HEX},
    {"TOGGL_FOCUS_API_KEY": f"{KEY} "},
    {"TOGGL_FOCUS_PASSWORD": PASSWORD},
    {"TOGGL_FOCUS_API_KEY": KEY, "TOGGL_FOCUS_ORGANIZATION_ID": KEY},
    {"TOGGL_FOCUS_API_KEY": KEY, "TOGGL_FOCUS_WORKSPACE_ID": HEX},
    {"TOGGL_FOCUS_API_KEY": KEY, "TOGGL_FOCUS_BASE_URL": f"http://jane:{PASSWORD}@x"},
    *(
        {"TOGGL_FOCUS_API_KEY": KEY, "HTTPS_PROXY": proxy}
        for proxy in (
            f"http://jane:{PASSWORD}#3@proxy.example:3128",
            f"http://jane:{PASSWORD}/3@proxy.example:3128",
            f"http://jane:{PASSWORD}?3@proxy.example:3128",
            f"http://jane:{PASSWORD} 3@proxy.example:3128",
            f"http://jane:{PASSWORD}@proxy.example:99999",
            f"http://jane:{PASSWORD}@proxy.example:0",
            f"http://jane:{PASSWORD}@1.2.3.999",
            f"http://jane:{PASSWORD}@[::1",
            f"http://jane:{PASSWORD}@",
            f"gopher://jane:{PASSWORD}@proxy.example",
            f"jane:{PASSWORD}#@proxy.example:3128",
            f"socks5://jane:{PASSWORD}@proxy.example",
        )
    ),
)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("arguments", MAKING, ids=",".join)
def test_a_client_that_cannot_be_made_tells_no_secret(client: Any, arguments: Arguments) -> None:
    whole = arguments if {"api_key", "email", "password"} & set(arguments) else {"api_key": KEY}

    with pytest.raises(UsageError) as caught:
        client(**{**whole, **arguments})

    assert_none(messages(caught.value))
    assert_none(held(caught.value))


@pytest.mark.parametrize("transport", (KEY, [KEY], KEY.encode()))
def test_the_error_for_an_invalid_transport_has_no_secret(transport: Any) -> None:
    with pytest.raises(UsageError) as caught:
        AsyncTogglFocus(api_key=KEY, transport=transport)

    assert_none(messages(caught.value))
    assert_none(held(caught.value))


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda each: list(each)[-1])
def test_an_environment_that_is_wrong_tells_no_secret(
    client: Any, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "toggl_focus._config.proxies.find_spec", lambda _: None
    )  # as without socksio
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(UsageError) as caught:
        client()

    assert_none(messages(caught.value))
    assert_none(held(caught.value))


@pytest.mark.parametrize("client", CLIENTS)
def test_arguments_that_python_refuses_are_forgotten(client: Any) -> None:
    for given, named in (((KEY,), {}), ((), {"api_key": KEY, "timeuot": 5})):
        with pytest.raises(TypeError) as caught:
            client(*given, **named)

        assert_none(messages(caught.value))
        assert_none(held(caught.value))


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize(
    "arguments",
    tuple(each for each in MAKING if set(each) <= OF_VIEWS),
    ids=",".join,
)
def test_a_view_that_cannot_be_made_tells_no_secret(client: Any, arguments: Arguments) -> None:
    made = client(api_key=KEY, headers={"X-Key": PASSWORD})

    with pytest.raises(UsageError) as caught:
        made.with_options(**arguments)

    assert_none(messages(caught.value))
    assert_none(held(caught.value))


ITEM: Any = TimeBlockBulkUpdateItem
CALLS: dict[str, Call] = {
    "id": lambda blocks: blocks.get(KEY, 1),
    "ids": lambda blocks: blocks.bulk_delete([KEY]),
    "organization_id": lambda blocks: blocks.get(1, 1, organization_id=HEX),
    "order": lambda blocks: blocks.list_for_task(1, order_by=[KEY]),
    "orders": lambda blocks: blocks.list_for_task(1, order_by=KEY),
    "start": lambda blocks: blocks.create(1, start=KEY),
    "range": lambda blocks: blocks.stream(date_from=f"Bearer {PASSWORD}", date_to=NOW),
    "duration": lambda blocks: blocks.update(1, 1, duration=KEY.encode()),
    "pages": lambda blocks: blocks.iterate_for_task(1, page=f"https://jane:{PASSWORD}@x"),
    "items": lambda blocks: blocks.bulk_update(KEY),
    "item": lambda blocks: blocks.bulk_update([ITEM(id=KEY)]),
    "field": lambda blocks: blocks.bulk_update([{"id": 1, KEY: 1}]),
    "object": lambda blocks: blocks.bulk_update([{"id": 1, "token": PASSWORD}]),
    "surrogate": lambda blocks: blocks.update(1, 1, duration=f"{KEY}\udc80"),
    "progress": lambda blocks: blocks.bulk_delete([1], progress=KEY),
    "timeout": lambda blocks: blocks.get(1, 1, timeout=KEY),
    "header": lambda blocks: blocks.get(1, 1, headers={KEY: "x\n"}),
    "header's text": lambda blocks: blocks.get(1, 1, headers={"X-Key": f"{PASSWORD}\n"}),
    "argument": lambda blocks: blocks.get(1, 1, **{KEY: 1}),
}
REQUESTS: dict[str, Call] = {
    "method": lambda request: request(KEY, "/x"),
    "path": lambda request: request("GET", KEY),
    "path's query": lambda request: request("GET", f"/x?token={PASSWORD}"),
    "path's part": lambda request: request("GET", f"/{KEY}", timeout=0),
    "query": lambda request: request("GET", "/x", query=KEY),
    "query's name": lambda request: request("GET", "/x", query={KEY: object()}),
    "query's value": lambda request: request("GET", "/x", query={"password": PASSWORD.encode()}),
    "json": lambda request: request("GET", "/x", json={"a": {KEY: object()}}),
    "json's value": lambda request: request("GET", "/x", json={"api_key": PASSWORD.encode()}),
    "surrogate": lambda request: request("GET", "/x", json=f"{KEY}\udc80"),
    "headers": lambda request: request("GET", "/x", headers=[PASSWORD]),
    "argument": lambda request: request("GET", "/x", **{KEY: 1}),
}


def complete(called: Any) -> None:
    """Await it: of the async client a call is checked when it is awaited."""

    async def run() -> None:
        await called

    asyncio.run(run())


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("call", (*CALLS.values(), *REQUESTS.values()), ids=[*CALLS, *REQUESTS])
def test_an_argument_of_a_call_is_refused_without_a_secret(client: Any, call: Call) -> None:
    """The function that was called has its arguments, as its caller has; nothing else is there."""
    made = client(api_key=f"toggl_sk_{PASSWORD}", organization_id=1, workspace_id=10)
    of = made.request if call in REQUESTS.values() else made.time_blocks

    with pytest.raises((UsageError, TypeError)) as caught:
        complete(call(of))

    assert_none(messages(caught.value))
    for error in chain(caught.value):
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename != __file__:
                assert f"toggl_sk_{PASSWORD}" not in repr(frame.f_locals)


@pytest.mark.parametrize(
    "make",
    (
        lambda _: FakeClock(KEY),  # type: ignore[arg-type]
        lambda _: FakeClock(randoms=KEY),  # type: ignore[arg-type]
        lambda _: FakeClock(randoms=[KEY]),  # type: ignore[list-item]
        lambda _: FakeClock().advance(KEY),  # type: ignore[arg-type]
        lambda path: Replayer(path / "week.json", ignore_query=KEY),
        lambda path: Recorder(path, transport=KEY),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ),
)
def test_what_tests_are_made_of_tells_no_secret(
    make: Callable[[Path], object], tmp_path: Path
) -> None:
    (tmp_path / "week.json").write_text(json.dumps({"toggl_focus_recording": 1, "exchanges": []}))

    with pytest.raises(UsageError) as caught:
        make(tmp_path)

    assert_none(messages(caught.value))


@pytest.mark.parametrize("wrong", ({"task_id": "x"}, {"headers": {"X-Key": f"{KEY}\n"}}))
def test_the_locals_of_what_writes_a_request_are_forgotten_and_no_others(wrong: Arguments) -> None:
    def fail() -> None:
        kept = "of the caller's own"
        raise ValueError(kept)

    arguments: Arguments = {"task_id": 100, "time_block_id": 7} | wrong
    with TogglFocus(api_key=KEY, organization_id=1, workspace_id=10) as client:
        try:
            fail()
        except ValueError as handled:
            with pytest.raises(UsageError) as caught:
                client.time_blocks.get(**arguments)
            frames = [frame for frame, _ in traceback.walk_tb(handled.__traceback__)]
        else:
            pytest.fail("nothing was raised")

    assert frames[-1].f_locals == {"kept": "of the caller's own"}
    names = {frame.f_code.co_name for frame, _ in traceback.walk_tb(caught.value.__traceback__)}
    empty = {
        frame.f_code.co_name
        for frame, _ in traceback.walk_tb(caught.value.__traceback__)
        if not frame.f_locals
    }
    assert names & {"encode_request", "override", "check_headers"} <= empty
    assert names & {"encode_request", "override"}
