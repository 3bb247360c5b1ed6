"""Watching: what hooks are told of each attempt, and what is logged."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from toggl_focus._calls.quota import Quota
from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import shown

__all__ = ["Event", "Hook", "hooks_of", "logger"]

logger = logging.getLogger("toggl_focus")


@dataclass(slots=True, eq=False, weakref_slot=True)
class Event:
    """One attempt: a request as it is sent, and later what came of it.

    operation: the operationId of the description. attempt: counted from 1 within a call. headers:
    what the call sends besides the client's own and the credentials; a hook may add to them before.

    After it: status, None where no answer came; ms, how long it took with its body, in
    milliseconds; error, what the attempt failed with; quota, what the answer said of it.

    It is the same object before and after, and may be the key of a dictionary, weak ones included.
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
    """Watches a client's attempts; override what you need. One may serve many clients and threads.

    Each `before` that returns is followed by one `after`, with the same event. Both are plain
    functions, for the awaitable client too.

    Example, to stay under a budget:
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
        """Before a request is sent. What is raised here ends the call, and nothing is sent.

        Hooks that were told before this one are told after as well, with that error.
        """

    def after(self, event: Event) -> None:
        """After an attempt, whatever came of it. What is raised here is logged and goes no further.

        For a stream this is after its last item, or when it is closed.
        """


def hooks_of(given: Iterable[object]) -> tuple[Hook, ...]:
    """The hooks of a client; raises UsageError for what is none."""
    listed = tuple(given) if isinstance(given, Iterable) else (None,)  # pyright: ignore[reportUnnecessaryIsInstance]
    hooks = tuple(each for each in listed if isinstance(each, Hook))
    if len(hooks) < len(listed):
        raise UsageError(f"hooks must be a list of instances of Hook, got {shown(given)}")
    for hook in hooks:
        if any(map(inspect.iscoroutinefunction, (hook.before, hook.after))):
            told = "before and after must be plain functions, as nothing awaits them"
            raise UsageError(f"hooks: {type(hook).__name__} is async, and {told}")
    return hooks
