"""What schemathesis found, and which of it is explained."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toggl_focus_conformance.protocol.operations import operation

_KEYS = {"reason", "check", "match", "operations"}


@dataclass(frozen=True)
class Finding:
    """A check that failed. operation: its operationId. text: the message and the response."""

    check: str
    operation: str
    text: str
    request: str

    @property
    def line(self) -> str:
        """What is compared with the explanations."""
        return f"{self.check} {self.operation}: {self.text}"


@dataclass(frozen=True)
class Explanation:
    """Why some findings are no bugs of the server.

    check: the code of schemathesis, such as ST202. match: a regular expression that is found in the
    text of each. operations: those that it is about; empty for all.
    """

    reason: str
    check: str
    match: str
    operations: frozenset[str] = frozenset()

    def explains(self, finding: Finding) -> bool:
        """Whether a finding is one of these."""
        return (
            finding.check == self.check
            and (not self.operations or finding.operation in self.operations)
            and re.search(self.match, finding.text) is not None
        )


def read_explanations(path: Path) -> list[Explanation]:
    """Read the file of explanations. Raises ValueError."""
    found: list[Explanation] = []
    for node in yaml.safe_load(path.read_text("utf-8")):
        if not {"reason", "check", "match"} <= node.keys() <= _KEYS:
            raise ValueError(f"{path}: needs reason, check and match, may have operations: {node}")
        names = frozenset(node.get("operations", ()))
        found.append(Explanation(node["reason"], node["check"], node["match"], names))
    return found


def explained(
    found: Iterable[Finding], known: Sequence[Explanation]
) -> tuple[Mapping[Explanation, list[Finding]], list[Finding]]:
    """The findings of each explanation, and those without one, alike ones once."""
    by_entry: dict[Explanation, list[Finding]] = defaultdict(list)
    unexplained: dict[str, Finding] = {}
    for each in found:
        entry = next((entry for entry in known if entry.explains(each)), None)
        if entry is None:
            unexplained.setdefault(re.sub(r"\d+", "0", each.line), each)
        else:
            by_entry[entry].append(each)
    return by_entry, [*unexplained.values()]


def findings(report: Iterable[str]) -> list[Finding]:
    """The failed checks of a report in NDJSON, and the errors of schemathesis itself."""
    return [each for line in report for each in _of_event(json.loads(line))]


def _of_event(event: Mapping[str, Any]) -> Iterator[Finding]:
    for kind, content in event.items():
        if kind in {"NonFatalError", "FatalError"}:
            yield Finding(kind, "", json.dumps(content), "")
        recorder = content.get("recorder")
        if recorder is None:
            continue
        for case_id, checks in recorder.get("checks", {}).items():
            for check in checks:
                if check["status"] == "failure":
                    sent = recorder.get("interactions", {}).get(case_id) or {}
                    yield _finding(check["failure_info"]["failure"], sent)


def _finding(failure: Mapping[str, Any], exchange: Mapping[str, Any]) -> Finding:
    request, response = exchange.get("request") or {}, exchange.get("response") or {}
    lines = [line for line in failure["message"].splitlines() if not line.startswith("Expected:")]
    text = " / ".join(filter(None, lines))
    text += f" -> {response.get('status_code')} {_described(_body(response))}"
    method, uri = request.get("method", ""), request.get("uri", "")
    described = operation(method, re.sub(r"^https?://[^/]+/api|\?.*", "", uri))
    name = described.id if described is not None else method
    return Finding(failure["code"], name, text, f"{method} {uri} {_body(request)}")


def _described(content: str) -> str:
    """What a response says; of an error its text, as its trace id differs each time."""
    try:
        return str(json.loads(content)["error_description"])
    except (ValueError, KeyError, TypeError):
        return content


def _body(message: Mapping[str, Any]) -> str:
    node = message.get("content") or message.get("body") or {}
    return base64.b64decode(node.get("$base64", "")).decode("utf-8", "replace")
