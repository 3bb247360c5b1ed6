"""Sends and receives, blocking and awaitable. The one module that imports the HTTP library.

Whatever needs no IO is written once, in `_write`, `_read` and `_items`; the two senders differ in
send, read and close only.
"""

from __future__ import annotations

import functools
import ssl
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast, get_args

import httpx

from _toggl_focus.request import AsyncStream, Request, Response, Stream
from toggl_focus._errors import (
    DecodeError,
    TimeoutError,  # noqa: A004  (ours is the builtin one's subclass)
    TogglFocusError,
    TransportError,
    UsageError,
)
from toggl_focus._items import Items
from toggl_focus._json import MALFORMED
from toggl_focus._read import fault, is_success, read, refusal
from toggl_focus._write import Outgoing, write

if TYPE_CHECKING:
    from toggl_focus._settings import Settings

__all__ = ["AsyncSender", "Sender", "Timeout"]

T = TypeVar("T")
_Client = TypeVar("_Client", httpx.Client, httpx.AsyncClient)
Timeout: TypeAlias = "float | httpx.Timeout | None"

CONNECT_TIMEOUT = 5.0
_clock = time.monotonic
# httpx has had no release since 2024, and httpx2 continues it: a client of either works.
_LIBRARIES = frozenset({"httpx", "httpx2"})


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The certificates that are trusted; loading them takes longer than all else of a client."""
    return httpx.create_ssl_context()


class _Body:
    """The chunks of an answer read whole, which must all arrive in time: a server may drip."""

    def __init__(self, outgoing: Outgoing[Any], seconds: float | None) -> None:
        self._outgoing = outgoing
        self._seconds = seconds
        self._until = None if seconds is None else _clock() + seconds
        self._chunks: list[bytes] = []

    def _add(self, chunk: bytes) -> None:
        if self._until is not None and _clock() > self._until:
            raise TimeoutError(
                f"{self._outgoing.operation.id}: the answer was not whole within {self._seconds} s",
                self._outgoing.sent(),
            )
        self._chunks.append(chunk)

    def read(self, response: httpx.Response) -> bytes:
        for chunk in response.iter_bytes():
            self._add(chunk)
        return b"".join(self._chunks)

    async def aread(self, response: httpx.Response) -> bytes:
        async for chunk in response.aiter_bytes():
            self._add(chunk)
        return b"".join(self._chunks)


class _Common:
    """What the two senders share."""

    def __init__(self, settings: Settings, timeout: Timeout) -> None:
        self._settings = settings
        if not isinstance(timeout, httpx.Timeout):
            if timeout is not None and not (_is_number(timeout) and timeout > 0):
                raise UsageError(f"timeout must be seconds, more than 0, or None, got {timeout!r}")
            connect = None if timeout is None else min(timeout, CONNECT_TIMEOUT)
            timeout = httpx.Timeout(timeout, connect=connect)
        self._timeout = timeout

    def _arguments(self, outgoing: Outgoing[Any]) -> dict[str, Any]:
        headers = {"Accept": "application/json", "Authorization": self._settings.authorization}
        if outgoing.content is not None:
            headers["Content-Type"] = "application/json"
        return {
            "method": outgoing.operation.method,
            "url": outgoing.url,
            "content": outgoing.content,
            "headers": headers,
            # As a tuple, which the clients of both libraries take.
            "timeout": tuple(self._timeout.as_dict().values()),
        }

    def _body(self, outgoing: Outgoing[Any]) -> _Body:
        return _Body(outgoing, self._timeout.read)


class Sender(_Common):
    """Sends requests and waits for their answers."""

    def __init__(
        self, settings: Settings, timeout: Timeout, http_client: httpx.Client | None
    ) -> None:
        super().__init__(settings, timeout)
        _refuse(http_client, "close", "TogglFocus needs a blocking http_client")
        self._owned = http_client is None
        self._client = _made(httpx.Client) if http_client is None else http_client

    def send(self, request: Request[T]) -> T:
        """Send it once, and give the value of its answer."""
        return self.exchange(request).value

    def exchange(self, request: Request[T]) -> Response[T]:
        """Send it once, and give its whole answer."""
        outgoing = write(request, self._settings)
        body = self._body(outgoing)
        with self._answer(outgoing) as response:
            content = body.read(response)
        return read(outgoing, response.status_code, response.headers, content)

    def stream(self, request: Request[list[T]]) -> Stream[T]:
        """Send it when the first item is asked for, and give the items as they arrive."""
        return _BlockingStream(self._items(write(request, self._settings)))

    def _items(self, outgoing: Outgoing[list[T]]) -> Generator[T]:
        with self._answer(outgoing) as response:
            if not is_success(response.status_code):
                content = self._body(outgoing).read(response)
                raise refusal(outgoing, response.status_code, response.headers, content)
            items = _items_of(outgoing)
            with _decoding(outgoing, items):
                for chunk in response.iter_bytes():
                    for some in items.feed(chunk):
                        yield from some
                for some in items.finish():
                    yield from some

    @contextmanager
    def _answer(self, outgoing: Outgoing[Any]) -> Generator[httpx.Response]:
        _refuse_closed(self._client, outgoing)
        with _transport(outgoing):
            request = self._client.build_request(**self._arguments(outgoing))
            response = self._client.send(request, auth=None, follow_redirects=False, stream=True)
            try:
                yield response
            finally:
                response.close()

    def close(self) -> None:
        """Close the connections, unless they are an injected client's."""
        if self._owned:
            self._client.close()


