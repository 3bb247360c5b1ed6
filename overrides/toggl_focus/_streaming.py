"""Streams: items are decoded while the bytes of a response arrive.

Little more than one item is kept in memory. The body is cut into items like this: `[`, the bytes
before a cut, and `]` are valid JSON if and only if the cut is between two items. So decoding them
as a list proves the cut and makes the items, in one call. The place of the cut is guessed from the
right: `},{"` followed by the first key of an item is never inside a string, as it has an unescaped
quote; only its depth can be wrong. If the guesses fail, items are skipped one by one to find where
each ends.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Coroutine, Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Generic, TypeVar, get_args

import msgspec

from _toggl_focus.request import BYTE_ORDER_MARK, AsyncStream, Stream
from toggl_focus._calls.call import Call
from toggl_focus._messages.json import MALFORMED, decoder
from toggl_focus._messages.read import decode_error

__all__ = ["AsyncItemStream", "ItemStream", "Items", "decoding", "items_of"]

T = TypeVar("T")

_GUESSES = 2
_SMALL = 16_384  # an unfinished item of up to this many bytes is parsed again with every chunk
_FIRST_KEY = re.compile(rb'\[[ \t\r\n]*(\{"(?:[^"\\]|\\.)*":)')
_WRAPPER = re.compile(rb'\{[ \t\r\n]*"items"[ \t\r\n]*:[ \t\r\n]*(?=\[)')
_WRAPPER_BEGUN = re.compile(rb'\{[ \t\r\n]*(?:"i?t?e?m?s?|"items"[ \t\r\n]*(?::[ \t\r\n]*)?)?\Z')
_POSITION = re.compile(r"\(byte (\d+)\)")
_LAST = b"}], \t\r\n"  # a complete item, or what follows it, ends with one of these
_LONGEST_REST = 1_048_576  # bytes that may follow the items in their wrapper
_LONGEST_ESCAPE = len(r"\ud83d\ude00")
_SPACE = re.compile(rb"[ \t\r\n]*")
_SPACES = re.compile(rb"[ \t\r\n]+")
_END = re.compile(rb"\[[ \t\r\n]*\]")


class ItemStream(Stream[T]):
    """The items of a response, sync. Continuing after an error raises the error again."""

    def __init__(self, call: Call[list[T]], items: Generator[T]) -> None:
        self._call = call
        self._items = items

    def __iter__(self) -> Iterator[T]:
        # As fast as the generator itself; `_end` is called only after the last item.
        return chain(self._items, iter(self._end, None))

    def _end(self) -> T | None:
        self._call.check_stream()
        return None

    def __next__(self) -> T:
        self._call.check_stream()
        return next(self._items)

    @property
    def requests(self) -> int:
        return self._call.attempts

    def close(self) -> None:
        self._items.close()
        self._call.close_stream()


class AsyncItemStream(AsyncStream[T]):
    """The items of a response, async. Continuing after an error raises the error again."""

    def __init__(self, call: Call[list[T]], items: AsyncGenerator[T]) -> None:
        self._call = call
        self._items = items

    def __anext__(self) -> Coroutine[Any, Any, T]:
        self._call.check_stream()
        return self._items.__anext__()

    @property
    def requests(self) -> int:
        return self._call.attempts

    async def aclose(self) -> None:
        await self._items.aclose()
        self._call.close_stream()


def items_of(call: Call[list[T]]) -> Items[T]:
    """The decoder for the items that the operation of a call returns."""
    (item,) = get_args(call.request.operation.result)
    return Items(item)


@contextmanager
def decoding(call: Call[Any], items: Items[Any]) -> Generator[None]:
    """Raise a DecodeError, with the position in the stream, for an item that cannot be decoded."""
    try:
        yield
    except MALFORMED as error:
        raise decode_error(call.request, error, items.rest, call.headers, items.count) from error


class Items(Generic[T]):
    """Takes the chunks of one body and returns its items, in lists.

    Reads a bare array, `{"items": [...]}`, one object per line, and null as no items (D37, D38).
    Raises one of MALFORMED if something is wrong, after the good items before it. count: how many
    items it has returned.
    """

    def __init__(self, item: type[T]) -> None:
        self.count = 0
        self._one = decoder(item)
        self._many: msgspec.json.Decoder[list[T]] = decoder(list[item])  # type: ignore[valid-type]
        self._start_seen = False  # whether the start was searched for a byte order mark
        self._form = ""  # array, wrapped, lines or null, according to the first bytes
        # In an array: `[` and the bytes of the items not returned yet, where `[` has replaced the
        # comma before them. Right after an item: whatever follows it, until its comma arrives.
        self._buffer = bytearray()
        self._separated = True
        self._item_due = False  # there was a comma, so an item must follow
        self._ended = False  # the closing bracket has arrived
        self._between = b""  # `},{"id":`, once the first item has shown its first key
        self._searched = 0  # among lines: up to where there is no line end
        self._enough = 0  # an unfinished item is parsed again when there are this many bytes

    def feed(self, chunk: bytes) -> Iterator[list[T]]:
        """The items that are complete now."""
        self._buffer += chunk
        if not self._form:
            self._recognise(last=False)
        if len(self._buffer) >= self._enough:
            yield from self._complete()

    def finish(self) -> Iterator[list[T]]:
        """The last items; raises if the body ended too early or went on too long."""
        if not self._form:
            self._recognise(last=True)
        if self._form == "lines":
            self._buffer += b"\n"
        yield from self._complete()
        if self._form in {"array", "wrapped"}:
            self._decode_end()
        elif self._form == "null":
            msgspec.json.decode(self._buffer, type=None)

    @property
    def rest(self) -> bytes:
        """The bytes that have arrived and were not returned yet."""
        return bytes(self._buffer)

    def _recognise(self, *, last: bool) -> None:
        if not self._start_seen:
            if not last and len(self._buffer) < len(BYTE_ORDER_MARK):
                return
            self._start_seen = True
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
            else:  # there may be megabytes of white space, parsed again with every chunk
                self._buffer[:] = _SPACES.sub(b"", self._buffer)
        elif start or last:
            msgspec.json.decode(self._buffer, type=msgspec.Raw)  # raises if it is not JSON
            raise msgspec.DecodeError("the body is neither an array nor objects")

    def _skip_space(self, keep: bytes = b"") -> None:
        """Drop white space from the start, or from behind the bytes kept there."""
        if space := _SPACE.match(self._buffer, len(keep)):
            # Dropping bytes from the front moves nothing, however long the rest is.
            del self._buffer[: space.end() - len(keep)]
            self._buffer[: len(keep)] = keep

    def _complete(self) -> Iterator[list[T]]:
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
                yield self._counted([self._one.decode(line)])

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
                break  # one by one, so that the good items before the bad one are returned
            except msgspec.DecodeError:
                continue  # inside an item, not between two
            yield self._counted(items)
            if self._buffer[-1] not in _LAST:
                return  # the rest is the start of an item, as nearly always
            break
        yield from self._one_by_one()

    def _cut(self, comma: int) -> list[T]:
        """Decode the bytes before this comma, in place, and drop them."""
        self._buffer[comma] = ord("]")
        try:
            with memoryview(self._buffer) as all_of_it, all_of_it[: comma + 1] as before:
                items = self._many.decode(before)
        except MALFORMED:
            self._buffer[comma] = ord(",")
            raise
        self._buffer[comma] = ord("[")
        del self._buffer[:comma]
        self._item_due = True
        return items

    def _one_by_one(self) -> Iterator[list[T]]:
        while self._separated and (end := self._end_of_item()):
            with memoryview(self._buffer) as all_of_it, all_of_it[1:end] as item:
                items = [self._one.decode(item)]
            del self._buffer[:end]
            self._separated = False
            yield self._counted(items)
            self._pass_separator()

    def _end_of_item(self) -> int:
        """Where the item at the start of the buffer ends; 0 while it is not complete."""
        self._skip_space(keep=b"[")
        if len(self._buffer) == 1:
            return 0
        if self._buffer[1] == ord("]") and not self._item_due:
            self._ended = True
            self._check_rest()
            return 0
        size = len(self._buffer)
        try:
            with memoryview(self._buffer) as all_of_it, all_of_it[1:] as items:
                msgspec.json.decode(items, type=msgspec.Raw)
        except msgspec.DecodeError as error:
            text = str(error)
            place = _POSITION.search(text)
            if place and "trailing" in text:
                return int(place[1])  # counted from 1, and the item begins at 1
            if place and int(place[1]) < size - _LONGEST_ESCAPE:
                raise
            # Not complete, or cut inside an escape. Doubling keeps the work on a huge item linear.
            self._enough = 2 * size if size > _SMALL else 0
            return 0
        return size

    def _pass_separator(self) -> bool:
        """After an item: turn the comma into the bracket of what follows, if it has arrived."""
        self._skip_space()
        if not self._buffer:
            return False
        self._enough = 0
        self._separated = True
        self._item_due = self._buffer.startswith(b",")
        if self._item_due:
            self._buffer[0] = ord("[")
        elif self._buffer.startswith(b"]"):
            self._buffer[:0] = b"["
        else:
            raise msgspec.DecodeError("JSON is malformed: neither a comma nor an end after an item")
        return True

    def _check_rest(self) -> None:
        """Check what follows the closing bracket; it may go on for ever."""
        if self._form == "array":
            self._skip_space(keep=b"[]")
            self._decode_end()
        elif len(self._buffer) > _LONGEST_REST:
            raise msgspec.DecodeError(f"more than {_LONGEST_REST} bytes follow the items")

    def _decode_end(self) -> None:
        """Raise unless the rest is only the end of the array."""
        end = _END.match(self._buffer) if self._separated else None
        if end is None:
            raise msgspec.DecodeError("Input data was truncated")
        if self._item_due:
            raise msgspec.DecodeError("JSON is malformed: a comma before the end of the array")
        start = b'{"items":[]' if self._form == "wrapped" else b"[]"
        msgspec.json.decode(start + self._buffer[end.end() :], type=msgspec.Raw)

    def _counted(self, items: list[T]) -> list[T]:
        self.count += len(items)
        return items
