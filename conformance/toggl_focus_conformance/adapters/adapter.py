"""What an adapter is to the suite: it is started, called, and closed, and it may fail."""

from __future__ import annotations

from abc import ABC, abstractmethod

from toggl_focus_conformance.protocol.messages import Message

__all__ = ["Adapter", "AdapterFailure", "Interrupted", "NoHello"]


class AdapterFailure(Exception):
    """The adapter died, was silent for too long, or wrote something that is not the protocol."""


class Interrupted(AdapterFailure):
    """The adapter failed while other calls were pending, so it is unknown whose fault it is."""


class NoHello(Exception):
    """No valid hello arrived: nothing can be graded."""


class Adapter(ABC):
    """One running adapter. After a failure the next call starts it anew.

    `hello`: how it described its SDK. `deaths`: how often in a row it failed without a reply.
    """

    hello: Message
    deaths: int = 0

    @abstractmethod
    async def start(self) -> Message:
        """Start it and return its hello. Raises NoHello."""

    @abstractmethod
    async def send(self, message: Message) -> Message:
        """Send a message with an id and return the reply, which has been checked.

        Raises AdapterFailure, Interrupted, and NoHello where it does not start anew.
        """

    @abstractmethod
    async def close(self) -> str | None:
        """End it. Returns what was wrong with the way it ended, or None."""

    @property
    @abstractmethod
    def output(self) -> str:
        """What it wrote to standard error so far, or the last part of it."""

    @property
    def parallel(self) -> int:
        """How many calls it takes at a time."""
        return int(self.hello.get("parallel", 1))
