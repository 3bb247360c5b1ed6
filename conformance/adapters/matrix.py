"""Builds and grades every adapter in this folder: `nox -s matrix`.

Each is graded in a process of its own, as its author would do it: `toggl-focus conformance client`.
One whose tools are not installed is shown as not run, with the reason. The exit status is 1 if one
fails otherwise than its known-failures.yaml says.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from toggl_focus_conformance.adapters import BuildError, Manifest, build, is_built, read_manifest
from toggl_focus_conformance.cases import load
from toggl_focus_conformance.report import page, read
from toggl_focus_conformance.runner import (
    UNEXPLAINED,
    Result,
    Run,
    Status,
    apply,
    dump,
    read_known,
    write_known,
)
from toggl_focus_conformance.runner import load as load_results

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parents[1] / "build" / "conformance"
COLUMNS: tuple[Status, ...] = ("pass", "known", "fail", "warn", "skip")
SECONDS = 600


@dataclass
class Graded:
    """What came of one adapter. trouble: why it was not run, or what is wrong with its run."""

    manifest: Manifest
    run: Run
    trouble: str = ""
    good: bool = True


def main() -> None:
    """Grade what is named, or everything, and show a table."""
    parser = argparse.ArgumentParser(prog="matrix", description=__doc__)
    parser.add_argument("names", nargs="*", help="folders; default: all")
    parser.add_argument("--record", action="store_true", help="renew known-failures.yaml")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the JSON files go")
    parser.add_argument("-j", type=int, default=os.cpu_count() or 1, help="how many at a time")
    options = parser.parse_args()
    found = {path.parent.name: path.parent for path in sorted(HERE.glob("*/manifest.yaml"))}
    if strange := set(options.names) - {*found}:
        parser.error(f"no adapter {', '.join(strange)}; choose from {', '.join(found)}")
    options.results.mkdir(parents=True, exist_ok=True)
    console = Console(highlight=False)
    manifests = [read_manifest(found[name]) for name in options.names or found]
    graded = grade_all(manifests, options.results, options.j, console, record=options.record)
    graded.sort(key=lambda each: each.manifest.folder.name)
    runs = [each.run for each in graded]
    (options.results / "matrix.json").write_bytes(dump(runs))
    score = options.results / "selfcheck.json"  # of `nox -s selfcheck`
    scores = read([score])[1] if score.exists() else []
    (options.results / "matrix.html").write_text(page(runs, scores), encoding="utf-8")
    show(graded, console)
    console.print(f"results: {options.results}, and as a page: matrix.html", markup=False)
    sys.exit(0 if all(each.good for each in graded) else 1)


def grade_all(
    manifests: Sequence[Manifest], results: Path, number: int, console: Console, *, record: bool
) -> list[Graded]:
    """Grade several at a time, and say when each is done."""
    done: list[Graded] = []
    with ThreadPoolExecutor(number) as pool:
        futures: list[Future[Graded]] = [
            pool.submit(grade_one, each, results, console, record=record) for each in manifests
        ]
        try:
            for future in as_completed(futures):
                each = future.result()
                done.append(each)
                counts = each.trouble or f"{counted(each.run.counts)}, {each.run.seconds:.0f} s"
                line = f"{len(done)}/{len(manifests)} {each.manifest.name}: {counts}"
                console.print(line, markup=False)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    return done


def grade_one(manifest: Manifest, results: Path, console: Console, *, record: bool) -> Graded:
    """Build and grade one adapter, and write its results."""
    file = results / f"{manifest.folder.name}.json"
    if reason := manifest.missing():
        return not_run(manifest, file, reason, good=True)
    if not is_built(manifest):
        console.print(f"building {manifest.name}", markup=False)
        try:
            build(manifest)
        except BuildError as error:
            return not_run(manifest, file, f"the build failed: {error}", good=False)
    begun = time.monotonic()
    words = [sys.executable, "-m", "toggl_focus_conformance", "conformance", "client"]
    done = subprocess.run(  # noqa: S603  (our own command)
        [*words, "--json", str(file), str(manifest.folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if not file.exists() or file.stat().st_mtime < time.time() - (time.monotonic() - begun) - 1:
        return not_run(manifest, file, done.stdout + done.stderr, good=False)
    (run,) = load_results(file.read_bytes())
    if record:
        return recorded(manifest, run, file)
    trouble = "" if done.returncode == 0 else "\n".join(problems(run))
    return Graded(manifest, run, trouble, good=done.returncode == 0)


def not_run(manifest: Manifest, file: Path, reason: str, *, good: bool) -> Graded:
    """An adapter that was not run: each case has this reason."""
    results = [
        Result(each.id, each.title, each.area, "not run", each.requirement, reason)
        for each in load()
    ]
    run = Run(target=manifest.name, results=results)
    file.write_bytes(dump([run]))
    return Graded(manifest, run, f"not run: {reason}", good=good)


def recorded(manifest: Manifest, run: Run, file: Path) -> Graded:
    """Renew the known failures. What no reason explains is to be explained by hand."""
    path = manifest.known_failures
    before = read_known(path) if path.exists() else []
    run.drift.clear()
    write_known(path, run, before, datetime.now(UTC).date())
    known = read_known(path)
    if not known:
        path.unlink()
    apply(run, known, load())
    file.write_bytes(dump([run]))
    new = [id_ for each in known if each.reason == UNEXPLAINED for id_ in each.cases]
    trouble = f"explain in {path}: {', '.join(new)}" if new else ""
    return Graded(manifest, run, trouble, good=not new)


def problems(run: Run) -> list[str]:
    """What is wrong with a run, a line for each."""
    failed = [each for each in run.results if each.status in {"fail", "flaky", "harness error"}]
    return [*(f"{each.id}: {each.reason:.200}" for each in failed), *run.drift, *run.problems]


def counted(counts: Counter[Status]) -> str:
    """How many cases have each status, in words."""
    return ", ".join(f"{number} {status}" for status, number in counts.most_common())


def show(graded: Sequence[Graded], console: Console) -> None:
    """Print the table."""
    table = Table("implementation", "version", *COLUMNS, "seconds")
    for each in graded:
        counts, version = each.run.counts, each.run.sdk.get("version", "not run")
        cells = [str(counts[status]) for status in COLUMNS]
        table.add_row(each.manifest.name, version, *cells, f"{each.run.seconds:.1f}")
    console.print(table)


if __name__ == "__main__":
    main()
