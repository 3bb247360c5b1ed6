"""The command: every problem on a line of its own and exit status 1, or a summary."""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from . import UnreadableError, ledger, outline, problems
from .page import Comparison
from .sources import DECISIONS, DESCRIPTION, PAGE, Sources


def main(arguments: list[str] | None = None) -> int:
    """Check the files given, or those of this repository."""
    parser = ArgumentParser(prog="python -m spec.check", description=__doc__)
    parser.add_argument("--description", type=Path, default=DESCRIPTION, help="the OpenAPI YAML")
    parser.add_argument("--page", type=Path, default=PAGE, help="the vendor's page as data")
    parser.add_argument("--decisions", type=Path, default=DECISIONS, help="the ledger")
    options = parser.parse_args(arguments)
    try:
        sources = Sources.read(options.description, options.page, options.decisions)
    except UnreadableError as error:
        return report(str(error))
    found = problems(sources)
    if found:
        return report(*found, f"{len(found)} problem{'s' * (len(found) > 1)}")
    sys.stdout.write(summary(sources))
    return 0


def report(*lines: object) -> int:
    """Say what is wrong."""
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return 1


def summary(sources: Sources) -> str:
    """What was found to be in order."""
    document = sources.document
    comparison = Comparison(sources)
    bases = Counter(
        basis for place in outline.description(document) for basis in place.listed("x-basis")
    )
    entries = list(ledger.read(sources))
    return (
        f"{document.file}: {len(list(outline.operations(document)))} operations,"
        f" {len(comparison.matched)}/{comparison.total} rows of the page,"
        f" {len(ledger.used(sources))} of {len(entries)} decisions"
        f" ({', '.join(f'{basis} {bases[basis]}' for basis in ledger.BASES)})\n"
    )


if __name__ == "__main__":
    sys.exit(main())
