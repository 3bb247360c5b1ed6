"""Sending with a client that the caller has made, of httpx or of httpx2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from toggl_focus._errors import UsageError

if TYPE_CHECKING:
    import httpx

    from toggl_focus._calls.call import Call
    from toggl_focus._config.settings import Settings

__all__ = ["AsyncInjected", "Injected"]


class Injected:
    """Sends requests with an `httpx.Client`, which stays the caller's to close."""

    def __init__(self, settings: Settings, client: httpx.Client) -> None:
        _refuse_others(client, "close", "TogglFocus needs an httpx.Client as its http_client")
        self._settings = settings
        self._client = client

    @property
    def closed(self) -> bool:
        """Whether its owner has closed it."""
        return self._client.is_closed

    def send(self, call: Call[Any]) -> httpx.Response:
        """Send an attempt's request and give its response, to be closed."""
        request = self._client.build_request(**_arguments(call, self._settings, self._client))
        return self._client.send(request, auth=None, follow_redirects=False, stream=True)

    def close(self) -> None:
        """Leave it open."""


class AsyncInjected:
    """Sends requests with an `httpx.AsyncClient`, which stays the caller's to close."""

    queue = None
    """It has a pool of its own."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
        told = "AsyncTogglFocus needs an httpx.AsyncClient as its http_client"
        _refuse_others(client, "aclose", told)
        self._settings = settings
        self._client = client

    @property
    def closed(self) -> bool:
        """Whether its owner has closed it."""
        return self._client.is_closed

    async def send(self, call: Call[Any]) -> httpx.Response:
        """Send an attempt's request and give its response, to be closed."""
        request = self._client.build_request(**_arguments(call, self._settings, self._client))
        return await self._client.send(request, auth=None, follow_redirects=False, stream=True)

    async def aclose(self) -> None:
        """Leave it open."""


def _arguments(
    call: Call[Any], settings: Settings, client: httpx.Client | httpx.AsyncClient
) -> dict[str, Any]:
    """What its `build_request` takes."""
    outgoing = call.outgoing
    # Where a client has `params` of its own, a query in the URL is lost.
    query = parse_qsl(urlsplit(outgoing.target).query) if client.params else None
    headers = {"Accept": "application/json", "Authorization": settings.authorization}
    if outgoing.content is not None:
        headers["Content-Type"] = "application/json"
    return {
        "method": outgoing.operation.method,
        "url": outgoing.url,
        "params": query,
        "content": outgoing.content,
        "headers": headers | call.event.headers,
        # As a tuple, which the clients of both libraries take.
        "timeout": tuple(call.timeouts[name] for name in ("connect", "read", "write", "pool")),
    }


def _refuse_others(client: object, method: str, reason: str) -> None:
    # Not by its class, as httpx2's will do as well.
    is_one = hasattr(client, "build_request") and hasattr(client, method)
    if not is_one or isinstance(client, type):
        got = f"the class {client.__name__}" if isinstance(client, type) else type(client).__name__
        raise UsageError(f"{reason}, got {got}")
