"""Adapters: how the suite drives an SDK, in a process of its own or in this one."""

from .adapter import Adapter, AdapterFailure, Interrupted, NoHello
from .local import SDK, LocalAdapter
from .process import ProcessAdapter
from .targets import Target, TargetError, target

__all__ = [
    "SDK",
    "Adapter",
    "AdapterFailure",
    "Interrupted",
    "LocalAdapter",
    "NoHello",
    "ProcessAdapter",
    "Target",
    "TargetError",
    "target",
]
