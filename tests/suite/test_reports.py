"""Reports say what came of every case, whatever texts are in it, and are read by other programs."""

from __future__ import annotations

import base64
import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.suite.report_helpers import WORD, large_run, result, run, score, server_run
from toggl_focus_conformance import selfcheck
from toggl_focus_conformance.cli.conformance import conformance
from toggl_focus_conformance.report import badge, junit, markdown, matrix, page
from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.runner import Run, Status, dump

MEGABYTES = 2
ALL: tuple[Status, ...] = (
    "pass", "fail", "warn", "differs", "observed", "skip", "untestable", "known", "flaky",
    "harness error", "not run",
)  # fmt: skip


class Elements(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def details_of(text: str) -> Any:
    """What the cells of a page open."""
    (packed,) = re.findall(r'id="details">([^<]*)<', text)
    return json.loads(gzip.decompress(base64.b64decode(packed)))


# The matrix.


def test_a_cell_shows_its_worst_status() -> None:
    found = matrix([run("sdk", result("a", "pass"), result("b", "fail"), result("c", "warn"))])

    (row,) = found.rows
    (cell,) = row.cells
    assert (cell.status, dict(cell.counts)) == ("fail", {"fail": 1, "warn": 1, "pass": 1})


def test_a_skipped_case_takes_nothing_from_one_that_passed_but_one_that_was_not_run_does() -> None:
    skipped = matrix([run("sdk", result("a", "pass"), result("b", "skip"))])
    not_run = matrix([run("sdk", result("a", "pass"), result("b", "not run"))])

    assert skipped.rows[0].cells[0].status == "pass"
    assert not_run.rows[0].cells[0].status == "not run"


@pytest.mark.parametrize("status", ("known", "flaky"))
def test_a_failed_check_of_a_known_or_flaky_case_is_that(status: Status) -> None:
    assert matrix([run("sdk", result("a", status))]).rows[0].cells[0].status == status


def test_runs_stand_side_by_side_and_one_without_a_case_is_empty() -> None:
    one = run("one", result("a", "pass", "method-and-path"))
    two = run("two", result("b", "fail", "bearer-auth"))

    rows = {
        row.requirement.id: [cell.status for cell in row.cells] for row in matrix([one, two]).rows
    }

    assert rows == {"method-and-path": ["pass", None], "bearer-auth": [None, "fail"]}


def test_a_requirement_of_another_version_of_the_suite_has_a_row() -> None:
    (row,) = matrix([run("sdk", result("a", "fail", "of-tomorrow"))]).rows

    assert (row.requirement.id, row.requirement.area) == ("of-tomorrow", "other")


# The page.


def test_the_page_needs_no_other_file() -> None:
    text = page([run()], [score()])
    elements = Elements(text)

    assert [tag for tag, has in elements.found if {"src", "srcset", "data"} & has.keys()] == []
    assert elements.of("link") == []
    assert all((each["href"] or "").startswith("#") for each in elements.of("a"))
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest", text)


def test_texts_of_sdks_are_never_markup() -> None:
    hostile = run(WORD, result(f"case {WORD}", "fail"), drift=[WORD], problems=[WORD])
    text = page([hostile], [score()])

    assert Elements(text).of("img") == []
    assert "onerror=alert(1)>" not in text
    assert len(Elements(text).of("script")) == 2


def test_every_cell_has_a_name_and_opens_its_details() -> None:
    text = page([run("one"), run("two", result("b", "warn", "bearer-auth"))])
    cells = [each for each in Elements(text).of("button") if "data-cell" in each]

    names = {each["data-cell"] for each in cells}
    assert names == {"method-and-path 0", "bearer-auth 1"} == details_of(text)["cells"].keys()
    labels = {each["aria-label"] for each in cells}
    assert "one 1.0, method-and-path: fail, 1 of 3 cases" in labels
    assert "two 1.0, bearer-auth: warn, 1 case" in labels


def test_a_cell_opens_expected_and_actual_and_the_bytes_and_a_command() -> None:
    found = details_of(page([run()]))
    status, place = found["cells"]["method-and-path 0"]["shown"][0]
    opened = found["results"][place]

    assert status == "fail"
    assert opened["checks"] == [["method-and-path", "request 1, path", "/a", WORD]]
    assert [each[2] for each in opened["bytes"]][1:] == [
        f"GET /{WORD} HTTP/1.1\r\n\r\n",
        "\\xff\x00",
    ]
    assert opened["curl"] == ["curl -sS http://127.0.0.1:1/a"]


def test_tables_and_controls_are_labelled() -> None:
    elements = Elements(page([run()], [score()]))

    assert all(each.get("scope") for each in elements.of("th"))
    assert all("aria-labelledby" in each for each in elements.of("section"))
    assert [each.get("lang") for each in elements.of("html")] == ["en"]
    assert len(elements.of("h1")) == 1


def test_the_page_says_what_is_not_covered_and_how_good_the_suite_is() -> None:
    text = Elements(page([run()], [score()])).text

    assert "catches 1 of 2 defects of clients, and raises 0 false alarms on 1 correct ones" in text
    assert "not covered: " in text
    assert "get_time_block" in text


def test_the_page_of_twelve_sdks_is_small() -> None:
    text = page([large_run(number) for number in range(12)])

    assert len(text.encode()) < MEGABYTES * 10**6


def test_a_page_of_every_status_and_requirement_can_be_made() -> None:
    results = [result(f"{name}-{status}", status, name) for name in registry() for status in ALL]

    assert page([run("sdk", *results)])


# JUnit.


def test_junit_has_a_test_for_each_case_and_counts_them() -> None:
    results = [result(each, each) for each in ALL]
    root = ET.fromstring(junit([run("sdk", *results, drift=["an unexpected pass"])]))  # noqa: S314  (our own)

    (suite,) = root
    assert suite.get("name") == "sdk 1.0"
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "12", "failures": "3", "errors": "1", "skipped": "4"}
    failed = [each.get("name") for each in suite if each.find("failure") is not None]
    assert failed == ["fail", "flaky", "failure 1"]


