"""The connections of one client, each used by one call at a time.

httpcore's connections are used, but not its pools. The pools lose connections when calls are
cancelled, can stay locked after Ctrl-C, and take bytes that arrive before a request for its
response. Here, a connection is reused only if its last call ended well and nothing has arrived
since.
"""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any, Protocol, TypeAlias

import httpcore

__all__ = ["AsyncConnections", "Connections"]

MOST_IDLE = 100
"""At most this many idle connections are kept."""

# With TLS 1.3, servers send session tickets at any time. To find out whether anything else has
# arrived, a read waits this many seconds.
_TICKETS = 0.001
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_NO_LOCK: Any = nullcontext()

_Make: TypeAlias = Callable[[httpcore.Origin], httpcore.ConnectionInterface]
_AsyncMake: TypeAlias = Callable[[httpcore.Origin], httpcore.AsyncConnectionInterface]


class _Stream(Protocol):
    """The body of a response of httpcore."""

    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class _AsyncStream(Protocol):
    """The async version."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    async def aclose(self) -> None: ...


class Connections:
    """The connections of a sync client. Many threads may use it; it has no lock."""

    def __init__(self, make: _Make) -> None:
        self._make = make
        self._idle: deque[httpcore.ConnectionInterface] = deque()
        self._closed = False

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request and return its response. Closing the response frees the connection.

        Raises ConnectError, and sends nothing, if the server sends something before the request.
        """
        connection = self._reusable()
        opening = None
        try:
            if connection is None:
                connection = self._make(request.url.origin)
                opening = _Opening(connection)
                _watch(request, opening.trace)
            response = connection.handle_request(request)
        except BaseException:
            if opening is not None and opening.stream is not None:
                opening.stream.close()
            if connection is not None:
                connection.close()
            raise
        stream: Any = response.stream
        keep = self._keep if _may_be_reused(response) else None
        response.stream = _Body(stream, connection, keep)
        return response

    def close(self) -> None:
        """Close the idle connections now, and those in use when they become free."""
        self._closed = True
        while (connection := self._pop()) is not None:
            connection.close()

    def forget(self) -> None:
        """In a forked child process: leave the connections to the parent."""
        closed, self._closed = self._closed, True
        self.close()  # closes only the descriptors of this process
        self._closed = closed

    def _reusable(self) -> httpcore.ConnectionInterface | None:
        while (connection := self._pop()) is not None:
            if connection.is_available() and not connection.has_expired():
                return connection
            connection.close()
        return None

    def _pop(self) -> httpcore.ConnectionInterface | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _keep(self, connection: httpcore.ConnectionInterface) -> None:
        if self._closed or len(self._idle) >= MOST_IDLE or not _is_clean(connection):
            connection.close()
        else:
            self._idle.append(connection)


class _Body:
    """The body of a response, and the end of its call."""

    def __init__(
        self,
        stream: _Stream,
        connection: httpcore.ConnectionInterface,
        keep: Callable[[httpcore.ConnectionInterface], None] | None,
    ) -> None:
        self._stream = stream
        self._connection = connection
        self._keep = keep
        self._complete = self._ended = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream
        self._complete = True

    def close(self) -> None:
        try:
            if not self._ended:
                self._end()
                self._ended = True
        except BaseException:  # a Ctrl-C may come between two lines
            self._connection.close()
            raise

    def _end(self) -> None:
        self._stream.close()
        if self._complete and self._keep is not None:
            self._keep(self._connection)
        else:
            self._connection.close()


