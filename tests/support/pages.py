"""The pages of docs/ that are written by programs: `nox -s pages`, which runs this module."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support import faults
from tests.support.examples import ROOT
from tests.support.pictures import pieces
from toggl_focus_conformance.cli import demo, ready
from toggl_focus_conformance.protocol.operations import operations

__all__ = ["BLOCK", "WRITTEN", "current"]

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A block of code, with its language."""
FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
ADAPTERS = "conformance/adapters/"
VARYING = (
    r"(?<=127\.0\.0\.1:)\d+",
    r" *\d+\.\d(?= ms)",
    r"(?<=in )\d+\.\d(?= s)",
    r"(?<=Python-urllib/)\d\.\d+",
    r"(?<=\()\d+\.\d(?= MB)",
    r'(?<="id": ")\d+(?=")',
    r"(?<= in )\d+\.\d+(?=s\b)",
    r"(?<=toggl_sk_)[0-9a-f]{32}",
    r"(?<=curl/)\d[\d.]*",
    r"\d+(?= (?:cases|skip|pass|passed|with)\b)",
    r"\b[0-9a-f]{64}\b",
)
"""What differs from run to run, and is … on a page."""
LAYOUT = frozenset({"BUILD_NUMBER", "CI", "COLUMNS", "FORCE_COLOR", "PY_COLORS", "PYTEST_ADDOPTS"})
"""Variables of the environment that change how pytest and Rich print."""


def outputs(old: str) -> str:
    """The page with what its commands print now."""
    with TemporaryDirectory() as folder:

        def as_now(found: re.Match[str]) -> str:
            if found[1] == "console":
                command = found[2].partition("\n")[0]
                return f"```console\n{command}\n{masked(printed(command, folder))}```"
            if named := FILE.match(found[2]):
                Path(folder, named[1]).write_text(found[2], encoding="utf-8")
            return found[0]

        return BLOCK.sub(as_now, old)


def printed(command: str, folder: str) -> str:
    """What a command prints; progress on standard error is gone when it ends."""
    scripts = sysconfig.get_path("scripts")
    variables = {name: value for name, value in os.environ.items() if name not in LAYOUT}
    return subprocess.run(  # noqa: S602  (the page's)
        command.removeprefix("$ ").replace(ADAPTERS, f"{ROOT}/{ADAPTERS}"),
        cwd=folder,
        env=variables | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    ).stdout


def masked(output: str) -> str:
    """What a command printed, without what differs from run to run."""
    for pattern in VARYING:
        output = re.sub(pattern, "…", output)
    return output


def accounts(old: str) -> str:
    """The page with a row for everything of the seed."""
    before, heading, rest = old.partition("## Accounts\n")
    tables = iter(ready.directory().values())

    def as_now(found: re.Match[str]) -> str:
        (*names,), *rows = next(tables)
        code = [name in {"API key", "password"} for name in names]
        lines = [
            [f"`{text}`" if is_code else text for text, is_code in zip(row, code, strict=True)]
            for row in rows
        ]
        return found[1] + "".join(f"| {' | '.join(line)} |\n" for line in lines)

    written = re.sub(r"^(\|.*\n\|[-:|]+\n)(?:\|.*\n)*", as_now, rest, count=5, flags=re.MULTILINE)
    return before + heading + written


def retries(old: str) -> str:
    """The page with the methods that the description calls idempotent, and the others."""

    def as_now(found: re.Match[str]) -> str:
        methods = [
            each.node["x-method"]
            for each in operations().values()
            if each.idempotent is (found[1] == "idempotent")
        ]
        return f"- **{found[1]}**: {', '.join(f'`{each}`' for each in dict.fromkeys(methods))}"

    new, lines = re.subn(r"^- \*\*((?:not )?idempotent)\*\*: .*$", as_now, old, flags=re.MULTILINE)
    assert lines == 2, "docs/errors.md has a line for each kind of method"
    return new


def picture(old: str) -> str:
    """The picture of the demo; the old one if it shows the same, drawn by another version."""
    new = demo.picture(*demo.both())
    return old if pieces(new) == pieces(old) else new


WRITTEN: dict[str, Callable[[str], str]] = {
    "docs/conformance/authoring-cases.md": outputs,
    "docs/conformance/pytest.md": outputs,
    "docs/conformance/writing-an-adapter.md": outputs,
    "docs/demo.svg": picture,
    "docs/errors.md": retries,
    "docs/faults.md": lambda _: faults.page(),
    "docs/server.md": accounts,
}
"""Each page, with what makes the new text of the old one."""


def current(page: str, *, check: bool) -> bool:
    """Write a page, or only look at it; whether it was right already."""
    path = ROOT / page
    old = path.read_text(encoding="utf-8")
    new = WRITTEN[page](old)
    if new != old and not check:
        path.write_text(new, encoding="utf-8", newline="\n")
    return new == old


def main() -> None:
    """Write the pages, and name those that have changed."""
    parser = argparse.ArgumentParser(prog="pages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only name what would change")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help=f"of {', '.join(WRITTEN)}")
    given = parser.parse_args()
    if unknown := {*given.pages} - {*WRITTEN}:
        parser.error(f"no program writes {', '.join(sorted(unknown))}")
    changed = [page for page in given.pages or WRITTEN if not current(page, check=given.check)]
    for page in changed:
        print(f"{page}: {'is not current; run `nox -s pages`' if given.check else 'written'}")  # noqa: T201
    sys.exit(given.check and bool(changed))


if __name__ == "__main__":
    main()
