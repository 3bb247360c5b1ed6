"""The command `toggl-focus`: without the packages of its extras it says what to install."""

import sys

HELP = """\
Usage: toggl-focus COMMAND

The commands need {package}, which is not installed. Install an extra:

  pip install 'toggl-focus[server]'       serve, accounts, demo: a reference server
  pip install 'toggl-focus[conformance]'  all commands: conformance as well

The client needs no command: python -c "import toggl_focus; help(toggl_focus)"
"""
_PACKAGES = frozenset(
    {"click", "hypothesis", "jinja2", "jsonschema_rs", "rich", "starlette", "uvicorn", "yaml"}
)
_OF_SERVER = frozenset({"accounts", "demo", "serve"})


def main() -> None:
    """Run the command line, or say what to install for it."""
    try:
        from .commands import main as run  # noqa: PLC0415  (behind an extra)

        run(prog_name="toggl-focus")
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package not in _PACKAGES:
            raise
        _without(package, sys.argv[1:])


def _without(package: str, words: list[str]) -> None:
    if "--version" in words:
        from toggl_focus import __version__  # noqa: PLC0415  (only this option needs the client)

        print(f"toggl-focus, version {__version__}")  # noqa: T201  (it is a command)
    elif not words or {"-h", "--help"} & set(words):
        print(HELP.format(package=package), end="")  # noqa: T201
    else:
        extra = "server" if words[0] in _OF_SERVER else "conformance"
        sys.exit(
            f"toggl-focus: this needs {package}, which is not installed; "
            f"install the extra: pip install 'toggl-focus[{extra}]'"
        )
