"""What can go wrong with a call, and what a client makes of it: the rows of docs/faults.md."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import httpx

from tests.support.clients import AnyClient, Connect, Sync
from tests.support.wire import Wire
from toggl_focus import (
    BulkError,
    Event,
    Hook,
    TimeBlockBulkCreateItem,
    TimeBlockBulkUpdateItem,
    TogglFocusError,
)
from toggl_focus.testing import FakeClock

DESCRIPTION = json.loads(files("_toggl_focus").joinpath("openapi.json").read_text("utf-8"))
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["x-method"]: operation
    for path in DESCRIPTION["paths"].values()
    for operation in path.values()
    if operation["tags"] == ["time_blocks"]
}

NINE = datetime(2026, 1, 12, 9, tzinfo=UTC)
NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
BLOCK = (
    b'{"id":7,"workspace_id":10,"task_id":100,"toggl_user_id":5,'
    b'"start":"2026-01-12T09:00:00Z","created_at":"2026-01-12T09:00:00Z"}'
)
RANGE = {"date_from": NINE, "date_to": NOON}
# What each method is called with, and the body of a good response.
CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any], bytes]] = {
    "list_for_task": ((100,), {}, b'{"data":[%s]}' % BLOCK),
    "list": ((), RANGE, b'{"data":[%s]}' % BLOCK),
    "stream": ((), RANGE, b"[%s]" % BLOCK),
    "get": ((100, 7), {}, BLOCK),
    "replace": ((100, 7), {"start": NINE}, b""),
    "update": ((100, 7), {"duration": 60}, b""),
    "delete": ((100, 7), {}, b""),
    "restore": ((100, 7), {}, b""),
    "bulk_delete": (([7],), {}, b""),
    "create": ((100,), {"start": NINE}, BLOCK),
    "archive": ((100, 7), {}, b""),
    "unarchive": ((100, 7), {}, b""),
    "bulk_create": (([TimeBlockBulkCreateItem(start=NINE, task_id=100)],), {}, b"[%s]" % BLOCK),
    "bulk_update": (([TimeBlockBulkUpdateItem(id=7, completed=True)],), {}, b""),
}

BEGUN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n["
RETRY_AFTER = 7
_COMES_AGAIN = f"Retry-After: {RETRY_AFTER}"
_RESETS = "X-Toggl-Quota-Resets-In: 1800"
_NO_CONNECTION = "no connection is made"
_RESET_SINCE = (
    "the server closed an idle connection before this request, which is sent again on a new one"
)
_SILENCE = "silence for longer than `timeout`"

# What is done to the connection, as `Wire` plays it.
BROKEN: dict[str, list[object]] = {
    "reset before the response": [Wire.RESET],
    "connection reset while the headers arrive": [b"HTTP/1.1 200 OK\r\nContent-", Wire.RESET],
    "connection reset in the middle of the body": [BEGUN, Wire.RESET],
    "connection closed in the middle of the body": [BEGUN],
    _SILENCE: [None],
}
# What is returned: a status, a body and headers.
RESPONSES: dict[str, tuple[str, bytes, tuple[str, ...]]] = {
    "429": ("429 Too Many Requests", b"", ()),
    "429 with `Retry-After`": ("429 Too Many Requests", b"", (_COMES_AGAIN,)),
    "402, no requests left": (
        "402 Payment Required",
        b"",
        ("X-Toggl-Quota-Remaining: 0", _RESETS),
    ),
    "402, requests left": ("402 Payment Required", b"", ("X-Toggl-Quota-Remaining: 3", _RESETS)),
    "500": ("500 Internal Server Error", b"", ()),
    "502": ("502 Bad Gateway", b"", ()),
    "503": ("503 Service Unavailable", b"", ()),
    "503 with `Retry-After`": ("503 Service Unavailable", b"", (_COMES_AGAIN,)),
    "504": ("504 Gateway Timeout", b"", ()),
    "200 with HTML": ("200 OK", b"<html>Please log in</html>", ("Content-Type: text/html",)),
    "200 with other JSON": ("200 OK", b'{"mood":1}', ("Content-Type: application/json",)),
}
LARGEST_PAGE: int = DESCRIPTION["components"]["parameters"]["PerPage"]["schema"]["maximum"]
FAULTS = (_NO_CONNECTION, *BROKEN, _RESET_SINCE, *RESPONSES)


@dataclass(frozen=True)
class Row:
    """What a client did about a fault that does not pass.

    tries: attempts, by its hooks. requests: those that came to the server. waits: seconds before
    each further attempt. raised: None where the call succeeded. bulk: whether that was the
    reason of a BulkError. error: what was raised, with all behind it.
    """

    tries: int
    requests: int
    waits: tuple[float, ...] = ()
    raised: type[BaseException] | None = None
    bulk: bool = False
    error: BaseException | None = field(default=None, compare=False, repr=False)


class _Counting(Hook):
    def __init__(self) -> None:
        self.tries = 0

    def before(self, event: Event) -> None:
        self.tries = event.attempt


class _Player(Wire):
    """Plays a fault to each request, or once where a reset is to come after a good response."""

    def __init__(self, fault: str, good: bytes) -> None:
        self._response_is_read = threading.Event()
        self._let_go = threading.Event()
        super().__init__()
        for _ in range(6):  # more than any client may ask for
            if fault in BROKEN:
                self.responses.append(BROKEN[fault])
            elif fault in RESPONSES:
                status, body, headers = RESPONSES[fault]
                self.respond(status, body, *headers)
            else:
                self.respond("200 OK", good, "Content-Type: application/json")
        if fault == _RESET_SINCE:
            responses: list[Any] = self.responses
            responses.insert(0, self._reset_later(good))

    def _reset_later(self, good: bytes) -> Iterator[object]:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        yield head % len(good) + good
        self._response_is_read.wait()
        yield self.RESET

    def _play(self, connection: socket.socket) -> None:
        super()._play(connection)
        self._let_go.set()

    def reset(self) -> None:
        """Reset the connection whose response was read."""
        self._response_is_read.set()
        self._let_go.wait()

    def close(self) -> None:
        self._response_is_read.set()
        super().close()


def play(kind: type[AnyClient], method: str, fault: str) -> Row:
    """Call the method where this goes wrong each time, with the client's default of retries."""
    row = _played(kind, method, fault, 0.05)
    if fault == _SILENCE and row.requests < row.tries:
        # The machine is so busy that the time was up before a request was out.
        row = _played(kind, method, fault, 2)
    return row


