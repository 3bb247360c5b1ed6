"""Bodies made to mislead what cuts a stream into items: its time must grow with their size only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from time import process_time

from benchmarks.data import blocks
from benchmarks.figures import Bench, Found, Measured
from benchmarks.race import race
from toggl_focus import TimeBlockWithTask
from toggl_focus._streaming import Items

__all__ = ["measure"]

MB = 1_000_000
_ITEM = (
    b'{"id":1,"workspace_id":10,"task_id":100,"toggl_user_id":5,"start":"2026-01-05T09:00:00Z",'
    b'"created_at":"2026-01-02T15:04:05Z","description":"%s","task":{"id":1,"tags":[%s]}}'
)
_TAG = b'{"id":1,"name":"a"}'


def _array(item: bytes, size: int) -> bytes:
    return b"[" + b",".join([item] * (size // len(item) + 1)) + b"]"


def _separators(size: int) -> bytes:
    return _array(_ITEM % (b'},{\\"id\\":' * 200, b""), size)


def _tags(size: int) -> bytes:
    return _array(_ITEM % (b"", b",".join([_TAG] * (200_000 // len(_TAG)))), size)


def _huge(size: int) -> bytes:
    return _array(_ITEM % (b"", b",".join([_TAG] * (size // len(_TAG)))), 1)


def _ordinary(size: int) -> bytes:
    some = islice(cycle(blocks()), size // len(blocks()[0]))
    return b"[" + b",".join(some) + b"]"


_BODIES: dict[str, tuple[Callable[[int], bytes], int]] = {
    "separators": (_separators, 65_536),
    "tags": (_tags, 65_536),
    "huge": (_huge, 65_536),
    "tiny": (_ordinary, 512),
}


def measure(bench: Bench) -> Found:
    """Time each body at two sizes, in turns."""
    sizes = small, large = bench.size(8, 1), bench.size(32, 4)
    found: Found = {}
    for name, (make, chunk) in _BODIES.items():
        runs = {f"{size} MB": partial(_cut, make(size * MB), chunk) for size in sizes}
        taken = race(runs, bench.size(3, 1), process_time)
        raw = {f"{size} MB": min(taken[f"{size} MB"]) / size * 1_000 for size in sizes}
        found[name] = Measured(raw[f"{large} MB"] / raw[f"{small} MB"], raw, "ms a MB")
    return found


def _cut(body: bytes, chunk: int) -> None:
    items = Items(TimeBlockWithTask)
    for at in range(0, len(body), chunk):
        for _some in items.feed(body[at : at + chunk]):
            pass
    for _some in items.finish():
        pass
