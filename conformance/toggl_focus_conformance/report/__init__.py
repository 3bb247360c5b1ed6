"""Reports of one or several runs: a page, JUnit, Markdown and a badge."""

from .badge import badge
from .junit import junit
from .markdown import markdown
from .matrix import Cell, Matrix, Row, matrix
from .page import page
from .reading import ReportError, read

__all__ = [
    "Cell",
    "Matrix",
    "ReportError",
    "Row",
    "badge",
    "junit",
    "markdown",
    "matrix",
    "page",
    "read",
]
