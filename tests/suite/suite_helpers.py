"""What the tests of the suite share."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from toggl_focus_conformance.adapters import SDK, LocalAdapter, ProcessAdapter, Target
from toggl_focus_conformance.cases import Case, load_files
from toggl_focus_conformance.runner import Result, Run, Settings, grade

ROGUE = str(Path(__file__).parent / "rogue.py")

CASE = """\
- id: {id}
  title: A block is read, in a case for the tests
  requirement: method-and-path
  server: {{sample: true}}
  calls:
    - operation: get_time_block
      path: {{task_id: {task}}}
      want: {{ids: [1001]}}
  wire: {{requests: 1}}
"""


def rogue(how: str, *words: str, silence: float = 2.0, hello_seconds: float = 20.0) -> Target:
    """A program that misbehaves in the call of task 666."""
    command = [sys.executable, ROGUE, how, *words]
    return Target(
        how, lambda _: ProcessAdapter(command, silence=silence, hello_seconds=hello_seconds)
    )


def local(make: Callable[[], SDK]) -> Target:
    """An SDK in this process."""
    return Target("local", lambda silence: LocalAdapter(make, silence=silence))


def written(folder: Path, text: str) -> tuple[Case, ...]:
    """Cases from a text."""
    path = folder / "request-line.yaml"
    path.write_text(text, encoding="utf-8")
    return load_files([path])


def simple_cases(folder: Path, tasks: Sequence[int]) -> tuple[Case, ...]:
    """One case for each task, in this order."""
    return written(
        folder,
        "".join(CASE.format(id=f"task-{task}-{n}", task=task) for n, task in enumerate(tasks)),
    )


def graded(target: Target, cases: Sequence[Case], **settings: Any) -> Run:
    """Grade it and give the run."""
    return asyncio.run(grade(target, cases, Settings(**settings)))


def by_id(run: Run) -> dict[str, Result]:
    return {result.id: result for result in run.results}


def interrupted(words: Sequence[str], begins: str) -> tuple[int, str, str]:
    """Run a conformance command, and send Ctrl-C after its first line of progress.

    Gives the exit code, the output, and the rest of what was on standard error.
    """
    with subprocess.Popen(  # noqa: S603  (our own command)
        [sys.executable, "-m", "toggl_focus_conformance", "conformance", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith(begins)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    return process.returncode, output, errors
