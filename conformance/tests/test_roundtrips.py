"""Every schema of the description there and back: what is known is kept, what is new is let be."""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import hypothesis
import hypothesis.strategies as st
import msgspec
import pytest
from jsonschema_rs import Draft202012Validator

from toggl_focus import UNSET, models
from toggl_focus_conformance.model.strategies import Documents, anything
from toggl_focus_server.description import Node, packaged

DOCUMENTS = Documents(packaged())
DRAWN = {name: DOCUMENTS.valid(DOCUMENTS.schema(name)) for name in DOCUMENTS.names}
STRUCTS = [name for name in DOCUMENTS.names if "properties" in DOCUMENTS.schema(name)]
RESPONSES = [name for name in STRUCTS if name not in DOCUMENTS.requests]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
LAST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
PHASES = (hypothesis.Phase.generate, hypothesis.Phase.shrink)  # explaining takes seconds a failure
LONGEST = timedelta.max.total_seconds()
NEW_NAMES = ("", "ID", "Id", " id", "data ", "\0", "x_new", "__class__", "$ref")

every_schema = pytest.mark.parametrize("name", DOCUMENTS.names)
every_struct = pytest.mark.parametrize("name", STRUCTS)
every_response = pytest.mark.parametrize("name", RESPONSES)


@every_struct
def test_a_schema_has_a_struct_of_its_name_and_fields(name: str) -> None:
    struct = getattr(models, name)

    assert struct.__name__ == name
    assert set(struct.__struct_encode_fields__) == set(DOCUMENTS.schema(name)["properties"])


@every_struct
def test_help_tells_of_each_field(name: str) -> None:
    docs = (inspect.cleandoc(each.__doc__ or "") for each in getattr(models, name).mro())
    text = "\n".join(docs)

    fields = DOCUMENTS.schema(name)["properties"]
    assert [field for field in fields if f"\n    {field}: " not in text] == []


@every_struct
def test_each_field_is_generated_with_a_value_null_and_absent(name: str) -> None:
    schema = DOCUMENTS.schema(name)
    fields, required = schema["properties"], schema.get("required", ())
    seen: set[tuple[str, str]] = set()

    @hypothesis.settings(max_examples=30, phases=PHASES)
    @hypothesis.given(DRAWN[name])
    def collect(document: Node) -> None:
        seen.update((field, _state(document, field)) for field in fields)

    collect()

    assert seen == {
        *((field, "value") for field in fields),
        *((field, "null") for field in fields if DOCUMENTS.nullable(fields[field])),
        *((field, "absent") for field in fields if field not in required),
    }


@every_schema
@hypothesis.settings(max_examples=25, phases=PHASES)
@hypothesis.given(data=st.data())
def test_what_a_schema_allows_is_read_and_written_back_by_value(
    name: str, data: st.DataObject
) -> None:
    document = data.draw(DRAWN[name])

    _check_that_it_is_kept(name, document)


@every_schema
def test_each_edge_of_each_field_is_read_and_written_back_by_value(name: str) -> None:
    for document in _edges(name):
        _check_that_it_is_kept(name, document)


@every_schema
@hypothesis.settings(max_examples=20, phases=PHASES)
@hypothesis.given(data=st.data())
def test_what_is_built_from_values_is_written_and_read_back_equal(
    name: str, data: st.DataObject
) -> None:
    document = data.draw(DRAWN[name])

    _check_that_it_comes_back(name, document)


@every_schema
def test_what_is_built_from_each_edge_is_written_and_read_back_equal(name: str) -> None:
    for document in _edges(name):
        _check_that_it_comes_back(name, document)


@pytest.mark.parametrize("name", sorted(set(STRUCTS) - set(RESPONSES)))
def test_an_unknown_field_of_what_is_sent_is_refused(name: str) -> None:
    document = DOCUMENTS.full(DOCUMENTS.schema(name))

    with pytest.raises(msgspec.ValidationError, match="unknown field `complete`"):
        _read(name, document | {"complete": True})


@every_response
@hypothesis.settings(max_examples=15, phases=PHASES)
@hypothesis.given(data=st.data())
def test_unknown_fields_at_any_depth_change_nothing(name: str, data: st.DataObject) -> None:
    document = data.draw(DRAWN[name])
    new = {**dict.fromkeys(NEW_NAMES, data.draw(anything())), data.draw(st.text("xyz")): None}

    assert _read(name, _strewn(DOCUMENTS.schema(name), document, new)) == _read(name, document)


@every_struct
def test_unknown_values_of_an_enumeration_are_handed_on_and_change_nothing_else(name: str) -> None:
    schema = DOCUMENTS.schema(name)
    document = DOCUMENTS.full(schema)

    for place in _places(schema, document):
        if "x-extensible-enum" in place.schema:
            place.put("of tomorrow")
            _check_that_it_is_kept(name, document)
            place.undo()


