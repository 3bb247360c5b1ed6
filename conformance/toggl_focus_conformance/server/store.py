"""The state in SQLite: a file that survives kill -9 with every acknowledged write, or memory."""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from .seed import Seed

Row = dict[str, Any]

APPLICATION = 0x54464F43
VERSION = 2

_COLUMNS = (
    "workspace_id",
    "task_id",
    "toggl_user_id",
    "start",
    "duration",
    "timezone",
    "description",
    "calendar_event_id",
    "has_time_entry",
    "created_at",
    "updated_at",
    "completed_at",
    "archived_at",
    "deleted_at",
)
_INSERT = f"INSERT INTO blocks ({', '.join(_COLUMNS)}) VALUES (:{', :'.join(_COLUMNS)})"  # noqa: S608  # constants
_SAVE = f"UPDATE blocks SET {', '.join(f'{c} = :{c}' for c in _COLUMNS)} WHERE id = :id"  # noqa: S608  # constants


class StartError(Exception):
    """The server cannot start; the text says why in one line."""


@dataclass(frozen=True)
class Account:
    """A user of the server, and where they belong; the first pair is where to begin."""

    id: int
    name: str
    email: str
    password: str = field(repr=False)
    api_key: str = field(repr=False)
    workspaces: tuple[tuple[int, int], ...]
    """Pairs of organization and workspace."""
    task_ids: tuple[int, ...]
    """The tasks of the first workspace."""

    @property
    def organization_id(self) -> int:
        """The organization of the first workspace."""
        return self.workspaces[0][0]

    @property
    def workspace_id(self) -> int:
        """The first workspace."""
        return self.workspaces[0][1]


@dataclass(frozen=True)
class Selection:
    """Which live blocks of a workspace, and in what order."""

    workspace_id: int
    task_id: int | None = None
    status_id: int | None = None
    window: tuple[int, int] | None = None
    archived: bool | None = False
    """None: archived and active ones."""
    order: tuple[str, ...] = ("start",)

    def query(self) -> tuple[str, dict[str, Any]]:
        """The SQL and its values; of a request, only known column names get into the text."""
        terms = ["workspace_id = :workspace_id", "deleted_at IS NULL"]
        values: dict[str, Any] = {"workspace_id": self.workspace_id}
        if self.task_id is not None:
            terms.append("task_id = :task_id")
            values["task_id"] = self.task_id
        if self.status_id is not None:
            terms.append("task_id IN (SELECT id FROM tasks WHERE status_id = :status_id)")
            values["status_id"] = self.status_id
        if self.window is not None:
            # a sum beyond 64 bits turns into a float, which is exact enough out there
            terms.append("start <= :last AND start + coalesce(duration, 0) * 1000000 >= :first")
            values["first"], values["last"] = self.window
        if self.archived is not None:
            terms.append(f"archived_at IS {'NOT ' if self.archived else ''}NULL")
        keys: dict[str, str] = {}
        for key in self.order:
            # a column that was ordered by already changes nothing, and SQLite counts its terms
            column = _known(key.removeprefix("-"))
            keys.setdefault(column, f"+{column} {'DESC' if key.startswith('-') else 'ASC'}")
        # + keeps SQLite from walking an index: rows come from its sorter, and a write between two
        # of them can neither show one twice nor hide one, on one connection as on two
        order = ", ".join([*keys.values(), "+id"])
        return f"SELECT * FROM blocks WHERE {' AND '.join(terms)} ORDER BY {order}", values  # noqa: S608


