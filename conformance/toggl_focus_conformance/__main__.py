"""`python -m toggl_focus_conformance` is the command `toggl-focus`."""

from .cli import main

main()
