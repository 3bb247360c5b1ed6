"""The database: a file outlives everything, and no other file is touched."""

from __future__ import annotations

import random
import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.server.focus import Focus, Serve, Spawn, read, row
from toggl_focus_conformance import ReferenceServer, StartError, create_app


def test_a_file_keeps_blocks_and_deletions_over_a_restart(serve: Serve, tmp_path: Path) -> None:
    before = serve(database=tmp_path / "state", seed="demo")
    kept = before.create(duration=7, completed=True)
    gone = before.create()
    before.http.delete(before.path(gone))
    before.server.stop()

    # the seed is for new files only
    after = serve(database=tmp_path / "state", seed="empty")

    assert after.get(kept) == kept
    assert after.http.get(after.path(gone)).status_code == 404
    assert after.http.patch(f"{after.path(gone)}/restore").status_code == 204
    assert 1001 in after.ids()
    assert after.server.accounts == before.server.accounts


def test_two_servers_can_share_a_file(serve: Serve, tmp_path: Path) -> None:
    one, other = (serve(database=tmp_path / "state", validate=False) for _ in range(2))
    one.server.app.store.insert_all(row(n) for n in range(6000))
    block = {"task_id": 100, "id": 1}

    def work(focus: Focus) -> list[int]:
        return [
            focus.http.patch(focus.path(block), json={"duration": n}).status_code for n in range(40)
        ]

    def both() -> None:
        # while the first has a stream under way
        with ThreadPoolExecutor(2) as pool:
            done.extend(pool.map(work, (other, one)))

    done: list[list[int]] = []
    _, whole = read(one.http, "/time-blocks/stream", both)

    assert done == [[204] * 40] * 2
    assert whole


def test_memory_begins_anew(serve: Serve) -> None:
    serve().create()

    assert serve().ids() == []


@pytest.mark.parametrize("seed", range(3))
def test_kill_9_loses_no_acknowledged_block(
    spawn: Spawn, serve: Serve, tmp_path: Path, seed: int
) -> None:
    process = spawn("--database", str(tmp_path / "state"), "--seed", "empty")
    until = random.Random(seed).randint(10, 60)  # noqa: S311  # a place to stop at, no secret
    acknowledged: list[int] = []

    def create() -> None:
        with httpx.Client(headers=process.headers) as http:
            while True:
                path = f"{process.url}/organizations/1/workspaces/10/tasks/100/time-blocks"
                response = http.post(path, json={"start": "2026-03-02T09:00:00Z"})
                acknowledged.append(response.json()["id"])
                if len(acknowledged) == until:
                    process.popen.send_signal(signal.SIGKILL)

    def create_until_killed() -> None:
        with pytest.raises(httpx.TransportError):
            create()

    writer = Thread(target=create_until_killed)
    writer.start()
    writer.join()

    found = serve(database=tmp_path / "state").range(kind="time-blocks/stream").json()
    assert len(acknowledged) >= until
    assert set(acknowledged) <= {block["id"] for block in found}


def diary(path: Path) -> None:
    path.write_text("Dear diary")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(5000))


def no_folder(path: Path) -> None:
    path.parent.rmdir()


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()


def newer(path: Path) -> None:
    create_app(database=path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def older(path: Path) -> None:
    create_app(database=path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()


@pytest.mark.parametrize(
    ("prepare", "text"),
    (
        pytest.param(diary, "not a database", id="text"),
        pytest.param(zeros, "not a database", id="zeros"),
        pytest.param(foreign, "of another application", id="foreign"),
        pytest.param(older, "by an older version: its format is 1", id="older"),
        pytest.param(newer, "by a newer version: its format is 99", id="newer"),
        pytest.param(Path.mkdir, "it is a directory", id="directory"),
        pytest.param(no_folder, "there is no directory", id="no-such-folder"),
    ),
)
def test_a_file_that_is_not_ours_is_refused_in_one_line_and_left_alone(
    tmp_path: Path, prepare: Callable[[Path], None], text: str
) -> None:
    path = tmp_path / "folder" / "state"
    path.parent.mkdir()
    prepare(path)
    before = path.read_bytes() if path.is_file() else None

    with pytest.raises(StartError, match=text) as caught:
        ReferenceServer(database=path)

    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.touch()

    with create_app(database=path) as app:
        assert app.accounts[0].workspace_id == 10


def test_the_name_that_sqlite_has_for_memory_is_memory(serve: Serve) -> None:
    focus = serve(database=":memory:", seed="demo")

    assert focus.range(kind="time-blocks/stream").json()


@pytest.mark.parametrize(
    ("options", "message"),
    (
        ({"seed": "nope"}, "seed must be empty or demo, got 'nope'"),
        ({"nulls": "maybe"}, "nulls must be send or omit, got 'maybe'"),
        ({"quota": -1}, "quota must be 0 or more requests an hour, got -1"),
    ),
)
def test_an_invalid_option_is_named_with_its_choices(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        create_app(**options)