def _played(kind: type[AnyClient], method: str, fault: str, silence: float) -> Row:
    args, named, good = CALLS[method]
    clock, counting = FakeClock(), _Counting()
    settings: dict[str, Any] = {"clock": clock, "hooks": [counting], "max_retries": 2}
    if fault == _SILENCE:
        settings["timeout"] = httpx.Timeout(30, read=silence)
    wire, connect = _Player(fault, good), Connect(kind)
    raised: TogglFocusError | None = None
    before = 0
    try:
        with _closed_port() as nowhere:
            client = connect(nowhere if fault == _NO_CONNECTION else wire.url, **settings)
            if fault == _RESET_SINCE:
                client.straight(method, *args, **named)
                wire.reset()
                before = 1
            client.straight(method, *args, **named)
    except TogglFocusError as error:
        raised = error
    finally:
        connect.close()
        wire.close()
    bulk = isinstance(raised, BulkError)
    reason = raised.reason if isinstance(raised, BulkError) else raised
    return Row(
        counting.tries,
        len(wire.requests) - before,
        tuple(clock.slept),
        None if reason is None else type(reason),
        bulk,
        raised,
    )


@contextmanager
def _closed_port() -> Iterator[str]:
    """The URL of a port that is taken, so that nobody else listens there, and does not listen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/api"


def page() -> str:
    """The page, from what the blocking client does now."""
    idempotent = [method for method in CALLS if OPERATIONS[method].get("x-idempotent")]
    others = [method for method in CALLS if method not in idempotent]
    kinds = {"all": list(CALLS), "idempotent": idempotent, "not idempotent": others}
    lines = [
        "# When something goes wrong",
        "",
        "This table shows what a client does when every attempt fails in the same way, with the",
        "default options (`max_retries=2`, `wait_for_quota=False`). The jitter is fixed at 0.5, so each",
        "backoff wait is half of its maximum. Bulk calls raise a `BulkError`; the table shows its",
        "`reason`.",
        "",
        f"- **idempotent** (D28): {_named(idempotent)}",
        f"- **not idempotent**: {_named(others)}",
        "",
        "| problem | methods | attempts | waits, in s | result |",
        "|---|---|--:|--:|---|",
    ]
    for fault in FAULTS:
        groups: dict[tuple[str, ...], list[str]] = {}
        for method in CALLS:
            row = play(Sync, method, fault)
            waits = ", ".join(f"{wait:g}" for wait in row.waits) or "–"
            outcome = f"`{row.raised.__name__}`" if row.raised else "it succeeds"
            groups.setdefault((str(row.tries), waits, outcome), []).append(method)
        for number, (outcomes, methods) in enumerate(groups.items()):
            cells = ("" if number else fault, _grouped(methods, kinds), *outcomes)
            lines.append(f"| {' | '.join(cells)} |")
    how = "Written by `nox -s pages`; a test checks it."
    return "\n".join([*lines, "", how, ""])


def _grouped(methods: list[str], kinds: dict[str, list[str]]) -> str:
    for kind, members in kinds.items():
        without = [each for each in members if each not in methods]
        more = [each for each in methods if each not in members]
        if len(without + more) <= 1:
            joint = " but " if without else " and " if more else ""
            return kind + joint + _named(without + more)
    return _named(methods)


def _named(methods: list[str]) -> str:
    return ", ".join(f"`{method}`" for method in methods)
