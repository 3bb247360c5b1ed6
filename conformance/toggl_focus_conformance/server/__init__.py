"""The time-block operations over HTTP: what the description says is taken from it, not repeated."""

from .app import App, create_app
from .limits import TimeLimits
from .run import ReferenceServer
from .store import Account, StartError

__all__ = ["Account", "App", "ReferenceServer", "StartError", "TimeLimits", "create_app"]
