"""What CONTRIBUTING and its companions tell is true, and the hooks and workflows do what nox does."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.test_docs import anchors
from tests.support.examples import ROOT

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGES = ("CONTRIBUTING.md", "RELEASING.md", "SECURITY.md", ".github/pull_request_template.md")
HOOKS: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def sessions() -> list[str]:
    """The sessions of the noxfile, in its order."""
    module = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    return [
        node.name
        for node in module.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if ast.unparse(decorator).startswith("nox.session")
    ]


def text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def table(page: str, heading: str) -> list[str]:
    """The first column of the table below a heading."""
    section = text(page).partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `?([^|`]+?)`? \|", section, re.MULTILINE)[1:]


def test_the_table_of_sessions_is_complete() -> None:
    listed = re.findall(
        r"^\| `(\w+)` \|", text("CONTRIBUTING.md").partition("## Where")[0], re.MULTILINE
    )

    assert sorted(listed) == sorted(sessions())


def test_every_session_that_a_page_names_exists() -> None:
    for page in (*PAGES, "README.md"):
        named = re.findall(r"nox -s ([a-z ]*[a-z])", text(page))

        assert {name for names in named for name in names.split()} <= {*sessions()}, page


def test_the_glossary_has_twenty_terms() -> None:
    rows = table("CONTRIBUTING.md", "Glossary")

    assert len({*rows}) == len(rows) == 20


def test_every_folder_of_the_table_is_there() -> None:
    folders = table("CONTRIBUTING.md", "Where things are")

    assert all((ROOT / folder).is_dir() or "toggl_focus_" in folder for folder in folders)


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_refers_to_is_there(page: str) -> None:
    for link, anchor in re.findall(r"\]\(([^):#]*)(?:#([^)]+))?\)", text(page)):
        target = ((ROOT / page).parent / link).resolve()

        assert target.exists(), link
        assert not anchor or anchor in anchors(target)


def test_the_hooks_have_the_versions_of_pyproject() -> None:
    pinned = dict(
        line.split("==")
        for group in PYPROJECT["dependency-groups"].values()
        for line in group
        if isinstance(line, str) and "==" in line
    )
    packages = {"ruff-pre-commit": "ruff", "yamllint": "yamllint"}

    hooked = {packages[Path(each["repo"]).name]: each["rev"] for each in HOOKS["repos"]}

    assert hooked == {name: f"v{pinned[name]}" for name in packages.values()}


def test_the_hooks_lint_and_format_as_nox_does() -> None:
    hooks = {hook["id"] for repo in HOOKS["repos"] for hook in repo["hooks"]}

    assert hooks == {"ruff-check", "ruff-format", "yamllint"}


def commands(workflow: Path) -> list[tuple[str, dict[str, Any]]]:
    """The commands of a workflow, each with the matrix of its job."""
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values()
    return [
        (step["run"], job.get("strategy", {}).get("matrix", {}))
        for job in jobs
        for step in job["steps"]
        if "run" in step
    ]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_does_nothing_but_call_nox(workflow: Path) -> None:
    for command, matrix in commands(workflow):
        assert command == "python -m pip install nox" or command.startswith("python -m nox -s ")
        named = command.removeprefix("python -m nox -s ").removesuffix("-${{ matrix.python }}")
        for session in matrix["session"] if "matrix.session" in named else [named]:
            assert session.split()[0] in {*sessions(), "python"}


def test_the_workflow_runs_what_the_session_tests_runs() -> None:
    module = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    (tests,) = (node for node in module.body if getattr(node, "name", "") == "tests")
    required = {
        word.value.partition("-")[0]
        for word in ast.walk(tests)
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    } & {*sessions()}

    ((_, matrix),) = (
        (command, matrix)
        for command, matrix in commands(ROOT / ".github" / "workflows" / "tests.yml")
        if "matrix.session" in command
    )

    assert len(required) >= 8
    assert required <= {session.split()[0] for session in matrix["session"]} | {"suite"}


def test_the_workflow_has_every_python_that_the_package_supports() -> None:
    classifiers = "\n".join(PYPROJECT["project"]["classifiers"])
    supported = re.findall(
        r"^Programming Language :: Python :: (3\.\d+)$", classifiers, re.MULTILINE
    )

    matrices = [
        matrix
        for _, matrix in commands(ROOT / ".github" / "workflows" / "tests.yml")
        if "python" in matrix
    ]

    assert matrices
    assert all(matrix["python"] == supported for matrix in matrices)
    assert all(len(matrix["os"]) == 3 for matrix in matrices)


def test_the_forms_for_issues_have_what_the_host_requires() -> None:
    for form in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        content = yaml.safe_load(form.read_text("utf-8"))

        assert form.name == "config.yml" or {"name", "description", "body"} <= {*content}
