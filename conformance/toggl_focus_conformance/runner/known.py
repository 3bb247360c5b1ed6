"""Known failures: a file of cases that an implementation is known to fail, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.protocol.plain import is_list, is_object
from toggl_focus_conformance.yaml_file import YamlError, read

from .results import FAILURES, Run

__all__ = ["Known", "KnownError", "apply", "masked", "read_known", "write_known"]

_KEYS = {"id", "reason", "since", "message"}
_MASKS = (
    (re.compile(r"toggl_sk_[0-9a-f]+|pw-[0-9a-f]+|user-[0-9a-f]+@example\.com"), "<credential>"),
    (re.compile(r"Basic [A-Za-z0-9+/=_-]{8,}"), "Basic <credential>"),
    (re.compile(r"\b(127\.0\.0\.1|localhost|\[::1\])(:\d+)?"), "<host>"),
    (re.compile(r"\bport \d+"), "port <n>"),
    (re.compile(r"\d+(\.\d+)? ?m?s\b"), "<time>"),
    (re.compile(r"0x[0-9a-f]+"), "<address>"),
    (re.compile(r"(/private)?(/var)?/tmp/[^\s:'\"]+"), "<file>"),
)


class KnownError(Exception):
    """The file of known failures cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Known:
    """A known failure. message: what failed first, with ports, credentials and times masked."""

    id: str
    reason: str
    since: str
    message: str


def masked(message: str) -> str:
    """A message without what differs from run to run."""
    for pattern, mask in _MASKS:
        message = pattern.sub(mask, message)
    return message


def read_known(path: Path) -> list[Known]:
    """Read a file of known failures. Raises KnownError."""
    try:
        file = read(str(path), path.read_text(encoding="utf-8"))
    except OSError as error:
        raise KnownError(f"cannot read {path}: {error.strerror}") from None
    except YamlError as error:
        raise KnownError(str(error)) from None
    found: list[Known] = []
    if file.value is not None and not is_list(file.value):
        raise KnownError(f"{path}:1: must be a list of known failures")
    for number, node in enumerate(file.value or ()):
        place = f"{path}:{file.line([number])}"
        if not is_object(node) or {*node} != _KEYS:
            raise KnownError(f"{place}: needs {', '.join(sorted(_KEYS))}, and nothing else")
        texts = {name: str(value) for name, value in node.items()}
        if any(each.id == texts["id"] for each in found):
            raise KnownError(f"{place}: {texts['id']} is there twice")
        found.append(Known(**texts))
    return found


def apply(run: Run, known: Sequence[Known], cases: Sequence[Case]) -> None:
    """Mark the known failures of a run, and note what does not agree with the file as drift."""
    results = {result.id: result for result in run.results}
    ids = {case.id for case in cases}
    for each in known:
        if each.id not in ids:
            run.drift.append(f"{each.id}: known to fail, and there is no such case")
            continue
        result = results.get(each.id)
        if result is None or result.status in {"skip", "not run", "harness error", "untestable"}:
            continue
        if result.status not in FAILURES:
            run.drift.append(f"{each.id}: known to fail, and it passed; remove it from the file")
        elif masked(result.reason) != each.message:
            now = masked(result.reason)
            run.drift.append(f"{each.id}: fails otherwise than known: {now}; known: {each.message}")
        else:
            result.status = "known"


def write_known(path: Path, run: Run, before: Sequence[Known], today: date) -> int:
    """Write the failures of a run as known ones; reasons and dates of before are kept."""
    kept = {each.id: each for each in before}
    entries: list[dict[str, str]] = []
    for result in run.results:
        if result.status in FAILURES or result.status == "known":
            old = kept.get(result.id)
            entries.append(
                {
                    "id": result.id,
                    "reason": old.reason if old else "TODO: why",
                    "since": old.since if old else today.isoformat(),
                    "message": masked(result.reason),
                }
            )
    text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(text, encoding="utf-8")
    return len(entries)
