"""Who sends the requests, and where: the account file, or the flags for one user."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from toggl_focus_conformance.protocol.operations import document

__all__ = ["Account", "AccountError", "Place", "User", "one_user", "read_account"]


class AccountError(Exception):
    """The account cannot be used; the text says why."""


class Place(msgspec.Struct, frozen=True):
    """A workspace, with tasks in it."""

    organization_id: int
    workspace_id: int
    task_ids: tuple[int, ...]


class User(msgspec.Struct, frozen=True):
    """A user of the server. Credentials are not shown."""

    api_key: str
    workspaces: tuple[Place, ...]
    email: str = ""
    password: str = ""
    user_id: int = 0

    def __repr__(self) -> str:
        return f"User(user_id={self.user_id})"

    @property
    def bearer(self) -> str:
        """The Authorization header with the API key."""
        return f"Bearer {self.api_key}"

    @property
    def basic(self) -> str:
        """The Authorization header with email and password."""
        return f"Basic {b64encode(f'{self.email}:{self.password}'.encode()).decode()}"


@dataclass(frozen=True)
class Account:
    """A server, and users of it. The first user owns the blocks that are created."""

    base_url: str
    users: tuple[User, ...] = field(repr=False)
    foreign: Place | None = None
    """A workspace to which the first user has no access."""

    @classmethod
    def of(cls, base_url: str, users: tuple[User, ...]) -> Account:
        """An account of some users; what the first of them cannot enter is foreign."""
        mine = _ids(users[0])
        others = (place for user in users[1:] for place in user.workspaces)
        foreign = next((place for place in others if place.workspace_id not in mine), None)
        return cls(base_url.rstrip("/"), users, foreign)

    @property
    def home(self) -> Place:
        """Where blocks are created."""
        return self.users[0].workspaces[0]

    @property
    def is_real_service(self) -> bool:
        """Whether this is the vendor's own server, where requests count against a quota."""
        urls: list[str] = [server["url"] for server in document()["servers"]]
        hosts = {urlsplit(url).hostname for url in urls}
        return urlsplit(self.base_url).hostname in hosts - {"localhost", "127.0.0.1"}

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that must never be shown."""
        return tuple(
            text
            for user in self.users
            for text in (user.api_key, *((user.password, user.basic) if user.password else ()))
        )

    def provides(self) -> frozenset[str]:
        """The needs of cases that this account can meet."""
        first = self.users[0]
        met = {
            "second_task": len(self.home.task_ids) > 1,
            "second_workspace": len(first.workspaces) > 1 and bool(first.workspaces[1].task_ids),
            "second_user": any(self.home.workspace_id in _ids(user) for user in self.users[1:]),
            "foreign_workspace": self.foreign is not None,
            "basic": bool(first.email and first.password),
        }
        return frozenset(name for name, is_met in met.items() if is_met)

    def colleague(self) -> User:
        """Another user with access to the same workspace."""
        return next(user for user in self.users[1:] if self.home.workspace_id in _ids(user))


class _File(msgspec.Struct):
    base_url: str
    users: tuple[User, ...]


def read_account(path: Path) -> Account:
    """Read an account file, as `toggl-focus serve --account FILE` writes it.

    Raises AccountError if it cannot be read or used.
    """
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise AccountError(f"cannot read {path}: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise AccountError(f"{path} is not an account file: {error}") from None
    if not file.users or not file.users[0].workspaces or not file.users[0].workspaces[0].task_ids:
        raise AccountError(f"{path}: the first user needs a workspace with a task")
    return Account.of(file.base_url, file.users)


def one_user(
    base_url: str,
    api_key: str,
    organization_id: int,
    workspace_id: int,
    task_ids: str,
    *,
    foreign_workspace_id: int | None = None,
    names: tuple[str, str] = ("--base-url", "--task-ids"),
) -> Account:
    """An account with one user. task_ids: such as `100,101`. names: for errors.

    Raises AccountError if the URL or the ids of the tasks cannot be used.
    """
    url_name, tasks_name = names
    if urlsplit(base_url).scheme not in {"http", "https"}:
        raise AccountError(f"{url_name} must begin with http:// or https://, got {base_url!r:.80}")
    try:
        tasks = tuple(int(each) for each in task_ids.split(","))
    except ValueError:
        reason = f"must be integers such as 100,101, got {task_ids!r:.80}"
        raise AccountError(f"{tasks_name} {reason}") from None
    user = User(api_key, (Place(organization_id, workspace_id, tasks),))
    foreign = foreign_workspace_id
    place = None if foreign is None else Place(organization_id, foreign, (1,))
    return Account(base_url.rstrip("/"), (user,), place)


def _ids(user: User) -> frozenset[int]:
    return frozenset(place.workspace_id for place in user.workspaces)
