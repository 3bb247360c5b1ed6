"""What a request and a response must look like, made from the description and nothing else."""

import gc
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl

import msgspec
from jsonschema_rs import Draft202012Validator

from . import hints, timestamps
from .description import Description, Node, Operation, Value
from .parameters import Place
from .problems import Problem, validation
from .schemas import Prune, Schemas, first_error, short, where

# reads everything and makes nothing of it
_SYNTAX = msgspec.json.Decoder(msgspec.Raw)


class Rules:
    """The rules of every operation of a description."""

    def __init__(self, description: Description) -> None:
        self._schemas = Schemas(description)
        self._places = {
            (operation.id, place): Place(
                place,
                [p for p in operation.parameters if p["in"] == place],
                description,
                self._schemas,
            )
            for operation in description.operations
            for place in ("path", "query")
        }
        self._bodies = {
            operation.id: {
                media: _Body(
                    self._schemas.pruner(content["schema"]),
                    self._schemas.validator(content["schema"]),
                )
                for media, content in operation.body["content"].items()
            }
            for operation in description.operations
            if operation.body is not None
        }
        self._body_fields = {
            operation.id: tuple(description.fields(content["schema"]))
            for operation in description.operations
            if operation.body is not None
            for content in operation.body["content"].values()
        }
        self._most = description.largest_body
        self._responses: dict[tuple[str, int, bool], Draft202012Validator | None] = {}
        self._error = self._schemas.validator(_error_schema(description))

    def path(self, operation: Operation, texts: dict[str, str]) -> Node:
        """The values of the path, or a Problem with status 400."""
        place = self._places[operation.id, "path"]
        return place.read({name: [text] for name, text in texts.items()})

    def query(self, operation: Operation, text: bytes) -> Node:
        """The values of the query, or a Problem with status 400."""
        texts: dict[str, list[str]] = {}
        try:
            for name, value in parse_qsl(text.decode(), keep_blank_values=True, errors="strict"):
                texts.setdefault(name, []).append(value)
        except ValueError as error:
            raise validation(f"query: {error}", **{"in": "query"}) from None
        values = self._places[operation.id, "query"].read(texts)
        _check_range(values)
        return values

    def body(self, operation: Operation, content_type: str, raw: bytes | None) -> Value:
        """What a body holds of what is described, or a Problem with status 400.

        raw: None for a body that was too large to be read.
        """
        if raw is None:
            raise validation(f"body: larger than {self._most} bytes", **{"in": "body"})
        bodies = self._bodies[operation.id]
        essence = content_type.partition(";")[0].strip().lower()
        if essence not in bodies:
            known, given = " or ".join(bodies), essence or "none"
            raise validation(f"body: the content type must be {known}, not {given}")
        body = bodies[essence]
        with _no_collection():
            value = body.prune(_decode(raw))
        if error := first_error(body.validator, value):
            at = where(error)
            text = f"body{at}: {short(error.message)}{hints.timestamp(error.instance)}"
            raise validation(text, **{"in": "body", "at": at})
        return value

    def body_fields(self, operation: Operation) -> tuple[str, ...]:
        """The names of what a body may hold."""
        return self._body_fields.get(operation.id, ())

    def fault(
        self, operation: Operation | None, status: int, raw: bytes, *, item: bool = False
    ) -> str | None:
        """What is wrong with a response; item: one row of a stream; no operation: an error."""
        validator: Draft202012Validator | None = self._error
        if operation is not None:
            if status not in operation.responses:
                return f"{operation.id} has no response {status}"
            validator = self._response(operation, status, item=item)
        if validator is None:
            return f"{operation and operation.id} has no body with {status}"
        error = first_error(validator, msgspec.json.decode(raw))
        return None if error is None else f"{where(error) or 'body'}: {short(error.message)}"

    def _response(
        self, operation: Operation, status: int, *, item: bool
    ) -> Draft202012Validator | None:
        key = operation.id, status, item
        if key not in self._responses:
            schema = operation.body_of(status)
            self._responses[key] = (
                self._schemas.validator(schema["items"] if item else schema) if schema else None
            )
        return self._responses[key]


@lru_cache(maxsize=4)
def rules_of(description: Description) -> Rules:
    """The rules of a description; compiled once, however many servers start."""
    return Rules(description)


@dataclass(frozen=True)
class _Body:
    """What a body of one content type must look like."""

    prune: Prune
    validator: Draft202012Validator


def _error_schema(description: Description) -> Node:
    """The schema of the error responses."""
    for operation in description.operations:
        for status in operation.responses:
            if status >= HTTPStatus.BAD_REQUEST and (schema := operation.body_of(status)):
                return schema
    return {}


def _check_range(query: Node) -> None:
    """The rule that a description cannot express: a range does not end before it begins (D6)."""
    if "date_from" in query and "date_to" in query:
        first, last = timestamps.parse(query["date_from"]), timestamps.parse(query["date_to"])
        if first > last:
            text = "query parameter date_from: it is later than date_to"
            raise validation(text, **{"in": "query", "name": "date_from"})


def _decode(raw: bytes) -> Value:
    """Read JSON to the letter: msgspec is strict, only the stdlib sees a key given twice (D48)."""
    try:
        _SYNTAX.decode(raw)
        return json.loads(raw.decode(), object_pairs_hook=_unique)
    except RecursionError:
        raise _too_deep() from None
    except (ValueError, msgspec.DecodeError) as error:
        raise validation(f"body: {short(str(error))}", **{"in": "body"}) from None


@contextmanager
def _no_collection() -> Generator[None]:
    """Keep Python's garbage collector from going over a value again and again while it grows.

    A body of many small lists takes ten times as long otherwise.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _too_deep() -> Problem:
    return validation("body: it is nested too deeply", **{"in": "body"})


def _unique(pairs: list[tuple[str, Value]]) -> Node:
    value: Node = {}
    for name, part in pairs:
        if name in value:
            raise ValueError(f"the key {name} is given twice")
        value[name] = part
    return value
