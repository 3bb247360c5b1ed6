"""Spreads many entries over the calls they take, and says how far they came when one goes wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from _toggl_focus.request import Operation, Progress, Request, Response, listed
from toggl_focus._errors import APIError, BulkError, DecodeError, TransportError, UsageError
from toggl_focus._errors.shown import shown
from toggl_focus._messages.write import Outgoing, write

if TYPE_CHECKING:
    from toggl_focus._calls.call import Call
    from toggl_focus._config.settings import Settings

__all__ = ["Bulk"]

T = TypeVar("T")
EntryT = TypeVar("EntryT")
_REFUSED_BELOW = 500


class Bulk(Generic[EntryT, T]):
    """A bulk call under way. `parts`: a request for each call; `answers`: of those done so far."""

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
        def written() -> list[Outgoing[T]]:
            return [
                write(build(some), settings, number * limit)
                for number, some in enumerate(self._entries)
            ]

        # All are written before the first is sent: a wrong one must not come to light half way.
        if (fault := _unusable(progress)) is not None:
            raise UsageError(f"{build([]).operation.name}: {fault}")
        whole = listed(entries)
        self._entries = _cut(whole, limit)
        self.parts = written()
        if self.parts and (fault := _repeated(self.parts[0].operation, whole)):
            raise UsageError(f"{self.parts[0].name}: {fault}")
        # Within a call the service counts a repeated entry once; in two calls it would be an error.
        # What is repeated goes only now, so that a wrong one was named by its place among all.
        if unique and len(once := list(dict.fromkeys(whole))) < len(whole):
            self._entries = _cut(once, limit)
            self.parts = written()
        self.answers: list[T] = []
        self._progress = progress
        self._calls: list[Call[T]] = []

    @contextmanager
    def accounted(self) -> Generator[None]:
        """Raise what goes wrong as a BulkError; Ctrl-C and the like have it as their cause."""
        try:
            yield
        except BaseException as error:
            if isinstance(error, UsageError | TypeError) and not self._attempts():
                raise  # an argument or option that is none
            account = self._error(error)
            # As it is: Ctrl-C, and what a test asserts, which no program is to catch.
            if isinstance(error, AssertionError) or not isinstance(error, Exception):
                raise error from account
            raise account from error

    def begin(self, call: Call[T]) -> Call[T]:
        """Take note of the next call, before it is sent."""
        self._calls.append(call)
        return call

    def took(self, response: Response[T]) -> None:
        """Take note of its answer. Raises DecodeError where it is not one for each entry (D54)."""
        given = len(self._entries[len(self.answers)])
        blocks: object = response.value
        if isinstance(blocks, list):
            got = len(cast("list[object]", blocks))
            if got != given:
                call = self._calls[-1]
                told = f"{call.outgoing.name}: the answer has {got} items for {given} entries"
                error = DecodeError(told, call.outgoing.sent(), body=response.body)
                error.attempts = call.attempts
                raise error
        self.answers.append(response.value)
        if self._progress is not None:
            done, total = (sum(map(len, some)) for some in (self._done(), self._entries))
            self._progress(done, total)

    def _done(self) -> list[list[EntryT]]:
        return self._entries[: len(self.answers)]

    def _attempts(self) -> int:
        return sum(call.attempts for call in self._calls)

    def _error(self, reason: BaseException) -> BulkError:
        # Up to here all is done, and from there on nothing was sent.
        here = there = len(self.answers)
        under_way = self._calls[here:]  # one, or none between two
        there += sum(_may_be_sent(reason, call) for call in under_way)
        parts = self._done(), self._entries[here:there], self._entries[there:]
        done, failed, never = (list(chain(*some)) for some in parts)
        name = self.parts[0].name
        why = str(reason).removeprefix(f"{name}: ") or type(reason).__name__
        surely = all(_is_refusal(reason, call) for call in under_way)
        total = len(done) + len(failed) + len(never)
        error = BulkError(
            f"{name}: {why}; done: {len(done)} of {total}, "
            f"failed{'' if surely or not failed else ' (or may be done)'}: {len(failed)}, "
            f"never sent: {len(never)}",
            cast("Any", done),
            cast("Any", failed),
            cast("Any", never),
            [item for answer in cast("list[Any]", self.answers) for item in answer or ()],
            reason,
        )
        error.attempts = self._attempts()
        return error


def _unusable(progress: object) -> str | None:
    """What is wrong with `progress`."""
    if progress is not None and not callable(progress):
        return f"progress must be callable, got {shown(progress)}"
    if any(map(inspect.iscoroutinefunction, (progress, type(progress).__call__))):
        return "progress must be a plain function, as nothing awaits it"
    return None


def _repeated(operation: Operation[Any], entries: list[Any]) -> str | None:
    """What is wrong where two entries are about the same thing, and would change it twice."""
    if operation.distinct is None:
        return None
    items, key = operation.distinct
    seen: dict[object, int] = {}
    for at, entry in enumerate(entries):
        value = getattr(entry, key)
        if (first := seen.setdefault(value, at)) != at:
            both = f"{items}[{first}] and {items}[{at}] have the same {key}, {shown(value)}"
            return f"{both}; make them one entry"
    return None


def _may_be_sent(reason: BaseException, call: Call[Any]) -> bool:
    """Whether any of a call that went wrong may have reached the service."""
    return reason.sent if isinstance(reason, TransportError) else call.attempts > 0


def _is_refusal(reason: BaseException, call: Call[Any]) -> bool:
    """Whether the service surely did none of it, in no attempt."""
    refused = isinstance(reason, APIError) and reason.status < _REFUSED_BELOW
    return (refused or not call.under_way) and not call.maybe_done


def _cut(whole: list[EntryT], limit: int) -> list[list[EntryT]]:
    """Cut entries into lists of at most so many; what is no list is for the writer to refuse."""
    if not isinstance(whole, list):  # pyright: ignore[reportUnnecessaryIsInstance]
        return [whole]
    return [whole[at : at + limit] for at in range(0, len(whole), limit)]
