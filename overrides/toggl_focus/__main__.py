"""The command `toggl-focus`; what it does lives in the conformance package, behind an extra."""

import sys

from toggl_focus import __version__

HELP = """\
Usage: toggl-focus COMMAND

The commands `serve` (a reference server) and `demo` need {package}, which is not installed:

  pip install 'toggl-focus[conformance]'

The client needs no command: python -c "import toggl_focus; help(toggl_focus)"
"""


def main() -> None:
    """Run the command line, or say what to install for it."""
    from toggl_focus_server import missing  # noqa: PLC0415  (that package knows this one)

    try:
        from toggl_focus_conformance.cli import main as run  # noqa: PLC0415  (behind the extra)
    except ModuleNotFoundError as error:
        _without_extra(missing(error), set(sys.argv[1:]))
    else:
        run(prog_name="toggl-focus")


def _without_extra(package: str, words: set[str]) -> None:
    if "--version" in words:
        print(f"toggl-focus, version {__version__}")  # noqa: T201  (it is a command)
    elif not words or words & {"-h", "--help"}:
        print(HELP.format(package=package), end="")  # noqa: T201
    else:
        sys.exit(
            f"toggl-focus: this needs {package}, which is not installed; "
            "install the extra: pip install 'toggl-focus[conformance]'"
        )


if __name__ == "__main__":
    main()
