"""Grades mock servers that others wrote, with our description: `nox -s mocks`.

They keep no state, so they are graded by `--profile shapes`. The exit status is 1 if one fails
otherwise than its file of known failures says; findings.md says what these are.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from toggl_focus_conformance.cli.ready import account_file
from toggl_focus_conformance.report import page
from toggl_focus_conformance.runner import Run, load
from toggl_focus_server import ReferenceServer

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parents[1] / "build" / "conformance"
PATIENCE_SECONDS = 60.0
PLACE = ("--api-key=any-key-will-do", "--organization-id=1", "--workspace-id=10")
COMMANDS = {
    "prism": (
        "node",
        "node_modules/.bin/prism",
        "mock",
        "--host=127.0.0.1",
        "--port={port}",
        "{file}",
    ),
    "scalar": ("node", "scalar.mjs", "{file}", "{port}"),
}


def main() -> None:
    """Grade the reference server and each mock, and write a page."""
    parser = argparse.ArgumentParser(prog="mocks", description="Grade mock servers.")
    parser.add_argument("--record", action="store_true", help="renew the known failures")
    parser.add_argument("--packages", type=Path, required=True, help="where npm installs them")
    given = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    install(given.packages)
    results = [reference(given.packages)]
    for name in COMMANDS:
        with serving(name, given.packages) as url:
            words = (f"--base-url={url}", *PLACE, "--task-ids=100,101", "--profile=shapes")
            known = HERE / f"{name}-known-failures.yaml"
            more = [f"--known-failures={known}"] if known.exists() else []
            more += [f"--record-known-failures={known}"] if given.record else []
            results.append(graded(name, (*words, *more)))
    runs, codes = zip(*results, strict=True)
    (RESULTS / "servers.html").write_text(page(runs), encoding="utf-8")
    print(f"results: {RESULTS}, and as a page: servers.html")
    sys.exit(0 if given.record else max(codes))


def install(packages: Path) -> None:
    """Install the mocks from the lock file, so that they are the same everywhere."""
    for name in ("package.json", "package-lock.json", "scalar.mjs"):
        shutil.copy(HERE / name, packages)
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    subprocess.run(["npm", "ci", *options], cwd=packages, check=True)  # noqa: S603, S607  (our words)


def reference(folder: Path) -> tuple[Run, int]:
    """The reference server, by all cases: what the mocks are compared with."""
    account = folder / "account.json"
    with ReferenceServer() as server:
        account.write_bytes(account_file(server))
        return graded("reference", (f"--account={account}", "--allow-destructive"))


@contextmanager
def serving(name: str, packages: Path) -> Iterator[str]:
    """Run a mock, and give its base URL when it accepts connections."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with as_file(files("_toggl_focus") / "openapi.json") as file:
        words = [each.format(port=port, file=file) for each in COMMANDS[name]]
        with subprocess.Popen(  # noqa: S603  (our words)
            words,
            cwd=packages,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                wait_for(port, process)
                yield f"http://127.0.0.1:{port}"
            finally:
                # `node` may be a program that starts the real one: both must end.
                os.killpg(process.pid, signal.SIGTERM)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a port accepts connections. Exits with a message if that does not happen."""
    until = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"{process.args!r} does not serve")


def graded(name: str, words: Sequence[str]) -> tuple[Run, int]:
    """Grade a server by the command, and give its results under a name, and its exit code."""
    file = RESULTS / f"{name}.json"
    file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "toggl_focus_conformance", "conformance", "server"]
    done = subprocess.run([*command, *words, f"--json={file}"], check=False)  # noqa: S603  (as above)
    if not file.exists():
        sys.exit(f"{name} was not graded")
    (run,) = load(file.read_bytes())
    run.target = f"{name} ({'shapes' if '--profile=shapes' in words else 'all cases'})"
    return run, done.returncode


if __name__ == "__main__":
    main()
