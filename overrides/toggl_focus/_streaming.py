"""Cuts a streamed body into items while its bytes arrive, holding little more than one of them.

`[`, what stands before a cut, and `]` are valid JSON if and only if the cut is between two items.
So decoding that as a list proves the cut and makes the items, in one call. Where to cut is guessed
from the right: `},{"` with the first key of an item behind it is never inside a string, as an
unescaped quote cannot be; only its depth can be wrong. Where guesses fail, and for what is left,
items are skipped one by one to find where each ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

from _toggl_focus.request import BYTE_ORDER_MARK
from toggl_focus._messages.json import MALFORMED, decoder

__all__ = ["Items"]

T = TypeVar("T")

_GUESSES = 2
_SMALL = 16_384  # up to this many bytes an unfinished item is looked at again with every chunk
_FIRST_KEY = re.compile(rb'\[[ \t\r\n]*(\{"(?:[^"\\]|\\.)*":)')
_WRAPPER = re.compile(rb'\{[ \t\r\n]*"items"[ \t\r\n]*:[ \t\r\n]*(?=\[)')
_WRAPPER_BEGUN = re.compile(rb'\{[ \t\r\n]*(?:"i?t?e?m?s?|"items"[ \t\r\n]*(?::[ \t\r\n]*)?)?\Z')
_PLACE = re.compile(r"\(byte (\d+)\)")
_LAST = b"}], \t\r\n"  # what a whole item, or what follows it, ends with
_LONGEST_REST = 1_048_576  # of what may stand beside the items, which is kept to its end
_LONGEST_ESCAPE = len(r"\ud83d\ude00")
_SPACE = re.compile(rb"[ \t\r\n]*")
_SPACES = re.compile(rb"[ \t\r\n]+")
_END = re.compile(rb"\[[ \t\r\n]*\]")


class Items(Generic[T]):
    """Takes the chunks of one body and gives its items, in lists.

    Reads a bare array, `{"items": [...]}`, one object a line, and null as no items (D37, D38). What
    is wrong raises one of MALFORMED, after the good items before it. `count`: items given so far.
    """

    def __init__(self, item: type[T]) -> None:
        self.count = 0
        self._one = decoder(item)
        self._many: msgspec.json.Decoder[list[T]] = decoder(list[item])  # type: ignore[valid-type]
        self._marked = False  # whether a byte order mark, or none, was found at the start
        self._form = ""  # array, wrapped, lines or null, as the first bytes tell
        # In an array: `[` and the bytes of the items not given yet, the separator before them
        # overwritten; but what follows an item as long as it has not shown its separator.
        self._buffer = bytearray()
        self._separated = True
        self._owed = False  # there was a comma, so an item must follow
        self._ended = False  # there was the bracket at the end
        self._between = b""  # `},{"id":`, once the first item has shown its first key
        self._searched = 0  # among lines, how far there is no end of one
        self._enough = 0  # an unfinished item is looked at again when there are so many bytes

    def feed(self, chunk: bytes) -> Iterator[list[T]]:
        """The items that are whole now."""
        self._buffer += chunk
        if not self._form:
            self._recognise(last=False)
        if len(self._buffer) >= self._enough:
            yield from self._whole()

    def finish(self) -> Iterator[list[T]]:
        """The last items; raises if the body ended too early or went on too long."""
        if not self._form:
            self._recognise(last=True)
        if self._form == "lines":
            self._buffer += b"\n"
        yield from self._whole()
        if self._form in {"array", "wrapped"}:
            self._decode_end()
        elif self._form == "null":
            msgspec.json.decode(self._buffer, type=None)

    @property
    def rest(self) -> bytes:
        """What has arrived and is not given yet."""
        return bytes(self._buffer)

    def _recognise(self, *, last: bool) -> None:
        if not self._marked:
            if not last and len(self._buffer) < len(BYTE_ORDER_MARK):
                return
            self._marked = True
            if self._buffer.startswith(BYTE_ORDER_MARK):
                del self._buffer[: len(BYTE_ORDER_MARK)]
        self._skip_space()
        start = bytes(self._buffer[:1])
        if start == b"[":
            self._form = "array"
        elif start == b"n":
            self._form = "null"
        elif wrapper := _WRAPPER.match(self._buffer):
            self._form = "wrapped"
            del self._buffer[: wrapper.end()]
        elif start == b"{":
            if last or not _WRAPPER_BEGUN.match(self._buffer):
                self._form = "lines"
            else:  # of which there may be megabytes, to be looked at again with every chunk
                self._buffer[:] = _SPACES.sub(b"", self._buffer)
        elif start or last:
            msgspec.json.decode(self._buffer, type=msgspec.Raw)  # raises where it is no JSON
            raise msgspec.DecodeError("the body is neither an array nor objects")

    def _skip_space(self, keep: bytes = b"") -> None:
        """Drop white space from the start, or from behind what is kept there."""
        if space := _SPACE.match(self._buffer, len(keep)):
            # Dropped from the front, which moves nothing, however much is behind it.
            del self._buffer[: space.end() - len(keep)]
            self._buffer[: len(keep)] = keep

    def _whole(self) -> Iterator[list[T]]:
        if self._form == "lines":
            return self._by_lines()
        if self._form in {"array", "wrapped"}:
            return self._by_cuts()
        return iter(())

    def _by_lines(self) -> Iterator[list[T]]:
        end = self._buffer.rfind(b"\n", self._searched)
        self._searched = len(self._buffer)
        if end < 0:
            return
        lines = self._buffer[:end].split(b"\n")
        del self._buffer[: end + 1]
        self._searched = 0
        for line in lines:
            if line.strip():
                yield self._given([self._one.decode(line)])

    def _by_cuts(self) -> Iterator[list[T]]:
        if self._ended:
            self._check_rest()
            return
        if not self._separated and not self._pass_separator():
            return
        if not self._between and (first := _FIRST_KEY.match(self._buffer)):
            self._between = b"}," + first[1]
        before = len(self._buffer)
        for _ in range(_GUESSES if self._between else 0):
            before = self._buffer.rfind(self._between, 0, before)
            if before < 0:
                break
            try:
                items = self._cut(before + 1)
            except (msgspec.ValidationError, UnicodeDecodeError):
                break  # one by one, so that the good items before the bad one are given
            except msgspec.DecodeError:
                continue  # not between items, but inside one
            yield self._given(items)
            if self._buffer[-1] not in _LAST:
                return  # what is left is the beginning of an item, as nearly always
            break
        yield from self._one_by_one()

    def _cut(self, comma: int) -> list[T]:
        """Decode what stands before this comma, in place, and drop it."""
        self._buffer[comma] = ord("]")
        try:
            with memoryview(self._buffer) as all_of_it, all_of_it[: comma + 1] as before:
                items = self._many.decode(before)
        except MALFORMED:
            self._buffer[comma] = ord(",")
            raise
        self._buffer[comma] = ord("[")
        del self._buffer[:comma]
        self._owed = True
        return items

    def _one_by_one(self) -> Iterator[list[T]]:
        while self._separated and (end := self._end_of_item()):
            with memoryview(self._buffer) as all_of_it, all_of_it[1:end] as item:
                items = [self._one.decode(item)]
            del self._buffer[:end]
            self._separated = False
            yield self._given(items)
            self._pass_separator()

    def _end_of_item(self) -> int:
        """Where the item at the start of the buffer ends; 0 while it is not whole."""
        self._skip_space(keep=b"[")
        if len(self._buffer) == 1:
            return 0
        if self._buffer[1] == ord("]") and not self._owed:
            self._ended = True
            self._check_rest()
            return 0
        size = len(self._buffer)
        try:
            with memoryview(self._buffer) as all_of_it, all_of_it[1:] as items:
                msgspec.json.decode(items, type=msgspec.Raw)
        except msgspec.DecodeError as error:
            text = str(error)
            place = _PLACE.search(text)
            if place and "trailing" in text:
                return int(place[1])  # counted from 1, and the item begins at 1
            if place and int(place[1]) < size - _LONGEST_ESCAPE:
                raise
            # Not whole, or cut inside an escape. Doubling keeps the work on a huge item linear.
            self._enough = 2 * size if size > _SMALL else 0
            return 0
        return size

    def _pass_separator(self) -> bool:
        """Go on behind an item: make the comma the bracket of what follows, if it is there."""
        self._skip_space()
        if not self._buffer:
            return False
        self._enough = 0
        self._separated = True
        self._owed = self._buffer.startswith(b",")
        if self._owed:
            self._buffer[0] = ord("[")
        elif self._buffer.startswith(b"]"):
            self._buffer[:0] = b"["
        else:
            raise msgspec.DecodeError("JSON is malformed: neither a comma nor an end after an item")
        return True

    def _check_rest(self) -> None:
        """Look at what follows the end, and may go on for ever; raise where it is no part of it."""
        if self._form == "array":
            self._skip_space(keep=b"[]")
            self._decode_end()
        elif len(self._buffer) > _LONGEST_REST:
            raise msgspec.DecodeError(f"more than {_LONGEST_REST} bytes follow the items")

    def _decode_end(self) -> None:
        """Raise unless nothing but the end of the array is left."""
        end = _END.match(self._buffer) if self._separated else None
        if end is None:
            raise msgspec.DecodeError("Input data was truncated")
        if self._owed:
            raise msgspec.DecodeError("JSON is malformed: a comma before the end of the array")
        start = b'{"items":[]' if self._form == "wrapped" else b"[]"
        msgspec.json.decode(start + self._buffer[end.end() :], type=msgspec.Raw)

    def _given(self, items: list[T]) -> list[T]:
        self.count += len(items)
        return items
