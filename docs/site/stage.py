"""The pages of the site, collected from the repository, with links that fit both."""

from __future__ import annotations

import posixpath
import re
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path

__all__ = ["ROOT", "relinked", "stage"]

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "docs" / "site"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPOSITORY: str = PROJECT["urls"]["Repository"]

PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "RELEASING.md": "releasing.md",
    "SECURITY.md": "security.md",
    "spec/decisions.md": "decisions.md",
    "conformance/README.md": "conformance/index.md",
    "conformance/adapters/findings.md": "conformance/findings.md",
    "spec/openapi.yaml": "api/index.md",
}
"""Where the pages go that are not in docs/; the last one is written by `api`."""

LINK = re.compile(
    r"(?P<before>\]\(|^\[[^\]]+\]: )(?P<to>[^)\s#]+)(?P<anchor>#[^)\s]*)?", re.MULTILINE
)
HOSTED = re.compile(
    rf"^(?:{REPOSITORY}/(?:blob|tree)/main/"
    rf"|{REPOSITORY.replace('https://github.com', 'https://raw.githubusercontent.com')}/main/)"
)
DECISION = re.compile(r"^(?=## (D\d+) )", re.MULTILINE)


def pages() -> dict[str, str]:
    """Each page of the site by its path in the repository."""
    docs = {
        path.relative_to(ROOT).as_posix(): path.relative_to(ROOT / "docs").as_posix()
        for pattern in ("*.md", "*.svg", "conformance/*.md", "conformance/*.png")
        for path in sorted((ROOT / "docs").glob(pattern))
    }
    return docs | PAGES


def relinked(text: str, source: str, places: Mapping[str, str]) -> str:
    """A page with links as they must be on the site.

    source: the path of the page in the repository. A link to another page, relative or to the
    repository's host, leads to that page; any other relative link leads to the repository.
    """
    here = posixpath.dirname(places[source])

    def replace(found: re.Match[str]) -> str:
        to, anchor = found["to"], found["anchor"] or ""
        path = HOSTED.sub("", to)
        if path == to:
            if re.match(r"\w+:", to):
                return found[0]
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source), to))
        if path in places:
            return f"{found['before']}{posixpath.relpath(places[path], here)}{anchor}"
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"{found['before']}{REPOSITORY}/{kind}/main/{path}{anchor}"

    return LINK.sub(replace, text)


def stage(folder: Path) -> None:
    """Copy all that Sphinx reads into a folder."""
    places = pages()
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for source, place in places.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.endswith((".svg", ".png")):
            shutil.copy(ROOT / source, target)
        elif source.endswith(".md"):
            text = relinked((ROOT / source).read_text(encoding="utf-8"), source, places)
            if source == "spec/decisions.md":  # so that D18 can be referred to
                text = DECISION.sub(lambda found: f"({found[1]})=\n", text)
            if source == "README.md":
                text += (HERE / "contents.md").read_text(encoding="utf-8")
            target.write_text(text, encoding="utf-8")
