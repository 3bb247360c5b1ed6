"""What `serve` says and writes once it is ready: for people, shells, containers and scripts."""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec
from rich.cells import cell_len, set_cell_size

from toggl_focus_server import ReferenceServer
from toggl_focus_server.seed import everything

MARK = "# Written by toggl-focus serve, which replaces this file whenever it starts."


def text(server: ReferenceServer, platform: str = sys.platform) -> str:
    """How to use the server from the shells of a platform, ready to be pasted."""
    variables = environment(server).items()
    root = server.url.removesuffix(server.app.prefix)
    curl = server.app.pages.curl(server.url)
    if platform == "win32":
        commands = [
            "In PowerShell:",
            *(f'$env:{name} = "{value}"' for name, value in variables),
            "",
            "In cmd:",
            *(f"set {name}={value}" for name, value in variables),
            "",
            # in PowerShell curl alone is another program
            curl.replace("curl", "curl.exe", 1),
        ]
    else:
        commands = [*(f"export {name}={value}" for name, value in variables), "", curl]
    missing = server.app.unimplemented
    return "\n".join(
        [
            f"The reference server is ready at {server.url}",
            "",
            *commands,
            "",
            f"For a browser: {root}/    All accounts: toggl-focus accounts",
            *([f"Described but not implemented: {', '.join(missing)}"] if missing else []),
            "Stop it with Ctrl-C.",
        ]
    )


def environment(server: ReferenceServer) -> dict[str, str]:
    """The variables that a client reads."""
    account = server.account
    return {
        "TOGGL_FOCUS_BASE_URL": server.url,
        "TOGGL_FOCUS_API_KEY": account.api_key,
        "TOGGL_FOCUS_ORGANIZATION_ID": str(account.organization_id),
        "TOGGL_FOCUS_WORKSPACE_ID": str(account.workspace_id),
    }


def env_file(server: ReferenceServer) -> bytes:
    """The same as a file for a shell, for Docker, or for any library that reads .env files."""
    lines = [MARK, *(f"{name}={value}" for name, value in environment(server).items())]
    return "".join(f"{line}\n" for line in lines).encode()


def account_file(server: ReferenceServer) -> bytes:
    """Every user, with what is theirs, as JSON for programs."""
    users = [
        {name: value for name, value in user.items() if name != "name"}
        for user in server.app.pages.users
    ]
    value = {"base_url": server.url, "users": users}
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def accounts() -> str:
    """Everything of the seed that a request can name, as tables."""
    return "\n\n".join(f"{title}\n{_table(rows)}" for title, rows in directory().items())


def directory() -> dict[str, list[tuple[str, ...]]]:
    """Tables of everything of the seed that a request can name, each with its head."""
    data = everything()
    members = [(each["user_id"], each["workspace_id"]) for each in data["members"]]
    return {
        "Users": [
            ("id", "name", "API key", "email", "password"),
            *(
                (str(u["id"]), u["name"], u["api_key"], u["email"], u["password"])
                for u in data["users"]
            ),
        ],
        "Organizations": [
            ("id", "name"),
            *((str(each["id"]), each["name"]) for each in data["organizations"]),
        ],
        "Workspaces": [
            ("id", "name", "organization", "users"),
            *(
                (
                    str(each["id"]),
                    each["name"],
                    str(each["organization_id"]),
                    ", ".join(str(user) for user, place in members if place == each["id"]),
                )
                for each in data["workspaces"]
            ),
        ],
        "Tasks": [
            ("id", "name", "workspace", "status"),
            *(
                (str(each["id"]), each["name"], str(each["workspace_id"]), str(each["status_id"]))
                for each in data["tasks"]
            ),
        ],
        "Statuses": [
            ("id", "name"),
            *((str(each["id"]), each["name"]) for each in data["statuses"]),
        ],
    }


def refusal(path: Path, *, only_ours: bool = False) -> str | None:
    """Why a file cannot be written, as far as can be seen beforehand; only_ours: nor replaced."""
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if path.exists() and not path.is_file():
        return "it is not an ordinary file"
    if only_ours and path.exists():
        with path.open("rb") as file:
            if file.read(len(MARK)) not in {b"", MARK.encode()}:
                return "it exists, and another program wrote it; choose another name"
    return None


def write(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, so that nobody ever sees a part of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = (map(set_cell_size, row, widths) for row in rows)
    return "\n".join("  ".join(line).rstrip() for line in lines)
