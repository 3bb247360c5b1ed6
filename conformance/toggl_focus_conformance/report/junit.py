"""Results as JUnit XML, which the servers of continuous integration show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from toggl_focus_conformance.runner import Result, Run, repeats

__all__ = ["junit"]

_SKIPPED = frozenset({"skip", "known", "untestable", "not run"})
_FAILED = frozenset({"fail", "flaky"})
# What XML 1.0 cannot have, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(runs: Sequence[Run]) -> bytes:
    """One suite for each run, with a test for each case.

    A known failure, a skipped case and one that was not run are skipped tests. What does not agree
    with the file of known failures, and what was wrong with the adapter, are tests that fail.
    """
    root = ET.Element("testsuites", name="toggl-focus conformance")
    for run in runs:
        suite = ET.SubElement(root, "testsuite", name=_text(run.name))
        for result in run.results:
            _add_case(suite, result, repeats(result.id, run.side))
        for kind, lines in (("failure", run.drift), ("error", run.problems)):
            for number, line in enumerate(lines, 1):
                case = ET.SubElement(suite, "testcase", classname="run", name=f"{kind} {number}")
                ET.SubElement(case, kind, message=_text(line))
        for name, count in _counts(suite).items():
            suite.set(name, str(count))
        suite.set("time", f"{run.seconds:.3f}")
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add_case(suite: ET.Element, result: Result, again: str) -> None:
    seconds = f"{result.seconds:.3f}"
    case = ET.SubElement(
        suite, "testcase", classname=result.area, name=_text(result.id), time=seconds
    )
    reason = _text(result.reason)
    if result.status in _FAILED:
        failure = ET.SubElement(case, "failure", message=reason, type=result.status)
        failure.text = _text(_details(result, again))
    elif result.status == "harness error":
        ET.SubElement(case, "error", message=reason)
    elif result.status in _SKIPPED:
        ET.SubElement(case, "skipped", message=f"{result.status}: {reason}")
    elif result.status != "pass":
        text = f"{result.status}: {_details(result, again)}"
        ET.SubElement(case, "system-out").text = _text(text)


def _details(result: Result, again: str) -> str:
    lines = [f"[{each.requirement}] {each.message}" for each in result.failed]
    return "\n".join([result.title, *lines, *result.curl, again])


def _counts(suite: ET.Element) -> dict[str, int]:
    return {
        "tests": len(suite.findall("testcase")),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
