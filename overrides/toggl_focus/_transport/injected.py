"""Sending with a client that the caller has made, from httpx or httpx2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from toggl_focus._errors import UsageError

if TYPE_CHECKING:
    import httpx

    from toggl_focus._calls.attempt import Attempt
    from toggl_focus._config.settings import Settings

__all__ = ["AsyncInjected", "Injected"]


class Injected:
    """Sends requests with an `httpx.Client`, which the caller closes."""

    def __init__(self, settings: Settings, client: httpx.Client) -> None:
        _refuse_others(client, "close", "TogglFocus needs an httpx.Client as its http_client")
        self._settings = settings
        self._client = client

    @property
    def closed(self) -> bool:
        """Whether its owner has closed it."""
        return self._client.is_closed

    def send(self, attempt: Attempt) -> httpx.Response:
        """Send an attempt and return its response, which the caller closes."""
        request = self._client.build_request(**_arguments(attempt, self._settings, self._client))
        return self._client.send(request, auth=None, follow_redirects=False, stream=True)

    def close(self) -> None:
        """Leave it open."""


class AsyncInjected:
    """Sends requests with an `httpx.AsyncClient`, which the caller closes."""

    queue = None
    """No queue: it has a connection pool of its own."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
        rule = "AsyncTogglFocus needs an httpx.AsyncClient as its http_client"
        _refuse_others(client, "aclose", rule)
        self._settings = settings
        self._client = client

    @property
    def closed(self) -> bool:
        """Whether its owner has closed it."""
        return self._client.is_closed

    async def send(self, attempt: Attempt) -> httpx.Response:
        """Send an attempt and return its response, which the caller closes."""
        request = self._client.build_request(**_arguments(attempt, self._settings, self._client))
        return await self._client.send(request, auth=None, follow_redirects=False, stream=True)

    async def aclose(self) -> None:
        """Leave it open."""


def _arguments(
    attempt: Attempt, settings: Settings, client: httpx.Client | httpx.AsyncClient
) -> dict[str, Any]:
    """The arguments for its `build_request`."""
    encoded = attempt.request
    # If a client has `params` of its own, a query in the URL is lost.
    query = parse_qsl(urlsplit(encoded.target).query) if client.params else None
    headers = {"Accept": "application/json", "Authorization": settings.authorization}
    if encoded.content is not None:
        headers["Content-Type"] = "application/json"
    return {
        "method": encoded.operation.method,
        "url": encoded.url,
        "params": query,
        "content": encoded.content,
        "headers": headers | dict(attempt.headers),
        # As a tuple, which the clients of both libraries take.
        "timeout": tuple(attempt.timeouts[name] for name in ("connect", "read", "write", "pool")),
    }


def _refuse_others(client: object, method: str, rule: str) -> None:
    # Not by its class: a client of httpx2 works too.
    is_one = hasattr(client, "build_request") and hasattr(client, method)
    if not is_one or isinstance(client, type):
        got = f"the class {client.__name__}" if isinstance(client, type) else type(client).__name__
        raise UsageError(f"{rule}, got {got}")
