"""Keeps credentials, and whatever would look like another line, out of the log."""

import base64
import logging
import re
from urllib.parse import quote, quote_plus

from .store import Account

_PATTERNS = (
    # an API key, its underscores percent-encoded or not
    (re.compile(r"toggl(?:_|%5f)sk(?:_|%5f)\w*", re.IGNORECASE), "toggl_sk_…"),
    # a Toggl Track token
    (re.compile(r"[0-9a-f]{32,}", re.IGNORECASE), "…"),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s'\"]+", re.IGNORECASE), r"\1 …"),
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Redaction(logging.Filter):
    """Changes each record before any handler sees it."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets: set[str] = set()

    def learn(self, accounts: tuple[Account, ...]) -> None:
        """Keep the keys and passwords of these accounts out as well, whatever they look like."""
        for account in accounts:
            pair = base64.b64encode(f"{account.email}:{account.password}".encode()).decode()
            for secret in (account.api_key, account.password, pair):
                self._secrets |= {secret, quote(secret), quote_plus(secret)}

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact a record, its traceback included; never drops one."""
        record.msg, record.args = self._line(record.getMessage()), None
        if record.exc_info:
            lines = _FORMATTER.formatException(record.exc_info).splitlines()
            record.exc_text = "\n".join(map(self._line, lines))
            # other handlers would read the local variables of its frames
            record.exc_info = None
        return True

    def _line(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


_FORMATTER = logging.Formatter()
