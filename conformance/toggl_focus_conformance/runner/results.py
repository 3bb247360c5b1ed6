"""What came of a run, as JSON: for each case its status, its checks, and what was sent."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec.structs import force_setattr

from toggl_focus_conformance.protocol.messages import SUITE
from toggl_focus_conformance.protocol.plain import printable_text

__all__ = [
    "AS_A_CASE",
    "Check",
    "Entry",
    "Result",
    "Run",
    "SideName",
    "Status",
    "dump",
    "load",
    "schema",
]

SideName: TypeAlias = Literal["client", "server"]
"""What is graded: an SDK or a server."""

Status: TypeAlias = Literal[
    "pass",
    "fail",
    "warn",
    "differs",
    "observed",
    "skip",
    "untestable",
    "known",
    "flaky",
    "harness error",
    "not run",
]
"""What came of a case.

pass. fail: a violated must. warn: a violated should. differs: a server decides an undocumented
point in another way than this project. observed: a violated may, or something that nothing is known
of. skip: the SDK lacks a feature or operation, or the case was not chosen. untestable: something is
missing here. known: a failure that the file of known failures lists. flaky: it failed, and passed
alone. harness error: the adapter's or the suite's own fault. not run.
"""

AS_A_CASE = "as a case:\n"
"""How a note in the transcript begins that has a shrunk failure as YAML."""

FAILURES: frozenset[Status] = frozenset({"fail", "flaky"})


class Check(msgspec.Struct, frozen=True, omit_defaults=True):
    """One assertion.

    status: pass, fail, warn, differs or observed. where: such as `request 2, query, page`.
    """

    requirement: str
    where: str
    status: Status = "pass"
    expected: str = ""
    actual: str = ""

    def __post_init__(self) -> None:
        """Keep texts that can be printed: they may quote what a server has sent."""
        force_setattr(self, "expected", printable_text(self.expected))
        force_setattr(self, "actual", printable_text(self.actual))

    @property
    def message(self) -> str:
        """What is wrong, in one line."""
        return f"{self.where}: expected {self.expected}, got {self.actual}"


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the transcript.

    ms: since the case's port was opened. kind: call, reply, open, received, sent, closed, aborted
    or note. port: server or other. Bytes that are not UTF-8 are in `base64`.
    """

    ms: float
    kind: str
    text: str = ""
    base64: str = ""
    port: str = ""
    connection: int = 0
    cut: int = 0
    """How many bytes are missing at its end."""

    def __post_init__(self) -> None:
        """Keep a text that can be printed, as above."""
        force_setattr(self, "text", printable_text(self.text))


class Result(msgspec.Struct, omit_defaults=True):
    """What came of one case. reason: why it was skipped or not run, or what failed first.

    attempts: how often it was run. curl: commands that send the same requests.
    """

    id: str
    title: str
    area: str
    status: Status
    requirement: str = ""
    reason: str = ""
    checks: list[Check] = []
    transcript: list[Entry] = []
    curl: list[str] = []
    seconds: float = 0.0
    attempts: int = 1

    @property
    def failed(self) -> list[Check]:
        """The checks that did not pass."""
        return [check for check in self.checks if check.status != "pass"]


class Run(msgspec.Struct, omit_defaults=True):
    """What came of one run. drift: what does not agree with the file of known failures.

    problems: what was wrong with the adapter, or with the suite itself. interrupted: Ctrl-C.
    """

    target: str
    side: SideName = "client"
    sdk: dict[str, Any] = {}
    operations: list[str] = []
    features: list[str] = []
    suite: str = SUITE
    seed: int = 0
    seconds: float = 0.0
    results: list[Result] = []
    drift: list[str] = []
    problems: list[str] = []
    interrupted: bool = False

    @property
    def name(self) -> str:
        """What is graded: the SDK with its version, or the server's URL."""
        return f"{self.sdk['name']} {self.sdk['version']}" if self.sdk else self.target

    @property
    def counts(self) -> Counter[Status]:
        """How many cases have each status."""
        return Counter(result.status for result in self.results)

    @property
    def exit_code(self) -> int:
        """0: all as expected. 1: a failure or drift. 2: the harness is at fault. 130: Ctrl-C."""
        if self.interrupted:
            return 130
        counts = self.counts
        if self.drift or any(counts[each] for each in FAILURES):
            return 1
        return 2 if self.problems or counts["harness error"] else 0


def dump(runs: list[Run]) -> bytes:
    """The results of some runs as JSON, by the schema of `schema()`."""
    plain: list[Any] = []
    for run in runs:
        counts = {name: run.counts[name] for name in sorted(run.counts)}
        plain.append({**msgspec.to_builtins(run), "counts": counts, "exit_code": run.exit_code})
    return msgspec.json.format(msgspec.json.encode({"version": 1, "runs": plain}), indent=1)


def load(text: bytes) -> list[Run]:
    """Read what `dump` wrote. Raises msgspec.ValidationError for anything else."""
    return msgspec.json.decode(text, type=_File).runs


class _File(msgspec.Struct):
    version: Literal[1]
    runs: list[Run]


def schema() -> dict[str, Any]:
    """The JSON Schema of a file of results."""
    return msgspec.json.schema(_File)
