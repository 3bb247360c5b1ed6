"""The error classes.

TogglFocusError
├─ UsageError            wrong arguments; nothing was sent
├─ TransportError        no response, or not all of it
│  └─ TimeoutError       it took too long
├─ DecodeError           the response does not match the description
├─ APIError              the service returned an error
│  ├─ BadRequest 400 · Unauthorized 401 · PermissionDenied 403 · NotFound 404
│  ├─ PaymentRequired 402 → QuotaExceeded, PlanRequired
│  └─ TooManyRequests 429 · ServerError 5xx
└─ BulkError             one request of a bulk call failed; says how far it got

All of them can be pickled and deep-copied, with their attributes. None contains a credential: a
request is kept without its headers, a response without its cookies.
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
    """The request that an error is about, without its headers, which contain the credentials.

    Attributes:
        operation: The operationId in the description.
        method: The HTTP method.
        url: The complete URL.
        body: The bytes that were sent; None if there was no body.
    """

    operation: str
    method: str
    url: str
    body: bytes | None = None


_NO_REQUEST = SentRequest("", "", "")
"""The request of an error that a test creates from a message alone."""


class Headers(Mapping[str, str]):
    """The headers of a response, by name in any case. Cookies are omitted."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        self._headers = {
            name.lower(): value
            for name, value in (headers or {}).items()
            if name.lower() != "set-cookie"
        }

    @classmethod
    def read(cls, raw: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Headers as they came over the wire. Repeated ones are joined with commas."""
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
    """The base class of all errors of this package.

    Attributes:
        attempts: How many attempts were made, whether or not they reached the service; 0 if the
            call ended before the first.

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
    """An argument or setting is wrong. Nothing was sent, and no quota was used."""


# Copying and pickling call the class with the message alone, then set the attributes. So every
# other argument has a default.


class TransportError(TogglFocusError):
    """There is no response, or not all of it: no connection, a reset, a body that was cut short.

    `__cause__` is the error of the HTTP library.

    Attributes:
        request: The request.
        sent: False if it certainly did not reach the service, because there was no connection.
            Otherwise it is unknown whether the service acted on it.
    """

    def __init__(
        self, message: str, request: SentRequest = _NO_REQUEST, *, sent: bool = True
    ) -> None:
        super().__init__(message)
        self.request = request
        self.sent = sent


class TimeoutError(TransportError, builtins.TimeoutError):  # noqa: A001  (a subclass of the builtin one)
    """It took longer than `timeout` or `deadline` allow."""


class DecodeError(TogglFocusError):
    """The response does not match the description.

    Attributes:
        request: The request.
        path: Where in the response, such as `$.data[3].start`; None if it is not JSON.
        body: The bytes of the response, as far as they were read.
    """

    def __init__(
        self,
        message: str,
        request: SentRequest = _NO_REQUEST,
        path: str | None = None,
        body: bytes = b"",
    ) -> None:
        super().__init__(message)
        self.request = request
        self.path = path
        self.body = body


class APIError(TogglFocusError):
    """The service returned an error response.

    Attributes:
        request: The request.
        status: The HTTP status.
        headers: The headers of the response.
        body: The bytes of the response.
        code: The service's code for programs, such as `validation`; None if the response is not in
            the service's error format, such as the page of a proxy.
        description: The service's text for people.
        values: Further values that belong to the text, in any format.
        trace_id: 32 hex digits by which the vendor can find the request.
    """

    def __init__(
        self,
        message: str,
        request: SentRequest = _NO_REQUEST,
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
        """Seconds to wait before trying again; None if the service did not say."""
        return quota.retry_after(self.headers, datetime.now(UTC))


class BadRequest(APIError):
    """400: a value is malformed, missing or out of range."""


class Unauthorized(APIError):
    """401: the API key, or email and password, are not valid."""


class PaymentRequired(APIError):
    """402: the quota is used up, or the plan lacks a feature; the subclass says which, if known."""


class QuotaExceeded(PaymentRequired):
    """402 with no requests left: the hourly quota is used up (D30)."""

    @property
    def resets_in(self) -> int | None:
        """Seconds from the response until the full quota is back."""
        return quota.resets_in(self.headers)


class PlanRequired(PaymentRequired):
    """402 with requests left: the organization's plan lacks the feature (D30)."""


class PermissionDenied(APIError):
    """403: you have no access to the organization, workspace or task, or it does not exist."""


class NotFound(APIError):
    """404: there is no such block at this path, or it was deleted."""


class TooManyRequests(APIError):
    """429: too many requests. The API does not document it, but a proxy may send it."""


class ServerError(APIError):
    """5xx: the service or a proxy in front of it failed."""


class BulkError(TogglFocusError):
    """One of the requests of a bulk call failed.

    The entries are in three lists, in their original order. Duplicate ids of a bulk delete appear
    once. All this assumes that the service does a request completely or not at all, which is an
    open question (D20).

    Attributes:
        done: Entries of the requests that succeeded.
        failed: Entries of the request that failed. If `reason` is an APIError below 500, none of
            them was done, unless a note says that an earlier attempt may have succeeded. Otherwise
            it is unknown whether they were done.
        never_sent: Entries of the requests after it, and of one that got no connection.
        results: The blocks that a bulk create made, one for each entry in `done`.
        reason: The error of the failed request. Ctrl-C and cancellation are raised themselves, with
            the BulkError as their cause. If it cannot be pickled, a pickle has a TogglFocusError
            with its text instead.

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
        # Their type is the caller's, which no `except` can know, so that they can be passed again.
        self.done: list[Any] = list(done)
        self.failed: list[Any] = list(failed)
        self.never_sent: list[Any] = list(never_sent)
        self.results: list[TimeBlock] = list(results)
        self.reason = reason

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception of a hook or of `progress` may not be picklable. The report must be anyway.
        return type(self), self.args, {**self.__dict__, "reason": _portable(self.reason)}


def _portable(reason: BaseException | None) -> BaseException | None:
    """An error that can be pickled: itself, or else one with its text."""
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
    """The class of the error for a response with this status."""
    if status == HTTPStatus.PAYMENT_REQUIRED:
        # A 402 with quota left is about the plan, not the quota (D30).
        remaining = quota.remaining(headers)
        if remaining is None:
            return PaymentRequired
        return QuotaExceeded if remaining == 0 else PlanRequired
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServerError
    return _BY_STATUS.get(status, APIError)
