"""Compares what a server was seen to do with the decisions: `nox -s decide -- observed.json`."""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

DECISIONS = Path(__file__).resolve().parents[1] / "decisions.md"


def verdicts(observed: dict[str, Any], decisions: str) -> list[str]:
    """A paragraph for each decision that was seen: confirmed, or overturned and by what."""
    titles = dict(re.findall(r"^## (D\d+) — (.+)$", decisions, re.MULTILINE))
    lines: list[str] = []
    for number, seen in observed["decisions"].items():
        title = titles.get(number, "not in spec/decisions.md")
        cases = ", ".join(seen["cases"])
        if seen["agrees"]:
            lines.append(f"{number} ({title}): confirmed by {cases}")
            continue
        lines.append(f"{number} ({title}): OVERTURNED")
        lines += [f"    {each}" for each in seen["instead"]]
        lines.append(
            f"    Change {number} in spec/decisions.md and every line of spec/openapi.yaml that "
            "names it, then run `nox -s spec generate`"
        )
    return lines


def main() -> None:
    """Read the file and print the verdicts; ends with 1 if a decision is overturned."""
    parser = argparse.ArgumentParser(prog="decide", description=__doc__)
    parser.add_argument("observed", type=Path, help="from `conformance server --observed FILE`")
    path = parser.parse_args().observed
    try:
        observed = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        parser.error(f"cannot read {path}: {error}")
    sys.stdout.write("\n".join(verdicts(observed, DECISIONS.read_text("utf-8"))) + "\n")
    sys.exit(not all(seen["agrees"] for seen in observed["decisions"].values()))


if __name__ == "__main__":
    main()
