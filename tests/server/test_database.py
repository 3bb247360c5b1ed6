"""A database file that is removed, replaced, locked or older: no acknowledged write is lost."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.focus import Focus, Serve
from toggl_focus_conformance import TimeLimits, create_app
from toggl_focus_server.problems import Problem
from toggl_focus_server.waiting import until_unlocked

START = {"start": "2026-03-02T09:00:00Z"}
CREATE = "/tasks/100/time-blocks"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def kept(serve: Serve, path: Path) -> Focus:
    """A server with a file, which waits for nobody."""
    return serve(database=path, limits=TimeLimits(locked=0))


def remove(path: Path) -> None:
    path.unlink()


def remove_everything(path: Path) -> None:
    for each in path.parent.iterdir():
        each.unlink()


def remove_the_log(path: Path) -> None:
    """Where SQLite keeps what is not in the file yet."""
    path.with_name("state-wal").unlink()


def remove_the_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def rename(path: Path) -> None:
    path.rename(path.with_name("other"))


def replace(path: Path) -> None:
    other = path.with_name("other")
    create_app(database=other).close()
    other.replace(path)


def cut(path: Path) -> None:
    path.write_bytes(b"")


LOSSES = (remove, remove_everything, remove_the_log, remove_the_folder, rename, replace, cut)


@pytest.mark.parametrize("lose", LOSSES)
def test_nothing_is_acknowledged_once_the_file_is_gone(
    kept: Focus, path: Path, lose: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    kept.create()
    lose(path)

    responses = [
        kept.http.post(CREATE, json=START),
        kept.http.patch(f"{CREATE}/1", json={"duration": 1}),
        kept.http.delete("/time-blocks/bulk?ids=1"),
        kept.http.get(CREATE),
        kept.range(kind="time-blocks/stream"),
    ]
    health = kept.http.get(kept.server.url.replace("/api", "/health"))

    text = f"The database file {path} was removed or replaced while it was in use"
    for response in responses:
        assert (response.status_code, response.json()["error"]) == (500, "internal")
        assert response.json()["error_description"].startswith(text)
    assert (health.status_code, health.json()["status"]) == (503, "error")
    assert "Traceback" not in caplog.text
    # nor is a new, empty file made in its place
    assert lose in {replace, remove_the_log, cut} or not path.exists()


def test_a_write_is_not_acknowledged_if_the_file_goes_while_it_is_done(
    kept: Focus, path: Path
) -> None:
    def look(statement: str) -> None:
        if statement == "COMMIT":
            path.unlink()

    connection: sqlite3.Connection = kept.server.app.store._connection  # noqa: SLF001  # between two statements
    connection.set_trace_callback(look)

    response = kept.http.post(CREATE, json=START)

    assert (response.status_code, response.json()["error"]) == (500, "internal")


def test_a_file_may_be_read_and_written_by_others_and_grow(kept: Focus, path: Path) -> None:
    first = kept.create()
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE blocks SET duration = 7")
        other.commit()
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert kept.get(first)["duration"] == 7
    assert kept.create()["id"] == 2


def test_a_link_to_a_file_can_be_used(serve: Serve, path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)

    focus = serve(database=link)

    assert focus.create()["id"] == 1
    assert path.exists()


@pytest.mark.parametrize("name", ("a b", "50%", "what?", "hash#tag", "ö"))
def test_a_file_may_be_called_anything(serve: Serve, tmp_path: Path, name: str) -> None:
    focus = serve(database=tmp_path / name)

    focus.create()

    assert len(focus.range(kind="time-blocks/stream").json()) == 1
    assert (tmp_path / name).exists()


def test_a_write_into_a_locked_file_is_503_and_can_be_repeated(kept: Focus, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        response = kept.http.post(CREATE, json=START)
        reads = [kept.http.get(CREATE), kept.range(), kept.range(kind="time-blocks/stream")]

    assert (response.status_code, response.json()["error"]) == (503, "unavailable")
    assert response.json()["error_description"] == "Another process has locked the database file"
    assert response.headers["retry-after"] == "1"
    assert [read.status_code for read in reads] == [200, 200, 200]


def test_others_are_served_while_a_write_waits_for_the_lock(serve: Serve, path: Path) -> None:
    focus = serve(database=path)
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        ThreadPoolExecutor(3) as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        writes = [pool.submit(focus.create) for _ in range(3)]
        reads = [focus.http.get(CREATE).status_code for _ in range(20)]
        waiting = [write.done() for write in writes]
        other.execute("ROLLBACK")
        ids = sorted(write.result()["id"] for write in writes)

    assert reads == [200] * 20
    assert waiting == [False] * 3
    assert ids == [1, 2, 3]


def test_whatever_is_done_is_done_again_until_the_file_is_unlocked() -> None:
    times: list[int] = []

    def step() -> str:
        times.append(len(times))
        if len(times) < 5:
            raise failure(sqlite3.SQLITE_BUSY_RECOVERY)
        return "done"

    with create_app() as app:
        assert asyncio.run(until_unlocked(app.store, 60, step)) == "done"

    assert len(times) == 5


@pytest.mark.parametrize(
    "code", (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_READONLY_DBMOVED)
)
def test_a_disk_that_is_full_or_broken_is_503_in_one_line(
    code: int, caplog: pytest.LogCaptureFixture
) -> None:
    def step() -> None:
        raise failure(code)

    with create_app() as app, pytest.raises(Problem, match="503"):
        asyncio.run(until_unlocked(app.store, 60, step))

    assert [record.getMessage() for record in caplog.records] == [
        "the database file cannot be used: as SQLite says"
    ]


def failure(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says")
    error.sqlite_errorcode = code
    return error


def test_servers_that_start_at_once_share_a_new_file(path: Path) -> None:
    def start(_: int) -> int:
        with create_app(database=path) as app:
            return len(app.accounts)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(start, range(4))) == [4] * 4
