"""The three documents that are held against each other: description, vendor's page, ledger."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .document import Document, Problem

SPEC = Path(__file__).parents[1]
DESCRIPTION = SPEC / "openapi.yaml"
PAGE = SPEC / "vendor-docs.json"
DECISIONS = SPEC / "decisions.md"


@dataclass(frozen=True)
class Sources:
    """What every check is given."""

    document: Document
    page: list[dict[str, Any]]
    ledger: str
    ledger_file: str

    @classmethod
    def read(
        cls, description: Path = DESCRIPTION, page: Path = PAGE, decisions: Path = DECISIONS
    ) -> "Sources":
        """Read all three; a description that is not YAML is an UnreadableError."""
        return cls(
            Document.read(description, called(description)),
            json.loads(page.read_text(encoding="utf-8")),
            decisions.read_text(encoding="utf-8"),
            called(decisions),
        )


Check = Callable[[Sources], Iterator[Problem]]


def called(path: Path) -> str:
    """What problems call a file: by its way from the repository's root, where it lies in there."""
    path = path.resolve()
    root = SPEC.parent
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
