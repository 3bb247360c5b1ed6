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

    def finished(self, what: Defect | Variant, done: int, total: int) -> object:
        """One switch was tried."""


class _Job(NamedTuple):
    side: SideName
    kind: Literal["defect", "variant"]
    switch: Switch
    seed: int


def check(
    sides: Sequence[SideName], only: Sequence[str], seed: int, workers: int, watcher: Watcher
) -> Score:
    """Try all switches, or those whose ids match a pattern. Ctrl-C ends with what there is."""
    begun = time.monotonic()
    jobs = [job for name in sides for job in _jobs(name, seed) if _wanted(job, only)]
    score = Score(side=sides[0] if len(sides) == 1 else "both", seed=seed)
    try:
        for result in _run(jobs, workers):
            score.defects.append(result) if isinstance(result, Defect) else score.variants.append(
                result
            )
            watcher.finished(result, len(score.defects) + len(score.variants), len(jobs))
    except KeyboardInterrupt:
        score.interrupted = True
    places = {job.switch.id: place for place, job in enumerate(jobs)}
    score.defects.sort(key=lambda each: places[each.id])
    score.variants.sort(key=lambda each: places[each.id])
    score.seconds = round(time.monotonic() - begun, 3)
    return score


def _jobs(name: SideName, seed: int) -> Iterator[_Job]:
    # Variants first: each runs all cases, so nothing long is left for the end.
    found = side(name)
    yield from (_Job(name, "variant", each, seed) for each in found.variants.values())
    yield from (_Job(name, "defect", each, seed) for each in found.defects.values())


def _wanted(job: _Job, only: Sequence[str]) -> bool:
    return not only or any(fnmatchcase(job.switch.id, pattern) for pattern in only)


def _run(jobs: Sequence[_Job], workers: int) -> Iterator[Defect | Variant]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_ctrl_c)
    try:
        running: dict[Future[Defect | Variant], _Job] = {
            pool.submit(_try, job): job for job in jobs
        }
        for future in as_completed(running):
            try:
                yield future.result()
            except BrokenExecutor as error:
                yield _broken(running[future], f"its process died: {error}")
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ignore_ctrl_c() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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
