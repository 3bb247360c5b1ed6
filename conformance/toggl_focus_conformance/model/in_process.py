"""Calls of an ASGI application in this process, without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message

from .calls import Call, NoReply, Reply, target
from .over_http import read

__all__ = ["InProcess"]


class InProcess:
    """Sends calls to an ASGI application, below a prefix such as /api, with an API key."""

    def __init__(self, app: ASGIApp, prefix: str, api_key: str) -> None:
        self._app = app
        self._prefix = prefix
        self._authorization = f"Bearer {api_key}".encode()
        # Not asyncio.Runner: it sets a signal handler for each call.
        self._loop = asyncio.new_event_loop()

    def __call__(self, calls: Sequence[Call]) -> Sequence[Reply]:
        """Send them; several run at once on the event loop."""
        return self._loop.run_until_complete(self._all(calls))

    async def _all(self, calls: Sequence[Call]) -> list[Reply]:
        if len(calls) == 1:
            return [await self._one(calls[0])]
        return list(await asyncio.gather(*map(self._one, calls)))

    async def _one(self, call: Call) -> Reply:
        method, path, query = target(call)
        body = b"" if call.body is None else json.dumps(call.body).encode()
        headers = [(b"host", b"in-process"), (b"authorization", self._authorization)]
        if body:
            headers += [(b"content-type", b"application/json")]
            headers += [(b"content-length", str(len(body)).encode())]
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": self._prefix + path,
            "raw_path": (self._prefix + path).encode(),
            "root_path": "",
            "query_string": urlencode(query).encode(),
            "headers": headers,
            "client": ("in-process", 0),
            "server": ("in-process", 80),
        }
        sent: list[Message] = []

        coming: list[Message] = [{"type": "http.request", "body": body}]

        async def receive() -> Message:
            if not coming:
                await asyncio.Future()  # the client stays until it has the response
            return coming.pop()

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            await self._app(scope, receive, send)
        except Exception as error:  # noqa: BLE001  (any exception of a server means no response)
            raise NoReply(f"{method} {path}: {type(error).__name__}: {error}") from None
        return _reply(method, path, sent)

    def close(self) -> None:
        """Close the event loop; the application stays as it is."""
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _reply(method: str, path: str, sent: list[Message]) -> Reply:
    if not sent or sent[-1].get("more_body"):
        raise NoReply(f"{method} {path}: the response was cut")
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return read(sent[0]["status"], headers, content)
