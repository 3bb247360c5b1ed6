"""Adapters: how the suite drives an SDK, in a process of its own or in this one."""

from .adapter import Adapter, AdapterFailure, Interrupted, NoHello
from .build import BuildError, build, is_built
from .local import SDK, LocalAdapter
from .manifest import Manifest, ManifestError, read_manifest
from .process import ProcessAdapter
from .targets import Target, TargetError, target

__all__ = [
    "SDK",
    "Adapter",
    "AdapterFailure",
    "BuildError",
    "Interrupted",
    "LocalAdapter",
    "Manifest",
    "ManifestError",
    "NoHello",
    "ProcessAdapter",
    "Target",
    "TargetError",
    "build",
    "is_built",
    "read_manifest",
    "target",
]
