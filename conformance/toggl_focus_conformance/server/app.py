"""The server as an ASGI application: routes from the description, checks in the order of D2."""

import logging
import secrets
import time
from collections.abc import Callable, Generator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from functools import partial
from os import PathLike
from types import TracebackType
from typing import Self
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Message, Receive, Scope, Send

from . import instants
from .access import authenticate, authorize
from .answers import Answers, Nulls, encode
from .description import JSON, Description, Operation, packaged
from .operations import HANDLERS, Call, Handler
from .problems import Problem, validation
from .quota import Quota
from .rules import Rules, rules_of
from .seed import Seed
from .store import Row, Store
from .stream import StreamResponse, chunks

LARGEST_BODY = 2**20
log = logging.getLogger("toggl_focus_conformance.server")


def new_trace_id() -> str:
    """32 hex digits."""
    return secrets.token_hex(16)


class BrokenAnswerError(Exception):
    """What was about to be sent is not what the description says."""


class App:
    """The reference server as an ASGI application, to be closed when done."""

    def __init__(
        self,
        store: Store,
        description: Description,
        answers: Answers,
        quota: Quota,
        clock: instants.Clock,
        trace_ids: Callable[[], str],
        *,
        validate: bool,
    ) -> None:
        self.store = store
        self.accounts = store.accounts()
        self.prefix = description.prefix
        self._rules: Rules = rules_of(description)
        self._answers = answers
        self._task = answers.tasks(store.document)
        self._quota = quota
        self._clock = clock
        self._trace_ids = trace_ids
        self._validate = validate
        self._router = Router(
            [
                Route(self.prefix + path, _Path(self, methods))
                for path, methods in _paths(description)
            ],
            redirect_slashes=False,
            default=self._nowhere,
        )
        for operation in description.operations:
            if operation.id not in HANDLERS:
                log.warning("%s is described but not built: it answers 501", operation.id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and log it, without its query: that may hold what is secret."""
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        # matched as it was sent: an escaped slash cuts no path, an escaped digit makes no id
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        path = raw.decode("ascii", "backslashreplace")
        seen = _Seen(send)
        began = time.perf_counter()
        try:
            await self._router({**scope, "path": path, "seen": seen}, receive, seen.send)
        except ClientDisconnect:
            pass
        except Exception:
            # the status is out, and only a cut tells the reader that this is not all (D27)
            log.exception("%s failed after its answer had begun", seen.operation)
        finally:
            spent = (time.perf_counter() - began) * 1000
            end = "" if seen.complete else " cut"
            fields = scope["method"], path, seen.status, seen.operation, spent, end
            log.info("%s %s %d %s %.1f ms%s", *fields)

    def garbage(self, text: str) -> bytes:
        """The body of the answer to what was no HTTP at all."""
        return encode(validation(text).answer(self._trace_ids()))

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def respond(self, methods: dict[str, Operation], request: Request) -> Response:
        """The answer to a request whose path is known."""
        operation = methods.get(request.method)
        if operation is None:
            allowed = ", ".join(methods)
            text = f"{request.method} is not allowed here, only {allowed}"
            problem = Problem(405, "method_not_allowed", text, headers={"Allow": allowed})
            return self._refusal(problem)
        request.scope["seen"].operation = operation.id
        handler = HANDLERS.get(operation.id)
        if handler is None:
            text = f"The reference server has no {operation.id} yet"
            return self._refusal(Problem(501, "not_implemented", text))
        headers: dict[str, str] = {}
        try:
            return await self._attempt(operation, handler, request, headers)
        except Problem as problem:
            return self._refusal(problem, operation, headers)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("%s failed", operation.id)
            text = "The reference server failed; its log says why"
            return self._refusal(Problem(500, "internal", text), operation, headers)

    async def _attempt(
        self, operation: Operation, handler: Handler, request: Request, headers: dict[str, str]
    ) -> Response:
        """Everything between the route and the answer, in the order of D2; fills in the headers."""
        account = authenticate(self.accounts, request.headers.get("authorization", ""))
        path = self._rules.path(operation, request.path_params)
        query = self._rules.query(operation, request.scope["query_string"])
        authorize(account, self.store, path)
        headers.update(self._quota.spend(account.id, path["organization_id"]))
        content_type = request.headers.get("content-type", "")
        content = await _content(request)
        call = Call(
            store=self.store,
            account=account,
            path=path,
            query=query,
            body=partial(self._rules.body, operation, content_type, content),
            task=self._task,
            now=instants.micros(self._clock()),
        )
        if operation.streamed:
            parts = chunks(self._encoded_rows(operation, handler(call)))
            # what fails before the first of them is still an answer with a status of its own
            return StreamResponse(await anext(parts), parts, operation.status, headers)
        # nothing waits between begin and commit: no request gets between two steps of another
        with nullcontext() if operation.method == "GET" else self.store.transaction():
            result = handler(call)
            if operation.answer(operation.status) is None:
                return Response(status_code=operation.status, headers=headers)
            body = encode(self._answers.writer(operation)(result))
            if fault := self._fault(operation, operation.status, body):
                raise BrokenAnswerError(fault)
        return Response(body, operation.status, headers, JSON)

    def _encoded_rows(self, operation: Operation, rows: Generator[Row]) -> Generator[bytes]:
        write = self._answers.writer(operation, item=True)
        with closing(rows):
            for row in rows:
                encoded = encode(write(row))
                if fault := self._fault(operation, operation.status, encoded, item=True):
                    raise BrokenAnswerError(fault)
                yield encoded

    def _fault(
        self, operation: Operation | None, status: int, body: bytes, *, item: bool = False
    ) -> str | None:
        if not self._validate:
            return None
        return self._rules.fault(operation, status, body, item=item)

    def _refusal(
        self,
        problem: Problem,
        operation: Operation | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """An answer with the Problem schema; operation: its description must have the status."""
        body = encode(problem.answer(self._trace_ids()))
        if fault := self._fault(operation, problem.status, body):
            log.error("the answer %s breaks the description: %s", body.decode(), fault)
            problem = Problem(500, "internal", f"The answer breaks the description: {fault}")
            body = encode(problem.answer(self._trace_ids()))
        return Response(body, problem.status, {**(headers or {}), **problem.headers}, JSON)

    async def _nowhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = Problem(404, "not_found", f"There is nothing at {scope['path']}")
        await self._refusal(problem)(scope, receive, send)


def create_app(
    *,
    database: str | PathLike[str] | None = None,
    seed: str = Seed.EMPTY,
    quota: int | None = None,
    nulls: Nulls = "send",
    validate: bool = False,
    clock: instants.Clock = instants.now,
    trace_ids: Callable[[], str] = new_trace_id,
    description: Description | None = None,
) -> App:
    """A reference server to be served, or called in process.

    database: a file that keeps the state; without one it is kept in memory and gone at the end.
    seed: what a new database begins with, "empty" (users and tasks) or "demo" (and blocks).
    quota: requests per hour, user and organization; none means that they are not counted.
    nulls: whether an optional field without a value is sent as null or left out.
    validate: check every answer against the description, and answer 500 where it does not hold.
    Raises StartError when the database cannot be used.
    """
    for name, value, choices in (("seed", seed, [*Seed]), ("nulls", nulls, ["send", "omit"])):
        if value not in choices:
            raise ValueError(f"{name} must be {' or '.join(choices)}, got {value!r}")
    if quota is not None and not (isinstance(quota, int) and quota >= 0):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"quota must be 0 or more requests an hour, got {quota}")
    description = description or packaged()
    return App(
        Store(database, Seed(seed)),
        description,
        Answers(description, nulls),
        Quota(quota, clock),
        clock,
        trace_ids,
        validate=validate,
    )


async def _content(request: Request) -> bytes:
    """The body, if it is not too large (D53)."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise validation(f"body: larger than {LARGEST_BODY} bytes", **{"in": "body"})
        parts.append(part)
    return b"".join(parts)


@dataclass
class _Path:
    """The endpoint of one path; a class, so that Starlette leaves the methods to it."""

    app: App
    methods: dict[str, Operation]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.app.respond(self.methods, Request(scope, receive))
        await response(scope, receive, send)


@dataclass
class _Seen:
    """What the log shall say of a request."""

    forward: Send
    operation: str = "-"
    status: int = 0
    complete: bool = False

    async def send(self, message: Message) -> None:
        """Pass a message on."""
        await self.forward(message)
        self.status = message.get("status", self.status)
        self.complete = message["type"] == "http.response.body" and not message.get("more_body")


def _paths(description: Description) -> list[tuple[str, dict[str, Operation]]]:
    """The operations of each path, words before ids, so that `bulk` is never taken for one."""
    paths: dict[str, dict[str, Operation]] = {}
    for operation in description.operations:
        paths.setdefault(operation.path, {})[operation.method] = operation
    return sorted(paths.items(), key=lambda item: [s.startswith("{") for s in item[0].split("/")])
