"""The command `toggl-focus`; what it does lives in the conformance package, behind an extra."""

import sys

_EXTRA = frozenset(
    {"click", "jsonschema_rs", "rich", "starlette", "toggl_focus_conformance", "uvicorn"}
)


def main() -> None:
    """Run the command line, or say what to install for it."""
    try:
        from toggl_focus_conformance.cli import main as run  # noqa: PLC0415  (behind the extra)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        sys.exit(
            f"toggl-focus: this needs {error.name}, which is not installed; "
            "install the extra: pip install 'toggl-focus[conformance]'"
        )
    run()


if __name__ == "__main__":
    main()
