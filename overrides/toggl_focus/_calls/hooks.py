"""Hooks: what they learn about each attempt, and what is logged."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from toggl_focus._calls.quota import Quota
from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import shown

__all__ = ["Event", "Hook", "check_hooks", "logger"]

logger = logging.getLogger("toggl_focus")


@dataclass(slots=True, eq=False, weakref_slot=True)
class Event:
    """One attempt: the request before it is sent, and later the outcome.

    Attributes:
        operation: The operationId in the description.
        method: The HTTP method.
        url: The complete URL.
        attempt: Counted from 1 within a call.
        headers: Headers that the call adds to the client's, without credentials. A hook may add
            to them in `before`.
        status: The HTTP status; None if no response came.
        ms: How long the attempt took, body included, in milliseconds.
        error: The error of the attempt.
        quota: The quota according to the response.

    `before` and `after` get the same object. It can be a dictionary key, also of a weak one.
    """

    operation: str
    method: str
    url: str
    attempt: int
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    status: int | None = None
    ms: float | None = None
    error: BaseException | None = None
    quota: Quota | None = None


class Hook:
    """Watches the attempts of a client. Override the methods that you need.

    One hook may serve many clients and threads. Each `before` that returns is followed by one
    `after` with the same event. Both are plain functions, for the async client too.

    Example, to stay within a budget:
        >>> class Budget(Hook):
        ...     left = 20
        ...
        ...     def before(self, event: Event) -> None:
        ...         if self.left == 0:
        ...             raise RuntimeError(f"no request left for {event.operation}")
        ...         self.left -= 1
        >>> client = TogglFocus(hooks=[Budget()])
    """

    def before(self, event: Event) -> None:
        """Called before a request is sent. An exception ends the call, and nothing is sent.

        `after` is then called, with that error, on the hooks whose `before` had returned.
        """

    def after(self, event: Event) -> None:
        """Called after each attempt, failed ones included. Exceptions are logged and ignored.

        For a stream, it is called after the last item or when the stream is closed.
        """


def check_hooks(given: Iterable[object]) -> tuple[Hook, ...]:
    """The hooks of a client. Raises UsageError if one is not a Hook, or is async."""
    listed = tuple(given) if isinstance(given, Iterable) else (None,)  # pyright: ignore[reportUnnecessaryIsInstance]
    hooks = tuple(each for each in listed if isinstance(each, Hook))
    if len(hooks) < len(listed):
        raise UsageError(f"hooks must be a list of instances of Hook, got {shown(given)}")
    for hook in hooks:
        if any(map(inspect.iscoroutinefunction, (hook.before, hook.after))):
            rule = "before and after must be plain functions, because nothing awaits them"
            raise UsageError(f"hooks: {type(hook).__name__} is async; {rule}")
    return hooks
