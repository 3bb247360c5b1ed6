"""How error messages show a value: shortened, and without anything that looks like a secret."""

from __future__ import annotations

import re

__all__ = ["SECRET_NAME", "redacted", "shown"]

SECRET_NAME = r"(?:password|token|api[-_]?key|secret)"  # noqa: S105  (a pattern)
_LONGEST = 80
_SEARCHED = 2_000  # characters of the repr, which may be long
# Compiled on first use, because compiling them would slow down the import.
_SECRETS = {
    r"://.*@": "://…@",  # a user name or password in a URL
    r"(://[^?#]*)[?#].*": r"\1?…",  # its query or fragment
    r"\?[^=\s]*=.*": "?…",
    rf"({SECRET_NAME}['\"]?\s*[:=]\s*).*": r"\1…",
    r"\b(bearer|basic)\s+[^\s'\"]+": r"\1 …",
    r"toggl_sk_\w+": "toggl_sk_…",
    r"[0-9a-f]{32,}": "…",  # a Toggl Track token
    r"\b(?=\w*\d)(?=\w*[a-z])\w{24,}\b": "…",  # any long run of letters and digits
}


def shown(value: object, name: str = "") -> str:
    """The start of a value's repr, redacted; only its type if `name` is that of a secret."""
    if re.search(rf"{SECRET_NAME}\W*$", name, re.IGNORECASE):
        return f"a {type(value).__name__}"
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  (its own code runs)
        text = f"<{type(value).__name__}>"
    return redacted(text[:_SEARCHED])[:_LONGEST]


def redacted(text: str) -> str:
    """The text with `…` in place of keys, passwords and the queries of URLs."""
    for secret, hidden in _SECRETS.items():
        text = re.sub(secret, hidden, text, flags=re.IGNORECASE | re.DOTALL)
    return text
