"""The conformance suite and the command line. `ReferenceServer` and its like are here, too.

Names are loaded on first use, as in `toggl_focus_server`.
"""

from typing import TYPE_CHECKING, Any

import toggl_focus_server

if TYPE_CHECKING:
    from toggl_focus_server import (
        Account,
        App,
        ReferenceServer,
        StartError,
        TimeLimits,
        create_app,
    )

__all__ = ["Account", "App", "ReferenceServer", "StartError", "TimeLimits", "create_app"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # the type stands above, for checkers
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(toggl_focus_server, name)
