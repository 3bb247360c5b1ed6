"""Writes generated/ from spec/openapi.yaml: models and request builders, typed, without IO.

datamodel-code-generator makes the models and openapi-python-client the operations, each through
the templates beside this file. What is here hands them what they do not read themselves, and makes
every complaint of theirs fatal.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import json
import operator
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from datamodel_code_generator import Error, generate
from jinja2 import TemplateError
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_python_client.parser.openapi import Endpoint

Node: TypeAlias = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).resolve().with_name("templates")
GENERATED = ROOT / "generated"
PACKAGE = "_toggl_focus"
HEADER = "# Written from spec/openapi.yaml by `nox -s generate`; do not edit.\n"
RUNTIME = Path(__file__).resolve().with_name("runtime.py")
MODULES = ("__init__.py", "operations.py", "blocking.py", "awaitable.py")
RUNTIME_HEADER = "# Copied from overrides/codegen/runtime.py by `nox -s generate`; do not edit.\n"
RUFF = (
    ("check", "--quiet", "--no-cache", "--fix", "--select=F401,I", "--output-format=concise"),
    ("format", "--quiet", "--no-cache", "--config=format.docstring-code-format=true"),
)
MODELS: Node = {
    "additional_imports": [
        *(f"{PACKAGE}.request.{name}" for name in ("EmptyIfNull", "JSON", "Unset")),
        *(f"{PACKAGE}.request.{name}" for name in ("seconds", "utc")),
        *(f"datetime.{name}" for name in ("UTC", "datetime", "timedelta")),
        "collections.abc.Iterator",
        "msgspec.field",
        "msgspec.structs.force_setattr",
    ],
    "custom_file_header": '"""What the API takes and gives."""',
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
SHOWN = 20


class RefusedError(Exception):
    """The description says what no template renders, or a generator complained."""


class Argument(NamedTuple):
    """One argument of an operation: `name` in Python, `key` on the wire."""

    name: str
    key: str
    place: str
    schema: Node
    said: Node
    required: bool
    positional: bool


def resolve(document: Node, node: Node) -> Node:
    """Follow references within the document until there is none."""
    while "$ref" in node:
        keys = node["$ref"].removeprefix("#/").split("/")
        node = functools.reduce(operator.getitem, keys, document)
    return node


def operations(document: Node, parsed: GeneratorData) -> Iterator[Node]:
    """Join each operation as it is written with what openapi-python-client made of it."""
    collections = parsed.endpoint_collections_by_tag.values()
    endpoints = {endpoint.name: endpoint for tag in collections for endpoint in tag.endpoints}
    for item in document["paths"].values():
        for written in (value for value in item.values() if "operationId" in value):
            endpoint = endpoints[written["operationId"]]
            said = [*item.get("parameters", ()), *written.get("parameters", ())]
            body = written.get("requestBody", {}).get("content", {}).get("application/json", {})
            arguments = [
                *parameters(endpoint, [resolve(document, parameter) for parameter in said]),
                *properties(
                    resolve(document, body.get("schema", {})), written.get("requestBody", {})
                ),
            ]
            # What must be given comes first, and what the client carries last.
            arguments.sort(key=lambda a: (not a.positional, not a.required, a.place == "path"))
            yield {**written, "endpoint": endpoint, "arguments": arguments, "body": body}


def parameters(endpoint: Endpoint, written: list[Node]) -> Iterator[Argument]:
    """Take path and query parameters as arguments, under the names that the parser found."""
    known = {(said["in"], said["name"]): said for said in written}
    for place, parsed in endpoint.iter_all_parameters():
        key = parsed.name.get_untrusted_value()
        said = known[place, key]
        schema = said["schema"]
        if "x-format" in schema:
            schema = {"type": schema["type"], "format": schema["x-format"]}
        listed = schema.get("type") == "array"
        if place not in {"path", "query"}:
            raise RefusedError(f"{endpoint.name}: no template renders {place} parameters: {key}")
        if listed and said.get("explode", True):
            raise RefusedError(f"{endpoint.name}: a list needs `explode: false`: {key}")
        required = parsed.required and not said.get("x-client-default", False)
        positional = required and (listed or place == "path")
        yield Argument(parsed.python_name, key, place, schema, said, required, positional)


def properties(body: Node, said: Node) -> Iterator[Argument]:
    """Take the properties of a JSON object as arguments, or a bare array as a whole."""
    if body.get("type") == "array":
        yield Argument("items", "", "items", body, said, required=True, positional=True)
    for key, schema in body.get("properties", {}).items():
        required = key in body.get("required", ())
        positional = required and schema.get("type") == "array"
        name = schema.get("x-argument", key)
        yield Argument(name, key, "body", schema, schema, required, positional)


def reached(document: Node, node: object) -> set[str]:
    """Name the schemas that a node refers to, however deep."""
    found: set[str] = set()
    while new := set(re.findall(r"#/components/schemas/(\w+)", json.dumps(node))) - found:
        found |= new
        node = [document["components"]["schemas"][name] for name in new]
    return found


def joined(said: Node) -> Node:
    """Put the fields that a schema adds in `allOf` beside it, as the templates expect them."""
    own = {k: v for part in said.get("allOf", ()) if "$ref" not in part for k, v in part.items()}
    if not own:
        return said
    return {**said, **own, "allOf": [part for part in said["allOf"] if "$ref" in part]}


def fields(said: Node, *, sent: bool) -> Node:
    """Name our types to datamodel-code-generator, and keep from it what the template says."""
    kept = {k: v for k, v in said.items() if k not in {"description", "default"} and k[:2] != "x-"}
    if "properties" in kept:
        kept.pop("additionalProperties", None)  # every Struct passes over what it does not know
        kept["properties"] = {k: fields(v, sent=sent) for k, v in kept["properties"].items()}
    elif "items" in kept:
        kept["items"] = fields(kept["items"], sent=sent)
    elif not kept:
        kept["customTypePath"] = f"{PACKAGE}.request.JSON"
    elif said.get("format") == "date-time":
        kept["customTypePath"] = f"{PACKAGE}.request.Instant"
    elif said.get("format") == "date":
        kept["customTypePath"] = f"{PACKAGE}.request.Day"
    elif sent and said.get("x-unit") == "seconds":
        kept["customTypePath"] = f"{PACKAGE}.request.Seconds"
    elif sent and said.get("format") == "int64" and "maximum" not in said:
        kept["customTypePath"] = f"{PACKAGE}.request.Int64"
    return kept


def pages(document: Node, made: list[Node]) -> Iterator[tuple[str, str]]:
    """Name the schemas that are a page of a list, each with the field that holds the items."""
    for operation in made:
        if paged := operation.get("x-pagination"):
            answer = resolve(document, next(iter(operation["responses"].values())))
            schema = answer["content"]["application/json"]["schema"]
            yield schema["$ref"].rpartition("/")[2], paged["items"]


def models(document: Node, made: list[Node]) -> str:
    """Have datamodel-code-generator write the Structs, and one more for each query."""
    queries: Node = {}
    for operation in made:
        if asked := [a for a in operation["arguments"] if a.place == "query"]:
            queries[operation["operationId"].title().replace("_", "") + "Query"] = {
                "type": "object",
                "description": f"The query of `{operation['operationId']}`.",
                "required": [a.key for a in asked if a.required],
                "properties": {a.key: a.schema for a in asked},
            }
    sent = reached(document, [operation["body"] for operation in made]) | queries.keys()
    schemas = {k: joined(v) for k, v in document["components"]["schemas"].items()} | queries
    known = {name: fields(said, sent=name in sent) for name, said in schemas.items()}
    bases = {
        name: f"{PACKAGE}.request.{'RequestModel' if name in sent else 'ResponseModel'}"
        for name in known
    }
    listed = dict(pages(document, made))
    words = {
        name: {"schema": said, "sent": name in sent, "listed": listed.get(name)}
        for name, said in schemas.items()
    }
    options: Node = {**MODELS, "base_class_map": bases, "extra_template_data": words}
    public = f"\n\n__all__ = {sorted(document['components']['schemas'])!r}\n"
    return str(generate({**document, "components": {"schemas": known}}, **options)) + public


def parse(path: Path) -> tuple[Node, Project]:
    """Read the description and have openapi-python-client parse it."""
    document: Node = YAML(typ="safe").load(path)  # pyright: ignore[reportUnknownMemberType]  (no types)
    settings = ConfigFile(literal_enums=True, post_hooks=[])
    config = Config.from_sources(settings, MetaType.NONE, path, "utf-8", False, None)  # noqa: FBT003  (its order)
    parsed = GeneratorData.from_dict(document, config=config)
    if isinstance(parsed, GeneratorError):
        raise RefusedError(f"{parsed.header}: {parsed.detail}")
    collections = parsed.endpoint_collections_by_tag.values()
    if errors := [*parsed.errors, *(error for tag in collections for error in tag.parse_errors)]:
        raise RefusedError("\n".join(f"{error.header} {error.detail}" for error in errors))
    return document, Project(openapi=parsed, config=config, custom_template_path=TEMPLATES)


def write(description: Path, folder: Path) -> None:
    """Write the whole package into an empty folder."""
    document, project = parse(description)
    made = list(operations(document, project.openapi))
    said = {"operations": made, "tags": document["tags"], "package": PACKAGE}
    said["resolve"] = functools.partial(resolve, document)
    texts = {name: project.env.get_template(f"{name}.jinja").render(said) for name in MODULES}
    texts["models.py"] = models(document, made)
    for name, text in texts.items():
        (folder / name).write_text(HEADER + text, encoding="utf-8")
    runtime = RUNTIME.read_text(encoding="utf-8")
    (folder / "request.py").write_text(RUNTIME_HEADER + runtime, encoding="utf-8")
    (folder / "openapi.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    (folder / "py.typed").touch()
    for command in RUFF:
        ruff = [sys.executable, "-m", "ruff", *command, f"--config={ROOT / 'pyproject.toml'}"]
        files = sorted(folder.glob("*.py"))
        run = subprocess.run([*ruff, *files], capture_output=True, text=True, check=False)  # noqa: S603  (our words)
        if run.returncode:
            raise RefusedError(f"ruff refuses what came of it\n{run.stdout}{run.stderr}")


def differences(there: Path, wanted: Path) -> Iterator[str]:
    """Say which files are missing, stray or different, and where."""
    both = [(base, path) for base in (there, wanted) for path in base.rglob("*") if path.is_file()]
    names = {path.relative_to(base) for base, path in both if path.suffix != ".pyc"}
    for name in sorted(names):
        old, new = (base / name for base in (there, wanted))
        if not old.exists():
            yield f"{name}: missing"
        elif not new.exists():
            yield f"{name}: stray"
        elif old.read_bytes() != new.read_bytes():
            before, after = (path.read_text("utf-8", "replace").splitlines() for path in (old, new))
            diff = list(difflib.unified_diff(before, after, "is", "should be", n=1, lineterm=""))
            yield "\n".join([f"{name}: different", *diff[:SHOWN], *["…"][: len(diff) > SHOWN]])


def beside(package: Path) -> Iterator[str]:
    """Say what else is in generated/; a package written elsewhere may have any neighbours."""
    if package.resolve() == GENERATED / PACKAGE:
        names = {path.name for path in GENERATED.iterdir()} - {PACKAGE, "__pycache__"}
        yield from (f"../{name}: stray" for name in sorted(names))


def main() -> None:
    """Write the package, or say what writing it would change."""
    parser = argparse.ArgumentParser(prog="codegen", description="Write generated/.")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    parser.add_argument("--description", type=Path, default=ROOT / "spec" / "openapi.yaml")
    parser.add_argument("--output", type=Path, default=GENERATED / PACKAGE)
    asked = parser.parse_args()
    # Beside the output, so that putting it in place is a rename: all of it or nothing.
    place = None if asked.check else asked.output.parent
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".codegen-", dir=place) as temporary:
        wanted, before = Path(temporary, PACKAGE), Path(temporary, "before")
        wanted.mkdir()
        try:
            with warnings.catch_warnings(action="error"):
                write(asked.description, wanted)
        except (RefusedError, Error, TemplateError, Warning) as complaint:
            sys.exit(f"{asked.description}: {complaint}")
        found = list(differences(asked.output, wanted))
        if asked.check:
            found += beside(asked.output)
        if found and asked.check:
            sys.exit("\n".join([f"{asked.output} is not what {asked.description} gives:", *found]))
        if found:
            try:
                if asked.output.exists():
                    asked.output.rename(before)
                wanted.rename(asked.output)
            finally:
                if before.exists() and not asked.output.exists():
                    before.rename(asked.output)


if __name__ == "__main__":
    main()
