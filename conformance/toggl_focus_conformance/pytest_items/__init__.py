"""The cases as items of pytest, which pytest_plugin loads when a run asks for them."""

from .collecting import Cases

__all__ = ["Cases"]
