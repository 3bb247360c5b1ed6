"""What the HTTP libraries raise, as ours, their own as the cause."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from toggl_focus._errors import (
    DecodeError,
    TimeoutError,  # noqa: A004  (ours is the builtin one's subclass)
    TogglFocusError,
    TransportError,
)
from toggl_focus._messages.read import refusal

if TYPE_CHECKING:
    from toggl_focus._calls.call import Call

__all__ = ["translated"]

# httpx has had no release since 2024, and httpx2 continues it: a client of either works. Neither is
# imported here, as it may be the other that is used.
_LIBRARIES = frozenset({"httpx", "httpx2", "aiohttp", "h11"})
_NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})


@contextmanager
def translated(call: Call[Any]) -> Generator[None]:
    """Raise what the HTTP library raises as ours, its own as the cause."""
    try:
        yield
    except Exception as error:
        ours = _ours(error, call)
        if ours is None:
            raise
        raise ours from error


def _ours(error: Exception, call: Call[Any]) -> TogglFocusError | None:
    kinds = _kinds(error)
    if not kinds:
        return None
    _redact(error)
    outgoing = call.outgoing
    what = f"{outgoing.name}: {kinds[0]}"
    told = f"{what}: {error}" if str(error) else what
    if "HTTPStatusError" in kinds:  # a hook of an injected client raised it
        return _refused(error, call)
    if "PoolTimeout" in kinds:
        told = f"{what}: no connection was free; close streams that are not read to their end"
    sent = _NEVER_SENT.isdisjoint(kinds)
    if "ConnectError" in kinds or "ConnectTimeout" in kinds:
        told = f"{told} ({outgoing.base_url})"
    if "TimeoutException" in kinds:
        return TimeoutError(told, outgoing.sent(), sent=sent)
    if "DecodingError" in kinds:
        return DecodeError(told, outgoing.sent())
    return TransportError(told, outgoing.sent(), sent=sent)


def _redact(error: Any) -> None:  # noqa: ANN401  (of any library)
    """Take the credentials from an error that goes wherever ours is logged or kept."""
    with suppress(AttributeError, RuntimeError):  # where it has no request
        error.request.headers.pop("Authorization", None)
    for each in (error, error.__cause__):
        if (asked := getattr(each, "request_info", None)) is not None:  # aiohttp shows its headers
            each.request_info = type(asked)(asked.url, asked.method, {}, asked.real_url)
            each.args = (each.request_info, *each.args[1:])


def _kinds(error: Exception) -> list[str]:
    """What kind of error of an HTTP library it is, the closest first; nothing if it is none."""
    cause = error.__cause__
    if cause is not None and _library(type(cause)) == "aiohttp":
        # httpx-aiohttp calls every trouble with a connection a ConnectTimeout, a reset too.
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


def _refused(error: Any, call: Call[Any]) -> TogglFocusError:  # noqa: ANN401  (either library's)
    response, body = error.response, b""
    with suppress(Exception):  # the hook may not have read it, and its status is known all the same
        body = response.content
    return refusal(call.outgoing, response.status_code, response.headers, body)
