"""Compares values with the matchers of a case, and says precisely where they differ.

On the wire an object must have exactly the keys that are named, and an integer must be written as
one. In results further keys are allowed, null equals absent, and numbers compare by value.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import Difference, differences, shown

__all__ = [
    "ABSENT",
    "Found",
    "Matching",
    "as_list",
    "expected_text",
    "integer",
    "match_list",
    "mismatches",
    "operator",
    "shown_or_nothing",
    "wrong",
]

Found: TypeAlias = Iterator[Difference]


Operator: TypeAlias = "Callable[[Any, Any, Matching, str], Found]"
OperatorT = TypeVar("OperatorT", bound="Operator")


class _Absent:
    """What stands for a value that is not there."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = _Absent()


@dataclass(frozen=True)
class Matching:
    """How to compare: on the wire or in a result, and what `$sent` and `$called` stand for.

    text: the values are texts, as in a query. sent: gives what the server sent at a pointer.
    called: gives the matcher of what the call was given at a pointer.
    """

    where: Literal["wire", "result"] = "wire"
    text: bool = False
    sent: Callable[[str], Any] | None = None
    called: Callable[[str], Any] | None = None


_operators: dict[str, Operator] = {}


def operator(name: str) -> Callable[[OperatorT], OperatorT]:
    """Make a function the operator of this name. It gets what stands behind it, and the rest."""

    def register(function: OperatorT) -> OperatorT:
        _operators[name] = function
        return function

    return register


def mismatches(matcher: Any, actual: Any, how: Matching, path: str = "") -> Found:  # noqa: ANN401  (any JSON)
    """Give each place where a value is not what the matcher says."""
    name = _name(matcher)
    if name is not None:
        yield from _operators[name](matcher[name], actual, how, path)
    elif is_object(matcher):
        yield from _object(matcher, actual, how, path)
    elif is_list(matcher):
        yield from match_list(matcher, actual, how, path)
    elif not _literal(matcher, actual, how):
        yield Difference(path, shown(matcher), shown_or_nothing(actual))


def expected_text(matcher: Any) -> str:  # noqa: ANN401  (any JSON)
    """A matcher in words."""
    name = _name(matcher)
    if name is None:
        return shown(matcher)
    value = matcher[name]
    words = _WORDS.get(name)
    if words is not None:
        return words(value)
    return shown(matcher)


def _name(matcher: Any) -> str | None:  # noqa: ANN401  (any JSON)
    if is_object(matcher) and len(matcher) == 1:  # pyright: ignore[reportUnknownArgumentType]
        (name,) = matcher
        if name in _operators:
            return name
    return None


def shown_or_nothing(actual: object) -> str:
    """A value as a message shows it, or the word nothing."""
    return "nothing" if actual is ABSENT else shown(actual)


def wrong(matcher: Any, actual: object, path: str) -> Difference:  # noqa: ANN401  (any JSON)
    """The difference between a matcher and a value as a whole."""
    return Difference(path, expected_text(matcher), shown_or_nothing(actual))


def _literal(expected: object, actual: object, how: Matching) -> bool:
    if how.where == "result":
        if expected is None:
            return actual is None or actual is ABSENT
        return not any(differences(expected, None if actual is ABSENT else actual))
    # 1, 1.0 and True are equal to Python.
    return type(expected) is type(actual) and expected == actual


def _object(expected: Node, actual: object, how: Matching, path: str) -> Found:
    if not is_object(actual):
        yield Difference(path, f"an object: {shown(expected)}", shown_or_nothing(actual))
        return
    node = actual
    for name, each in expected.items():
        yield from mismatches(each, node.get(name, ABSENT), how, f"{path}/{name}")
    if how.where == "wire":
        for name in node.keys() - expected.keys():
            yield Difference(f"{path}/{name}", "nothing: no such key", shown(node[name]))


def match_list(expected: list[Any], actual: object, how: Matching, path: str) -> Found:
    """Compare entry by entry."""
    got = as_list(actual, how)
    if got is None:
        yield Difference(path, f"a list: {shown(expected)}", shown_or_nothing(actual))
        return
    if len(got) != len(expected):
        yield Difference(path, f"{len(expected)} entries", f"{len(got)} entries: {shown(got)}")
        return
    for at, (one, other) in enumerate(zip(expected, got, strict=True)):
        yield from mismatches(one, other, how, f"{path}/{at}")


def as_list(actual: object, how: Matching) -> list[Any] | None:
    """A list; in a query, the parts between commas, those that look like integers as such."""
    if is_list(actual):
        return actual
    if how.text and isinstance(actual, str):
        return [
            integer(part, how) if integer(part, how) is not None else part
            for part in actual.split(",")
        ]
    return None


def integer(value: object, how: Matching) -> int | None:
    """An integer, however it may be written here; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if how.text and isinstance(value, str) and re.fullmatch(r"-?(0|[1-9]\d*)", value, re.ASCII):
        return int(value)
    if how.where == "result" and isinstance(value, float) and value.is_integer():
        return int(value)
    return None


def _range_text(limits: list[int | None]) -> str:
    low, high = limits
    if low is None or high is None:
        return "an integer" + (
            f" of at least {low}"
            if low is not None
            else f" of at most {high}"
            if high is not None
            else ""
        )
    return f"the integer {low}" if low == high else f"an integer from {low} to {high}"


def _instant_text(wanted: Any) -> str:  # noqa: ANN401  (a text, or how near to now)
    if is_object(wanted):
        return f"a timestamp within {wanted['near_now_s']} s of now"
    return f"the point in time {wanted}"


def _joined(word: str, every: list[Any]) -> str:
    return f" {word} ".join(map(expected_text, every))


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "$any": lambda _: "any value",
    "$absent": lambda _: "nothing",
    "$or_absent": lambda inner: f"{expected_text(inner)} or nothing",
    "$integer": _range_text,
    "$number": lambda value: f"the number {value}",
    "$instant": _instant_text,
    "$in": functools.partial(_joined, "or"),
    "$all": functools.partial(_joined, "and"),
    "$not": lambda inner: f"anything but {expected_text(inner)}",
    "$contains": lambda text: f"a text that contains {text!r}",
    "$matches": lambda text: f"a text that matches {text!r}",
    "$sequence": lambda limits: f"the integers {limits[0]} to {limits[1]}",
    "$unordered": lambda every: f"in any order: {shown(every)}",
}
