"""The manifest of an adapter: how the program in a folder is built and started."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from toggl_focus_conformance.yaml_file import YamlError, read

__all__ = ["Manifest", "ManifestError", "read_manifest"]

MANIFEST = "manifest.yaml"
KNOWN_FAILURES = "known-failures.yaml"
BUILD = ".build"


class ManifestError(Exception):
    """The manifest cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Manifest:
    """An adapter in a folder. The words of all commands are ready to run."""

    folder: Path
    name: str
    language: str
    command: tuple[str, ...]
    requires: tuple[str, ...]
    packages: tuple[str, ...]
    versions: Mapping[str, tuple[str, ...]]
    build: tuple[tuple[str, ...], ...]
    inputs: tuple[Path, ...]
    environment: Mapping[str, str]

    @property
    def build_folder(self) -> Path:
        """Where it is built."""
        return self.folder / BUILD

    @property
    def known_failures(self) -> Path:
        """The file of its known failures, which need not exist."""
        return self.folder / KNOWN_FAILURES

    @property
    def variables(self) -> dict[str, str]:
        """The environment of its commands: programs next to this Python are found first."""
        programs = str(Path(sys.executable).parent)
        path = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
        return {**os.environ, "PATH": path, **self.environment}

    def missing(self) -> str | None:
        """What is not installed, as a sentence; None if all is there."""
        path = self.variables["PATH"]
        for program in self.requires:
            if shutil.which(program, path=path) is None:
                return f"{program} is not installed"
        for package in self.packages:
            try:
                metadata.version(package)
            except metadata.PackageNotFoundError:
                return f"the Python package {package} is not installed"
        return None


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest in a folder. Raises ManifestError."""
    path = folder / MANIFEST
    try:
        file = read(str(path), path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ManifestError(f"cannot read {path}: {error.strerror}") from None
    except YamlError as error:
        raise ManifestError(str(error)) from None
    if wrong := next(iter(_validator().iter_errors(file.value)), None):
        place = ".".join(map(str, wrong.instance_path)) or "the manifest"
        line = file.line(wrong.instance_path)
        raise ManifestError(f"{path}:{line}: {place}: {wrong.message:.200}")
    return _manifest(folder.resolve(), file.value)


def _manifest(folder: Path, node: Mapping[str, Any]) -> Manifest:
    def filled(text: str) -> str:
        return (
            text.replace("{here}", str(folder))
            .replace("{build}", str(folder / BUILD))
            .replace("{python}", sys.executable)
        )

    def command(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(map(filled, words))

    return Manifest(
        folder=folder,
        name=node["name"],
        language=node["language"],
        command=command(node["command"]),
        requires=tuple(node.get("requires", ())),
        packages=tuple(node.get("packages", ())),
        versions={name: command(words) for name, words in node.get("versions", {}).items()},
        build=tuple(map(command, node.get("build", ()))),
        inputs=tuple((folder / each).resolve() for each in node.get("inputs", ())),
        environment={name: filled(text) for name, text in node.get("environment", {}).items()},
    )


@functools.cache
def _validator() -> Draft202012Validator:
    text = (files(__name__.rpartition(".")[0]) / "manifest.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))
