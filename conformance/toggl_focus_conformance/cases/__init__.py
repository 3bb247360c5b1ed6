"""The cases: YAML that is read, filled in row by row, and checked."""

from .checking import Problem
from .coverage import Coverage, OperationCoverage, Pair, coverage
from .loading import Case, CasesError, load, load_all, load_files, matching

__all__ = [
    "Case",
    "CasesError",
    "Coverage",
    "OperationCoverage",
    "Pair",
    "Problem",
    "coverage",
    "load",
    "load_all",
    "load_files",
    "matching",
]
