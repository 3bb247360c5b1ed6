"""How a streamed body is cut into items: whatever its chunks, each item once, its end proven."""

from __future__ import annotations

import itertools
import json
from typing import Any

import hypothesis
import hypothesis.strategies as st
import msgspec
import pytest

from toggl_focus._messages.json import MALFORMED
from toggl_focus._streaming import Items


class Item(msgspec.Struct):
    id: int
    note: str = ""
    tags: list[dict[str, int]] = []
    inner: dict[str, Any] | None = None


# Text that looks like the structure around it.
texts = st.sampled_from(('},{"id":', '"}]', "[{", "\\", '\\"', "é", "😀", "\n", "", "},{" * 9))
tags = st.lists(st.fixed_dictionaries({"id": st.integers(0, 9)}), max_size=3)
inner = st.none() | st.recursive(
    st.fixed_dictionaries({"id": st.just(1), "s": texts}),
    lambda deeper: st.fixed_dictionaries({"id": st.just(1), "in": st.lists(deeper, max_size=3)}),
    max_leaves=4,
)
items = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(), "note": texts | st.text(), "tags": tags, "inner": inner}
    ),
    max_size=12,
)
SPACINGS: tuple[dict[str, Any], ...] = (
    {"separators": (",", ":")},
    {"separators": (" ,\r\n\t", " : "), "ensure_ascii": False},
    {"indent": 2},
    {"indent": 70},
    {"separators": (" " * 100 + ",\n" + " " * 100, ":")},
)


def bare(values: list[Any], spacing: dict[str, Any]) -> str:
    return json.dumps(values, **spacing)


def wrapped(values: list[Any], spacing: dict[str, Any]) -> str:
    return f' {{ "items" :{" " * 99}{json.dumps(values, **spacing)} , "more": {{"next": [null]}} }}'


def lines(values: list[Any], spacing: dict[str, Any]) -> str:
    if "indent" in spacing or "\n" in "".join(spacing.get("separators", ())):
        spacing = {}
    return "\n".join(json.dumps(value, **spacing) for value in values) + "\n\n"


def read(body: bytes, cuts: list[int]) -> tuple[list[Item], Exception | None]:
    """The items of a body that arrives cut at these places, and what was raised after them."""
    reader, got = Items(Item), list[Item]()
    places = [0, *sorted(cut % (len(body) + 1) for cut in cuts), len(body)]
    try:
        for since, until in itertools.pairwise(places):
            for some in reader.feed(body[since:until]):
                got += some
        for some in reader.finish():
            got += some
    except MALFORMED as error:
        return got, error
    assert reader.count == len(got)
    return got, None


@pytest.mark.parametrize("form", (bare, wrapped, lines), ids=lambda form: form.__name__)
@hypothesis.given(
    values=items,
    spacing=st.sampled_from(SPACINGS),
    cuts=st.lists(st.integers(0, 10_000), max_size=30),
)
def test_every_item_is_given_once_and_in_order(
    form: Any, values: list[Any], spacing: dict[str, Any], cuts: list[int]
) -> None:
    hypothesis.assume(values or form is not lines)
    body = form(values, spacing).encode()

    got, error = read(body, cuts)

    assert error is None
    assert got == msgspec.convert(values, list[Item])


@pytest.mark.parametrize("form", (bare, wrapped), ids=lambda form: form.__name__)
@hypothesis.given(
    values=items, spacing=st.sampled_from(SPACINGS), cuts=st.lists(st.integers(0, 10_000)), end=...
)
def test_a_body_cut_anywhere_is_an_error_after_the_good_items(
    form: Any, values: list[Any], spacing: dict[str, Any], cuts: list[int], end: int
) -> None:
    body = form(values, spacing).strip().encode()
    body = body[: end % len(body)]

    got, error = read(body, cuts)

    assert isinstance(error, msgspec.DecodeError)
    assert got == msgspec.convert(values, list[Item])[: len(got)]


@pytest.mark.parametrize("size", (1, 7, 100_000))
def test_items_are_given_as_soon_as_they_are_whole(size: int) -> None:
    reader = Items(Item)
    body = b'[ {"id":1,"note":"%b"}' % (b"x" * size)

    early = [item.id for some in reader.feed(body) for item in some]
    late = [item.id for some in reader.feed(b' ,\n{"id":2}') for item in some]

    assert (early, late) == ([1], [2])


