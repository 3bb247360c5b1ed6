"""The operators of matchers, such as $integer and $instant: what each of them accepts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import (
    Difference,
    Instant,
    differences,
    parse_instant,
    shown,
)

from .matching import (
    ABSENT,
    Found,
    Matching,
    as_list,
    expected_text,
    integer,
    match_list,
    mismatches,
    operator,
    shown_or_nothing,
    wrong,
)

__all__ = ["ABSENT", "Matching", "expected_text", "mismatches"]

operator("$list")(match_list)


@operator("$any")
def _any_of(_: object, actual: object, how: Matching, path: str) -> Found:
    if actual is ABSENT and how.where == "wire":
        yield Difference(path, "any value", "nothing")


@operator("$absent")
def _absent(_: object, actual: object, how: Matching, path: str) -> Found:
    if actual is not ABSENT and not (how.where == "result" and actual is None):
        yield Difference(path, "nothing", shown_or_nothing(actual))


@operator("$or_absent")
def _or_absent(inner: Any, actual: object, how: Matching, path: str) -> Found:  # noqa: ANN401  (any JSON)
    if actual is not ABSENT and not (how.where == "result" and actual is None):
        yield from mismatches(inner, actual, how, path)


@operator("$integer")
def _integer_in(limits: list[int | None], actual: object, how: Matching, path: str) -> Found:
    number = integer(actual, how)
    low, high = limits
    fits = (
        number is not None and (low is None or number >= low) and (high is None or number <= high)
    )
    if not fits:
        yield wrong({"$integer": limits}, actual, path)


@operator("$number")
def _number(wanted: float, actual: object, how: Matching, path: str) -> Found:
    value = actual
    if how.text and isinstance(actual, str):
        try:
            value = float(actual)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != wanted:
        yield wrong({"$number": wanted}, actual, path)


@operator("$instant")
def _instant(wanted: str | Node, actual: object, _: Matching, path: str) -> Found:
    got = actual if isinstance(actual, Instant) else None
    if isinstance(actual, str):
        got = parse_instant(actual)
    if is_object(wanted):
        away = None if got is None else abs(float(got.seconds) - datetime.now(UTC).timestamp())
        if away is None or away > wanted["near_now_s"]:
            yield wrong({"$instant": wanted}, actual, path)
        return
    expected = parse_instant(str(wanted))
    if expected is None or got is None or not expected.equals(got):
        yield wrong({"$instant": wanted}, actual, path)


@operator("$after")
def _after(earlier: str, actual: object, _: Matching, path: str) -> Found:
    first, got = parse_instant(earlier), parse_instant(actual) if isinstance(actual, str) else None
    if first is None or got is None or got.seconds <= first.seconds:
        yield Difference(path, f"a timestamp after {earlier}", shown_or_nothing(actual))


@operator("$in")
def _in(choices: list[Any], actual: object, how: Matching, path: str) -> Found:
    if all(any(mismatches(each, actual, how, path)) for each in choices):
        yield wrong({"$in": choices}, actual, path)


@operator("$all")
def _all(every: list[Any], actual: object, how: Matching, path: str) -> Found:
    for each in every:
        yield from mismatches(each, actual, how, path)


@operator("$not")
def _not(inner: Any, actual: object, how: Matching, path: str) -> Found:  # noqa: ANN401  (any JSON)
    if not any(mismatches(inner, actual, how, path)):
        yield Difference(path, f"anything but {expected_text(inner)}", shown_or_nothing(actual))


@operator("$contains")
def _contains(text: str, actual: object, _: Matching, path: str) -> Found:
    if not isinstance(actual, str) or text not in actual:
        yield wrong({"$contains": text}, actual, path)


@operator("$matches")
def _matches(pattern: str, actual: object, _: Matching, path: str) -> Found:
    if not isinstance(actual, str) or not re.search(pattern, actual):
        yield wrong({"$matches": pattern}, actual, path)


@operator("$sequence")
def _sequence(limits: list[int], actual: object, how: Matching, path: str) -> Found:
    got = as_list(actual, how)
    wanted = list(range(limits[0], limits[1] + 1))
    numbers = None if got is None else [integer(each, how) for each in got]
    if numbers == wanted:
        return
    if got is None or numbers is None:
        yield wrong({"$sequence": limits}, actual, path)
        return
    at = next(
        (n for n, (one, other) in enumerate(zip(wanted, numbers, strict=False)) if one != other),
        None,
    )
    if at is None:
        yield Difference(
            path,
            f"{len(wanted)} entries, {limits[0]} to {limits[1]}",
            f"{len(got)} entries: {shown(got)}",
        )
    else:
        yield Difference(
            f"{path}/{at}", str(wanted[at]), f"{shown(got[at])}, in {len(got)} entries"
        )


@operator("$unordered")
def _unordered(wanted: list[Any], actual: object, how: Matching, path: str) -> Found:
    got = as_list(actual, how)
    if got is None or len(got) != len(wanted):
        yield wrong({"$unordered": wanted}, actual, path)
        return
    left = list(got)
    for each in wanted:
        at = next(
            (n for n, value in enumerate(left) if not any(mismatches(each, value, how))), None
        )
        if at is None:
            yield Difference(path, f"a list with {expected_text(each)} in it", shown(got))
            return
        del left[at]


@operator("$prefix")
def _prefix(whole: Any, actual: object, how: Matching, path: str) -> Found:  # noqa: ANN401  (any JSON)
    got = as_list(actual, how)
    wanted = _entries(whole, how)
    if got is None:
        yield Difference(path, "a list", shown_or_nothing(actual))
    elif len(got) > len(wanted):
        yield Difference(
            path, f"at most {len(wanted)} entries", f"{len(got)} entries: {shown(got)}"
        )
    else:
        for at, value in enumerate(got):
            yield from mismatches(wanted[at], value, how, f"{path}/{at}")


def _entries(whole: Any, how: Matching) -> list[Any]:  # noqa: ANN401  (any JSON)
    if is_list(whole):
        return whole
    if whole.keys() == {"$sequence"}:
        first, last = whole["$sequence"]
        return list(range(first, last + 1))
    if whole.keys() == {"$sent"} and how.sent is not None:
        sent = how.sent(whole["$sent"])
        return sent if is_list(sent) else []  # nothing was sent, or something else
    return list(whole.get("$list", ()))


@operator("$each")
def _each(inner: Any, actual: object, how: Matching, path: str) -> Found:  # noqa: ANN401  (any JSON)
    got = as_list(actual, how)
    if got is None:
        yield Difference(path, "a list", shown_or_nothing(actual))
        return
    for at, value in enumerate(got):
        yield from mismatches(inner, value, how, f"{path}/{at}")


@operator("$length")
def _length(inner: Any, actual: object, how: Matching, path: str) -> Found:  # noqa: ANN401  (any JSON)
    got = as_list(actual, how) if not isinstance(actual, str) or how.text else actual
    if got is None:
        yield Difference(path, "a list or a text", shown_or_nothing(actual))
    elif any(mismatches(inner, len(got), how)):
        yield Difference(path, f"a length of {expected_text(inner)}", str(len(got)))


@operator("$includes")
def _includes(wanted: Node, actual: object, how: Matching, path: str) -> Found:
    if not is_object(actual):
        yield Difference(path, f"an object with {shown(wanted)}", shown_or_nothing(actual))
        return
    for name, each in wanted.items():
        value = actual.get(name, ABSENT)
        yield from mismatches(each, value, how, f"{path}/{name}")


@operator("$sent")
def _sent(pointer: str, actual: object, how: Matching, path: str) -> Found:
    if how.sent is None:
        raise ValueError("$sent has no meaning here")
    sent = how.sent(pointer)
    if sent is ABSENT:
        yield Difference(
            path, f"what the server sent at {pointer!r}", "the server sent nothing there"
        )
    else:
        yield from differences(sent, None if actual is ABSENT else actual, path)


@operator("$called")
def _called(pointer: str, actual: object, how: Matching, path: str) -> Found:
    if how.called is None:
        raise ValueError("$called has no meaning here")
    yield from mismatches(how.called(pointer), actual, how, path)
