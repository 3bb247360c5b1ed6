"""The data of all rows: blocks as rich as the stream shows them, 1.5 kB and 71 values each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

__all__ = ["BLOCK", "MONDAY", "SUNDAY", "blocks", "page", "updates"]

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SUNDAY = MONDAY + timedelta(days=6)
_DIFFERENT = 1_000
"""So many blocks differ; more of them are these again."""
_RATE = {
    "billable": True,
    "currency": "EUR",
    "hourly_rate": 82.5,
    "start_at": None,
    "end_at": None,
    "has_more_rates": False,
    "project_id": 30,
    "project_name": "Accounts",
    "project_color": "#0b83d9",
    "project_created_at": "2025-12-01T08:00:00Z",
    "project_rate_id": None,
    "workspace_rate_id": None,
}
_OPTION = {"option_id": 91, "option_name": "Draft", "is_deleted": False}


def _block(number: int) -> dict[str, Any]:
    return {
        "id": 1_000_000 + number,
        "workspace_id": 10,
        "task_id": 200_000 + number,
        "toggl_user_id": 5,
        "start": MONDAY + timedelta(minutes=15 * number),
        "duration": 900 + number,
        "timezone": "Europe/Tallinn",
        "created_at": datetime(2026, 1, 2, 15, 4, 5, 123_456 + number, UTC),
        "updated_at": datetime(2026, 1, 3, 15, 4, 5, 123_456 + number, UTC),
        "completed_at": None,
        "archived_at": None,
        "deleted_at": None,
        "has_time_entry": number % 2 == 0,
        "task": {
            "id": 200_000 + number,
            "name": f"Write the report, part {number}",
            "workspace_id": 10,
            "toggl_user_id": 5,
            "status_id": 2,
            "status": {"id": 2, "name": "In progress", "type": "in_progress", "emoji": "🚧"},
            "priority": "high",
            "position": number,
            "pinned": False,
            "private": False,
            "billable": True,
            "source": "web",
            "is_template": False,
            "start_date": "2026-01-05",
            "end_date": "2026-01-16",
            "estimated_mins": 480,
            "estimate_type": "total",
            "allocation_unit": "flat",
            "assignees": [{"id": 5, "type": "user"}],
            "project_id": 30,
            "project": {
                "id": 30,
                "name": "Accounts",
                "private": False,
                "draft": False,
                "client": {"id": 70, "name": "Ülemiste Trading"},
                "color": "#0b83d9",
                "is_template": False,
                "permissions": ["view", "edit"],
                "rate": _RATE,
                "custom_field_values": [
                    {
                        "custom_field_id": 90,
                        "custom_field_name": "Phase",
                        "field_type": "select",
                        "selected_options": [_OPTION],
                        "value": 91,
                    }
                ],
            },
            "tag_ids": [50],
            "tags": [{"id": 50, "name": "deep work", "color": "#06a893"}],
            "created_at": datetime(2025, 12, 19, 8, 0, 0, number, UTC),
        },
    }


@cache
def blocks() -> list[bytes]:
    """Blocks that all differ, each as it goes over the wire."""
    return [msgspec.json.encode(_block(number)) for number in range(_DIFFERENT)]


def page(size: int) -> bytes:
    """A page of so many blocks."""
    some = (blocks() * (size // _DIFFERENT + 1))[:size]
    return b'{"data":[' + b",".join(some) + b'],"page":1,"per_page":%d}' % size


def updates(count: int) -> list[dict[str, Any]]:
    """The plain data of so many entries of a bulk update."""
    return [
        {
            "id": 1_000_000 + number,
            "start": MONDAY + timedelta(minutes=number),
            "duration": 900 + number,
            "completed": number % 2 == 0,
            "task_id": 200_000 + number,
            "outbound_sync": False,
        }
        for number in range(count)
    ]


BLOCK = msgspec.json.encode({key: value for key, value in _block(1).items() if key != "task"})
"""A block as it is read one at a time."""
