"""The values in the description: examples where a reader wants them, and all by their schemas."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote

from jsonschema_rs import Draft202012, Draft202012Validator, Registry, ValidationError

from . import outline
from .document import Document, Place, Problem, is_list, written
from .sources import Sources

HERE = "urn:description"
KNOWN = "x-extensible-enum"


def missing(sources: Sources) -> Iterator[Problem]:
    """Every parameter, header, JSON body and JSON response has an example."""
    for place in outline.illustrated(sources.document):
        if not list(values(place)):
            yield place.problem("there is no example; add one")


def wrong(sources: Sources) -> Iterator[Problem]:
    """Every example is valid by its schema, formats included."""
    document = sources.document
    for place in (*outline.illustrated(document), *outline.schemas(document)):
        schema = place.child("schema") if "schema" in place else place
        for example in values(place):
            yield from faults(schema, example, "example")


def defaults(sources: Sources) -> Iterator[Problem]:
    """Every default is valid by the schema that has it."""
    for schema in outline.schemas(sources.document):
        if "default" in schema:
            yield from faults(schema, schema / "default", "default")


def known(sources: Sources) -> Iterator[Problem]:
    """Known values are a list of strings, each given once and valid by the schema that has it."""
    for schema in outline.schemas(sources.document):
        listed = schema.child(KNOWN)
        if KNOWN in schema and not is_list(listed.value):
            yield listed.problem("the known values are no list; make it one")
            continue
        for index, place in enumerate(listed):
            if not isinstance(place.value, str):
                yield place.problem(f"the known value {place.value} is no string; make it one")
            elif place.value in listed.value[:index]:
                yield place.problem(f"the known value {place.value} is given twice; remove it")
            else:
                yield from faults(schema, place, "known value")


def faults(schema: Place, place: Place, what: str) -> Iterator[Problem]:
    """Why the value of a place is not what a schema says."""
    reference = {"$ref": f"{HERE}#{quote(written(schema.pointer))}"}
    whole = registry(schema.document)
    validator = Draft202012Validator(reference, registry=whole, validate_formats=True)
    for error in map(innermost, validator.iter_errors(place.value)):
        spot = Place(place.document, (*place.pointer, *error.instance_path), error.instance)
        yield spot.problem(f"the {what} is not valid: {error.message}; correct it")


@lru_cache(maxsize=1)
def registry(document: Document) -> Registry:
    """The description as what references lead into."""
    return Registry([(HERE, document.data)], draft=Draft202012)


def innermost(error: ValidationError) -> ValidationError:
    """Of a choice that fits in no way, what is wrong deepest inside."""
    choices: list[list[ValidationError]] = getattr(error.kind, "context", [])
    inside = [innermost(inner) for choice in choices for inner in choice]
    return max((error, *inside), key=lambda one: len(one.instance_path))


def values(place: Place) -> Iterator[Place]:
    """The examples of a parameter or a body, where they have names, or of a schema."""
    if "example" in place:
        yield place / "example"
    for example in place.child("examples"):
        yield example.resolve().child("value") if "schema" in place else example
