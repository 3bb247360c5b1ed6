"""How a call is made: what `Options` leave open is the client's."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from _toggl_focus.request import Options
from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import redacted, shown

if TYPE_CHECKING:
    import httpx

    Timeout: TypeAlias = float | httpx.Timeout | None

__all__ = ["DEFAULTS", "Policy", "checked", "is_number"]

CONNECT_TIMEOUT = 5.0
# A socket cannot be told to wait any longer; who asks for that means for ever.
LONGEST = 2_000_000.0
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Others are sent differently by each HTTP library, or refused in a message that shows them.
_VALUE = re.compile(r"(?:[!-~](?:[\t -~]*[!-~])?)?")
# What is the client's alone to say, be it for safety or because the connection hangs on it.
_OURS = frozenset(
    {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "host",
        "transfer-encoding",
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """Options that were checked, as the sender needs them."""

    timeouts: Mapping[str, float | None]
    """Seconds to connect, to read, to write and to be given a connection."""
    deadline: float | None
    max_retries: int
    wait_for_quota: float
    headers: Mapping[str, str] = field(repr=False)

    def but(self, options: Options, method: str = "") -> Policy:
        """Take what these options say, and the rest as it is.

        method: the method they were given to, such as `time_blocks.update` or `GET /path`.

        Raises UsageError for an invalid value, TypeError for a name that is no argument of it.
        """
        where = f"{method}: " if method else ""
        changes: dict[str, Any] = {}
        for name, value in options.items():
            settle = _SETTLED.get(name)
            if settle is None:
                raise TypeError(f"{where}{_unexpected(name, method)}")
            field, settled = settle(value, where)
            changes[field] = settled
        if "headers" in changes:
            changes["headers"] = _merged(self.headers, changes["headers"])
        return replace(self, **changes)

    def of_client(
        self,
        timeout: Timeout,
        deadline: float | None,
        max_retries: int,
        wait_for_quota: float,
        headers: Mapping[str, str] | None,
    ) -> Policy:
        """What a client's constructor says."""
        said: dict[str, object] = {
            "timeout": timeout,
            "deadline": deadline,
            "max_retries": max_retries,
            "wait_for_quota": wait_for_quota,
            "headers": {} if headers is None else headers,
        }
        return self.but(cast("Options", said))

    def within(self, seconds: float) -> Mapping[str, float | None]:
        """The timeouts where only so many seconds are left."""
        return {
            name: seconds if timeout is None else min(timeout, seconds)
            for name, timeout in self.timeouts.items()
        }


def _unexpected(name: str, method: str) -> str:
    """What is said of an argument that a method does not take: which it takes."""
    import inspect  # noqa: PLC0415  (slow to load, and rarely used)

    from toggl_focus._client import TogglFocus  # noqa: PLC0415  (which imports this module)

    # What the description lacks is sent with `request`. Both clients take the same.
    found: Any = attrgetter("request" if " " in method else method)(TogglFocus)
    parameters = inspect.signature(found).parameters.values()
    takes = [each.name for each in parameters if each.kind is not each.VAR_KEYWORD]
    takes = [*(each for each in takes if each != "self"), *_SETTLED]
    near = get_close_matches(name, takes, n=1, cutoff=0.7)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"unexpected keyword argument {shown(name)}{hint} (it takes {', '.join(takes)})"


def _timeout(value: Timeout, where: str) -> tuple[str, Mapping[str, float | None]]:
    as_dict = getattr(value, "as_dict", None)  # an httpx.Timeout, of either library
    waits = ("connect", "read", "write", "pool")
    given = cast("float | None", value)
    timeouts: dict[str, float | None] = as_dict() if as_dict else dict.fromkeys(waits, given)
    for wait, seconds in timeouts.items():
        if seconds is not None and not (is_number(seconds) and seconds > 0):
            told = "timeout must be seconds, more than 0, or None"
            raise UsageError(f"{where}{told}, got {shown(value)}")
        timeouts[wait] = _finite(seconds)
    if not as_dict and (connect := timeouts["connect"]) is not None:
        timeouts["connect"] = min(connect, CONNECT_TIMEOUT)
    return "timeouts", timeouts


def _deadline(value: float | None, where: str) -> tuple[str, float | None]:
    if value is not None and not (is_number(value) and value > 0):
        told = "deadline must be seconds, more than 0, or None"
        raise UsageError(f"{where}{told}, got {shown(value)}")
    return "deadline", _finite(value)


def _max_retries(value: int, where: str) -> tuple[str, int]:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
        told = "max_retries must be 0 or a positive integer"
        raise UsageError(f"{where}{told}, got {shown(value)}")
    return "max_retries", value


def _wait_for_quota(value: float, where: str) -> tuple[str, float]:
    if isinstance(value, bool):
        return "wait_for_quota", math.inf if value else 0.0
    if not (is_number(value) and value >= 0):
        told = "wait_for_quota must be seconds, 0 or more, True or False"
        raise UsageError(f"{where}{told}, got {shown(value)}")
    return "wait_for_quota", value


def _headers(value: Mapping[str, str], where: str) -> tuple[str, Mapping[str, str]]:
    return "headers", checked(value, where)


def checked(value: Mapping[str, str], where: str) -> dict[str, str]:
    """Headers that may be sent; raises UsageError for one that may not."""
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{where}headers must be a mapping, got {type(value).__name__}")
    for name, text in value.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"{where}headers has a name that no header can have: {shown(name)}")
        if name.lower() in _OURS:
            raise UsageError(f"{where}headers may not set {name}; that is for the client to say")
        # No message shows a value, which may be a secret.
        if not isinstance(text, str) or not _VALUE.fullmatch(text):  # pyright: ignore[reportUnnecessaryIsInstance]
            fault = "is no ASCII text, or has blanks around it"
            raise UsageError(f"{where}headers has a value for {redacted(name)} that {fault}")
    return _merged(value)


def _merged(*headers: Mapping[str, str]) -> dict[str, str]:
    """All of them, the last one of those that differ in case only."""
    named = {name.lower(): (name, text) for some in headers for name, text in some.items()}
    return dict(named.values())


def _finite(seconds: float | None) -> float | None:
    return None if seconds is None or seconds > LONGEST else seconds


def is_number(value: object) -> bool:
    """Whether it is one to count with: neither True nor nan."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124  (nan)


_SETTLED: dict[str, Any] = {
    "timeout": _timeout,
    "deadline": _deadline,
    "max_retries": _max_retries,
    "wait_for_quota": _wait_for_quota,
    "headers": _headers,
}

DEFAULTS = Policy(
    timeouts=_timeout(30.0, "")[1], deadline=None, max_retries=2, wait_for_quota=0.0, headers={}
)
