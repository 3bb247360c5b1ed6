"""The format of a recording, and what is kept out of it."""

from __future__ import annotations

import itertools
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar, cast
from urllib.parse import parse_qsl, quote, unquote

import httpx
import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import SECRET_NAME
from toggl_focus._messages.json import MALFORMED, decoder

__all__ = [
    "VERSION",
    "Body",
    "Exchange",
    "Ignored",
    "Recording",
    "Request",
    "Response",
    "headers_of",
    "load",
    "recorded_request",
]

T = TypeVar("T")

VERSION = 1
REDACTED = "REDACTED"
# The headers that are kept. All others are dropped: credentials, cookies, and those that concern
# only one connection.
_KEPT = re.compile(r"accept|content-type|retry-after|x-toggl-quota-.*")
_KEY = "toggl_sk_"
_SECRET_NAME = re.compile(rf"(?i){SECRET_NAME}$")
# Shorter passwords occur in too many words.
_SHORTEST_SECRET = 8


class Body(Struct, forbid_unknown_fields=True):
    json: Any = UNSET  # null is a body too
    text: str | UnsetType = UNSET
    base64: bytes | UnsetType = UNSET

    def __post_init__(self) -> None:
        if sum(each is not UNSET for each in (self.json, self.text, self.base64)) != 1:
            raise ValueError("A body is one of json, text and base64")

    @classmethod
    def of(cls, content: bytes, secrets: re.Pattern[str]) -> Body | None:
        """A body in its most readable form, without secrets."""
        if not content:
            return None
        with suppress(*MALFORMED):
            return cls(json=_clean(msgspec.json.decode(content), secrets))
        try:
            return cls(text=_clean(content.decode(), secrets))
        except UnicodeDecodeError:
            return cls(base64=_clean(content.decode("latin-1"), secrets).encode("latin-1"))

    def content(self) -> bytes:
        if isinstance(self.text, str):
            return self.text.encode()
        return self.base64 if isinstance(self.base64, bytes) else msgspec.json.encode(self.json)

    def without(self, names: frozenset[str]) -> Body:
        """The body without these fields, at any depth of its JSON."""
        return self if self.json is UNSET or not names else Body(json=_without(self.json, names))

    def lines(self) -> list[str]:
        """Lines that are equal for equal bodies."""
        if isinstance(self.text, str):
            return ["text", *self.text.split("\n")]
        if isinstance(self.base64, bytes):
            return ["base64", self.base64.hex(" ")]
        value = msgspec.json.encode(self.json, order="deterministic")
        return ["json", *msgspec.json.format(value, indent=2).decode().split("\n")]


class Ignored(NamedTuple):
    """What is ignored in a request: parameters, fields, and ids after these path segments."""

    query: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()
    path: frozenset[str] = frozenset()


class Request(Struct, omit_defaults=True, forbid_unknown_fields=True):
    method: str
    url: str
    headers: dict[str, str] = {}
    body: Body | None = None

    def lines(self, ignored: Ignored) -> tuple[str, ...]:
        """Lines that are equal for requests with the same response; also shown as a difference."""
        path, _, query = self.url.partition("?")
        segments = path.split("/")
        for at, (before, segment) in enumerate(itertools.pairwise(segments), 1):
            if before in ignored.path and segment.isdigit():
                segments[at] = "…"
        pairs = sorted(
            f"  {pair}"
            for pair in _pairs(query)
            if unquote(pair.partition("=")[0], errors="surrogateescape") not in ignored.query
        )
        body = self.body.without(ignored.body).lines() if self.body else ()
        return (f"{self.method} {'/'.join(segments)}", *pairs, *body)

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


class Response(Struct, omit_defaults=True, forbid_unknown_fields=True):
    status: Annotated[int, Meta(ge=100, le=599)]
    headers: dict[str, str] = {}
    body: Body | None = None


class Exchange(Struct, forbid_unknown_fields=True):
    request: Request
    response: Response


class _Format(Struct):
    toggl_focus_recording: int


class Recording(_Format, forbid_unknown_fields=True):
    exchanges: list[Exchange]


def load(path: Path) -> list[Exchange]:
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors write a byte order mark
        version = decoder(_Format).decode(text).toggl_focus_recording
        if version != VERSION:
            raise UsageError(
                f"{path} is a recording of format {version}, and this version of toggl-focus reads "
                f"format {VERSION}: record it anew"
            )
        return decoder(Recording).decode(text).exchanges
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}; toggl_focus.testing.Recorder makes it"
        ) from error
    except MALFORMED as error:
        raise UsageError(f"{path} is not a recording: {_placed(error, path)}") from error


def _placed(error: Exception, path: Path) -> str:
    """What is wrong, with the line where msgspec counts bytes."""
    byte = re.search(r"\(byte (\d+)\)", str(error))
    if byte is None:
        return str(error)
    line = path.read_bytes().count(b"\n", 0, int(byte[1])) + 1
    return f"{str(error)[: byte.start()]}(line {line})"


def recorded_request(request: object) -> tuple[Request, re.Pattern[str]]:
    """A request as it is recorded, and the pattern of the secrets that must not be."""
    if not isinstance(request, httpx.Request):
        raise UsageError(
            f"this transport needs httpx requests, got one of {type(request).__module__}"
        )
    credentials = [re.escape(each) for each in _credentials(request)]
    secrets = re.compile("|".join([*credentials, f"{_KEY}[0-9A-Za-z]+"]))
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    pairs = "&".join(_pairs(query, secrets))
    url = _clean(path, secrets) + ("?" + pairs if pairs else "")
    headers, body = headers_of(request, secrets), Body.of(request.content, secrets)
    return Request(request.method, url, headers, body), secrets


def _credentials(request: httpx.Request) -> Iterator[str]:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    found = [value]
    if scheme.lower() == "basic":
        with suppress(ValueError):
            found += b64decode(value).decode().partition(":")[2:]
    return (each for each in found if len(each) >= _SHORTEST_SECRET)


def headers_of(message: httpx.Request | httpx.Response, secrets: re.Pattern[str]) -> dict[str, str]:
    return {
        name: _clean(value, secrets)
        for name, value in sorted(message.headers.items())
        if _KEPT.fullmatch(name)
    }


def _pairs(query: str, secrets: re.Pattern[str] | None = None) -> Iterator[str]:
    """The pairs of a query in a normalized form."""
    for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape"):
        cleaned = {name: value} if secrets is None else _clean({name: value}, secrets)
        for pair in cleaned.items():
            yield "=".join(quote(each, "/,:", errors="surrogateescape") for each in pair)


def _clean(value: T, secrets: re.Pattern[str]) -> T:
    """A text, list or mapping without secrets."""
    cleaned: object = value
    if isinstance(value, str):
        cleaned = secrets.sub(_hidden, value)
    elif isinstance(value, list):
        cleaned = [_clean(each, secrets) for each in cast("list[object]", value)]
    elif isinstance(value, Mapping):
        cleaned = {
            _clean(name, secrets): _clean(each, secrets)
            # Whether there is a password is not secret.
            if each is None or isinstance(each, bool) or not _SECRET_NAME.search(name)
            else REDACTED
            for name, each in cast("Mapping[str, object]", value).items()
        }
    return cast("T", cleaned)


def _without(value: object, names: frozenset[str]) -> object:
    if isinstance(value, list):
        return [_without(each, names) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {name: _without(each, names) for name, each in fields.items() if name not in names}
    return value


def _hidden(secret: re.Match[str]) -> str:
    return _KEY + REDACTED if secret[0].startswith(_KEY) else REDACTED