class AsyncSender(_Common):
    """Sends requests and awaits their answers."""

    def __init__(
        self, settings: Settings, timeout: Timeout, http_client: httpx.AsyncClient | None
    ) -> None:
        super().__init__(settings, timeout)
        _refuse(http_client, "aclose", "AsyncTogglFocus needs an async http_client")
        self._owned = http_client is None
        self._client = _made(httpx.AsyncClient) if http_client is None else http_client

    async def send(self, request: Request[T]) -> T:
        """Send it once, and give the value of its answer."""
        return (await self.exchange(request)).value

    async def exchange(self, request: Request[T]) -> Response[T]:
        """Send it once, and give its whole answer."""
        outgoing = write(request, self._settings)
        body = self._body(outgoing)
        async with self._answer(outgoing) as response:
            content = await body.aread(response)
        return read(outgoing, response.status_code, response.headers, content)

    def stream(self, request: Request[list[T]]) -> AsyncStream[T]:
        """Send it when the first item is asked for, and give the items as they arrive."""
        return _AwaitableStream(self._items(write(request, self._settings)))

    async def _items(self, outgoing: Outgoing[list[T]]) -> AsyncGenerator[T]:
        async with self._answer(outgoing) as response:
            if not is_success(response.status_code):
                content = await self._body(outgoing).aread(response)
                raise refusal(outgoing, response.status_code, response.headers, content)
            items = _items_of(outgoing)
            with _decoding(outgoing, items):
                async for chunk in response.aiter_bytes():
                    for some in items.feed(chunk):
                        for item in some:
                            yield item
                for some in items.finish():
                    for item in some:
                        yield item

    @asynccontextmanager
    async def _answer(self, outgoing: Outgoing[Any]) -> AsyncGenerator[httpx.Response]:
        _refuse_closed(self._client, outgoing)
        with _transport(outgoing):
            request = self._client.build_request(**self._arguments(outgoing))
            response = await self._client.send(
                request, auth=None, follow_redirects=False, stream=True
            )
            try:
                yield response
            finally:
                await response.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless they are an injected client's."""
        if self._owned:
            await self._client.aclose()


class _BlockingStream(Stream[T]):
    def __init__(self, items: Generator[T]) -> None:
        self._items = items

    def __next__(self) -> T:
        return next(self._items)

    def close(self) -> None:
        self._items.close()


class _AwaitableStream(AsyncStream[T]):
    def __init__(self, items: AsyncGenerator[T]) -> None:
        self._items = items

    async def __anext__(self) -> T:
        return await anext(self._items)

    async def aclose(self) -> None:
        await self._items.aclose()


def _items_of(outgoing: Outgoing[list[T]]) -> Items[T]:
    (item,) = get_args(outgoing.operation.answer)
    return Items(item)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _made(kind: type[_Client]) -> _Client:
    """A client of our own, that keeps no cookie: none of a session's is ever sent back."""
    cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    try:
        return kind(verify=_certificates(), cookies=cookies)
    except (ImportError, ValueError) as error:  # a proxy of the environment that is none
        raise UsageError(f"cannot make an HTTP client: {error}") from error


def _refuse(http_client: object, method: str, reason: str) -> None:
    if http_client is not None and not hasattr(http_client, method):
        raise UsageError(f"{reason}, got {type(http_client).__name__}")


def _refuse_closed(client: httpx.Client | httpx.AsyncClient, outgoing: Outgoing[Any]) -> None:
    if client.is_closed:
        raise UsageError(f"{outgoing.operation.id}: the client is closed; make a new one")


@contextmanager
def _decoding(outgoing: Outgoing[Any], items: Items[Any]) -> Generator[None]:
    try:
        yield
    except MALFORMED as error:
        raise fault(outgoing, error, items.rest, items.count) from error


@contextmanager
def _transport(outgoing: Outgoing[Any]) -> Generator[None]:
    """Raise what the HTTP library raises as ours, its own as the cause."""
    try:
        yield
    except Exception as error:
        ours = _translated(error, outgoing)
        if ours is None:
            raise
        raise ours from error


def _translated(error: Exception, outgoing: Outgoing[Any]) -> TogglFocusError | None:
    kinds = {
        kind.__name__
        for kind in type(error).__mro__
        if kind.__module__.partition(".")[0] in _LIBRARIES
    }
    if not kinds:
        return None
    with suppress(AttributeError, RuntimeError):  # where it has no request
        # It is the cause of ours from now on, and goes wherever that is logged or kept.
        cast("httpx.RequestError", error).request.headers.pop("Authorization", None)
    what = f"{outgoing.operation.id}: {type(error).__name__}"
    told = f"{what}: {error}" if str(error) else what
    if "HTTPStatusError" in kinds:  # a hook of an injected client raised it
        return _refused(error, outgoing)
    if "PoolTimeout" in kinds:
        told = f"{what}: no connection was free; close streams that are not read to their end"
    if "TimeoutException" in kinds:
        return TimeoutError(told, outgoing.sent())
    if "DecodingError" in kinds:
        return DecodeError(told, outgoing.sent())
    return TransportError(told, outgoing.sent())


def _refused(error: Any, outgoing: Outgoing[Any]) -> TogglFocusError:  # noqa: ANN401  (either library's)
    response, body = error.response, b""
    with suppress(Exception):  # the hook may not have read it, and its status is known all the same
        body = response.content
    return refusal(outgoing, response.status_code, response.headers, body)
