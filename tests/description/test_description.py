"""The description passes its checks, and each way of breaking it is noticed where it is broken."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from spec.check import STAGES, Sources, UnreadableError, ledger, outline, page, problems
from spec.check.__main__ import main
from spec.check.document import written
from spec.check.page import ROWS, total

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
DESCRIPTION = ROOT / "spec/openapi.yaml"
REAL = Sources.read()
DATA = json.dumps(REAL.document.data)  # to be read again for each change

WORKSPACE = "/paths/~1organizations~1{organization_id}~1workspaces~1{workspace_id}"
OF_TASK = f"{WORKSPACE}~1tasks~1{{task_id}}~1time-blocks"
GET = f"{OF_TASK}~1{{time_block_id}}/get"
CREATE = f"{OF_TASK}/post"
ARCHIVE = f"{OF_TASK}~1{{time_block_id}}~1archive/post"
RANGE = f"{WORKSPACE}~1time-blocks/get"
BULK = f"{WORKSPACE}~1time-blocks~1bulk"
STREAM = f"{WORKSPACE}~1time-blocks~1stream/get"
JSON = "content/application~1json"
PARAMETERS = "/components/parameters"
RESPONSES = "/components/responses"
SCHEMAS = "/components/schemas"
BLOCK = f"{SCHEMAS}/TimeBlock"
PRIORITY = f"{SCHEMAS}/EmbeddedTask/properties/priority"
NOTE = {"type": "string", "description": "A note.", "x-basis": "vendor"}


def drop(pointer: str) -> "Callable[[Any], None]":
    """A change that takes out what is at a pointer."""

    def change(data: Any) -> None:
        holder, key = reached(data, pointer)
        del holder[key]

    return change


def put(pointer: str, value: object) -> "Callable[[Any], None]":
    """A change that puts a value at a pointer; `-` is the end of a list."""

    def change(data: Any) -> None:
        holder, key = reached(data, pointer)
        if key == "-":
            holder.append(value)
        else:
            holder[key] = value

    return change


def reached(data: Any, pointer: str) -> tuple[Any, Any]:
    """What holds the place at a pointer, and under which key."""
    *way, last = [step.replace("~1", "/") for step in pointer.split("/")[1:]]
    for step in way:
        data = data[int(step) if isinstance(data, list) else step]
    return data, int(last) if isinstance(data, list) and last != "-" else last


def there(pointer: str) -> Any:
    """What the real description has at a pointer."""
    holder, key = reached(REAL.document.data, pointer)
    return holder[key]


def bare_status(data: Any) -> None:
    """A status without quotes, which YAML reads as a number."""
    statuses, key = reached(data, f"{GET}/responses/404")
    statuses[404] = statuses.pop(key)


def changed(change: "Callable[[Any], None]") -> Sources:
    """The real documents with this change of the description."""
    data = json.loads(DATA)
    change(data)
    return replace(REAL, document=replace(REAL.document, data=data))


class Broken(NamedTuple):
    """A way of breaking the description: what is changed, where it is noticed, what is reported."""

    change: "Callable[[Any], None]"
    at: str
    says: str


MOST: int = there(f"{PARAMETERS}/PerPage/schema/maximum")

BROKEN = {
    # against the page
    "an operation of the page is missing": Broken(drop(ARCHIVE), ARCHIVE, "add the operation"),
    "a parameter of the page is missing": Broken(
        drop(f"{RANGE}/parameters/2"), f"{RANGE}/parameters", "date_from in the query, string"
    ),
    "a required parameter is optional": Broken(
        put(f"{PARAMETERS}/DateFrom/required", value=False),
        f"{PARAMETERS}/DateFrom",
        "required is true on the page",
    ),
    "a parameter has another type": Broken(
        put(f"{PARAMETERS}/OrderBy/schema/items", {"type": "integer", "format": "int64"}),
        f"{PARAMETERS}/OrderBy",
        "is Array of integer, and []string on the page",
    ),
    "a parameter that is not on the page is graded docs": Broken(
        put(
            f"{RANGE}/parameters/-",
            {"name": "q", "in": "query", "schema": {"type": "string"}, "example": "x"}
            | {"description": "Words.", "x-basis": "docs"},
        ),
        f"{RANGE}/parameters/{len(there(f'{RANGE}/parameters'))}",
        "the parameter q is not on the page",
    ),
    "a body of the page is missing": Broken(
        drop(f"{BULK}/patch/requestBody"), f"{BULK}/patch/requestBody", "the page has fields here"
    ),
    "a field of a body is missing": Broken(
        drop(f"{SCHEMAS}/TimeBlockUpdate/properties/task_id"),
        f"{SCHEMAS}/TimeBlockUpdate/properties",
        "the page has task_id, integer",
    ),
    "a status of the page is missing": Broken(
        drop(f"{GET}/responses/404"), f"{GET}/responses", "the page lists the status 404"
    ),
    "a status that is not on the page is graded docs": Broken(
        put(f"{CREATE}/responses/404", {"$ref": "#/components/responses/NotFound"}),
        f"{RESPONSES}/NotFound",
        "404 of create_time_block is not on the page",
    ),
    "a field of a response is missing": Broken(
        drop(f"{BLOCK}/properties/duration"),
        f"{BLOCK}/properties",
        "the page has duration, integer",
    ),
    "a field of a nested table is missing": Broken(
        drop(f"{SCHEMAS}/ProjectRate/properties/hourly_rate"),
        f"{SCHEMAS}/ProjectRate/properties",
        "the page has hourly_rate, number",
    ),
    "a field has another type": Broken(
        put(f"{SCHEMAS}/Status/properties/emoji/type", ["boolean", "null"]),
        f"{SCHEMAS}/Status/properties/emoji",
        "is boolean, and string on the page",
    ),
    "a field that is not on the page is graded docs": Broken(
        put(f"{BLOCK}/properties/timezone/x-basis", "docs"),
        f"{BLOCK}/properties/timezone",
        "the field timezone is not on the page",
    ),
    "a field that no table reaches is graded docs": Broken(
        put(f"{SCHEMAS}/Problem/properties/trace_id/x-basis", "docs"),
        f"{SCHEMAS}/Problem/properties/trace_id",
        "the field trace_id is not on the page",
    ),
    "a response whose content the page does not show is graded docs": Broken(
        put(f"{CREATE}/responses/201/x-basis", "docs"),
        f"{CREATE}/responses/201",
        "the content of this response is not on the page",
    ),
    "a header is graded docs": Broken(
        put("/components/headers/QuotaRemaining/x-basis", "docs"),
        "/components/headers/QuotaRemaining",
        "the header QuotaRemaining is not on the page",
    ),
    "the bulk update is wrapped as the page has it": Broken(
        put(
            f"{BULK}/patch/requestBody/{JSON}",
            {
                "schema": {"$ref": "#/components/schemas/TimeBlockBulkCreate"},
                "example": {"time_blocks": [{"start": "2026-01-05T09:00:00Z", "task_id": 1}]},
            },
        ),
        f"{BULK}/patch/requestBody/{JSON}/schema",
        "make it a bare array of a component (D38)",
    ),
    "the bare array of the stream names no decision": Broken(
        put(f"{STREAM}/responses/200/x-decision", "D27"),
        f"{STREAM}/responses/200",
        "differs from the page by D38",
    ),
    "an operation of the page has another id": Broken(
        put(f"{GET}/operationId", "fetch_time_block"),
        f"{GET}/operationId",
        "is get_time_block by contract",
    ),
    # form
    "an operation has no id": Broken(drop(f"{GET}/operationId"), GET, "no operationId"),
    "an operation has no summary": Broken(put(f"{GET}/summary", ""), GET, "no summary"),
    "an operation has no tag": Broken(drop(f"{GET}/tags"), GET, "no tags"),
    "an operation has no description": Broken(drop(f"{GET}/description"), GET, "no description"),
    "a schema has no description": Broken(drop(f"{BLOCK}/description"), BLOCK, "no description"),
    "a field has no description": Broken(
        put(f"{BLOCK}/properties/start/description", " "),
        f"{BLOCK}/properties/start",
        "no description",
    ),
    "an operation cannot return 401": Broken(
        drop(f"{GET}/responses/401"), f"{GET}/responses", "any operation can return 401"
    ),
    "an operation cannot return 402": Broken(
        drop(f"{GET}/responses/402"), f"{GET}/responses", "any operation can return 402"
    ),
    "a field holds an object without a name": Broken(
        put(
            f"{BLOCK}/properties/extra",
            {"type": "object", "description": "More.", "x-basis": "vendor"}
            | {"properties": {"note": NOTE}},
        ),
        f"{BLOCK}/properties/extra",
        "an object without a name",
    ),
    "a response holds an object without a name": Broken(
        put(
            f"{RESPONSES}/NotFound/{JSON}/schema",
            {"type": "object", "properties": {"error": NOTE, "error_description": NOTE}},
        ),
        f"{RESPONSES}/NotFound/{JSON}/schema",
        "an object without a name",
    ),
    "a choice is neither a reference nor null": Broken(
        put(f"{SCHEMAS}/EmbeddedTask/properties/status/anyOf/-", {"type": "string"}),
        f"{SCHEMAS}/EmbeddedTask/properties/status/anyOf/2",
        "a choice is a $ref or the type null",
    ),
    "an id has no width": Broken(
        drop(f"{BLOCK}/properties/id/format"), f"{BLOCK}/properties/id", "add format int64"
    ),
    "a timestamp has no format": Broken(
        drop(f"{BLOCK}/properties/created_at/format"),
        f"{BLOCK}/properties/created_at",
        "created_at as a date-time",
    ),
    "a date has the format of a timestamp": Broken(
        put(f"{SCHEMAS}/EmbeddedTask/properties/end_date/format", "date-time"),
        f"{SCHEMAS}/EmbeddedTask/properties/end_date",
        "end_date as a date;",
    ),
    "a field of a response is limited": Broken(
        put(f"{BLOCK}/properties/description/maxLength", 3000),
        f"{BLOCK}/properties/description/maxLength",
        "would make readers fail",
    ),
    "the items of a response are limited": Broken(
        put(f"{SCHEMAS}/EmbeddedTask/properties/tag_ids/items/minimum", 1),
        f"{SCHEMAS}/EmbeddedTask/properties/tag_ids/items/minimum",
        "would make readers fail",
    ),
    "a field of a response is a closed enumeration": Broken(
        put(
            f"{SCHEMAS}/EmbeddedTask/properties/priority/enum",
            ["none", "low", "medium", "high", None],
        ),
        f"{SCHEMAS}/EmbeddedTask/properties/priority/enum",
        "would make readers fail",
    ),
    "a component is not used": Broken(
        put(f"{SCHEMAS}/Spare", {"type": "string", "description": "Nothing."}),
        f"{SCHEMAS}/Spare",
        "no line refers to this component",
    ),
    "an example is not used": Broken(
        put("/components/examples/Spare", {"value": 1}),
        "/components/examples/Spare",
        "no line refers to this component",
    ),
    # traps for other generators
    "two schemes are alternatives": Broken(
        put("/security/-", {"basic": []}), "/security", "require one scheme"
    ),
    "two schemes are required together": Broken(
        put("/security/0/basic", []), "/security", "require one scheme"
    ),
    "no scheme is required": Broken(drop("/security"), "/security", "require one scheme"),
    "an operation requires another scheme": Broken(
        put(f"{GET}/security", [{"basic": []}]), f"{GET}/security", "require one scheme"
    ),
    "fields are beside allOf": Broken(
        put(f"{SCHEMAS}/TimeBlockListItem/properties", {"note": NOTE}),
        f"{SCHEMAS}/TimeBlockListItem/properties",
        "drops properties beside allOf",
    ),
    "required is beside allOf": Broken(
        put(f"{SCHEMAS}/TimeBlockListItem/required", ["start"]),
        f"{SCHEMAS}/TimeBlockListItem/required",
        "drops required beside allOf",
    ),
    "fields are added twice": Broken(
        put(f"{SCHEMAS}/TimeBlockListItem/allOf/-", {"type": "object", "properties": {}}),
        f"{SCHEMAS}/TimeBlockListItem/allOf/1",
        "make it the last one",
    ),
    "a schema of a response is closed": Broken(
        drop(f"{SCHEMAS}/Tag/additionalProperties"),
        f"{SCHEMAS}/Tag",
        "add additionalProperties: true",
    ),
    "a schema that extends another is closed": Broken(
        put(f"{SCHEMAS}/TimeBlockWithTask/additionalProperties", value=False),
        f"{SCHEMAS}/TimeBlockWithTask",
        "add additionalProperties: true",
    ),
    "a timestamp in a query has a format": Broken(
        put(f"{PARAMETERS}/DateFrom/schema", {"type": "string", "format": "date-time"}),
        f"{PARAMETERS}/DateFrom/schema/format",
        "use x-format and a pattern",
    ),
    "a timestamp in a query has no pattern": Broken(
        drop(f"{PARAMETERS}/DateTo/schema/pattern"),
        f"{PARAMETERS}/DateTo/schema/x-format",
        "a parameter with a pattern",
    ),
    "the x-format of a parameter is unknown": Broken(
        put(f"{PARAMETERS}/DateTo/schema/x-format", "datetime"),
        f"{PARAMETERS}/DateTo/schema/x-format",
        "use date-time",
    ),
    "a field has an x-format": Broken(
        put(f"{BLOCK}/properties/timezone/x-format", "date-time"),
        f"{BLOCK}/properties/timezone/x-format",
        "belongs to a parameter",
    ),
    "a schema has the name of a standard type": Broken(
        put(f"{SCHEMAS}/Error", {"type": "object"}), f"{SCHEMAS}/Error", "choose another name"
    ),
    # examples
    "a body has no example": Broken(
        drop(f"{CREATE}/requestBody/{JSON}/examples"),
        f"{CREATE}/requestBody/{JSON}",
        "there is no example",
    ),
    "a response has no example": Broken(
        put(f"{RESPONSES}/NotFound/{JSON}/examples", {}),
        f"{RESPONSES}/NotFound/{JSON}",
        "there is no example",
    ),
    "a parameter has no example": Broken(
        drop(f"{PARAMETERS}/Page/example"), f"{PARAMETERS}/Page", "there is no example"
    ),
    "the example of a body is not valid": Broken(
        put(f"{CREATE}/requestBody/{JSON}/examples/hour/value/duration", -1),
        f"{CREATE}/requestBody/{JSON}/examples/hour/value/duration",
        "-1 is less than the minimum of 0",
    ),
    "a date in the example of a body is not one": Broken(
        put(f"{CREATE}/requestBody/{JSON}/examples/hour/value/start", "2026-01-05"),
        f"{CREATE}/requestBody/{JSON}/examples/hour/value/start",
        'is not a "date-time"',
    ),
    "the example of an error is not valid": Broken(
        drop(f"{RESPONSES}/Forbidden/{JSON}/examples/workspace/value/error"),
        f"{RESPONSES}/Forbidden/{JSON}/examples/workspace/value",
        '"error" is a required property',
    ),
    "a shared example is wrong deep inside": Broken(
        put("/components/examples/TimeBlocksWithTask/value/0/task/project/rate/hourly_rate", "9"),
        "/components/examples/TimeBlocksWithTask/value/0/task/project/rate/hourly_rate",
        "is not of types",
    ),
    "the example of a parameter is not valid": Broken(
        put(f"{PARAMETERS}/PerPage/example", MOST + 1),
        f"{PARAMETERS}/PerPage/example",
        f"{MOST + 1} is greater than the maximum of {MOST}",
    ),
    "the example of a field is not valid": Broken(
        put(f"{BLOCK}/properties/duration/examples", [3600, "1 h"]),
        f"{BLOCK}/properties/duration/examples/1",
        '"1 h" is not of type',
    ),
    # other values
    "a default is more than its schema allows": Broken(
        put(f"{PARAMETERS}/PerPage/schema/default", MOST + 1),
        f"{PARAMETERS}/PerPage/schema/default",
        f"the default is not valid: {MOST + 1} is greater than the maximum of {MOST}",
    ),
    "a known value is no string": Broken(
        put(f"{PRIORITY}/x-extensible-enum/0", {"a": "b"}),
        f"{PRIORITY}/x-extensible-enum/0",
        "is no string",
    ),
    "a known value is given twice": Broken(
        put(f"{PRIORITY}/x-extensible-enum/-", "low"),
        f"{PRIORITY}/x-extensible-enum/{len(there(f'{PRIORITY}/x-extensible-enum'))}",
        "low is given twice",
    ),
    "a known value is none by the schema": Broken(
        put(f"{PRIORITY}/type", ["integer", "null"]),
        f"{PRIORITY}/x-extensible-enum/0",
        'the known value is not valid: "none" is not of types',
    ),
    "the known values are no list": Broken(
        put(f"{PRIORITY}/x-extensible-enum", {"a": "none"}),
        f"{PRIORITY}/x-extensible-enum",
        "the known values are no list",
    ),
    # grades and decisions
    "an operation has no grade": Broken(drop(f"{GET}/x-basis"), GET, "there is no x-basis"),
    "a parameter has no grade": Broken(
        drop(f"{PARAMETERS}/Page/x-basis"), f"{PARAMETERS}/Page", "there is no x-basis"
    ),
    "a response has no grade": Broken(
        drop(f"{RESPONSES}/NoContent/x-basis"), f"{RESPONSES}/NoContent", "there is no x-basis"
    ),
    "a field has no grade": Broken(
        drop(f"{BLOCK}/properties/id/x-basis"), f"{BLOCK}/properties/id", "there is no x-basis"
    ),
    "a grade is unknown": Broken(
        put(f"{GET}/x-basis", "rumour"), f"{GET}/x-basis", "rumour is no basis"
    ),
    "something is decided by no decision": Broken(
        drop(f"{PARAMETERS}/Page/x-decision"),
        f"{PARAMETERS}/Page/x-basis",
        "no entry of the ledger that it names is decided",
    ),
    "something is decided by an entry that decides nothing": Broken(
        put(f"{BLOCK}/properties/duration/x-basis", "decided"),
        f"{BLOCK}/properties/duration/x-basis",
        "no entry of the ledger that it names is decided",
    ),
    "something is open by no open entry": Broken(
        put(f"{BLOCK}/properties/duration/x-basis", ["inferred", "open"]),
        f"{BLOCK}/properties/duration/x-basis",
        "no entry of the ledger that it names is open",
    ),
    "a line hides that an entry is open": Broken(
        put(f"{RESPONSES}/NotFoundUnlisted/x-basis", "inferred"),
        f"{RESPONSES}/NotFoundUnlisted/x-basis",
        "an entry that it names is open",
    ),
    "a nullable field is attributed to the vendor": Broken(
        put(f"{BLOCK}/properties/description/x-basis", ["docs", "vendor"]),
        f"{BLOCK}/properties/description",
        "never says that it can be null",
    ),
    "a nullable object is attributed to the vendor": Broken(
        put(f"{SCHEMAS}/EmbeddedTask/properties/project/x-basis", "vendor"),
        f"{SCHEMAS}/EmbeddedTask/properties/project",
        "never says that it can be null",
    ),
    "a limit of an id in a path is attributed to the vendor": Broken(
        put(f"{PARAMETERS}/TaskId/x-basis", "docs"),
        f"{PARAMETERS}/TaskId",
        "never says how small it can be",
    ),
    "a limit of the ids of a list is attributed to the vendor": Broken(
        put(f"{PARAMETERS}/Ids/x-basis", "vendor"),
        f"{PARAMETERS}/Ids",
        "never says how small it can be",
    ),
    "a limit of an id in a body is attributed to the vendor": Broken(
        put(f"{SCHEMAS}/TimeBlockUpdate/properties/task_id/x-basis", ["docs", "vendor"]),
        f"{SCHEMAS}/TimeBlockUpdate/properties/task_id",
        "never says how small it can be",
    ),
    "a decision is not in the ledger": Broken(
        put(f"{GET}/x-decision", ["D4", "D12", "D999"]),
        f"{GET}/x-decision",
        "D999 is not in spec/decisions.md",
    ),
    "a key of our own is misspelt": Broken(
        put(f"{GET}/x-streamin", value=True), f"{GET}/x-streamin", "no such key is read"
    ),
}

UNSOUND = {
    "a reference leads nowhere": Broken(
        put(f"{RANGE}/parameters/2", {"$ref": "#/components/parameters/Nobody"}),
        f"{RANGE}/parameters/2",
        "#/components/parameters/Nobody leads nowhere",
    ),
    "an example is a reference that leads nowhere": Broken(
        put(f"{GET}/responses/200/{JSON}/examples/block", {"$ref": "#/components/examples/No"}),
        f"{GET}/responses/200/{JSON}/examples/block",
        "#/components/examples/No leads nowhere",
    ),
    "a reference leads out of the document": Broken(
        put(f"{RANGE}/parameters/2", {"$ref": "other.yaml#/DateFrom"}),
        f"{RANGE}/parameters/2",
        "other.yaml#/DateFrom leads nowhere",
    ),
    "an operation has a key that OpenAPI does not know": Broken(
        put(f"{GET}/sumary", "Get it"), GET, "not valid OpenAPI 3.1"
    ),
    "a schema has a type that JSON Schema does not know": Broken(
        put(f"{BLOCK}/properties/id/type", "int"),
        f"{BLOCK}/properties/id/type",
        "not valid OpenAPI 3.1: 'int'",
    ),
    "two operations have one id": Broken(
        put(f"{GET}/operationId", "create_time_block"),
        f"{GET}/operationId",
        f"create_time_block is the id at {CREATE}/operationId already",
    ),
    "a default is not valid": Broken(
        put(f"{BLOCK}/properties/timezone/default", 5),
        f"{BLOCK}/properties/timezone/default",
        "5 is not of types",
    ),
    "a path names a parameter that is not described": Broken(
        drop(f"{GET}/parameters/0"), "/", "not valid OpenAPI 3.1"
    ),
    "a date is without quotes": Broken(
        put(f"{PARAMETERS}/DateFrom/example", datetime(2026, 1, 5, tzinfo=UTC)),
        f"{PARAMETERS}/DateFrom/example",
        "is no JSON, but a YAML date",
    ),
    "an operation that is not on the page is graded docs": Broken(
        put(
            f"{WORKSPACE}~1time-blocks/post",
            there(f"{BULK}/post") | {"operationId": "create_anywhere"},
        ),
        f"{WORKSPACE}~1time-blocks/post",
        "the operation create_anywhere is not on the page",
    ),
    "a status is a number": Broken(
        bare_status,
        f"{GET}/responses/404",
        "the key 404 is no text",
    ),
}

LEDGER = {
    "an entry lacks a part": (
        "**What would overturn it.** `GET W` with the two",
        "x",
        "/D6",
        "parts",
    ),
    "an entry does not say what it rests on": (
        "Basis: decided\n\nWhere: client\n\n## D30",
        "Where: client\n\n## D30",
        "/D29",
        "it does not say what it rests on",
    ),
    "an entry rests on what is no grade": (
        "Basis: decided\n\nWhere: client\n\n## D30",
        "Basis: rumour\n\nWhere: client\n\n## D30",
        "/D29",
        "it does not say what it rests on",
    ),
    "an entry does not say where it holds": (
        "Where: client\n\n## D30",
        "## D30",
        "/D29",
        "it does not say where it holds",
    ),
    "an entry holds nowhere that is known": (
        "Where: client\n\n## D30",
        "Where: moon\n\n## D30",
        "/D29",
        "it does not say where it holds",
    ),
    "an entry is used by no line": (
        "Where: client\n\n## D30",
        "Where: description, client\n\n## D30",
        "/D29",
        "no x-decision names it",
    ),
    "an entry hides that a line uses it": (
        "Where: description, server\n\n## D8",
        "Where: server\n\n## D8",
        "/D7",
        "an x-decision names it",
    ),
    "an entry is not in the contents": (
        "- [D4 — a block under another task](#d4--a-block-under-another-task)\n",
        "",
        "/D4",
        "it is not in the contents",
    ),
    "the contents list what is not there": (
        "- [D4 —",
        "- [D4 — gone](#d4--gone)\n- [D4 —",
        "/contents",
        "no entry has this heading",
    ),
}


def test_the_description_has_no_problem() -> None:
    assert problems(REAL) == []


@pytest.mark.parametrize(
    "pointer",
    (
        "/components/headers/QuotaRemaining",
        "/components/headers/QuotaResetsIn",
        f"{PARAMETERS}/Page",
        f"{RESPONSES}/PaymentRequired",
        f"{OF_TASK}~1{{time_block_id}}/put",
        f"{OF_TASK}~1{{time_block_id}}/patch",
        f"{SCHEMAS}/TimeBlockUpdate/properties/task_id",
        f"{SCHEMAS}/TimeBlockBulkUpdateItem/properties/task_id",
        f"{SCHEMAS}/EmbeddedTask/properties/ghost_assignee_ids",
    ),
)
def test_what_only_help_pages_or_nobody_says_is_not_graded_vendor(pointer: str) -> None:
    assert "vendor" not in there(pointer)["x-basis"]


def test_undecided_points_are_open_for_programs_in_the_ledger_and_in_the_description() -> None:
    entries = {entry.id for entry in ledger.read(REAL) if "open" in entry.bases}
    lines = {
        place.pointer[-1]: set(place.listed("x-decision")) & entries
        for place in outline.description(REAL.document)
        if "open" in place.listed("x-basis")
    }

    assert entries
    assert lines
    assert all(lines.values()), lines


def test_the_page_as_data_has_all_of_its_rows() -> None:
    assert total(REAL.page) == ROWS


@pytest.mark.parametrize("way", BROKEN)
def test_what_breaks_a_rule_is_named_at_its_place(way: str) -> None:
    change, at, says = BROKEN[way]
    sources = changed(change)

    found = [problem for check in STAGES[-1] for problem in check(sources)]

    texts = [problem.text for problem in found if problem.pointer == at]
    assert any(says in text for text in texts), found
    assert all("; " in text for text in texts), "a problem says what to do about it"


@pytest.mark.parametrize("way", UNSOUND)
def test_what_cannot_be_read_is_named_at_its_place_and_nothing_else_is(way: str) -> None:
    change, at, says = UNSOUND[way]

    found = problems(changed(change))

    assert [problem.pointer for problem in found] == [at]
    assert says in found[0].text


def test_a_limit_below_the_default_is_noticed_at_the_default_and_not_at_the_root() -> None:
    below = there(f"{PARAMETERS}/PerPage/schema/default") - 1
    found = problems(changed(put(f"{PARAMETERS}/PerPage/schema/maximum", below)))

    assert [problem.pointer for problem in found] == [
        f"{PARAMETERS}/PerPage/schema/default",
        f"{PARAMETERS}/PerPage/example",
    ]


def test_every_operation_of_the_page_keeps_its_id() -> None:
    described = {
        operation.get("operationId"): operation for operation in outline.operations(REAL.document)
    }
    for wanted in page.IDS.values():
        at = f"{written(described[wanted].pointer)}/operationId"

        found = problems(changed(put(at, "another")))

        texts = [problem.text for problem in found if problem.pointer == at]
        assert any(f"is {wanted} by contract" in text for text in texts), found


def test_an_operation_beyond_the_page_is_free_in_its_id() -> None:
    added = there(f"{BULK}/post") | {"operationId": "any", "x-basis": "live"}

    found = problems(changed(put(f"{WORKSPACE}~1time-blocks/post", added)))

    assert [problem for problem in found if "by contract" in problem.text] == []


@pytest.mark.parametrize("way", LEDGER)
def test_what_breaks_the_ledger_is_named_at_its_entry(way: str) -> None:
    old, new, at, says = LEDGER[way]
    assert old in REAL.ledger

    found = problems(replace(REAL, ledger=REAL.ledger.replace(old, new, 1)))

    assert [problem.pointer for problem in found] == [at]
    assert says in found[0].text


def test_a_second_entry_with_one_id_is_noticed() -> None:
    entry = REAL.ledger[REAL.ledger.index("## D6 ") : REAL.ledger.index("## D7 ")]

    found = problems(replace(REAL, ledger=f"{REAL.ledger}\n{entry}"))

    assert [problem.pointer for problem in found] == ["/D6"]
    assert "another entry has this id" in found[0].text


def test_an_entry_that_is_taken_out_is_missed_by_every_line_that_names_it() -> None:
    start, end = REAL.ledger.index("## D39 "), REAL.ledger.index("## D40 ")

    found = problems(replace(REAL, ledger=REAL.ledger[:start] + REAL.ledger[end:]))

    assert f"{BLOCK}/properties/duration/x-decision" in {problem.pointer for problem in found}
    assert "/contents" in {problem.pointer for problem in found}


def test_a_page_that_lost_a_row_is_noticed() -> None:
    page = deepcopy(REAL.page)
    page[0]["responses"]["200"]["tables"]["data"].pop()

    found = problems(replace(REAL, page=page))

    assert [problem.text.split(";")[0] for problem in found] == [
        f"the page as data has {ROWS - 1} rows, not {ROWS}"
    ]


def test_the_line_of_every_key_is_the_line_where_it_stands() -> None:
    text = DESCRIPTION.read_text(encoding="utf-8").splitlines()
    lines = REAL.document.lines

    wrong = [way for way, line in lines.items() if str(way[-1]) not in text[line - 1]]

    assert [way for way in wrong if isinstance(way[-1], str)] == []


def test_what_is_missing_has_the_line_of_what_should_hold_it() -> None:
    found = problems(changed(drop(f"{GET}/responses/404")))

    line = DESCRIPTION.read_text(encoding="utf-8").splitlines()[found[0].line - 1]
    assert line.strip() == "responses:"


def test_the_command_prints_each_problem_with_its_line_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = DESCRIPTION.read_text(encoding="utf-8")
    number = text[: text.index("operationId: get_time_block\n")].count("\n")
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        text.replace("summary: Get a time block\n", "summary: ''\n"), encoding="utf-8"
    )

    status = main(["--description", str(broken)])

    printed = capsys.readouterr().err.splitlines()
    assert status == 1
    assert printed == [
        f"{broken}:{number}: {GET}: the operation has no summary; add it",
        "1 problem",
    ]


def test_the_command_sums_up_what_is_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    status = main([])

    printed = capsys.readouterr().out
    assert status == 0
    operations = len(list(outline.operations(REAL.document)))
    assert f"{operations} operations, {ROWS}/{ROWS} rows of the page" in printed


def test_a_file_that_is_not_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: 3.1.0\ninfo: {title: x\npaths: {}\n", encoding="utf-8")

    with pytest.raises(UnreadableError, match=rf"{broken}:3: /: not YAML: .*; correct it"):
        Sources.read(broken)


def test_a_key_given_twice_is_named_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: 3.1.0\nopenapi: 3.1.0\n", encoding="utf-8")

    status = main(["--description", str(broken)])

    assert status == 1


def test_a_page_and_a_ledger_of_ones_own_are_read(tmp_path: Path) -> None:
    page, ledger = tmp_path / "page.json", tmp_path / "ledger.md"
    page.write_text(json.dumps(REAL.page[1:]), encoding="utf-8")
    ledger.write_text(REAL.ledger.replace("Where: server\n", "\n", 1), encoding="utf-8")

    status = main(["--page", str(page), "--decisions", str(ledger)])

    assert status == 1
