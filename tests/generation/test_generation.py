"""What the generator promises: generated/ is the description, all of it, and nothing else."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from _toggl_focus import models
from _toggl_focus.blocking import Resources, TimeBlocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from _toggl_focus.request import Request

    Node = dict[str, Any]
    Run = Callable[..., str]

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "generated" / "_toggl_focus"
BLOCKS = "/organizations/{organization_id}/workspaces/{workspace_id}/time-blocks"
BLOCK = (
    "/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks"
    "/{time_block_id}"
)


@pytest.fixture
def codegen(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the generator, and return what it complains of."""

    def run(*arguments: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["codegen", *map(str, arguments)])
        try:
            script.main()
        except SystemExit as complaint:
            return str(complaint.code)
        return ""

    return run


def edited(folder: Path, edit: Callable[[Node], object]) -> Path:
    """Write a copy of the description with a change in it."""
    document = json.loads((GENERATED / "openapi.json").read_bytes())
    edit(document)
    path = folder / "openapi.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of generated/, to spoil."""
    return Path(shutil.copytree(GENERATED, tmp_path / "_toggl_focus"))


@pytest.mark.parametrize("seed", ("1", "2"))
def test_generated_is_what_the_description_gives_whatever_the_directory_and_the_hash_seed(
    seed: str,
) -> None:
    run = subprocess.run(  # noqa: S603  (the project's own script)
        [sys.executable, ROOT / "overrides" / "codegen", "--check"],
        cwd="/",
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")


def test_caches_of_python_are_not_stray(codegen: Run, copy: Path) -> None:
    (copy / "__pycache__").mkdir(exist_ok=True)
    (copy / "__pycache__" / "models.cpython-311.pyc").touch()

    complaint = codegen("--check", "--output", copy)

    assert complaint == ""


def edit(output: Path) -> None:
    models = output / "models.py"
    models.write_text(models.read_text().replace("task_id: int\n", "task_id: str\n", 1))


def add(output: Path) -> None:
    (output / "extra.py").touch()


def drop(output: Path) -> None:
    (output / "blocking.py").unlink()


def remove(output: Path) -> None:
    shutil.rmtree(output)


@pytest.mark.parametrize(
    ("spoil", "message"),
    (
        (edit, ["models.py: different", "-    task_id: str", "+    task_id: int"]),
        (add, ["extra.py: stray"]),
        (drop, ["blocking.py: missing"]),
        (remove, ["models.py: missing", "openapi.json: missing", "py.typed: missing"]),
    ),
)
def test_a_file_that_differs_fails_the_check_and_is_named(
    codegen: Run, copy: Path, spoil: Callable[[Path], object], message: list[str]
) -> None:
    spoil(copy)

    complaint = codegen("--check", "--output", copy)

    assert [line for line in message if line not in complaint] == []


def test_what_lies_beside_the_package_in_generated_is_stray(
    codegen: Run, script: ModuleType, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "GENERATED", copy.parent)
    (copy.parent / "__pycache__").mkdir()
    (copy.parent / "stray.txt").touch()
    (copy.parent / "empty").mkdir()

    complaint = codegen("--check")

    assert complaint.splitlines()[1:] == ["../empty: stray", "../stray.txt: stray"]


def test_a_package_outside_generated_may_have_neighbours(codegen: Run, copy: Path) -> None:
    (copy.parent / "neighbour.txt").touch()

    complaint = codegen("--check", "--output", copy)

    assert complaint == ""


def test_writing_replaces_what_was_there_as_a_whole(codegen: Run, copy: Path) -> None:
    edit(copy)
    add(copy)

    complaint = codegen("--output", copy)

    assert complaint == ""
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == {
        path.name: path.read_bytes() for path in GENERATED.iterdir() if path.is_file()
    }
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def parameter(**keys: object) -> Callable[[Node], object]:
    """Add a parameter to the range list."""
    return lambda document: document["paths"][BLOCKS]["get"]["parameters"].append(keys)


def field(schema: str, **keys: object) -> Callable[[Node], object]:
    """Add a property to a schema."""

    def change(document: Node) -> None:
        document["components"]["schemas"][schema]["properties"]["mood"] = keys

    return change


def property_named(key: str) -> Callable[[Node], object]:
    """Add a property with this name to a block."""

    def change(document: Node) -> None:
        text = {"type": "string", "description": "New."}
        document["components"]["schemas"]["TimeBlock"]["properties"][key] = text

    return change


STRINGS = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("change", "message"),
    (
        (
            parameter(name="X-Moods", **{"in": "header"}, schema=STRINGS),
            "list_time_blocks(X-Moods): no template renders header parameters; remove it",
        ),
        (
            parameter(name="X-Mood", **{"in": "header"}, schema={"type": "string"}),
            "list_time_blocks(X-Mood): no template renders header parameters; remove it",
        ),
        (
            parameter(name="moods", **{"in": "query"}, schema=STRINGS),
            "list_time_blocks(moods): a list needs `explode: false`",
        ),
        (
            field("TimeBlockCreate", type="string", format="mood", description="The mood."),
            "TimeBlockCreate.mood: string has no format mood; remove it, or use: date, date-time",
        ),
        (
            field("TimeBlock", **{"$ref": "#/components/schemas/Mood"}),
            "#/components/schemas/Mood: leads nowhere; add the component or correct the reference",
        ),
        (
            field(
                "TimeBlockUpdate",
                **{"x-argument": "start", "type": "integer", "description": "New."},
            ),
            "update_time_block: two arguments are named start; give one of them an `x-argument`",
        ),
        (
            field("TimeBlock", type="string", deprecated=True, description="The mood."),
            "TimeBlock.mood: no template renders `deprecated` here; remove it",
        ),
        (
            parameter(
                name="mood",
                **{"in": "query"},
                deprecated=True,
                schema={"type": "string"},
                description="The mood.",
            ),
            "list_time_blocks(mood): no template renders `deprecated` here; remove it",
        ),
        (
            lambda document: document["paths"][BLOCK]["get"].update(deprecated=True),
            "get_time_block: no template renders `deprecated` here; remove it",
        ),
        (
            lambda document: document["paths"][BLOCK]["delete"].update({"x-method": "get"}),
            "time_blocks.get: two operations have this `x-method`; each needs its own",
        ),
        (
            lambda document: document["paths"][BLOCK]["get"].update({"x-method": "iterate"}),
            "time_blocks.iterate: two operations have this `x-method`; each needs its own",
        ),
        (
            lambda document: document["components"]["schemas"].update(Mood={"type": "object"}),
            "Mood: a schema without fields; give it properties, or drop its type",
        ),
        (
            property_named("_id"),
            "TimeBlock: 'id' and '_id' would both be named id in Python",
        ),
        (
            property_named("-"),
            "TimeBlock: no name in Python can be made of '-'",
        ),
    ),
    ids=(
        "header list",
        "header",
        "repeated keys",
        "format",
        "reference",
        "argument",
        "deprecated field",
        "deprecated parameter",
        "deprecated operation",
        "method",
        "method of pages",
        "no fields",
        "two names",
        "no name",
    ),
)
def test_a_complaint_of_a_generator_is_fatal_and_names_the_place(
    codegen: Run, tmp_path: Path, copy: Path, change: Callable[[Node], object], message: str
) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.iterdir()}

    complaint = codegen("--description", edited(tmp_path, change), "--output", copy)

    assert message in complaint
    assert {path: path.stat().st_mtime_ns for path in copy.iterdir()} == before


