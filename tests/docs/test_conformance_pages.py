"""The pages of docs/conformance: their messages are valid, their commands do what they show."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.docs.test_docs import anchors
from tests.support.examples import ROOT
from tests.support.pages import BLOCK
from toggl_focus_conformance import pytest_plugin
from toggl_focus_conformance.adapters import target
from toggl_focus_conformance.cases import load_files
from toggl_focus_conformance.cases.tables import TABLES
from toggl_focus_conformance.cli.commands import main
from toggl_focus_conformance.cli.conformance import conformance
from toggl_focus_conformance.protocol import OUTCOMES, check_hello, check_message, check_reply
from toggl_focus_conformance.runner import grade

FOLDER = ROOT / "docs" / "conformance"
PAGES = {path.name: path for path in (*FOLDER.glob("*.md"), ROOT / "conformance" / "README.md")}
REQUESTS = ("hello_request", "call", "decode", "encode", "bye")


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """Language and text of each block of code."""
    return ((found[1], found[2]) for found in BLOCK.finditer(PAGES[page].read_text("utf-8")))


def messages() -> list[Any]:
    return [
        json.loads(line)
        for language, text in blocks("protocol.md")
        if language == "json"
        for line in text.splitlines()
    ]


def definition(message: Any) -> str:
    """The definition in the schema that a message of the page must match."""
    if "outcome" in message:
        return f"reply_{message['outcome']}"
    return "hello_request" if "suite" in message else message["type"]


def test_every_message_of_the_protocol_page_is_valid() -> None:
    for message in messages():
        check_message(definition(message), message)
        if "outcome" in message:
            check_reply(message)
        elif "sdk" in message:
            check_hello(message)


def test_the_protocol_page_has_an_example_of_every_message() -> None:
    shown = {definition(message) for message in messages()}

    assert shown == {*REQUESTS, "hello", *(f"reply_{each}" for each in OUTCOMES)}


def test_the_cases_of_the_page_pass_with_a_correct_sdk(tmp_path: Path) -> None:
    texts = [text for language, text in blocks("authoring-cases.md") if language == "yaml"]
    path = tmp_path / "query.yaml"
    path.write_text("".join(texts), encoding="utf-8")

    run = asyncio.run(grade(target(["own:sync"]), load_files([path])))

    assert [result.status for result in run.results] == ["pass"] * 5


class Names:
    """A parser and a group of pytest that keep the names of the options."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def getgroup(self, *_: str) -> Names:
        return self

    def addoption(self, name: str, **_: object) -> None:
        self.names.add(name)


def pytest_options() -> set[str]:
    """The options of our plugin."""
    parser: Any = Names()
    pytest_plugin.pytest_addoption(parser)
    names: set[str] = parser.names
    return names


def test_every_option_that_a_page_names_exists() -> None:
    commands = (*conformance.commands.values(), main.commands["serve"])
    there = {name for each in commands for param in each.params for name in param.opts}
    others = {"--from", "--spec", "--rm", "--add-host", "--again", "--check", "--record"}
    others |= {"--runxfail", "--lf", "--collect-only", "--junit-xml", *pytest_options()}

    for page, path in PAGES.items():
        named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", path.read_text("utf-8")))
        assert named <= there | others, page


def test_every_command_that_a_page_names_exists() -> None:
    for page, path in PAGES.items():
        named = re.findall(r"toggl-focus conformance ([a-z][a-z-]+)", path.read_text("utf-8"))
        assert {*named} <= {*conformance.commands}, page


def test_what_the_pages_refer_to_is_there() -> None:
    missing: list[str] = []
    for page, path in PAGES.items():
        for link, anchor in re.findall(r"\]\(([^):#]*)(?:#([^)]+))?\)", path.read_text("utf-8")):
            to = (path.parent / link).resolve() if link else path
            if not to.exists() or (anchor and anchor not in anchors(to)):
                missing.append(f"{page}: {link}#{anchor}")

    assert missing == []


def test_the_page_of_the_cases_names_every_key_and_every_table() -> None:
    page = PAGES["authoring-cases.md"].read_text("utf-8")
    named = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    schema = json.loads((files("toggl_focus_conformance.cases") / "case.schema.json").read_text())

    assert {*schema["properties"], *TABLES} <= named | {"server"}
