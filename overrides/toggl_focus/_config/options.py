"""Options: those of the client, and those of a call, which override them."""

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

__all__ = ["DEFAULTS", "Policy", "check_headers", "is_number"]

CONNECT_TIMEOUT = 5.0
# Sockets accept no longer timeout; anything longer means forever.
LONGEST = 2_000_000.0
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# HTTP libraries send other characters differently, or refuse them in a message that shows them.
_VALUE = re.compile(r"(?:[!-~](?:[\t -~]*[!-~])?)?")
# Only the client sets these, for safety or because the connection depends on them.
_RESERVED = frozenset(
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
    """Valid options, as a call needs them."""

    timeouts: Mapping[str, float | None]
    """Seconds to connect, to read, to write and to get a connection from a pool."""
    deadline: float | None
    max_retries: int
    wait_for_quota: float
    headers: Mapping[str, str] = field(repr=False)

    def override(self, options: Options, method: str = "") -> Policy:
        """The policy with these options in place of its own.

        method: what was called, such as `time_blocks.update` or `GET /path`, for error messages.

        Raises UsageError for an invalid value and TypeError for an unknown name.
        """
        where = f"{method}: " if method else ""
        changes: dict[str, Any] = {}
        for name, value in options.items():
            check = _CHECKS.get(name)
            if check is None:
                raise TypeError(f"{where}{_unexpected(name, method)}")
            field, checked = check(value, where)
            changes[field] = checked
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
        """The policy of a client, from the arguments of its constructor."""
        given: dict[str, object] = {
            "timeout": timeout,
            "deadline": deadline,
            "max_retries": max_retries,
            "wait_for_quota": wait_for_quota,
            "headers": {} if headers is None else headers,
        }
        return self.override(cast("Options", given))

    def timeouts_within(self, seconds: float) -> Mapping[str, float | None]:
        """The timeouts of an attempt that has only this many seconds left."""
        return {
            name: seconds if timeout is None else min(timeout, seconds)
            for name, timeout in self.timeouts.items()
        }


def _unexpected(name: str, method: str) -> str:
    """The message for an unknown argument: it lists the valid ones."""
    import inspect  # noqa: PLC0415  (slow to load, and rarely used)

    from toggl_focus._client import TogglFocus  # noqa: PLC0415  (which imports this module)

    # A name with a space is that of `client.request`. Both clients take the same arguments.
    found: Any = attrgetter("request" if " " in method else method)(TogglFocus)
    parameters = inspect.signature(found).parameters.values()
    takes = [each.name for each in parameters if each.kind is not each.VAR_KEYWORD]
    takes = [*(each for each in takes if each != "self"), *_CHECKS]
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
            rule = "timeout must be a positive number of seconds or None"
            raise UsageError(f"{where}{rule}, got {shown(value)}")
        timeouts[wait] = _finite(seconds)
    if not as_dict and (connect := timeouts["connect"]) is not None:
        timeouts["connect"] = min(connect, CONNECT_TIMEOUT)
    return "timeouts", timeouts


def _deadline(value: float | None, where: str) -> tuple[str, float | None]:
    if value is not None and not (is_number(value) and value > 0):
        rule = "deadline must be a positive number of seconds or None"
        raise UsageError(f"{where}{rule}, got {shown(value)}")
    return "deadline", _finite(value)


def _max_retries(value: int, where: str) -> tuple[str, int]:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:  # pyright: ignore[reportUnnecessaryIsInstance]
        rule = "max_retries must be 0 or a positive integer"
        raise UsageError(f"{where}{rule}, got {shown(value)}")
    return "max_retries", value


def _wait_for_quota(value: float, where: str) -> tuple[str, float]:
    if isinstance(value, bool):
        return "wait_for_quota", math.inf if value else 0.0
    if not (is_number(value) and value >= 0):
        rule = "wait_for_quota must be True, False, or a number of seconds from 0"
        raise UsageError(f"{where}{rule}, got {shown(value)}")
    return "wait_for_quota", value


def _headers(value: Mapping[str, str], where: str) -> tuple[str, Mapping[str, str]]:
    return "headers", check_headers(value, where)


def check_headers(value: Mapping[str, str], where: str) -> dict[str, str]:
    """Headers that may be sent. Raises UsageError if one may not."""
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{where}headers must be a mapping, got {type(value).__name__}")
    for name, text in value.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"{where}headers has an invalid name: {shown(name)}")
        if name.lower() in _RESERVED:
            raise UsageError(f"{where}headers must not contain {name}; the client sets it")
        # No message shows a value, which may be a secret.
        if not isinstance(text, str) or not _VALUE.fullmatch(text):  # pyright: ignore[reportUnnecessaryIsInstance]
            rule = "must be ASCII text without spaces around it"
            raise UsageError(f"{where}headers: the value of {redacted(name)} {rule}")
    return _merged(value)


def _merged(*headers: Mapping[str, str]) -> dict[str, str]:
    """All headers; of names that differ only in case, the last."""
    named = {name.lower(): (name, text) for some in headers for name, text in some.items()}
    return dict(named.values())


def _finite(seconds: float | None) -> float | None:
    return None if seconds is None or seconds > LONGEST else seconds


def is_number(value: object) -> bool:
    """Whether it is a real number: neither a bool nor NaN."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124  (nan)


_CHECKS: dict[str, Any] = {
    "timeout": _timeout,
    "deadline": _deadline,
    "max_retries": _max_retries,
    "wait_for_quota": _wait_for_quota,
    "headers": _headers,
}

DEFAULTS = Policy(
    timeouts=_timeout(30.0, "")[1], deadline=None, max_retries=2, wait_for_quota=0.0, headers={}
)
