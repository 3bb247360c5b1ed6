"""Plays a case: opens its ports, makes its calls, and keeps all that happened for the judge."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

from toggl_focus_conformance.adapters import Adapter, AdapterFailure, Interrupted
from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.operations import Operation, operations
from toggl_focus_conformance.protocol.plain import Node
from toggl_focus_conformance.wire import Port, Wire, responder

from .calls import Credentials, call_message, credentials, placeholders

__all__ = ["CallRecord", "Driver", "Played", "open_ports", "play"]

_POLL = 0.005


@dataclass
class CallRecord:
    """One call that was made. started, ended: in milliseconds of the case's port.

    alone: whether no other call was made at the same time.
    """

    number: int
    call: Node
    operation: Operation
    message: Message
    alone: bool
    started: float
    ended: float = 0.0
    reply: Message | None = None
    failure: str | None = None


@dataclass
class Played:
    """A case that was played, or as much of it as could be."""

    case: Case
    port: Port
    other: Port | None
    who: dict[str, Credentials]
    names: dict[str, str]
    begun: list[Operation]
    """The operations of the calls that have begun."""
    calls: list[CallRecord] = field(default_factory=list[CallRecord])
    over: float = 0.0
    """When the last call had ended."""
    unreleased: list[int] = field(default_factory=list[int])
    """Connections on which a response was still being read when it should not."""
    output: str = ""
    features: frozenset[str] = frozenset()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The credentials of the clients that were used."""
        used = {record.call.get("client", "a") for record in self.calls}
        return tuple(secret for client in sorted(used) for secret in self.who[client].secrets)


class Driver:
    """An adapter with a limit of calls at a time, and ids that are never used twice."""

    def __init__(self, adapter: Adapter, parallel: int) -> None:
        self.adapter = adapter
        self.parallel = parallel
        self._slots = asyncio.Semaphore(parallel)
        self._ids = itertools.count(1)

    def next_id(self) -> str:
        """An id for the next message."""
        return str(next(self._ids))

    async def ask(self, message: Message) -> Message:
        """Send a message that needs no port. Raises AdapterFailure, Interrupted and NoHello."""
        async with self._slots:
            return await self.adapter.send(message)

    async def send(self, message: Message, record: CallRecord, port: Port) -> None:
        """Make a call and keep what comes of it. Raises Interrupted and NoHello."""
        async with self._slots:
            record.started = port.now()
            try:
                record.reply = await self.adapter.send(message)
            except Interrupted:
                raise
            except AdapterFailure as error:
                record.failure = str(error)
            finally:
                record.ended = port.now()


async def open_ports(case: Case, wire: Wire, seed: int, attempt: int) -> Played:
    """Open the ports of a case; each attempt has ports and credentials of its own."""
    current: list[Operation] = []
    names: dict[str, str] = {}

    async def opened(server: Node, host: str | None = None) -> Port:
        def respond(port: Port) -> Any:  # noqa: ANN401  (a responder)
            latest = lambda: current[-1] if current else None  # noqa: E731
            return responder(server, names, port.base_path, latest)

        return await wire.open(
            respond,
            base_path=server.get("base_path", "/api"),
            scheme=server.get("scheme", "http"),
            host=host,
            refuse="refuse" in server,
        )

    port = await opened(case.node["server"])
    other = None
    if "other" in case.node:
        other = await opened(case.node["other"], wire.second_host)
    who = credentials(case, seed, attempt)
    names |= placeholders(port, other, who)
    return Played(case, port, other, who, names, current)


async def play(played: Played, driver: Driver) -> None:
    """Make the calls of a case whose ports are open. Raises Interrupted and NoHello."""
    played.features = frozenset(driver.adapter.hello["features"])
    numbers = itertools.count(1)
    for step in played.case.steps:
        if "wait_ms" in step:
            await asyncio.sleep(step["wait_ms"] / 1000)
            continue
        calls: list[Node] = step.get("together", [step])
        records = [_begin(played, call, next(numbers), len(calls) == 1, driver) for call in calls]
        await asyncio.gather(*(driver.send(each.message, each, played.port) for each in records))
        if any(each.failure for each in records):
            break
    played.over = played.port.now()
    limit = played.case.node.get("wire", {}).get("released_within_ms")
    if limit:
        await _see_released(played, limit / 1000)
    played.output = driver.adapter.output


def _begin(played: Played, call: Node, number: int, alone: bool, driver: Driver) -> CallRecord:  # noqa: FBT001  (of this module)
    message = call_message(driver.next_id(), call, played.port.base_url, played.who)
    called = operations()[call["operation"]]
    record = CallRecord(number, call, called, message, alone, played.port.now())
    played.begun.append(called)
    played.calls.append(record)
    return record


async def _see_released(played: Played, seconds: float) -> None:
    """Wait until no response is being read any more, or the time is up."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        played.unreleased = [
            each.number for each in played.port.connections if each.busy and each.gone is None
        ]
        if not played.unreleased or loop.time() >= until:
            return
        await asyncio.sleep(_POLL)
