"""What OpenAPI allows and other generators get wrong, as seen with real ones."""

from collections.abc import Iterator

from . import outline
from .document import Problem
from .form import returned
from .sources import Sources

# Standard types of C#, Java, Swift or TypeScript: OpenAPI Generator renames such a schema in some
# of them, and in the others users cannot import it next to the standard one.
TAKEN = (
    *("Any", "Array", "Boolean", "Calendar", "Class", "Collection", "Configuration", "Data"),
    *("Date", "DateTime", "Decimal", "Double", "Error", "File", "Float", "Guid", "Integer", "List"),
    *("Long", "Map", "Nullable", "Number", "Object", "Optional", "Progress", "Range", "Record"),
    *("Request", "Response", "Result", "Set", "String", "Task", "TaskStatus", "Thread"),
    *("TimeSpan", "TimeZone", "Type", "Version", "Void"),
)
# OpenAPI Generator's clients for Ruby and C# set the header for each scheme: the last one wins.
ONE_SCHEME = "a second scheme overwrites the key in Ruby and C#; require one scheme everywhere"


def security(sources: Sources) -> Iterator[Problem]:
    """One scheme is required, and no operation requires another; others are only described."""
    root = sources.document.root
    needs = root.child("security")
    if [len(need.value) for need in needs] != [1]:
        yield needs.problem(ONE_SCHEME)
    for operation in outline.operations(sources.document):
        if "security" in operation:
            yield (operation / "security").problem(ONE_SCHEME)


def parts(sources: Sources) -> Iterator[Problem]:
    """A schema that extends another has its own fields in a last entry of `allOf`."""
    for schema in outline.schemas(sources.document):
        entries = list(schema.child("allOf"))
        for key in ("properties", "required"):
            if entries and key in schema:
                text = f"openapi-python-client drops {key} beside allOf; move it into a last entry"
                yield (schema / key).problem(text)
        for entry in entries[:-1]:
            if "$ref" not in entry:
                yield entry.problem("an entry that is no $ref; make it the last one")


def closed(sources: Sources) -> Iterator[Problem]:
    """Objects in responses say that there may be other fields."""
    for schema in returned(sources):
        named = schema.pointer[:-1] == ("components", "schemas")
        shape = "properties" in schema or "allOf" in schema
        if named and shape and schema.get("additionalProperties") is not True:
            text = "models of Go and Java would refuse a new field; add additionalProperties: true"
            yield schema.problem(text)


def timestamps(sources: Sources) -> Iterator[Problem]:
    """A timestamp in a parameter is text with a pattern."""
    operations = outline.operations(sources.document)
    parameters = [each for operation in operations for each in outline.parameters(operation)]
    sent = {s.pointer: s for each in parameters for s in outline.nested(each.child("schema"))}
    for schema in sent.values():
        if schema.get("format") == "date-time":
            text = "generators write date-time wrongly in a URL; use x-format and a pattern"
            yield (schema / "format").problem(text)
    for schema in outline.schemas(sources.document):
        if "x-format" in schema:
            place = schema / "x-format"
            if place.value != "date-time":
                yield place.problem("no such format is read; use date-time")
            if schema.pointer not in sent or "pattern" not in schema:
                yield place.problem("belongs to a parameter with a pattern; use format, or add one")


def names(sources: Sources) -> Iterator[Problem]:
    """No schema has the name of a standard type."""
    for schema in sources.document.components("schemas"):
        if schema.name in TAKEN:
            text = f"{schema.name} is a standard type elsewhere; choose another name"
            yield schema.problem(text)
