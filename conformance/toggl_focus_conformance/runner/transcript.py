"""All that went over the pipe and the wire in a case, in order, and as curl commands."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Iterable, Iterator

from toggl_focus_conformance.wire import Event, Port, Request

from .play import Played
from .results import Entry

__all__ = ["curl", "curl_command", "transcript"]

_LONGEST = 16_384
_SET_BY_CURL = frozenset(
    {"host", "user-agent", "accept", "content-length", "transfer-encoding", "connection"}
)


def transcript(played: Played) -> list[Entry]:
    """The lines of the adapter and the bytes on the wire."""
    entries = [*_calls(played), *_events(played.port, "server")]
    if played.other is not None:
        entries += _events(played.other, "other")
    return sorted(entries, key=lambda entry: entry.ms)


def curl(played: Played) -> list[str]:
    """A command for each request that was made, as it was sent."""
    return [_command(request, played.port) for request in played.port.requests[:20]]


def _calls(played: Played) -> Iterator[Entry]:
    for record in played.calls:
        yield _text(record.started, "call", json.dumps(record.message, ensure_ascii=False))
        if record.reply is not None:
            yield _text(record.ended, "reply", json.dumps(record.reply, ensure_ascii=False))
        if record.failure is not None:
            yield _text(record.ended, "note", record.failure)


def _text(ms: float, kind: str, text: str) -> Entry:
    cut = max(0, len(text) - _LONGEST)
    return Entry(round(ms, 2), kind, text=text[:_LONGEST], cut=cut)


def _events(port: Port, name: str) -> Iterator[Entry]:
    for event in port.events:
        yield _bytes(event, name)
    for ms, reason, _ in port.malformed:
        yield Entry(round(ms, 2), "note", text=f"malformed: {reason}", port=name)


def _bytes(event: Event, name: str) -> Entry:
    data = event.data[:_LONGEST]
    cut = len(event.data) - len(data)
    ms = round(event.ms, 2)
    try:
        return Entry(ms, event.kind, data.decode(), port=name, connection=event.connection, cut=cut)
    except UnicodeDecodeError:
        text = base64.b64encode(data).decode("ascii")
        return Entry(ms, event.kind, base64=text, port=name, connection=event.connection, cut=cut)


def _command(request: Request, port: Port) -> str:
    url = f"{port.scheme}://{port.netloc}{request.target}"
    return curl_command(request.method, url, request.headers, request.body)


def curl_command(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """The curl command that sends a request."""
    words = ["curl", "-sS", "-i"]
    if method != "GET":
        words += ["-X", method]
    for name, value in headers:
        if name.lower() not in _SET_BY_CURL:
            words += ["-H", f"{name}: {value}"]
    if body:
        words += ["--data-binary", body.decode("utf-8", "replace")]
    return shlex.join([*words, url])
