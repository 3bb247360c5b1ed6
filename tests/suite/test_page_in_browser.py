"""The page of a report in a real browser: by mouse and keyboard, light and dark, wide and narrow."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.suite.report_helpers import result, run, score, server_run
from toggl_focus_conformance.report import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
NEEDED = 4.5
PHONE = 360

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, a Debian package")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright: group browser")
    with api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cases = [
        result("a", "fail"),
        *(result(f"b-{n}", "fail") for n in range(9)),
        result("c", "pass", "bearer-auth"),
        result("d", "warn", "no-empty-query", area="query"),
        result("e", "skip", "basic-auth"),
        result("f", "known", "retry-after"),
    ]
    path = tmp_path_factory.mktemp("report") / "report.html"
    runs = [
        run("one", *cases),
        run("two", result("c", "pass", "bearer-auth")),
        server_run(result("g", "differs", "methods-405")),
    ]
    path.write_text(page(runs, [score()]), encoding="utf-8")
    return path


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    shown = context.new_page()
    wrong: list[str] = []
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.on("console", lambda message: wrong.append(message.text))
    shown.on(
        "request", lambda request: wrong.append(request.url) if "file:" not in request.url else None
    )
    shown.goto(file.as_uri())
    yield shown
    context.close()
    assert wrong == []


def rows(shown: Page) -> list[str]:
    return shown.locator("#matrix tr[data-level]:visible .id").all_inner_texts()


def test_a_cell_opens_its_cases_and_closes_again(opened: Page) -> None:
    opened.get_by_role("button", name="one 1.0, method-and-path: fail, 10 cases").click()
    dialog = opened.get_by_role("dialog")

    dialog.get_by_role("heading", name="a: fail").wait_for()
    text = dialog.inner_text()
    assert "expected" in text
    assert "curl -sS http://127.0.0.1:1/a" in text
    assert "→ server 1 GET /</script><img" in text
    assert dialog.get_by_text("4 more cases").count() == 1
    dialog.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()


def test_what_was_sent_to_a_server_points_to_it_and_its_command_grades_servers(
    opened: Page,
) -> None:
    opened.get_by_role("button", name="/api, methods-405: differs, 1 case").click()
    dialog = opened.get_by_role("dialog")

    dialog.get_by_role("heading", name="g: differs").wait_for()
    text = dialog.inner_text()
    assert "← server 1 GET" in text
    assert "toggl-focus conformance repro 'g' --account FILE" in text


def test_everything_works_by_keyboard(opened: Page) -> None:
    cell = opened.get_by_role("button", name="two 1.0, bearer-auth: pass, 1 case")
    cell.focus()

    opened.keyboard.press("Enter")
    opened.get_by_role("dialog").get_by_role("heading", name="c: pass").wait_for()
    opened.keyboard.press("Escape")

    assert not opened.get_by_role("dialog").is_visible()
    assert cell.evaluate("each => each === document.activeElement")


@pytest.mark.parametrize(
    ("chosen", "left"),
    (
        ({"Status": "fail"}, ["method-and-path"]),
        ({"Level": "should"}, ["no-empty-query"]),
        ({"Area": "auth"}, ["bearer-auth", "basic-auth"]),
        ({"Implementation": "two 1.0"}, ["bearer-auth"]),
        ({"Implementation": "two 1.0", "Status": "fail"}, []),
    ),
)
def test_filters_leave_what_fits(opened: Page, chosen: dict[str, str], left: list[str]) -> None:
    for name, value in chosen.items():
        opened.get_by_role("combobox", name=name).select_option(label=value)

    assert sorted(rows(opened)) == sorted(left)
    assert opened.locator("output").inner_text().startswith(str(len(left)))


def test_a_filtered_page_can_be_linked_to(opened: Page) -> None:
    opened.get_by_role("combobox", name="Status").select_option(label="warn")
    url = opened.url

    opened.goto(url)

    assert "status=warn" in url
    assert rows(opened) == ["no-empty-query"]


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_all_text_stands_out_from_what_is_behind_it(
    browser: Browser, file: Path, scheme: str
) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (one of two words)
    shown = context.new_page()
    shown.goto(file.as_uri())
    colors = shown.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((each) =>
            [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && each.checkVisibility()
            && !["SCRIPT", "STYLE", "OPTION"].includes(each.tagName) && each.innerText?.trim() !== "·"
        ).map((each) => {
            let behind = each;
            while (behind && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
            return [each.innerText, getComputedStyle(each).color, getComputedStyle(behind ?? document.body).backgroundColor];
        })"""
    )
    context.close()

    weak = [each for each in colors if contrast(each[1], each[2]) < NEEDED]
    assert weak == []
    assert len(colors) > 50


def contrast(one: str, two: str) -> float:
    """The contrast between colours, as WCAG 2 defines it."""
    bright, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(each) / 255 for each in re.findall(r"\d+", color)[:3]]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_nothing_is_wider_than_a_phone(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 700})
    shown = context.new_page()
    shown.goto(file.as_uri())

    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    shown.get_by_role("button", name="one 1.0, method-and-path: fail, 10 cases").click()
    shown.get_by_role("heading", name="a: fail").wait_for()
    assert shown.evaluate("document.querySelector('dialog').scrollWidth") <= 360
    context.close()


def test_headings_come_in_their_order(opened: Page) -> None:
    levels = [
        int(each[1])
        for each in opened.locator("h1,h2,h3").evaluate_all("all => all.map(e => e.tagName)")
    ]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
