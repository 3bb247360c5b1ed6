"""One call of an operation, from its first attempt to its answer: all of it that needs no IO.

A sender begins an attempt, sends, and tells what came of it. It learns how long to wait before the
next one, until the call is answered or its error is raised.
"""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

from _toggl_focus.request import Response
from toggl_focus._calls.clock import Clock
from toggl_focus._calls.hooks import Event, Hook, hooks_of, logger
from toggl_focus._calls.quota import Quota, quota
from toggl_focus._calls.retries import LONGEST_RETRY_AFTER, may_be_done, pause
from toggl_focus._config.options import Policy, checked
from toggl_focus._errors import (
    Headers,
    QuotaExceeded,
    TimeoutError,  # noqa: A004  (ours is the builtin one's subclass)
    TogglFocusError,
    TransportError,
    UsageError,
)
from toggl_focus._errors.frames import forget_locals
from toggl_focus._errors.shown import shown
from toggl_focus._messages.read import is_success, read, refusal
from toggl_focus._messages.write import Outgoing

__all__ = ["Call", "Watch", "watching"]

T = TypeVar("T")


@dataclass(slots=True)
class Watch:
    """What the calls of a client, and of all views of it, have in common."""

    clock: Clock
    hooks: Sequence[Hook]
    quota: Quota | None = None


def watching(clock: Clock | None, hooks: Iterable[Hook]) -> Watch:
    """What a client's constructor says; raises UsageError for what is neither."""
    if not isinstance(clock, Clock | None):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"clock must be an instance of Clock, got {shown(clock)}")
    return Watch(clock or Clock(), hooks_of(hooks))


