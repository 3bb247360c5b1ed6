"""Drives an adapter that is an object in this process, in threads of its own."""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

from toggl_focus_conformance.protocol.messages import (
    Message,
    ProtocolError,
    check_hello,
    check_reply,
)
from toggl_focus_conformance.protocol.plain import printable

from .adapter import Adapter, AdapterFailure, Interrupted, NoHello

__all__ = ["SDK", "TYPES", "LocalAdapter", "unknown"]

_PING_SECONDS = 0.3
_CLOSE_SECONDS = 2.0

TYPES = ("call", "decode", "encode")
"""The messages that an SDK handles."""


def unknown(message: Message) -> Message:
    """The reply to a message of another type."""
    text = f"unknown message {message['type']!r}"
    return {"id": message["id"], "outcome": "adapter_error", "message": text}


class SDK(Protocol):
    """What an adapter in this process has; `handle` may also be a coroutine function."""

    def hello(self) -> Message:
        """Say what the SDK is and has."""
        ...

    def handle(self, message: Message, /) -> Message | Awaitable[Message]:
        """Reply to a call, decode or encode."""
        ...

    def close(self) -> object:
        """Let go of connections; it may be awaitable too."""
        ...

    @property
    def output(self) -> str:
        """What the SDK wrote to its logs."""
        ...


class LocalAdapter(Adapter):
    """An SDK in this process: sync ones have a thread for each call, async ones an event loop.

    make: makes the SDK, and again after a failure; a call that hangs is left behind in its thread.
    silence: seconds without a reply after which that is done.
    """

    def __init__(self, make: Callable[[], SDK], *, silence: float = 10.0) -> None:
        self._make = make
        self._silence = silence
        self._sdk: SDK | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._used: list[tuple[SDK, asyncio.AbstractEventLoop | None]] = []
        self._pending = 0

    @property
    def output(self) -> str:
        """What the SDK wrote to its logs."""
        latest = self._sdk.output if self._sdk else ""
        return "\n".join([*(sdk.output for sdk, _ in self._used), latest])

    async def start(self) -> Message:
        """Make the SDK and return its hello."""
        if self._sdk is None:
            try:
                self._sdk = self._make()
                self.hello = check_hello(_as_sent(self._sdk.hello()))
            except ProtocolError as error:
                raise NoHello(str(error)) from None
            if inspect.iscoroutinefunction(self._sdk.handle):
                self._loop = _loop_in_a_thread()
        return self.hello

    async def send(self, message: Message) -> Message:
        """Hand a message over and return the reply."""
        await self.start()
        if message["type"] not in TYPES:
            return unknown(message)
        sdk, loop = cast("SDK", self._sdk), self._loop
        sent = copy.deepcopy(message)
        running = self._in_a_thread(sdk, sent) if loop is None else _in_a_task(sdk, sent, loop)
        self._pending += 1
        try:
            reply = check_reply(_as_sent(await asyncio.wait_for(running, self._silence)))
        except TimeoutError:
            self._replace(sdk)
            reason = f"no reply to {message['type']} for {self._silence:g} s"
            if self._pending > 1 and loop is not None and await _is_stuck(loop):
                raise Interrupted(reason) from None
            raise AdapterFailure(reason) from None
        except ProtocolError as error:
            self.deaths += 1
            raise AdapterFailure(f"it gave a reply that is not the protocol: {error}") from None
        except Exception as error:  # noqa: BLE001  (whatever an adapter raises)
            self.deaths += 1
            raise AdapterFailure(f"it raised {type(error).__name__}: {error!s:.300}") from None
        finally:
            self._pending -= 1
        if reply["id"] != message["id"]:
            self.deaths += 1
            raise AdapterFailure(f"the reply has the id {reply['id']!r:.40}")
        self.deaths = 0
        return reply

    async def close(self) -> str | None:
        """Close the SDK, and those that it has replaced, with their event loops."""
        if self._sdk is not None:
            self._used.append((self._sdk, self._loop))
        self._sdk = self._loop = None
        used, self._used = self._used, []
        wrong = [await _end(sdk, loop) for sdk, loop in used]
        return wrong[-1] if wrong else None

    def _replace(self, sdk: SDK) -> None:
        """Use another SDK from now on; calls that are pending end with the one they began with."""
        self.deaths += 1
        if self._sdk is sdk:
            self._used.append((sdk, self._loop))
            self._sdk = self._loop = None

    def _in_a_thread(self, sdk: SDK, message: Message) -> asyncio.Future[Message]:
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[Message] = loop.create_future()

        def set_reply(value: Message | None, error: BaseException | None) -> None:
            if reply.done():
                return
            if error is None:
                reply.set_result(cast("Message", value))
            else:
                reply.set_exception(error)

        def run() -> None:
            value: Message | None = None
            failed: BaseException | None = None
            try:
                value = cast("Message", sdk.handle(message))
            except Exception as error:  # noqa: BLE001  (whatever an adapter raises)
                failed = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(set_reply, value, failed)

        # A daemon, so that one that hangs does not keep this process from ending.
        threading.Thread(target=run, daemon=True, name=f"call-{message['id']}").start()
        return reply


def _in_a_task(
    sdk: SDK, message: Message, loop: asyncio.AbstractEventLoop
) -> asyncio.Future[Message]:
    running = cast("Any", sdk.handle)(message)
    return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(running, loop))


async def _is_stuck(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether an event loop runs nothing any more."""
    ping = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop))
    try:
        await asyncio.wait_for(ping, _PING_SECONDS)
    except TimeoutError:
        return True
    return False


async def _end(sdk: SDK, loop: asyncio.AbstractEventLoop | None) -> str | None:
    """Close an SDK, and stop its event loop. Returns what was wrong with that, or None."""
    if loop is None:
        sdk.close()
        return None
    try:
        closing = asyncio.run_coroutine_threadsafe(_closed(sdk), loop)
        await asyncio.wait_for(asyncio.wrap_future(closing), _CLOSE_SECONDS)
    except TimeoutError:
        return f"it was still closing after {_CLOSE_SECONDS:g} s"
    finally:
        loop.call_soon_threadsafe(loop.stop)
    return None


async def _closed(sdk: SDK) -> None:
    closing = sdk.close()
    if inspect.isawaitable(closing):
        await closing


def _loop_in_a_thread() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()

    def run() -> None:
        try:
            loop.run_forever()
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
        finally:
            loop.close()

    threading.Thread(target=run, daemon=True, name="local-adapter").start()
    return loop


def _as_sent(message: object) -> object:
    """A message as it would come over a pipe."""
    try:
        return printable(json.loads(json.dumps(message)))
    except (TypeError, ValueError) as error:
        raise ProtocolError(f"not JSON: {error}") from None
