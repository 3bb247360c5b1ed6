"""The form of the description: what every operation, schema and component has to have."""

from collections.abc import Iterator

from . import outline
from .document import Place, Pointer, Problem
from .sources import Sources

# any operation can return them, though the page lists neither (D35)
EVERYWHERE = ("401", "402")
CHOICES = ("anyOf", "oneOf")
LIMITS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "enum",
    "const",
)
# what the vendor's own description says of these names, wherever they stand
TIMESTAMPS = (
    "start",
    "created_at",
    "updated_at",
    "completed_at",
    "archived_at",
    "deleted_at",
    "confirmed_at",
    "suggested_at",
)
DATES = ("start_date", "end_date", "priority_at", "recurrence_date")
FORMATS: dict[str, str] = {
    **dict.fromkeys(TIMESTAMPS, "date-time"),
    **dict.fromkeys(DATES, "date"),
}


def operations(sources: Sources) -> Iterator[Problem]:
    """Every operation says what it is called and what it does."""
    for operation in outline.operations(sources.document):
        for key in ("operationId", "summary", "tags"):
            if not operation.get(key):
                yield operation.problem(f"the operation has no {key}; add it")


def statuses(sources: Sources) -> Iterator[Problem]:
    """Every operation describes the statuses that any request can meet."""
    for operation in outline.operations(sources.document):
        responses = operation.child("responses")
        for status in EVERYWHERE:
            if status not in responses:
                yield responses.problem(f"any operation can return {status}; add it (D35)")


def inline(sources: Sources) -> Iterator[Problem]:
    """Every object has a name among the components: generators would each give it another."""
    components = [place.pointer for place in sources.document.components("schemas")]
    for schema in outline.schemas(sources.document):
        # an object without properties is a free-form mapping, and needs no name; nor do the
        # fields that a schema adds to another (`traps.parts`)
        has_shape = "properties" in schema or "allOf" in schema
        adds = schema.pointer[-2:-1] == ("allOf",) and schema.pointer[:-2] in components
        if has_shape and not adds and schema.pointer not in components:
            yield schema.problem("an object without a name; move it to components/schemas")
        for choice in (member for key in CHOICES for member in schema.child(key)):
            if "$ref" not in choice and choice.value != {"type": "null"}:
                yield choice.problem("a choice is a $ref or the type null; move it to components")


def descriptions(sources: Sources) -> Iterator[Problem]:
    """Whatever has a grade, and every named schema, is described in words."""
    document = sources.document
    for place in (*outline.graded(document), *document.components("schemas")):
        if not place.get("description", "").strip():
            yield place.problem("there is no description; add it")


def formats(sources: Sources) -> Iterator[Problem]:
    """Integers are wide enough for an id; timestamps and dates differ from other text."""
    for schema in outline.schemas(sources.document):
        if "integer" in schema.listed("type") and schema.get("format") != "int64":
            yield schema.problem("an integer without its width; add format int64")
    for field in outline.properties(sources.document):
        wanted = FORMATS.get(field.name)
        if wanted and outline.kind(field) == "string" and field.get("format") != wanted:
            yield field.problem(f"the vendor gives {field.name} as a {wanted}; add the format")


def limits(sources: Sources) -> Iterator[Problem]:
    """No limit on what is returned: a reader would refuse what the service may well send."""
    for schema in returned(sources):
        for limit in LIMITS:
            if limit in schema:
                text = f"{limit} in a response would make readers fail; limit only what is sent"
                yield (schema / limit).problem(text)


def unused(sources: Sources) -> Iterator[Problem]:
    """Every component is referred to."""
    document = sources.document
    used = {place.resolve().pointer for place in outline.references(document)}
    for kind in document.root.child("components"):
        for component in kind:
            # a scheme may be described and not required: see `traps.security`
            if component.pointer not in used and kind.name != "securitySchemes":
                yield component.problem("no line refers to this component; use it or remove it")


def returned(sources: Sources) -> Iterator[Place]:
    """Every schema that a response or its headers reach."""
    seen: set[Pointer] = set()
    waiting = [
        holder.child("schema")
        for operation in outline.operations(sources.document)
        for response in outline.responses(operation)
        for holder in (*response.child("content"), *outline.headers(response))
    ]
    while waiting:
        place = waiting.pop()
        if place.pointer in seen:
            continue
        for schema in outline.nested(place):
            if schema.pointer not in seen:
                seen.add(schema.pointer)
                yield schema
                if "$ref" in schema:
                    waiting.append(schema.resolve())
