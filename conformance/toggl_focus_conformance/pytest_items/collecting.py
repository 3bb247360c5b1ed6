"""Collects the cases as items, and turns the result of each into an outcome of pytest."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from toggl_focus_conformance.cases import Case, CasesError
from toggl_focus_conformance.protocol import SUITE
from toggl_focus_conformance.requirements import RequirementsError
from toggl_focus_conformance.runner import Known, KnownError, Result, explained, masked, read_known
from toggl_focus_conformance.runner.results import FAILURES
from toggl_focus_conformance.servers import Limits
from toggl_focus_conformance.sets import SetError, client_cases, server_cases

from .clients import ClientSide, the_target
from .servers import ServerSide, the_account
from .sides import CannotGrade, Side, SidesError

__all__ = ["Cases"]

NodeT = TypeVar("NodeT", bound=pytest.Collector | pytest.Item)

_NAMES = (ClientSide.name, ServerSide.name)
_REMARKS = frozenset({"warn", "differs", "observed"})


class ConformanceWarning(UserWarning):
    """Something that fails no case, but that somebody should know."""


class CaseFailed(Exception):
    """A case has failed; the text explains it."""


class KnownFailure(CaseFailed):
    """A case has failed in the way that the file of known failures says."""


class Cases:
    """The plugin that collects the cases of the sides that the options name.

    Arguments such as `toggl-focus-server::crud` choose from the cases, like files from the tests.
    """

    def __init__(self, config: pytest.Config) -> None:
        for name in _NAMES:
            mark = name.replace("-", "_")
            config.addinivalue_line("markers", f"{mark}: a conformance case of Toggl Focus")
        self._chosen = _take_arguments(config)
        try:
            self._set: str = config.option.toggl_focus_requirements or SUITE
            self._sides = list(_sides(config.option))
            self._known = _known_failures(config.option.toggl_focus_known_failures, self._sides)
        except (SidesError, KnownError, CasesError, RequirementsError, SetError) as error:
            raise pytest.UsageError(str(error)) from None

    def pytest_report_header(self) -> list[str]:
        """Say what is graded."""
        return [f"{side.name}: {side.label}, cases of {self._set}" for side in self._sides]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Add the cases before -k, -m and others choose from all items."""
        before = len(items)
        for side in self._sides:
            root = SideCases.of(session, side, self._known)
            items += [item for item in session.genitems(root) if self._is_chosen(item.nodeid)]
        if self._chosen and len(items) == before:
            raise pytest.UsageError(f"no case is called {' or '.join(self._chosen)}")

    def _is_chosen(self, id_: str) -> bool:
        """Whether the arguments choose an item: by its id, without its row, or by its area."""
        return not self._chosen or any(
            id_ == each or id_.startswith((f"{each}::", f"{each}[")) for each in self._chosen
        )


def _take_arguments(config: pytest.Config) -> list[str]:
    """Take the arguments that choose cases from those that name files."""
    taken = [each for each in config.args if each.partition("::")[0] in _NAMES]
    if taken:
        config.option.toggl_focus_chosen = taken
    # A process of pytest-xdist gets this option, and no arguments, for which it uses its own.
    chosen: list[str] = getattr(config.option, "toggl_focus_chosen", [])
    if chosen and (taken or hasattr(config, "workerinput")):
        others = [each for each in config.args if each not in taken]
        only_cases = getattr(config.option, "toggl_focus_only_cases", not others)
        config.option.toggl_focus_only_cases = only_cases
        config.args[:] = [] if only_cases else others
    return chosen


def _sides(option: Any) -> Iterator[Side]:  # noqa: ANN401  (it has no type)
    seed: int = option.toggl_focus_seed
    version: str | None = option.toggl_focus_requirements
    if option.toggl_focus_client:
        yield ClientSide(the_target(option.toggl_focus_client, print), client_cases(version), seed)
    if option.toggl_focus_server and option.toggl_focus_account:
        raise SidesError("an account file names the server: leave --toggl-focus-server out")
    if option.toggl_focus_server or option.toggl_focus_account:
        account = the_account(
            option.toggl_focus_server, option.toggl_focus_account, live=option.toggl_focus_live
        )
        limits = Limits(
            option.toggl_focus_decided,
            destructive=option.toggl_focus_allow_destructive,
            seed=seed,
        )
        yield ServerSide(account, server_cases(version), limits)


def _known_failures(given: str | None, sides: Sequence[Side]) -> Mapping[str, Known]:
    """The known failures of a file, or those next to the adapter."""
    file = Path(given) if given else next((side.known_failures for side in sides), None)
    if file is None:
        return {}
    known = {id_: each for each in read_known(file) for id_ in each.cases}
    ids = {case.id for side in sides for case in side.cases}
    if unknown := sorted({*known} - ids):
        raise SidesError(f"{file}: there is no case {', '.join(unknown[:5])}")
    return known


