"""What goes over the wire: each operation's request, byte for byte, and what is refused before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import hypothesis
import hypothesis.strategies as st
import pytest

from tests.support.faults import LARGEST_PAGE
from toggl_focus import UNSET, TimeBlockBulkCreateItem, TimeBlockBulkUpdateItem, UsageError

if TYPE_CHECKING:
    from tests.support.clients import Connect
    from tests.support.wire import Wire

NEPAL = timezone(timedelta(hours=5, minutes=45))
NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)
NOON = datetime(2026, 1, 12, 17, 45, tzinfo=NEPAL)
SCOPE = "/api/organizations/1/workspaces/10"
RANGE = "date_from=2026-01-12T09:00:00Z&date_to=2026-01-12T12:00:00Z"

# verb, arguments, request line, body
REQUESTS: tuple[tuple[str, tuple[Any, ...], dict[str, Any], str, Any], ...] = (
    ("list_for_task", (100,), {}, f"GET {SCOPE}/tasks/100/time-blocks", None),
    (
        "list_for_task",
        (100,),
        {"page": 2, "per_page": 100, "order_by": ["-start", "created_at"], "archived": False},
        (
            f"GET {SCOPE}/tasks/100/time-blocks"
            "?page=2&per_page=100&order_by=-start,created_at&archived=false"
        ),
        None,
    ),
    (
        "create",
        (100,),
        {"start": NOON, "duration": timedelta(hours=1)},
        f"POST {SCOPE}/tasks/100/time-blocks",
        {"start": "2026-01-12T12:00:00Z", "duration": 3600},
    ),
    ("get", (100, 7), {}, f"GET {SCOPE}/tasks/100/time-blocks/7", None),
    ("get", (100, 2**63 - 1), {}, f"GET {SCOPE}/tasks/100/time-blocks/9223372036854775807", None),
    (
        "get",
        (100, 7),
        {"organization_id": 2, "workspace_id": 20},
        "GET /api/organizations/2/workspaces/20/tasks/100/time-blocks/7",
        None,
    ),
    (
        "replace",
        (100, 7),
        {"start": NINE, "duration": 0, "completed": False, "outbound_sync": False},
        f"PUT {SCOPE}/tasks/100/time-blocks/7",
        {
            "start": "2026-01-12T09:00:00Z",
            "duration": 0,
            "completed": False,
            "outbound_sync": False,
        },
    ),
    ("update", (100, 7), {}, f"PATCH {SCOPE}/tasks/100/time-blocks/7", {}),
    (
        "update",
        (100, 7),
        {"new_task_id": 102, "duration": 60},
        f"PATCH {SCOPE}/tasks/100/time-blocks/7",
        {"task_id": 102, "duration": 60},
    ),
    ("delete", (100, 7), {}, f"DELETE {SCOPE}/tasks/100/time-blocks/7", None),
    (
        "delete",
        (100, 7),
        {"outbound_sync": False},
        f"DELETE {SCOPE}/tasks/100/time-blocks/7?outbound_sync=false",
        None,
    ),
    ("archive", (100, 7), {}, f"POST {SCOPE}/tasks/100/time-blocks/7/archive", None),
    ("unarchive", (100, 7), {}, f"POST {SCOPE}/tasks/100/time-blocks/7/unarchive", None),
    ("restore", (100, 7), {}, f"PATCH {SCOPE}/tasks/100/time-blocks/7/restore", None),
    ("list", (), {"date_from": NINE, "date_to": NOON}, f"GET {SCOPE}/time-blocks?{RANGE}", None),
    (
        "stream",
        (),
        {"date_from": NINE, "date_to": NOON, "task_id": 100, "status_id": 2},
        f"GET {SCOPE}/time-blocks/stream?{RANGE}&task_id=100&status_id=2",
        None,
    ),
    (
        "bulk_create",
        ([TimeBlockBulkCreateItem(start=NINE, task_id=100, duration=timedelta(minutes=5))],),
        {},
        f"POST {SCOPE}/time-blocks/bulk",
        {"time_blocks": [{"start": "2026-01-12T09:00:00Z", "task_id": 100, "duration": 300}]},
    ),
    (
        "bulk_update",
        ((TimeBlockBulkUpdateItem(id=each, completed=False) for each in (1, 2)),),
        {},
        f"PATCH {SCOPE}/time-blocks/bulk",
        [{"id": 1, "completed": False}, {"id": 2, "completed": False}],
    ),
    (
        "bulk_delete",
        ((3, 1, 2),),
        {"outbound_sync": True},
        f"DELETE {SCOPE}/time-blocks/bulk?ids=3,1,2&outbound_sync=true",
        None,
    ),
)

RESPONSES = {
    "list_for_task": b'{"data":[],"page":1,"per_page":20}',
    "list": b'{"data":[],"page":1,"per_page":20}',
    "stream": b"[]",
    "create": b'{"id":7,"workspace_id":10,"task_id":100,"toggl_user_id":5,'
    b'"start":"2026-01-12T12:00:00Z","created_at":"2026-01-12T12:00:00Z"}',
}
RESPONSES["get"] = RESPONSES["create"]
RESPONSES["bulk_create"] = b"[%s]" % RESPONSES["create"]


@pytest.mark.parametrize(
    ("verb", "arguments", "named", "line", "body"),
    REQUESTS,
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_a_call_is_this_request(
    verb: str,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    line: str,
    body: object,
    connect: Connect,
    wire: Wire,
) -> None:
    # The first client consumes a generator.
    arguments = tuple(
        [*argument] if hasattr(argument, "__next__") else argument for argument in arguments
    )
    if verb == "bulk_update":
        arguments = ([TimeBlockBulkUpdateItem(id=each, completed=False) for each in (1, 2)],)
    wire.json(RESPONSES[verb]) if verb in RESPONSES else wire.respond("204 No Content")

    connect(wire.url).call(verb, *arguments, **named)

    head, _, sent = wire.requests[0].partition(b"\r\n\r\n")
    request, *lines = head.decode("ascii").split("\r\n")
    headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
    assert request == f"{line} HTTP/1.1"
    assert headers["authorization"] == "Bearer toggl_sk_" + "5" * 32
    assert headers["accept"] == "application/json"
    if body is None:
        assert sent == b""
        assert "content-type" not in headers
        # Where a body might be, servers expect a header that says there is no body.
        if line.startswith(("POST", "PUT", "PATCH")):
            assert headers["content-length"] == "0"
    else:
        assert json.loads(sent) == body
        assert headers["content-type"] == "application/json"
        assert headers["content-length"] == str(len(sent))


REFUSED: tuple[tuple[str, tuple[Any, ...], dict[str, Any], str], ...] = (
    (
        "list",
        (),
        {"date_from": datetime(2026, 1, 1, 10), "date_to": NOON},  # noqa: DTZ001  (naive on purpose)
        (
            "time_blocks.list: date_from must have a time zone, got 2026-01-01 10:00:00; "
            "use datetime.now(UTC) or add tzinfo"
        ),
    ),
    (
        "create",
        (100,),
        {"start": datetime(2026, 1, 1, 10)},  # noqa: DTZ001  (naive on purpose)
        "time_blocks.create: start must have a time zone, got 2026-01-01 10:00:00; ",
    ),
    (
        "bulk_create",
        ([TimeBlockBulkCreateItem(start=datetime(2026, 1, 1), task_id=1)],),  # noqa: DTZ001
        {},
        "time_blocks.bulk_create: time_blocks[0].start must have a time zone",
    ),
    (
        "create",
        (100,),
        {"start": None},
        "start is None, and null is never sent; pass a value, or omit",
    ),
    ("update", (100, 7), {"duration": None}, "duration is None, and null is never sent"),
    ("list_for_task", (100,), {"page": None}, "page is None, and null is never sent"),
    ("update", (100, 7), {"duration": -1}, "duration is invalid: expected `int` >= 0, got -1"),
    (
        "update",
        (100, 7),
        {"duration": 2**63},
        "duration is invalid: expected `int` <= 9223372036854775807",
    ),
    (
        "update",
        (100, 7),
        {"new_task_id": 2**63},
        "new_task_id is invalid: expected `int` <= 9223372036854775807",
    ),
    ("update", (100, 7), {"duration": "60"}, "duration is invalid: expected `int`, got '60'"),
    ("update", (100, 7), {"duration": 60.0}, "duration is invalid: expected `int`, got 60.0"),
    ("update", (100, 7), {"duration": True}, "duration is invalid: expected `int`, got True"),
    (
        "update",
        (100, 7),
        {"duration": timedelta(seconds=1.5)},
        "duration must be whole seconds, zero or more, got datetime.timedelta(",
    ),
    ("update", (100, 7), {"completed": 1}, "completed is invalid: expected `bool`, got 1"),
    ("update", (100, 7), {"new_task_id": 0}, "new_task_id is invalid: expected `int` >= 1, got 0"),
    (
        "list_for_task",
        (100,),
        {"per_page": LARGEST_PAGE + 1},
        f"per_page is invalid: expected `int` <= {LARGEST_PAGE}, got {LARGEST_PAGE + 1}",
    ),
    ("list_for_task", (100,), {"page": 0}, "page is invalid: expected `int` >= 1, got 0"),
    (
        "list_for_task",
        (100,),
        {"order_by": ["name"]},
        (
            "order_by[0] is invalid: not a valid choice, got 'name'; choose from start, -start, task_id, "
            "-task_id, created_at, -created_at, updated_at, -updated_at"
        ),
    ),
    (
        "list_for_task",
        (100,),
        {"order_by": []},
        "order_by is invalid: expected `array` of length >= 1",
    ),
    (
        "list_for_task",
        (100,),
        {"order_by": "start"},
        "order_by is invalid: expected `array`, got 'start'; pass a list",
    ),
    ("get", (0, 7), {}, "task_id is invalid: expected `int` >= 1, got 0"),
    ("get", (100, "7/../8"), {}, "time_block_id is invalid: expected `int`, got '7/../8'"),
    ("get", (100, 2**63), {}, "time_block_id is invalid: expected `int` <= 9223372036854775807"),
    ("get", (100, True), {}, "time_block_id is invalid: expected `int`, got True"),
    (
        "bulk_update",
        ([{"duration": 5}],),
        {},
        "items[0].id is required",
    ),
    (
        "bulk_create",
        ([object()],),
        {},
        "time_blocks[0] is invalid: expected `object`, got <object object",
    ),
    ("bulk_delete", ([object()],), {}, "ids[0] is invalid: expected `int`, got <object object"),
    ("bulk_update", (None,), {}, "items is None, and null is never sent"),
    (
        "bulk_update",
        ("abc",),
        {},
        "items is invalid: expected `array`, got 'abc'; pass a list",
    ),
    ("bulk_update", ([{"id": 1, "complete": True}],), {}, "contains unknown field `complete`"),
    ("bulk_create", ([TimeBlockBulkUpdateItem(id=1, start=NINE, task_id=2)],), {}, "field `id`"),
    ("get", (None, 7), {}, "task_id is None, and null is never sent"),
    ("get", (UNSET, 7), {}, "time_blocks.get: task_id is required"),
    ("get", (100, UNSET), {}, "time_blocks.get: time_block_id is required"),
    ("create", (100,), {"start": UNSET}, "time_blocks.create: start is required"),
    (
        "list",
        (),
        {"date_from": UNSET, "date_to": NOON},
        "time_blocks.list: date_from is required",
    ),
    ("bulk_delete", (UNSET,), {}, "time_blocks.bulk_delete: ids is required"),
    (
        "create",
        (100,),
        {"start": "2026-01-12T09:00:00Z"},
        "start must be a datetime with a time zone, got '2026-01-12T09:00:00Z'",
    ),
    (
        "stream",
        (),
        {"date_from": NINE, "date_to": "2026-01-12T09:00:00Z"},
        "date_to must be a datetime with a time zone, got '2026-01-12T09:00:00Z'",
    ),
    (
        "bulk_create",
        ([TimeBlockBulkCreateItem(start=NINE, task_id=1), {"start": NINE, "task_id": 1}],),
        {},
        "time_blocks[1] is invalid: expected `TimeBlockBulkCreateItem`, got {'start': datetime",
    ),
    (
        "bulk_update",
        ([{"id": 1, "completed": True}],),
        {},
        "items[0] is invalid: expected `TimeBlockBulkUpdateItem`, got {'id': 1, 'completed': True}",
    ),
    ("bulk_delete", (1001,), {}, "ids is invalid: expected `array`, got 1001; pass a list"),
    ("get", (100, 7), {"organization_id": None}, "organization_id is None, and null is never sent"),
    (
        "update",
        (100, 7),
        {"duration": float("nan")},
        "duration is invalid: expected `int`, got nan",
    ),
)


@pytest.mark.parametrize(
    ("verb", "arguments", "named", "message"),
    REFUSED,
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_wrong_arguments_are_refused_and_nothing_is_sent(
    verb: str,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    message: str,
    connect: Connect,
    wire: Wire,
) -> None:
    client = connect(wire.url)

    with pytest.raises(UsageError) as caught:
        client.call(verb, *arguments, **named)

    assert message in str(caught.value)
    assert wire.requests == []


def test_a_missing_workspace_is_refused(connect: Connect, wire: Wire) -> None:
    client = connect(wire.url, workspace_id=None)

    with pytest.raises(UsageError, match="workspace_id is missing: pass workspace_id= to the"):
        client.call("get", 100, 7)

    assert wire.requests == []


def test_the_environment_fills_what_the_constructor_omits(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOGGL_FOCUS_WORKSPACE_ID", "77")
    wire.json(RESPONSES["get"])

    connect(wire.url, workspace_id=None).call("get", 100, 7)

    assert wire.requests[0].startswith(b"GET /api/organizations/1/workspaces/77/tasks/100/")


class Timestamp(datetime):
    """As pendulum and freezegun make them."""


def test_enumerations_of_ones_own_are_sent_as_their_values(connect: Connect, wire: Wire) -> None:
    class Order(StrEnum):
        NEWEST = "-start"

    class Task(IntEnum):
        REPORT = 100

    wire.json(b'{"data":[]}')

    connect(wire.url).call("list_for_task", Task.REPORT, order_by=[Order.NEWEST], page=Task.REPORT)

    assert wire.requests[0].split(b"?")[1].startswith(b"page=100&order_by=-start HTTP")


def test_the_datetimes_of_other_libraries_are_sent_too(connect: Connect, wire: Wire) -> None:
    when = Timestamp(2026, 1, 12, 9, tzinfo=UTC)
    wire.json(RESPONSES["create"])
    wire.json(RESPONSES["list"])
    client = connect(wire.url)

    client.call("create", 100, start=when)
    client.call("list", date_from=when, date_to=when)

    sent = json.loads(wire.requests[0].partition(b"\r\n\r\n")[2])
    assert datetime.fromisoformat(sent["start"]) == when
    query = parse_qsl(wire.requests[1].split(b" ")[1].decode().partition("?")[2])
    assert datetime.fromisoformat(dict(query)["date_from"]) == when


@hypothesis.given(
    st.datetimes(
        min_value=datetime(2, 1, 1),  # noqa: DTZ001  (the zone is drawn apart)
        max_value=datetime(9998, 12, 31),  # noqa: DTZ001
        timezones=st.integers(-1439, 1439).map(lambda each: timezone(timedelta(minutes=each))),
    )
)
def test_datetimes_of_any_offset_are_sent_as_the_same_time(when: datetime) -> None:
    from _toggl_focus.operations import list_time_blocks  # noqa: PLC0415
    from toggl_focus._config.settings import Settings  # noqa: PLC0415
    from toggl_focus._messages.write import encode_request  # noqa: PLC0415

    request = list_time_blocks(date_from=when, date_to=when)

    query = encode_request(request, Settings("https://x", "", 1, 1)).url.partition("?")[2]

    sent = dict(parse_qsl(query))["date_from"]
    assert sent.endswith("Z")
    assert datetime.fromisoformat(sent) == when
