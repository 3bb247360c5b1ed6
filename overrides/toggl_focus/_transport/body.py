"""Reads bodies: as they arrive or complete, decompressed, and never without limit."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from toggl_focus._errors import DecodeError, TogglFocusError
from toggl_focus._messages.read import is_success
from toggl_focus._transport.translate import translated

if TYPE_CHECKING:
    import httpx

    from toggl_focus._calls.call import Call

__all__ = ["LARGEST", "Body", "Collected"]

LARGEST = 100 * 2**20
"""The most bytes that a body may have if it is not streamed, decompressed."""

_AT_ONCE = 65_536
_ZLIB, _RAW = zlib.MAX_WBITS, -zlib.MAX_WBITS
_FORMS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": _ZLIB}


class Body:
    """Takes the chunks of one body and gives what they hold, decompressed, while there is time.

    An encoding that is not known is read as it is: some servers name one (`utf-8`, `none`) where
    there is none. What cannot be decompressed raises DecodeError.
    """

    def __init__(self, call: Call[Any], response: httpx.Response, *, injected: bool) -> None:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        self._call = call
        self._decompress: _Decompress | None = None
        # An injected client may have read it already, and may know more encodings.
        known = encoding in _FORMS or encoding in {"", "identity"}
        self.as_sent = not response.is_stream_consumed and (known or not injected)
        """Whether it takes the body as it was sent, and not as httpx has decoded it."""
        if self.as_sent and encoding in _FORMS:
            self._decompress = _Decompress(call, encoding)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What is in a chunk; it may be small and decompress into much."""
        self._call.in_time()
        if self._decompress is None:
            yield chunk
            return
        for piece in self._decompress.feed(chunk):
            self._call.in_time()
            yield piece

    def finish(self) -> None:
        """Raise DecodeError unless that was all of it."""
        if self._decompress is not None:
            self._decompress.finish()


class Collected:
    """A complete body, in memory once."""

    def __init__(self, call: Call[Any]) -> None:
        self._call = call
        self._buffer = BytesIO()

    def add(self, piece: bytes) -> None:
        """Add a piece. Raises DecodeError if it is too much."""
        self._buffer.write(piece)
        if self._buffer.tell() > LARGEST:
            name = self._call.outgoing.name
            told = f"the response is larger than {LARGEST // 2**20} MiB; ask for less at once"
            raise DecodeError(f"{name}: {told}", self._call.outgoing.sent())

    @contextmanager
    def reading(self) -> Generator[None]:
        """Read here. An error response keeps its status, whatever becomes of its body."""
        try:
            with translated(self._call):
                yield
        except TogglFocusError as error:
            if is_success(self._call.status):
                raise
            self._call.unread = error

    def value(self) -> bytes:
        """What was read."""
        return self._buffer.getvalue()  # which copies nothing


class _Decompress:
    """Decompresses as the bytes arrive: in pieces of bounded size, and to the very end.

    httpx's decoder gives a small chunk of many zeros as one of any size, and takes a body that is
    cut for a complete one.
    """

    def __init__(self, call: Call[Any], encoding: str) -> None:
        self._call = call
        self._form = _FORMS[encoding]
        self._inflate = zlib.decompressobj(self._form)
        self._begun = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What can be decompressed now."""
        while chunk:
            if self._inflate.eof:  # there may be several, one behind the other
                self._inflate = zlib.decompressobj(self._form)
            try:
                piece = self._inflate.decompress(chunk, _AT_ONCE)
            except zlib.error as error:
                if self._begun or self._form != _ZLIB:
                    raise self._fault(str(error)) from error
                self._form = _RAW  # some send deflate without the header that belongs to it
                self._inflate = zlib.decompressobj(self._form)
                continue
            self._begun = True
            if piece:
                yield piece
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data

    def finish(self) -> None:
        """Raise unless that was all of it."""
        if self._begun and not self._inflate.eof:
            raise self._fault("it is cut")

    def _fault(self, why: str) -> DecodeError:
        outgoing = self._call.outgoing
        told = f"{outgoing.name}: the response cannot be decompressed: {why}"
        return DecodeError(told, outgoing.sent())
