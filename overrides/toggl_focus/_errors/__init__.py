"""What can go wrong, as one tree.

TogglFocusError
├─ UsageError            refused before anything was sent
├─ TransportError        nothing came back, or not all of it
│  └─ TimeoutError       it took too long
├─ DecodeError           it came back, and was not what the description says
├─ APIError              the service said no
│  ├─ BadRequest 400 · Unauthorized 401 · PermissionDenied 403 · NotFound 404
│  ├─ PaymentRequired 402 → QuotaExceeded, PlanRequired
│  └─ TooManyRequests 429 · ServerError 5xx
└─ BulkError             one call of many went wrong, and this says how far they came

All of them pickle and deep-copy with what they hold. None holds a credential: a request is kept
without its headers, an answer without the cookies it set.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from _toggl_focus.models import TimeBlock
from _toggl_focus.request import JSON
from toggl_focus._calls import quota

__all__ = [
    "APIError",
    "BadRequest",
    "BulkError",
    "DecodeError",
    "Headers",
    "NotFound",
    "PaymentRequired",
    "PermissionDenied",
    "PlanRequired",
    "QuotaExceeded",
    "SentRequest",
    "ServerError",
    "TimeoutError",
    "TogglFocusError",
    "TooManyRequests",
    "TransportError",
    "Unauthorized",
    "UsageError",
]


@dataclass(frozen=True, slots=True)
class SentRequest:
    """The request that an error is about, without its headers: those hold the credentials.

    operation: the operationId of the description. body: the bytes sent, None where there were none.
    """

    operation: str
    method: str
    url: str
    body: bytes | None = None


_NOT_GIVEN = SentRequest("", "", "")
"""That of an error which a test makes from a message alone."""


class Headers(Mapping[str, str]):
    """The headers of an answer; names in any case. Cookies that it set are left out."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self._headers = {
            name.lower(): value
            for name, value in (headers or {}).items()
            if name.lower() != "set-cookie"
        }

    @classmethod
    def read(cls, raw: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Headers as they came over the wire; those that came more than once are joined."""
        headers = cls()
        for name, value in raw:
            key, text = name.lower().decode("latin-1"), value.decode("latin-1")
            if key != "set-cookie":
                known = headers._headers
                known[key] = f"{known[key]}, {text}" if key in known else text
        return headers

    def __getitem__(self, name: str) -> str:
        return self._headers[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def __repr__(self) -> str:
        return f"Headers({self._headers!r})"


class TogglFocusError(Exception):
    """Whatever this package raises on purpose.

    attempts: how many attempts were made, whether or not they reached the service; 0 if the call
    ended before the first.

    Example:
        >>> try:
        ...     client.time_blocks.get(100, 1001)
        ... except toggl_focus.NotFound:
        ...     print("it is gone")
        ... except toggl_focus.TogglFocusError as error:
        ...     print("try again later:", error)
    """

    attempts: int = 0


class UsageError(TogglFocusError, ValueError):
    """The arguments are wrong. Nothing was sent, and nothing was taken from the quota."""


# Every argument but the message has a default, so that copying and pickling, which call the class
# with the message alone and then set the rest, need no code.


class TransportError(TogglFocusError):
    """Nothing came back, or not all of it: no connection, a reset, an answer cut short.

    request: what was sent. sent: False where it surely never reached the service, as no connection
    was made; else whether the service acted on it is not known. `__cause__` is the error of the
    HTTP library.
    """

    def __init__(
        self, message: str, request: SentRequest = _NOT_GIVEN, *, sent: bool = True
    ) -> None:
        super().__init__(message)
        self.request = request
        self.sent = sent


class TimeoutError(TransportError, builtins.TimeoutError):  # noqa: A001  (it is one, and says so)
    """It took longer than `timeout` or `deadline` allows."""


class DecodeError(TogglFocusError):
    """An answer came, and is not what the description says.

    request: what was sent. path: where in the answer, such as `$.data[3].start`; None where it is
    not JSON at all. body: the answer's bytes, as far as they are at hand.
    """

    def __init__(
        self,
        message: str,
        request: SentRequest = _NOT_GIVEN,
        path: str | None = None,
        body: bytes = b"",
    ) -> None:
        super().__init__(message)
        self.request = request
        self.path = path
        self.body = body


class APIError(TogglFocusError):
    """The service answered, and the answer is no.

    status: the HTTP status. code: the service's code for programs, such as `validation`; None where
    the answer is not in its error format (a proxy's page, say). description: its text for people.
    values: what belongs to the text, free-form. trace_id: 32 hex digits by which the vendor finds
    the request. headers and body: the answer as it came. request: what was sent.
    """

    def __init__(
        self,
        message: str,
        request: SentRequest = _NOT_GIVEN,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        code: str | None = None,
        description: str | None = None,
        values: Mapping[str, JSON] | None = None,
        trace_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.request = request
        self.status = status
        self.headers: Headers = headers if isinstance(headers, Headers) else Headers(headers)
        self.body = body
        self.code = code
        self.description = description
        self.values = values
        self.trace_id = trace_id

    @property
    def retry_after(self) -> float | None:
        """In how many seconds to come again; None where the service did not say."""
        return quota.retry_after(self.headers, datetime.now(UTC))


class BadRequest(APIError):
    """400: a value is malformed, missing or out of its range."""


class Unauthorized(APIError):
    """401: no valid key, or no known user with this password."""


class PaymentRequired(APIError):
    """402: the quota of the hour, or the plan; this class itself where the answer does not tell."""


class QuotaExceeded(PaymentRequired):
    """402 with no requests left: the quota of the hour is used up (D30)."""

    @property
    def resets_in(self) -> int | None:
        """In how many seconds, from when it was answered, all requests are there again."""
        return quota.resets_in(self.headers)


class PlanRequired(PaymentRequired):
    """402 with requests left: the plan of the organization lacks the feature (D30)."""


class PermissionDenied(APIError):
    """403: the organization, workspace or task is not yours, or does not exist."""


class NotFound(APIError):
    """404: no such block below this path, or it is deleted."""


class TooManyRequests(APIError):
    """429: too fast. The API documents no such answer; a proxy may give it."""


class ServerError(APIError):
    """5xx: the service, or a proxy in front of it, failed."""


class BulkError(TogglFocusError):
    """One of the calls that a bulk call takes went wrong.

    The entries are in three lists, in the order they were given; what a bulk delete was given twice
    is there once. done: those of the calls that were answered well. failed: those of the call that
    went wrong; if `reason` is an APIError below 500, none of these was done, unless a note says
    that an earlier attempt may have done it; otherwise that is not known. never_sent: those of the
    calls after it, and of the one that found no connection. All this assumes that the service does
    a call completely or not at all, which is an open question (D20).

    results: the blocks that a bulk create made, one for each entry that is done. reason: what went
    wrong; where that is Ctrl-C or a cancellation, it is raised itself, with this as its cause. One
    of yours that does not pickle is a TogglFocusError with its text in a pickle.

    Example:
        >>> try:
        ...     client.time_blocks.bulk_update(changes)
        ... except toggl_focus.BulkError as error:
        ...     print(error)
        ...     changes = error.failed + error.never_sent
    """

    def __init__(
        self,
        message: str,
        done: Sequence[Any] = (),
        failed: Sequence[Any] = (),
        never_sent: Sequence[Any] = (),
        results: Sequence[TimeBlock] = (),
        reason: BaseException | None = None,
    ) -> None:
        super().__init__(message)
        # Of the type that was given, which no `except` can know: so they can be given again.
        self.done: list[Any] = list(done)
        self.failed: list[Any] = list(failed)
        self.never_sent: list[Any] = list(never_sent)
        self.results: list[TimeBlock] = list(results)
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        # What a hook or `progress` raised may be nothing that another process can read. The account
        # must arrive all the same.
        return type(self), self.args, {**self.__dict__, "reason": _portable(self.reason)}


def _portable(reason: BaseException | None) -> BaseException | None:
    """An error as it can be pickled: itself, or where it cannot be, what it says."""
    import pickle  # noqa: PLC0415  (slow to load, and loaded already where it is needed)

    try:
        pickle.loads(pickle.dumps(reason))  # noqa: S301  (what was pickled here)
    except Exception:  # noqa: BLE001  (its own code runs)
        return TogglFocusError(f"{type(reason).__name__}: {reason}")
    return reason


_BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentRequired,
    403: PermissionDenied,
    404: NotFound,
    429: TooManyRequests,
}


def error_class(status: int, headers: Mapping[str, str]) -> type[APIError]:
    """Which class an answer with this status is raised as."""
    if status == HTTPStatus.PAYMENT_REQUIRED:
        # A 402 with quota left is about the plan, not the quota (D30).
        remaining = quota.remaining(headers)
        if remaining is None:
            return PaymentRequired
        return QuotaExceeded if remaining == 0 else PlanRequired
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError
    return _BY_STATUS.get(status, APIError)
