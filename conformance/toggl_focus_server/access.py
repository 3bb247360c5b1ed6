"""Who is asking, and whether it is theirs."""

import base64
import binascii
from hmac import compare_digest
from typing import Any

from . import hints
from .problems import Problem, forbidden
from .store import Account, Store


def authenticate(accounts: tuple[Account, ...], authorization: str) -> Account:
    """The user with this key, or with this email and password; a Problem with status 401 (D1)."""
    scheme, _, credentials = authorization.partition(" ")
    given = credentials.strip().encode("latin-1", "replace")
    match scheme.lower():
        case "bearer":
            found = [a for a in accounts if compare_digest(a.api_key.encode(), given)]
        case "basic":
            given = _decoded(given)
            # every pair in full, so that the time taken does not tell which emails are known
            found = [
                a for a in accounts if compare_digest(f"{a.email}:{a.password}".encode(), given)
            ]
        case _:
            found = []
    if not found:
        if not scheme:
            text = "Send an API key as a Bearer token, or email and password as Basic credentials"
        else:
            text = hints.credentials(scheme, given.decode("utf-8", "replace"))
        raise Problem(
            401,
            "invalid_session",
            text or "The API key, or the email and password, are not valid",
            headers={"WWW-Authenticate": 'Bearer, Basic realm="Toggl Focus", charset="UTF-8"'},
        )
    return found[0]


def authorize(account: Account, store: Store, path: dict[str, Any]) -> int | None:
    """The organization of a request, if its path has one; whose quota it is.

    Raises a Problem with status 403 unless all that the path names is the user's (D3).
    """
    organization, workspace = path.get("organization_id"), path.get("workspace_id")
    homes = {own: home for home, own in account.workspaces}
    if organization is not None and organization not in homes.values():
        raise forbidden(f"Organization {organization}")
    if workspace is not None:
        if workspace not in homes or organization not in (None, homes[workspace]):
            raise forbidden(f"Workspace {workspace}")
        organization = homes[workspace]
    if "task_id" in path:
        within = homes if workspace is None else [workspace]
        if not any(store.has_task(each, path["task_id"]) for each in within):
            raise forbidden(f"Task {path['task_id']}")
    return organization


def _decoded(credentials: bytes) -> bytes:
    try:
        return base64.b64decode(credentials, validate=True)
    except binascii.Error:
        return b""