class Call(Generic[T]):
    """A call under way. `attempts`: how many requests it has cost. `event`: the latest of them.

    maybe_done: whether an attempt before the latest may have been acted on. under_way: whether the
    latest has not ended yet, or was the last. unread: why the body of an error response could not
    be read, or not all of it.
    """

    def __init__(self, outgoing: Outgoing[T], policy: Policy, watch: Watch) -> None:
        self.outgoing = outgoing
        self.attempts = 0
        self.timeouts: Mapping[str, float | None] = policy.timeouts
        self._policy = policy
        self._watch = watch
        self._clock = watch.clock
        self._over_by = math.inf
        if policy.deadline is not None:
            self._over_by = self._clock.monotonic() + policy.deadline
        self._whole_by = math.inf
        self._retries = 0
        self._quota_waits = 0
        self._waited = 0.0  # of the time that the caller allowed for the quota
        self._final = False
        self._error: BaseException | None = None
        self.maybe_done = False
        self.under_way = False
        self.unread: TogglFocusError | None = None
        self._handled: BaseException | None = None

    def begin(self) -> None:
        """Begin an attempt. Raises what a hook raises, and TimeoutError where no time is left."""
        self._handled = sys.exception()
        operation = self.outgoing.operation
        headers = dict(self._policy.headers)
        self.unread = None
        self.event = event = Event(
            operation.id, operation.method, self.outgoing.url, self.attempts + 1, headers
        )
        told: list[Hook] = []
        try:
            for hook in self._watch.hooks:
                hook.before(event)
                told.append(hook)
            if told:
                event.headers = checked(event.headers, f"{self.outgoing.name}: ")
            self._begun = self._clock.monotonic()
            self.in_time()
        except BaseException as error:
            event.error = error
            self._tell(told)
            raise
        if self._over_by != math.inf:
            self.timeouts = self._policy.within(self._over_by - self._begun)
        if (whole := self._policy.timeouts["read"]) is not None:
            self._whole_by = self._begun + whole
        self.attempts += 1
        self.under_way = True

    def answered(self, status: int, headers: Headers) -> None:
        """Take note of an answer's head."""
        self.event.status = self.status = status
        self.headers = headers
        if told := quota(headers, self._clock):
            self.event.quota = self._watch.quota = told

    def opened(self) -> None:
        """Take note that items are given from now on: none may come twice, and none too late."""
        self._final = True
        self._whole_by = math.inf

    def whole(self, body: bytes) -> Response[T]:
        """End the call with the body of its answer. Raises APIError and DecodeError."""
        if not is_success(self.status):
            self.refuse(body)
        response = read(self.outgoing, self.status, self.headers, body, self.attempts)
        self.end()
        return response

    def refuse(self, body: bytes) -> NoReturn:
        """Raise the APIError that a response is; what is wrong with its body is the cause."""
        error = refusal(self.outgoing, self.status, self.headers, body)
        if self.unread is not None:
            error.add_note(f"Its body could not be read: {self.unread}")
        raise error from self.unread

    def failed(self, error: BaseException) -> float:
        """End the attempt with this error; gives the seconds to wait before the next.

        Raises the error where there is no next.
        """
        forget_locals(error, self._handled)
        closed = isinstance(error, GeneratorExit)  # the reader of a stream has had enough
        self.end(None if closed else error)
        if not isinstance(error, TogglFocusError):
            self._error = error
            raise error
        error.attempts = self.attempts
        seconds = self._pause(error)
        if seconds is None:
            self._annotate(error)
            self._error = error
            raise error
        self.maybe_done |= may_be_done(error, self._clock)
        self.under_way = False
        waits_for_quota = isinstance(error, QuotaExceeded)
        logger.log(
            logging.WARNING if waits_for_quota else logging.INFO,
            "%s; attempt %d follows in %.1f s",
            error,
            self.attempts + 1,
            seconds,
        )
        return seconds

    def unbroken(self) -> None:
        """Raise where a stream did not come to its end: what is left of it is no whole one."""
        name = self.outgoing.name
        if isinstance(self._error, TogglFocusError):
            raise self._error
        if isinstance(self._error, GeneratorExit):
            raise UsageError(f"{name}: the stream is closed; ask for a new one")
        if self._error is not None:
            told = f"{name}: the stream was interrupted by {type(self._error).__name__}; ask anew"
            raise TransportError(told, self.outgoing.sent()) from self._error

    def closed(self) -> None:
        """Take note that a stream was closed, which may be before it began."""
        if self._error is None:
            self._error = GeneratorExit()

    def end(self, error: BaseException | None = None) -> None:
        """End the attempt: log it, and tell the hooks."""
        self._whole_by = math.inf
        event = self.event
        event.ms = (self._clock.monotonic() - self._begun) * 1000
        event.error = error
        if logger.isEnabledFor(logging.DEBUG):
            what = str(event.status or "no answer")
            if error is not None:
                what += f", {type(error).__name__}"
            told = "%s: %s %s: %s after %.1f ms (attempt %d)"
            sent = event.operation, event.method, event.url
            logger.debug(told, *sent, what, event.ms, event.attempt)
        self._tell(self._watch.hooks)

    def in_time(self) -> None:
        """Raise TimeoutError where it has taken too long."""
        now = self._clock.monotonic()
        if now >= self._over_by or now >= self._whole_by:
            raise self.late()

    def late(self) -> TimeoutError:
        """The error of a call that has taken too long."""
        if self._over_by <= self._whole_by:
            told = f"the deadline of {self._policy.deadline} s has passed"
        else:
            told = f"no whole answer within {self._policy.timeouts['read']} s"
        told = f"{self.outgoing.name}: {told}"
        error = TimeoutError(told, self.outgoing.sent(), sent=self.maybe_done or self.under_way)
        error.attempts = self.attempts
        return error

    def left(self) -> float | None:
        """How many seconds are left; None for no end."""
        until = min(self._over_by, self._whole_by)
        return None if until == math.inf else until - self._clock.monotonic()

    def _tell(self, hooks: Sequence[Hook]) -> None:
        event = self.event
        for hook in hooks:
            try:
                hook.after(event)
            except Exception:  # noqa: BLE001  (the answer is the caller's, whatever a hook makes of it)
                logger.exception("%s: %r failed after the attempt", event.operation, hook)

    def _pause(self, error: TogglFocusError) -> float | None:
        waits_for_quota = isinstance(error, QuotaExceeded)
        if self._final or (not waits_for_quota and self._retries >= self._policy.max_retries):
            return None
        retries = self._quota_waits if waits_for_quota else self._retries
        patience = self._policy.wait_for_quota - self._waited
        seconds = pause(error, self.outgoing.operation, retries, patience, self._clock)
        if seconds is None or self._clock.monotonic() + seconds >= self._over_by:
            return None
        if waits_for_quota:
            self._quota_waits += 1
        else:
            self._retries += 1
        if waits_for_quota or seconds > LONGEST_RETRY_AFTER:
            self._waited += seconds
        return seconds

    def _annotate(self, error: TogglFocusError) -> None:
        if isinstance(error, TransportError):
            error.sent = error.sent or self.maybe_done
        if self.attempts > 1:
            error.add_note(f"It was tried {self.attempts} times.")
        if self.maybe_done and self.outgoing.operation.method != "GET":
            error.add_note("An earlier attempt may have done it all the same.")
