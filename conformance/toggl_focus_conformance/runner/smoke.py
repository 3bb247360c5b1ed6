"""Checks an adapter before any SDK is judged: it speaks the protocol, and ends when told to."""

from __future__ import annotations

import asyncio
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


async def smoke(target: Target, silence: float = 10.0) -> list[Finding]:
    """Check an adapter. Nothing that the SDK does makes a finding bad."""
    adapter = target.make(silence)
    try:
        return [finding async for finding in _findings(adapter)]
    finally:
        await adapter.close()


async def _findings(adapter: Adapter) -> AsyncIterator[Finding]:
    try:
        hello = await adapter.start()
    except NoHello as error:
        hint = (
            "write one line of JSON with type, protocol, sdk, operations and features as the reply "
            "to the first line, and flush it; write nothing else to standard output"
        )
        yield Finding("it says hello", str(error), hint, good=False)
        return
    sdk = hello["sdk"]
    yield Finding("it says hello", f"{sdk['name']} {sdk['version']} in {sdk['language']}")
    yield _operations(hello)
    yield _features(hello)
    yield await _call(adapter, hello)
    if not isinstance(adapter, LocalAdapter):
        yield await _unknown(adapter)
    wrong = await adapter.close()
    hint = "on bye, or at the end of standard input, finish what is pending and exit with code 0"
    title = "it ends within 2 s of bye, with exit code 0"
    yield Finding(title, wrong or "", hint, good=wrong is None)


def _operations(hello: Message) -> Finding:
    named = hello["operations"]
    strange = sorted(set(named) - set(operations()))
    detail = f"{len(set(named) & set(operations()))} of {len(operations())}"
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


async def _call(adapter: Adapter, hello: Message) -> Finding:
    title = "it replies to a call"
    case = next((each for each in load() if each.name == CASE), None)
    if case is None or not case.operations <= set(hello["operations"]):
        case = _first_possible(hello)
    if case is None:
        return Finding(title, "hello names no operation that a case calls", good=False)
    hint = "reply with one line: the id of the call, and an outcome with what belongs to it"
    async with Wire() as wire:
        played = await open_ports(case, wire, 0, 1)
        try:
            await play(played, Driver(adapter, 1))
        except (AdapterFailure, NoHello) as error:
            return Finding(title, str(error), hint, good=False)
    record = played.calls[0]
    if record.failure is not None:
        return Finding(title, record.failure, hint, good=False)
    reply = record.reply or {}
    if reply["outcome"] == "adapter_error":
        return Finding(title, f"adapter_error: {reply['message']}", "fix the adapter", good=False)
    return Finding(title, f"{record.operation.id}: outcome {reply['outcome']}")


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
