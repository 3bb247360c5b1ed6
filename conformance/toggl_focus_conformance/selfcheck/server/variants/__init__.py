"""Servers that differ from the reference where they may: none of them may fail a case."""

from . import decisions, http, values
from .all import VARIANTS

__all__ = ["VARIANTS", "decisions", "http", "values"]
