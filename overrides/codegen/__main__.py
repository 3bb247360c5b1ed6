"""Writes generated/ from spec/openapi.yaml: models, request builders and resources, typed.

datamodel-code-generator makes the models and openapi-python-client parses the operations, each
rendered by the templates next to this file. Whatever they cannot render correctly is refused, and
every complaint of theirs is fatal.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from datamodel_code_generator import Error
from jinja2 import TemplateError

from description import operations, parse, read
from names import RefusedError, clashes
from public_names import changes
from references import Node, resolve
from refusals import refuse, refuse_description
from structs import PACKAGE, models

ROOT = Path(__file__).resolve().parents[2]
GENERATED = ROOT / "generated"
RUNTIME = Path(__file__).resolve().with_name("runtime.py")
HEADER = "# Written from spec/openapi.yaml by `nox -s generate`; do not edit.\n"
RUNTIME_HEADER = "# Copied from overrides/codegen/runtime.py by `nox -s generate`; do not edit.\n"
MODULES = ("__init__.py", "operations.py", "blocking.py", "awaitable.py")
RUFF = (
    ("check", "--quiet", "--no-cache", "--fix", "--select=F401,I", "--output-format=concise"),
    ("format", "--quiet", "--no-cache", "--config=format.docstring-code-format=true"),
    # The rules of the project, wherever the output is; arguments are named as in the API.
    ("check", "--quiet", "--no-cache", "--extend-per-file-ignores=*:A002"),
)
SHOWN = 20


def render(document: Node, description: Path) -> tuple[list[Node], dict[str, str]]:
    """The operations, and the text of the modules made of them."""
    try:
        refuse_description(document)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise RefusedError(f"not valid OpenAPI: {error}; `nox -s spec` finds the place") from error
    project = parse(description, document)
    made = list(operations(document))
    refuse(document, made)
    said = {"operations": made, "tags": document["tags"], "package": PACKAGE}
    said["resolve"] = functools.partial(resolve, document)
    texts = {name: project.env.get_template(f"{name}.jinja").render(said) for name in MODULES}
    if hidden := [line for name, text in texts.items() for line in clashes(name, text)]:
        raise RefusedError("\n".join(dict.fromkeys(hidden)))
    return made, texts


def write(description: Path, folder: Path) -> None:
    """Write the complete package into an empty folder."""
    document = read(description)
    made, texts = render(document, description)
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
            raise RefusedError(f"ruff rejects the generated code\n{run.stdout}{run.stderr}")


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


def stray_neighbours(package: Path) -> Iterator[str]:
    """Say what else is in generated/; a package written elsewhere may have any neighbours."""
    if package.resolve() == GENERATED / PACKAGE:
        names = {path.name for path in GENERATED.iterdir()} - {PACKAGE, "__pycache__"}
        yield from (f"../{name}: stray" for name in sorted(names))


def replace(package: Path, wanted: Path, before: Path) -> None:
    """Put the new package in place of the old one, which goes to `before`: all of it or nothing."""
    try:
        if package.exists():
            package.rename(before)
        wanted.rename(package)
    finally:
        if before.exists() and not package.exists():
            before.rename(package)


def main() -> None:
    """Write the package, or say what writing it would change."""
    parser = argparse.ArgumentParser(prog="codegen", description="Write generated/.")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    parser.add_argument("--description", type=Path, default=ROOT / "spec" / "openapi.yaml")
    parser.add_argument("--output", type=Path, default=GENERATED / PACKAGE)
    given = parser.parse_args()
    if not given.description.is_file():
        parser.error(f"there is no description {given.description}")
    # Next to the output, so that putting it in place is a rename.
    place = None if given.check else given.output.parent
    given.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".codegen-", dir=place) as temporary:
        wanted, before = Path(temporary, PACKAGE), Path(temporary, "before")
        wanted.mkdir()
        try:
            with warnings.catch_warnings(action="error"):
                write(given.description, wanted)
        except (RefusedError, Error, TemplateError, Warning) as complaint:
            sys.exit(f"{given.description}: {complaint}")
        found = list(differences(given.output, wanted))
        if given.check:
            found += stray_neighbours(given.output)
            if found:
                sys.exit("\n".join([f"{given.output} does not match {given.description}:", *found]))
        elif found:
            changed = list(changes(given.output, wanted)) if given.output.exists() else []
            replace(given.output, wanted, before)
            for line in changed:
                print(line)


if __name__ == "__main__":
    main()
