"""The state in SQLite: a file that survives kill -9 with every acknowledged write, or memory."""

import json
import sqlite3
from collections.abc import Container, Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from importlib.resources import files
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from .blocks import Fields, Row

Table = tuple[str, list[Row]]

APPLICATION = 0x54464F43
VERSION = 2
# the seconds that a start waits for another process to let go of the file
STARTUP = 5.0

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_UNUSABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
}


class StartError(Exception):
    """The server cannot start; the text says why in one line."""


class LostFileError(Exception):
    """The database file is not the one that was opened; the text says so in one line."""


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

    def query(self, columns: Container[str]) -> tuple[str, dict[str, Any]]:
        """The SQL and its values; of a request, only names of columns get into the text."""
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
            column = key.removeprefix("-")
            if column not in columns:
                raise ValueError(f"no column {column}")
            keys.setdefault(column, f"+{_name(column)} {'DESC' if key.startswith('-') else 'ASC'}")
        # + keeps SQLite from walking an index: rows come from its sorter, and a write between two
        # of them can neither show one twice nor hide one, on one connection as on two
        order = ", ".join([*keys.values(), "+id"])
        return f"SELECT * FROM blocks WHERE {' AND '.join(terms)} ORDER BY {order}", values  # noqa: S608


class Store:
    """All that the server knows. Not for two threads at a time.

    A locked file is not waited for: an sqlite3.OperationalError that `is_busy` says so at once.
    """

    def __init__(
        self, path: str | PathLike[str] | None, fields: Fields, seed: Iterable[Table]
    ) -> None:
        self._file = None if path is None or fspath(path) == ":memory:" else Path(path).absolute()
        if self._file is not None:
            _check(self._file)
        self._documents = fields.documents
        self._paths: list[Path] = []
        if self._file is not None:
            # what SQLite keeps beside the file holds the latest writes
            real = self._file.resolve()
            beside = (real.with_name(f"{real.name}-{each}") for each in ("wal", "shm"))
            self._paths = [self._file, *beside]
        try:
            self._connection = self._connect("rwc", STARTUP)
        except sqlite3.Error as error:
            raise StartError(f"cannot open the database {self._file}: {error}") from None
        try:
            self._prepare(fields.names, seed)
            self._opened = [_look(path) for path in self._paths]
            self._connection.execute("PRAGMA busy_timeout = 0")
        except sqlite3.Error as error:
            self.close()
            raise StartError(f"cannot use the database {self._file}: {error}") from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def check(self) -> None:
        """Raise LostFileError if the file was removed, replaced or cut since it was opened.

        SQLite does not notice: it would go on to write into a file that nobody can open again.
        """
        if not self._paths:
            return
        now, then = [_look(path) for path in self._paths], self._opened
        same = [each.identity for each in now] == [each.identity for each in then]
        if not same or now[0].size < then[0].size:
            raise LostFileError(
                f"The database file {self._file} was removed or replaced while it was in use. "
                "Nothing can be read or saved; restart the server"
            )

    def accounts(self) -> tuple[Account, ...]:
        """Every user, by id."""
        workspaces = "SELECT organization_id, id FROM workspaces WHERE id IN ("
        workspaces += "SELECT workspace_id FROM members WHERE user_id = ?) ORDER BY id"
        found: list[Account] = []
        users = "SELECT id, name, email, password, api_key FROM users ORDER BY id"
        for user in self._connection.execute(users).fetchall():
            account = Account(**user, workspaces=(), task_ids=())
            rows = self._connection.execute(workspaces, (account.id,)).fetchall()
            if rows:
                pairs = tuple((row["organization_id"], row["id"]) for row in rows)
                account = replace(account, workspaces=pairs, task_ids=self.task_ids(pairs[0][1]))
            found.append(account)
        return tuple(found)

    def task_ids(self, workspace_id: int) -> tuple[int, ...]:
        """The tasks of a workspace."""
        query = "SELECT id FROM tasks WHERE workspace_id = ? ORDER BY id"
        rows = self._connection.execute(query, (workspace_id,)).fetchall()
        return tuple(row["id"] for row in rows)

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
        query, values = selection.query(self.columns)
        # an offset beyond 64 bits is as far past the end as the largest
        values["skip"] = min((page - 1) * per_page, 2**63 - 1)
        values["most"] = per_page
        return self._connection.execute(f"{query} LIMIT :most OFFSET :skip", values).fetchall()

    def rows(self, selection: Selection) -> Generator[Row]:
        """A selection row by row, as it is now, whatever is written while it is read."""
        # a file is read apart: an old view of it would keep this connection from writing, once
        # another process has written
        connection = self._connection if self._file is None else self._connect("rw")
        try:
            with closing(connection.execute(*selection.query(self.columns))) as cursor:
                yield from cursor
        finally:
            if connection is not self._connection:
                connection.close()

    def insert(self, block: Row) -> int:
        """Add a block; its id comes back. What is no column of it is ignored."""
        identity = self._connection.execute(self._insert(), self._values(block)).lastrowid
        assert identity is not None  # noqa: S101  # an INSERT always has one; this is for checkers
        return identity

    def insert_all(self, blocks: Iterable[Row]) -> None:
        """Add many blocks at once, for those who need a full house."""
        with self.transaction():
            self._connection.executemany(self._insert(), map(self._values, blocks))

    def save(self, block: Row) -> None:
        """Write a block back."""
        names = ", ".join(f"{_name(column)} = ?" for column in self.columns)
        update = f"UPDATE blocks SET {names} WHERE id = ?"  # noqa: S608  # quoted names
        self._connection.execute(update, (*self._values(block), block["id"]))

    def _insert(self) -> str:
        names = ", ".join(map(_name, self.columns))
        places = ", ".join("?" * len(self.columns))
        return f"INSERT INTO blocks ({names}) VALUES ({places})"  # noqa: S608  # quoted names

    def _values(self, block: Row) -> list[Any]:
        values = (block.get(name) for name in self.columns)
        return [json.dumps(each) if isinstance(each, (dict, list)) else each for each in values]

    def _row(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
        row = {column[0]: value for column, value in zip(cursor.description, values, strict=True)}
        for name in self._documents & row.keys():
            row[name] = row[name] and json.loads(row[name])
        return row

    def _connect(self, mode: str, wait: float = 0) -> sqlite3.Connection:
        # a URI has a mode, in which a file that was removed is not made again
        address = f"{self._file.as_uri()}?mode={mode}" if self._file else ":memory:"
        # opened in one thread and used in another, never in two at a time
        connection = sqlite3.connect(
            address, uri=True, timeout=wait, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = self._row
        return connection

    def _prepare(self, described: Iterable[str], seed: Iterable[Table]) -> None:
        # in one transaction, as another process may be making the file right now
        self._connection.execute("BEGIN")
        application, version = self._pragma("application_id"), self._pragma("user_version")
        schema = self._pragma("schema_version")
        self._connection.execute("COMMIT")
        if application != APPLICATION and schema:
            raise StartError(f"{self._file} is a database of another application")
        if application == APPLICATION and version != VERSION:
            age = "a newer" if version > VERSION else "an older"
            raise StartError(
                f"{self._file} was written by {age} version: its format is {version}, "
                f"this version knows {VERSION}; name a file that does not exist yet"
            )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if application != APPLICATION or set(described) - {*self._columns()}:
            with self.transaction():
                self._upgrade(described, seed)
        self.columns = self._columns()

    def _upgrade(self, described: Iterable[str], seed: Iterable[Table]) -> None:
        """Add what is missing: to a new file everything, to an older one a column per new field."""
        new = self._pragma("application_id") != APPLICATION  # another process may have been faster
        if new:
            folder = files("toggl_focus_server")
            schema = (folder / "schema.sql").read_text(encoding="utf-8")
            for statement in schema.split(";"):
                self._connection.execute(statement)
        for name in sorted({*described} - {*self._columns()}):
            self._connection.execute(f"ALTER TABLE blocks ADD COLUMN {_name(name)}")
        self.columns = self._columns()
        if new:
            for table, rows in seed:
                for row in rows:
                    if table == "blocks":
                        self.insert(row)
                        continue
                    places = ", ".join(f":{name}" for name in row)
                    insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"  # noqa: S608  # our data
                    self._connection.execute(insert, row)
            # last: a file that has the mark has everything
            self._connection.execute(f"PRAGMA application_id = {APPLICATION}")
            self._connection.execute(f"PRAGMA user_version = {VERSION}")

    def _columns(self) -> tuple[str, ...]:
        """The columns of a block."""
        rows = self._connection.execute("PRAGMA table_info(blocks)").fetchall()
        return tuple(row["name"] for row in rows)

    def _pragma(self, name: str) -> int:
        (value,) = self._connection.execute(f"PRAGMA {name}").fetchone().values()
        return int(value)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process has locked the file, so that it may succeed later."""
    return _code(error) in _BUSY


def is_unusable(error: sqlite3.Error) -> bool:
    """Whether it is about the file, the disk or the system, and no fault of the server."""
    return _code(error) in _UNUSABLE


def _code(error: sqlite3.Error) -> int:
    """The kind of an error; 0 for one that Python's module has found itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@dataclass(frozen=True)
class _Look:
    """What a path leads to."""

    identity: tuple[int, int] | None
    size: int = 0


def _look(path: Path) -> _Look:
    try:
        status = path.stat()
    except OSError:
        return _Look(None)
    return _Look((status.st_dev, status.st_ino), status.st_size)


def _name(column: str) -> str:
    """A column in SQL, whatever it is called."""
    return '"' + column.replace('"', '""') + '"'


def _check(path: Path) -> None:
    """Raise what SQLite would say in fewer words."""
    if path.is_dir():
        raise StartError(f"cannot use the database {path}: it is a directory; name a file in it")
    if not path.parent.is_dir():
        raise StartError(f"cannot use the database {path}: there is no directory {path.parent}")
    if path.exists() and not path.is_file():
        raise StartError(f"cannot use the database {path}: it is not an ordinary file")
