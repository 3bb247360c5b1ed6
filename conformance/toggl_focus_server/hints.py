"""What a caller most likely did wrong, to be added to an error message."""

import re

_TIMESTAMP = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"(?:(?P<middle>[Tt ])(?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?P<offset>.*))?",
    re.ASCII | re.DOTALL,
)
_SPACE = re.compile(r" \d\d:?\d\d", re.ASCII)
_TRACK_TOKEN = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_KEY = re.compile(r"toggl_sk_\w*", re.ASCII)


def timestamp(value: object) -> str:
    """What is wrong with a text that is nearly a timestamp; empty for anything else."""
    found = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return ""
    if found["time"] is None:
        return f"; add a time and an offset to the date, as in {value}T00:00:00Z"
    if _SPACE.fullmatch(found["offset"]):
        return "; a + in a URL arrives as a space: write it as %2B"
    if not found["offset"]:
        return "; add an offset: Z for UTC, or one such as +02:00, which is %2B02:00 in a URL"
    if found["middle"] == " ":
        return "; write T between the date and the time"
    return ""


def credentials(scheme: str, given: str) -> str:
    """What is wrong with credentials that are nearly right; empty for any others.

    given: what follows the scheme, decoded where the scheme is Basic.
    """
    name, _, password = given.partition(":")
    if any(map(_TRACK_TOKEN.fullmatch, (scheme, name))):
        return "This looks like a Toggl Track token, which does not work with Toggl Focus"
    if scheme.lower() != "bearer" and any(map(_KEY.fullmatch, (scheme, name, password))):
        return "Send the API key as a Bearer token: Authorization: Bearer toggl_sk_…"
    return ""