@every_response
@hypothesis.settings(max_examples=20, phases=PHASES)
@hypothesis.given(data=st.data())
def test_absent_and_null_are_alike(name: str, data: st.DataObject) -> None:
    schema = DOCUMENTS.schema(name)
    document = data.draw(DRAWN[name])

    absent = _read(name, _rebuilt(schema, document, _without_nulls))
    null = _read(name, _rebuilt(schema, document, _with_nulls))

    assert absent == null == _read(name, document)


@every_schema
def test_what_is_wrong_is_refused_with_its_path(name: str) -> None:
    schema = DOCUMENTS.schema(name)
    document = DOCUMENTS.full(schema)
    _read(name, document)

    for wrong in DOCUMENTS.invalid(schema):
        assert " - at " not in _refusal(name, wrong)
    for place in _places(schema, document):
        for wrong in DOCUMENTS.invalid(place.schema):
            place.put(wrong)
            assert _refusal(name, document).endswith(f" - at `{place.path}`")
            place.undo()


@every_struct
def test_what_is_required_and_missing_is_refused_with_its_name_and_path(name: str) -> None:
    schema = DOCUMENTS.schema(name)
    document = DOCUMENTS.full(schema)

    for place in _places(schema, document):
        if place.required and not DOCUMENTS.nullable(place.schema):
            place.remove()
            where = "" if place.parent == "$" else f" - at `{place.parent}`"
            missing = f"Object missing required field `{place.key}`{where}"
            assert _refusal(name, document) == missing
            place.undo()


def _edges(name: str) -> Iterator[Any]:
    """The edges of a schema, and those of each of its fields with little around them."""
    schema = DOCUMENTS.schema(name)
    yield from DOCUMENTS.edges(schema)
    for field, field_schema in schema.get("properties", {}).items():
        for edge in DOCUMENTS.edges(field_schema):
            yield DOCUMENTS.bare(schema) | {field: edge}


def _check_that_it_is_kept(name: str, document: Node) -> None:
    schema = DOCUMENTS.schema(name)
    wanted = _meaning(schema, _emptied(schema, document))
    assert _validator(name).is_valid(document)

    value = _read(name, document)
    written = json.loads(msgspec.json.encode(value))

    assert _meaning(schema, _held(schema, value)) == wanted
    assert _meaning(schema, written) == wanted
    assert _validator(name).is_valid(written)


def _check_that_it_comes_back(name: str, document: Node) -> None:
    schema = DOCUMENTS.schema(name)
    wanted = _meaning(schema, _emptied(schema, document))
    value = _built(schema, document)

    content = msgspec.json.encode(value)
    again = msgspec.json.decode(content, type=getattr(models, name))

    assert again == value
    assert _meaning(schema, _held(schema, value)) == wanted
    assert _meaning(schema, _held(schema, again)) == wanted
    if name in DOCUMENTS.requests:
        _check_what_is_sent(name, json.loads(content))


def _check_what_is_sent(name: str, sent: Node) -> None:
    schema = DOCUMENTS.schema(name)
    assert _validator(name).is_valid(sent)
    assert _rebuilt(schema, sent, _without_nulls) == sent
    for place in _places(schema, sent):
        if _form(place.schema) == "date-time":
            # an instant that UTC cannot write stays as it was given
            assert place.kept.endswith("Z") or not FIRST <= _instant(place.kept)[0] <= LAST


def _read(name: str, document: object) -> Any:
    """Decode a document, from text with all but ASCII escaped and from text as it is."""
    struct = getattr(models, name)
    escaped = msgspec.json.decode(json.dumps(document), type=struct)
    plain = msgspec.json.decode(json.dumps(document, ensure_ascii=False), type=struct)
    assert plain == escaped
    return plain


def _refusal(name: str, document: object) -> str:
    """Values in a document that its schema forbids too."""
    assert not _validator(name).is_valid(document)
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(json.dumps(document), type=getattr(models, name))
    return str(caught.value)


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    description = DOCUMENTS.description
    schema = {"$ref": f"#/components/schemas/{name}", "components": description.components}
    return Draft202012Validator(schema, validate_formats=True)


def _form(schema: Node) -> str:
    """What a value is to be read as, apart from null."""
    plain = DOCUMENTS.plain(schema)
    kind = next((each for each in plain["type"] if each != "null"), "any")
    return str(plain.get("format", kind)) if kind == "string" else kind


def _state(document: Node, field: str) -> str:
    return "absent" if field not in document else "null" if document[field] is None else "value"


def _meaning(schema: Node, document: Any) -> Any:
    """What a document says: absent and null are one, instants are instants, numbers numbers."""
    plain = DOCUMENTS.plain(schema)
    if document is None:
        return None
    if "properties" in plain:
        fields = plain["properties"].items()
        return {name: _meaning(each, document.get(name)) for name, each in fields}
    if "items" in plain:
        return [_meaning(plain["items"], each) for each in document]
    readers: dict[str, Callable[[Any], object]] = {
        "date-time": lambda text: _instant(text)[0],
        "date": date.fromisoformat,
        "number": float,
    }
    # as text, 1 and 1.0 and true are kept apart
    return readers.get(_form(plain), functools.partial(json.dumps, sort_keys=True))(document)


