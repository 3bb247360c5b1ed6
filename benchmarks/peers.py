"""The clients to compare with, made from the very same description, each as its maker has it.

They are kept in a folder, and made again when the description or a generator is another.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib import metadata
from itertools import repeat
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

__all__ = ["Peer", "generate"]

_DESCRIPTION = Path(__file__).resolve().parents[1] / "spec" / "openapi.yaml"


class Peer(NamedTuple):
    """A client to generate: what of, and the words that do it, run in a folder of its own."""

    package: str
    generator: str
    words: tuple[str, ...]


def _openapi_generator(library: str) -> Peer:
    package = f"openapi_generator_{library}"
    words = (
        *("openapi-generator-cli", "generate", "-g", "python", "--library", library),
        *("-i", "openapi.yaml", "-o", ".", "--package-name", package),
    )
    return Peer(package, "openapi-generator-cli", words)


def _clientele(package: str, *options: str) -> Peer:
    words = ("clientele", "start-api", "--file", "openapi.yaml", "--output", package, *options)
    return Peer(package, "clientele", words)


_PEERS = (
    *map(_openapi_generator, ("urllib3", "asyncio", "httpx")),
    _clientele("clientele_blocking"),
    _clientele("clientele_async", "--asyncio"),
    Peer(
        "openapi_python_client_stock",
        "openapi-python-client",
        (
            *("openapi-python-client", "generate", "--path", "openapi.yaml", "--meta", "none"),
            *("--output-path", "openapi_python_client_stock"),
        ),
    ),
    Peer(
        "pydantic_models",
        "datamodel-code-generator",
        (
            *("datamodel-codegen", "--input", "openapi.yaml", "--input-file-type", "openapi"),
            *("--output-model-type", "pydantic_v2.BaseModel", "--output", "pydantic_models.py"),
        ),
    ),
)


def generate(folder: Path) -> Mapping[str, str]:
    """Make what is not there yet, and importable here and in processes that are started from here.

    Gives what could not be made, with the last line that its generator printed.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        troubles = list(pool.map(_made, _PEERS, repeat(folder)))
    results = {peer.package: trouble for peer, trouble in zip(_PEERS, troubles, strict=True)}
    homes = [str(folder / package) for package, trouble in results.items() if not trouble]
    sys.path[:0] = homes
    os.environ["PYTHONPATH"] = os.pathsep.join(homes)
    return {package: trouble for package, trouble in results.items() if trouble}


def versions() -> Iterable[tuple[str, str]]:
    """What was compared with."""
    used = {peer.generator for peer in _PEERS} | {"httpx", "httpx-aiohttp", "ijson", "msgspec"}
    return ((name, metadata.version(name)) for name in sorted(used | {"aiohttp", "pydantic"}))


def _made(peer: Peer, folder: Path) -> str:
    home = folder / peer.package
    description = _DESCRIPTION.read_bytes()
    words = f"{metadata.version(peer.generator)} {peer.words} ".encode()
    stamp, made = home / "stamp", sha256(words + description).hexdigest()
    if stamp.exists() and stamp.read_text("utf-8") == made:
        return ""
    rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / "openapi.yaml").write_bytes(description)
    programs = Path(sys.executable).parent
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    run = subprocess.run(  # noqa: S603  (our own words)
        [programs / peer.words[0], *peer.words[1:]],
        cwd=home,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if run.returncode:
        return (run.stdout.strip().splitlines() or ["it printed nothing"])[-1]
    stamp.write_text(made, "utf-8")
    return ""
