"""The server as an ASGI application: routes from the description, checks in the order of D2."""

import logging
import re
import secrets
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from http import HTTPStatus
from os import PathLike
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, quote

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Message, Receive, Scope, Send

from . import timestamps
from .access import authenticate, authorize
from .blocks import Fields, Row
from .description import JSON, Description, Operation, packaged
from .limits import TimeLimits
from .operations import HANDLERS, Call, Handler
from .pages import Pages
from .problems import Problem, not_allowed
from .quota import Quota
from .redaction import Redaction
from .responses import Nulls, Writers, encode
from .rules import Rules, rules_of
from .schemas import short
from .seed import MONDAY, Seed, Week, monday_of
from .store import LostFileError, Store
from .stream import StreamResponse, chunks
from .waiting import until_unlocked

# what a page in a browser may read of a response, in addition to what the description lists
EXPOSED = ("Allow", "Retry-After", "WWW-Authenticate")

log = logging.getLogger("toggl_focus_server")
_redaction = Redaction()
log.addFilter(_redaction)


def new_trace_id() -> str:
    """32 hex digits."""
    return secrets.token_hex(16)


class BrokenResponseError(Exception):
    """What was about to be sent is not what the description says."""


class App:
    """The reference server as an ASGI application, to be closed when done."""

    def __init__(
        self,
        store: Store,
        description: Description,
        writers: Writers,
        quota: Quota,
        clock: timestamps.Clock,
        trace_ids: Callable[[], str],
        *,
        monday: date,
        limits: TimeLimits,
        validate: bool,
        verbose: bool,
    ) -> None:
        self.store = store
        self.accounts = store.accounts()
        self.pages = Pages(description, store, self.accounts, monday)
        self.limits = limits
        self.prefix = description.prefix
        self.unimplemented = tuple(o.id for o in description.operations if o.id not in HANDLERS)
        """Operations that are described but return 501."""
        self._most = description.largest_body
        self._rules: Rules = rules_of(description)
        self._writers = writers
        self._fields = Fields(description)
        self._task = writers.tasks(store.document)
        self._quota = quota
        self._clock = clock
        self._trace_ids = trace_ids
        self._validate = validate
        self._verbose = verbose
        self._parameters = {
            operation.id: {each["name"] for each in operation.parameters if each["in"] == "query"}
            for operation in description.operations
        }
        _redaction.learn(self.accounts)
        self._routes = [
            Route(self.prefix + path, _Path(self, methods)) for path, methods in _paths(description)
        ]
        self._serve = CORSMiddleware(
            Router(
                [
                    *self._routes,
                    Route("/", _Page(self, self.pages.start)),
                    Route("/health", _Page(self, self.pages.health)),
                    Route(f"{self.prefix}/openapi.json", _Page(self, self.pages.openapi_json)),
                    Route(f"{self.prefix}/openapi.yaml", _Page(self, self.pages.openapi_yaml)),
                ],
                redirect_slashes=False,
                default=self._nowhere,
            ),
            allow_origins=["*"],
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[*EXPOSED, *description.response_headers],
        )
        for name in self.unimplemented:
            log.debug("%s is described but not implemented: it returns 501", name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and log it; its query, which may hold what is secret, only if verbose."""
        if scope["type"] != "http":
            await self._serve(scope, receive, send)
            return
        # matched as it was sent: an escaped slash cuts no path, an escaped digit makes no id
        raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
        path = raw.decode("ascii", "backslashreplace")
        seen = _Seen(send)
        began = time.perf_counter()
        try:
            await self._serve({**scope, "path": path, "seen": seen}, receive, seen.send)
        except ClientDisconnect:
            pass
        except Exception:
            # the status is out, and only a cut tells the reader that this is not all (D27)
            log.exception("%s failed after its response had begun", seen.operation)
        finally:
            spent = (time.perf_counter() - began) * 1000
            end = "" if seen.complete else " cut"
            target = short(path)
            if self._verbose:
                query = _query(scope["query_string"], self._parameters.get(seen.operation, ()))
                target += f"?{short(query)}" if query else ""
                end += f": {seen.reason}" if seen.reason else ""
            level = logging.DEBUG if seen.operation == "health" else logging.INFO
            fields = scope["method"], target, seen.status, seen.operation, spent, end
            log.log(level, "%s %s %d %s %.1f ms%s", *fields)

    def error_body(self, problem: Problem) -> bytes:
        """The body of a response with the Problem schema."""
        return encode(problem.body(self._trace_ids()))

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
        """The response to a request whose path is known."""
        operation = methods.get(request.method)
        if operation is None:
            return self.refuse(request, not_allowed(request.method, methods))
        request.scope["seen"].operation = operation.id
        handler = HANDLERS.get(operation.id)
        if handler is None:
            text = f"The reference server does not implement {operation.id}"
            return self.refuse(request, Problem(501, "not_implemented", text))
        headers: dict[str, str] = {}
        try:
            return await self._attempt(operation, handler, request, headers)
        except Problem as problem:
            return self.refuse(request, problem, operation, headers)
        except LostFileError as error:
            log.error("%s failed: %s", operation.id, error)  # noqa: TRY400  # a sentence is enough
            return self.refuse(request, Problem(500, "internal", str(error)), operation, headers)
        except ClientDisconnect:
            raise
        except Exception:
            log.exception("%s failed", operation.id)
            text = "The reference server failed; its log says why"
            return self.refuse(request, Problem(500, "internal", text), operation, headers)

    async def _attempt(
        self, operation: Operation, handler: Handler, request: Request, headers: dict[str, str]
    ) -> Response:
        """Everything between route and response, in the order of D2; fills in the headers."""
        account = authenticate(self.accounts, request.headers.get("authorization", ""))
        path = self._rules.path(operation, request.path_params)
        query = self._rules.query(operation, request.scope["query_string"])
        unlocked = partial(until_unlocked, self.store, self.limits.locked)
        organization = await unlocked(lambda: authorize(account, self.store, path))
        headers.update(self._quota.spend(account.id, organization))
        content_type = request.headers.get("content-type", "")
        content = await _content(request, self._most) if operation.body else b""
        call = Call(
            store=self.store,
            account=account,
            path=path,
            query=query,
            body=partial(self._rules.body, operation, content_type, content),
            body_fields=self._rules.body_fields(operation),
            fields=self._fields,
            task=self._task,
            now=timestamps.micros(self._clock()),
        )
        if operation.streamed:
            return await unlocked(lambda: self._stream(operation, handler, call, headers))
        return await unlocked(lambda: self._complete(operation, handler, call, headers))

    def _stream(
        self, operation: Operation, handler: Handler, call: Call, headers: dict[str, str]
    ) -> Response:
        parts = chunks(self._encoded_rows(operation, handler(call)))
        # what fails before the first of them still gets a status of its own
        return StreamResponse(next(parts), parts, operation.status, headers)

    def _complete(
        self, operation: Operation, handler: Handler, call: Call, headers: dict[str, str]
    ) -> Response:
        # nothing waits between begin and commit: no request gets between two steps of another
        with nullcontext() if operation.method == "GET" else self.store.transaction():
            result = handler(call)
            if operation.body_of(operation.status) is None:
                response = Response(status_code=operation.status, headers=headers)
            else:
                body = encode(self._writers.writer(operation)(result))
                if fault := self._fault(operation, operation.status, body):
                    raise BrokenResponseError(fault)
                response = Response(body, operation.status, headers, JSON)
        self.store.check()  # nothing is acknowledged that went into a file that is gone
        return response

    def _encoded_rows(self, operation: Operation, rows: Generator[Row]) -> Generator[bytes]:
        write = self._writers.writer(operation, item=True)
        with closing(rows):
            for row in rows:
                encoded = encode(write(row))
                if fault := self._fault(operation, operation.status, encoded, item=True):
                    raise BrokenResponseError(fault)
                yield encoded

    def _fault(
        self, operation: Operation | None, status: int, body: bytes, *, item: bool = False
    ) -> str | None:
        if not self._validate:
            return None
        return self._rules.fault(operation, status, body, item=item)

    def refuse(
        self,
        request: Request,
        problem: Problem,
        operation: Operation | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """An error response; operation: its description must have the status."""
        request.scope["seen"].reason = problem.text
        if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
            operation = None  # of this server, not of the API
        body = self.error_body(problem)
        if fault := self._fault(operation, problem.status, body):
            log.error("the response %s breaks the description: %s", body.decode(), fault)
            problem = Problem(500, "internal", f"The response breaks the description: {fault}")
            body = self.error_body(problem)
        return Response(body, problem.status, {**(headers or {}), **problem.headers}, JSON)

    async def _nowhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        text = f"There is nothing at {short(path)}"
        if meant := self._meant(path):
            text += f"; the path may have to be {meant}"
        else:
            text += "; GET / says what there is"
        response = self.refuse(Request(scope), Problem(404, "not_found", text))
        await response(scope, receive, send)

    def _meant(self, path: str) -> str | None:
        """A path that there is, for one that is nearly right."""
        single = re.sub("//+", "/", path).rstrip("/")
        for candidate in (
            single,
            self.prefix + single,
            single.replace(self.prefix * 2, self.prefix, 1),
        ):
            if any(route.path_regex.match(candidate) for route in self._routes):
                return short(candidate)
        return None


def create_app(
    *,
    database: str | PathLike[str] | None = None,
    seed: str = Seed.DEMO,
    quota: int | None = None,
    nulls: Nulls = "send",
    week: Week = "fixed",
    validate: bool = False,
    verbose: bool = False,
    limits: TimeLimits | None = None,
    clock: timestamps.Clock = timestamps.now,
    trace_ids: Callable[[], str] = new_trace_id,
    description: Description | None = None,
) -> App:
    """A reference server to be served, or called in process.

    Args:
        database: A file that keeps the state. By default it is kept in memory and gone at the end.
        seed: What a new database begins with: "demo" (users, tasks and two weeks of blocks) or
            "empty" (no blocks).
        quota: Requests per hour, user and organization. By default they are not counted.
        nulls: Whether an optional field without a value is sent as null or omitted.
        week: Where the demo lies: "fixed" begins on Monday, 5 January 2026; with "current" the
            second of its two weeks is the current one, from Monday to Sunday in UTC.
        validate: Check every response against the description, and send a 500 if it does not match.
        verbose: Log the query of each request, and why it was refused.
        limits: How long to wait for slow clients, and for another process that uses the database.
        clock: Where the server gets the time, for tests.
        trace_ids: Where it gets the ids of its errors, for tests.
        description: Another description than the one that is installed.

    Raises StartError when the database cannot be used.
    """
    for name, value, choices in (
        ("seed", seed, [*Seed]),
        ("nulls", nulls, ["send", "omit"]),
        ("week", week, ["fixed", "current"]),
    ):
        if value not in choices:
            raise ValueError(f"{name} must be {' or '.join(choices)}, got {value!r}")
    if quota is not None and not (isinstance(quota, int) and quota >= 0):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"quota must be 0 or more requests an hour, got {quota}")
    description = description or packaged()
    monday = MONDAY if week == "fixed" else monday_of(clock())
    fields = Fields(description)
    return App(
        Store(database, fields, Seed(seed).tables(fields, monday - MONDAY)),
        description,
        Writers(description, nulls),
        Quota(quota, clock),
        clock,
        trace_ids,
        monday=monday,
        limits=limits or TimeLimits(),
        validate=validate,
        verbose=verbose,
    )


async def _content(request: Request, most: int) -> bytes | None:
    """The body; None if it is too large (D53)."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
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
class _Page:
    """The endpoint of a page that is not part of the API."""

    app: App
    page: Callable[[Request], Response]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if request.method in {"GET", "HEAD"}:
            scope["seen"].operation = self.page.__name__
            response = self.page(request)
        else:
            response = self.app.refuse(request, not_allowed(request.method, ("GET", "HEAD")))
        await response(scope, receive, send)


@dataclass
class _Seen:
    """What the log says of a request."""

    forward: Send
    operation: str = "-"
    status: int = 0
    complete: bool = False
    reason: str = ""
    """Why it was refused."""

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


def _query(text: bytes, known: Iterable[str]) -> str:
    """A query for the log: the values of parameters that are not known stay hidden."""
    pairs = parse_qsl(text.decode("ascii", "backslashreplace"), keep_blank_values=True)
    return "&".join(f"{name}={value if name in known else '…'}" for name, value in pairs)