class SideCases(pytest.Collector):
    """All cases of one side. Its adapter or connection lives until its last item is done."""

    side: Side
    known: Mapping[str, Known]
    trouble = ""
    """Why no case can be run any more."""

    @classmethod
    def of(cls, session: pytest.Session, side: Side, known: Mapping[str, Known]) -> SideCases:
        """The cases of a side."""
        made = _made(cls, session, name=side.name, nodeid=side.name)
        made.side, made.known = side, known
        made.add_marker(side.name.replace("-", "_"))
        return made

    def collect(self) -> Iterator[AreaCases]:
        """Give the areas, in the order of their files."""
        for area in {case.area: None for case in self.side.cases}:
            yield _made(AreaCases, self, name=area)

    def teardown(self) -> None:
        """Close the side, and fail for what was wrong after the end of a case."""
        wrong = self.side.close()
        for text in self.side.warnings():
            _warn(self, text, self.name, 1)
        if wrong:
            pytest.fail("\n".join(wrong), pytrace=False)


class AreaCases(pytest.Collector):
    """The cases of one area."""

    def collect(self) -> Iterator[CaseItem]:
        """Give the cases, one for each row."""
        of = self.parent
        assert isinstance(of, SideCases)  # noqa: S101  (which makes it)
        for case in of.side.cases:
            if case.area == self.name:
                yield CaseItem.of_case(self, case, of)


class CaseItem(pytest.Item):
    """One case."""

    case: Case
    of: SideCases

    @classmethod
    def of_case(cls, area: AreaCases, case: Case, of: SideCases) -> CaseItem:
        """The item of a case. A row is in brackets, as pytest and its -k are used to."""
        name, sign, row = case.id.partition("#")
        made = _made(cls, area, name=f"{name}[{row}]" if sign else name)
        made.case, made.of = case, of
        made.extra_keyword_matches |= {case.id, *case.requirements}
        made.user_properties += [("case", case.id), ("requirement", case.requirement)]
        if reason := of.side.omitted(case):
            made.add_marker(pytest.mark.skip(reason=reason))
        elif known := of.known.get(case.id):
            reason = f"{known.reason} (since {known.since})"
            made.add_marker(pytest.mark.xfail(reason=reason, raises=KnownFailure, strict=True))
        return made

    def runtest(self) -> None:
        """Run the case. Raises CaseFailed and skips as its result says."""
        if self.of.trouble:
            pytest.skip(f"not run: {self.of.trouble}")
        try:
            result = self.of.side.grade(self.case)
        except CannotGrade as error:
            self.of.trouble = str(error)
            raise CaseFailed(str(error)) from None
        self._report(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401  (as pytest has it)
        """The explanation of a failed case, without a traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands, in terms of its id."""
        return self.config.rootpath / self.of.name, max(self.case.line - 1, 0), self.name

    def _report(self, result: Result) -> None:
        if result.status in FAILURES or result.status == "harness error":
            self._fail(result)
        if result.status in {"skip", "not run", "untestable"}:
            pytest.skip(result.reason)
        if result.status in _REMARKS:
            for check in result.failed:
                text = f"{check.status}: [{check.requirement}] {check.message}"
                _warn(self, text, self.case.file, self.case.line)

    def _fail(self, result: Result) -> None:
        # What is wrong comes first, as pytest's summary shows the first line.
        text = f"{result.reason}\n\n{explained(result, self.of.side.kind)}"
        known = self.of.known.get(self.case.id)
        if known is None or result.status == "harness error":
            raise CaseFailed(text)
        message = masked(result.reason, self.of.side.kind)
        before = known.cases[self.case.id]
        if message == before:
            raise KnownFailure(text)
        raise CaseFailed(f"fails otherwise than known: {message}; known: {before}\n\n{text}")


def _made(kind: type[NodeT], parent: pytest.Collector, **names: str) -> NodeT:
    """A node of pytest, whose own function for this has no types."""
    make = cast("Callable[..., NodeT]", kind.from_parent)  # pyright: ignore[reportUnknownMemberType]
    return make(parent, **names)


def _warn(node: pytest.Item | pytest.Collector, text: str, file: str, line: int) -> None:
    """Put a text into the summary of warnings.

    Not by `warnings.warn`: what fails no case must not fail it where warnings are errors.
    """
    message = warnings.WarningMessage(ConformanceWarning(text), ConformanceWarning, file, line)
    message.line = ""
    arguments = {"when": "runtest", "nodeid": node.nodeid, "location": None}
    node.ihook.pytest_warning_recorded.call_historic(
        kwargs={"warning_message": message, **arguments}
    )
