"""Writes the current set into sets/, for `nox -s freeze`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from toggl_focus_conformance import sets
from toggl_focus_conformance.protocol import SUITE

FOLDER = Path(sets.__file__).parent


def main() -> None:
    """Write it, or say what speaks against that."""
    parser = argparse.ArgumentParser(prog="freeze", description="Freeze the current set.")
    parser.add_argument(
        "--again",
        action="store_true",
        help="also if it is frozen: only before a release has it",
    )
    given = parser.parse_args()
    now = sets.as_now()
    if SUITE in sets.versions() and not given.again:
        changed = list(sets.changes(SUITE))
        print("\n".join(changed) or f"{SUITE} is frozen, and nothing has changed")
        if changed:
            sys.exit(f"{SUITE} is frozen: docs/conformance/authoring-cases.md says what to do")
        return
    text = msgspec.json.format(msgspec.json.encode(now), indent=1) + b"\n"
    (FOLDER / f"{SUITE}.json").write_bytes(text)
    print(
        f"{SUITE}: {len(now.client)} + {len(now.server)} cases, {len(now.requirements)} requirements"
    )


if __name__ == "__main__":
    main()
