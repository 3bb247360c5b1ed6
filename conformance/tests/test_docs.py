"""What the pages of docs/ show works as it stands there, and what they list is all there is."""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack, redirect_stdout
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from ruamel.yaml import YAML

import toggl_focus
from spec.check.ledger import KEYS
from toggl_focus import Clock, Options, TogglFocus, TogglFocusError
from toggl_focus_conformance import ReferenceServer, TimeLimits, cli, ready

if TYPE_CHECKING:
    from collections.abc import Iterator

    Node = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("docs/*.md"))}
DESCRIPTION = json.loads((ROOT / "generated" / "_toggl_focus" / "openapi.json").read_bytes())
SERVERS: dict[str, dict[str, Any]] = {"quota.md": {"quota": 30}}
# Its examples use what is not in the description yet.
AHEAD = "regenerating.md"

EXAMPLE = re.compile(
    r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE
)
FILE = re.compile(r"# (\w+\.py)\n")
TOLD = re.compile(r" *print\(.*\)  # (.+)")
ROW = re.compile(r"^\| `([\w-]+)`", re.MULTILINE)
PAGES = [name for name, text in DOCS.items() if EXAMPLE.search(text)]


@dataclass
class Example:
    """A block of Python in a page.

    Where its first line is `# name.py`, it is that file too; `test_….py` is for pytest to run. What
    it prints stands behind `print(…)  #`, or all of it in a text block below; `…` is anything.
    """

    page: str
    line: int
    code: str
    output: str | None

    @property
    def file(self) -> str | None:
        """What file it is."""
        named = FILE.match(self.code)
        return named and named[1]


@dataclass
class Printed:
    """Stands for `print` in an example, and keeps what each line printed last."""

    page: str
    last: dict[int, str] = field(default_factory=dict[int, str])

    def __call__(self, *values: object, **how: Any) -> None:
        text = io.StringIO()
        print(*values, **how, file=text)
        sys.stdout.write(text.getvalue())
        caller = sys._getframe(1)  # noqa: SLF001  (there is no public way to a caller's line)
        if caller.f_code.co_filename == self.page:
            self.last[caller.f_lineno] = text.getvalue().rstrip("\n")


def examples(page: str) -> list[Example]:
    text = DOCS[page]
    return [
        Example(page, text.count("\n", 0, found.start(1)) + 1, found[1], found[2])
        for found in EXAMPLE.finditer(text)
    ]


def run_page(page: str) -> None:
    """Run the examples of a page in order, with the names that those before have made."""
    names: dict[str, Any] = {"__name__": "example"}
    tests: list[str] = []
    with asyncio.Runner() as runner, ExitStack() as opened, redirect_stdout(io.StringIO()) as out:
        for example in examples(page):
            if example.file:
                Path(example.file).write_text(example.code, encoding="utf-8")
            if example.file and example.file.startswith("test_"):
                tests.append(example.file)
                continue
            run(example, names, runner, out)
            if isinstance(client := names.get("client"), TogglFocus):
                opened.callback(client.close)
    if tests:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our words)
        assert done.returncode == 0, f"{page}\n{done.stdout}{done.stderr}"


def run(example: Example, names: dict[str, Any], runner: asyncio.Runner, out: io.StringIO) -> None:
    names["print"] = printed = Printed(example.page)
    # Lines are counted as those of the page, for what a failure shows.
    source = "\n" * (example.line - 1) + example.code
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(source, example.page, "exec", flags, dont_inherit=True)
    before = out.tell()
    coroutine = eval(code, names)  # noqa: S307  (the page's)
    if code.co_flags & inspect.CO_COROUTINE:
        runner.run(coroutine)

    for number, line in enumerate(example.code.splitlines(), example.line):
        if told := TOLD.fullmatch(line):
            was = printed.last.get(number, "nothing")
            assert alike(told[1], was), f"{example.page}:{number} prints {was}"
    if example.output is not None:
        was = out.getvalue()[before:]
        assert alike(example.output, was), f"{example.page}:{example.line} prints\n{was}"


def alike(told: str, was: str) -> bool:
    return bool(re.fullmatch(re.escape(told).replace("…", ".*"), was))


def refuse(_: Clock, seconds: float) -> NoReturn:
    raise AssertionError(f"an example waits for {seconds} s; give it a FakeClock")


