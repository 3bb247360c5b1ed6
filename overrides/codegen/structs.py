"""models.py: the schemas of the description as msgspec Structs, by datamodel-code-generator."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamodel_code_generator import generate

from description import TEMPLATES
from names import RefusedError, clashes, identifier
from references import Node, reached

__all__ = ["PACKAGE", "models"]

PACKAGE = "_toggl_focus"
MODELS: Node = {
    "additional_imports": [
        *(f"{PACKAGE}.request.{name}" for name in ("EmptyIfNull", "JSON", "Unset")),
        *(f"{PACKAGE}.request.{name}" for name in ("seconds", "utc")),
        *(f"datetime.{name}" for name in ("UTC", "datetime", "timedelta")),
        "collections.abc.Iterator",
        "msgspec.field",
        "msgspec.structs.force_setattr",
    ],
    "custom_file_header": '"""What the API takes and returns."""',
    "custom_template_dir": TEMPLATES,
    "disable_timestamp": True,
    "enum_field_as_literal": "all",
    "formatters": [],
    "input_file_type": "openapi",
    "keyword_only": True,
    "output_datetime_class": "datetime",
    "output_model_type": "msgspec.Struct",
    "target_python_version": "3.11",
    "use_annotated": True,
    "use_standard_primitive_types": True,
    "use_type_alias": True,
}


def models(document: Node, made: list[Node]) -> str:
    """Have datamodel-code-generator write the Structs, and one more for each query."""
    queries: Node = {}
    for operation in made:
        if parameters := [a for a in operation["arguments"] if a.place == "query"]:
            queries[operation["query"]] = {
                "type": "object",
                "description": f"The query of `{operation['operationId']}`.",
                "required": [a.key for a in parameters if a.required],
                "properties": {a.key: a.schema for a in parameters},
            }
    sent = reached(document, [operation["body"] for operation in made]) | queries.keys()
    schemas = {k: _joined(v) for k, v in document["components"]["schemas"].items()} | queries
    schemas = {name: _in_python(said) for name, said in schemas.items()}
    known = {name: _fields(said, sent=name in sent) for name, said in schemas.items()}
    bases = {
        name: f"{PACKAGE}.request.{'RequestModel' if name in sent else 'ResponseModel'}"
        for name in known
    }
    listed = dict(_pages(made))
    words = {
        name: {"schema": said, "sent": name in sent, "listed": listed.get(name)}
        for name, said in schemas.items()
    }
    options: Node = {**MODELS, "base_class_map": bases, "extra_template_data": words}
    text = str(generate({**document, "components": {"schemas": known}}, **options))
    lost = [name for name in known if not re.search(rf"^(class )?{name}[(:]", text, re.MULTILINE)]
    problems = [f"{name}: models.py needs this name itself; choose another one" for name in lost]
    if problems := [*problems, *clashes("models.py", text)]:
        raise RefusedError("\n".join(problems))
    return f"{text}\n\n__all__ = {sorted(document['components']['schemas'])!r}\n"


def _joined(said: Node) -> Node:
    """Put the fields that a schema adds in `allOf` next to it, as the templates expect them."""
    own = {k: v for part in said.get("allOf", ()) if "$ref" not in part for k, v in part.items()}
    if not own:
        return said
    return {**said, **own, "allOf": [part for part in said["allOf"] if "$ref" in part]}


def _in_python(said: Node) -> Node:
    """Give the properties of a schema their names in Python; `x-key` is the name on the wire."""
    if "properties" not in said:
        return said
    named = {identifier(key): {**value, "x-key": key} for key, value in said["properties"].items()}
    return {**said, "properties": named, "required": [*map(identifier, said.get("required", ()))]}


def _fields(said: Node, *, sent: bool) -> Node:
    """Name our types to datamodel-code-generator, and keep from it what the template renders."""
    kept = {k: v for k, v in said.items() if k not in {"description", "default"} and k[:2] != "x-"}
    if "properties" in kept:
        kept.pop("additionalProperties", None)  # every Struct ignores unknown fields
        kept["properties"] = {k: _fields(v, sent=sent) for k, v in kept["properties"].items()}
    elif "items" in kept:
        kept["items"] = _fields(kept["items"], sent=sent)
    elif not kept:
        kept["customTypePath"] = f"{PACKAGE}.request.JSON"
    elif said.get("format") == "date-time":
        kept["customTypePath"] = f"{PACKAGE}.request.Timestamp"
    elif said.get("format") == "date":
        kept["customTypePath"] = f"{PACKAGE}.request.Day"
    elif sent and said.get("x-unit") == "seconds":
        kept["customTypePath"] = f"{PACKAGE}.request.Seconds"
    elif sent and said.get("format") == "int64" and "maximum" not in said:
        kept["customTypePath"] = f"{PACKAGE}.request.Int64"
    return kept


def _pages(made: list[Node]) -> Iterator[tuple[str, str]]:
    """The schemas that are a page of a list, each with the field that holds the items."""
    for operation in made:
        if paged := operation.get("x-pagination"):
            schema = operation["success"]["content"]["application/json"]["schema"]
            yield schema["$ref"].rpartition("/")[2], paged["items"]
