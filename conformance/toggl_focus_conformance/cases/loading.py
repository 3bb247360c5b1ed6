"""Loads cases from their files. All that is wrong with them is reported at once, with its line."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

from toggl_focus_conformance.protocol.messages import SUITE
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.yaml_file import File, YamlError, read

from .checking import Problem, problems_of
from .expand import ExpandError, expand

__all__ = [
    "Case",
    "CasesError",
    "load",
    "load_all",
    "load_files",
    "load_folder",
    "matching",
    "numbers",
]

CaseT = TypeVar("CaseT", bound="Case")
Problems: TypeAlias = Callable[[Node], Iterator[tuple[tuple[str | int, ...], str]]]

_ALONE_MS = 20


class CasesError(Exception):
    """Cases that cannot be used. `problems`: each with file, line and reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, eq=False)
class Case:
    """One case, its row filled in. `node` is the case as case.schema.json describes it."""

    id: str
    title: str
    area: str
    requirement: str
    needs: tuple[str, ...]
    node: Node = field(repr=False)
    file: str = ""
    line: int = 0
    written: Node = field(default_factory=dict[str, Any], repr=False)
    """The case as its file has it, with all of its rows."""

    def is_in(self, version: str) -> bool:
        """Whether it is not retired yet: `until` names the first set that does not have it."""
        until = self.node.get("until")
        return until is None or numbers(version) < numbers(until)

    @property
    def name(self) -> str:
        """The id without the row."""
        return self.id.partition("#")[0]

    @property
    def steps(self) -> list[Node]:
        """The calls and pauses, in order."""
        return cast("list[Node]", self.node.get("calls", []))

    @property
    def calls(self) -> list[Node]:
        """All calls."""
        steps = (each for step in self.steps for each in step.get("together", [step]))
        return [each for each in steps if "operation" in each]

    @functools.cached_property
    def operations(self) -> frozenset[str]:
        """The operations that it calls."""
        return frozenset(call["operation"] for call in self.calls)

    @functools.cached_property
    def requirements(self) -> frozenset[str]:
        """The requirements that its assertions name."""
        return frozenset(_requirements(self.node))

    @functools.cached_property
    def waits_ms(self) -> int:
        """About how long it takes, by the pauses in it."""
        return _ALONE_MS + sum(_waits(self.node))


@functools.cache
def load() -> tuple[Case, ...]:
    """All cases of the current set. Raises CasesError."""
    return tuple(case for case in load_all() if case.is_in(SUITE))


@functools.cache
def load_all() -> tuple[Case, ...]:
    """All cases, also those that only older sets have. Raises CasesError."""
    return load_folder("client", Case, problems_of)


def load_folder(name: str, kind: type[CaseT], problems: Problems) -> tuple[CaseT, ...]:
    """All cases in a folder beside this module. Raises CasesError.

    problems: what is wrong with a case whose row is filled in, each with its path in the case.
    """
    folder = files(__name__.rpartition(".")[0]) / name
    found = sorted((each for each in folder.iterdir() if each.name.endswith(".yaml")), key=_name)
    texts = ((each.name, each.read_text(encoding="utf-8")) for each in found)
    return tuple(_loaded(texts, kind, problems))


def load_files(paths: Iterable[Path]) -> tuple[Case, ...]:
    """The cases of some files; the name of a file is the area of its cases. Raises CasesError."""
    texts: list[tuple[str, str]] = []
    for path in paths:
        try:
            texts.append((str(path), path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8"
            raise CasesError([Problem(str(path), 1, "", f"cannot be read: {reason}")]) from None
    return tuple(_loaded(texts, Case, problems_of))


def matching(cases: Iterable[CaseT], patterns: Sequence[str]) -> tuple[CaseT, ...]:
    """The cases that one of the patterns names: an id, an area or a requirement; * stands for any.

    An id without a row means all of its rows. No patterns at all means every case.
    """

    def chosen(case: Case) -> bool:
        names = (case.id, case.name, case.area, *case.requirements)
        return any(fnmatch.fnmatchcase(name, each) for each in patterns for name in names)

    return tuple(case for case in cases if not patterns or chosen(case))


def _name(file: Traversable) -> str:
    return file.name


def _loaded(
    texts: Iterable[tuple[str, str]], kind: type[CaseT], problems_of_case: Problems
) -> list[CaseT]:
    cases: list[CaseT] = []
    problems: list[Problem] = []
    lines: dict[str, Problem] = {}
    for name, text in texts:
        try:
            file = read(name, text)
        except YamlError as error:
            place, _, reason = str(error).partition(": ")
            problems.append(Problem(name, int(place.rpartition(":")[2]), "", reason))
            continue
        for case, found in _of_file(file, kind, problems_of_case):
            problems.extend(found)
            if case is None:
                continue
            here = Problem(case.file, case.line, case.id, "the id is there twice")
            if case.id in lines:
                first = lines[case.id]
                reason = f"the id is there twice, first at {first.file}:{first.line}"
                problems.append(Problem(case.file, case.line, case.id, reason))
            lines.setdefault(case.id, here)
            cases.append(case)
    if problems:
        raise CasesError(problems)
    return cases


def _of_file(
    file: File, kind: type[CaseT], problems_of_case: Problems
) -> Iterator[tuple[CaseT | None, list[Problem]]]:
    area = Path(file.name).stem
    if not is_list(file.value):
        yield None, [Problem(file.name, 1, "", "a file must be a list of cases")]
        return
    for number, written in enumerate(file.value):
        line = file.line([number])
        if not is_object(written):
            yield None, [Problem(file.name, line, "", "a case must be an object")]
            continue
        try:
            rows = list(expand(written))
        except ExpandError as error:
            name = str(written.get("id", ""))
            yield None, [Problem(file.name, line, name, str(error))]
            continue
        for node in rows:
            found = [
                Problem(file.name, file.line([number, *path]), str(node.get("id", "")), reason)
                for path, reason in problems_of_case(node)
            ]
            case = None if found else _case(kind, node, area, file.name, line, written)
            yield case, found
            if found:
                break  # its other rows would say the same


def _case(kind: type[CaseT], node: Node, area: str, file: str, line: int, written: Node) -> CaseT:
    return kind(
        id=node["id"],
        title=node["title"],
        area=area,
        requirement=node["requirement"],
        needs=tuple(node.get("needs", ())),
        node=node,
        file=file,
        line=line,
        written=written,
    )


def numbers(version: str) -> list[int]:
    """The numbers of a set, by which sets are ordered: 2026.9 comes before 2026.12."""
    return [int(part) for part in version.split(".")]


def _requirements(value: object) -> Iterator[str]:
    if is_list(value):
        for each in value:
            yield from _requirements(each)
    elif is_object(value):
        node = value
        for name, each in node.items():
            if name == "requirement" and isinstance(each, str):
                yield each
            elif name == "requirements" and is_object(each):
                yield from cast("dict[str, str]", each).values()
            elif name not in {"json", "body", "server"}:
                yield from _requirements(each)


def _waits(value: object) -> Iterator[int]:
    """The pauses in a case: in responses, between calls, up to a timeout, between requests."""
    if is_list(value):
        for each in value:
            yield from _waits(each)
    elif is_object(value):
        node = value
        for name, each in node.items():
            if name in {"pause_ms", "wait_ms", "timeout_ms", "at_least_ms", "released_within_ms"}:
                yield cast("int", each)
            elif name not in {"json", "body"}:
                yield from _waits(each)
