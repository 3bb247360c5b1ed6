"""`new-adapter`: writes the skeleton of an adapter in a language."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import click

from .choosing import AtFault

__all__ = ["write_adapter"]


def write_adapter(language: str, folder: Path) -> None:
    """Write a skeleton into a folder that does not exist yet, and say what comes next."""
    if folder.exists():
        raise AtFault(f"{folder} exists already; name another folder after {language}")
    try:
        with as_file(files("toggl_focus_conformance") / "skeletons" / language) as skeleton:
            shutil.copytree(skeleton, folder, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise AtFault(f"cannot write {folder}: {error.strerror or error}") from None
    (yours,) = folder.glob("sdk.*")
    click.echo(f"wrote {', '.join(sorted(each.name for each in folder.iterdir()))} to {folder}")
    click.echo(f"1. Fill in {yours}: how your SDK makes a client and calls an operation.")
    click.echo(f"2. Check the adapter: toggl-focus conformance smoke {folder}")
    click.echo(f"3. Grade the SDK:     toggl-focus conformance client {folder}")
