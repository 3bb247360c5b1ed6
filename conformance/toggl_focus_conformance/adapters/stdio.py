"""Lets an object that is an adapter in this process speak the protocol over stdio."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from toggl_focus_conformance.protocol.messages import Message

from .local import SDK, TYPES, unknown

__all__ = ["serve"]


def serve(sdk: SDK) -> None:
    """Read messages until `bye` or the end of input, and reply to each when it is done."""
    if inspect.iscoroutinefunction(sdk.handle):
        asyncio.run(_serve_async(sdk))
    else:
        _serve_sync(sdk)


def _serve_sync(sdk: SDK) -> None:
    hello = sdk.hello()
    lock = threading.Lock()

    def write(message: Message) -> None:
        with lock:
            _write(message)

    def reply(message: Message) -> None:
        try:
            write(cast("Message", sdk.handle(message)))
        except Exception as error:  # noqa: BLE001  (the adapter failed, not the SDK)
            write(_failed(message, error))

    with ThreadPoolExecutor(hello.get("parallel", 1)) as pool:
        for line in sys.stdin.buffer:
            message = json.loads(line)
            if message["type"] == "bye":
                break
            if message["type"] == "hello":
                write(hello)
            elif message["type"] in TYPES:
                pool.submit(reply, message)
            elif "id" in message:
                write(unknown(message))
    sdk.close()


async def _serve_async(sdk: SDK) -> None:
    loop = asyncio.get_running_loop()
    pending: set[asyncio.Task[None]] = set()

    async def reply(message: Message) -> None:
        try:
            _write(await cast("Any", sdk.handle)(message))
        except Exception as error:  # noqa: BLE001  (as above)
            _write(_failed(message, error))

    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        message = json.loads(line)
        if message["type"] == "bye":
            break
        if message["type"] == "hello":
            _write(sdk.hello())
        elif message["type"] in TYPES:
            task = asyncio.ensure_future(reply(message))
            pending.add(task)
            task.add_done_callback(pending.discard)
        elif "id" in message:
            _write(unknown(message))
    await asyncio.gather(*pending)
    await cast("Any", sdk.close)()


def _failed(message: Message, error: Exception) -> Message:
    text = f"{type(error).__name__}: {error}"
    return {"id": message["id"], "outcome": "adapter_error", "message": text}


def _write(message: Message) -> None:
    sys.stdout.buffer.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()
