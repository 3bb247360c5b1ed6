"""Turns the errors of the HTTP libraries into the client's own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from toggl_focus._errors import (
    DecodeError,
    TimeoutError,  # noqa: A004  (a subclass of the builtin one)
    TogglFocusError,
    TransportError,
)
from toggl_focus._messages.read import api_error

if TYPE_CHECKING:
    from toggl_focus._calls.attempt import Attempt

__all__ = ["translated"]

# httpx has had no release since 2024, and httpx2 continues it; a client of either works. Neither is
# imported here, because the other one may be in use.
_LIBRARIES = frozenset({"httpx", "httpx2", "aiohttp", "h11"})
_NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})


@contextmanager
def translated(attempt: Attempt) -> Generator[None]:
    """Raise the client's error for an error of the HTTP library, which becomes its cause."""
    try:
        yield
    except Exception as error:
        ours = _translate(error, attempt)
        if ours is None:
            raise
        raise ours from error


def _translate(error: Exception, attempt: Attempt) -> TogglFocusError | None:
    kinds = _kinds(error)
    if not kinds:
        return None
    _redact(error)
    request = attempt.request
    kind = f"{request.name}: {kinds[0]}"
    message = f"{kind}: {error}" if str(error) else kind
    if "HTTPStatusError" in kinds:  # a hook of an injected client raised it
        return _from_status(error, attempt)
    if "PoolTimeout" in kinds:
        message = f"{kind}: no connection was free; close streams that you do not read to the end"
    sent = _NEVER_SENT.isdisjoint(kinds)
    if "ConnectError" in kinds or "ConnectTimeout" in kinds:
        message = f"{message} ({request.base_url})"
    if "TimeoutException" in kinds:
        return TimeoutError(message, request.sent(), sent=sent)
    if "DecodingError" in kinds:
        return DecodeError(message, request.sent())
    return TransportError(message, request.sent(), sent=sent)


def _redact(error: Any) -> None:  # noqa: ANN401  (of any library)
    """Remove the credentials from an error that is logged or kept along with ours."""
    with suppress(AttributeError, RuntimeError):  # if it has no request
        error.request.headers.pop("Authorization", None)
    for each in (error, error.__cause__):
        if (info := getattr(each, "request_info", None)) is not None:  # aiohttp shows its headers
            each.request_info = type(info)(info.url, info.method, {}, info.real_url)
            each.args = (each.request_info, *each.args[1:])


def _kinds(error: Exception) -> list[str]:
    """The classes of an HTTP library that an error has, most specific first."""
    cause = error.__cause__
    if cause is not None and _library(type(cause)) == "aiohttp":
        # httpx-aiohttp raises ConnectTimeout for every problem with a connection, even a reset.
        names = {kind.__name__ for kind in type(cause).__mro__}
        if not names.isdisjoint({"ClientConnectorError", "ClientProxyConnectionError"}):
            return ["ConnectError"]
        if "ClientHttpProxyError" in names:
            return ["ProxyError"]
        if "ConnectionTimeoutError" in names:
            return ["ConnectTimeout", "TimeoutException"]
        if "TimeoutError" in names:
            return ["ReadTimeout", "TimeoutException"]
        return ["ReadError"]
    return [kind.__name__ for kind in type(error).__mro__ if _library(kind) in _LIBRARIES]


def _library(kind: type) -> str:
    return kind.__module__.partition(".")[0]


def _from_status(error: Any, attempt: Attempt) -> TogglFocusError:  # noqa: ANN401  (either library's)
    response, body = error.response, b""
    with suppress(Exception):  # the hook may not have read the body; the status is enough
        body = response.content
    return api_error(attempt.request, response.status_code, response.headers, body)
