"""`nox -s fuzz`: schemathesis against the reference server, from a clean folder and a fixed seed.

It fails for a finding that findings.yaml does not explain, and for an operation that accepted no
request.
"""

from __future__ import annotations

import copy
import json
import logging
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.fuzz.findings import Finding, explained, findings, read_explanations
from toggl_focus_conformance.protocol.operations import document, operations
from toggl_focus_server import ReferenceServer

SEED = 1
EXAMPLES = 40
_EXPLANATIONS = Path(__file__).parent / "findings.yaml"
_SHOWN = 600
_LOGGED = re.compile(r" (?P<status>\d{3}) (?P<operation>\w+) [\d.]+ ms")
_CONFIG = """\
color = false
seed = {seed}
suppress-health-check = ["all"]
[generation]
database = "none"
max-examples = {examples}
[auth.openapi.bearer]
bearer = "{key}"
"""


class Accepted(logging.Handler):
    """Counts what the server logs: requests and those with a 2xx status, by operation."""

    def __init__(self) -> None:
        super().__init__()
        self.all: Counter[str] = Counter()
        self.good: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line of the log."""
        if found := _LOGGED.search(record.getMessage()):
            self.all[found["operation"]] += 1
            self.good[found["operation"]] += found["status"].startswith("2")


def narrowed(server: ReferenceServer) -> dict[str, Any]:
    """The description, with the account's own ids: of others nearly every request would miss."""
    found = copy.deepcopy(document())
    account = server.account
    ids = {
        "organization_id": [account.organization_id],
        "workspace_id": [account.workspace_id],
        "task_id": [*account.task_ids],
    }
    for parameter in found["components"]["parameters"].values():
        if parameter["in"] == "path" and parameter["name"] in ids:
            parameter["schema"] = {**parameter["schema"], "enum": ids[parameter["name"]]}
        if parameter["schema"].get("x-format") == "date-time":
            parameter["schema"] = {"type": "string", "format": "date-time"}
    entry = found["components"]["schemas"]["TimeBlockBulkCreateItem"]
    for part in [entry, *entry.get("allOf", ())]:
        if "task_id" in part.get("properties", {}):
            part["properties"]["task_id"]["enum"] = ids["task_id"]
    return found


def fuzz(folder: Path, server: ReferenceServer) -> list[Finding]:
    """Run schemathesis in a folder, and return what it found."""
    (folder / "openapi.json").write_text(json.dumps(narrowed(server)), encoding="utf-8")
    config = _CONFIG.format(seed=SEED, examples=EXAMPLES, key=server.account.api_key)
    (folder / "schemathesis.toml").write_text(config, encoding="utf-8")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file=schemathesis.toml", "run",
        "openapi.json", f"--url={server.url}", "--continue-on-failure",
        "--report=ndjson", "--report-ndjson-path=report.ndjson",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)  # noqa: S603  (fixed words)
    report = folder / "report.ndjson"
    if done.returncode not in {0, 1} or not report.exists():
        sys.exit(f"schemathesis did not run:\n{done.stdout}\n{done.stderr}")
    print(re.sub(r"(?s).*=+ SUMMARY =+", "", done.stdout).strip())
    return findings(report.read_text("utf-8").strip().split("\n"))


def main() -> None:
    """Run it, and end with 1 if something is wrong."""
    log = logging.getLogger("toggl_focus_server")
    log.setLevel(logging.INFO)
    log.propagate = False
    accepted = Accepted()
    log.addHandler(accepted)
    with (
        tempfile.TemporaryDirectory() as folder,
        ReferenceServer(validate=True) as server,
    ):
        found = fuzz(Path(folder), server)

    known = read_explanations(_EXPLANATIONS)
    by_entry, unexplained = explained(found, known)
    print()
    for name in operations():
        print(f"{name:28} {accepted.good[name]:5} of {accepted.all[name]:5} requests accepted")
    print()
    for entry in known:
        number = len(by_entry[entry])
        print(f"{number:5} × {entry.reason}" if number else f"no longer occurs: {entry.reason}")
    for each in unexplained:
        print(f"\nNOT EXPLAINED: {each.line:.{_SHOWN}}\n{each.request:.{_SHOWN}}")
    never = [name for name in operations() if not accepted.good[name]]
    if never:
        print(f"\nno accepted request: {', '.join(never)}")
    print(f"\n{len(found)} findings, {len(unexplained)} not explained")
    sys.exit(1 if unexplained or never else 0)


if __name__ == "__main__":
    main()
