"""The examples of README.md and docs/: what they are, and how a reader runs them."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from codeop import compile_command
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from toggl_focus import Clock

__all__ = ["PAGES", "ROOT", "Example", "Prompt", "examples"]

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")))
}

EXAMPLE = re.compile(
    r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE
)
FILE = re.compile(r"# (\w+\.py)\n")
PRINTED = re.compile(r" *print\(.*\)  # (.+)")


@dataclass(frozen=True)
class Example:
    """A block of Python on a page.

    If its first line is `# name.py`, it is a file of that name; `# test_name.py` is run by pytest.
    What it prints is shown in a comment after each `print(…)`, or all of it in a text block below.
    `…` stands for anything.
    """

    page: str
    line: int
    code: str
    output: str | None

    @property
    def file(self) -> str | None:
        """The name of the file."""
        named = FILE.match(self.code)
        return named and named[1]


def examples(page: str) -> list[Example]:
    text = PAGES[page]
    return [
        Example(page, text.count("\n", 0, found.start(1)) + 1, found[1], found[2])
        for found in EXAMPLE.finditer(text)
    ]


class Prompt:
    """A Python prompt into which pages are pasted, with what was defined and printed so far."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.out = io.StringIO()

    def paste_page(self, page: str) -> None:
        """Write the files of a page, paste its other examples, and run its tests."""
        some = examples(page)
        for example in some:
            if example.file:
                Path(example.file).write_text(example.code, encoding="utf-8")
        for example in some:
            if not example.file:
                self.paste(example)
        tests = [example.file for example in some if example.file and "test_" in example.file]
        if tests:
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own)
            assert ran.returncode == 0, f"{page}\n{ran.stdout}{ran.stderr}"

    def paste(self, example: Example) -> None:
        """Enter an example line by line, and check what it prints.

        A prompt needs an empty line after each block, and none within: this fails without.
        """
        self.names["print"] = printed = Printed(example.page)
        before, entered = self.out.tell(), list[str]()
        with redirect_stdout(self.out), quiet_prompt():
            for number, line in enumerate([*example.code.splitlines(), ""], example.line):
                entered.append(line)
                # Lines are counted as those of the page, for what a failure shows.
                source = "\n" * (number - len(entered)) + "\n".join(entered)
                code = compile_command(source, example.page, "single")
                if code is not None:
                    exec(code, self.names)  # noqa: S102  (the page's)
                    entered = []
        where = f"{example.page}:{example.line}"
        assert entered == [], f"{where} ends in the middle of a statement"
        for number, line in enumerate(example.code.splitlines(), example.line):
            if expected := PRINTED.fullmatch(line):
                actual = printed.last.get(number, "nothing")
                assert alike(expected[1], actual), f"{example.page}:{number} prints {actual}"
        if example.output is not None:
            actual = self.out.getvalue()[before:]
            assert alike(example.output, actual), f"{where} prints\n{actual}"


@contextmanager
def quiet_prompt() -> Iterator[None]:
    """A prompt that does not show the value of each expression."""
    before, sys.displayhook = sys.displayhook, lambda _: None
    try:
        yield
    finally:
        sys.displayhook = before


def alike(expected: str, actual: str) -> bool:
    return bool(re.fullmatch(re.escape(expected).replace("…", ".*"), actual))


@dataclass
class Printed:
    """Replaces `print` in an example, and keeps what each line printed last."""

    page: str
    last: dict[int, str] = field(default_factory=dict[int, str])

    def __call__(self, *values: object, **options: Any) -> None:
        text = io.StringIO()
        print(*values, **options, file=text)
        sys.stdout.write(text.getvalue())
        caller = sys._getframe(1)  # noqa: SLF001  (there is no public way to a caller's line)
        if caller.f_code.co_filename == self.page:
            self.last[caller.f_lineno] = text.getvalue().rstrip("\n")


def refuse_to_wait() -> None:
    """Make an example that really waits an error."""

    def refuse(_: Clock, seconds: float) -> NoReturn:
        raise AssertionError(f"an example waits for {seconds} s; give it a FakeClock")

    for name in ("sleep", "asleep"):
        setattr(Clock, name, refuse)


if __name__ == "__main__":
    refuse_to_wait()
    sys.path[0] = ""  # as at a prompt
    prompt = Prompt()
    for page in sys.argv[1:]:
        prompt.paste_page(page)
