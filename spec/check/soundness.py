"""Whether the description can be read at all: JSON, whole references, valid OpenAPI 3.1."""

from collections.abc import Iterator
from types import NoneType

from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.keywords import KeywordValidator

from . import outline
from .document import Place, Pointer, Problem, is_list, written
from .sources import Sources

JSON = (dict, list, str, int, float, NoneType)


def json(sources: Sources) -> Iterator[Problem]:
    """YAML readers disagree on bare dates and on keys that are not text: neither is in the file."""
    for place in sources.document.root.everything():
        value: object = place.value
        if not isinstance(value, JSON):
            yield place.problem(f"{value} is no JSON, but a YAML date; put it in quotes")
        for below in () if is_list(place.value) else place:
            if not isinstance(below.pointer[-1], str):
                yield below.problem(f"the key {below.name} is no text; put it in quotes")


def references(sources: Sources) -> Iterator[Problem]:
    """Every reference leads to something in this document."""
    for place in outline.references(sources.document):
        try:
            place.resolve()
        except (LookupError, TypeError, AttributeError, RecursionError):
            text = f"{place.value['$ref']} leads nowhere; correct it or add the component"
            yield place.problem(text)


def identifiers(sources: Sources) -> Iterator[Problem]:
    """No two operations have one id: the second knows where the first is."""
    first: dict[str, Place] = {}
    for operation in outline.operations(sources.document):
        place = operation.child("operationId")
        if isinstance(place.value, str) and first.setdefault(place.value, place) != place:
            there = written(first[place.value].pointer)
            yield place.problem(f"{place.value} is the id at {there} already; choose another")


class Unasked(KeywordValidator):
    """Passes every default: `examples.defaults` checks them, and knows their places."""

    def __call__(self, *_: object) -> tuple[()]:
        """Find nothing."""
        return ()


class Validator(OpenAPIV31SpecValidator):
    """Whether all but the defaults is valid."""

    keyword_validators = {  # noqa: RUF012 - as the class above has it
        **OpenAPIV31SpecValidator.keyword_validators,
        "default": Unasked,
    }


def validity(sources: Sources) -> Iterator[Problem]:
    """The document is valid OpenAPI 3.1, and its schemas are valid JSON Schema."""
    root = sources.document.root
    for error in Validator(root.value).iter_errors():
        place = located(root, tuple(error.absolute_path), error.instance)
        message = error.message.partition("\n")[0]
        yield place.problem(f"not valid OpenAPI 3.1: {message}; correct it")


def located(root: Place, path: Pointer, instance: object) -> Place:
    """The place of an error, whose path starts at the root or at the schema that is wrong."""
    ends = [place for place in root.everything() if place.pointer[-len(path) :] == path]
    ends.sort(key=lambda place: (place.pointer != path, place.value != instance))
    return ends[0] if path and ends else root