def _held(schema: Node, value: Any) -> Any:
    """What a Struct holds, as a document; each value is of the class that users are promised."""
    plain = DOCUMENTS.plain(schema)
    if value is None:
        return None
    if "properties" in plain:
        assert type(value) is getattr(models, plain["x-name"])
        fields = plain["properties"]
        held = {name: getattr(value, name) for name in fields}
        return {name: _held(fields[name], held[name]) for name in held if held[name] is not UNSET}
    if "items" in plain:
        return [_held(plain["items"], each) for each in value]
    if promised := {"date-time": datetime, "date": date}.get(_form(plain)):
        assert type(value) is promised
        return value.isoformat()
    return value


def _built(schema: Node, document: Any) -> Any:
    """What a user would construct to say the same; durations as a timedelta where one holds it."""
    plain = DOCUMENTS.plain(schema)
    if "properties" in plain and document is not None:
        fields = plain["properties"]
        values = {name: _built(fields[name], each) for name, each in document.items()}
        return getattr(models, plain["x-name"])(**values)
    if isinstance(document, list) and "items" in plain:
        return [_built(plain["items"], each) for each in document]
    if isinstance(document, str):
        return {"date-time": _datetime, "date": date.fromisoformat}.get(_form(plain), str)(document)
    if isinstance(document, int) and plain.get("x-unit") == "seconds":
        return timedelta(seconds=document) if document <= LONGEST else document
    return document


def _datetime(text: str) -> datetime:
    instant, offset = _instant(text)
    local = EPOCH + (instant * MICROSECOND + offset)
    return local.replace(tzinfo=timezone(offset))


def _instant(text: str) -> tuple[int, timedelta]:
    """Microseconds since the epoch, and the offset; a longer fraction is rounded half up."""
    match = re.fullmatch(r"(.{19})(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", text)
    assert match
    local, fraction, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (1 - 2 * (sign == "-"))
    whole = (datetime.fromisoformat(local).replace(tzinfo=UTC) - EPOCH - offset) // MICROSECOND
    return whole + int(Decimal(fraction or 0).scaleb(6).to_integral(ROUND_HALF_UP)), offset


def _rebuilt(schema: Node, document: Any, change: Callable[[Node, Node], Node]) -> Any:
    """A copy of a document, with a change to each object whose fields are known."""
    plain = DOCUMENTS.plain(schema)
    if isinstance(document, dict) and "properties" in plain:
        fields = plain["properties"]
        held = {name: _rebuilt(fields[name], each, change) for name, each in document.items()}
        return change(fields, held)
    if isinstance(document, list) and "items" in plain:
        return [_rebuilt(plain["items"], each, change) for each in document]
    return document


def _without_nulls(fields: Node, document: Node) -> Node:
    return {
        name: value
        for name, value in document.items()
        # A list that null empties must be there all the same.
        if value is not None or "x-null" in fields[name]
    }


def _with_nulls(fields: Node, document: Node) -> Node:
    return {name: None for name in fields if DOCUMENTS.nullable(fields[name])} | document


def _emptied(schema: Node, document: Node) -> Any:
    """A copy whose lists are empty where the description reads null so."""

    def change(fields: Node, held: Node) -> Node:
        empty = [name for name in fields if fields[name].get("x-null") == "empty"]
        return held | {name: [] for name in empty if held.get(name) is None}

    return _rebuilt(schema, document, change)


def _strewn(schema: Node, document: Node, new: Node) -> Any:
    """A copy with new fields at both ends of each object."""
    names = list(new)

    def change(fields: Node, held: Node) -> Node:
        first, last = (
            {name: new[name] for name in names[start::2] if name not in fields} for start in (0, 1)
        )
        return first | held | last

    return _rebuilt(schema, document, change)


@dataclass
class Place:
    """A value within a document, to be changed and put back."""

    holder: Any
    key: str | int
    parent: str
    schema: Node
    required: bool = False

    def __post_init__(self) -> None:
        self.kept = self.holder[self.key]

    @property
    def path(self) -> str:
        return self.parent + (f"[{self.key}]" if isinstance(self.key, int) else f".{self.key}")

    def put(self, value: object) -> None:
        self.holder[self.key] = value

    def remove(self) -> None:
        del self.holder[self.key]

    def undo(self) -> None:
        self.put(self.kept)


def _places(schema: Node, document: Any, path: str = "$") -> Iterator[Place]:
    """Every field and item of a document that a schema knows, at any depth."""
    plain = DOCUMENTS.plain(schema)
    if isinstance(document, dict) and "properties" in plain:
        places = [
            Place(document, name, path, each, name in plain.get("required", ()))
            for name, each in plain["properties"].items()
            if name in document
        ]
    elif isinstance(document, list) and "items" in plain:
        places = [Place(document, at, path, plain["items"]) for at in range(len(document))]
    else:
        places = []
    for place in places:
        yield place
        yield from _places(place.schema, place.kept, place.path)
