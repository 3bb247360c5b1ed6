"""A response as a case writes it, turned into bytes, pauses and an end of the connection."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal, TypeAlias, cast

from toggl_focus_conformance.protocol.plain import is_list, is_object

__all__ = ["End", "Pause", "Placeholders", "Plan", "Send", "fill", "plan"]

Placeholders: TypeAlias = Mapping[str, str]
"""What stands for `{name}` in the texts of a case."""

Ending: TypeAlias = Literal["keep", "close", "drop", "reset", "hang", "stale"]

_NO_BODY = frozenset({204, 304})
_PLACEHOLDER = re.compile(r"\{([a-z]+(?:\.[a-z]+)?)\}")


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes to send."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Milliseconds to wait."""

    ms: float


@dataclass(frozen=True, slots=True)
class End:
    """What becomes of the connection. The schema of cases explains each word."""

    how: Ending


@dataclass(frozen=True)
class Plan:
    """A response to play. `json`: its body as JSON, for the comparison with an SDK's result."""

    steps: tuple[Send | Pause | End, ...]
    status: int | None = None
    json: Any = None
    data: bytes = field(default=b"", repr=False)
    """All bytes that are sent."""


def fill(value: Any, names: Placeholders) -> Any:  # noqa: ANN401  (any JSON)
    """Return a value with `{name}` replaced in its texts; unknown names stay as they are."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: names.get(found[1], found[0]), value)
    if is_list(value):
        return [fill(each, names) for each in value]
    if is_object(value):
        return {fill(key, names): fill(each, names) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType]  (any JSON)
    return value


def plan(written: Any, sample: Callable[[int], Any], blocks: Callable[[int], Any]) -> Plan:  # noqa: ANN401  (any JSON)
    """Turn a response into steps.

    written: the response of a case, its placeholders filled. sample: gives the description's
    example for a status. blocks: gives a time block with an id.
    """
    if is_list(written):
        raw = cast("list[dict[str, Any]]", written)
        steps = tuple(_raw_steps(raw))
        chunks = b"".join(_bytes(step["chunk"]) for step in raw if "chunk" in step)
        return Plan(steps, json=_json_or_none(chunks), data=_data(steps))
    response = written
    status: int = response.get("sample", response.get("status", 200))
    body, value, kind = _content(response, status, sample, blocks)
    steps = tuple(_steps(response, status, body, kind))
    return Plan(steps, status, value, _data(steps))


def _data(steps: tuple[Send | Pause | End, ...]) -> bytes:
    return b"".join(step.data for step in steps if isinstance(step, Send))


def _content(
    response: dict[str, Any],
    status: int,
    sample: Callable[[int], Any],
    blocks: Callable[[int], Any],
) -> tuple[bytes, Any, str | None]:
    """The bytes of the body, its JSON, and its content type."""
    if "text" in response:
        return response["text"].encode(), _json_or_none(response["text"]), "text/plain"
    if "base64" in response:
        return base64.b64decode(response["base64"]), None, "application/json"
    if "blocks" in response:
        first, last = response["blocks"]
        value: Any = [blocks(number) for number in range(first, last + 1)]
    elif "json" in response:
        value = response["json"]
    elif "sample" in response:
        value = sample(status)
        if value is None:
            return b"", None, None
    else:
        return b"", None, None
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(), value, "application/json"


def _json_or_none(text: str | bytes) -> Any:  # noqa: ANN401  (any JSON)
    try:
        return json.loads(text)
    except ValueError:
        return None


def _steps(
    response: dict[str, Any], status: int, body: bytes, kind: str | None
) -> Iterator[Send | Pause | End]:
    framing, cut = response.get("framing", "length"), response.get("cut_after")
    end: Ending = "drop" if cut is not None else "close" if framing == "close" else "keep"
    how: Ending = response.get("end", end)
    if response.get("encoding") == "gzip":
        body = gzip.compress(body, mtime=0)
    if "pause_ms" in response:
        yield Pause(response["pause_ms"])
    head = _head(response, status, body, kind, how)
    body = body if cut is None else body[:cut]
    if framing != "chunked" and "split" not in response:
        yield Send(head + body)
        yield End(how)
        return
    yield Send(head)
    for piece in _pieces(body, response):
        if "every_ms" in response:
            yield Pause(response["every_ms"])
        yield Send(_chunk(piece) if framing == "chunked" else piece)
    if framing == "chunked" and cut is None:
        yield Send(b"0\r\n\r\n")
    yield End(how)


def _head(
    response: dict[str, Any], status: int, body: bytes, kind: str | None, how: Ending
) -> bytes:
    given: dict[str, Any] = response.get("headers", {})
    headers: list[tuple[str, str]] = []
    names = {name.lower() for name in given}
    if kind is not None and "content-type" not in names:
        headers.append(("Content-Type", kind))
    if response.get("encoding") == "gzip":
        headers.append(("Content-Encoding", "gzip"))
    framing = response.get("framing", "length")
    if framing == "chunked":
        headers.append(("Transfer-Encoding", "chunked"))
    elif framing == "length" and "content-length" not in names:
        if "content_length" in response:
            headers.append(("Content-Length", str(response["content_length"])))
        elif body or status not in _NO_BODY:
            headers.append(("Content-Length", str(len(body))))
    if how == "close" and "connection" not in names:
        headers.append(("Connection", "close"))
    for name, values in given.items():
        every = values if is_list(values) else [values]
        headers.extend((name, str(value)) for value in every)
    reason = response.get("reason", _phrase(status))
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _pieces(body: bytes, response: dict[str, Any]) -> Iterator[bytes]:
    """The body in pieces of the given sizes; the last size holds for the rest."""
    sizes = response.get("split")
    if not sizes:
        if body:
            yield body
        return
    every: list[int] = sizes if is_list(sizes) else [sizes]
    at = number = 0
    while at < len(body):
        size = every[min(number, len(every) - 1)]
        yield body[at : at + size]
        at, number = at + size, number + 1


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _raw_steps(written: list[dict[str, Any]]) -> Iterator[Send | Pause | End]:
    ended = False
    for step in written:
        if "pause_ms" in step:
            yield Pause(step["pause_ms"])
        elif "end" in step:
            ended = True
            yield End(step["end"])
        elif "chunk" in step:
            yield Send(_chunk(_bytes(step["chunk"])))
        else:
            yield Send(_bytes(step["raw"]))
    if not ended:
        yield End("keep")


def _bytes(written: Any) -> bytes:  # noqa: ANN401  (a text or {base64: …})
    if isinstance(written, str):
        return written.encode()
    return base64.b64decode(written["base64"])
