"""What responses hold: every field of the description, null or omitted, and no other."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, cast

import httpx
import pytest

from tests.server.focus import YEAR, Focus, Serve
from toggl_focus_conformance import create_app
from toggl_focus_server.description import Description, packaged

# a deleted block is in no list and cannot be read (D12): no response can show when it was deleted
NEVER = {"[].deleted_at"}


def changed(**paths: Any) -> Description:
    """The description with some paths more."""
    document = deepcopy(packaged().document)
    document["paths"] |= paths.get("paths", {})
    for name, schema in paths.get("properties", {}).items():
        document["components"]["schemas"]["TimeBlock"]["properties"][name] = schema
    for name, limits in paths.get("parameters", {}).items():
        document["components"]["parameters"][name]["schema"] |= limits
    return Description(document)


def described(schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """The place of every property below a schema that the vendor documents and still sends."""
    schema = packaged().resolve(schema)
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from described(part, at)
    if "items" in schema:
        yield from described(schema["items"], f"{at}[]")
    for name, child in schema.get("properties", {}).items():
        basis = child.get("x-basis", ())
        documented = {"docs", "vendor"} & {*([basis] if isinstance(basis, str) else basis)}
        if child.get("x-removed") or not documented:
            continue
        yield f"{at}.{name}"
        yield from described(child, f"{at}.{name}")


def shown(value: Any, at: str = "") -> Iterator[str]:
    """The place of every value that is not null."""
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from shown(item, f"{at}[]")
    elif isinstance(value, dict):
        for name, child in cast("dict[str, object]", value).items():
            if child is not None:
                yield f"{at}.{name}"
                yield from shown(child, f"{at}.{name}")


def lacking(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """The place of every required field that is absent or null below a value."""
    schema = packaged().resolve(schema)
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from lacking(value, part, at)
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from lacking(item, schema.get("items", {}), f"{at}[]")
    elif isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        yield from (f"{at}.{n}" for n in schema.get("required", ()) if fields.get(n) is None)
        for name, child in schema.get("properties", {}).items():
            yield from lacking(fields.get(name), child, f"{at}.{name}")


def everything(focus: Focus) -> list[dict[str, Any]]:
    """All blocks of all workspaces, archived ones too, as their users read them."""
    found: list[dict[str, Any]] = []
    for account in focus.server.accounts:
        for organization, workspace in account.workspaces:
            response = httpx.get(
                f"{focus.server.url}/organizations/{organization}/workspaces/{workspace}"
                "/time-blocks/stream",
                params={**YEAR, "archived": ""},
                headers={"Authorization": f"Bearer {account.api_key}"},
            )
            found += response.json()
    return found


@pytest.mark.parametrize("nulls", ("send", "omit"))
def test_every_required_field_of_the_demo_has_a_value(serve: Serve, nulls: str) -> None:
    (operation,) = (o for o in packaged().operations if o.id == "stream_time_blocks")

    blocks = everything(serve(seed="demo", nulls=nulls))

    assert {block["workspace_id"] for block in blocks} == {10, 11, 20}
    assert list(lacking(blocks, operation.body_of(200) or {})) == []


@pytest.mark.parametrize("nulls", ("send", "omit"))
def test_a_field_that_the_vendor_removed_is_not_sent(serve: Serve, nulls: str) -> None:
    names = {
        name
        for schema in packaged().components["schemas"].values()
        for name, field in schema.get("properties", {}).items()
        if field.get("x-removed")
    }

    text = json.dumps(everything(serve(seed="demo", nulls=nulls)))

    assert names
    assert [name for name in names if f'"{name}":' in text] == []


def test_the_blocks_of_an_archived_task_are_archived(demo: Focus) -> None:
    blocks = [block for block in everything(demo) if block["task"]["archived_at"]]

    assert blocks
    assert [block["id"] for block in blocks if not block["archived_at"]] == []


def test_the_demo_shows_every_field_that_the_vendor_documents(demo: Focus) -> None:
    (operation,) = (o for o in packaged().operations if o.id == "stream_time_blocks")
    schema = operation.body_of(200)
    assert schema is not None

    blocks = demo.range(kind="time-blocks/stream", archived="").json()

    fields = set(described(schema))
    assert len(fields) > 90
    assert fields - set(shown(blocks)) == NEVER


@pytest.mark.parametrize(
    ("path", "fields"),
    (
        ("/tasks/100/time-blocks/1001", set[str]()),
        ("/tasks/100/time-blocks?page=1", {"has_time_entry"}),
        (
            "/time-blocks?date_from=2026-01-05T00:00:00Z&date_to=2026-01-06T00:00:00Z",
            {"has_time_entry", "task"},
        ),
    ),
)
def test_each_response_has_the_fields_of_its_own_schema(
    demo: Focus, path: str, fields: set[str]
) -> None:
    response = demo.http.get(path).json()

    block = response["data"][0] if "data" in response else response
    assert {"has_time_entry", "task"} & set(block) == fields


def test_nulls_are_sent_or_omitted_as_configured(serve: Serve) -> None:
    sent = serve(seed="demo").range(kind="time-blocks/stream").json()
    omitted = serve(seed="demo", nulls="omit").range(kind="time-blocks/stream").json()

    assert set(sent[0]) > {"description", "archived_at"}
    assert not {"description", "archived_at"} & set(omitted[0])
    assert [set(shown(block)) for block in sent] == [set(shown(block)) for block in omitted]
    # false, 0 and empty lists are values
    assert [b["has_time_entry"] for b in sent] == [b["has_time_entry"] for b in omitted]
    assert omitted[-1]["task"]["custom_field_values"][1]["value"] is False
    assert 0 in [block.get("duration") for block in omitted]


def test_numbers_are_exact(demo: Focus) -> None:
    text = demo.range(kind="time-blocks/stream").text

    assert '"hourly_rate":64.125,' in text
    assert '"id":1001,' in text


def test_a_response_that_breaks_the_description_becomes_a_500(serve: Serve) -> None:
    description = changed(properties={"duration": {"type": "string"}})
    focus = serve(description=description)

    response = focus.http.post(
        "/tasks/100/time-blocks", json={"start": "2026-03-02T09:00:00Z", "duration": 1}
    )

    assert (response.status_code, response.json()["error"]) == (500, "internal")
    assert focus.ids() == []


def test_unless_responses_are_not_checked(serve: Serve) -> None:
    focus = serve(description=changed(properties={"duration": {"type": "string"}}), validate=False)

    assert focus.create(duration=1)["duration"] == 1


def test_an_operation_that_is_only_described_responds_with_501(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    operation = {"operationId": "count_time_blocks", "responses": {"200": {"description": "…"}}}
    focus = serve(description=changed(paths={"/count": {"get": operation}}))
    before = list(caplog.messages)

    response = focus.http.get(f"{focus.server.url}/count")

    assert (response.status_code, response.json()["error"]) == (501, "not_implemented")
    assert before == []
    assert focus.server.app.unimplemented == ("count_time_blocks",)
    assert focus.create()["id"] == 1


def test_a_new_field_of_the_description_is_sent_as_null(serve: Serve) -> None:
    focus = serve(description=changed(properties={"mood": {"type": ["string", "null"]}}))

    assert focus.create()["mood"] is None


def test_a_required_field_is_never_omitted(serve: Serve) -> None:
    document = deepcopy(changed(properties={"mood": {"type": ["string", "null"]}}).document)
    document["components"]["schemas"]["TimeBlock"]["required"].append("mood")

    block = serve(description=Description(document), nulls="omit").create()

    assert (block["mood"], "duration" in block) == (None, False)


def test_limits_come_from_the_description(serve: Serve) -> None:
    focus = serve(description=changed(parameters={"PerPage": {"maximum": 3, "default": 2}}))

    assert focus.range(per_page=4).status_code == 400
    assert focus.range().json()["per_page"] == 2


def test_the_application_can_be_called_in_process() -> None:
    async def call() -> httpx.Response:
        with create_app(seed="demo", validate=True) as app:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x/api") as http:
                key = app.accounts[0].api_key
                return await http.get(
                    "/organizations/1/workspaces/10/tasks/100/time-blocks/1001",
                    headers={"Authorization": f"Bearer {key}"},
                )

    response = asyncio.run(call())

    assert json.loads(response.text)["id"] == 1001
