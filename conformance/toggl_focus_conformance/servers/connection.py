"""Sends requests to the server under test, counts them, and keeps them for the report."""

from __future__ import annotations

import functools
import json
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

import httpx

from .account import Account
from .last_request import last_request

__all__ = ["BudgetError", "Connection", "Reply"]

_TIMEOUT_SECONDS = 20.0


class BudgetError(Exception):
    """The budget of requests is used up; nothing was sent."""


@dataclass(frozen=True)
class Reply:
    """A request and its response.

    error: why there is no response. started and ended: seconds since the connection was made.
    """

    method: str
    url: str
    sent_headers: Mapping[str, str]
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

    @property
    def text(self) -> str:
        """The body as text, for messages."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_json(self) -> bool:
        """Whether the body is JSON."""
        return self._parsed[0]

    @property
    def json(self) -> Any:  # noqa: ANN401  (any JSON)
        """The body as JSON; None if it is not JSON."""
        return self._parsed[1]

    @functools.cached_property
    def _parsed(self) -> tuple[bool, Any]:
        try:
            return True, json.loads(self.body)
        except ValueError:
            return False, None


class Connection:
    """Sends requests, from several threads if need be.

    budget: how many requests may be sent at most. count: how many were sent. responses: to how many
    there was a response. cacert: a file with a certificate authority to trust; `context` trusts it.
    headers: sent with every request.
    """

    def __init__(
        self,
        account: Account,
        *,
        budget: int | None = None,
        headers: Mapping[str, str] | None = None,
        cacert: str | None = None,
    ) -> None:
        # Reading the system's certificates takes longer than a case.
        verify: ssl.SSLContext | bool = account.base_url.startswith("https:")
        self.context = None if cacert is None else ssl.create_default_context(cafile=cacert)
        if self.context is not None:
            verify = self.context
        self.headers = dict(headers or {})
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, verify=verify, headers=headers)
        self._base = account.base_url
        self._budget = budget
        self._lock = threading.Lock()
        self._start = time.monotonic()
        self.count = self.responses = 0

    def send(
        self,
        method: str,
        path: str,
        *,
        authorization: str | None,
        query: str = "",
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        last: bool = False,
    ) -> Reply:
        """Send a request. Raises BudgetError if none may be sent any more.

        last: with `Connection: close`, so that the body is all that follows the headers.
        """
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
        got: Mapping[str, str]
        try:
            if last:
                every = {**self._client.headers, **sent}
                status, got, body = last_request(method, url, every, content, self.context)
            else:
                response = self._client.request(method, url, content=content, headers=sent)
                status, got, body = response.status_code, response.headers, response.content
            self.responses += 1
            error = ""
        except (httpx.HTTPError, HTTPException, OSError) as failed:
            status, got, body = 0, httpx.Headers(), b""
            error = f"{type(failed).__name__}: {failed}"
        ended = time.monotonic() - self._start
        return Reply(method, url, sent, content or b"", status, got, body, started, ended, error)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
