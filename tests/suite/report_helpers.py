"""Results for the tests of the reports, with texts that an SDK or a server should not have sent."""

from __future__ import annotations

import base64
import random

from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.runner import Check, Entry, Result, Run, Status
from toggl_focus_conformance.selfcheck import Defect, Score, Variant

WORD = "</script><img src=x onerror=alert(1)> | `x` \x00\x1b[31m *b* <!-- &"


def result(
    id_: str, status: Status, requirement: str = "method-and-path", **more: object
) -> Result:
    """A case with one check, and a transcript if it did not pass."""
    of_check: Status = "fail" if status in {"known", "flaky"} else status
    judged = status not in {"skip", "not run", "untestable", "harness error"}
    checks = [Check(requirement, "request 1, path", of_check, "/a", WORD)] if judged else []
    made = Result(id_, f"Title of {id_}", "request-line", status, requirement, checks=checks)
    if status != "pass":
        made.reason = f"because of {WORD}"
        made.transcript = [
            Entry(0.5, "call", text='{"type": "call"}'),
            Entry(
                1.0, "received", text=f"GET /{WORD} HTTP/1.1\r\n\r\n", port="server", connection=1
            ),
            Entry(2.0, "sent", base64=base64.b64encode(b"\xff\x00").decode(), port="server"),
        ]
        made.curl = ["curl -sS http://127.0.0.1:1/a"]
    for name, value in more.items():
        setattr(made, name, value)
    return made


def run(name: str = "sdk", *results: Result, **more: object) -> Run:
    """A run of an SDK with this name."""
    made = Run(target=name, sdk={"name": name, "version": "1.0", "language": "Go"}, seconds=1.5)
    made.results = list(results) or [result("a", "pass"), result("b", "fail"), result("c", "skip")]
    for field, value in more.items():
        setattr(made, field, value)
    return made


def server_run(*results: Result) -> Run:
    """A run of a server."""
    return run("http://127.0.0.1:1/api", *results, side="server", sdk={})


def large_run(number: int) -> Run:
    """A run of 700 cases of which a third fail, each with bytes of its own."""
    drawn = random.Random(number)  # noqa: S311  (for texts)
    names = list(registry())
    made = run(f"sdk {number}")
    made.results = [
        result(
            f"case-{n}#row",
            "fail" if n % 3 == 0 else "pass",
            names[n % len(names)],
            transcript=[
                Entry(
                    n, "sent", text=f'{{"id": {drawn.getrandbits(60)}, "start": "2026-01-05"}}' * 12
                )
                for _ in range(3)
            ],
        )
        for n in range(700)
    ]
    return made


def score() -> Score:
    """A score with a defect that survived."""
    return Score(
        side="client",
        defects=[
            Defect("client", "d", "PATCH as PUT", "c", "declared", "c#row", 0.2),
            Defect("client", "e", f"text {WORD}", "c", "survived"),
        ],
        variants=[Variant("client", "v", "other order", "clean")],
    )
