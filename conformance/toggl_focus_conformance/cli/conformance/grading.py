"""`smoke` and `client`: they run an adapter and say what came of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from toggl_focus_conformance.cases import Case, load_all
from toggl_focus_conformance.runner import Finding, Known, Run, Settings, grade, smoke
from toggl_focus_conformance.wire import Wire

from .choosing import AtFault, can_listen, check_writable, chosen_cases, the_target
from .known import known_failures, settle
from .progress import watching
from .reporting import Reports
from .showing import show_results

__all__ = ["Options", "check_adapter", "grade_sdk"]


@dataclass(frozen=True)
class Options:
    """The options of `client`."""

    only: Sequence[str] = ()
    seed: int = 0
    workers: int = 1
    require: Sequence[str] = ()
    requirements: str | None = None
    known_failures: Path | None = None
    record: Path | None = None
    reports: Reports = field(default_factory=Reports)
    listen: str = "127.0.0.1"
    advertise: str | None = None


def check_adapter(words: Sequence[str], listen: str, advertise: str | None) -> None:
    """Run the checks of an adapter, show them, and end with 0 or 2."""
    wire = Wire(can_listen(listen), advertise)
    findings = asyncio.run(smoke(the_target(words), wire))
    _show_findings(findings)
    sys.exit(0 if all(each.good for each in findings) else 2)


def grade_sdk(words: Sequence[str], options: Options) -> None:
    """Grade an SDK, show and write the results, and end with the run's exit code."""
    target = the_target(words)
    cases = chosen_cases(options.only, options.requirements)
    known = known_failures(options.known_failures or target.known_failures)
    options.reports.check()
    check_writable(options.record)
    wire = Wire(can_listen(options.listen), options.advertise)
    findings = asyncio.run(smoke(target, wire))
    if not all(each.good for each in findings):
        _show_findings(findings)
        raise AtFault("the adapter does not pass smoke; nothing was graded")
    with watching() as watcher:
        settings = Settings(
            seed=options.seed,
            workers=options.workers,
            host=options.listen,
            advertise=options.advertise,
        )
        run = asyncio.run(grade(target, cases, settings, watcher))
    run.suite = options.requirements or run.suite
    _finish(run, cases, known, options)
    sys.exit(run.exit_code)


def _finish(run: Run, cases: Sequence[Case], known: Sequence[Known], options: Options) -> None:
    """Apply the known failures and requirements, and write the files of the options."""
    missing = [each for each in options.require if each not in run.features]
    run.drift += [f"--require: the SDK has no feature {each}" for each in missing if run.sdk]
    settle(run, known, options.record, load_all())
    _show(run, len(cases))
    options.reports.write([run])


def _show_findings(findings: Sequence[Finding]) -> None:
    for each in findings:
        detail = f": {each.detail}" if each.detail else ""
        click.echo(f"{'ok  ' if each.good else 'FAIL'} {each.title}{detail}")
        if not each.good and each.hint:
            click.echo(f"     {each.hint}")


def _show(run: Run, total: int) -> None:
    show_results(run)
    counts = ", ".join(f"{number} {status}" for status, number in run.counts.most_common())
    click.echo(f"{run.name}: {total} cases in {run.seconds:.1f} s: {counts}")
