"""Libraries that mock httpx see the requests of both clients."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest
import respx
import vcr  # type: ignore[import-untyped]  # it has no types

from toggl_focus import AsyncTogglFocus, TogglFocus, TransportError
from toggl_focus_conformance import ReferenceServer

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpx import HTTPXMock

URL = "https://focus.example/api"
ARCHIVE = f"{URL}/organizations/1/workspaces/10/tasks/100/time-blocks/1001/archive"


def archive_sync(url: str, key: str) -> None:
    with TogglFocus(base_url=url, api_key=key, organization_id=1, workspace_id=10) as client:
        client.time_blocks.archive(100, 1001, max_retries=0)


def archive_async(url: str, key: str) -> None:
    async def archive() -> None:
        async with AsyncTogglFocus(base_url=url, api_key=key) as client:
            await client.time_blocks.archive(
                100, 1001, organization_id=1, workspace_id=10, max_retries=0
            )

    asyncio.run(archive())


both = pytest.mark.parametrize("archive", (archive_sync, archive_async))


@both
def test_respx_sees_every_request(archive: Callable[[str, str], None]) -> None:
    with respx.mock:
        route = respx.post(ARCHIVE).respond(204)

        archive(URL, "any")

        assert route.call_count == 1
        assert route.calls.last.request.headers["authorization"] == "Bearer any"


@both
def test_pytest_httpx_sees_every_request(
    archive: Callable[[str, str], None], httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(204, url=ARCHIVE, method="POST")
    httpx_mock.add_exception(httpx.ConnectError("down"), url=ARCHIVE)

    archive(URL, "any")
    with pytest.raises(TransportError, match="down"):
        archive(URL, "any")


@both
def test_vcrpy_records_and_replays_without_the_key(
    archive: Callable[[str, str], None], tmp_path: Path
) -> None:
    cassette = tmp_path / "archive.yaml"
    with ReferenceServer(seed="demo") as server:
        url, key = server.url, server.account.api_key
        with vcr.use_cassette(cassette, filter_headers=["authorization"]):
            archive(url, key)

    with vcr.use_cassette(cassette, record_mode="none") as tape:
        archive(url, key)

    assert tape.all_played
    assert key not in cassette.read_text("utf-8")