class AsyncConnections:
    """The connections of an async client, all in one event loop."""

    def __init__(self, make: _AsyncMake) -> None:
        self._make = make
        self._idle: deque[httpcore.AsyncConnectionInterface] = deque()
        self._closed = False

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request and return its response. Closing the response frees the connection.

        Raises ConnectError, and sends nothing, if the server sends something before the request.
        """
        connection = await self._reusable()
        opening = None
        try:
            if connection is None:
                connection = self._make(request.url.origin)
                opening = _AsyncOpening(connection)
                _watch(request, opening.trace)
            response = await connection.handle_async_request(request)
        except BaseException:
            try:
                if opening is not None and opening.stream is not None:
                    await opening.stream.aclose()
            finally:
                if connection is not None:
                    await connection.aclose()
            raise
        stream: Any = response.stream
        keep = self._keep if _may_be_reused(response) else None
        response.stream = _AsyncBody(stream, connection, keep)
        return response

    async def aclose(self) -> None:
        """Close the idle connections now, and those in use when they become free."""
        self._closed = True
        while self._idle:
            await self._idle.pop().aclose()

    async def _reusable(self) -> httpcore.AsyncConnectionInterface | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_available() and not connection.has_expired() and _is_clean(connection):
                return connection
            await connection.aclose()
        return None

    async def _keep(self, connection: httpcore.AsyncConnectionInterface) -> None:
        if self._closed or len(self._idle) >= MOST_IDLE or not _is_clean(connection):
            await connection.aclose()
        else:
            self._idle.append(connection)


class _AsyncBody:
    """The body of a response, and the end of its call."""

    def __init__(
        self,
        stream: _AsyncStream,
        connection: httpcore.AsyncConnectionInterface,
        keep: Callable[[httpcore.AsyncConnectionInterface], Coroutine[Any, Any, None]] | None,
    ) -> None:
        self._stream = stream
        self._connection: httpcore.AsyncConnectionInterface | None = connection
        self._keep = keep

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._stream.__aiter__()

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await self._stream.aclose()
        except BaseException:
            await connection.aclose()
            raise
        if self._keep is not None:
            await self._keep(connection)
        else:
            await connection.aclose()


class _Opening:
    """Watches a new connection until its first request is sent, by httpcore's trace extension."""

    def __init__(self, connection: httpcore.ConnectionInterface) -> None:
        self._connection = connection
        self.stream: httpcore.NetworkStream | None = None
        """The opened stream, which must be closed if the request is interrupted."""

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(_OPENED):
            self.stream = info["return_value"]
        elif event == _SENDING:
            _http11(self._connection)._state_lock = _NO_LOCK  # noqa: SLF001  (a Ctrl-C could leave it locked)
            if self.stream is not None and self._has_data(self.stream):
                raise httpcore.ConnectError(_SENT_FIRST)

    @staticmethod
    def _has_data(stream: httpcore.NetworkStream) -> bool:
        if not stream.get_extra_info("is_readable"):
            return False
        if stream.get_extra_info("ssl_object") is not None:
            try:
                stream.read(1, timeout=_TICKETS)
            except httpcore.ReadTimeout:
                return False
        return True


class _AsyncOpening:
    """The async version."""

    def __init__(self, connection: httpcore.AsyncConnectionInterface) -> None:
        self._connection: Any = connection
        self.stream: httpcore.AsyncNetworkStream | None = None
        connection._request_lock = _NO_LOCK  # type: ignore[attr-defined]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]  (each wait for it costs a round of the event loop)

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(_OPENED):
            self.stream = info["return_value"]
        elif event == _SENDING:
            _http11(self._connection)._state_lock = _NO_LOCK  # noqa: SLF001  (as above)
            if self.stream is not None and _has_data(self.stream):
                raise httpcore.ConnectError(_SENT_FIRST)


_OPENED = ("connect_tcp.complete", "start_tls.complete")
_SENDING = "http11.send_request_headers.started"
_SENT_FIRST = "the server sent something before the request"


def _watch(request: httpcore.Request, trace: Callable[..., object]) -> None:
    extensions: dict[str, Any] = {**request.extensions, "trace": trace}  # pyright: ignore[reportUnknownMemberType]  (half typed)
    request.extensions = extensions


def _may_be_reused(response: httpcore.Response) -> bool:
    """Whether a response that must not have a body, a 204 or 304, announces none.

    Otherwise that body would be parsed as the next response.
    """
    if response.status not in _BODILESS:
        return True
    announced = {name.lower(): value for name, value in response.headers}
    return b"transfer-encoding" not in announced and announced.get(b"content-length") in {
        None,
        b"0",
    }


def _is_clean(connection: Any) -> bool:  # noqa: ANN401  (sync or async)
    """Whether an idle connection has no bytes that would be parsed as the next response."""
    http11 = _http11(connection)
    state = getattr(http11, "_h11_state", None)
    if not connection.is_idle() or state is None or any(state.trailing_data):
        return False
    stream = getattr(http11, "_network_stream", None)
    tls = None if stream is None else stream.get_extra_info("ssl_object")
    return not (isinstance(tls, ssl.SSLObject) and _has_decrypted(tls))


def _has_data(stream: httpcore.AsyncNetworkStream) -> bool:
    """Whether anything has arrived, as far as this is known without waiting."""
    tls = stream.get_extra_info("ssl_object")
    if tls is not None:  # what is still encrypted may be session tickets
        return _has_decrypted(tls)
    protocol = getattr(getattr(stream, "_stream", None), "_protocol", None)
    # The event loop may have read it already, into a queue of anyio.
    return stream.get_extra_info("is_readable") or bool(getattr(protocol, "read_queue", None))


def _has_decrypted(tls: ssl.SSLObject) -> bool:
    """Whether the bytes that have arrived contain data or a close."""
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        return True
    return True


def _http11(connection: Any) -> Any:  # noqa: ANN401  (as above)
    """The HTTP/1.1 connection, which may be wrapped by one to a proxy."""
    while (inner := getattr(connection, "_connection", None)) is not None:
        connection = inner
    return connection
