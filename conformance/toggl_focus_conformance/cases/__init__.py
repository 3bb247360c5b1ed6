"""The cases: YAML that is read, filled in row by row, and checked."""

from .checking import Problem
from .loading import Case, CasesError, load, load_files, matching

__all__ = ["Case", "CasesError", "Problem", "load", "load_files", "matching"]