def grow(document: Node) -> None:
    """Add a field to responses and to a body, a query parameter, and an operation."""
    field("TimeBlock", type=["string", "null"], description="How it felt.")(document)
    field("TimeBlockCreate", type="string", description="How it shall feel.")(document)
    parameter(
        name="shortest",
        **{"in": "query", "x-unit": "seconds"},
        description="No blocks shorter than this.",
        schema={"type": "integer", "minimum": 0},
    )(document)
    get = document["paths"][BLOCK]["get"]
    document["paths"][f"{BLOCK}/duplicate"] = {
        "post": {
            **get,
            "operationId": "duplicate_time_block",
            "x-method": "duplicate",
            "summary": "Make another block like this one",
            "responses": {"201": get["responses"]["200"]},
        }
    }


DRIVE = """
import asyncio, inspect, json
from datetime import UTC, datetime
import httpx
from toggl_focus import AsyncTogglFocus, TogglFocus

BLOCK = {"id": 7, "workspace_id": 10, "task_id": 100, "toggl_user_id": 1, "mood": "calm",
         "start": "2026-01-05T09:00:00Z", "created_at": "2026-01-01T09:00:00Z"}
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
seen = []

def respond(request):
    body = json.loads(request.content or "null")
    seen.append([request.method, request.url.path, dict(request.url.params), body])
    if request.method == "GET":
        return httpx.Response(200, json={"data": [BLOCK], "page": 1, "per_page": 20})
    return httpx.Response(201, json=BLOCK)

def calls(blocks):
    yield blocks.create(100, start=MONDAY, mood="calm")
    yield blocks.list(date_from=MONDAY, date_to=MONDAY, shortest=60)
    yield blocks.duplicate(100, 7)

def mood(response):
    return getattr(response, "data", [response])[0].mood

SETTINGS = dict(api_key="toggl_sk_" + "0" * 32, organization_id=1, workspace_id=10,
                base_url="http://focus.test/api")
transport = httpx.MockTransport(respond)
with TogglFocus(**SETTINGS, http_client=httpx.Client(transport=transport)) as client:
    moods = [mood(each) for each in calls(client.time_blocks)]

async def drive():
    http_client = httpx.AsyncClient(transport=transport)
    async with AsyncTogglFocus(**SETTINGS, http_client=http_client) as client:
        return [mood(await each) for each in calls(client.time_blocks)]

moods += asyncio.run(drive())
print(json.dumps({"moods": moods, "seen": seen}))
"""


