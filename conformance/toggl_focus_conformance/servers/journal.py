"""Which blocks a run has created and not deleted yet, in a file that survives a crash."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["Journal", "journal_file", "read_journal"]


class Journal:
    """Notes each block when it is created and when it is deleted. A clean run leaves no file."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.left: dict[int, int] = {}
        """The blocks that still exist, each with its workspace."""

    def created(self, block: int, workspace: int) -> None:
        """Note a new block."""
        self.left[block] = workspace
        self._write({"created": block, "workspace": workspace})

    def deleted(self, block: int) -> None:
        """Note a block that is gone."""
        if self.left.pop(block, None) is not None:
            self._write({"deleted": block})

    def close(self) -> None:
        """Remove the file if nothing is left behind."""
        if self.path is not None and not self.left:
            self.path.unlink(missing_ok=True)

    def _write(self, line: dict[str, int]) -> None:
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


def read_journal(path: Path) -> Journal:
    """Read what a crashed run has left behind. Raises OSError, and ValueError for another file."""
    journal = Journal(None)
    for line in path.read_text("utf-8").splitlines():
        entry = json.loads(line)
        if "created" in entry:
            journal.created(entry["created"], entry["workspace"])
        else:
            journal.deleted(entry["deleted"])
    journal.path = path
    return journal


def journal_file() -> Path:
    """A file for the journal of this process, by default."""
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return Path(tempfile.gettempdir(), f"toggl-focus-journal-{now}-{os.getpid()}.jsonl")
