"""Collect the pages of the site for Sphinx: python -m docs.site FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.site.api import write
from docs.site.stage import stage

if __name__ == "__main__":
    pages = Path(sys.argv[1])
    stage(pages)
    write(pages / "api")
