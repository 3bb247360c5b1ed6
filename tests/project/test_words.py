"""Text and names use the words of the field: words.yaml lists those that they must not use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from tests.support.examples import ROOT

Rule = dict[str, Any]

RULES: list[Rule] = yaml.safe_load((ROOT / "tests" / "project" / "words.yaml").read_text("utf-8"))
FOLDERS = (
    "overrides", "generated", "conformance", "docs", "spec", "tests", "benchmarks", ".github",
)  # fmt: skip
FILES = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "RELEASING.md",
    "SECURITY.md",
    "noxfile.py",
)
KINDS = {
    ".css", ".go", ".html", ".jinja", ".jinja2", ".js", ".md", ".mjs", ".pl", ".pm", ".php", ".py", ".rb", ".sh",
    ".sql", ".toml", ".ts", ".yaml", ".yml", ".json",
}  # fmt: skip
# Copies of what stands elsewhere, and the words themselves.
COPIES = (
    "spec/vendor-docs.json", "spec/lint/*", "generated/*.json", "*/node_modules/*", "*/.build/*",
    "tests/project/words.yaml", "tests/project/test_words.py",
)  # fmt: skip


def sources() -> Iterator[tuple[str, str]]:
    """Path and text of what people read."""
    found = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))]
    for path in (*found, *(ROOT / name for name in FILES)):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in KINDS and not any(fnmatch(name, copy) for copy in COPIES):
            yield name, path.read_text("utf-8")


SOURCES = dict(sources())
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
WORDS = {name: {each.lower() for each in WORD.findall(text)} for name, text in SOURCES.items()}
VOCABULARY: set[str] = set().union(*WORDS.values())


def words(pattern: str) -> re.Pattern[str]:
    """The words in text and in names: `last_answer` has the word answer, as `BrokenAnswer` has."""
    spaced = pattern.replace(" ", r"[\s_-]+")
    return re.compile(rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:{spaced})(?![a-z])")


def findings(rule: Rule, name: str, text: str) -> Iterator[str]:
    """Where a text has a word that it must not have."""
    exceptions = [each for each in rule.get("except", ()) if fnmatch(name, each.get("path", "*"))]
    if any("text" not in each for each in exceptions):
        return
    for found in words(rule["pattern"]).finditer(text):
        around = text[max(found.start() - 60, 0) : found.end() + 60]
        if not any(each["text"] in around for each in exceptions):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{name}:{line}: {found[0]!r}; better: {rule['better']}"


def suspects(rule: Rule) -> list[str]:
    """The files that a rule may find something in, which are few for a rule of one word."""
    if " " in rule["pattern"]:
        return list(SOURCES)
    wanted = {each for each in VOCABULARY if re.fullmatch(rule["pattern"], each)}
    return [name for name in SOURCES if wanted & WORDS[name]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["better"]))
def test_text_and_names_use_the_words_of_the_field(rule: Rule) -> None:
    found = [each for name in suspects(rule) for each in findings(rule, name, SOURCES[name])]

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["better"]))
def test_file_names_use_the_words_of_the_field(rule: Rule) -> None:
    assert [name for name in SOURCES if [*findings(rule, name, name)]] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["better"]))
def test_every_exception_is_needed_and_has_a_reason(rule: Rule) -> None:
    for each in rule.get("except", ()):
        assert each["why"]
        without = {**rule, "except": [other for other in rule["except"] if other is not each]}
        paths = [name for name in suspects(rule) if fnmatch(name, each.get("path", "*"))]

        assert any(any(findings(without, name, SOURCES[name])) for name in paths), each


@pytest.mark.parametrize(
    ("text", "better"),
    (
        ("The answer has no body.", "response"),
        ("last_answer = 1", "response"),
        ("class BrokenAnswer:", "response"),
        ("ANSWERED = 1", "response"),
        ("An argument was left\n    out.", "omitted"),
        ("a proxy that is none", "None"),
        ("the whole response", "complete"),
    ),
)
def test_the_words_are_found_in_text_and_in_names(text: str, better: str) -> None:
    rules = [rule for rule in RULES if [*findings(rule, "any.py", text)]]

    assert [rule["better"].startswith(better) for rule in rules] == [True]


@pytest.mark.parametrize(
    "text", ("an unanswerable question", "momentum", "instantly", "the whole of it", "rescheduled")
)
def test_words_that_only_look_alike_are_not_found(text: str) -> None:
    assert [rule for rule in RULES if [*findings(rule, "any.py", text)]] == []
