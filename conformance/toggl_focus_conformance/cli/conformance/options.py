"""The options and arguments that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

__all__ = [
    "ADVERTISE",
    "EXISTING",
    "FILES",
    "KNOWN",
    "LISTEN",
    "PATTERNS",
    "RECORD",
    "REQUIREMENTS",
    "SEED",
    "SIDE",
    "TARGET",
    "TARGET_HELP",
    "with_reports",
]

TARGET = click.argument("target", nargs=-1, required=True, type=click.UNPROCESSED)
PATTERNS = click.option(
    "--only",
    multiple=True,
    metavar="PATTERN",
    help="Only cases with this id, area or requirement; * stands for any text. May be repeated.",
)
SEED = click.option(
    "--seed", type=int, default=0, show_default=True, help="Seed of the random number generator."
)
FILES = click.Path(path_type=Path, dir_okay=False)
EXISTING = click.Path(path_type=Path, dir_okay=False, exists=True)
REQUIREMENTS = click.option(
    "--requirements", metavar="SET", help="Grade by this frozen set, such as 2026.12."
)
KNOWN = click.option("--known-failures", type=FILES, help="A file that lists known failures.")
RECORD = click.option(
    "--record-known-failures", type=FILES, help="Write the failures to this file."
)
SIDE = click.option(
    "--side", type=click.Choice(["client", "server"]), help="Only the cases for clients or servers."
)
LISTEN = click.option(
    "--listen",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where the server of the cases listens.",
)
ADVERTISE = click.option(
    "--advertise",
    metavar="HOST",
    help="The host name to put into the adapter's base URLs, for adapters in containers.",
)


def with_reports(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the reports, for each command that has results."""
    for name, what in (
        ("badge", "Write a badge with the number of cases that pass, as SVG."),
        ("markdown", "Write a summary as Markdown."),
        ("html", "Write a page with all results."),
        ("junit", "Write JUnit XML."),
    ):
        command = click.option(f"--{name}", type=FILES, help=what)(command)
    return command


TARGET_HELP = """TARGET is the command that starts an adapter (put it after `--`), a folder with a
manifest.yaml, or own:sync, own:async or own:aiohttp for the client of this project."""
