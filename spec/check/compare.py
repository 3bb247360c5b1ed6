"""Names what breaks between two descriptions: `nox -s compare -- OLD [NEW]`.

Redocly compares what is on the wire. The generator writes a client from each, and the names that
are gone are what breaks in the programs of users.
"""

import json
import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DESCRIPTION = ROOT / "spec" / "openapi.yaml"
REDOCLY = ROOT / "spec" / "lint" / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"
GENERATOR = ROOT / "overrides" / "codegen"
REDOCLY_SETTINGS = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
RANKS = {"minor": "compatible additions", "patch": "changes without effect on programs"}


class UnusableError(Exception):
    """One of the two descriptions cannot be compared."""


def main() -> None:
    """Print what breaks and what is new; ends with 1 if anything breaks."""
    parser = ArgumentParser(prog="compare", description=__doc__)
    parser.add_argument("old", help="a file, or a git revision such as v0.1.0 or main")
    parser.add_argument("new", nargs="?", default=str(DESCRIPTION), help="default: %(default)s")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        old, new = Path(folder, "old.yaml"), Path(folder, "new.yaml")
        try:
            old.write_bytes(read(given.old))
            new.write_bytes(read(given.new))
            if old.read_bytes() == new.read_bytes():
                parser.exit(0, "nothing has changed\n")
            lines: list[str] = []
            for line in chain(on_the_wire(old, new), in_the_clients(old, new)):
                sys.stdout.write(f"{line}\n")
                lines.append(line)
        except UnusableError as error:
            parser.exit(2, f"{error}\n")
    sys.exit(any(line.startswith(("breaking:", "removed:")) for line in lines))


def read(source: str) -> bytes:
    """The description in a file, or in a revision of this repository."""
    path = Path(source)
    if path.is_file():
        return path.read_bytes()
    name = f"{source}:{DESCRIPTION.relative_to(ROOT).as_posix()}"
    shown = ran("git", "show", name)
    if shown.returncode:
        reason = shown.stderr.decode().strip()
        raise UnusableError(
            f"{source} is neither a file nor a revision with a description\n{reason}"
        )
    return shown.stdout


def on_the_wire(old: Path, new: Path) -> Iterator[str]:
    """Each change that breaks other clients, and how many others there are."""
    options = ("--format=json", "--fail-on=none")
    # Elsewhere, because the configuration of the linter would switch the rules for changes off.
    compared = ran("node", str(REDOCLY), "diff", old.name, new.name, *options, cwd=old.parent)
    if compared.returncode:
        raise UnusableError(f"Redocly cannot compare them\n{compared.stderr.decode().strip()}")
    report: dict[str, Any] = json.loads(compared.stdout)
    for change in report["changes"]:
        for verdict in change["verdicts"]:
            if verdict["impact"] == "major":
                place = verdict["location"]
                where = f"line {place['line']} of the {Path(place['file']).stem} description"
                message = verdict["message"].replace("`", "").rstrip(".")
                yield f"breaking: {operation(change['path'])}: {message} ({where})"
    for rank, meaning in RANKS.items():
        if report["summary"][rank]:
            yield f"{meaning}: {report['summary'][rank]}"


def operation(pointer: str) -> str:
    """`GET /tasks` for the pointer to something in it."""
    found = re.match(
        r"#/paths/([^/]+)(?:/(get|put|post|delete|patch|head|options|trace)\b)?", pointer
    )
    if not found:
        return pointer
    path = found[1].replace("~1", "/").replace("~0", "~")
    return f"{found[2].upper()} {path}" if found[2] else path


def in_the_clients(old: Path, new: Path) -> Iterator[str]:
    """The names that users of the clients lose and gain, by writing the new one over the old."""
    package = old.parent / "_toggl_focus"
    for description in (old, new):
        written = ran(
            sys.executable, str(GENERATOR), f"--description={description}", f"--output={package}"
        )
        if written.returncode:
            reason = written.stderr.decode().replace(str(description), "").strip(": \n")
            raise UnusableError(
                f"no client can be generated from the {description.stem} one\n{reason}"
            )
    yield from written.stdout.decode().splitlines()


def ran(*command: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[bytes]":
    """What a command printed."""
    return subprocess.run(  # noqa: S603  (our own)
        command, capture_output=True, check=False, cwd=cwd, env=os.environ | REDOCLY_SETTINGS
    )


if __name__ == "__main__":
    main()