@pytest.mark.parametrize(
    ("of", "command"),
    (
        (run("sdk"), "toggl-focus conformance repro 'b' -- COMMAND"),
        (server_run(), "toggl-focus conformance repro 'b' --account FILE"),
    ),
)
def test_junit_says_how_to_run_a_case_again(of: Run, command: str) -> None:
    failures = ET.fromstring(junit([of])).findall("testsuite/testcase/failure")  # noqa: S314  (our own)

    assert [str(each.text).splitlines()[-1] for each in failures] == [command]


@given(st.text(), st.text())
def test_junit_can_be_read_whatever_is_in_its_texts(reason: str, title: str) -> None:
    failed = result("a", "fail", reason=reason, title=title)

    root = ET.fromstring(junit([run(title or "sdk", failed, problems=[reason])]))  # noqa: S314  (our own)

    assert len(root.findall("testsuite/testcase")) == 2


# Markdown.


def test_markdown_has_a_table_and_what_failed() -> None:
    lines = markdown([run("one"), run("two", result("a", "pass"))], [score()]).splitlines()

    assert lines[:4] == [
        "| implementation | pass | fail | skip |",
        "|---|---:|---:|---:|",
        "| one 1.0 | 1 | 1 | 1 |",
        "| two 1.0 | 1 | 0 | 0 |",
    ]
    assert "- **b**: Title of b" in lines
    assert "### two 1.0" not in lines
    assert lines[-1].startswith("This suite (set 2026.12) catches 1 of 2 defects of clients")


@given(st.text(), st.text())
def test_a_text_stays_on_its_line_of_markdown(title: str, reason: str) -> None:
    plain, odd = (
        markdown([run("sdk", result("a", "harness error", title=t, reason=r), problems=[r])])
        for t, r in (("title", "reason"), (title or "t", reason or "r"))
    )

    assert odd.count("\n") == plain.count("\n")


