"""Sends for real, and records what was asked and answered."""

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
    asked_of,
    headers_of,
)

__all__ = ["Recorder"]

T = TypeVar("T")


class Recorder(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Sends requests for real, and writes each with its answer to a file that `Replayer` reads.

    path: the file, of JSON to be read and edited by hand; its folders are made. What is there is
    replaced when the first answer is whole, and the file is complete after each one.
    transport: what to send with, for a proxy or certificates of one's own; by default what a client
    without these would use.

    An answer is handed on as it arrives. It is recorded when it is whole: not if it was cut, or not
    read to its end. Exchanges stand in the order they were asked for. Bodies are kept decompressed,
    as JSON where they are JSON, else as text, or as base64 where they are not UTF-8.

    No credential is written, nor the host: of the headers only Accept, Content-Type, Retry-After
    and the quota are kept; Toggl keys and the request's own credential (of 8 characters or more)
    are replaced wherever they stand, and so are the values of all fields whose names end in
    password, token, api_key or secret. Look through a recording all the same before you share it:
    the names of your tasks are in it.

    Raises UsageError for a folder, and where the transport is of the other colour; OSError where
    the file cannot be written.

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
            raise UsageError(f"the Recorder needs a file to write, and {self._path} is a folder")
        self._transport = transport
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._exchanges: dict[int, Exchange] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an `httpx.Client`."""
        transport = self._sending(httpx.BaseTransport, httpx.HTTPTransport)
        request.read()
        taped = self._taping(request)
        return taped(transport.handle_request(request))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of an `httpx.AsyncClient`."""
        transport = self._sending(httpx.AsyncBaseTransport, httpx.AsyncHTTPTransport)
        await request.aread()
        taped = self._taping(request)
        return taped(await transport.handle_async_request(request))

    def _sending(self, kind: type[T], default: Callable[[], T]) -> T:
        with self._lock:
            if self._transport is None:
                self._transport = cast("httpx.BaseTransport | httpx.AsyncBaseTransport", default())
        if not isinstance(self._transport, kind):
            name = type(self._transport).__name__
            raise UsageError(
                f"the Recorder of {self._path} sends with {name}, which is no {kind.__name__}: "
                "give transport= of the client's own colour, and each client its own Recorder"
            )
        return self._transport

    def _taping(self, request: httpx.Request) -> Callable[[httpx.Response], httpx.Response]:
        return partial(self._taped, next(self._numbers), *asked_of(request))

    def _taped(
        self, number: int, asked: Request, secrets: re.Pattern[str], response: httpx.Response
    ) -> httpx.Response:
        """Make an answer that keeps what is read of it, and records itself when that is all."""

        def record(body: bytes) -> None:
            whole = httpx.Response(response.status_code, headers=response.headers, content=body)
            answer = Response(
                whole.status_code, headers_of(whole, secrets), Body.of(whole.content, secrets)
            )
            self._write(number, Exchange(asked, answer))

        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_Tape(response.stream, record),
            extensions=response.extensions,
        )

    def _write(self, number: int, exchange: Exchange) -> None:
        with self._lock:
            self._exchanges[number] = exchange
            recording = Recording(VERSION, [each for _, each in sorted(self._exchanges.items())])
            content = msgspec.json.format(msgspec.json.encode(recording), indent=2)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Whoever stops the program here, or reads the file, finds the old one or the new one.
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


class _Tape(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is handed on as it arrives, and told as one when it has ended."""

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
