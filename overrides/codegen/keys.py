"""The x- keys of an operation and a schema: what they name must be there."""

from __future__ import annotations

from collections.abc import Iterator

from names import identifier, python_name
from references import Node, properties, resolve

__all__ = ["OPERATION", "intervals", "methods", "refused", "written"]

OPERATION = frozenset({"x-method", "x-idempotent", "x-streaming", "x-pagination", "x-bulk"})
_PAGES = {"method", "page", "size", "items", "key"}
_BULK = {"entries", "unique", "distinct"}


def methods(operation: Node) -> Iterator[str]:
    """The names of its methods on a resource."""
    yield str(operation.get("x-method", operation["operationId"]))
    if paged := operation.get("x-pagination"):
        yield str(paged["method"])


def written(name: str, operation: Node) -> Iterator[str]:
    """Keys whose value has the wrong form."""
    for key in ("x-idempotent", "x-streaming"):
        if not isinstance(operation.get(key, True), bool):
            yield f"{name}: `{key}` is true or false, not {operation[key]!r}"
    if not isinstance(operation.get("x-method", ""), str):
        yield f"{name}: `x-method` is a name"
    for key, required, allowed in (
        ("x-pagination", _PAGES, _PAGES),
        ("x-bulk", {"entries"}, _BULK),
    ):
        value = operation.get(key, dict.fromkeys(required))
        if not isinstance(value, dict) or not required <= {*value} <= allowed:
            yield f"{name}: `{key}` has the keys {', '.join(sorted(allowed))}"
    together = [each for each in ("x-streaming", "x-pagination", "x-bulk") if operation.get(each)]
    if len(together) > 1:
        yield f"{name}: no template renders {' and '.join(together)} together; remove one"


def refused(document: Node, operation: Node) -> Iterator[str]:
    """Keys that name what the operation does not have, or that do not fit its response."""
    name = operation["operationId"]
    schema = operation["success"].get("content", {}).get("application/json", {}).get("schema", {})
    listed = schema.get("type") == "array"
    if operation.get("x-streaming") and not listed:
        yield f"{name}: `x-streaming` needs a response that is an array"
    if "x-pagination" in operation:
        yield from _pagination(document, operation, schema)
    if "x-bulk" in operation:
        yield from _bulk(document, operation)
        if schema and not listed:
            yield f"{name}: `x-bulk` needs a response that is an array, or none"


def _pagination(document: Node, operation: Node, schema: Node) -> Iterator[str]:
    where, pages = f"{operation['operationId']}: `x-pagination`", operation["x-pagination"]
    query = {each.key: each for each in operation["arguments"] if each.place == "query"}
    for key in ("page", "size"):
        there = query.get(pages[key])
        if not there or there.schema.get("type") != "integer" or there.required:
            yield f"{where} names {pages[key]}, which is no optional integer of the query"
        elif key == "size" and "maximum" not in there.schema:
            yield f"{where} names {pages[key]}, which has no `maximum`; add it"
        elif there.name != pages[key]:
            yield f"{where} names {pages[key]}, which is {there.name} in Python; use another name"
    fields = properties(document, schema)
    items = fields.get(pages["items"], {})
    if identifier(pages["items"]) != pages["items"] or "$ref" not in items.get("items", {}):
        yield f"{where} names {pages['items']}, which is no list of objects in the response"
    elif "null" in items["type"] and items.get("x-null") != "empty":
        yield f"{where} names {pages['items']}, which may be null; add `x-null: empty`"
    elif pages["items"] not in resolve(document, schema).get("required", ()):
        yield f"{where} names {pages['items']}, which the response may lack; require it"
    elif pages["key"] not in properties(document, items["items"]):
        yield f"{where} names {pages['key']}, which its items do not have"
    elif identifier(pages["key"]) != pages["key"]:
        yield f"{where} names {pages['key']}, which has another name in Python"


def _bulk(document: Node, operation: Node) -> Iterator[str]:
    where, bulk = f"{operation['operationId']}: `x-bulk`", operation["x-bulk"]
    entries = [each for each in operation["arguments"] if each.name == bulk["entries"]]
    if not entries or entries[0].schema.get("type") != "array" or not entries[0].positional:
        yield f"{where} names {bulk['entries']}, which is no required list"
        return
    if not isinstance(entries[0].schema.get("maxItems"), int):
        yield f"{where} names {bulk['entries']}, which has no `maxItems`; add it"
    if not isinstance(bulk.get("unique", True), bool):
        yield f"{where}: `unique` is true or false"
    item = entries[0].schema.get("items", {})
    if "distinct" in bulk and bulk["distinct"] not in properties(document, item):
        yield f"{where} names {bulk['distinct']}, which its entries do not have"


def intervals(name: str, schema: Node, fields: Node) -> Iterator[str]:
    """An `x-interval` that names what a schema does not have."""
    if "x-interval" not in schema:
        return
    span: Node = schema["x-interval"]
    if {*span} != {"start", "duration", "end"}:
        yield f"{name}: `x-interval` has the keys start, duration and end"
        return
    for key, wanted in (("start", "date-time"), ("duration", "integer")):
        field = fields.get(span[key], {})
        types = field.get("type", "")
        kind = field.get("format") if key == "start" else "integer" if "integer" in types else types
        if kind != wanted or identifier(span[key]) != span[key]:
            yield f"{name}: `x-interval` names {span[key]}, which is no field with {wanted}"
    if fields and span["start"] not in schema.get("required", ()):
        yield f"{name}: `x-interval` names {span['start']}, which may be missing; require it"
    if not python_name(span["end"]) or span["end"] in map(identifier, fields):
        yield f"{name}: `x-interval` makes {span['end']}, which is no new name in Python"