def test_what_the_description_gains_reaches_both_clients_by_generation_alone(
    codegen: Run, tmp_path: Path
) -> None:
    generated = tmp_path / "generated"
    description = edited(tmp_path, grow)
    assert codegen("--description", description, "--output", generated / "_toggl_focus") == ""

    drive = subprocess.run(  # noqa: S603  (the script above)
        [sys.executable, "-W", "error", "-c", DRIVE],
        env={**os.environ, "PYTHONPATH": f"{generated}{os.pathsep}{ROOT / 'overrides'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert drive.returncode == 0, drive.stderr
    found = json.loads(drive.stdout)
    home = "/api/organizations/1/workspaces/10"
    monday = "2026-01-05T00:00:00Z"
    query = {"date_from": monday, "date_to": monday, "shortest": "60"}
    wanted: list[list[object]] = [
        ["POST", f"{home}/tasks/100/time-blocks", {}, {"start": monday, "mood": "calm"}],
        ["GET", f"{home}/time-blocks", query, None],
        ["POST", f"{home}/tasks/100/time-blocks/7/duplicate", {}, None],
    ]
    assert found["moods"] == ["calm"] * 6
    assert found["seen"] == wanted * 2


# Names on the wire that Python does not allow, or that generated code needs itself. Arguments have
# these names; so have fields, unless only an argument needs another one.
NAMES = {
    "class": "class_",
    "from": "from_",
    "created-by": "created_by",
    "@type": "type",
    "is active": "is_active",
    "_x": "x",
    "field": "field_",
    "options": "options_",
    "progress": "progress_",
    "self": "self_",
}


def name(document: Node) -> None:
    """Add fields with these names to a response, a body and a query."""
    text = {"type": "string", "description": "New."}
    for schema in ("TimeBlock", "TimeBlockCreate"):
        properties = document["components"]["schemas"][schema]["properties"]
        properties.update(dict.fromkeys(NAMES, text))
    for key in NAMES:
        parameter(name=key, **{"in": "query"}, schema=text, description="New.")(document)


CALL = """
import json, sys
from datetime import UTC, datetime
import httpx
from toggl_focus import TogglFocus, UsageError

NAMES = json.loads(sys.argv[1])
BLOCK = {"id": 7, "workspace_id": 10, "task_id": 100, "toggl_user_id": 1,
         "start": "2026-01-05T09:00:00Z", "created_at": "2026-01-01T09:00:00Z"}
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
RANGE = {"date_from": MONDAY, "date_to": MONDAY}
seen = []

def respond(request):
    seen.append(json.loads(request.content) if request.content else dict(request.url.params))
    page = {"data": [], "page": 1, "per_page": 20}
    return httpx.Response(200, json=BLOCK | {key: key for key in NAMES} if request.content else page)

http = httpx.Client(transport=httpx.MockTransport(respond))
blocks = TogglFocus(api_key="any", organization_id=1, workspace_id=10, http_client=http).time_blocks
block = blocks.create(100, start=MONDAY, **{name: key for key, name in NAMES.items()})
blocks.list(date_from=MONDAY, date_to=MONDAY, **{name: key for key, name in NAMES.items()})
sent = [{key: each[key] for key in NAMES} for each in seen]
errors = []
for name in NAMES.values():
    for call, given in (blocks.create, {"task_id": 100, "start": MONDAY}), (blocks.list, RANGE):
        try:
            call(**given, **{name: 5})
        except UsageError as error:
            errors.append(str(error))
print(json.dumps({"got": [getattr(block, name, None) or getattr(block, name[:-1]) for name in NAMES.values()], "sent": sent, "errors": errors}))
"""


def test_names_that_python_does_not_allow_are_renamed_and_keep_their_name_on_the_wire(
    codegen: Run, tmp_path: Path
) -> None:
    generated = tmp_path / "generated"
    description = edited(tmp_path, name)
    assert codegen("--description", description, "--output", generated / "_toggl_focus") == ""

    call = subprocess.run(  # noqa: S603  (the script above)
        [sys.executable, "-W", "error", "-c", CALL, json.dumps(NAMES)],
        env={**os.environ, "PYTHONPATH": f"{generated}{os.pathsep}{ROOT / 'overrides'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert call.returncode == 0, call.stderr
    found = json.loads(call.stdout)
    assert found["got"] == list(NAMES)
    assert found["sent"] == [{key: key for key in NAMES}] * 2
    assert found["errors"] == [
        f"time_blocks.{method}: {argument} is invalid: expected `str`, got 5"
        for argument in NAMES.values()
        for method in ("create", "list")
    ]


def test_writing_reports_which_public_names_come_and_go(
    codegen: Run, copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(document: Node) -> None:
        grow(document)
        del document["components"]["schemas"]["TimeBlock"]["properties"]["archived_at"]

    assert codegen("--description", edited(tmp_path, change), "--output", copy) == ""

    lines = capsys.readouterr().out.splitlines()
    assert "added: TimeBlock.mood" in lines
    assert "added: TimeBlocks.create(mood=)" in lines
    assert "added: TimeBlocks.duplicate" in lines
    assert "removed: TimeBlock.archived_at" in lines
    assert not any("Query" in line for line in lines)


class Recorder:
    """Sends nothing, and keeps what it is given."""

    def __init__(self) -> None:
        self.requests: list[Request[Any]] = []

    def send(self, request: Request[Any], *_: object) -> Any:
        self.requests.append(request)
        return ()

    exchange = stream = iterate = send

    def bulk(self, build: Any, entries: Any, *_: object, **__: object) -> Any:
        self.requests.append(build(entries))
        return ()


@pytest.mark.parametrize("verb", [verb for verb in vars(TimeBlocks) if verb[0] != "_"])
def test_the_example_in_a_docstring_makes_a_request_that_the_description_allows(verb: str) -> None:
    [example] = re.findall(
        r"```python\n(.*?)```", inspect.getdoc(getattr(TimeBlocks, verb)) or "", re.DOTALL
    )
    sender = Recorder()

    exec(example, {**vars(models), "datetime": datetime, "client": Resources(sender)})  # noqa: S102

    [request] = sender.requests
    assert request.query is None or msgspec.convert(
        msgspec.to_builtins(request.query), type(request.query)
    )
    assert request.body is None or msgspec.json.decode(
        msgspec.json.encode(request.body), type=request.operation.body
    )
