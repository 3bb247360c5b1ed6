"""Unpacks what is compressed while it arrives: a little at a time, and to its very end."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from toggl_focus._errors import DecodeError

if TYPE_CHECKING:
    from toggl_focus._write import Outgoing

__all__ = ["ENCODINGS", "Unpack"]

_AT_ONCE = 65_536
_ZLIB, _BARE = zlib.MAX_WBITS, -zlib.MAX_WBITS
_FORMS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": _ZLIB}
ENCODINGS = frozenset(_FORMS)


class Unpack:
    """Takes the chunks of one compressed body and gives what was packed, in pieces of bounded size.

    That of httpx gives a small chunk of many zeros as one of any size, and takes a body that is cut
    for a whole one. What is wrong raises DecodeError.
    """

    def __init__(self, outgoing: Outgoing[Any], encoding: str) -> None:
        self._outgoing = outgoing
        self._form = _FORMS[encoding]
        self._unpacker = zlib.decompressobj(self._form)
        self._begun = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What can be unpacked now."""
        while chunk:
            if self._unpacker.eof:  # there may be several, one behind the other
                self._unpacker = zlib.decompressobj(self._form)
            try:
                piece = self._unpacker.decompress(chunk, _AT_ONCE)
            except zlib.error as error:
                if self._begun or self._form != _ZLIB:
                    raise self._fault(str(error)) from error
                self._form = _BARE  # some send deflate without the header that belongs to it
                self._unpacker = zlib.decompressobj(self._form)
                continue
            self._begun = True
            if piece:
                yield piece
            chunk = self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def finish(self) -> None:
        """Raise unless that was all of it."""
        if self._begun and not self._unpacker.eof:
            raise self._fault("it is cut")

    def _fault(self, why: str) -> DecodeError:
        told = f"{self._outgoing.operation.id}: the answer cannot be unpacked: {why}"
        return DecodeError(told, self._outgoing.sent())
