"""What a server was seen to do at the points that this project had to decide."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from toggl_focus_conformance.requirements import registry
from toggl_focus_conformance.runner import Run

__all__ = ["observed"]

_DECISION = re.compile(r"D\d+")


def observed(run: Run) -> bytes:
    """For each decision: whether the server agrees, and what it did instead, as JSON.

    Example:
        >>> json.loads(observed(run))["decisions"]["D16"]
        {'agrees': True, 'cases': ['nulls-in-bodies#start'], 'instead': []}
    """
    decisions: dict[str, Any] = {}
    for result in run.results:
        for check in result.checks:
            why = registry()[check.requirement].why or ""
            for decision in _DECISION.findall(why):
                entry = decisions.setdefault(decision, {"agrees": True, "cases": [], "instead": []})
                if result.id not in entry["cases"]:
                    entry["cases"].append(result.id)
                if check.status != "pass":
                    entry["agrees"] = False
                    entry["instead"].append(f"{result.id}: {check.message}")
    ordered = dict(sorted(decisions.items(), key=lambda each: int(each[0][1:])))
    content = {"version": 1, "server": run.target, "decisions": ordered}
    return msgspec.json.format(msgspec.json.encode(content), indent=1)
