"""A port of its own for each case, with all that happened there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .http import Request
from .responders import Responder
from .responses import Plan

__all__ = ["Connection", "Event", "Port"]

Kind: TypeAlias = Literal["open", "received", "sent", "closed", "aborted"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a connection, in milliseconds since the port was opened.

    `closed`: the client closed it. `aborted`: the client reset it.
    """

    ms: float
    connection: int
    kind: Kind
    data: bytes = b""


@dataclass
class Connection:
    """One connection. `busy`: a response has begun and not ended. `gone`: when the client left."""

    number: int
    busy: bool = False
    gone: float | None = None
    stale: bool = False
    last: int = 0
    """The number of the request that it met last."""


@dataclass
class Port:
    """A port of its own for a case, with all that happened there."""

    host: str
    number: int
    base_path: str
    scheme: str
    now: Callable[[], float]
    respond: Responder
    requests: list[Request] = field(default_factory=list[Request])
    events: list[Event] = field(default_factory=list[Event])
    plans: dict[int, Plan] = field(default_factory=dict[int, Plan])
    """The response to each request, by its number."""
    ended: dict[int, float] = field(default_factory=dict[int, float])
    """When each response had been sent."""
    malformed: list[tuple[float, str, bytes]] = field(
        default_factory=list[tuple[float, str, bytes]]
    )
    connections: list[Connection] = field(default_factory=list[Connection])

    @property
    def netloc(self) -> str:
        """Host and port, as in a URL."""
        return f"{self.host}:{self.number}"

    @property
    def base_url(self) -> str:
        """The base URL to give to an SDK."""
        return f"{self.scheme}://{self.netloc}{self.base_path}"

    @property
    def counted(self) -> list[Request]:
        """The requests but for those that met a connection that was just being closed."""
        return [each for each in self.requests if not each.discarded]

    def note(self, connection: Connection, kind: Kind, data: bytes = b"") -> None:
        """Keep an event."""
        self.events.append(Event(self.now(), connection.number, kind, data))
