"""What a server must remember: blocks in memory, and what each operation does to them. No IO."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from toggl_focus_conformance.protocol.values import Instant, parse_instant

__all__ = ["Block", "Memory", "Query", "micros", "timestamp"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = 1000
_OFFSETS = (timedelta(0), timedelta(hours=5, minutes=45), -timedelta(minutes=30))

# What a write may change. All other fields of a block stay as they were first seen.
_WRITTEN = ("id", "workspace_id", "task_id", "start", "duration")
_STAMPS = ("created_at", "updated_at", "completed_at", "archived_at", "deleted_at")
# Not in every shape of a block.
_SOMETIMES = ("has_time_entry", "task")


def timestamp(microseconds: int, style: int = 0) -> str:
    """Microseconds since 1970 as RFC 3339, in one of three offsets."""
    offset = _OFFSETS[style % len(_OFFSETS)]
    local = (_EPOCH + microseconds * _MICROSECOND).astimezone(timezone(offset))
    text = local.isoformat()
    return f"{text.removesuffix('+00:00')}Z" if not offset else text


def micros(value: object) -> int | None:
    """A timestamp as microseconds since 1970, digits beyond them cut; None if it is not one."""
    if isinstance(value, str):
        return _parsed(value)
    return _micros(value) if isinstance(value, Instant) else None


# The same few timestamps are read again and again.
@functools.lru_cache(maxsize=8192)
def _parsed(text: str) -> int | None:
    instant = parse_instant(text)
    return None if instant is None else _micros(instant)


def _micros(instant: Instant) -> int:
    return int(instant.seconds * 1_000_000 // 1)


@dataclass
class Block:
    """A block as it must be. `stamps` holds the timestamps that the server chose, once seen.

    decided: whether rules that are only decided count, such as when `updated_at` moves.
    """

    id: int
    task_id: int
    start: int
    duration: int | None
    completed: bool = False
    decided: bool = True
    archived: bool = False
    deleted: bool = False
    stamps: dict[str, int] = field(default_factory=dict[str, int])
    before: int | None = None
    """The `updated_at` that the last change must have moved, while the new one is unknown."""
    rest: dict[str, Any] = field(default_factory=dict[str, Any])
    """The fields that no call of the model wrote, as they were first seen."""

    @property
    def end(self) -> int:
        """Where it ends; without a duration where it starts."""
        return self.start + (self.duration or 0) * 1_000_000

    def write(self, fields: Mapping[str, Any]) -> None:
        """What PATCH does: change the given fields. None given: nothing changes (D17)."""
        stored = fields.keys() & {"start", "duration", "completed", "task_id"}
        if "start" in fields:
            start = micros(fields["start"])
            assert start is not None  # noqa: S101  (the model wrote it)
            self.start = start
        self.duration = fields.get("duration", self.duration)
        self.task_id = fields.get("task_id", self.task_id)
        if "completed" in fields:
            self._complete(fields["completed"])
        if stored:
            self.touch()

    def replace(self, fields: Mapping[str, Any]) -> None:
        """What PUT does: omitted fields are cleared (D15)."""
        self.write({"duration": None, "completed": False, **fields})

    def archive(self, *, archived: bool) -> None:
        """Archive or unarchive it; where nothing changes the stamps stay (D13)."""
        if archived != self.archived:
            self.archived = archived
            self.stamps.pop("archived_at", None)
            self.touch()

    def delete(self, *, deleted: bool) -> None:
        """Delete or restore it."""
        if deleted != self.deleted:
            self.deleted = deleted
            self.touch()

    def touch(self) -> None:
        """Remember that `updated_at` moves."""
        if "updated_at" in self.stamps:
            self.before = self.stamps.pop("updated_at")

    def _complete(self, completed: bool) -> None:  # noqa: FBT001  (a value of the API)
        # That the first stamp stays when a block is completed again is decided (D19).
        if completed != self.completed or not self.decided:
            self.completed = completed
            self.stamps.pop("completed_at", None)

    def faults(self, seen: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with the block in a response; remembers the stamps that are right."""
        for name, must in (("id", self.id), ("task_id", self.task_id), ("duration", self.duration)):
            got = seen.get(name)
            if got != must or isinstance(got, bool | float):
                yield f"{name} must be {must}, got {got!r}"
        start = micros(seen.get("start"))
        if start not in {self.start, self.start // _MILLISECOND * _MILLISECOND}:
            yield f"start must be {timestamp(self.start)}, got {seen.get('start')}"
        states = {
            "created_at": True,
            "completed_at": self.completed,
            "archived_at": self.archived,
            "deleted_at": False,
        }
        for name, is_set in states.items():
            yield from self._stamp(name, seen.get(name), is_set=is_set)
        if self.decided:
            yield from self._moved(seen.get("updated_at"))
        yield from self._others(seen)

    def _stamp(self, name: str, value: object, *, is_set: bool) -> Iterator[str]:
        got = micros(value)
        if not is_set:
            if value is not None:
                yield f"{name} must be null or absent, got {value}"
        elif got is None:
            yield f"{name} must be a timestamp, got {value!r}"
        elif self.stamps.setdefault(name, got) != got:
            yield f"{name} must still be {timestamp(self.stamps[name])}, got {value}"

    def _moved(self, value: object) -> Iterator[str]:
        got = micros(value)
        if got is None:
            yield f"updated_at must be a timestamp, got {value!r}"
            return
        if self.before is not None:
            # Two changes may have one stamp where the server keeps milliseconds or less.
            least = self.before + (1 if got % _MILLISECOND else 0)
            if got < least:
                yield f"updated_at must be later than {timestamp(self.before)}, got {value}"
            self.before = None
        elif "updated_at" in self.stamps and self.stamps["updated_at"] != got:
            yield f"updated_at must still be {timestamp(self.stamps['updated_at'])}, got {value}"
        self.stamps["updated_at"] = got

    def _others(self, seen: Mapping[str, Any]) -> Iterator[str]:
        skipped = {*_WRITTEN, *_STAMPS, *_SOMETIMES}
        for name, value in seen.items():
            if name not in skipped and value is not None:
                first = self.rest.setdefault(name, value)
                if first != value:
                    yield f"{name} must still be {first!r}, got {value!r}"


@dataclass(frozen=True)
class Query:
    """The range of a list or stream, in microseconds since 1970."""

    first: int
    last: int
    archived: bool | None = False
    """None: archived and active ones."""
    task_id: int | None = None
    order: tuple[str, ...] = ()

    def selects(self, block: Block) -> bool | None:
        """Whether it is in: it overlaps the range, both ends included (D5).

        None if only a decision says so, and decisions do not count for the block.
        """
        if self.task_id not in {None, block.task_id}:
            return False
        overlaps = block.start <= self.last and block.end >= self.first
        if block.decided or not overlaps:
            return overlaps and not block.deleted and self.archived in {None, block.archived}
        inside = self.first < block.start and block.end < self.last
        sure = inside and not block.deleted and block.archived == bool(self.archived)
        return True if sure else None

    def unsorted(self, blocks: Sequence[Mapping[str, Any]], *, decided: bool) -> str | None:
        """What is wrong with the order of blocks in a response, judged by their own fields.

        decided: whether the default order and the tie-breaker count (D8).
        """
        if not self.order and not decided:
            return None
        for one, other in pairwise(blocks):
            for key in (*(self.order or ("start",)), *(("id",) if decided else ())):
                name = key.removeprefix("-")
                left, right = _comparable(one.get(name)), _comparable(other.get(name))
                if left == right:
                    continue
                if (left > right) != key.startswith("-"):
                    order = ",".join(self.order) or "the default order"
                    return f"{order}: block {one.get('id')} must not be before {other.get('id')}"
                break
        return None


@dataclass
class Memory:
    """All blocks of one run of the model, by id, and those that others left in its window."""

    decided: bool = True
    blocks: dict[int, Block] = field(default_factory=dict[int, Block])
    strangers: frozenset[int] = frozenset()

    def created(self, seen: Mapping[str, Any], task_id: int, fields: Mapping[str, Any]) -> Block:
        """A new block, with the id that the server gave it."""
        start = micros(fields["start"])
        assert start is not None  # noqa: S101  (the model wrote it)
        block = Block(
            id=seen["id"],
            task_id=task_id,
            start=start,
            duration=fields.get("duration"),
            completed=fields.get("completed", False),
            decided=self.decided,
        )
        self.blocks[block.id] = block
        return block

    def used(self, number: int, *, deleted: bool | None = None) -> Block:
        """A block, counted from the one that was used last; deleted ones, live ones, or of both."""
        blocks = [b for b in self.blocks.values() if deleted in {None, b.deleted}]
        block = blocks[-1 - number % len(blocks)]
        self.blocks[block.id] = self.blocks.pop(block.id)
        return block

    def selected(self, query: Query) -> tuple[set[int], set[int]]:
        """The ids of the blocks that a query must give, and of those that it may give."""
        chosen = {block.id: query.selects(block) for block in self.blocks.values()}
        return (
            {id_ for id_, selected in chosen.items() if selected},
            {id_ for id_, selected in chosen.items() if selected is not False},
        )

    def own(self, blocks: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Blocks of a response without those of strangers."""
        return [each for each in blocks if each.get("id") not in self.strangers]


def _comparable(value: object) -> int:
    found = micros(value)
    if found is None:
        found = value if isinstance(value, int) else 0
    return found
