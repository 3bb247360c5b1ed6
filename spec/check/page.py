"""The description against the vendor's page, in both directions.

A row of the page is an operation (14), a parameter (65), a field of a body (26), a status (63) or a
field of a response (247): 415 in all.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import outline
from .document import Document, Place, Pointer, Problem
from .outline import bare, kind
from .sources import Sources

ROWS = 415
Row = Mapping[str, Any]
Tables = Mapping[str, list[Row]]

# The page gives its operations no ids. Those of the description are a contract: the client and the
# conformance kit name operations by them.
WORKSPACE = "/organizations/{organization_id}/workspaces/{workspace_id}"
IDS = {
    "GET /tasks/{task_id}/time-blocks": "list_task_time_blocks",
    "POST /tasks/{task_id}/time-blocks": "create_time_block",
    "GET /tasks/{task_id}/time-blocks/{time_block_id}": "get_time_block",
    "PUT /tasks/{task_id}/time-blocks/{time_block_id}": "replace_time_block",
    "PATCH /tasks/{task_id}/time-blocks/{time_block_id}": "update_time_block",
    "DELETE /tasks/{task_id}/time-blocks/{time_block_id}": "delete_time_block",
    "POST /tasks/{task_id}/time-blocks/{time_block_id}/archive": "archive_time_block",
    "PATCH /tasks/{task_id}/time-blocks/{time_block_id}/restore": "restore_time_block",
    "POST /tasks/{task_id}/time-blocks/{time_block_id}/unarchive": "unarchive_time_block",
    "GET /time-blocks": "list_time_blocks",
    "POST /time-blocks/bulk": "bulk_create_time_blocks",
    "PATCH /time-blocks/bulk": "bulk_update_time_blocks",
    "DELETE /time-blocks/bulk": "bulk_delete_time_blocks",
    "GET /time-blocks/stream": "stream_time_blocks",
}
# The page's generator calls an array without a name `items`. The description has a bare array
# there, and the body or the response names the decision.
BARE = {
    ("bulk_update_time_blocks", "requestBody"): "D38",
    ("stream_time_blocks", "200"): "D38",
}
# The page's generator writes `object` for a field that holds any JSON.
ANY = (("custom_field_values", "value"),)


def rows(sources: Sources) -> Iterator[Problem]:
    """Every row of the page is described, and nothing that is not on it is graded `docs`."""
    yield from Comparison(sources).problems


class Comparison:
    """The page read row by row beside the description."""

    def __init__(self, sources: Sources) -> None:
        self.total = total(sources.page)
        self.matched: list[Pointer] = []
        self.problems: list[Problem] = []
        root = sources.document.root
        for row in sources.page:
            self.operation(root.child("paths").child(row["path"]).child(row["method"].lower()), row)
        self.leftovers(sources.document)
        if self.total != ROWS:
            text = f"the page as data has {self.total} rows, not {ROWS}; restore it or set ROWS"
            self.fault(root, text)
        if not self.problems and len(self.matched) != self.total:
            self.fault(root, "no row of the page leads to some table of it; correct the page")

    def fault(self, place: Place, text: str) -> None:
        """The description is not what the page says."""
        self.problems.append(place.problem(text))

    def match(self, place: Place) -> None:
        """A row was found, here."""
        self.matched.append(place.pointer)

    def typed(self, place: Place, row: Row, *, loose: bool = False) -> None:
        """A row was found here, if its type is right."""
        found = kind(place.child("schema") if "schema" in place else place)
        if found == row["type"].replace("[]", "Array of ") or (loose and found == "any"):
            self.match(place)
        else:
            self.fault(place, f"is {found}, and {row['type']} on the page; correct the type")

    def beyond(self, place: Place, what: str) -> None:
        """Something is not on the page, and so does not come from it."""
        if "docs" in place.listed("x-basis"):
            self.fault(place, f"{what} is not on the page; give it an x-basis other than docs")

    def operation(self, operation: Place, row: Row) -> None:
        """One operation of the page."""
        if operation.value is None:
            self.fault(operation, f"the page has {row['method']} {row['path']}; add the operation")
            return
        self.match(operation)
        self.identifier(operation, row)
        self.parameters(operation, row["parameters"])
        body = outline.body(operation)
        if row["body"]:
            self.content(operation, body, row["body"], "requestBody")
        elif body.value is not None:
            self.beyond(body, "a body here")
        self.responses(operation, row["responses"])

    def identifier(self, operation: Place, row: Row) -> None:
        """The id of an operation, if it has one."""
        wanted = IDS.get(f"{row['method']} {row['path'].removeprefix(WORKSPACE)}")
        found = operation.get("operationId")
        if wanted and found and found != wanted:
            text = f"the id of {row['method']} {row['path']} is {wanted} by contract; restore it"
            self.fault(operation / "operationId", text)

    def parameters(self, operation: Place, wanted: list[Row]) -> None:
        """The parameters of an operation: place, type, required."""
        there = {(p.get("in"), p.get("name")): p for p in outline.parameters(operation)}
        for row in wanted:
            place = there.pop((row["in"], row["name"]), None)
            if place is None:
                text = f"the page has {row['name']} in the {row['in']}, {row['type']}; add it"
                self.fault(operation.child("parameters"), text)
            elif place.get("required", False) is not row["required"]:
                required = str(row["required"]).lower()
                self.fault(place, f"required is {required} on the page; set it so")
            else:
                self.typed(place, row)
        for place in there.values():
            self.beyond(place, f"the parameter {place.get('name')}")

    def responses(self, operation: Place, wanted: Mapping[str, Row]) -> None:
        """The statuses of an operation, and the fields of their responses."""
        there = operation.child("responses")
        for status, row in wanted.items():
            if status not in there:
                self.fault(there, f"the page lists the status {status}; add it")
                continue
            self.match(there / status)
            response = (there / status).resolve()
            if row["tables"]:
                self.content(operation, response, row["tables"], status)
            elif status.startswith("2") and "content" in response:
                self.beyond(response, "the content of this response")
        for response in there:
            if response.name not in wanted:
                self.beyond(
                    response.resolve(), f"{response.name} of {operation.get('operationId')}"
                )

    def content(self, operation: Place, owner: Place, tables: Tables, where: str) -> None:
        """The tables of a body or a response, from the outermost in."""
        schema = owner.child("content").child("application/json").child("schema")
        decision = BARE.get((operation.get("operationId"), where))
        if schema.value is None:
            self.fault(owner, "the page has fields here; add a schema of application/json")
        elif decision is None:
            self.table(schema, tables, "")
        elif kind(schema) != "Array of object":
            text = f"is {kind(schema)}; make it a bare array of a component ({decision})"
            self.fault(schema, text)
        elif decision not in owner.listed("x-decision"):
            self.fault(owner, f"differs from the page by {decision}; name it in x-decision")
        else:
            self.match(schema)
            self.table(schema, tables, "items")

    def table(self, place: Place, tables: Tables, name: str) -> None:
        """The rows of one table, and then those of the tables that they name."""
        schema = thing(place)
        there = outline.fields(schema)
        for row in tables[name]:
            field = there.pop(row["name"], None)
            if field is None:
                text = f"the page has {row['name']}, {row['type']}; add the property"
                self.fault(schema.child("properties"), text)
                continue
            self.typed(field, row, loose=(name, row["name"]) in ANY)
            if row["name"] in tables:
                self.table(field, tables, row["name"])
        for field in there.values():
            self.beyond(field, f"the field {field.name}")

    def leftovers(self, document: Document) -> None:
        """What no row led to, and is graded as if one had."""
        known = set(self.matched)
        kinds: dict[str, Iterable[Place]] = {
            "operation": outline.operations(document),
            "field": outline.properties(document),
            "header": document.components("headers"),
        }
        for what, places in kinds.items():
            for place in places:
                if place.pointer not in known:
                    self.beyond(place, f"the {what} {place.get('operationId', place.name)}")


def total(page: list[dict[str, Any]]) -> int:
    """How many rows the page has."""
    tables = [
        table
        for row in page
        for owner in (row["body"], *(response["tables"] for response in row["responses"].values()))
        for table in owner.values()
    ]
    heads = [1 + len(row["parameters"]) + len(row["responses"]) for row in page]
    return sum(heads) + sum(map(len, tables))


def thing(schema: Place) -> Place:
    """The object that a table is about: the schema itself, or the items of an array of it."""
    schema = bare(schema)
    return thing(schema / "items") if "items" in schema else schema
