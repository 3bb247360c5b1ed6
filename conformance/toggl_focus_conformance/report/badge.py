"""A badge: an SVG with how many cases pass, for a README."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from toggl_focus_conformance.runner import Run

from .matrix import sets_of

__all__ = ["badge"]

_GREEN, _ORANGE, _RED = "#1a7f37", "#9a6700", "#cf222e"
_PER_CHARACTER, _MARGIN = 6.6, 12
_JUDGED = frozenset({"pass", "warn", "known", "fail", "flaky", "differs"})


def badge(runs: Sequence[Run]) -> str:
    """An SVG that needs no service. Green if all cases pass that were judged, red on a failure."""
    counts = {
        status: sum(run.counts[status] for run in runs) for run in runs for status in run.counts
    }
    judged = sum(number for status, number in counts.items() if status in _JUDGED)
    passed = counts.get("pass", 0)
    failed = any(run.exit_code for run in runs)
    color = _RED if failed or not judged else _GREEN if passed == judged else _ORANGE
    return _svg(f"toggl-focus {sets_of(runs)}", f"{passed} of {judged} pass", color)


def _svg(label: str, value: str, color: str) -> str:
    left, right = (round(len(text) * _PER_CHARACTER) + _MARGIN for text in (label, value))
    label, value = escape(label), escape(value)
    size = f'width="{left + right}" height="20"'
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}: {value}">
<title>{label}: {value}</title>
<rect width="{left + right}" height="20" rx="3" fill="#3d444d"/>
<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z" fill="{color}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{left / 2}" y="14">{label}</text>
<text x="{left + right / 2}" y="14">{value}</text>
</g>
</svg>
"""
