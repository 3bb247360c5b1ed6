"""One call of an operation, from its first attempt to its response, without input and output.

A sender starts an attempt, hands it to the transport and reports how it ended. The call says how
long to wait before the next attempt, or raises the error.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

from _toggl_focus.request import Response
from toggl_focus._calls.attempt import Attempt
from toggl_focus._calls.clock import Clock
from toggl_focus._calls.deadline import TimeLimit
from toggl_focus._calls.hooks import Event, Hook, check_hooks, logger
from toggl_focus._calls.quota import Quota, quota
from toggl_focus._calls.retries import RetryBudget, maybe_done
from toggl_focus._config.options import Policy, check_headers
from toggl_focus._errors import (
    Headers,
    QuotaExceeded,
    TimeoutError,  # noqa: A004  (a subclass of the builtin one)
    TogglFocusError,
    TransportError,
    UsageError,
)
from toggl_focus._errors.frames import forget_locals
from toggl_focus._errors.shown import shown
from toggl_focus._messages.read import api_error, decode_response, is_success
from toggl_focus._messages.write import EncodedRequest

__all__ = ["Call", "Shared", "shared_by_calls"]

T = TypeVar("T")


@dataclass(slots=True)
class Shared:
    """What all calls of a client share, views made by `with_options` included."""

    clock: Clock
    hooks: Sequence[Hook]
    quota: Quota | None = None


def shared_by_calls(clock: Clock | None, hooks: Iterable[Hook]) -> Shared:
    """Check the clock and hooks given to a client. Raises UsageError if one is invalid."""
    if not isinstance(clock, Clock | None):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"clock must be an instance of Clock, got {shown(clock)}")
    return Shared(clock or Clock(), check_hooks(hooks))


@dataclass(slots=True)
class _Progress:
    """How far a call has got."""

    attempts: int = 0
    maybe_done: bool = False
    in_progress: bool = False


class Call(Generic[T]):
    """A call in progress. limit: how long it may take."""

    def __init__(self, request: EncodedRequest[T], policy: Policy, shared: Shared) -> None:
        self.request = request
        self._progress = progress = _Progress()
        self._policy = policy
        self._shared = shared
        self._clock = clock = shared.clock
        self.limit = TimeLimit(clock, policy.deadline, partial(_too_late, request, progress))
        self._budget = RetryBudget(
            request.operation, policy.max_retries, policy.wait_for_quota, clock
        )
        self._retryable = True
        self._error: BaseException | None = None
        self._handled: BaseException | None = None

    @property
    def attempts(self) -> int:
        """How many requests it has made."""
        return self._progress.attempts

    @property
    def maybe_done(self) -> bool:
        """Whether the service may have acted on an attempt before the current one."""
        return self._progress.maybe_done

    @property
    def in_progress(self) -> bool:
        """Whether the current attempt has started, and has not ended with another to follow."""
        return self._progress.in_progress

    def start_attempt(self) -> Attempt:
        """Start an attempt. Raises whatever a hook raises, and TimeoutError if the time is up."""
        self._handled = sys.exception()
        request, policy = self.request, self._policy
        operation = request.operation
        self._event = event = Event(
            operation.id, operation.method, request.url, self.attempts + 1, dict(policy.headers)
        )
        notified: list[Hook] = []
        try:
            for hook in self._shared.hooks:
                hook.before(event)
                notified.append(hook)
            if notified:
                event.headers = check_headers(event.headers, f"{request.name}: ")
            self._started = now = self._clock.monotonic()
            self.limit.check()
        except BaseException as error:
            event.error = error
            self._notify(notified)
            raise
        left = self.limit.until_deadline(now)
        timeouts = policy.timeouts if left is None else policy.timeouts_within(left)
        self.limit.start_response(now, policy.timeouts["read"])
        self._progress.attempts += 1
        self._progress.in_progress = True
        return Attempt(request, event.headers, timeouts, self.limit)

    def received(self, status: int, headers: Headers) -> None:
        """Note the status and headers of a response whose body is still to come."""
        self._event.status = self._status = status
        self.headers = headers
        if latest := quota(headers, self._clock):
            self._event.quota = self._shared.quota = latest

    def start_items(self) -> None:
        """Note that items go to the caller from now on: a retry would repeat them."""
        self._retryable = False
        self.limit.end_response()

    def finish(self, body: bytes, body_error: TogglFocusError | None = None) -> Response[T]:
        """End the call with the body of its response. Raises APIError and DecodeError."""
        if not is_success(self._status):
            self.reject(body, body_error)
        response = decode_response(self.request, self._status, self.headers, body, self.attempts)
        self.end_attempt()
        return response

    def reject(self, body: bytes, body_error: TogglFocusError | None) -> NoReturn:
        """Raise the APIError of an error response.

        body_error: why its body could not be read completely.
        """
        error = api_error(self.request, self._status, self.headers, body)
        if body_error is not None:
            error.add_note(f"Its body could not be read: {body_error}")
        raise error from body_error

    def fail(self, error: BaseException) -> float:
        """End the attempt with this error, and return the seconds to wait before the next one.

        Raises the error if no other attempt follows.
        """
        forget_locals(error, self._handled)
        closed = isinstance(error, GeneratorExit)  # the caller stopped reading a stream
        self.end_attempt(None if closed else error)
        if not isinstance(error, TogglFocusError):
            self._error = error
            raise error
        error.attempts = self.attempts
        seconds = self._budget.pause(error) if self._retryable else None
        if seconds is None or not self.limit.allows(seconds):
            self._annotate(error)
            self._error = error
            raise error
        self._budget.spend(error, seconds)
        self._progress.maybe_done |= maybe_done(error, self._clock)
        self._progress.in_progress = False
        logger.log(
            logging.WARNING if isinstance(error, QuotaExceeded) else logging.INFO,
            "%s; attempt %d follows in %.1f s",
            error,
            self.attempts + 1,
            seconds,
        )
        return seconds

    def end_attempt(self, error: BaseException | None = None) -> None:
        """Log the attempt, and notify the hooks."""
        self.limit.end_response()
        event = self._event
        event.ms = (self._clock.monotonic() - self._started) * 1000
        event.error = error
        if logger.isEnabledFor(logging.DEBUG):
            outcome = str(event.status or "no response")
            if error is not None:
                outcome += f", {type(error).__name__}"
            message = "%s: %s %s: %s after %.1f ms (attempt %d)"
            sent = event.operation, event.method, event.url
            logger.debug(message, *sent, outcome, event.ms, event.attempt)
        self._notify(self._shared.hooks)

    def check_stream(self) -> None:
        """Raise if a stream ended early: its remaining items are lost."""
        name = self.request.name
        if isinstance(self._error, TogglFocusError):
            raise self._error
        if isinstance(self._error, GeneratorExit):
            raise UsageError(f"{name}: the stream is closed; call {name} again")
        if self._error is not None:
            message = (
                f"{name}: the stream was interrupted by {type(self._error).__name__}; "
                f"call {name} again"
            )
            raise TransportError(message, self.request.sent()) from self._error

    def close_stream(self) -> None:
        """Note that a stream was closed, possibly before its first item."""
        if self._error is None:
            self._error = GeneratorExit()

    def _notify(self, hooks: Sequence[Hook]) -> None:
        event = self._event
        for hook in hooks:
            try:
                hook.after(event)
            except Exception:  # noqa: BLE001  (a hook must not lose the caller's response)
                logger.exception("%s: %r failed after the attempt", event.operation, hook)

    def _annotate(self, error: TogglFocusError) -> None:
        if isinstance(error, TransportError):
            error.sent = error.sent or self.maybe_done
        if self.attempts > 1:
            error.add_note(f"Attempts: {self.attempts}.")
        if self.maybe_done and self.request.operation.method != "GET":
            error.add_note("An earlier attempt may have succeeded.")


# No method of Call, which would make a cycle of it and its limit: its connection must not wait for
# the garbage collector.
def _too_late(request: EncodedRequest[Any], progress: _Progress, reason: str) -> TimeoutError:
    maybe_sent = progress.maybe_done or progress.in_progress
    error = TimeoutError(f"{request.name}: {reason}", request.sent(), sent=maybe_sent)
    error.attempts = progress.attempts
    return error
