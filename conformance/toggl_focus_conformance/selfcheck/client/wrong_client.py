"""A deliberately wrong client: ours, with one thing changed on the way in or out.

A change has six places: the call as the suite makes it, the request as it is sent, the response as
it arrives, the reply to the suite, the handling of a call as a whole, and decoding without a call.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx

from toggl_focus import TogglFocus
from toggl_focus_conformance.adapters.own import SyncSDK
from toggl_focus_conformance.protocol.messages import Message

__all__ = ["Change", "Handle", "Received", "Sent", "WrongClient", "change_with"]

Handle = Callable[[Message], Message]


@dataclass
class Sent:
    """A request just before it is sent.

    call: the call of the suite. target: path and query as they are on the wire.
    """

    call: Message
    method: str
    target: str
    headers: list[tuple[str, str]]
    content: bytes

    @property
    def operation(self) -> str:
        """Its operationId."""
        return str(self.call["operation"])

    def set_header(self, name: str, value: str | None) -> None:
        """Replace a header, or remove it."""
        self.headers = [each for each in self.headers if each[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")


@dataclass
class Received:
    """A complete response before it is read. pieces: of its body, as they came."""

    call: Message
    status: int
    headers: list[tuple[str, str]]
    pieces: list[bytes]

    @property
    def body(self) -> bytes:
        """All of its body."""
        return b"".join(self.pieces)

    @body.setter
    def body(self, body: bytes) -> None:
        self.pieces = [body]


class Change:
    """Changes nothing; a switch changes one or two of these places. Each client has its own."""

    hello: Mapping[str, Any] = {}
    """What hello says otherwise."""

    def call(self, call: Message) -> Message:
        """The call that is made instead. It is a copy, which may be changed."""
        return call

    def request(self, sent: Sent) -> None:
        """Change a request."""

    def reads(self, call: Message) -> bool:
        """Whether the response to a call is read as a whole, to be changed."""
        return type(self).response is not Change.response

    def response(self, received: Received) -> None:
        """Change a response."""

    def reply(self, call: Message, reply: Message) -> Message:
        """The reply that is given instead."""
        return reply

    def handle(self, handle: Handle, call: Message) -> Message:
        """The reply to a call, which the client itself handles."""
        return handle(call)

    def codec(self, message: Message, reply: Message) -> Message:
        """The reply that is given to decode or encode instead."""
        return reply

    def close(self) -> None:
        """Let go of what it has opened."""


def change_with(place: str, function: Callable[..., Any]) -> type[Change]:
    """A change that has one place changed."""
    return type(function.__name__, (Change,), {place: staticmethod(function)})


class WrongClient(SyncSDK):
    """Our client as the suite drives it, with a change. trouble: what the change did wrong."""

    def __init__(self, change: Change, trouble: list[str]) -> None:
        super().__init__()
        self._change = change
        self._trouble = trouble
        self._now = threading.local()  # each call has a thread of its own
        self._clients.make = self._client

    def hello(self) -> Message:
        """Say what the client has."""
        return {**super().hello(), **self._change.hello}

    def handle(self, message: Message) -> Message:
        """Reply to a call, with the change."""
        if message["type"] != "call":
            return self._change.codec(message, super().handle(message))
        handle = super().handle

        def handled(call: Message) -> Message:
            self._now.call = call
            return handle(call)

        try:
            given = copy.deepcopy(message)
            reply = self._change.handle(handled, self._change.call(copy.deepcopy(message)))
            return self._change.reply(given, reply)
        except Exception as error:  # noqa: BLE001  (whatever the switch itself does wrong)
            return self._broken(message, error)

    def close(self) -> None:
        """Close all clients."""
        self._change.close()
        super().close()

    def _broken(self, message: Message, error: Exception) -> Message:
        why = f"the switch failed: {type(error).__name__}: {error}"
        self._trouble.append(why)
        return {"id": message["id"], "outcome": "adapter_error", "message": why}

    def _client(self, **named: Any) -> TogglFocus:  # noqa: ANN401  (the client's own arguments)
        client = TogglFocus(**named)
        own: Any = client._channel._transport  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        own._transport = _Between(own._transport, self)  # noqa: SLF001
        return client

    def change_request(self, request: httpx.Request) -> httpx.Request:
        """The request that is sent instead."""
        sent = Sent(
            self._now.call,
            request.method,
            request.url.raw_path.decode(),
            [(name.decode(), value.decode("latin-1")) for name, value in request.headers.raw],
            request.content,
        )
        self._guarded(self._change.request, sent)
        if sent.content != request.content:
            sent.set_header("Content-Length", str(len(sent.content)))
        return httpx.Request(
            sent.method,
            request.url,
            headers=[(name.encode(), value.encode("latin-1")) for name, value in sent.headers],
            stream=httpx.ByteStream(sent.content),
            extensions={**request.extensions, "target": sent.target.encode("latin-1")},
        )

    def change_response(self, response: httpx.Response) -> httpx.Response:
        """The response that is read instead."""
        if not self._change.reads(self._now.call):
            return response
        stream = cast("httpx.SyncByteStream", response.stream)
        try:
            pieces = list(stream)
        finally:
            stream.close()
        headers = [(name.decode(), value.decode("latin-1")) for name, value in response.headers.raw]
        received = Received(self._now.call, response.status_code, headers, pieces)
        self._guarded(self._change.response, received)
        return httpx.Response(
            received.status,
            headers=[(name.encode(), value.encode("latin-1")) for name, value in received.headers],
            stream=_Pieces(received.pieces),
            extensions=response.extensions,
        )

    def _guarded(self, change: Callable[[Any], None], what: object) -> None:
        try:
            change(what)
        except Exception as error:
            self._trouble.append(f"the switch failed: {type(error).__name__}: {error}")
            raise


class _Between(httpx.BaseTransport):
    """Stands between the client and the wire."""

    def __init__(self, transport: httpx.BaseTransport, client: WrongClient) -> None:
        self._transport = transport
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._transport.handle_request(self._client.change_request(request))
        return self._client.change_response(response)

    def close(self) -> None:
        self._transport.close()


class _Pieces(httpx.SyncByteStream):
    """A body in the pieces in which it came."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Any:  # noqa: ANN401  (an iterator of bytes)
        yield from self._pieces
