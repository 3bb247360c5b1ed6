"""What is not part of the API: the start page and the description, for whoever finds the server."""

import re
from datetime import date, timedelta
from html import escape

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from .description import JSON, Description, Node
from .store import Account, LostFileError, Store

WEEK = timedelta(days=7)

# what a Host header must look like to be put into a URL
_HOST = re.compile(r"(?:[\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>toggl-focus reference server</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: auto; padding: 1rem }}
code, pre {{ font-family: ui-monospace, monospace; font-size: .875rem }}
pre {{ padding: .75rem; border: 1px solid #8886; border-radius: .375rem }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere }}
div {{ overflow-x: auto }}
table {{ border-collapse: collapse }}
th, td {{ text-align: left; vertical-align: top; padding: .375rem 1.5rem .375rem 0 }}
td {{ border-top: 1px solid #8886; white-space: nowrap }}
</style>
<h1>toggl-focus reference server</h1>
<p>It performs the time-block operations of Toggl Focus on made-up data. Nothing here is secret.</p>
<p>Base URL: <code>{url}</code></p>
<h2>First request</h2>
<pre>{curl}</pre>
<h2>Accounts</h2>
<div><table>
<tr><th>User</th><th>API key; email and password</th><th>Workspaces and tasks</th></tr>
{rows}
</table></div>
<h2>More</h2>
<p>The description: <a href="{url}/openapi.json">openapi.json</a> and
<a href="{url}/openapi.yaml">openapi.yaml</a>. Health: <a href="{root}/health">/health</a>.
This page as JSON: <code>curl {root}/</code></p>
</html>
"""


class Pages:
    """The pages of one server."""

    def __init__(
        self,
        description: Description,
        store: Store,
        accounts: tuple[Account, ...],
        monday: date,
    ) -> None:
        self.address = "localhost"
        """The host and port for a caller that does not say which it used."""
        self.users = [_user(account, store) for account in accounts]
        """Every user as JSON."""
        self._store = store
        self._document = description.document
        self._prefix = description.prefix
        self._monday = monday

    def start(self, request: Request) -> Response:
        """What the server is, who can use it and how to begin."""
        root = self._root(request)
        url = root + self._prefix
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(
                _PAGE.format(
                    root=escape(root),
                    url=escape(url),
                    curl=escape(self.curl(url)),
                    rows="\n".join(map(_row, self.users)),
                )
            )
        return _json(
            {
                "about": "The toggl-focus reference server: time blocks on made-up data",
                "base_url": url,
                "example": self.curl(url),
                "description": [f"{url}/openapi.json", f"{url}/openapi.yaml"],
                "health": f"{root}/health",
                "users": self.users,
            }
        )

    def health(self, _: Request) -> Response:
        """Whether requests can be served."""
        try:
            self._store.check()
        except LostFileError as error:
            return _json({"status": "error", "reason": str(error)}, 503)
        return _json({"status": "ok"})

    def openapi_json(self, request: Request) -> Response:
        """The description, with this server in place of the real service."""
        return _json(self._described(request))

    def openapi_yaml(self, request: Request) -> Response:
        """The same as YAML 1.2, of which JSON is a part: every reader of YAML takes it."""
        body = b"# YAML 1.2, in the style of JSON\n" + _text(self._described(request))
        return Response(body, media_type="application/yaml")

    def curl(self, url: str) -> str:
        """A first request, for any shell: double quotes mean the same in each of them."""
        user = self.users[0]
        place = user["workspaces"][0]
        path = f"organizations/{place['organization_id']}/workspaces/{place['workspace_id']}"
        week = f"date_from={self._monday}T00:00:00Z&date_to={self._monday + WEEK}T00:00:00Z"
        header = f"Authorization: Bearer {user['api_key']}"
        return f'curl -H "{header}" "{url}/{path}/time-blocks?{week}"'

    def _described(self, request: Request) -> Node:
        url = self._root(request) + self._prefix
        return {**self._document, "servers": [{"url": url, "description": "This server."}]}

    def _root(self, request: Request) -> str:
        """The URL that the caller used: a port mapping may have changed the host and the port."""
        host = request.headers.get("host", "")
        return f"{request.scope['scheme']}://{host if _HOST.fullmatch(host) else self.address}"


def _user(account: Account, store: Store) -> Node:
    return {
        "name": account.name,
        "api_key": account.api_key,
        "email": account.email,
        "password": account.password,
        "user_id": account.id,
        "workspaces": [
            {
                "organization_id": organization,
                "workspace_id": workspace,
                "task_ids": list(store.task_ids(workspace)),
            }
            for organization, workspace in account.workspaces
        ],
    }


def _json(value: Node, status: int = 200) -> Response:
    return Response(_text(value), status, media_type=JSON)


def _text(value: Node) -> bytes:
    """JSON that people can read, too."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def _row(user: Node) -> str:
    places = [
        f"organization {place['organization_id']}, workspace {place['workspace_id']}, "
        f"tasks {', '.join(map(str, place['task_ids']))}"
        for place in user["workspaces"]
    ]
    codes = [f"<code>{escape(user[name])}</code>" for name in ("api_key", "email", "password")]
    cells = (
        f"{escape(user['name'])}<br>id {user['user_id']}",
        "<br>".join(codes),
        "<br>".join(places) or "none: every request is 403",
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
