"""`list`, `explain` and `check-cases`: they show cases and requirements without running any."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import indent
from typing import Any

import click
import yaml

from toggl_focus_conformance.cases import Case, CasesError, coverage, load_files
from toggl_focus_conformance.cases.coverage import Kind
from toggl_focus_conformance.requirements import Requirement, RequirementsError, registry
from toggl_focus_conformance.runner import Run, SideName
from toggl_focus_conformance.runner.results import AS_A_CASE
from toggl_focus_conformance.servers import ServerCase

from .choosing import AtFault, all_cases, all_server_cases, cases_named, chosen, chosen_cases

__all__ = [
    "check_cases",
    "explain",
    "list_cases",
    "list_coverage",
    "list_requirements",
    "show_results",
]

_KINDS: Mapping[str, Kind] = {
    "operation × status": "status",
    "operation × parameter": "parameter",
    "field × state": "field",
    "requirement × case": "requirement",
}
_SHOWN_CHECKS = 3
_QUIET = frozenset({"pass", "skip", "not run", "known", "untestable"})


def show_results(run: Run) -> None:
    """Show every result that somebody must look at, and what else was wrong."""
    for result in run.results:
        if result.status in _QUIET:
            continue
        click.echo(f"{result.status}: {result.id}: {result.title}")
        for check in result.failed[:_SHOWN_CHECKS]:
            click.echo(f"    [{check.requirement}] {check.message}")
        if not result.failed and result.reason:
            click.echo(f"    {result.reason}")
        for entry in result.transcript:
            if entry.kind == "note" and entry.text.startswith(AS_A_CASE):
                click.echo(indent(entry.text, "    "))
    for line in (*run.drift, *run.problems):
        click.echo(f"! {line}")
    if run.interrupted:
        click.echo("! interrupted; these are the results so far")


def list_cases(patterns: Sequence[str], side: SideName | None = None) -> None:
    """List the cases of one side or both, each once with the number of its rows."""
    cases = chosen(_of_side(side), patterns)
    for title, for_servers in (("clients", False), ("servers", True)):
        if found := [case for case in cases if isinstance(case, ServerCase) is for_servers]:
            click.echo(f"Cases for {title}")
            _list(found)


def _of_side(side: SideName | None) -> tuple[Case, ...]:
    """The cases of one side, or of both."""
    return (
        *(all_cases() if side != "server" else ()),
        *(all_server_cases() if side != "client" else ()),
    )


def _list(cases: Sequence[Case]) -> None:
    rows = Counter(case.name for case in cases)
    area = ""
    for case in {case.name: case for case in cases}.values():
        if case.area != area:
            area = case.area
            click.echo(f"{area}:")
        number = f" ({rows[case.name]} rows)" if "#" in case.id else ""
        _echo(f"{case.name}{number}: {case.title}", "  ")
    click.echo(f"{len(rows)} cases, {len(cases)} with their rows")


def list_requirements(patterns: Sequence[str], side: SideName | None = None) -> None:
    """List the requirements of one side or both, with the number of cases that assert each."""
    cases = chosen(_of_side(side), patterns)
    named = Counter(each for case in cases for each in case.requirements)
    for each in registry().values():
        if side is not None and each.applies_to not in {side, "both"}:
            continue
        if not patterns or each.id in named:
            number = "every case" if each.checked == "every-case" else f"{named[each.id]} cases"
            _echo(f"{each.id} ({each.level}, {each.basis}, {number}): {each.text}")


def list_coverage(patterns: Sequence[str]) -> None:
    """List how much of each operation the cases cover, and what they do not, with the reasons."""
    from rich.console import Console  # noqa: PLC0415  (only this shows a table)
    from rich.table import Table  # noqa: PLC0415

    covered = coverage(chosen_cases(patterns))
    table = Table("operation", "cases", "statuses", "parameters", box=None, pad_edge=False)
    for each in covered.operations:
        shares = (f"{sum(part.values())}/{len(part)}" for part in (each.statuses, each.parameters))
        table.add_row(each.operation, str(each.cases), *shares)
    Console(highlight=False).print(table)
    for title, kind in _KINDS.items():
        pairs = covered.of(kind)
        click.echo(f"{title}: {sum(pair.covered for pair in pairs)} of {len(pairs)} covered")
    for reason in {each.reason: None for each in covered.pairs if not each.covered}:
        left = [each.name for each in covered.pairs if not each.covered and each.reason == reason]
        click.echo(f"\nnot covered: {reason or 'no case of these'}")
        for name in left:
            click.echo(f"  {name}")


def explain(id_: str, side: SideName | None = None) -> None:
    """Show a case as it is after its row was filled in, or a requirement and its cases.

    side: of the case, as three ids are of a case for clients and of another for servers.
    """
    requirement = registry().get(id_)
    if requirement is not None:
        _explain_requirement(requirement)
        return
    found = cases_named(id_, _of_side(side))
    case = found[0]
    cases = [each for each in found if type(each) is type(case)]
    if len(cases) < len(found):
        click.echo(f"There is also a case {id_} for servers: add --side server", err=True)
    click.echo(f"{case.id}: {case.title}")
    click.echo(f"{case.file}:{case.line}, area {case.area}")
    if len(cases) > 1:
        rows = ", ".join(each.id.partition("#")[2] for each in cases[:12])
        click.echo(f"the first of {len(cases)} rows: {rows}{', …' if len(cases) > 12 else ''}")  # noqa: PLR2004  (as above)
    click.echo()
    shown = {name: value for name, value in case.node.items() if name not in {"id", "title"}}
    click.echo(_as_yaml(shown))
    for name in sorted(case.requirements):
        each = registry()[name]
        _echo(f"{name} ({each.level}, {each.basis}): {each.text}")


def check_cases(files: Sequence[Path]) -> None:
    """Check cases, and that every requirement has one. Ends with 2 where something is wrong."""
    try:
        registry()
        cases: Sequence[Case] = load_files(files) if files else all_cases()
        if not files:
            all_server_cases()
    except (CasesError, RequirementsError) as error:
        click.echo(str(error))
        sys.exit(2)
    if not files and (wrong := coverage(cases).problems):
        raise AtFault("\n".join(wrong))
    rows = len({case.name for case in cases})
    click.echo(f"{rows} cases, {len(cases)} with their rows: all good")


def _explain_requirement(requirement: Requirement) -> None:
    click.echo(
        f"{requirement.id} ({requirement.level}, {requirement.basis}, area {requirement.area})"
    )
    _echo(requirement.text)
    if requirement.pointer:
        click.echo(f"in the description: {requirement.pointer}")
    if requirement.why:
        _echo(f"why: {requirement.why}")
    cases = {case.name: case for case in _of_side(None) if requirement.id in case.requirements}
    for case in cases.values():
        _echo(f"{case.name}: {case.title}", "  ")


def _echo(text: str, indent: str = "") -> None:
    """Print a line; on a terminal, wrapped at its width."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
        text = textwrap.fill(
            indent + text, width, subsequent_indent=f"{indent}    ", break_on_hyphens=False
        )
        click.echo(text)
    else:
        click.echo(indent + text)


def _as_yaml(value: Any) -> str:  # noqa: ANN401  (any JSON)
    plain = json.loads(json.dumps(value))  # without anchors
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110)
