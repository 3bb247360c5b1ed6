"""The command `toggl-focus`; what it does lives in the conformance package, behind an extra."""

import sys


def main() -> None:
    """Run the command line, or say what to install for it."""
    from toggl_focus_conformance import missing  # noqa: PLC0415  (that package knows this one)

    try:
        from toggl_focus_conformance.cli import main as run  # noqa: PLC0415  (behind the extra)
    except ModuleNotFoundError as error:
        sys.exit(
            f"toggl-focus: this needs {missing(error)}, which is not installed; "
            "install the extra: pip install 'toggl-focus[conformance]'"
        )
    run()


if __name__ == "__main__":
    main()
