"""`export`: writes all that the suite knows as one file of JSON, for suites in other languages."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from toggl_focus_conformance import requirements
from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.protocol import SUITE, VERSION, write
from toggl_focus_conformance.protocol import schema as messages
from toggl_focus_conformance.protocol.operations import document
from toggl_focus_conformance.runner import schema as results

from .choosing import AtFault, all_cases, all_server_cases

__all__ = ["bundle", "export_to"]

FORMAT = 1


def export_to(path: Path) -> None:
    """Write the bundle, with a checksum next to it that `sha256sum --check` reads."""
    text = json.dumps(bundle(), ensure_ascii=False, indent=1).encode() + b"\n"
    checksum = sha256(text).hexdigest()
    checksum_file = path.with_name(f"{path.name}.sha256")
    try:
        path.write_bytes(text)
        checksum_file.write_text(f"{checksum}  {path.name}\n", encoding="utf-8")
    except OSError as error:
        raise AtFault(f"cannot write {path}: {error.strerror}") from None
    number = len(all_cases()) + len(all_server_cases())
    click.echo(f"wrote {number} cases to {path} ({len(text) / 1e6:.1f} MB)")
    click.echo(f"sha256 {checksum}, also in {checksum_file}")


def bundle() -> dict[str, Any]:
    """All of it. Integers beyond 2^53 are written as {"$int": "…"}, as in the protocol."""
    return {
        "format": FORMAT,
        "suite": SUITE,
        "protocol": VERSION,
        "description": write(document()),
        "requirements": [asdict(each) for each in requirements.registry().values()],
        "cases": [_exported(case) for case in all_cases()],
        "server_cases": [_exported(case) for case in all_server_cases()],
        "schemas": {
            "case": _schema("case"),
            "server_case": _schema("server_case"),
            "messages": messages(),
            "requirement": dict(requirements.schema()),
            "results": results(),
        },
    }


def _exported(case: Case) -> dict[str, Any]:
    return {"area": case.area, **write(case.node)}


def _schema(name: str) -> object:
    text = (files("toggl_focus_conformance.cases") / f"{name}.schema.json").read_text("utf-8")
    return json.loads(text)
