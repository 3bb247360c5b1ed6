"""The cases as items of pytest: `--toggl-focus-server URL`, `--toggl-focus-client COMMAND`.

Every run of pytest imports this module, and must not pay for a suite: without these options it
loads nothing else.
"""

from __future__ import annotations

import pytest

_GROUPS = {
    "--toggl-focus-client": ("COMMAND", "grade an SDK: the command of an adapter, or its folder"),
    "--toggl-focus-server": ("URL", "grade a server; the rest is in TOGGL_FOCUS_… variables"),
    "--toggl-focus-account": ("FILE", "grade the server of an account file, with all its users"),
    "--toggl-focus-known-failures": ("FILE", "cases that are known to fail, as strict xfails"),
}
_ASKS = ("client", "server", "account")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("toggl-focus", "conformance cases of Toggl Focus as tests")
    for name, (metavar, text) in _GROUPS.items():
        group.addoption(name, metavar=metavar, help=text)
    group.addoption(
        "--toggl-focus-decided",
        choices=("differ", "fail"),
        default="differ",
        help="whether a server that decides undocumented points otherwise fails (default: differ)",
    )
    group.addoption(
        "--toggl-focus-allow-destructive",
        action="store_true",
        help="also run cases that may touch blocks which they did not create",
    )
    group.addoption(
        "--toggl-focus-requirements",
        metavar="SET",
        help="grade by this frozen set, such as 2026.12",
    )
    group.addoption("--toggl-focus-live", action="store_true", help="allow the real service")
    group.addoption(
        "--toggl-focus-seed", type=int, default=0, metavar="N", help="of all that is random"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load the suite if a run asks for it."""
    if not any(config.getoption(f"toggl_focus_{name}") for name in _ASKS):
        return
    try:
        from .pytest_items import Cases  # noqa: PLC0415  (nobody pays who does not use it)
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        if package.startswith("toggl_focus"):
            raise
        raise pytest.UsageError(
            f"the conformance cases need {package}: pip install 'toggl-focus[conformance]'"
        ) from None
    config.pluginmanager.register(Cases(config), "toggl-focus-cases")
