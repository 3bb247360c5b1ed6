"""Builds an adapter as its manifest says, and again when what it is built from changed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from .manifest import BUILD, KNOWN_FAILURES, Manifest

__all__ = ["BuildError", "build", "is_built", "tool_versions"]

_LOG = "build.log"
_STAMP = "stamp"
_LAST_LINES = 12
_VERSION_SECONDS = 20
_BUILD_SECONDS = 900


class BuildError(Exception):
    """A command of the build failed; the text has the command and the last lines it printed."""


def tool_versions(manifest: Manifest) -> dict[str, str]:
    """The versions of the tools, the first line that each prints."""
    return {name: _first_line(words, manifest) for name, words in manifest.versions.items()}


def is_built(manifest: Manifest) -> bool:
    """Whether nothing needs to be built."""
    stamp = manifest.build_folder / _STAMP
    return not manifest.build or (
        stamp.exists() and stamp.read_text(encoding="utf-8") == _fingerprint(manifest)
    )


def build(manifest: Manifest) -> None:
    """Run the commands of the build in an empty folder. Raises BuildError.

    A build that is interrupted has no stamp, and is begun anew the next time.
    """
    if is_built(manifest):
        return
    folder = manifest.build_folder
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    log = folder / _LOG
    for words in manifest.build:
        with log.open("ab") as output:
            output.write(f"$ {' '.join(words)}\n".encode())
            output.flush()
            try:
                code = subprocess.run(  # noqa: S603  (the manifest's author chose the command)
                    words,
                    cwd=folder,
                    env=manifest.variables,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_BUILD_SECONDS,
                    check=False,
                ).returncode
            except (OSError, subprocess.TimeoutExpired) as error:
                raise BuildError(f"{words[0]}: {error}") from None
        if code:
            last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
            text = "\n".join(f"    {line:.300}" for line in last)
            raise BuildError(f"{words[0]} ended with exit code {code}; see {log}\n{text}")
    (folder / _STAMP).write_text(_fingerprint(manifest), encoding="utf-8")


def _fingerprint(manifest: Manifest) -> str:
    """A checksum of all that the build depends on."""
    found = sha256(repr((manifest.build, dict(manifest.environment))).encode())
    found.update(repr(tool_versions(manifest)).encode())
    for path in _sources(manifest):
        found.update(f"\0{path.name}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _sources(manifest: Manifest) -> Iterator[Path]:
    for path in sorted(manifest.folder.rglob("*")):
        parts = path.relative_to(manifest.folder).parts
        if BUILD in parts or path.name == KNOWN_FAILURES or "__pycache__" in parts:
            continue
        if path.is_file():
            yield path
    for each in manifest.inputs:
        yield from (
            (path for path in sorted(each.rglob("*")) if path.is_file())
            if each.is_dir()
            else (each,)
        )


def _first_line(words: tuple[str, ...], manifest: Manifest) -> str:
    environment: Mapping[str, str] = manifest.variables
    try:
        done = subprocess.run(  # noqa: S603  (as above)
            words,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return (done.stdout.decode("utf-8", "replace").strip().splitlines() or [""])[0]
