"""The rows, each measured by a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.figures import Bench, Found
from benchmarks.rows import bulk, call, concurrent, decode, hostile, imports, requests, stream

__all__ = ["ROWS"]

ROWS: Mapping[str, Callable[[Bench], Found]] = {
    "decode": decode.measure,
    "stream": stream.measure,
    "hostile": hostile.measure,
    "call": call.measure,
    "bulk": bulk.measure,
    "concurrent": concurrent.measure,
    "import": imports.measure,
    "requests": requests.measure,
}
