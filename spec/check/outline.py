"""The parts of an OpenAPI document: operations, what they take and return, and schemas."""

from collections.abc import Iterator
from functools import lru_cache

from .document import Document, Place

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# what stands under these keys is data, not description
DATA = ("example", "examples", "default", "enum", "const")
# the keywords of a schema that hold a schema, and those that hold several, listed or named
ONE = ("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else")
SEVERAL = (
    "allOf",
    "anyOf",
    "oneOf",
    "prefixItems",
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
)


@lru_cache(maxsize=1)
def description(document: Document) -> tuple[Place, ...]:
    """Every place that is description rather than data."""
    found = [document.root]
    for place in found:  # which grows on the way
        named = place.name == "properties"
        found.extend(below for below in place if named or below.name not in DATA)
    return tuple(found)


def operations(document: Document) -> Iterator[Place]:
    """Every operation, in the order of the file."""
    for path in document.root.child("paths"):
        yield from (item for item in path if item.name in METHODS)


def parameters(operation: Place) -> Iterator[Place]:
    """The parameters of an operation, those of its path included."""
    path = operation.document.root / "paths" / operation.pointer[1]
    for owner in (path, operation):
        yield from (parameter.resolve() for parameter in owner.child("parameters"))


def body(operation: Place) -> Place:
    """The request body of an operation; an empty place where it has none."""
    return operation.child("requestBody").resolve()


def responses(operation: Place) -> Iterator[Place]:
    """The responses of an operation."""
    yield from (response.resolve() for response in operation.child("responses"))


def headers(response: Place) -> Iterator[Place]:
    """The headers of a response."""
    yield from (header.resolve() for header in response.child("headers"))


def graded(document: Document) -> Iterator[Place]:
    """Everything that is described in words and says what it rests on."""
    for operation in operations(document):
        yield operation
        yield from parameters(operation)
        if "requestBody" in operation:
            yield body(operation)
        for response in responses(operation):
            yield response
            yield from headers(response)
    yield from document.components("securitySchemes")
    yield from properties(document)


def illustrated(document: Document) -> Iterator[Place]:
    """What shows its schema by examples: parameters, headers, the JSON of bodies and responses."""
    for place in description(document):
        if place.pointer[:2] != ("components", "schemas") and "schema" in place:
            yield place


@lru_cache(maxsize=1)
def schemas(document: Document) -> tuple[Place, ...]:
    """Every schema anywhere, those inside others included."""
    outermost = [*document.components("schemas")]
    outermost += [place / "schema" for place in illustrated(document)]
    return tuple(schema for place in outermost for schema in nested(place))


def nested(schema: Place) -> Iterator[Place]:
    """A schema and those inside it; references are not followed."""
    yield schema
    for keyword in SEVERAL:
        for inner in schema.child(keyword):
            yield from nested(inner)
    for keyword in ONE:
        if isinstance(schema.get(keyword), dict):
            yield from nested(schema / keyword)


def properties(document: Document) -> Iterator[Place]:
    """Every property of every schema."""
    for schema in schemas(document):
        yield from schema.child("properties")


def fields(schema: Place) -> dict[str, Place]:
    """The properties of one object, those it takes from others included."""
    schema = schema.resolve()
    found: dict[str, Place] = {}
    for part in schema.child("allOf"):
        found |= fields(part)
    return found | {place.name: place for place in schema.child("properties")}


def references(document: Document) -> Iterator[Place]:
    """Every place that is a reference."""
    for place in description(document):
        if "$ref" in place:
            yield place
        elif "schema" in place:
            yield from (example for example in place.child("examples") if "$ref" in example)


def bare(schema: Place) -> Place:
    """A schema without references and without the choice of null."""
    schema = schema.resolve()
    others = [choice for choice in schema.child("anyOf") if choice.get("type") != "null"]
    return bare(others[0]) if len(others) == 1 else schema


def nullable(schema: Place) -> bool:
    """Whether null is among the types of a schema; a schema without a type allows anything."""
    choices = [choice.get("type") for choice in schema.child("anyOf")]
    return "null" in (*schema.listed("type"), *choices)


def kind(schema: Place) -> str:
    """The type of a schema in the words of the vendor's page; null is no type of its own."""
    schema = bare(schema)
    names = [name for name in schema.listed("type") if name != "null"] or ["any"]
    if names == ["array"]:
        return f"Array of {kind(schema.child('items'))}"
    return " or ".join(names)
