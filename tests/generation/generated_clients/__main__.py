"""Whether the clients that other generators make of the description work: `nox -s generators`.

Each client calls all operations of a reference server three times: while null fields are sent, while
they are omitted, and while every object has a field that the description lacks. It must read what
the client of this project reads. Prints a table; the exit status is 1 if a call failed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib import metadata
from itertools import product, repeat
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Column, Table

from tests.generation.generated_clients.extending import extended
from tests.generation.generated_clients.making import COMPILE, MAKE, pin_node_packages, run
from toggl_focus_conformance import ReferenceServer
from toggl_focus_server.description import packaged
from toggl_focus_server.responses import Nulls

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PINNED = json.loads((HERE / "package.json").read_text("utf-8"))["devDependencies"]
OPENAPI_GENERATOR = f"OpenAPI Generator {metadata.version('openapi-generator-cli')}"
NODE = "node"

PROGRAMS = ("openapi_generator_typescript.ts", "openapi_typescript.ts")


class Client(NamedTuple):
    """A client, and the command of the program that uses it."""

    name: str
    program: tuple[str, ...]


class Server(NamedTuple):
    """How the server responds."""

    name: str
    nulls: Nulls
    extended: bool = False


def _python(program: str) -> tuple[str, ...]:
    return sys.executable, "-m", f"tests.generation.generated_clients.programs.{program}"


OURS = Client("toggl-focus", _python("this_client"))
OTHERS = (
    Client(f"{OPENAPI_GENERATOR} python", _python("openapi_generator_python")),
    Client(
        f"openapi-python-client {metadata.version('openapi-python-client')}",
        _python("openapi_python_client"),
    ),
    Client(f"{OPENAPI_GENERATOR} typescript-fetch", (NODE, "openapi_generator_typescript.js")),
    Client(
        f"openapi-typescript {PINNED['openapi-typescript']}, "
        f"openapi-fetch {PINNED['openapi-fetch']}",
        (NODE, "openapi_typescript.js"),
    ),
)
SERVERS = (
    Server("nulls sent", "send"),
    Server("nulls omitted", "omit"),
    Server("an unknown field", "send", extended=True),
)

Lines = dict[str, Any]
"""What a program printed of each operation: what it read, or the error."""


def main() -> None:
    """Make the clients, call them, and print what came of it."""
    parser = argparse.ArgumentParser(prog="generated_clients", description=__doc__)
    parser.parse_args()
    with TemporaryDirectory(prefix="generated-clients-") as folder:
        make(Path(folder))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            pairs = list(product((OURS, *OTHERS), SERVERS))
            found = pool.map(call, *zip(*pairs, strict=True), repeat(Path(folder)))
            read = dict(zip(pairs, found, strict=True))
    faults = {
        (client, server, operation.id): fault
        for client, server in product(OTHERS, SERVERS)
        for operation in packaged().operations
        if (fault := compare(operation.id, read[OURS, server], read[client, server]))
    }
    show(faults)
    sys.exit(1 if faults else 0)


def make(folder: Path) -> None:
    """Write and compile the clients into a folder, next to the programs."""
    pin_node_packages(folder)
    for path in (HERE / "programs").glob("*.ts"):
        copy(path, folder)
    last = MAKE["openapi_typescript"]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, (each for each in MAKE.values() if each != last), repeat(folder)))
    run(last, folder)
    run((*COMPILE, *PROGRAMS), folder)


def call(client: Client, server: Server, folder: Path) -> Lines:
    """Run a client's program on a server of its own."""
    with ExitStack() as stack:
        reference = stack.enter_context(
            ReferenceServer(seed="demo", nulls=server.nulls, validate=True)
        )
        url = stack.enter_context(extended(reference.url)) if server.extended else reference.url
        text = run(
            client.program,
            folder,
            FOCUS_URL=url,
            FOCUS_KEY=reference.account.api_key,
            PYTHONPATH=os.pathsep.join(map(str, (ROOT, folder, folder / "made"))),
        )
    lines = [json.loads(line) for line in text.splitlines()]
    return {line["operation"]: line for line in lines}


def compare(operation: str, ours: Lines, theirs: Lines) -> str:
    """What is wrong with what a client read; nothing if it is what ours read."""
    wanted, found = ours[operation], theirs.get(operation, {"error": "not called"})
    if "error" in wanted:
        return f"this project's client: {wanted['error']}"
    if "error" in found:
        return str(found["error"])
    return "" if found == wanted else f"read {found['read']}, and not {wanted['read']}"


def show(faults: dict[tuple[Client, Server, str], str]) -> None:
    """Print the table, and below it every fault."""
    table = Table(Column("operation", no_wrap=True), *(client.name for client in OTHERS))
    for operation in packaged().operations:
        cells = [
            sum((client, server, operation.id) not in faults for server in SERVERS)
            for client in OTHERS
        ]
        table.add_row(operation.id, *(f"{good} of {len(SERVERS)}" for good in cells))
    console = Console(highlight=False, width=max(120, Console().width))
    console.print(table)
    console.print(f"Each cell: {', '.join(server.name for server in SERVERS)}.", markup=False)
    for (client, server, called), fault in faults.items():
        console.print(f"{client.name}: {called}, {server.name}: {fault}", markup=False)


if __name__ == "__main__":
    main()
