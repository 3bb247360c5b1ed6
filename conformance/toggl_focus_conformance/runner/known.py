"""Known failures: a file of cases that an implementation is known to fail, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.protocol.plain import is_list, is_object
from toggl_focus_conformance.yaml_file import File, YamlError, read

from .results import FAILURES, Run, SideName

__all__ = ["UNEXPLAINED", "Known", "KnownError", "apply", "masked", "read_known", "write_known"]

UNEXPLAINED = "not explained yet"
"""The reason that is written for a new failure which no `match` explains."""

_KEYS = {"reason", "since", "cases"}
_MASKS = (
    (re.compile(r"toggl_sk_[0-9a-f]+|pw-[0-9a-f]+|user-[0-9a-f]+@example\.com"), "<credential>"),
    (re.compile(r"Basic [A-Za-z0-9+/=_-]{8,}"), "Basic <credential>"),
    (re.compile(r"\b(127\.0\.0\.1|localhost|\[::1\])(:\d+)?"), "<host>"),
    (re.compile(r"\bport \d+"), "port <n>"),
    (re.compile(r"\d+(\.\d+)? ?m?s\b"), "<time>"),
    (re.compile(r"0x[0-9a-f]+"), "<address>"),
    (re.compile(r"(/private)?(/var)?/tmp/[^\s:'\"]+"), "<file>"),
)
_IDS = re.compile(r"\b\d{4,}(-\d\d-\d\d)?(?!\d)")
"""Ids of blocks and dates: a server chooses the former, and the seed the latter."""


class KnownError(Exception):
    """The file of known failures cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Known:
    """Known failures with one reason.

    cases: for each id what failed first, with ports, credentials and times masked.
    match: a regular expression; new failures are recorded here if it is found in `id: message`.
    """

    reason: str
    since: str
    cases: Mapping[str, str]
    match: str = ""

    def explains(self, id_: str, message: str) -> bool:
        """Whether a new failure has this reason."""
        return bool(self.match) and re.search(self.match, f"{id_}: {message}") is not None


def masked(message: str, side: SideName = "client") -> str:
    """A message without what differs from run to run."""
    for pattern, mask in _MASKS:
        message = pattern.sub(mask, message)
    return _IDS.sub("<number>", message) if side == "server" else message


def read_known(path: Path) -> list[Known]:
    """Read a file of known failures. Raises KnownError."""
    try:
        file = read(str(path), path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KnownError(f"cannot read {path}: {error.strerror}") from None
    except YamlError as error:
        raise KnownError(str(error)) from None
    nodes: object = [] if file.value is None else file.value
    if not is_list(nodes):
        raise KnownError(f"{path}:1: must be a list of reasons with their cases")
    found: list[Known] = []
    for number, node in enumerate(nodes):
        known = _read_one(file, number, node)
        seen = {id_ for each in found for id_ in each.cases}
        if twice := seen & {*known.cases}:
            raise KnownError(f"{path}:{file.line([number])}: {min(twice)} is there twice")
        found.append(known)
    return found


def _read_one(file: File, number: int, node: object) -> Known:
    place = f"{file.name}:{file.line([number])}"
    if not is_object(node) or not _KEYS <= {*node} <= _KEYS | {"match"}:
        raise KnownError(f"{place}: needs reason, since and cases, may have match, nothing else")
    cases: object = {} if node["cases"] is None else node["cases"]
    if not is_object(cases):
        raise KnownError(f"{place}: cases must be the ids with their messages")
    known = Known(
        reason=str(node["reason"]),
        since=str(node["since"]),
        cases={id_: str(message) for id_, message in cases.items()},
        match=str(node.get("match", "")),
    )
    try:
        re.compile(known.match)
    except re.error as error:
        raise KnownError(f"{place}: match is not a regular expression: {error}") from None
    return known


def apply(run: Run, known: Sequence[Known], cases: Sequence[Case]) -> None:
    """Mark the known failures of a run, and note what does not agree with the file as drift."""
    results = {result.id: result for result in run.results}
    ids = {case.id for case in cases}
    for id_, message in ((id_, text) for each in known for id_, text in each.cases.items()):
        if id_ not in ids:
            run.drift.append(f"{id_}: known to fail, and there is no such case")
            continue
        result = results.get(id_)
        if result is None or result.status in {"skip", "not run", "harness error", "untestable"}:
            continue
        if result.status not in FAILURES:
            run.drift.append(f"{id_}: known to fail, and it passed; remove it from the file")
        elif (now := masked(result.reason, run.side)) != message:
            run.drift.append(f"{id_}: fails otherwise than known: {now}; known: {message}")
        else:
            result.status = "known"


def write_known(path: Path, run: Run, before: Sequence[Known], today: date) -> int:
    """Write the failures of a run as known ones.

    Reasons and dates of before are kept. A new failure goes to the first reason whose `match`
    explains it, and else has the reason `UNEXPLAINED`. Gives the number of cases.
    """
    failures = {
        result.id: masked(result.reason, run.side)
        for result in run.results
        if result.status in FAILURES or result.status == "known"
    }
    places = _sorted_by_reason(failures, before)
    unexplained = [*{*failures} - {id_ for each in places for id_ in each}]
    groups = [
        {
            "reason": each.reason,
            "since": each.since,
            **({"match": each.match} if each.match else {}),
            "cases": {id_: failures[id_] for id_ in failures if id_ in ids},
        }
        for each, ids in zip(before, places, strict=True)
        if ids
    ]
    if unexplained:
        cases = {id_: failures[id_] for id_ in failures if id_ in unexplained}
        groups.append({"reason": UNEXPLAINED, "since": today.isoformat(), "cases": cases})
    text = yaml.safe_dump(groups, sort_keys=False, allow_unicode=True, width=1 << 16)
    path.write_text(text if groups else "", encoding="utf-8")
    return len(failures)


def _sorted_by_reason(failures: Mapping[str, str], before: Sequence[Known]) -> list[set[str]]:
    """The ids of the failures that have each reason of before."""
    places = [{id_ for id_ in each.cases if id_ in failures} for each in before]
    kept = set[str]().union(*places)
    for id_, message in failures.items():
        if id_ in kept:
            continue
        number = next((n for n, each in enumerate(before) if each.explains(id_, message)), None)
        if number is not None:
            places[number].add(id_)
    return places
