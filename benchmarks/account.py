"""Who all clients are, and where the one block is that they get."""

from __future__ import annotations

from typing import Any

__all__ = ["CREDENTIALS", "HEADERS", "ID", "KEY", "WHERE"]

KEY = "toggl_sk_" + 32 * "0"
WHERE = (1, 10)
"""Organization and workspace."""
ID = (200_001, 1_000_001)
"""Of the task, and of the block."""
CREDENTIALS: dict[str, Any] = {"api_key": KEY, "organization_id": 1, "workspace_id": 10}
HEADERS = {"Authorization": f"Bearer {KEY}"}
