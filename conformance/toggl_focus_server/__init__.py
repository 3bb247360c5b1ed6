"""The reference server of the API: in process, as a pytest fixture and as a command.

Names are loaded on first use: pytest imports this package in every run, and must not
pay for a server.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import App, create_app
    from .limits import TimeLimits
    from .run import ReferenceServer
    from .store import Account, StartError

__all__ = ["Account", "App", "ReferenceServer", "StartError", "TimeLimits", "create_app", "missing"]

_MODULES = {
    "Account": "store",
    "App": "app",
    "ReferenceServer": "run",
    "StartError": "store",
    "TimeLimits": "limits",
    "create_app": "app",
}
_EXTRA = frozenset({"jsonschema_rs", "starlette", "uvicorn"})


def missing(error: ModuleNotFoundError) -> str:
    """The package of the extra that is not installed; raises again what is about another."""
    package = str(error.name).partition(".")[0]
    if package not in _EXTRA:
        raise error
    return package


def __getattr__(name: str) -> Any:  # noqa: ANN401  # the type stands above, for checkers
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f".{_MODULES[name]}", __name__), name)
    except ModuleNotFoundError as error:
        package = missing(error)
        raise ImportError(
            f"the reference server needs {package}: pip install 'toggl-focus[server]'"
        ) from error
