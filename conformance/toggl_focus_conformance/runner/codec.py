"""Cases that read and write JSON without a request: Hypothesis draws the values, and shrinks."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import hypothesis
import hypothesis.errors
import yaml
from hypothesis.strategies import SearchStrategy

from toggl_focus_conformance.adapters import AdapterFailure, Interrupted
from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.protocol.messages import Message
from toggl_focus_conformance.protocol.plain import Node
from toggl_focus_conformance.protocol.values import Difference

from .codec_values import (
    compared_json,
    compared_value,
    drawn,
    edges,
    outside,
    single_edges,
    usual,
    with_unknown,
)
from .judge import checks_of
from .outcome import result_of
from .play import Driver
from .results import AS_A_CASE, Entry, Result
from .verdicts import Verdict

__all__ = ["check_codec"]

_EXAMPLES = 5
_SECONDS = 2.0
_one_at_a_time = threading.Lock()  # Hypothesis has state that threads share


class _Wrong(Exception):
    """A reply that is not what it must be."""


@dataclass(frozen=True)
class _Attempt:
    """One message, its reply, and what is wrong with that. node: the same as a case writes it."""

    node: Node
    message: Message
    reply: Message
    differences: list[Difference]


async def check_codec(case: Case, driver: Driver, seed: int) -> Result:
    """Read or write what a case says, or what Hypothesis draws. Raises Interrupted and NoHello."""
    asking = _Asking(case, driver, asyncio.get_running_loop())
    node: Node = case.node["codec"]
    name: str = node["decode" if "decode" in node else "encode"]
    attempt: _Attempt | None
    if "json" in node or "value" in node:
        attempt = await asking.attempt(node)
    else:
        strategy = with_unknown(name) if "unknown_fields" in node else drawn(name)
        attempt = await asyncio.to_thread(_search, asking, name, strategy, seed)
    if asking.stopped is not None:
        raise asking.stopped
    if attempt is not None and attempt.reply["outcome"] == "skip":
        return result_of(case, "skip", f"the adapter does not know the schema {name}")
    if attempt is not None and attempt.reply["outcome"] == "adapter_error":
        return result_of(case, "harness error", f"adapter_error: {attempt.reply['message']:.300}")
    return _result(case, name, attempt, asking.number)


def _result(case: Case, name: str, attempt: _Attempt | None, number: int) -> Result:
    result = result_of(case, "pass", "")
    failed = attempt is not None and bool(attempt.differences)
    differences = attempt.differences if attempt is not None else []
    where = f"{'decode' if 'decode' in case.node['codec'] else 'encode'} {name}"
    result.checks = checks_of(Verdict(case.requirement, where, differences))
    if attempt is not None and failed:
        result.status = result.checks[0].status
        result.reason = result.checks[0].message
        result.transcript = [
            Entry(0.0, "call", text=json.dumps(attempt.message, ensure_ascii=False)),
            Entry(0.0, "reply", text=json.dumps(attempt.reply, ensure_ascii=False)),
            Entry(0.0, "note", text=f"{AS_A_CASE}{_as_case(case, attempt)}"),
        ]
    elif number > 1:
        result.transcript = [Entry(0.0, "note", text=f"{number} values were tried")]
    return result


def _as_case(case: Case, attempt: _Attempt) -> str:
    """The shrunk failure as it can be added to a file of cases."""
    found = {
        "id": f"{case.name}-found",
        "title": case.title,
        "requirement": case.requirement,
        "needs": ["codec"],
        "codec": attempt.node,
    }
    plain = json.loads(json.dumps([found]))  # without anchors
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=100)


class _Asking:
    """Sends messages to the adapter, and compares its replies. stopped: why it gets no more."""

    def __init__(self, case: Case, driver: Driver, loop: asyncio.AbstractEventLoop) -> None:
        self.codec: Node = case.node["codec"]
        self._driver = driver
        self._loop = loop
        self.stopped: Exception | None = None
        self.number = 0

    def __call__(self, value: Any, *, escaped: bool) -> _Attempt | None:  # noqa: ANN401  (any JSON)
        """The attempt with a value, from another thread; None once it was stopped."""
        if self.stopped is not None:
            return None
        node = dict(self.codec)
        if "decode" in node:
            node["json"] = json.dumps(value, ensure_ascii=escaped)
        else:
            node["value"] = value
        running: Future[_Attempt] = asyncio.run_coroutine_threadsafe(self.attempt(node), self._loop)
        try:
            return running.result()
        except Exception as error:  # noqa: BLE001  (the task that waits raises it)
            self.stopped = error
            return None

    async def attempt(self, node: Node) -> _Attempt:
        """Send what a case says. Raises Interrupted and NoHello."""
        self.number += 1
        decodes = "decode" in node
        name: str = node["decode" if decodes else "encode"]
        content = {"json": node["json"]} if decodes else {"value": outside(name, node["value"])}
        message: Message = {
            "type": "decode" if decodes else "encode",
            "id": self._driver.next_id(),
            "schema": name,
            **content,
        }
        try:
            reply = await self._driver.ask(message)
        except Interrupted:
            raise
        except AdapterFailure as error:
            failed = Difference("", "a reply from the adapter", str(error))
            return _Attempt(node, message, {"outcome": "none"}, [failed])
        return _Attempt(node, message, reply, self._differences(node, name, reply))

    def _differences(self, node: Node, name: str, reply: Message) -> list[Difference]:
        if reply["outcome"] in {"skip", "adapter_error"}:
            return []
        if "fails" in node:
            right = reply["outcome"] == "error" and reply["error"]["kind"] == "decode"
            shown = json.dumps(reply.get("error", reply.get("value")), ensure_ascii=False)
            return [] if right else [Difference("", "an error of kind decode", shown[:200])]
        if "value" in node:
            return list(compared_json(name, node["value"], reply))
        keep = "unknown_fields" in self._driver.adapter.hello["features"]
        return list(compared_value(name, json.loads(node["json"]), reply, keep=keep))


def _search(
    asking: _Asking, name: str, strategy: SearchStrategy[Any], seed: int
) -> _Attempt | None:
    """The simplest attempt that fails, or that the adapter cannot make; None if all are good."""
    with _one_at_a_time:
        until = time.monotonic() + _SECONDS
        if "unknown_fields" not in asking.codec:
            found = _first_wrong(asking, edges(name))
            if found is not None and found.differences:
                found = _first_wrong(asking, single_edges(name)) or found
            if found is not None or asking.stopped is not None:
                return found
        return _shrunk(lambda value: asking(value, escaped=True), strategy, seed, until)


def _first_wrong(asking: _Asking, values: Iterable[Any]) -> _Attempt | None:
    for number, value in enumerate(values):
        attempt = asking(value, escaped=number % 2 == 0)
        if attempt is not None and (attempt.differences or _is_over(attempt)):
            return attempt
    return None


def _is_over(attempt: _Attempt) -> bool:
    return attempt.reply["outcome"] in {"skip", "adapter_error"}


def _shrunk(
    ask: Callable[[Any], _Attempt | None], strategy: SearchStrategy[Any], seed: int, until: float
) -> _Attempt | None:
    """The simplest attempt with drawn values that fails, as far as there is time to look for it."""
    failed: dict[str, _Attempt] = {}

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=_EXAMPLES,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=tuple(hypothesis.HealthCheck),  # type: ignore[arg-type,unused-ignore]  # pyright: ignore[reportArgumentType]  (its metaclass iterates)
        verbosity=hypothesis.Verbosity.quiet,
    )
    @hypothesis.given(strategy)
    def run(value: Any) -> None:  # noqa: ANN401  (any JSON)
        key = json.dumps(value)
        if time.monotonic() < until and key not in failed and usual(value):
            attempt = ask(value)
            if attempt is not None and (attempt.differences or _is_over(attempt)):
                failed[key] = attempt
        if key in failed:
            latest.append(failed[key])
            raise _Wrong

    latest: list[_Attempt] = []
    with warnings.catch_warnings():
        # It sees that another thread, with an SDK in it, uses `random`, and thinks that values do.
        warnings.simplefilter("ignore", hypothesis.errors.HypothesisWarning)
        with contextlib.suppress(_Wrong, hypothesis.errors.HypothesisException):
            run()
    return latest[-1] if latest else None
