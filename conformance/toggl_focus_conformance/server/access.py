"""Who is asking, and whether it is theirs."""

import base64
import binascii
from hmac import compare_digest
from typing import Any

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
        raise Problem(
            401,
            "invalid_session",
            "The API key, or the email and password, are not valid"
            if scheme
            else "Send an API key as a Bearer token, or email and password as Basic credentials",
            headers={"WWW-Authenticate": 'Bearer, Basic realm="Toggl Focus", charset="UTF-8"'},
        )
    return found[0]


def authorize(account: Account, store: Store, path: dict[str, Any]) -> None:
    """Nothing, when all that the path names is the user's; else a Problem with status 403 (D3)."""
    organization, workspace = path["organization_id"], path["workspace_id"]
    if organization not in {own for own, _ in account.workspaces}:
        raise forbidden(f"Organization {organization}")
    if (organization, workspace) not in account.workspaces:
        raise forbidden(f"Workspace {workspace}")
    if "task_id" in path and not store.has_task(workspace, path["task_id"]):
        raise forbidden(f"Task {path['task_id']}")


def _decoded(credentials: bytes) -> bytes:
    try:
        return base64.b64decode(credentials, validate=True)
    except binascii.Error:
        return b""