class Store:
    """All that the server knows. Not for two threads at a time."""

    def __init__(self, path: str | PathLike[str] | None, seed: Seed) -> None:
        self._path = None if path is None or fspath(path) == ":memory:" else fspath(path)
        if self._path is not None:
            _check(Path(self._path))
        self._connection = self._connect()
        try:
            self._prepare(seed)
        except sqlite3.Error as error:
            self.close()
            raise StartError(f"cannot use the database {self._path}: {error}") from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def accounts(self) -> tuple[Account, ...]:
        """Every user, by id."""
        workspaces = "SELECT organization_id, id FROM workspaces WHERE id IN ("
        workspaces += "SELECT workspace_id FROM members WHERE user_id = ?) ORDER BY id"
        tasks = "SELECT id FROM tasks WHERE workspace_id = ? ORDER BY id"
        found: list[Account] = []
        users = "SELECT id, name, email, password, api_key FROM users ORDER BY id"
        for user in self._connection.execute(users).fetchall():
            account = Account(**user, workspaces=(), task_ids=())
            rows = self._connection.execute(workspaces, (account.id,)).fetchall()
            if rows:
                pairs = tuple((row["organization_id"], row["id"]) for row in rows)
                ids = self._connection.execute(tasks, (pairs[0][1],)).fetchall()
                account = replace(
                    account, workspaces=pairs, task_ids=tuple(row["id"] for row in ids)
                )
            found.append(account)
        return tuple(found)

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All of it or nothing; when this returns, it is on the disk."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            # a full disk ends the transaction by itself
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def has_task(self, workspace_id: int, task_id: int) -> bool:
        """Whether the task is one of the workspace's."""
        query = "SELECT 1 FROM tasks WHERE id = ? AND workspace_id = ?"
        return self._connection.execute(query, (task_id, workspace_id)).fetchone() is not None

    def timezone(self, workspace_id: int, user_id: int) -> str | None:
        """The time zone of a new block: the workspace's, otherwise its creator's, if known."""
        zones = "SELECT (SELECT timezone FROM workspaces WHERE id = ?) AS workspace,"
        zones += " (SELECT timezone FROM users WHERE id = ?) AS creator"
        row = self._connection.execute(zones, (workspace_id, user_id)).fetchone()
        zone: str | None = row["workspace"] or row["creator"]
        return zone

    def document(self, task_id: int) -> str:
        """A task as JSON."""
        query = "SELECT document FROM tasks WHERE id = ?"
        document: str = self._connection.execute(query, (task_id,)).fetchone()["document"]
        return document

    def block(self, workspace_id: int, block_id: int) -> Row | None:
        """A block of the workspace, deleted or not."""
        query = "SELECT * FROM blocks WHERE id = ? AND workspace_id = ?"
        row: Row | None = self._connection.execute(query, (block_id, workspace_id)).fetchone()
        return row

    def page(self, selection: Selection, page: int, per_page: int) -> list[Row]:
        """One page of a selection."""
        query, values = selection.query()
        # an offset beyond 64 bits is as far past the end as the largest
        values["skip"] = min((page - 1) * per_page, 2**63 - 1)
        values["most"] = per_page
        return self._connection.execute(f"{query} LIMIT :most OFFSET :skip", values).fetchall()

    def rows(self, selection: Selection) -> Generator[Row]:
        """A selection row by row, as it is now, whatever is written while it is read."""
        # a file is read apart: an old view of it would keep this connection from writing, once
        # another process has written
        connection = self._connection if self._path is None else self._connect()
        try:
            with closing(connection.execute(*selection.query())) as cursor:
                yield from cursor
        finally:
            if connection is not self._connection:
                connection.close()

    def insert(self, block: Row) -> int:
        """Add a block; its id comes back."""
        identity = self._connection.execute(_INSERT, block).lastrowid
        assert identity is not None  # noqa: S101  # an INSERT always has one; this is for checkers
        return identity

    def insert_all(self, blocks: Iterable[Row]) -> None:
        """Add many blocks at once, for those who need a full house."""
        with self.transaction():
            self._connection.executemany(_INSERT, blocks)

    def save(self, block: Row) -> None:
        """Write a block back."""
        self._connection.execute(_SAVE, block)

    def _connect(self) -> sqlite3.Connection:
        try:
            # opened in one thread and used in another, never in two at a time
            connection = sqlite3.connect(
                self._path or ":memory:", isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise StartError(f"cannot open the database {self._path}: {error}") from None
        connection.row_factory = _as_dict
        return connection

    def _prepare(self, seed: Seed) -> None:
        application, version = self._pragma("application_id"), self._pragma("user_version")
        if application != APPLICATION and self._pragma("schema_version"):
            raise StartError(f"{self._path} is a database of another application")
        if application == APPLICATION and version != VERSION:
            raise StartError(
                f"{self._path} was written by {'a newer' if version > VERSION else 'an older'} "
                f"version: its format is {version}, this version knows {VERSION}; name another file"
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if application != APPLICATION:
            self._create(seed)

    def _create(self, seed: Seed) -> None:
        schema = (files("toggl_focus_conformance.server") / "schema.sql").read_text(
            encoding="utf-8"
        )
        with self.transaction():
            for statement in schema.split(";"):
                self._connection.execute(statement)
            for table, rows in seed.tables():
                for row in rows:
                    names = ", ".join(row)
                    places = ", ".join(f":{name}" for name in row)
                    insert = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608  # our data
                    self._connection.execute(insert, row)
            # last: a file that has the mark has everything
            self._connection.execute(f"PRAGMA application_id = {APPLICATION}")
            self._connection.execute(f"PRAGMA user_version = {VERSION}")

    def _pragma(self, name: str) -> int:
        (value,) = self._connection.execute(f"PRAGMA {name}").fetchone().values()
        return int(value)


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _known(column: str) -> str:
    if column not in _COLUMNS:
        raise ValueError(f"no column {column}")
    return column


def _check(path: Path) -> None:
    """Raise what SQLite would say in fewer words."""
    if path.is_dir():
        raise StartError(f"cannot use the database {path}: it is a directory; name a file in it")
    if not path.parent.is_dir():
        raise StartError(f"cannot use the database {path}: there is no directory {path.parent}")
    if path.exists() and not path.is_file():
        raise StartError(f"cannot use the database {path}: it is not an ordinary file")
