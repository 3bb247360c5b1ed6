"""Checks an adapter before any SDK is judged: it speaks the protocol, and ends on request."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from toggl_focus_conformance.adapters import Adapter, AdapterFailure, LocalAdapter, NoHello, Target
from toggl_focus_conformance.cases import Case, load
from toggl_focus_conformance.protocol.messages import FEATURES, Message
from toggl_focus_conformance.protocol.operations import operations
from toggl_focus_conformance.wire import Wire

from .play import Driver, open_ports, play

__all__ = ["Finding", "smoke"]

CASE = "get-a-block"
"""The case whose call is tried; what the SDK makes of it does not matter."""


@dataclass(frozen=True)
class Finding:
    """Something that was checked. hint: what to do about it, if it is not good."""

    title: str
    detail: str = ""
    hint: str = ""
    good: bool = True


_HINTS = (
    (
        "not JSON",
        "standard output is for replies alone: send all that the SDK prints to standard error",
    ),
    (
        "no hello for|no reply to",
        "flush standard output after each line, and read line by line, not up to the end of input",
    ),
    ("not pending", "copy the id of the message into its reply, and reply to each message once"),
    ("\\.id: ", "the id is a text: copy it as it is"),
    ("died|killed by|ended without", "catch what the SDK raises, and reply with outcome error"),
    ("line of more than|first line has more", "end each reply with a line feed"),
    (
        "an object, got|outcome must be|type must be|required|is not",
        "see the examples in docs/conformance/protocol.md",
    ),
)
_NAMED = 3
_HELLO = "reply to the first line with type, protocol, sdk, operations and features, on one line"


def _hint(reason: str, otherwise: str) -> str:
    """What to do about a failure of the pipe."""
    return next((hint for pattern, hint in _HINTS if re.search(pattern, reason)), otherwise)


async def smoke(
    target: Target, wire: Wire | None = None, *, silence: float = 10.0
) -> list[Finding]:
    """Check an adapter. Nothing that the SDK does makes a finding bad."""
    adapter = target.make(silence)
    try:
        async with wire or Wire() as opened:
            return [finding async for finding in _findings(adapter, opened)]
    finally:
        await adapter.close()


async def _findings(adapter: Adapter, wire: Wire) -> AsyncIterator[Finding]:
    try:
        hello = await adapter.start()
    except NoHello as error:
        yield Finding("it says hello", str(error), _hint(str(error), _HELLO), good=False)
        return
    sdk = hello["sdk"]
    yield Finding("it says hello", f"{sdk['name']} {sdk['version']} in {sdk['language']}")
    yield _operations(hello)
    yield _features(hello)
    yield await _call(adapter, hello, wire)
    if not isinstance(adapter, LocalAdapter):
        yield await _unknown(adapter)
    wrong = await adapter.close()
    hint = "on bye, or at the end of standard input, finish what is pending and exit with code 0"
    title = "it ends within 2 s of bye, with exit code 0"
    yield Finding(title, wrong or "", hint, good=wrong is None)


def _operations(hello: Message) -> Finding:
    named = hello["operations"]
    strange = sorted(set(named) - set(operations()))
    without = [each for each in operations() if each not in named]
    detail = f"{len(operations()) - len(without)} of {len(operations())}"
    if without and named:
        more = f" and {len(without) - _NAMED} more" if len(without) > _NAMED else ""
        detail += f"; without {', '.join(without[:_NAMED])}{more}"
    if strange:
        detail = f"unknown: {', '.join(strange)}"
    hint = f"name operationIds of the description: {', '.join(operations())}"
    good = bool(named) and not strange
    return Finding("its operations exist", detail, hint, good=good)


def _features(hello: Message) -> Finding:
    strange = sorted(set(hello["features"]) - set(FEATURES))
    detail = f"unknown: {', '.join(strange)}" if strange else ", ".join(hello["features"]) or "none"
    hint = f"the features are {', '.join(FEATURES)}"
    return Finding("its features exist", detail, hint, good=not strange)


async def _call(adapter: Adapter, hello: Message, wire: Wire) -> Finding:
    title = "it replies to a call"
    case = next((each for each in load() if each.name == CASE), None)
    if case is None or not case.operations <= set(hello["operations"]):
        case = _first_possible(hello)
    if case is None:
        return Finding(title, "hello names no operation that a case calls", good=False)
    otherwise = "reply with one line: the id of the call, and an outcome with what belongs to it"
    played = await open_ports(case, wire, 0, 1)
    failure: str | None = None
    try:
        await play(played, Driver(adapter, 1))
        failure = played.calls[0].failure
    except (AdapterFailure, NoHello) as error:
        failure = str(error)
    if failure is not None:
        output = _last_line(adapter.output)
        detail = f"{played.calls[0].operation.id}: {failure}{output}"
        return Finding(title, detail, _hint(failure, otherwise), good=False)
    record = played.calls[0]
    reply = record.reply or {}
    if reply["outcome"] == "adapter_error":
        hint = "that is the adapter's own message; for what the SDK raises, reply outcome error"
        return Finding(title, f"adapter_error: {reply['message']}", hint, good=False)
    return Finding(title, f"{record.operation.id}: outcome {reply['outcome']}")


def _last_line(output: str) -> str:
    """What it wrote to standard error last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"; standard error ends with: {lines[-1]:.200}" if lines else ""


def _first_possible(hello: Message) -> Case | None:
    able = (
        each for each in load() if each.operations <= set(hello["operations"]) and not each.needs
    )
    return next(able, None)


async def _unknown(adapter: Adapter) -> Finding:
    title = "it replies adapter_error to an unknown message with an id"
    hint = 'reply {"id": …, "outcome": "adapter_error", "message": …} to any type you do not know'
    try:
        message = {"type": "unheard_of", "id": "smoke-unknown", "more": {"keys": [1]}}
        reply = await asyncio.wait_for(adapter.send(message), 5)
    except (TimeoutError, AdapterFailure, NoHello) as error:
        return Finding(title, str(error) or "no reply for 5 s", hint, good=False)
    good = reply["outcome"] == "adapter_error"
    return Finding(title, f"outcome {reply['outcome']}", hint, good=good)
