"""Arguments of other libraries' types: sent as the plain values they are, or refused by name."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, TypeAlias
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import httpx
import pytest

from toggl_focus import TimeBlockBulkCreateItem, TimeBlockBulkUpdateItem, TogglFocus, UsageError
from toggl_focus.models import TimeBlock

# Each brings its own types, or none.
np: Any = pytest.importorskip("numpy")
pd: Any = pytest.importorskip("pandas")
pendulum: Any = pytest.importorskip("pendulum")
tz: Any = pytest.importorskip("dateutil.tz")
relativedelta: Any = pytest.importorskip("dateutil.relativedelta").relativedelta

Send: TypeAlias = Callable[[Any], object]
Call: TypeAlias = Callable[[], object]

NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)
BLOCK = {
    "id": 1,
    "workspace_id": 10,
    "task_id": 100,
    "toggl_user_id": 5,
    "start": "2026-01-12T09:00:00Z",
    "created_at": "2026-01-12T09:00:00Z",
}


class Api:
    """A client, and what it sent."""

    def __init__(self) -> None:
        self.sent: list[httpx.Request] = []
        http = httpx.Client(transport=httpx.MockTransport(self._respond))
        self.client = TogglFocus(
            api_key="any", organization_id=1, workspace_id=10, http_client=http
        )

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if request.method == "GET":
            return httpx.Response(200, json={"data": []})
        if request.method == "POST":
            bulk = request.url.path.endswith("bulk")
            return httpx.Response(200, json=[BLOCK] if bulk else BLOCK)
        return httpx.Response(204)

    @property
    def path(self) -> str:
        return self.sent[-1].url.path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.sent[-1].url.query.decode()))

    @property
    def body(self) -> Any:
        return json.loads(self.sent[-1].content)


@pytest.fixture
def api() -> Api:
    return Api()


class Number(int):
    pass


class Text(str):
    __slots__ = ()


class Day(date):
    pass


class Timestamp(datetime):
    pass


class Span(timedelta):
    pass


class Id(enum.IntEnum):
    SEVEN = 7


class Plain(enum.Enum):
    SEVEN = 7
    LATEST = "-start"


class Order(enum.StrEnum):
    LATEST = "-start"


class OldOrder(str, enum.Enum):  # noqa: UP042  (as it was written before StrEnum)
    LATEST = "-start"


SEVENS = (7, Number(7), Id.SEVEN, Plain.SEVEN, np.int64(7), np.uint8(7), pd.Series([7])[0])


@pytest.mark.parametrize("seven", SEVENS, ids=lambda each: type(each).__name__)
def test_integers_are_sent_wherever_one_is_taken(api: Api, seven: Any) -> None:
    blocks = api.client.time_blocks

    blocks.delete(100, seven, organization_id=seven)
    assert api.path.endswith("/organizations/7/workspaces/10/tasks/100/time-blocks/7")
    api.client.with_options(organization_id=seven).time_blocks.delete(100, 1)
    assert "/organizations/7/" in api.path
    blocks.list_for_task(100, page=seven)
    assert api.query == {"page": "7"}
    blocks.bulk_delete([8, seven])
    assert api.query == {"ids": "8,7"}
    blocks.update(100, 1, duration=seven, new_task_id=seven)
    assert api.body == {"duration": 7, "task_id": 7}
    blocks.bulk_update([TimeBlockBulkUpdateItem(id=seven, duration=seven)])
    assert api.body == [{"id": 7, "duration": 7}]


def test_columns_of_a_table_are_sent(api: Api) -> None:
    table = pd.DataFrame({"id": [1, 2], "done": [True, False]})
    blocks = api.client.time_blocks

    blocks.bulk_delete(table["id"])
    assert api.query == {"ids": "1,2"}
    blocks.bulk_delete(table["id"].to_numpy())
    assert api.query == {"ids": "1,2"}
    done: Any = table["done"].iloc[0]
    blocks.update(100, 1, completed=done)
    assert api.body == {"completed": True}
    blocks.delete(100, 1, outbound_sync=done)
    assert api.query == {"outbound_sync": "true"}


@pytest.mark.parametrize(
    "order",
    ("-start", Text("-start"), np.str_("-start"), Order.LATEST, OldOrder.LATEST, Plain.LATEST),
    ids=lambda each: type(each).__name__,
)
def test_text_is_sent(api: Api, order: Any) -> None:
    api.client.time_blocks.list_for_task(100, order_by=[order])

    assert api.query == {"order_by": "-start"}


HOURS = (
    timedelta(hours=1),
    Span(hours=1),
    pendulum.duration(hours=1),
    pendulum.datetime(2026, 1, 1, 10) - pendulum.datetime(2026, 1, 1, 9),
    pd.Timedelta("1h"),
)


def created(api: Api) -> tuple[Send, Send, Send]:
    """Call all that take a duration."""
    blocks = api.client.time_blocks
    return (
        lambda value: blocks.create(100, start=NINE, duration=value),
        lambda value: blocks.update(100, 7, duration=value),
        lambda value: blocks.bulk_create(
            [TimeBlockBulkCreateItem(task_id=100, start=NINE, duration=value)]
        ),
    )


@pytest.mark.parametrize("hour", HOURS, ids=lambda each: type(each).__module__)
def test_durations_are_sent_in_seconds(api: Api, hour: timedelta) -> None:
    for call in created(api):
        call(hour)

        body = api.body
        assert body.get("time_blocks", [body])[0]["duration"] == 3600


@pytest.mark.parametrize(
    "value",
    (
        timedelta(microseconds=1),
        timedelta.max,
        pendulum.duration(hours=1, microseconds=1),
        pd.Timedelta("1h") + pd.Timedelta(999, "ns"),
        pd.Timedelta(1, "us"),
    ),
    ids=lambda each: type(each).__name__,
)
def test_durations_that_are_not_whole_seconds_are_refused(api: Api, value: timedelta) -> None:
    for call in created(api):
        with pytest.raises(UsageError, match="duration must be whole seconds, zero or more, got"):
            call(value)


@pytest.mark.parametrize(
    ("value", "message"),
    (
        (pendulum.duration(hours=-1), "is invalid: expected `int` >= 0, got -3600"),
        (pendulum.date(2026, 1, 1) - pendulum.date(2026, 1, 2), "is invalid: expected `int` >= 0"),
        (pd.NaT, "is NaT, which is not a time; omit it"),
        (np.timedelta64(1, "h"), "is invalid: expected `int`, got np.timedelta64(1,'h')"),
        (relativedelta(hours=1), "is invalid: expected `int`, got relativedelta(hours=+1)"),
        (np.float64(60), "is invalid: expected `int`, got np.float64(60.0)"),
        (np.array([1, 2]), "is invalid: expected `int`, got array([1, 2])"),
        (object(), "is invalid: expected `int`, got <object object at"),
    ),
    ids=lambda each: type(each).__name__,
)
def test_durations_that_cannot_be_sent_are_refused(api: Api, value: Any, message: str) -> None:
    for call in created(api):
        with pytest.raises(UsageError) as caught:
            call(value)

        assert f"duration {message}" in str(caught.value)
    assert api.sent == []


ZONES: tuple[tzinfo, ...] = (
    ZoneInfo("Europe/Tallinn"),
    tz.gettz("Europe/Tallinn"),
    pendulum.timezone("Europe/Tallinn"),
)
TIMES = (
    NINE,
    Timestamp(2026, 1, 12, 9, tzinfo=UTC),
    pendulum.datetime(2026, 1, 12, 11, tz="Europe/Tallinn"),
    pd.Timestamp("2026-01-12T11:00", tz="Europe/Tallinn"),
    *(datetime(2026, 1, 12, 11, tzinfo=zone) for zone in ZONES),
)


def timed(api: Api) -> tuple[Send, Send, Send, Send]:
    """Call all that take a time."""
    blocks = api.client.time_blocks
    return (
        lambda value: blocks.create(100, start=value),
        lambda value: blocks.bulk_create([TimeBlockBulkCreateItem(task_id=100, start=value)]),
        lambda value: blocks.list(date_from=value, date_to=NINE),
        lambda value: api.client.request("GET", "/x", query={"date_from": value}),
    )


@pytest.mark.parametrize("nine", TIMES, ids=lambda each: f"{type(each).__name__} {each.tzinfo!r}")
def test_times_are_sent_as_the_same_point_in_time(api: Api, nine: datetime) -> None:
    for call in timed(api):
        call(nine)

        if "date_from" in api.query:
            sent = api.query["date_from"]
        else:
            sent = api.body.get("time_blocks", [api.body])[0]["start"]
        assert datetime.fromisoformat(sent) == NINE


@pytest.mark.parametrize("fold", (0, 1))
def test_an_hour_that_comes_twice_is_the_one_it_says(api: Api, fold: int) -> None:
    twice = datetime(2026, 10, 25, 3, 30, tzinfo=ZoneInfo("Europe/Tallinn"), fold=fold)

    api.client.time_blocks.create(100, start=twice)

    assert api.body["start"] == f"2026-10-25T0{fold}:30:00Z"


@pytest.mark.parametrize(
    ("value", "message"),
    (
        (pd.Timestamp("2026-01-12T09:00:00.000000999Z"), "must not be finer than a microsecond"),
        (pd.Timestamp("2026-01-12"), "must have a time zone, got 2026-01-12"),
        (pendulum.naive(2026, 1, 12), "must have a time zone, got 2026-01-12"),
        (pd.NaT, "NaT"),
    ),
    ids=lambda each: type(each).__name__,
)
def test_times_that_cannot_be_sent_are_refused(api: Api, value: Any, message: str) -> None:
    for call in timed(api):
        with pytest.raises(UsageError) as caught:
            call(value)

        assert message in str(caught.value).replace("a time of day must not", "must not")
    assert api.sent == []


def test_what_stands_for_a_time_is_refused(api: Api) -> None:
    for value in (date(2026, 1, 12), np.datetime64("2026-01-12"), object()):
        for call in timed(api)[:3]:
            with pytest.raises(UsageError, match="must be a datetime with a time zone, got"):
                call(value)
    assert api.sent == []


def test_other_requests_take_the_same_values(api: Api) -> None:
    query: Any = {"a": np.int64(7), "b": np.array([1, 2]), "c": Day(2026, 1, 12), "d": np.True_}
    body: Any = {"a": np.int64(7), "b": [Number(7), Text("x"), np.float64(0.5)], "c": np.True_}

    api.client.request("POST", "/x", query=query, json=body)

    assert api.query == {"a": "7", "b": "1,2", "c": "2026-01-12", "d": "true"}
    assert api.body == {"a": 7, "b": [7, "x", 0.5], "c": True}


def test_a_block_in_place_of_its_id_is_refused_with_what_to_do(api: Api) -> None:
    block: Any = TimeBlock(
        id=7, workspace_id=10, task_id=100, toggl_user_id=5, start=NINE, created_at=NINE
    )
    blocks = api.client.time_blocks

    calls: dict[str, Call] = {
        "archive: time_block_id": lambda: blocks.archive(100, block),
        "bulk_delete: ids[1]": lambda: blocks.bulk_delete([1, block]),
        "bulk_update: items[0].id": lambda: blocks.bulk_update([TimeBlockBulkUpdateItem(id=block)]),
    }
    for name, call in calls.items():
        with pytest.raises(UsageError) as caught:
            call()

        assert str(caught.value).startswith(f"time_blocks.{name} is invalid: expected `int`, got")
        assert str(caught.value).endswith("; pass its id")
    assert api.sent == []


def test_none_in_an_update_points_to_what_clears_a_field(api: Api) -> None:
    nothing: Any = None
    blocks, raw = api.client.time_blocks, api.client.raw.time_blocks
    item = TimeBlockBulkUpdateItem(id=1, duration=nothing)

    calls: dict[str, Call] = {
        "time_blocks.update: duration": lambda: blocks.update(100, 7, duration=nothing),
        "raw.time_blocks.update: duration": lambda: raw.update(100, 7, duration=nothing),
        "time_blocks.bulk_update: items[0].duration": lambda: blocks.bulk_update([item]),
    }
    for name, call in calls.items():
        with pytest.raises(UsageError) as caught:
            call()

        assert str(caught.value) == (
            f"{name} is None, and null is never sent; omit it (or pass UNSET) to leave it "
            "unchanged; to clear it, use time_blocks.replace, which clears every field that you omit"
        )
    calls = {
        "update: start": lambda: blocks.update(100, 7, start=nothing),  # which no block is without
        "update: task_id": lambda: blocks.update(nothing, 7),
        "create: duration": lambda: blocks.create(100, start=NINE, duration=nothing),
    }
    for name, call in calls.items():
        with pytest.raises(UsageError) as caught:
            call()

        assert str(caught.value) == (
            f"time_blocks.{name} is None, and null is never sent; pass a value, or omit it "
            "(or pass UNSET) if it is optional"
        )
    assert api.sent == []