BAD = (
    b"",
    b" ",
    b"[",
    b"]",
    b"[,]",
    b'[{"id":1}',
    b'[{"id":1},',
    b'[{"id":1},]',
    b'[,{"id":1}]',
    b'[{"id":1}{"id":2}]',
    b'[{"id":1} {"id":2}]',
    b'[{"id":1}}',
    b'[{"id":1}]]',
    b'[{"id":1}],',
    b'[{"id":1}][]',
    b'[[{"id":1}]]',
    b"[1]",
    b"[null]",
    b'[{"id":"1"}]',
    b'[{"id":1},{}]',
    b'{"items":[]',
    b'{"items":[]}}',
    b'{"items":[]} x',
    b'{"items":{}}',
    b'{"items"',
    b'{"items":null}',
    b'[{"id":1},' + b" " * 50 + b"]",
    b"[" + b" " * 50 + b",]",
    b'[{"id":1}' + b"\n" * 50 + b"x]",
    b'{"error":"internal"}',
    b'{"id":1}\n{"id":2',
    b"nul",
    b"null,",
    b'"text"',
    b"12",
    b"<html></html>",
    b"\xef\xbb\xbf",
    b"\xef\xbb[]",
    b"\xef\xbb\xbf\xef\xbb\xbf[]",
    b" \xef\xbb\xbf[]",
    b"[\xef\xbb\xbf]",
    b'[{"id":1,"note":"\xff"}]',
)


@pytest.mark.parametrize("body", BAD)
@pytest.mark.parametrize("step", (1, 2, 1000))
def test_what_is_no_stream_of_items_is_an_error(body: bytes, step: int) -> None:
    got, error = read(body, list(range(0, len(body), step)))

    assert error is not None
    assert got == [Item(1)][: len(got)]


@pytest.mark.parametrize(
    "body", (b'[{"id":1}]', b'{"items":[{"id":1}]}', b'{"id":1}', b"null", b"[]")
)
@pytest.mark.parametrize("step", (1, 2, 3, 1000))
def test_a_byte_order_mark_is_skipped(body: bytes, step: int) -> None:
    plain, _ = read(body, [])
    body = b"\xef\xbb\xbf" + body

    got, error = read(body, list(range(0, len(body), step)))

    assert (got, error) == (plain, None)


@pytest.mark.parametrize("space", (0, 1, 31, 32, 33, 70, 5000))
@pytest.mark.parametrize("step", (1, 1000))
def test_white_space_of_any_length_is_no_end(space: int, step: int) -> None:
    gap = b" " * space
    body = gap + b"[" + gap + b'{"id":1}' + gap + b"," + gap + b'{"id":2}' + gap + b"]" + gap

    got, error = read(body, list(range(0, len(body), step)))

    assert (got, error) == ([Item(1), Item(2)], None)


@pytest.mark.parametrize(
    ("opening", "rest"),
    (
        (b"", b'[{"id":1}]'),
        (b"[", b'{"id":1}]'),
        (b"{", b'"items":[{"id":1}]}'),
        (b'{"items"', b':[{"id":1}]}'),
        (b'{"items" :', b'[{"id":1}]}'),
        (b"{", b'"id":1}'),
        (b'[{"id":1}', b"]"),
        (b'[{"id":1}]', b""),
    ),
)
def test_white_space_is_not_kept_wherever_it_stands(opening: bytes, rest: bytes) -> None:
    reader = Items(Item)
    got = [each for some in reader.feed(opening) for each in some]
    for _ in range(50):
        got += [each for some in reader.feed(b" \n\t\r" * 1000) for each in some]
        assert len(reader.rest) < 20

    got += [each for some in (*reader.feed(rest), *reader.finish()) for each in some]

    assert got == [Item(1)]


def test_what_follows_the_end_is_refused_at_once() -> None:
    reader = Items(Item)
    some = reader.feed(b'[{"id":1}] ')
    assert list(some) == [[Item(1)]]

    with pytest.raises(msgspec.DecodeError, match="trailing characters"):
        list(reader.feed(b"x"))


def test_what_stands_beside_the_items_is_bounded() -> None:
    reader = Items(Item)
    assert list(reader.feed(b'{"items":[{"id":1}],"more":"')) == [[Item(1)]]

    assert list(reader.feed(b"x" * 1_000_000)) == []

    with pytest.raises(msgspec.DecodeError, match="more than 1048576 bytes follow the items"):
        list(reader.feed(b"x" * 65_536))


@pytest.mark.parametrize("body", (b"[]", b" [ ] ", b"null", b"\nnull\n", b'{"items":[]}'))
@pytest.mark.parametrize("step", (1, 1000))
def test_nothing_is_no_items(body: bytes, step: int) -> None:
    assert read(body, list(range(0, len(body), step))) == ([], None)


def test_the_decoder_marks_the_end_of_a_value_as_the_reader_expects() -> None:
    # The reader finds where an item ends in the text of msgspec's error.
    with pytest.raises(msgspec.DecodeError, match=r"trailing characters \(byte 9\)"):
        msgspec.json.decode(b'{"a": 1},', type=msgspec.Raw)
    with pytest.raises(msgspec.DecodeError, match="truncated"):
        msgspec.json.decode(b'{"a": 1', type=msgspec.Raw)
