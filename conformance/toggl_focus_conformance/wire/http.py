"""Reads HTTP/1.1 requests byte for byte, and names everything in them that breaks the rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

__all__ = ["Malformed", "Parser", "Request", "pairs"]

_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) (HTTP/\d\.\d)")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")
_TARGET = re.compile(rb"[!-~]+")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")
_SINGLE = ("host", "content-length", "authorization", "content-type", "transfer-encoding")
_HEAD_LIMIT = 1 << 20
_BODY_LIMIT = 1 << 26
_TLS = 0x16


class Malformed(Exception):
    """The bytes are not an HTTP request; the text says why. `raw`: all that was not understood."""

    def __init__(self, reason: str, raw: bytes) -> None:
        super().__init__(reason)
        self.raw = raw


@dataclass
class Request:
    """One request as it was sent.

    started, ended: milliseconds since the port was opened, at the first and the last byte. framing:
    how the end of the body is marked: none, length or chunked. problems: the rules it breaks.
    """

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    raw: bytes
    framing: str
    problems: tuple[str, ...] = ()
    number: int = 0
    connection: int = 0
    started: float = 0.0
    ended: float = 0.0
    extra: bool = False
    """More than the case's script has responses for."""
    discarded: bool = False
    """Met by a connection that was closed instead of a response; sending it again is no retry."""

    @property
    def path(self) -> str:
        """The path with what is percent-encoded, slashes excepted, decoded."""
        parts = self.target.partition("?")[0].split("/")
        return "/".join(unquote(part).replace("/", "%2F") for part in parts)

    @property
    def query(self) -> list[tuple[str, str]]:
        """The pairs of the query, decoded."""
        return pairs(self.target.partition("?")[2])

    def values(self, name: str) -> list[str]:
        """The values of a header, in any case of its name."""
        wanted = name.lower()
        return [value for key, value in self.headers if key.lower() == wanted]

    def json(self) -> Any:  # noqa: ANN401  (any JSON)
        """The body as JSON. Raises ValueError where it is not, or has a key twice."""
        return json.loads(
            self.body.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )


def pairs(query: str) -> list[tuple[str, str]]:
    """Decode a query as web servers do: `+` is a space."""
    found: list[tuple[str, str]] = []
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        found.append((unquote(name.replace("+", " ")), unquote(value.replace("+", " "))))
    return found


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        raise ValueError(f"the key {next(n for n in names if names.count(n) > 1)!r} is there twice")
    return found


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


@dataclass
class Parser:
    """Takes bytes as they arrive and gives the requests that are complete.

    `waiting`: a request that has begun expects `100 Continue` before it sends its body.
    """

    _buffer: bytearray = field(default_factory=bytearray)
    waiting: bool = False

    @property
    def pending(self) -> bytes:
        """What has arrived of a request that is not complete."""
        return bytes(self._buffer)

    def feed(self, data: bytes) -> Iterator[Request]:
        """Take some bytes. Raises Malformed where no request can be made of them."""
        self._buffer += data
        while self._buffer:
            request = self._next()
            if request is None:
                return
            del self._buffer[: len(request.raw)]
            self.waiting = False
            yield request

    def _next(self) -> Request | None:
        raw = bytes(self._buffer)
        if raw[0] == _TLS:
            raise Malformed("a TLS handshake", raw)
        end = raw.find(b"\r\n\r\n")
        if end < 0:
            if len(raw) > _HEAD_LIMIT:
                raise Malformed(f"a head of more than {_HEAD_LIMIT} bytes", raw)
            if b"\n\n" in raw:
                raise Malformed("lines that end with a bare line feed", raw)
            return None
        first, *lines = raw[:end].split(b"\r\n")
        line = _LINE.fullmatch(first)
        if line is None:
            raise Malformed(f"the request line {first[:200]!r}", raw)
        headers, problems = _headers(lines, raw)
        if not _TARGET.fullmatch(line[2]):
            problems.append(f"the target {line[2][:200]!r} has bytes that must be percent-encoded")
        body = self._body(raw, end + 4, headers)
        if body is None:
            return None
        content, size, framing = body
        return Request(
            method=line[1].decode("ascii"),
            target=line[2].decode("latin-1"),
            version=line[3].decode("ascii"),
            headers=headers,
            body=content,
            raw=raw[:size],
            framing=framing,
            problems=tuple(problems),
        )

    def _body(
        self, raw: bytes, start: int, headers: tuple[tuple[str, str], ...]
    ) -> tuple[bytes, int, str] | None:
        """The body, where the request ends, and how that is marked; None where more is to come."""
        named = {name.lower(): value for name, value in headers}
        self.waiting = named.get("expect", "").lower() == "100-continue"
        if named.get("transfer-encoding", "").lower() == "chunked":
            return _chunked(raw, start)
        if "transfer-encoding" in named:
            raise Malformed(f"Transfer-Encoding {named['transfer-encoding']!r}", raw)
        if "content-length" not in named:
            return b"", start, "none"
        text = named["content-length"]
        if not re.fullmatch(r"\d{1,15}", text, re.ASCII) or int(text) > _BODY_LIMIT:
            raise Malformed(f"Content-Length {text!r}", raw)
        end = start + int(text)
        return (raw[start:end], end, "length") if len(raw) >= end else None


def _headers(lines: list[bytes], raw: bytes) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    headers: list[tuple[str, str]] = []
    problems: list[str] = []
    for line in lines:
        match = _HEADER.fullmatch(line)
        if match is None:
            raise Malformed(f"the header line {line[:200]!r}", raw)
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", match[2]):
            problems.append(f"the header {match[1].decode()} has control characters")
        headers.append((match[1].decode("ascii"), match[2].decode("latin-1")))
    names = [name.lower() for name, _ in headers]
    problems += [
        f"the header {name} is there {names.count(name)} times"
        for name in _SINGLE
        if names.count(name) > 1
    ]
    if "host" not in names:
        problems.append("there is no Host header")
    if "content-length" in names and "transfer-encoding" in names:
        problems.append("it has Content-Length and Transfer-Encoding")
    return tuple(headers), problems


def _chunked(raw: bytes, at: int) -> tuple[bytes, int, str] | None:
    body = bytearray()
    while True:
        end = raw.find(b"\r\n", at)
        if end < 0:
            return None
        size = _CHUNK.fullmatch(raw[at:end])
        if size is None:
            raise Malformed(f"the chunk size {raw[at:end][:80]!r}", raw)
        length, at = int(size[1], 16), end + 2
        if length > _BODY_LIMIT:
            raise Malformed(f"a chunk of {length} bytes", raw)
        if length == 0:
            # Trailers, of which there are none as a rule, end with an empty line.
            while (end := raw.find(b"\r\n", at)) > at:
                at = end + 2
            return None if end < 0 else (bytes(body), end + 2, "chunked")
        if len(raw) < at + length + 2:
            return None
        body += raw[at : at + length]
        if raw[at + length : at + length + 2] != b"\r\n":
            raise Malformed("a chunk that is longer than its size says", raw)
        at += length + 2
