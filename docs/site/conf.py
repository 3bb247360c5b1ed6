"""How Sphinx makes the site: `nox -s docs`."""

from __future__ import annotations

import re
from typing import Any

import toggl_focus

project = "toggl-focus"
author = "The toggl-focus developers"
project_copyright = "The toggl-focus developers; MIT licence"
version = release = toggl_focus.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["contents.md"]
default_role = "code"
nitpicky = False  # other packages' names are no targets, as nothing is loaded from their sites

myst_enable_extensions = ["attrs_inline", "deflist"]
myst_heading_anchors = 3
# `sh` and `console` hold …, which no lexer of a shell knows.
suppress_warnings = ["misc.highlighting_failure"]

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_type_aliases = {"Unset": "Unset"}
add_module_names = False
toc_object_entries_show_parents = "hide"
python_maximum_signature_line_length = 72
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "toggl-focus"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"
html_theme_options = {
    "source_repository": "https://github.com/toggl-focus/toggl-focus/",
}

FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
DECISION = re.compile(r"\b(D\d+)\b")


def as_restructured_text(text: str) -> str:
    """A docstring as autodoc reads it: its blocks of code are in Markdown, its decisions links."""
    return DECISION.sub(r":ref:`\1 <\1>`", FENCE.sub(block, text))


def block(found: re.Match[str]) -> str:
    """A block of code."""
    margin, language, code = found.groups()
    return f"{margin}.. code-block:: {language}\n\n" + re.sub(r"^", "   ", code, flags=re.MULTILINE)


def docstring(
    _app: object, _what: str, _name: str, _of: object, _options: object, lines: list[str]
) -> None:
    """Convert a docstring in place."""
    lines[:] = as_restructured_text("\n".join(lines)).split("\n")


def signature(_app: object, _what: str, name: str, *_rest: object) -> tuple[str, str] | None:
    """Hide the arguments of classes that only a client creates."""
    return ("", "") if name.endswith("TimeBlocks") else None


def setup(app: Any) -> dict[str, bool]:  # noqa: ANN401  (Sphinx's)
    """Register what is above."""
    app.connect("autodoc-process-docstring", docstring, priority=100)  # before napoleon
    app.connect("autodoc-process-signature", signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
