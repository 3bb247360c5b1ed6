"""Every status of every operation of the description, through both clients, over a socket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import toggl_focus
from toggl_focus import TimeBlockBulkCreateItem, TimeBlockBulkUpdateItem
from toggl_focus_conformance import ReferenceServer
from toggl_focus_conformance.protocol.operations import operations

if TYPE_CHECKING:
    from tests.support.clients import Connect

NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
LIVE, ARCHIVED, DELETED, UNKNOWN = 1001, 1015, 1023, 999_999

DESCRIPTION = json.loads(files("_toggl_focus").joinpath("openapi.json").read_text())
OPERATIONS = {
    operation["operationId"]: operation
    for path in DESCRIPTION["paths"].values()
    for operation in path.values()
}
STATUSES = [(name, int(status)) for name in OPERATIONS for status in OPERATIONS[name]["responses"]]

# How each operation is called so that it succeeds; `block` is the id to use where it takes one.
CALLS: dict[str, tuple[int, Callable[[int], tuple[str, tuple[Any, ...], dict[str, Any]]]]] = {
    "list_task_time_blocks": (0, lambda _: ("list_for_task", (100,), {})),
    "create_time_block": (0, lambda _: ("create", (100,), {"start": NINE})),
    "get_time_block": (LIVE, lambda block: ("get", (100, block), {})),
    "replace_time_block": (LIVE, lambda block: ("replace", (100, block), {"start": NINE})),
    "update_time_block": (LIVE, lambda block: ("update", (100, block), {"duration": 60})),
    "delete_time_block": (LIVE, lambda block: ("delete", (100, block), {})),
    "archive_time_block": (LIVE, lambda block: ("archive", (100, block), {})),
    "unarchive_time_block": (ARCHIVED, lambda block: ("unarchive", (100, block), {})),
    "restore_time_block": (DELETED, lambda block: ("restore", (100, block), {})),
    "list_time_blocks": (0, lambda _: ("list", (), {"date_from": NINE, "date_to": NOON})),
    "stream_time_blocks": (0, lambda _: ("stream", (), {"date_from": NINE, "date_to": NOON})),
    "bulk_create_time_blocks": (
        0,
        lambda _: ("bulk_create", ([TimeBlockBulkCreateItem(start=NINE, task_id=100)],), {}),
    ),
    "bulk_update_time_blocks": (
        LIVE,
        lambda block: ("bulk_update", ([TimeBlockBulkUpdateItem(id=block, completed=True)],), {}),
    ),
    "bulk_delete_time_blocks": (LIVE, lambda block: ("bulk_delete", ([block],), {})),
}

ERRORS = {
    400: toggl_focus.BadRequest,
    401: toggl_focus.Unauthorized,
    402: toggl_focus.QuotaExceeded,
    403: toggl_focus.PermissionDenied,
    404: toggl_focus.NotFound,
    500: toggl_focus.ServerError,
}


def by_its_example(name: str) -> tuple[int, Callable[[int], tuple[str, tuple[Any, ...], Any]]]:
    """How an operation is called that is not above, with the example values of the description."""
    called = operations()[name]
    positional = [
        each
        for each in called.parameters
        if each["in"] == "path" and "x-client-default" not in each
    ]
    named = called.example_query() | (called.example_body() if called.body else {})
    takes_block = any(each["name"] == "time_block_id" for each in positional)

    def call(block: int) -> tuple[str, tuple[Any, ...], Any]:
        ids = [block if e["name"] == "time_block_id" else e["example"] for e in positional]
        return f"{called.node['tags'][0]}.{called.node['x-method']}", tuple(ids), named

    return (LIVE if takes_block else 0), call


def spoil(request: httpx.Request) -> None:
    """Make a good request one that the server must refuse: the client would not send it."""
    path = request.url.raw_path.replace(b"/workspaces/10", b"/workspaces/ten")
    request.url = request.url.copy_with(raw_path=path)


@contextmanager
def expected(status: int, operation: str) -> Iterator[None]:
    """Nothing for a success; for any other status the error that it is raised as."""
    if status < 300:
        yield
        return
    with pytest.raises(ERRORS[status]) as caught:
        yield
    error = caught.value
    assert error.request is not None
    assert (error.status, error.request.operation) == (status, operation)
    assert error.code
    assert error.description
    assert error.trace_id


@pytest.mark.parametrize(("operation", "status"), STATUSES)
def test_every_status_reaches_the_caller(
    operation: str,
    status: int,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    def note(response: httpx.Response) -> None:
        seen.append(response.status_code)

    def hook(function: Callable[[Any], None]) -> Callable[[Any], Any]:
        async def asynchronous(argument: object) -> None:
            function(argument)

        return function if connect.name == "Sync" else asynchronous

    block, call = CALLS[operation] if operation in CALLS else by_its_example(operation)
    settings: dict[str, Any] = {}
    hooks = {"response": [hook(note)]}
    if status == 400:
        hooks["request"] = [hook(spoil)]
    if status == 401:
        settings["api_key"] = "toggl_sk_" + "0" * 32
    if status == 403:
        settings |= {"organization_id": 2, "workspace_id": 20}
    if status == 404:
        block = UNKNOWN
    verb, arguments, named = call(block)

    with ReferenceServer(seed="demo", quota=0 if status == 402 else None, validate=True) as server:
        http_client = connect.http_client(event_hooks=hooks)
        client = connect(server.url, http_client=http_client, **settings)
        with monkeypatch.context() as patch, expected(status, operation):
            if status == 500:
                patch.setattr(server.app, "store", None)
            client.call(verb, *arguments, **named)

    assert seen == [status]
