"""Sends requests for real, and records them with their responses."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx
import msgspec

from toggl_focus._errors import UsageError
from toggl_focus.testing._recording import (
    VERSION,
    Body,
    Exchange,
    Recording,
    Request,
    Response,
    headers_of,
    recorded_request,
)

__all__ = ["Recorder"]

T = TypeVar("T")


class Recorder(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends requests for real, and writes them with their responses to a file for `Replayer`.

    Responses are passed on as they arrive, and recorded when they are complete: not if they were
    cut short or not read to the end. Exchanges are in the order of their requests. Bodies are
    decompressed, and stored as JSON if possible, else as text, or as base64 if they are not UTF-8.

    Neither credentials nor the host are written. Of the headers, only Accept, Content-Type,
    Retry-After and the quota are kept. Toggl keys, and credentials of the request with 8 characters
    or more, are replaced everywhere, and so are the values of all fields whose names end in
    password, token, api_key or secret. Still, check a recording before you share it: it contains
    the names of your tasks.

    Args:
        path: The file, JSON that you can read and edit. Missing folders are created. An existing
            file is replaced when the first response is complete; it is valid after each one.
        transport: The transport to send with, for example with a proxy or own certificates. By
            default the one that httpx would use.

    Raises UsageError if the path is a folder, or if a sync client has an async transport or the
    other way round; OSError if the file cannot be written.

    Example:
        >>> with httpx.Client(transport=Recorder("week.json")) as http:
        ...     TogglFocus(http_client=http).time_blocks.get(100, 1001)
    """

    def __init__(
        self,
        path: str | PathLike[str],
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._path = Path(path)
        if self._path.is_dir():
            raise UsageError(f"the Recorder needs a path to a file, but {self._path} is a folder")
        self._transport = transport
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._exchanges: dict[int, Exchange] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an `httpx.Client`."""
        transport = self._sending(httpx.BaseTransport, httpx.HTTPTransport)
        request.read()
        recorded = self._recording(request)
        return recorded(transport.handle_request(request))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an `httpx.AsyncClient`."""
        transport = self._sending(httpx.AsyncBaseTransport, httpx.AsyncHTTPTransport)
        await request.aread()
        recorded = self._recording(request)
        return recorded(await transport.handle_async_request(request))

    def _sending(self, kind: type[T], default: Callable[[], T]) -> T:
        with self._lock:
            if self._transport is None:
                self._transport = cast("httpx.BaseTransport | httpx.AsyncBaseTransport", default())
        if not isinstance(self._transport, kind):
            name = type(self._transport).__name__
            raise UsageError(
                f"the Recorder of {self._path} sends with {name}, which is not a {kind.__name__}: "
                "pass an async transport for an async client, and use one Recorder per client"
            )
        return self._transport

    def _recording(self, request: httpx.Request) -> Callable[[httpx.Response], httpx.Response]:
        return partial(self._recorded, next(self._numbers), *recorded_request(request))

    def _recorded(
        self, number: int, sent: Request, secrets: re.Pattern[str], response: httpx.Response
    ) -> httpx.Response:
        """Wrap a response so that it is recorded when it has been read completely."""

        def record(body: bytes) -> None:
            complete = httpx.Response(response.status_code, headers=response.headers, content=body)
            received = Response(
                complete.status_code,
                headers_of(complete, secrets),
                Body.of(complete.content, secrets),
            )
            self._write(number, Exchange(sent, received))

        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_RecordedStream(response.stream, record),
            extensions=response.extensions,
        )

    def _write(self, number: int, exchange: Exchange) -> None:
        with self._lock:
            self._exchanges[number] = exchange
            recording = Recording(VERSION, [each for _, each in sorted(self._exchanges.items())])
            content = msgspec.json.format(msgspec.json.encode(recording), indent=2)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # If the program stops here, the file is the old one or the new one, never a mixture.
            part = self._path.with_name(f"{self._path.name}.part")
            part.write_bytes(content + b"\n")
            part.replace(self._path)

    def close(self) -> None:
        """Close the connections of an `httpx.Client`."""
        if isinstance(self._transport, httpx.BaseTransport):
            self._transport.close()

    async def aclose(self) -> None:
        """Close the connections of an `httpx.AsyncClient`."""
        if isinstance(self._transport, httpx.AsyncBaseTransport):
            await self._transport.aclose()


class _RecordedStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is passed on as it arrives, and reported when it is complete."""

    def __init__(
        self, stream: httpx.SyncByteStream | httpx.AsyncByteStream, ended: Callable[[bytes], None]
    ) -> None:
        self._stream: Any = stream
        self._ended = ended
        self._chunks: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._chunks.append(chunk)
            yield chunk
        self._ended(b"".join(self._chunks))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._chunks.append(chunk)
            yield chunk
        self._ended(b"".join(self._chunks))

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()
