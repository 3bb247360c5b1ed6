"""A changed description changes the server: what is described is stored, sent and enforced."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.focus import Focus, Serve
from toggl_focus_server.description import Description, packaged
from toggl_focus_server.operations import HANDLERS, Call

Node = dict[str, Any]

START = "2026-03-02T09:00:00Z"
WRITES = (
    "create_time_block",
    "replace_time_block",
    "update_time_block",
    "bulk_create_time_blocks",
    "bulk_update_time_blocks",
)
STATUSES: Node = {
    "get": {
        "operationId": "list_statuses",
        "parameters": [{"$ref": "#/components/parameters/WorkspaceId"}],
        "responses": {
            "200": {
                "description": "The statuses of a workspace.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["id"],
                                "properties": {"id": {"type": "integer"}},
                            },
                        }
                    }
                },
            },
            **{
                status: {"$ref": f"#/components/responses/{name}"}
                for status, name in (
                    ("400", "BadRequest"),
                    ("401", "Unauthorized"),
                    ("402", "PaymentRequired"),
                    ("403", "Forbidden"),
                    ("500", "ServerError"),
                )
            },
        },
    }
}


def block_schemas(description: Description) -> Iterator[tuple[str, Node]]:
    """The schema of each body that writes a block, and of each shape in which one is sent."""
    for each in description.operations:
        if each.id in WRITES:
            assert each.body is not None
            yield "body", entry(description, each.body["content"]["application/json"]["schema"])
        if schema := each.body_of(each.status):
            yield "response", entry(description, schema)


def entry(description: Description, schema: Node) -> Node:
    """What a list, a page or a bulk body is a list of."""
    schema = description.resolve(schema)
    if "items" in schema:
        return entry(description, schema["items"])
    for name in ("data", "time_blocks"):
        if name in schema.get("properties", {}):
            return entry(description, schema["properties"][name])
    return schema


def with_field(name: str, sent: Node, written: Node | None = None) -> Description:
    """The description with a field that can be read, and written if a schema is given."""
    description = Description(deepcopy(packaged().document))
    for kind, schema in block_schemas(description):
        if kind == "response":
            schema.setdefault("properties", {})[name] = sent
        elif written is not None:
            schema["properties"][name] = written
    return Description(description.document)


def without_field(name: str) -> Description:
    description = Description(deepcopy(packaged().document))
    for _, schema in block_schemas(description):
        places = [schema, *map(description.resolve, schema.get("allOf", ()))]
        for place in places:
            place.get("properties", {}).pop(name, None)
            if name in place.get("required", ()):
                place["required"].remove(name)
    return Description(description.document)


FIELDS: dict[str, tuple[Node, Node, Any, Any]] = {
    "text": ({"type": ["string", "null"]}, {"type": "string"}, "#06a893", "é\0"),
    "integer": ({"type": ["integer", "null"]}, {"type": "integer"}, 2**62, -1),
    "number": ({"type": ["number", "null"]}, {"type": "number"}, 0.125, 1e300),
    "boolean": ({"type": ["boolean", "null"]}, {"type": "boolean"}, True, False),
    "datetime": (
        {"type": ["string", "null"], "format": "date-time"},
        {"type": "string", "format": "date-time"},
        "2026-03-02T09:00:00.500000Z",
        "0001-01-01T00:00:00Z",
    ),
    "list": (
        {"type": ["array", "null"], "items": {"type": "string"}},
        {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        ["a", "b"],
        [],
    ),
    "object": (
        {
            "anyOf": [
                {"type": "object", "properties": {"a": {"type": "integer"}}},
                {"type": "null"},
            ]
        },
        {"type": "object", "properties": {"a": {"type": "integer"}}},
        {"a": 1},
        {"a": 0},
    ),
    "map": ({"type": ["object", "null"]}, {"type": "object"}, {"a": {"b": [1]}}, {}),
}


@pytest.mark.parametrize(("sent", "written", "one", "other"), FIELDS.values(), ids=FIELDS)
def test_a_field_that_is_described_is_stored_and_sent(
    serve: Serve, tmp_path: Path, sent: Node, written: Node, one: Any, other: Any
) -> None:
    description = with_field("mood", sent, written)
    focus = serve(description=description, database=tmp_path / "state")
    path, bulk = "/tasks/100/time-blocks", "/time-blocks/bulk"

    def read() -> list[Any]:
        return [block["mood"] for block in focus.range().json()["data"]]

    created = focus.create(mood=one)
    made = focus.http.post(
        bulk, json={"time_blocks": [{"start": START, "task_id": 100, "mood": other}]}
    ).json()
    assert [created["mood"], made[0]["mood"], focus.create()["mood"]] == [one, other, None]
    assert read() == [one, other, None]

    focus.http.patch(f"{path}/1", json={"duration": 1})
    focus.http.patch(f"{path}/2", json={"mood": one})
    focus.http.patch(bulk, json=[{"id": 3, "mood": other}])
    assert read() == [one, one, other]

    focus.http.put(f"{path}/1", json={"start": START})
    focus.http.put(f"{path}/2", json={"start": START, "mood": other})
    assert read() == [None, other, other]
    assert [block["mood"] for block in focus.range(kind="time-blocks/stream").json()] == read()

    focus.server.stop()
    again = serve(description=description, database=tmp_path / "state")
    assert again.range().json()["data"][1]["mood"] == other


def test_a_new_timestamp_is_stored_like_any_other(serve: Serve) -> None:
    sent, written, *_ = FIELDS["datetime"]
    focus = serve(description=with_field("due", sent, written))

    created = focus.create(due="2026-03-02T11:00:00.5+02:00")

    assert created["due"] == focus.get(created)["due"] == "2026-03-02T09:00:00.500000Z"


def test_a_new_field_that_is_written_is_checked(serve: Serve) -> None:
    focus = serve(description=with_field("mood", {"type": "string"}, {"type": "string"}))

    response = focus.http.post("/tasks/100/time-blocks", json={"start": START, "mood": 6})

    assert response.status_code == 400
    assert response.json()["error_description"].startswith("body.mood: ")


def test_a_field_that_can_only_be_read_is_not_written(serve: Serve) -> None:
    focus = serve(description=with_field("mood", {"type": ["string", "null"]}))

    assert focus.create(mood="good", description="none", id=77)["mood"] is None
    assert focus.ids() == [1]


@pytest.mark.parametrize(
    ("schema", "required", "nulls", "expected"),
    (
        ({"type": "string"}, True, "send", ""),
        ({"type": "boolean"}, True, "omit", False),
        ({"type": "array", "items": {"type": "string"}}, True, "send", []),
        ({"type": "string", "default": "calm"}, True, "send", "calm"),
        ({"type": ["string", "null"]}, True, "omit", None),
        ({"type": "string"}, False, "send", "absent"),
        ({"type": ["string", "null"]}, False, "send", None),
        ({"type": ["string", "null"]}, False, "omit", "absent"),
    ),
)
def test_a_block_without_a_value_for_a_field_is_sent_as_the_description_allows(
    serve: Serve,
    schema: Node,
    required: bool,  # noqa: FBT001  # a column of the table
    nulls: str,
    expected: Any,
) -> None:
    description = with_field("mood", schema)
    for kind, shape in block_schemas(description):
        if kind == "response" and required:
            shape.setdefault("required", []).append("mood")

    focus = serve(description=description, nulls=nulls, seed="demo")

    for block in (focus.create(), *focus.range().json()["data"]):
        assert block.get("mood", "absent") == expected


def test_an_older_file_gains_the_columns_of_new_fields(serve: Serve, tmp_path: Path) -> None:
    before = serve(database=tmp_path / "state")
    block = before.create(duration=7)
    before.server.stop()

    after = serve(
        database=tmp_path / "state",
        description=with_field("mood", {"type": ["string", "null"]}, {"type": "string"}),
    )
    after.http.patch(after.path(block), json={"mood": "good"})

    assert after.get(block) | {"updated_at": None} == {**block, "mood": "good", "updated_at": None}
    with closing(sqlite3.connect(tmp_path / "state")) as connection:
        assert connection.execute("SELECT mood FROM blocks").fetchall() == [("good",)]


@pytest.mark.parametrize(
    "name", ("description", "timezone", "deleted_at", "updated_at", "duration")
)
def test_a_field_that_is_gone_is_not_sent_even_from_an_older_file(
    serve: Serve, tmp_path: Path, name: str
) -> None:
    serve(database=tmp_path / "state", seed="demo").server.stop()

    older = serve(database=tmp_path / "state", description=without_field(name))
    newer = serve(seed="demo", description=without_field(name))

    for focus in (older, newer):
        blocks = focus.range(kind="time-blocks/stream").json()
        assert len(blocks) > 30
        assert not any(name in block for block in blocks)
        assert name not in focus.create()


def test_a_new_key_can_be_ordered_by(serve: Serve) -> None:
    description = with_field("Mood 1", {"type": ["string", "null"]}, {"type": "string"})
    for each in description.operations:
        for parameter in each.parameters:
            if parameter["name"] == "order_by":
                keys = description.resolve(parameter["schema"]["items"])
                keys["enum"] = [*keys["enum"], "Mood 1", "-duration"]
    focus = serve(description=Description(description.document))
    for mood, duration in (("b", 1), ("a", 1), ("a", 2)):
        body: Node = {"start": START, "duration": duration, "Mood 1": mood}
        focus.http.post("/tasks/100/time-blocks", json=body)

    assert focus.ids(order_by="Mood 1,-duration") == [3, 2, 1]


def test_the_largest_body_is_the_descriptions(serve: Serve) -> None:
    document = {**packaged().document, "x-max-body-bytes": 100}
    focus = serve(description=Description(document))

    response = focus.http.post("/tasks/100/time-blocks", json={"start": START, "x": "y" * 100})

    assert response.json()["error_description"] == "body: larger than 100 bytes"


def test_schemas_may_be_called_anything(serve: Serve) -> None:
    text = json.dumps(packaged().document)
    for name in packaged().components["schemas"]:
        text = text.replace(f'schemas/{name}"', f'schemas/My{name}"')
    document = json.loads(text)
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {f"My{name}": schema for name, schema in schemas.items()}

    focus = serve(description=Description(document), seed="demo")

    assert focus.range().json()["data"][0]["task"]["name"]
    assert focus.http.get("/tasks/100/time-blocks/9").status_code == 404


@pytest.fixture
def statuses(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Focus:
    """A server with an operation whose path names no organization."""

    def list_statuses(call: Call) -> list[Node]:
        return [{"id": call.workspace_id}]

    monkeypatch.setitem(HANDLERS, "list_statuses", list_statuses)

    document = deepcopy(packaged().document)
    document["paths"]["/workspaces/{workspace_id}/statuses"] = STATUSES
    return serve(description=Description(document), quota=1)


@pytest.mark.parametrize(
    ("user", "workspace", "status"),
    ((0, "10", 200), (0, "11", 200), (0, "20", 403), (0, "99", 403), (0, "x", 400), (3, "10", 403)),
)
def test_a_path_may_have_no_organization(
    statuses: Focus, user: int, workspace: str, status: int
) -> None:
    key = statuses.server.accounts[user].api_key

    response = statuses.http.get(
        f"{statuses.server.url}/workspaces/{workspace}/statuses",
        headers={"Authorization": f"Bearer {key}"},
    )

    assert response.status_code == status
    assert status != 200 or response.json() == [{"id": int(workspace)}]


def test_its_quota_is_that_of_the_workspaces_organization(statuses: Focus) -> None:
    _, juri, *_ = statuses.server.accounts  # in two organizations
    paths = (
        "/workspaces/10/statuses",
        "/organizations/1/workspaces/10/tasks/100/time-blocks",
        "/workspaces/20/statuses",
    )

    responses = [
        httpx.get(
            f"{statuses.server.url}{path}", headers={"Authorization": f"Bearer {juri.api_key}"}
        )
        for path in paths
    ]

    assert [response.status_code for response in responses] == [200, 402, 200]