@pytest.fixture
def page(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> Iterator[str]:
    """A page, an empty folder and a server of its own, which the environment names."""
    monkeypatch.chdir(tmp_path)
    for name in ("sleep", "asleep"):
        monkeypatch.setattr(Clock, name, refuse)
    monkeypatch.setattr(logging.getLogger("toggl_focus"), "handlers", [])
    with (
        caplog.at_level(logging.WARNING, "toggl_focus"),
        caplog.at_level(logging.WARNING, "toggl_focus_conformance.server"),
        ReferenceServer(seed="demo", validate=True, **SERVERS.get(request.param, {})) as server,
    ):
        settings = {
            "API_KEY": server.account.api_key,
            "BASE_URL": server.url,
            "ORGANIZATION_ID": "1",
            "WORKSPACE_ID": "10",
        }
        for name, value in settings.items():
            monkeypatch.setenv(f"TOGGL_FOCUS_{name}", value)
        yield request.param


@pytest.mark.parametrize("page", [name for name in PAGES if name != AHEAD], indirect=True)
def test_the_examples_of_a_page_run_and_print_what_it_says(page: str) -> None:
    run_page(page)


@pytest.mark.parametrize("page", (AHEAD,), indirect=True)
def test_a_field_that_is_added_as_the_page_shows_reaches_both_clients(
    page: str, tmp_path: Path
) -> None:
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", DOCS[page], re.DOTALL | re.MULTILINE)
    changed = merged(DESCRIPTION, YAML(typ="safe").load(shown))
    (tmp_path / "openapi.yaml").write_text(json.dumps(changed), encoding="utf-8")
    generate = [ROOT / "overrides" / "codegen", "--description", "openapi.yaml"]
    use = ["-c", f"import test_docs; test_docs.run_page({page!r})"]
    tests = ROOT / "conformance" / "tests"
    paths = os.pathsep.join(map(str, (tmp_path, ROOT, tests)))

    for arguments in ([*generate, "--output", "_toggl_focus"], use):
        done = subprocess.run(  # noqa: S603  (our words)
            [sys.executable, *arguments],
            env=os.environ | {"PYTHONPATH": paths},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


def merged(old: Node, new: Node) -> Node:
    """Both, as far down as both are mappings."""
    both = {
        key: merged(old[key], value) if isinstance(value, dict) and key in old else value
        for key, value in new.items()
    }
    return old | both


def test_the_page_of_the_server_lists_everything_of_the_seed() -> None:
    tables = DOCS["server.md"].partition("## Accounts\n")[2].partition("## ")[0]
    rows = [line.replace("`", "") for line in tables.splitlines() if re.match(r"\| \d", line)]

    assert rows == [
        f"| {' | '.join(row)} |" for table in ready.directory().values() for row in table[1:]
    ]


def test_the_page_of_the_server_lists_every_option_and_limit() -> None:
    options = DOCS["server.md"].partition("## Options\n")[2].partition("## ")[0]
    limits = DOCS["server.md"].partition("| `TimeLimits`")[2].partition("\n\n")[0]

    assert ROW.findall(options) == [
        name for each in cli.serve.params for name in each.opts if name.startswith("--")
    ]
    assert re.findall(r"^\| `(\w+)` \| (\d+)", limits, re.MULTILINE) == [
        (name, str(value)) for name, value in asdict(TimeLimits()).items()
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_script_of_the_page_of_the_server_runs(tmp_path: Path) -> None:
    (script,) = re.findall(r"^```sh\n(rm .*?)^```$", DOCS["server.md"], re.DOTALL | re.MULTILINE)
    folder = str(Path(sys.executable).parent)

    told = subprocess.run(
        ["/bin/sh", "-e"],
        input=script,
        env=os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert '{"id":1001,"workspace_id":10,"task_id":100,' in told


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


def test_the_page_of_errors_tells_apart_what_may_be_repeated_as_the_description_does() -> None:
    operations = [
        operation
        for path in DESCRIPTION["paths"].values()
        for operation in path.values()
        if "x-method" in operation
    ]
    for name, repeatable in (("repeatable", True), ("once", False)):
        (line,) = re.findall(rf"^- \*\*{name}\*\*: (.*)$", DOCS["errors.md"], re.MULTILINE)
        expected = {
            operation["x-method"]
            for operation in operations
            if operation.get("x-idempotent", False) is repeatable
        }

        assert set(re.findall(r"`(\w+)`", line)) == expected


def test_the_table_of_options_is_whole() -> None:
    table = DOCS["start.md"].partition("## Options\n")[2].partition("## ")[0]

    assert ROW.findall(table) == list(Options.__annotations__)


def test_the_table_of_keys_is_whole() -> None:
    table = DOCS[AHEAD].partition("## What the x- keys do\n")[2].partition("## ")[0]

    assert sorted(ROW.findall(table)) == sorted(KEYS)
