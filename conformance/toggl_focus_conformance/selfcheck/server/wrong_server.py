"""The reference server with one thing changed, by a switch.

A switch changes a request before the reference sees it, the response before it is sent, or one
function of the reference. Such a replacement holds for the whole process until the server stops,
so a process has one of these servers at a time.
"""

from __future__ import annotations

import asyncio
import gzip
import inspect
import logging
import random
import re
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, TypeAlias
from unittest.mock import patch

from starlette.types import Message, Receive, Scope, Send

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_server import App, ReferenceServer
from toggl_focus_server.operations import HANDLERS, Handler
from toggl_focus_server.store import Selection

from .exchange import Reply, Request, blocks_of, pairs_of

__all__ = ["Change", "CrashError", "WrongServer", "large_ids"]

_PLACE = re.compile(r'^  File "(.+)", line \d+', re.MULTILINE)

Before = Callable[[Request], "Reply | Awaitable[Reply | None] | None"]
After = Callable[[Reply], "Awaitable[None] | None"]


Replacement: TypeAlias = (
    Callable[[], Any]
    | Callable[[Any], Any]
    | Callable[[Any, Any], Any]
    | Callable[[Any, Any, Any], Any]
    | Callable[[Any, Any, Any, Any], Any]
)


class CrashError(Exception):
    """What a switch raises to make the reference server fail."""


