"""How many requests of its quota a long range costs, as the reference server counts them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

from benchmarks.data import MONDAY
from benchmarks.figures import Bench, Found, Measured
from toggl_focus import TimeBlockBulkCreateItem, TogglFocus
from toggl_focus_conformance import ReferenceServer

__all__ = ["measure"]

_QUOTA = 1_000
_MINUTE = timedelta(minutes=1)


def measure(bench: Bench) -> Found:
    """Fill the server, then read all of it in both ways."""
    blocks = bench.size(10_000, 200)
    with ReferenceServer(seed="empty", quota=_QUOTA) as server:
        account = server.account
        task = account.task_ids[0]
        with TogglFocus(
            base_url=server.url,
            api_key=account.api_key,
            organization_id=account.organization_id,
            workspace_id=account.workspace_id,
        ) as client:
            client.time_blocks.bulk_create(
                TimeBlockBulkCreateItem(task_id=task, start=MONDAY + number * _MINUTE)
                for number in range(blocks)
            )
            end = MONDAY + blocks * _MINUTE
            stream = client.time_blocks.stream(date_from=MONDAY, date_to=end)
            pages = client.time_blocks.iterate(date_from=MONDAY, date_to=end)
            return {
                "stream": _cost(client, stream, blocks),
                "pages": _cost(client, islice(pages, blocks), blocks),
                # There is no total, and the last page is full: one more request says that it was.
                "end": _cost(client, pages, 0),
            }


def _cost(client: TogglFocus, items: Iterable[object], blocks: int) -> Measured:
    before = _left(client)
    read = sum(1 for _ in items)
    if read != blocks:
        raise ValueError(f"read {read} blocks of {blocks}")
    spent = before - _left(client)
    return Measured(spent, {"blocks": read}, "")


def _left(client: TogglFocus) -> int:
    if client.quota is None:
        raise ValueError("the server sent no quota")
    return client.quota.remaining
