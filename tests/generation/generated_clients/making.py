"""The commands that make each client of other generators; the adapters of the suite use them too.

`making.py NAME…` makes the clients with these names in the working directory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import copy

__all__ = ["MAKE", "run"]

HERE = Path(__file__).resolve().parent
DESCRIPTION = HERE.parents[2] / "spec" / "openapi.yaml"

_GENERATE = ("openapi-generator-cli", "generate", "-i", str(DESCRIPTION), "-g")
_NODE_PACKAGES = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")

MAKE: Mapping[str, tuple[str, ...]] = {
    "openapi_generator_python": (
        *(*_GENERATE, "python", "-o", "made"),
        *("--package-name", "openapi_generator_client"),
    ),
    "openapi_generator_typescript": (*_GENERATE, "typescript-fetch", "-o", "openapi_generator"),
    "openapi_python_client": (
        *("openapi-python-client", "generate", "--path", str(DESCRIPTION), "--meta", "none"),
        *("--output-path", "openapi_python_client_client"),
    ),
    "node_packages": _NODE_PACKAGES,
    "openapi_typescript": (
        *("node", "node_modules/openapi-typescript/bin/cli.js", str(DESCRIPTION)),
        *("-o", "openapi_typescript_schema.ts"),
    ),
}
"""What makes each client. `openapi_typescript` comes after `node_packages`."""

COMPILE = (
    *("node", "node_modules/typescript/bin/tsc", "--strict", "--target", "es2022"),
    *("--lib", "es2022,dom", "--module", "node16", "--outDir", "."),
)
"""Compiles the TypeScript files that come behind it."""


def run(command: tuple[str, ...], folder: Path, **variables: str) -> str:
    """Run a command in a folder and give what it printed; exits if it failed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(  # noqa: S603  # our own commands
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def pin_node_packages(folder: Path) -> None:
    """Put the files there that say which packages `node_packages` installs."""
    for path in HERE.glob("package*.json"):
        copy(path, folder)


def main() -> None:
    """Make the clients that are named."""
    folder = Path.cwd()
    for name in sys.argv[1:]:
        if name == "node_packages":
            pin_node_packages(folder)
        sys.stdout.write(run(MAKE[name], folder))


if __name__ == "__main__":
    main()
