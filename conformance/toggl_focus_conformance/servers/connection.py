"""Sends requests to the server under test, counts them, and keeps them for the report."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from .account import Account

__all__ = ["BudgetError", "Connection", "Reply", "UnreachableError"]

_TIMEOUT_SECONDS = 20.0


class BudgetError(Exception):
    """The budget of requests is used up; nothing was sent."""


class UnreachableError(Exception):
    """The server gave no HTTP response; the text says why."""


@dataclass(frozen=True)
class Reply:
    """A request and its response.

    error: why there is no response. started and ended: seconds since the connection was made.
    """

    method: str
    url: str
    sent: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes
    started: float
    ended: float
    error: str = ""

    @property
    def line(self) -> str:
        """The request line, for messages."""
        return f"{self.method} {self.url}"


class Connection:
    """Sends requests, from several threads if need be.

    budget: how many requests may be sent at most. count: how many were sent. cacert: a file with a
    certificate authority to trust.
    """

    def __init__(
        self,
        account: Account,
        *,
        budget: int | None = None,
        headers: Mapping[str, str] | None = None,
        cacert: str | None = None,
    ) -> None:
        verify: Any = True if cacert is None else httpx.create_ssl_context(verify=cacert)
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, verify=verify, headers=headers)
        self._base = account.base_url
        self._budget = budget
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self.count = 0

    def send(
        self,
        method: str,
        path: str,
        *,
        authorization: str | None,
        query: str = "",
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request. Raises BudgetError if none may be sent any more."""
        with self._lock:
            if self._budget is not None and self.count >= self._budget:
                raise BudgetError(f"the budget of {self._budget} requests is used up")
            self.count += 1
        url = self._base + path + (f"?{query}" if query else "")
        sent = {"Accept": "application/json", **(headers or {})}
        if authorization is not None:
            sent["Authorization"] = authorization
        if content is not None and "Content-Type" not in sent:
            sent["Content-Type"] = "application/json"
        started = time.monotonic() - self._start
        try:
            response = self._client.request(method, url, content=content, headers=sent)
            status, got, body, error = response.status_code, response.headers, response.content, ""
        except httpx.HTTPError as failed:
            status, got, body = 0, httpx.Headers(), b""
            error = f"{type(failed).__name__}: {failed}"
        ended = time.monotonic() - self._start
        return Reply(method, url, content or b"", status, got, body, started, ended, error)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