# The badge.


@pytest.mark.parametrize(
    ("of", "says", "color"),
    (
        (run("s", result("a", "pass"), result("b", "skip")), "1 of 1 pass", "#1a7f37"),
        (run("s", result("a", "pass"), result("b", "known")), "1 of 2 pass", "#9a6700"),
        (run("s", result("a", "pass"), result("b", "fail")), "1 of 2 pass", "#cf222e"),
        (run("s", result("a", "pass"), drift=["x"]), "1 of 1 pass", "#cf222e"),
        (run("s", result("a", "not run")), "0 of 0 pass", "#cf222e"),
    ),
)
def test_a_badge_says_how_many_pass(of: Run, says: str, color: str) -> None:
    text = badge([of])

    assert ET.fromstring(text).get("aria-label") == f"toggl-focus 2026.12: {says}"  # noqa: S314  (our own)
    assert color in text


# The commands.


def test_the_badge_and_the_page_name_the_set_that_was_graded_by() -> None:
    older = run("sdk", result("a", "pass"), suite="2026.2")

    assert ">toggl-focus 2026.2<" in badge([older])
    assert "<p>Set 2026.2. " in page([older])


def test_one_report_is_made_of_several_files(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(dump([run("one")]))
    (tmp_path / "two.json").write_bytes(dump([run("two")]))
    (tmp_path / "score.json").write_bytes(selfcheck.dump(score()))
    files = [str(tmp_path / name) for name in ("one.json", "two.json", "score.json")]
    html = tmp_path / "report.html"

    made = CliRunner().invoke(conformance, ["report", *files, "--html", str(html)])

    assert (made.exit_code, made.output) == (0, "")
    text = Elements(html.read_text(encoding="utf-8")).text
    assert "one 1.0" in text
    assert "two 1.0" in text
    assert "catches 1 of 2 defects" in text


def test_without_an_option_a_summary_is_printed_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(dump([run("one")]))

    made = CliRunner().invoke(conformance, ["report", str(tmp_path / "one.json")])

    assert made.exit_code == 0
    assert made.output.startswith("| implementation | pass | fail | skip |")
    assert [each.name for each in tmp_path.iterdir()] == ["one.json"]


@pytest.mark.parametrize("content", (b"{}", b"[]", b"oops", b'{"kind": "selfcheck"}', None))
def test_a_file_that_is_no_result_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "file.json"
    if content is not None:
        file.write_bytes(content)

    made = CliRunner().invoke(conformance, ["report", str(file)])

    assert made.exit_code == 2
    assert made.output.startswith("Error: ")
    assert str(file) in made.output
    assert made.output.count("\n") == 1


@pytest.mark.parametrize("option", ("--html", "--junit", "--markdown", "--badge"))
def test_a_report_into_a_folder_that_does_not_exist_is_refused_before_grading(
    tmp_path: Path, option: str
) -> None:
    missing = str(tmp_path / "none" / "report")

    made = CliRunner().invoke(conformance, ["client", "own:sync", option, missing])

    assert made.exit_code == 2
    assert "there is no folder" in made.output
    assert "grading" not in made.output


def test_grading_writes_all_reports_that_are_requested(tmp_path: Path) -> None:
    names = {"--html": "a.html", "--junit": "a.xml", "--markdown": "a.md", "--badge": "a.svg"}
    words = [word for option, name in names.items() for word in (option, str(tmp_path / name))]

    made = CliRunner().invoke(conformance, ["client", "own:sync", "--only", "get-a-block", *words])

    assert made.exit_code == 0, made.output
    assert {each.name for each in tmp_path.iterdir()} == set(names.values())
    assert ET.fromstring((tmp_path / "a.xml").read_bytes()).find("testsuite/testcase") is not None  # noqa: S314  (our own)
