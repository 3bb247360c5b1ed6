"""Values as the protocol writes them: integers and timestamps that no JSON library can round."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from toggl_focus_conformance.protocol.plain import is_list, is_object

__all__ = ["Difference", "Instant", "differences", "normalize", "parse_instant", "shown", "write"]

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_MICROSECOND = Fraction(1, 10**6)
_SAFE = 2**53 - 1
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time: exact seconds since 1970 in UTC, and the text it was written as."""

    seconds: Fraction
    text: str

    def __str__(self) -> str:
        return self.text

    def equals(self, other: Instant) -> bool:
        """Whether both are the same to the microsecond; further digits may be cut or rounded."""
        return abs(self.seconds - other.seconds) < _MICROSECOND


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a value is not what it must be. `path` is a JSON pointer, empty for all of it."""

    path: str
    expected: str
    actual: str


@functools.lru_cache(maxsize=4096)
def parse_instant(text: str) -> Instant | None:
    """Read an RFC 3339 timestamp with an offset; None for anything else."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    date, time, fraction, offset, _ = match.groups()
    try:
        local = datetime.fromisoformat(f"{date}T{time}+00:00")
    except ValueError:
        return None
    seconds = Fraction((local - _EPOCH) // _SECOND)
    seconds += Fraction(int(fraction or 0), 10 ** len(fraction or ""))
    if offset not in {"Z", "z"}:
        sign = -1 if offset[0] == "-" else 1
        seconds -= sign * (int(offset[1:3]) * 3600 + int(offset[4:]) * 60)
    return Instant(seconds, text)


def normalize(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Return a value of a message with integers and `Instant`s in place of `$int` and `$datetime`.

    Raises ValueError for a `$int` that is not an integer or a `$datetime` without an offset.
    """
    if is_list(value):
        return [normalize(each) for each in value]
    if not is_object(value):
        return value
    named = value
    if len(named) == 1:
        if isinstance(text := named.get("$int"), str):
            if not re.fullmatch(r"-?\d+", text, re.ASCII):
                raise ValueError(f"$int must be a decimal integer, got {text!r:.80}")
            return int(text)
        if isinstance(text := named.get("$datetime"), str):
            instant = parse_instant(text)
            if instant is None:
                raise ValueError(f"$datetime must be an RFC 3339 timestamp, got {text!r:.80}")
            return instant
    return {name: normalize(each) for name, each in named.items()}


def write(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """Return a value as a message holds it: `$int` for integers that a double would round."""
    if is_list(value):
        return [write(each) for each in value]
    if is_object(value):
        return {name: write(each) for name, each in value.items()}
    if isinstance(value, Instant):
        return {"$datetime": value.text}
    if isinstance(value, int) and abs(value) > _SAFE:
        return {"$int": str(value)}
    return value


def differences(sent: Any, got: Any, path: str = "") -> Iterator[Difference]:  # noqa: ANN401  (any JSON)
    """Compare a result with what the server sent; both normalized.

    Numbers compare by value and timestamps as points in time. A field that was sent as null may be
    absent, null or an empty list; one that was not sent may be absent, null or empty.
    """
    if sent is None or got is None:
        if sent is not None or got not in (None, [], {}):
            yield Difference(path, shown(sent), shown(got))
    elif is_object(sent) and is_object(got):
        yield from _in_objects(sent, got, path)
    elif is_list(sent) and is_list(got):
        yield from _in_lists(sent, got, path)
    elif not _equal(sent, got):
        yield Difference(path, shown(sent), shown(got))


def _in_objects(sent: dict[str, Any], got: dict[str, Any], path: str) -> Iterator[Difference]:
    for name, value in sent.items():
        where = f"{path}/{name}"
        if name in got or value is None:
            yield from differences(value, got.get(name), where)
        else:
            yield Difference(where, shown(value), "nothing: the field is absent")
    for name, value in got.items():
        if name not in sent and value not in (None, [], {}):
            yield Difference(f"{path}/{name}", "nothing: the server did not send it", shown(value))


def _in_lists(sent: list[Any], got: list[Any], path: str) -> Iterator[Difference]:
    if len(sent) != len(got):
        yield Difference(path, f"{len(sent)} entries", f"{len(got)} entries: {shown(got)}")
        return
    for at, (one, other) in enumerate(zip(sent, got, strict=True)):
        yield from differences(one, other, f"{path}/{at}")


def _equal(sent: object, got: object) -> bool:
    if isinstance(sent, bool) or isinstance(got, bool):
        return sent is got
    if isinstance(sent, int | float) and isinstance(got, int | float):
        return sent == got
    if isinstance(sent, str) and sent == got:
        return True
    one, other = _instant(sent), _instant(got)
    return one is not None and other is not None and one.equals(other)


def _instant(value: object) -> Instant | None:
    if isinstance(value, Instant):
        return value
    return parse_instant(value) if isinstance(value, str) else None


def shown(value: object) -> str:
    """Return a value as a message shows it: JSON, cut where it is long."""
    import json  # noqa: PLC0415  (only a mismatch needs it)

    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
