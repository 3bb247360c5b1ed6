"""Credentials, server, organization and workspace: from arguments, or else the environment."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import shown
from toggl_focus._messages.json import UNENCODABLE, plain

__all__ = ["BASE_URL", "Settings", "is_server", "parse_identifier", "read_settings"]

BASE_URL = "https://focus.toggl.com/api"
_Identifier = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_LONGEST_LABEL = 63  # of a host name
_TRACK_TOKEN = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What all requests of a client have in common."""

    base_url: str
    authorization: str = field(repr=False)
    organization_id: int | None
    workspace_id: int | None

    def elsewhere(self, organization_id: int | None, workspace_id: int | None) -> Settings:
        """The settings for another organization or workspace; None keeps the current one."""
        here = self
        if organization_id is not None:
            here = replace(here, organization_id=_identifier("organization_id", organization_id))
        if workspace_id is not None:
            here = replace(here, workspace_id=_identifier("workspace_id", workspace_id))
        return here


def read_settings(
    *,
    api_key: str | None,
    email: str | None,
    password: str | None,
    organization_id: int | None,
    workspace_id: int | None,
    base_url: str | None,
) -> Settings:
    """Take each setting from its argument, or else from its environment variable.

    An empty variable counts as unset. Raises UsageError for a missing or invalid setting.
    """
    texts = {"api_key": api_key, "email": email, "password": password, "base_url": base_url}
    for name, value in texts.items():
        if value is not None and not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(f"{name} must be text, got {type(value).__name__}")
    return Settings(
        base_url=_base_url(
            base_url if base_url is not None else os.environ.get("TOGGL_FOCUS_BASE_URL") or BASE_URL
        ),
        authorization=_authorization(api_key, email, password),
        organization_id=_identifier("organization_id", organization_id),
        workspace_id=_identifier("workspace_id", workspace_id),
    )


def _authorization(api_key: str | None, email: str | None, password: str | None) -> str:
    if api_key is not None and (email is not None or password is not None):
        raise UsageError("pass either api_key, or email and password, not both")
    name = "api_key"
    if api_key is None and email is None and password is None:
        name = "TOGGL_FOCUS_API_KEY"
        api_key = os.environ.get(name) or None
    if api_key is not None:
        return _bearer(name, api_key)
    email = email or os.environ.get("TOGGL_FOCUS_EMAIL")
    password = password or os.environ.get("TOGGL_FOCUS_PASSWORD")
    if not email and not password:
        raise UsageError(
            "no credentials: pass api_key=, or email= and password=, or set TOGGL_FOCUS_API_KEY, "
            "or TOGGL_FOCUS_EMAIL and TOGGL_FOCUS_PASSWORD"
        )
    if not email or not password:
        missing = "password" if email else "email"
        raise UsageError(
            f"{missing} is missing: pass {missing}= or set TOGGL_FOCUS_{missing.upper()}"
        )
    return _basic(email, password)


# No message from here on shows the value: it may be a secret with one wrong character.


def _bearer(name: str, api_key: str) -> str:
    if _TRACK_TOKEN.fullmatch(api_key):
        raise UsageError(
            f"{name} is a Toggl Track token, which does not work with Toggl Focus; "
            "create an API key in your Focus profile (it starts with toggl_sk_)"
        )
    if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise UsageError(
            f"{name} is empty or contains characters that no key has (a space or line break?); "
            "a Focus API key is toggl_sk_ followed by 32 hex digits"
        )
    return f"Bearer {api_key}"


def _basic(email: str, password: str) -> str:
    if ":" in email:
        raise UsageError("email contains a colon, which HTTP Basic does not allow in a user name")
    text = f"{email}:{password}"
    if any("\ud800" <= each <= "\udfff" for each in text):  # a UnicodeEncodeError would show it
        raise UsageError("email or password contains a lone surrogate, which cannot be encoded")
    return "Basic " + b64encode(text.encode()).decode("ascii")


def _base_url(text: str) -> str:
    # These messages do not show it: it may contain a secret.
    if "@" in text:
        raise UsageError(
            "base_url contains a user name or password; pass api_key= or email= instead"
        )
    if "?" in text or "#" in text:
        raise UsageError("base_url must not have a query (?) or fragment (#)")
    scheme = text.partition("://")[0].lower()
    right = scheme in {"https", "http"} and text.isprintable() and " " not in text
    if not right or not is_server(text):
        raise UsageError(
            f"base_url must be an http or https URL such as {BASE_URL}, got {shown(text)}"
        )
    return text.rstrip("/")


def is_server(url: str) -> bool:
    """Whether a URL has a valid host, and a valid port or none."""
    import httpx  # noqa: PLC0415  (loaded with the first client)

    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname or ""
        httpx.URL(scheme="http", host=host)
    except (ValueError, httpx.InvalidURL):  # an invalid port, IP address or international name
        return False
    # Looking up such names raises a UnicodeError.
    labels = host.removesuffix(".").split(".")
    return port != 0 and all(0 < len(label) <= _LONGEST_LABEL for label in labels)


def _identifier(name: str, value: int | None) -> int | None:
    given: int | str | None = value
    if value is None:
        name = f"TOGGL_FOCUS_{name.upper()}"
        given = os.environ.get(name) or None
        if given is None:
            return None
    number = parse_identifier(given, strict=value is not None)
    if isinstance(number, str):
        raise UsageError(f"{name} must be a positive integer, got {shown(given)}")
    return number


def parse_identifier(value: object, *, strict: bool = True) -> int | str:
    """An id as a number; or, if it is invalid, the reason as text."""
    try:
        number = msgspec.to_builtins(value, enc_hook=plain)
        return msgspec.convert(number, _Identifier, strict=strict)
    except msgspec.ValidationError as error:
        return str(error)
    except UNENCODABLE:
        return "Expected `int`"
