"""Bulk calls: spreads many entries over requests, and reports how far it got if one fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from _toggl_focus.request import Operation, Progress, Request, Response, listed
from toggl_focus._errors import APIError, BulkError, DecodeError, TransportError, UsageError
from toggl_focus._errors.shown import shown
from toggl_focus._messages.write import EncodedRequest, encode_request

if TYPE_CHECKING:
    from toggl_focus._calls.call import Call
    from toggl_focus._config.settings import Settings

__all__ = ["Bulk"]

T = TypeVar("T")
EntryT = TypeVar("EntryT")
_SERVER_ERROR = 500


class Bulk(Generic[EntryT, T]):
    """A bulk call in progress.

    parts: one encoded request for each slice of the entries. values: those of the responses so far.
    """

    def __init__(
        self,
        build: Callable[[list[EntryT]], Request[T]],
        entries: Iterable[EntryT],
        limit: int,
        progress: Progress | None,
        settings: Settings,
        *,
        unique: bool,
    ) -> None:
        def encoded() -> list[EncodedRequest[T]]:
            return [
                encode_request(build(some), settings, number * limit)
                for number, some in enumerate(self._slices)
            ]

        # All are encoded before the first is sent: a wrong entry must not show up half way.
        if (fault := _progress_fault(progress)) is not None:
            raise UsageError(f"{build([]).operation.name}: {fault}")
        all_entries = listed(entries)
        self._slices = _slices(all_entries, limit)
        self.parts = encoded()
        if self.parts and (fault := _repeated(self.parts[0].operation, all_entries)):
            raise UsageError(f"{self.parts[0].name}: {fault}")
        # Within a request the service counts a repeated entry once; in two it would be an error.
        # Removed only now, so that a wrong entry was named by its position among all of them.
        if unique and len(distinct := list(dict.fromkeys(all_entries))) < len(all_entries):
            self._slices = _slices(distinct, limit)
            self.parts = encoded()
        self.values: list[T] = []
        self._progress = progress
        self._calls: list[Call[T]] = []

    @contextmanager
    def reporting(self) -> Generator[None]:
        """Turn an error into a BulkError. For Ctrl-C and cancellation, it becomes the cause."""
        try:
            yield
        except BaseException as error:
            if isinstance(error, UsageError | TypeError) and not self._attempts():
                raise  # an invalid argument or option
            report = self._error(error)
            # Ctrl-C, and assertions of a test, pass through: no program expects to catch them.
            if isinstance(error, AssertionError) or not isinstance(error, Exception):
                raise error from report
            raise report from error

    def start(self, call: Call[T]) -> Call[T]:
        """Note the next call, before it is sent."""
        self._calls.append(call)
        return call

    def add(self, response: Response[T]) -> None:
        """Add the response of the latest call.

        Raises DecodeError unless it has one item for each entry (D54).
        """
        given = len(self._slices[len(self.values)])
        blocks: object = response.value
        if isinstance(blocks, list):
            got = len(cast("list[object]", blocks))
            if got != given:
                call = self._calls[-1]
                message = f"{call.request.name}: the response has {got} items for {given} entries"
                error = DecodeError(message, call.request.sent(), body=response.body)
                error.attempts = call.attempts
                raise error
        self.values.append(response.value)
        if self._progress is not None:
            done, total = (sum(map(len, some)) for some in (self._done(), self._slices))
            self._progress(done, total)

    def _done(self) -> list[list[EntryT]]:
        return self._slices[: len(self.values)]

    def _attempts(self) -> int:
        return sum(call.attempts for call in self._calls)

    def _error(self, reason: BaseException) -> BulkError:
        # Slices before `first` are done, and those from `next_` on were never sent.
        first = next_ = len(self.values)
        current = self._calls[first:]  # one call, or none if it failed between two
        next_ += sum(_maybe_sent(reason, call) for call in current)
        parts = self._done(), self._slices[first:next_], self._slices[next_:]
        done, failed, never_sent = (list(chain(*some)) for some in parts)
        name = self.parts[0].name
        why = str(reason).removeprefix(f"{name}: ") or type(reason).__name__
        certain = all(_is_rejection(reason, call) for call in current)
        total = len(done) + len(failed) + len(never_sent)
        error = BulkError(
            f"{name}: {why}; done: {len(done)} of {total}, "
            f"failed{'' if certain or not failed else ' (or possibly done)'}: {len(failed)}, "
            f"never sent: {len(never_sent)}",
            cast("Any", done),
            cast("Any", failed),
            cast("Any", never_sent),
            [item for value in cast("list[Any]", self.values) for item in value or ()],
            reason,
        )
        error.attempts = self._attempts()
        return error


def _progress_fault(progress: object) -> str | None:
    """What is wrong with `progress`, if anything."""
    if progress is not None and not callable(progress):
        return f"progress must be callable, got {shown(progress)}"
    if any(map(inspect.iscoroutinefunction, (progress, type(progress).__call__))):
        return "progress must be a plain function, because nothing awaits it"
    return None


def _repeated(operation: Operation[Any], entries: list[Any]) -> str | None:
    """What is wrong if two entries would change the same thing."""
    if operation.distinct is None:
        return None
    items, key = operation.distinct
    seen: dict[object, int] = {}
    for at, entry in enumerate(entries):
        value = getattr(entry, key)
        if (first := seen.setdefault(value, at)) != at:
            both = f"{items}[{first}] and {items}[{at}] have the same {key}, {shown(value)}"
            return f"{both}; merge them into one entry"
    return None


def _maybe_sent(reason: BaseException, call: Call[Any]) -> bool:
    """Whether a failed call may have reached the service."""
    return reason.sent if isinstance(reason, TransportError) else call.attempts > 0


def _is_rejection(reason: BaseException, call: Call[Any]) -> bool:
    """Whether the service certainly did nothing, in no attempt."""
    rejected = isinstance(reason, APIError) and reason.status < _SERVER_ERROR
    return (rejected or not call.in_progress) and not call.maybe_done


def _slices(entries: list[EntryT], limit: int) -> list[list[EntryT]]:
    """Slices of at most `limit` entries. Anything but a list is left for the encoder to refuse."""
    if not isinstance(entries, list):  # pyright: ignore[reportUnnecessaryIsInstance]
        return [entries]
    return [entries[at : at + limit] for at in range(0, len(entries), limit)]
