"""Reads bodies: as they arrive or completely, decompressed, and never without limit."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from toggl_focus._errors import DecodeError, TogglFocusError
from toggl_focus._messages.read import is_success
from toggl_focus._transport.translate import translated

if TYPE_CHECKING:
    import httpx

    from toggl_focus._calls.attempt import Attempt

__all__ = ["LARGEST", "Body", "Collected"]

LARGEST = 100 * 2**20
"""The largest body that is read at once, in bytes after decompression."""

_CHUNK = 65_536
_ZLIB, _RAW = zlib.MAX_WBITS, -zlib.MAX_WBITS
_FORMATS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": _ZLIB}


class Body:
    """Decompresses the chunks of one body, as long as there is time.

    An unknown encoding is read as it is: some servers name one (`utf-8`, `none`) where there is
    none. Raises DecodeError if the body cannot be decompressed.
    """

    def __init__(self, attempt: Attempt, response: httpx.Response, *, injected: bool) -> None:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        self._limit = attempt.limit
        self._decompress: _Decompress | None = None
        # An injected client may have read it already, and may know more encodings.
        known = encoding in _FORMATS or encoding in {"", "identity"}
        self.raw = not response.is_stream_consumed and (known or not injected)
        """Whether it takes the bytes as they were sent, not as httpx has decoded them."""
        if self.raw and encoding in _FORMATS:
            self._decompress = _Decompress(attempt, encoding)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """The content of a chunk, in pieces: a small chunk may decompress into much."""
        self._limit.check()
        if self._decompress is None:
            yield chunk
            return
        for piece in self._decompress.feed(chunk):
            self._limit.check()
            yield piece

    def finish(self) -> None:
        """Raise DecodeError if the compressed data is incomplete."""
        if self._decompress is not None:
            self._decompress.finish()


class Collected:
    """A complete body, kept in memory once."""

    def __init__(self, attempt: Attempt, status: int) -> None:
        self._attempt = attempt
        self._status = status
        self._buffer = BytesIO()
        self.error: TogglFocusError | None = None
        """Why the body of an error response could not be read completely."""

    def add(self, piece: bytes) -> None:
        """Add a piece. Raises DecodeError if the body gets too large."""
        self._buffer.write(piece)
        if self._buffer.tell() > LARGEST:
            request = self._attempt.request
            limit = f"the response is larger than {LARGEST // 2**20} MiB; request less at once"
            raise DecodeError(f"{request.name}: {limit}", request.sent())

    @contextmanager
    def reading(self) -> Generator[None]:
        """Read the body within this. An error response keeps its status if its body is broken."""
        try:
            with translated(self._attempt):
                yield
        except TogglFocusError as error:
            if is_success(self._status):
                raise
            self.error = error

    def value(self) -> bytes:
        """The bytes that were read."""
        return self._buffer.getvalue()  # does not copy


class _Decompress:
    """Decompresses as the bytes arrive, in pieces of bounded size, and notices a missing end.

    httpx's decoder turns a small chunk of zeros into one of any size, and takes a body that is cut
    for a complete one.
    """

    def __init__(self, attempt: Attempt, encoding: str) -> None:
        self._attempt = attempt
        self._format = _FORMATS[encoding]
        self._inflate = zlib.decompressobj(self._format)
        self._started = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What can be decompressed now."""
        while chunk:
            if self._inflate.eof:  # there may be several members, one after the other
                self._inflate = zlib.decompressobj(self._format)
            try:
                piece = self._inflate.decompress(chunk, _CHUNK)
            except zlib.error as error:
                if self._started or self._format != _ZLIB:
                    raise self._error(str(error)) from error
                self._format = _RAW  # some servers send deflate without its header
                self._inflate = zlib.decompressobj(self._format)
                continue
            self._started = True
            if piece:
                yield piece
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data

    def finish(self) -> None:
        """Raise DecodeError if the data ended early."""
        if self._started and not self._inflate.eof:
            raise self._error("it is cut short")

    def _error(self, reason: str) -> DecodeError:
        request = self._attempt.request
        message = f"{request.name}: the response cannot be decompressed: {reason}"
        return DecodeError(message, request.sent())
