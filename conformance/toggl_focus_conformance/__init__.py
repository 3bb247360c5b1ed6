"""The reference server of the API: in process, as a pytest fixture and as a command.

Names are loaded when they are asked for: pytest imports this package in every run, and must not
pay for a server.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .server import Account, App, ReferenceServer, StartError, create_app

__all__ = ["Account", "App", "ReferenceServer", "StartError", "create_app"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # the type stands above, for checkers
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(".server", __name__), name)
    except ModuleNotFoundError as error:
        raise ImportError(
            f"the reference server needs {error.name}: pip install 'toggl-focus[conformance]'"
        ) from error
