"""The examples of README.md and docs/ work as they stand there, and what they list is complete."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import asdict
from doctest import DocTestParser
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

import toggl_focus
from spec.check.ledger import KEYS
from tests.support.examples import PAGES, ROOT, examples
from toggl_focus import Options, TogglFocus, TogglFocusError, testing, tracing
from toggl_focus_conformance import TimeLimits
from toggl_focus_conformance.cli import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    Node = dict[str, Any]

EXAMPLES = str(ROOT / "tests" / "support" / "examples.py")
DOCS = {name: text for name, text in PAGES.items() if name != "README.md"}
DESCRIPTION = json.loads((ROOT / "generated" / "_toggl_focus" / "openapi.json").read_bytes())
COMMAND = "toggl-focus serve -- python"
READING_ORDER = (
    "start.md",
    "reading.md",
    "bulk.md",
    "errors.md",
    "quota.md",
    "testing.md",
    "server.md",
)
# Its examples use what is not in the description yet.
AHEAD = "regenerating.md"
DOCSTRING_NAMES = f"""\
from datetime import UTC, datetime, timedelta
from typing import Any
import httpx
import toggl_focus
from opentelemetry.trace import Tracer
from toggl_focus import {", ".join(toggl_focus.__all__)}
from toggl_focus import testing
from toggl_focus.testing import {", ".join(testing.__all__)}
from toggl_focus.tracing import Tracing
"""
DOCSTRING_ARGUMENTS = (
    "monday: datetime, sunday: datetime, changes: list[TimeBlockBulkUpdateItem], http: Any,"
    " report: Any, expected: object, tracer: Tracer"
)
ROW = re.compile(r"^\| `([\w-]+)`", re.MULTILINE)


def run(
    *command: str | Path, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    scripts = sysconfig.get_path("scripts")
    return subprocess.run(  # noqa: S603  (our own)
        command,
        cwd=cwd,
        env=os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"} | (env or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("pages", (*READING_ORDER, " ".join(READING_ORDER)))
def test_the_examples_run_as_pasted_after_the_command_of_their_page(
    pages: str, tmp_path: Path
) -> None:
    """Each page alone, and all pages one after the other against one server."""
    runner = [EXAMPLES, *pages.split()]

    ran = run(*COMMAND.split(), *runner, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})

    assert ran.returncode == 0, ran.stdout


def test_every_page_with_examples_starts_with_the_command() -> None:
    pages = [page for page in DOCS if examples(page) and page != AHEAD]

    assert sorted(pages) == sorted(READING_ORDER)
    for page in pages:
        assert DOCS[page].partition("```")[2].startswith(f"sh\n{COMMAND}\n```\n"), page


def test_every_example_passes_mypy_and_pyright(tmp_path: Path) -> None:
    for page in PAGES:
        if page != AHEAD:
            write_example_files(page, tmp_path)
    (tmp_path / "docstrings.py").write_text("\n".join(docstring_examples()), encoding="utf-8")
    mypy = "[mypy]\nstrict = true\n[mypy-vcr]\nignore_missing_imports = true\n"  # it has no types
    (tmp_path / "mypy.ini").write_text(mypy)
    pyright = {"typeCheckingMode": "standard", "strict": ["*_md.py"]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(pyright))

    checks = [
        run(sys.executable, "-m", "mypy", ".", cwd=tmp_path),
        run(sys.executable, "-m", "pyright", f"--pythonpath={sys.executable}", cwd=tmp_path),
    ]

    assert [check.returncode for check in checks] == [0, 0], "".join(c.stdout for c in checks)


def write_example_files(page: str, folder: Path) -> None:
    """The examples of a page as one module, with the line numbers of the page, and its files."""
    lines: list[str] = []
    for example in examples(page):
        if example.file:
            (folder / example.file).write_text(example.code, encoding="utf-8")
        else:
            lines += [""] * (example.line - 1 - len(lines)) + example.code.splitlines()
    module = page.replace(".md", "_md.py")
    (folder / module).write_text("\n".join([*lines, ""]), encoding="utf-8")


def docstring_examples() -> Iterator[str]:
    """The examples in the docstrings of the public API, each as a function."""
    yield DOCSTRING_NAMES
    parser = DocTestParser()
    for module in (toggl_focus, testing, tracing):
        public = [getattr(module, name) for name in module.__all__]
        ours = [
            each for each in public if getattr(each, "__module__", "").startswith("toggl_focus")
        ]
        members = [member for each in ours for member in vars(each).values()]
        for number, each in enumerate((module, *ours, *members)):
            code = "".join(line.source for line in parser.get_examples(each.__doc__ or ""))
            if code:
                client = "AsyncTogglFocus" if "await" in code else "TogglFocus"
                yield f"async def {module.__name__.replace('.', '_')}_{number}("
                yield f"    client: {client}, {DOCSTRING_ARGUMENTS}\n) -> None:"
                yield indent(code, "    ")


def test_a_field_that_is_added_as_the_page_shows_reaches_both_clients(tmp_path: Path) -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", DOCS[AHEAD], re.DOTALL | re.MULTILINE)
    changed = merged(DESCRIPTION, YAML(typ="safe").load(shown))
    (tmp_path / "openapi.yaml").write_text(json.dumps(changed), encoding="utf-8")
    codegen = (ROOT / "overrides" / "codegen", "--description", "openapi.yaml")
    paths = os.pathsep.join(map(str, (tmp_path, ROOT)))

    generated = run(sys.executable, *codegen, "--output", "_toggl_focus", cwd=tmp_path)
    use = [*COMMAND.split(), EXAMPLES, AHEAD]
    used = run(*use, cwd=tmp_path, env={"PYTHONPATH": paths})

    assert (generated.returncode, generated.stdout) == (0, "")
    assert (used.returncode, used.stdout) == (0, "")


def merged(old: Node, new: Node) -> Node:
    """Both, as far down as both are mappings."""
    both = {
        key: merged(old[key], value) if isinstance(value, dict) and key in old else value
        for key, value in new.items()
    }
    return old | both


def test_the_page_of_the_server_lists_every_option_and_limit() -> None:
    options = DOCS["server.md"].partition("## Options\n")[2].partition("## ")[0]
    limits = DOCS["server.md"].partition("| `TimeLimits`")[2].partition("\n\n")[0]

    assert ROW.findall(options) == [
        name for each in commands.serve.params for name in each.opts if name.startswith("--")
    ]
    assert re.findall(r"^\| `(\w+)` \| (\d+)", limits, re.MULTILINE) == [
        (name, str(value)) for name, value in asdict(TimeLimits()).items()
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_script_of_the_page_of_the_server_runs(tmp_path: Path) -> None:
    (script,) = re.findall(r"^```sh\n(rm .*?)^```$", DOCS["server.md"], re.DOTALL | re.MULTILINE)

    ran = run("/bin/sh", "-e", "-c", script, cwd=tmp_path)

    assert ran.returncode == 0, ran.stdout
    assert '{"id":1001,"workspace_id":10,"task_id":100,' in ran.stdout


def test_what_a_page_refers_to_is_there() -> None:
    there = {ROOT / "docs" / name for name in DOCS}
    missing: list[str] = []
    for name, text in DOCS.items():
        for path, anchor in re.findall(r"\]\(([^):#]*)(?:#([^)]+))?\)", text):
            target = (ROOT / "docs" / (path or name)).resolve()
            known = target.exists() and (not anchor or anchor in anchors(target))
            missing += [] if known else [f"{name}: {path}#{anchor}"]

    assert missing == []
    assert there


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def test_every_decision_that_a_page_names_is_in_the_ledger() -> None:
    ledger = (ROOT / "spec" / "decisions.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^## (D\d+) ", ledger, re.MULTILINE))

    named = {each for text in DOCS.values() for each in re.findall(r"\bD\d+\b", text)}

    assert named <= known


def test_every_operation_that_a_page_names_is_there() -> None:
    there = {name for name in dir(TogglFocus(api_key="any").time_blocks) if name[0] != "_"}

    named = {each for text in DOCS.values() for each in re.findall(r"time_blocks\.(\w+)", text)}

    assert named <= there


def test_the_tree_of_errors_is_whole() -> None:
    exported = (getattr(toggl_focus, name) for name in toggl_focus.__all__)
    errors = {
        each.__name__
        for each in exported
        if isinstance(each, type) and issubclass(each, TogglFocusError)
    }

    tree = DOCS["errors.md"].partition("```text\n")[2].partition("```")[0]

    assert errors == errors & set(re.findall(r"\w+", tree))


def test_the_table_of_options_is_whole() -> None:
    table = DOCS["start.md"].partition("## Options\n")[2].partition("## ")[0]

    assert ROW.findall(table) == list(Options.__annotations__)


def test_the_table_of_keys_is_whole() -> None:
    table = DOCS[AHEAD].partition("## What the x- keys do\n")[2].partition("## ")[0]

    assert sorted(ROW.findall(table)) == sorted(KEYS)
