"""The examples: there is one wherever a reader wants one, and each is what its schema says."""

from collections.abc import Iterator
from urllib.parse import quote

from jsonschema_rs import Draft202012, Draft202012Validator, Registry, ValidationError

from . import outline
from .document import Place, Problem, written
from .sources import Sources

HERE = "urn:description"


def missing(sources: Sources) -> Iterator[Problem]:
    """Every parameter, header, JSON body and JSON answer has an example."""
    for place in outline.illustrated(sources.document):
        if not list(values(place)):
            yield place.problem("there is no example; add one")


def wrong(sources: Sources) -> Iterator[Problem]:
    """Every example is valid by its schema, formats included."""
    document = sources.document
    registry = Registry([(HERE, document.data)], draft=Draft202012)
    for place in (*outline.illustrated(document), *outline.schemas(document)):
        schema = place.child("schema") if "schema" in place else place
        reference = {"$ref": f"{HERE}#{quote(written(schema.pointer))}"}
        for example in values(place):
            validator = Draft202012Validator(reference, registry=registry, validate_formats=True)
            for error in map(innermost, validator.iter_errors(example.value)):
                spot = Place(document, (*example.pointer, *error.instance_path), error.instance)
                yield spot.problem(f"the example is not valid: {error.message}; correct it")


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
