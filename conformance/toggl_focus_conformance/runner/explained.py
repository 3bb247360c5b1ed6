"""Explains what came of one case: its checks, the bytes in both directions, and curl commands."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from .results import Entry, Result, SideName

__all__ = ["ARROWS", "bytes_lines", "explained", "repeats"]

_ADAPTER = {"call": "→ adapter", "reply": "← adapter"}
ARROWS: Mapping[SideName, Mapping[str, str]] = {
    "client": {"received": "→", "sent": "←"},
    "server": {"sent": "→", "received": "←"},
}
"""An SDK is sent responses and its requests are received; of a server it is the other way round."""


def explained(result: Result, side: SideName = "client") -> str:
    """A result as text, with all that somebody needs who looks for the fault."""
    return "\n".join(_lines(result, side))


def repeats(id_: str, side: SideName) -> str:
    """The command that runs a case again."""
    if side == "client":
        return f"toggl-focus conformance repro '{id_}' -- COMMAND"
    return f"toggl-focus conformance repro '{id_}' --account FILE"


def bytes_lines(
    ms: float,
    kind: str,
    connection: int,
    data: bytes,
    side: SideName = "client",
) -> Iterator[str]:
    """The lines that show some bytes, or what else happened on a connection."""
    arrow = ARROWS[side].get(kind)
    if arrow is None:
        yield f"{ms:9.1f} ms    connection {connection}: {kind}"
        return
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\\r\\n\n")
    for number, line in enumerate(text.rstrip("\n").split("\n")):
        yield f"{ms:9.1f} ms {arrow} {line}" if number == 0 else f"             {arrow} {line}"


def _lines(result: Result, side: SideName) -> Iterator[str]:
    yield f"{result.status}: {result.id}: {result.title}"
    if result.reason and not result.checks:
        yield f"  {result.reason}"
    for check in result.checks:
        mark = "ok" if check.status == "pass" else check.status.upper()
        detail = check.where if check.status == "pass" else check.message
        yield f"  {mark:4} [{check.requirement}] {detail}"
    yield ""
    for entry in result.transcript:
        yield from _entry(entry, side)
    for command in result.curl:
        yield ""
        yield command


def _entry(entry: Entry, side: SideName) -> Iterator[str]:
    if entry.kind in {"call", "reply", "note"}:
        yield f"{entry.ms:9.1f} ms {_ADAPTER.get(entry.kind, entry.kind)} {entry.text}"
        return
    data = base64.b64decode(entry.base64) if entry.base64 else entry.text.encode()
    yield from bytes_lines(entry.ms, entry.kind, entry.connection, data, side)
    if entry.cut:
        yield f"             … and {entry.cut} bytes more"
