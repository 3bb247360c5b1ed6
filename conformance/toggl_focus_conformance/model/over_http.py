"""Calls over HTTP, to a server at any URL: on the standard library's client, which is fast."""

from __future__ import annotations

import gzip
import http.client
import json
import ssl
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

from .calls import Call, NoReply, Reply, target

__all__ = ["OverHttp", "read"]

_JSON = "application/json"
_PARALLEL = 4
_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH"})


class OverHttp:
    """Sends calls to a base URL with an API key. Connections are kept, one for each thread.

    headers: sent with each request. context: for a certificate authority of one's own.
    timeout: seconds without data until a call fails.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        headers: Mapping[str, str] | None = None,
        context: ssl.SSLContext | None = None,
        timeout: float = 10,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError(f"base_url must begin with http:// or https://, got {base_url}")
        self._netloc = parts.netloc
        self._context = context or (
            ssl.create_default_context() if parts.scheme == "https" else None
        )
        self._prefix = parts.path.rstrip("/")
        self._timeout = timeout
        sent = {
            "Host": parts.netloc.rpartition("@")[2],
            "Authorization": f"Bearer {api_key}",
            "Accept": _JSON,
            "Accept-Encoding": "gzip",
            **(headers or {}),
        }
        if any(set("\r\n") & set(text) for pair in sent.items() for text in pair):
            raise ValueError("headers must not contain line breaks")
        self._head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self._own = threading.local()
        self._open: list[http.client.HTTPConnection] = []
        self._pool: ThreadPoolExecutor | None = None

    def __call__(self, calls: Sequence[Call]) -> Sequence[Reply]:
        """Send them, each in a thread of its own if there are several."""
        if len(calls) == 1:
            return [self._one(calls[0])]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_PARALLEL, thread_name_prefix="model")
        return list(self._pool.map(self._one, calls))

    def close(self) -> None:
        """Close all connections."""
        if self._pool is not None:
            self._pool.shutdown()
        for connection in self._open:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _one(self, call: Call) -> Reply:
        method, path, query = target(call)
        url = f"{self._prefix}{path}"
        if query:
            url += f"?{urlencode(query)}"
        request = f"{method} {url} HTTP/1.1\r\n{self._head}"
        if call.body is not None:
            body = json.dumps(call.body)
            request += f"Content-Type: {_JSON}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        else:
            request += "Content-Length: 0\r\n\r\n" if method in _WITH_LENGTH else "\r\n"
        connection, used = self._connection()
        try:
            return self._exchange(connection, method, request.encode("ascii"))
        except (http.client.HTTPException, OSError) as error:
            connection.close()
            # A kept connection may have been closed while it was idle, before it got this request.
            if not used or not isinstance(error, http.client.RemoteDisconnected):
                raise NoReply(f"{method} {path}: {type(error).__name__}: {error}") from None
        try:
            return self._exchange(connection, method, request.encode("ascii"))
        except (http.client.HTTPException, OSError) as error:
            connection.close()
            raise NoReply(f"{method} {path}: {type(error).__name__}: {error}") from None

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        request: bytes,
    ) -> Reply:
        # In one packet: http.client sends the body apart, which takes as long again.
        connection.send(request)
        response = http.client.HTTPResponse(connection.sock, method=method)
        try:
            response.begin()
            content = response.read()
        finally:
            if response.will_close:
                connection.close()
            response.close()
        if response.headers.get("content-encoding") == "gzip" and content:
            content = gzip.decompress(content)
        return read(
            response.status,
            {name.lower(): value for name, value in response.headers.items()},
            content,
        )

    def _connection(self) -> tuple[http.client.HTTPConnection, bool]:
        """This thread's connection, and whether it was used before."""
        connection: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if connection is not None:
            return connection, connection.sock is not None
        if self._context is not None:
            connection = http.client.HTTPSConnection(
                self._netloc, timeout=self._timeout, context=self._context
            )
        else:
            connection = http.client.HTTPConnection(self._netloc, timeout=self._timeout)
        self._own.connection = connection
        self._open.append(connection)
        return connection, False


def read(status: int, headers: Mapping[str, str], content: bytes) -> Reply:
    """The reply that a response is; the names of its headers are in lower case."""
    if status == http.client.NO_CONTENT:
        length = headers.get("content-length")
        if content or length is not None:
            return Reply(status, fault=f"a 204 has neither body nor Content-Length, got {length}")
        return Reply(status)
    try:
        return Reply(status, json.loads(content))
    except ValueError:
        return Reply(status, fault=f"the body is not JSON: {content[:80]!r}")
