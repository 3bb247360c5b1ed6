"""Values are compared as a case says, and a mismatch names its place, what was due and what came."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given, settings

from toggl_focus_conformance.protocol import differences, normalize, parse_instant
from toggl_focus_conformance.runner import Matching, mismatches
from toggl_focus_conformance.runner.matchers import ABSENT

WIRE = Matching("wire")
QUERY = Matching("wire", text=True)
RESULT = Matching("result")
NOON = "2026-01-05T12:00:00Z"
NOON_ELSEWHERE = "2026-01-05T17:45:00+05:45"

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
TIMESTAMPS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29))  # noqa: DTZ001  (the offset comes apart)
OFFSETS = st.integers(-14 * 60, 14 * 60)

GOOD: list[tuple[Matching, Any, Any]] = [
    (WIRE, 60, 60),
    (WIRE, {"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
    (WIRE, {"$number": 60}, 60.0),
    (WIRE, {"$instant": NOON}, NOON_ELSEWHERE),
    (WIRE, {"$instant": NOON}, "2026-01-05T12:00:00.000000Z"),
    (WIRE, {"$any": True}, None),
    (WIRE, {"$absent": True}, ABSENT),
    (WIRE, {"$or_absent": 5}, ABSENT),
    (WIRE, {"$or_absent": 5}, 5),
    (WIRE, {"$integer": [1, None]}, 2**64),
    (WIRE, {"$in": [1, {"$contains": "b"}]}, "abc"),
    (WIRE, {"$all": [{"$contains": "a"}, {"$matches": "c$"}]}, "abc"),
    (WIRE, {"$not": 1}, 1.0),
    (WIRE, {"$includes": {"a": 1}}, {"a": 1, "b": 2}),
    (WIRE, {"$each": {"$integer": [1, 2]}}, [1, 2, 1]),
    (WIRE, {"$length": {"$integer": [0, 3]}}, [1, 2]),
    (WIRE, {"$prefix": {"$sequence": [1, 9]}}, [1, 2, 3]),
    (WIRE, {"$prefix": [1, 2]}, []),
    (WIRE, {"$unordered": [1, {"$integer": [1, 2]}]}, [2, 1]),
    (QUERY, {"$integer": [1, 45]}, "45"),
    (QUERY, {"$number": 3600}, "3.6e3"),
    (QUERY, {"$list": [3, 1, 9007199254740993]}, "3,1,9007199254740993"),
    (QUERY, {"$list": ["-start", "task_id"]}, "-start,task_id"),
    (QUERY, {"$unordered": [1, 2]}, "2,1"),
    (QUERY, {"$sequence": [1, 3]}, "1,2,3"),
    (RESULT, {"a": 1}, {"a": 1.0, "more": True}),
    (RESULT, {"a": None, "b": {"$absent": True}}, {"b": None}),
    (RESULT, {"$integer": [60, 60]}, 60.0),
    (RESULT, {"$instant": NOON}, parse_instant(NOON_ELSEWHERE)),
    (RESULT, {"$sequence": [1, 2]}, [1, 2]),
    (RESULT, NOON, parse_instant(NOON_ELSEWHERE)),
]

BAD: list[tuple[Matching, Any, Any, str, str, str]] = [
    (WIRE, 60, 60.0, "", "60", "60.0"),
    (WIRE, 1, True, "", "1", "true"),
    (WIRE, 0, ABSENT, "", "0", "nothing"),
    (WIRE, {"a": {"b": 1}}, {"a": {"b": "1"}}, "/a/b", "1", '"1"'),
    (WIRE, {"a": 1}, {"a": 1, "b": None}, "/b", "nothing: no such key", "null"),
    (WIRE, [1, 2], [1], "", "2 entries", "1 entries: [1]"),
    (WIRE, [1, 2], [1, 3], "/1", "2", "3"),
    (
        WIRE,
        {"$instant": NOON},
        "2026-01-05T12:00:00",
        "",
        f"the point in time {NOON}",
        '"2026-01-05T12:00:00"',
    ),
    (
        WIRE,
        {"$instant": NOON},
        "2026-01-05T12:00:00.000001Z",
        "",
        f"the point in time {NOON}",
        '"2026-01-05T12:00:00.000001Z"',
    ),
    (WIRE, {"$any": True}, ABSENT, "", "any value", "nothing"),
    (WIRE, {"$absent": True}, None, "", "nothing", "null"),
    (WIRE, {"$integer": [1, 3]}, 4, "", "an integer from 1 to 3", "4"),
    (WIRE, {"$integer": [7, 7]}, "7", "", "the integer 7", '"7"'),
    (WIRE, {"$in": [1, 2]}, 3, "", "1 or 2", "3"),
    (WIRE, {"$sequence": [1, 3]}, [1, 3, 2], "/1", "2", "3, in 3 entries"),
    (WIRE, {"$sequence": [1, 3]}, [1, 2], "", "3 entries, 1 to 3", "2 entries: [1, 2]"),
    (WIRE, {"$prefix": [1]}, [1, 2], "", "at most 1 entries", "2 entries: [1, 2]"),
    (WIRE, {"$each": 1}, [1, 2], "/1", "1", "2"),
    (WIRE, {"$not": 1}, 1, "", "anything but 1", "1"),
    (QUERY, {"$integer": [1, 45]}, "01", "", "an integer from 1 to 45", '"01"'),
    (QUERY, {"$list": [1, 2]}, "[1,2", "/0", "1", '"[1"'),
    (RESULT, {"a": 1}, {"a": 1.5}, "/a", "1", "1.5"),
    (RESULT, {"a": False}, {"a": None}, "/a", "false", "null"),
    (RESULT, 2**53 + 1, float(2**53), "", "9007199254740993", "9007199254740992.0"),
]


@pytest.mark.parametrize(("how", "matcher", "actual"), GOOD, ids=str)
def test_what_fits_has_no_mismatch(how: Matching, matcher: Any, actual: Any) -> None:
    assert list(mismatches(matcher, actual, how)) == []


@pytest.mark.parametrize(("how", "matcher", "actual", "path", "expected", "got"), BAD, ids=str)
def test_a_mismatch_names_place_expected_and_actual(
    how: Matching, matcher: Any, actual: Any, path: str, expected: str, got: str
) -> None:
    (found,) = mismatches(matcher, actual, how)

    assert (found.path, found.expected, found.actual) == (path, expected, got)


@given(JSON)
def test_every_value_matches_itself(value: Any) -> None:
    assume("$" not in json.dumps(value))

    assert list(mismatches(value, value, WIRE)) == []
    assert list(mismatches(value, value, RESULT)) == []
    assert list(differences(value, value)) == []


@given(JSON, JSON)
def test_on_the_wire_values_match_exactly_if_their_json_is_the_same(one: Any, other: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assume(same or one != other)  # 0.0 and -0.0

    assert (list(mismatches(one, other, WIRE)) == []) == same


@settings(max_examples=50)
@given(TIMESTAMPS, OFFSETS, OFFSETS, st.integers(-2, 2))
def test_timestamps_compare_as_points_in_time(
    utc: datetime, one: int, other: int, microseconds: int
) -> None:
    when = utc.replace(tzinfo=UTC)
    texts = [
        each.astimezone(timezone(timedelta(minutes=offset))).isoformat()
        for each, offset in ((when, one), (when + timedelta(microseconds=microseconds), other))
    ]

    found = list(mismatches({"$instant": texts[0]}, texts[1], WIRE))

    assert (found == []) == (microseconds == 0)


@pytest.mark.parametrize(
    "text",
    (
        "2026-01-05",
        "2026-01-05T09:00:00",
        "2026-02-30T09:00:00Z",
        "2026-01-05 09:00:00Z",
        "2026-01-05T09:00:00+24:00",
        "٢026-01-05T09:00:00Z",
    ),
)
def test_what_is_no_timestamp_is_none(text: str) -> None:
    assert parse_instant(text) is None


@pytest.mark.parametrize(
    ("sent", "got", "paths"),
    (
        ({"a": None}, {}, []),
        ({"a": None}, {"a": []}, []),
        ({}, {"a": None, "b": [], "c": {}}, []),
        ({}, {"a": 0}, ["/a"]),
        ({"a": []}, {"a": None}, ["/a"]),
        ({"a": 1}, {}, ["/a"]),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}, {"b": 3}]}, ["/a/1/b"]),
        ({"t": NOON}, {"t": {"$datetime": NOON_ELSEWHERE}}, []),
        ({"t": "2026-01-05T12:00:00.123456789Z"}, {"t": {"$datetime": "2026-01-05T12:00:00.123456Z"}}, []),
        ({"t": "2026-01-05T12:00:00.123456789Z"}, {"t": {"$datetime": "2026-01-05T12:00:00.123Z"}}, ["/t"]),
        ({"n": 2**53 + 1}, {"n": {"$int": "9007199254740993"}}, []),
        ({"n": 1}, {"n": True}, ["/n"]),
    ),
)  # fmt: skip
def test_a_result_is_compared_with_what_was_sent(sent: Any, got: Any, paths: list[str]) -> None:
    assert [each.path for each in differences(sent, normalize(got))] == paths


@pytest.mark.parametrize("value", ({"$int": "1.0"}, {"$int": ""}, {"$datetime": "2026-01-05"}))
def test_values_that_break_the_protocol_are_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="must be"):
        normalize({"a": [value]})


def test_a_part_of_what_was_sent_is_nothing_if_nothing_was_sent() -> None:
    nothing_sent = Matching("result", sent=lambda _: ABSENT)

    assert [*mismatches({"$prefix": {"$sent": ""}}, [], nothing_sent)] == []
    assert [*mismatches({"$prefix": {"$sent": ""}}, [1], nothing_sent)] != []