class WrongServer:
    """A reference server that a switch has changed: `with WrongServer(switch) as server`.

    options: of ReferenceServer, for a switch to set. random: for switches that vary. faults: what
    a switch itself did wrong.
    """

    def __init__(self, change: Change | None = None, *, seed: int = 0) -> None:
        self.options: dict[str, Any] = {}
        self.random = random.Random(seed)  # noqa: S311  (not for secrets)
        self.faults: list[str] = []
        self._before: list[Before] = []
        self._after: list[After] = []
        self._ready: list[Callable[[ReferenceServer], object]] = []
        self._stack = ExitStack()
        self._watch = _Watch(self.faults)
        self._change = change

    @property
    def reference(self) -> ReferenceServer:
        """The server that is changed."""
        return self._reference

    def before(self, change: Before) -> None:
        """Change each request; a reply that is returned is sent instead of the reference's."""
        self._before.append(change)

    def after(self, change: After) -> None:
        """Change each reply."""
        self._after.append(change)

    def ready(self, do: Callable[[ReferenceServer], object]) -> None:
        """Do something with the reference server when it is made."""
        self._ready.append(do)

    def replace(self, owner: object, name: str, value: Replacement) -> None:
        """Put another function in place of one, until the server stops."""
        self._watch.files.add(value.__code__.co_filename)
        self._stack.enter_context(patch.object(owner, name, value))

    def handler(self, operation: str, handler: Handler) -> None:
        """Put another function in place of the one that does an operation."""
        self._watch.files.add(handler.__code__.co_filename)
        self._stack.enter_context(patch.dict(HANDLERS, {operation: handler}))

    def sql(self, old: str, new: str, *, when: Callable[[Selection], bool] | None = None) -> None:
        """Replace a part of the SQL that lists are made with."""
        query = Selection.query

        def changed(selection: Selection, columns: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  (any container)
            text, values = query(selection, columns)
            return (text.replace(old, new) if when is None or when(selection) else text), values

        self.replace(Selection, "query", changed)

    def fails_with(self, status: int, when: Callable[[Request], bool]) -> None:
        """Return an error to some requests."""

        def refused(request: Request) -> Reply | None:
            if not when(request):
                return None
            reply = Reply(request, status)
            reply.refuse(status)
            return reply

        self.before(refused)

    def turns(self, old: int, new: int, *operations: str) -> None:
        """Return an error where a reply of some operations has a status; none named: all."""

        def turned(reply: Reply) -> None:
            if reply.status == old and (not operations or reply.request.of(*operations)):
                reply.refuse(new)

        self.after(turned)

    def ignores(self, status: int, *operations: str) -> None:
        """Say that all is well where some operations have failed with a status."""

        def ignored(reply: Reply) -> None:
            if reply.status == status and reply.request.of(*operations):
                reply.empty()

        self.after(ignored)

    def edits(self, field: str, change: Callable[[Any], object], *operations: str) -> None:
        """Change a field in the bodies of some operations, and in each entry; None removes it."""

        def changed(request: Request) -> None:
            value = request.json
            inner = value.get("time_blocks", value) if is_object(value) else value
            for each in inner if is_list(inner) else [inner]:
                if is_object(each) and field in each and request.of(*operations):
                    each[field] = change(each[field])
                    if each[field] is None:
                        del each[field]
                    request.json = value

        self.before(changed)

    def each_block(self, change: Callable[[Node], object], *operations: str) -> None:
        """Change each block in the replies of some operations; none named: in all."""

        def changed(reply: Reply) -> None:
            value = reply.json
            if reply.failed or (operations and not reply.request.of(*operations)):
                return
            blocks = list(blocks_of(value))
            for block in blocks:
                change(block)
            if blocks:
                reply.json = value

        self.after(changed)

    def __enter__(self) -> Self:
        with self._stack as stack:
            log = logging.getLogger("toggl_focus_server")
            log.addHandler(self._watch)
            stack.callback(log.removeHandler, self._watch)
            if self._change is not None:
                self._change(self)
            self._reference = _Reference(self, **self.options)
            for do in self._ready:
                do(self._reference)
            stack.enter_context(self._reference)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    async def handle(self, request: Request, ask: Callable[[Request], Awaitable[Reply]]) -> Reply:
        """The reply to a request, all changes made. ask: sends a request to the reference."""
        try:
            reply: Reply | None = None
            for before in self._before:
                reply = reply or await _result(before(request))
            reply = reply or await ask(request)
            for after in self._after:
                await _result(after(reply))
            await asyncio.sleep(reply.delay)
        except Exception as error:  # noqa: BLE001  (a switch that fails makes the server broken)
            self.faults.append(f"{type(error).__name__}: {error}")
            reply = Reply(request, 500)
            reply.refuse(500)
        return reply


Change = Callable[[WrongServer], None]


def large_ids(reference: ReferenceServer) -> None:
    """Give every new block an id that a double cannot hold."""
    store = reference.app.store
    block = store.block(reference.account.workspace_id, 1001) or {}
    store.insert({**block, "id": 2**53, "deleted_at": block["created_at"]})


class _Reference(ReferenceServer):
    """A reference server whose application has another one around it."""

    def __init__(self, wrong: WrongServer, **options: Any) -> None:  # noqa: ANN401  (of the base)
        super().__init__(**options)
        self._server.config.app = _Around(wrong, self.app)


class _Around:
    """The application around the reference's. All but the call is the reference's."""

    def __init__(self, wrong: WrongServer, app: App) -> None:
        self._wrong, self._app = wrong, app

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever App has)
        return getattr(self._app, name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(self._app.prefix):
            await self._app(scope, receive, send)  # its health
            return
        request = Request(
            method=scope["method"],
            path=scope["raw_path"].decode("ascii"),
            query=pairs_of(scope["query_string"].decode("ascii")),
            headers={n.decode("latin-1"): v.decode("latin-1") for n, v in scope["headers"]},
            body=await _body(receive),
            raw_query=scope["query_string"].decode("ascii"),
        )

        async def ask(changed: Request) -> Reply:
            return await _ask(self._app, scope, changed)

        await _send(await self._wrong.handle(request, ask), send)


async def _ask(app: App, scope: Scope, request: Request) -> Reply:
    """Send a request to the reference, and collect its reply."""
    messages: list[Message] = []
    parts = [{"type": "http.request", "body": request.body, "more_body": False}]

    async def receive() -> Message:
        if not parts:
            await asyncio.Event().wait()  # the client stays
        return parts.pop()

    async def send(message: Message) -> None:
        messages.append(message)
        await asyncio.sleep(0)

    headers = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in request.headers.items()]
    target = {"path": request.path, "raw_path": request.path.encode()}
    target |= {"method": request.method, "query_string": request.raw_query.encode()}
    await app({**scope, **target, "headers": headers}, receive, send)
    head = {n.decode("latin-1"): v.decode("latin-1") for n, v in messages[0]["headers"]}
    head.pop("content-length", None)
    body = b"".join(each.get("body", b"") for each in messages)
    return Reply(request, messages[0]["status"], head, body)


async def _send(reply: Reply, send: Send) -> None:
    """Send a reply; its length is added unless a switch has set another."""
    headers, body = reply.headers, reply.body
    if headers.get("content-encoding") == "gzip":
        body = gzip.compress(body)
    no_length = reply.status == 204 or reply.chunks  # noqa: PLR2004  (No Content)
    if not no_length and "content-length" not in headers:
        headers = {**headers, "content-length": str(len(body))}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": raw})
    size = reply.chunks or max(len(body), 1)
    for at in range(0, len(body), size):
        piece = body[at : at + size]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _result(value: Any) -> Any:  # noqa: ANN401  (what a change returns)
    return await value if inspect.isawaitable(value) else value


class _Watch(logging.Handler):
    """Notes where the reference server failed because a switch itself did.

    files: where the functions of the switch are.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.files: set[str] = set()
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        """Note it if the error comes from a switch and is not meant."""
        # The server's log has texts in place of exceptions.
        trace = record.exc_text or ""
        places: list[str] = _PLACE.findall(trace)
        error = trace.rpartition("\n")[2]
        if places and places[-1] in self.files and CrashError.__name__ not in error:
            self._faults.append(error)
