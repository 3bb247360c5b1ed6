"""Tries the switches of one side or both, several at a time, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, as_completed
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple, Protocol

from .score import Defect, Score, Variant
from .sides import SideName, Switch, side

__all__ = ["Watcher", "check"]


class Watcher(Protocol):
    """Receives progress."""

    def begun(self, total: int) -> object:
        """So many switches will be tried."""

    def finished(self, what: Defect | Variant, done: int) -> object:
        """One switch was tried; with it, so many are done."""


class _Job(NamedTuple):
    side: SideName
    kind: Literal["defect", "variant"]
    switch: Switch
    seed: int


def check(
    sides: Sequence[SideName], only: Sequence[str], seed: int, workers: int, watcher: Watcher
) -> Score:
    """Try all switches, or those whose ids match a pattern. Ctrl-C ends with what there is.

    Raises LookupError for a pattern that matches no id.
    """
    begun = time.monotonic()
    jobs = _chosen([job for name in sides for job in _jobs(name, seed)], only)
    score = Score(side=sides[0] if len(sides) == 1 else "both", seed=seed)
    results: dict[_Job, Defect | Variant] = {}
    try:
        watcher.begun(len(jobs))
        for job, result in _run(jobs, workers):
            results[job] = result
            watcher.finished(result, len(results))
    except KeyboardInterrupt:
        score.interrupted = True
    in_order = [results[job] for job in jobs if job in results]
    score.defects = [each for each in in_order if isinstance(each, Defect)]
    score.variants = [each for each in in_order if isinstance(each, Variant)]
    score.seconds = round(time.monotonic() - begun, 3)
    return score


def _jobs(name: SideName, seed: int) -> Iterator[_Job]:
    # Variants first: each runs all cases, so nothing long is left for the end.
    found = side(name)
    yield from (_Job(name, "variant", each, seed) for each in found.variants.values())
    yield from (_Job(name, "defect", each, seed) for each in found.defects.values())


def _chosen(jobs: Sequence[_Job], only: Sequence[str]) -> Sequence[_Job]:
    for pattern in only:
        if not any(fnmatchcase(job.switch.id, pattern) for job in jobs):
            raise LookupError(f"no defect or variant matches {pattern}")
    return [
        job
        for job in jobs
        if not only or any(fnmatchcase(job.switch.id, pattern) for pattern in only)
    ]


def _run(jobs: Sequence[_Job], workers: int) -> Iterator[tuple[_Job, Defect | Variant]]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_end_at_ctrl_c)
    try:
        running: dict[Future[Defect | Variant], _Job] = {
            pool.submit(_try, job): job for job in jobs
        }
        for future in as_completed(running):
            job = running[future]
            try:
                yield job, future.result()
            except BrokenExecutor as error:
                yield job, _broken(job, f"its process died: {error}")
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _end_at_ctrl_c() -> None:
    """End at once, and without a traceback: nobody waits for what this process does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _try(job: _Job) -> Defect | Variant:
    found = side(job.side)
    try:
        if job.kind == "variant":
            return found.check_variant(job.switch.id, job.seed)
        if job.switch.equivalent:
            return Defect(
                job.side,
                job.switch.id,
                job.switch.text,
                "",
                "equivalent",
                note=job.switch.equivalent,
            )
        return found.check_defect(job.switch.id, job.seed)
    except Exception as error:  # noqa: BLE001  (whatever a switch does)
        return _broken(job, f"{type(error).__name__}: {error}")


def _broken(job: _Job, why: str) -> Defect | Variant:
    switch = job.switch
    if job.kind == "variant":
        return Variant(job.side, switch.id, switch.text, "broken", note=why)
    return Defect(job.side, switch.id, switch.text, switch.case, "broken", note=why)
