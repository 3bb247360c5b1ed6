"""What the cURL samples of the vendor's page send, and what they print.

The samples have `-u <email>:<password>`; an API key is a header instead. No sample has a query, and
none has `--fail`: what curl prints is the result, whatever the status is.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from toggl_focus_conformance.adapters.plain_values import given, result
from toggl_focus_conformance.adapters.stdio import serve
from toggl_focus_conformance.protocol.messages import Message

WORKSPACE = "/organizations/{organization_id}/workspaces/{workspace_id}"
TASK = WORKSPACE + "/tasks/{task_id}/time-blocks"
BLOCK = TASK + "/{time_block_id}"
BLOCKS = WORKSPACE + "/time-blocks"
SAMPLES: dict[str, tuple[tuple[str, ...], str]] = {
    "list_task_time_blocks": ((), TASK),
    "create_time_block": (("-X", "POST"), TASK),
    "get_time_block": ((), BLOCK),
    "replace_time_block": (("-X", "PUT"), BLOCK),
    "delete_time_block": (("-X", "DELETE"), BLOCK),
    "update_time_block": (("-X", "PATCH"), BLOCK),
    "archive_time_block": (("-X", "POST"), BLOCK + "/archive"),
    "restore_time_block": (("-X", "PATCH"), BLOCK + "/restore"),
    "unarchive_time_block": (("-X", "POST"), BLOCK + "/unarchive"),
    "list_time_blocks": ((), BLOCKS),
    "bulk_create_time_blocks": (("-X", "POST"), BLOCKS + "/bulk"),
    "bulk_delete_time_blocks": (("-X", "DELETE"), BLOCKS + "/bulk"),
    "bulk_update_time_blocks": (("-X", "PATCH"), BLOCKS + "/bulk"),
    "stream_time_blocks": ((), BLOCKS + "/stream"),
}


def sample(operation: str, url: str, who: tuple[str, str], body: object) -> bytes:
    """Run a sample's command and give what it prints. Raises CalledProcessError."""
    method, _ = SAMPLES[operation]
    words = ["curl", *method, url, "-H", "Content-Type: application/json"]
    if body is not None:
        words += ["-d", json.dumps(body, ensure_ascii=False)]
    # -sS only omits the meter that curl draws beside the output.
    done = subprocess.run([*words, *who, "-sS"], capture_output=True, check=True)  # noqa: S603  (the sample's command)
    return done.stdout


def credentials(auth: Message) -> tuple[str, str]:
    """The words that name the user."""
    if auth["kind"] == "bearer":
        return "-H", f"Authorization: Bearer {auth['token']}"
    return "-u", f"{auth['username']}:{auth['password']}"


class Samples:
    """The samples as the suite drives them."""

    output = ""

    def hello(self) -> Message:
        """Say what there is."""
        version = subprocess.run(["curl", "--version"], capture_output=True, check=True).stdout  # noqa: S607  (the one that is found)
        sdk = {"name": "vendor-curl", "version": version.split()[1].decode(), "language": "Shell"}
        return {
            "type": "hello",
            "protocol": 1,
            "sdk": sdk,
            "operations": [*SAMPLES],
            "features": ["stream", "basic"],
            "parallel": 4,
        }

    def handle(self, message: Message) -> Message:
        """Reply to a call."""
        if message["type"] != "call":
            return {"id": message["id"], "outcome": "skip", "feature": "codec"}
        arguments = given(message["arguments"])
        url = message["base_url"] + SAMPLES[message["operation"]][1].format(**arguments["path"])
        who = credentials(message["auth"])
        try:
            output = sample(message["operation"], url, who, arguments.get("body"))
        except subprocess.CalledProcessError as error:
            text = error.stderr.decode("utf-8", "replace").strip()
            return {
                "id": message["id"],
                "outcome": "error",
                "error": {"kind": "transport", "message": text},
            }
        return printed(message, output)

    def close(self) -> None:
        """There is nothing to close."""


def printed(message: Message, output: bytes) -> Message:
    """What a sample printed: nothing, JSON or any text; of the stream, its items."""
    try:
        value: Any = result(json.loads(output)) if output else None
    except ValueError:
        value = output.decode("utf-8", "replace")
    if message["operation"] != "stream_time_blocks" or not isinstance(value, list | None):
        return {"id": message["id"], "outcome": "value", "value": value}
    consume: str = message.get("consume", "all")
    most = None if consume == "all" else int(consume.removeprefix("first:"))
    items: list[Any] = (value or [])[:most]
    return {"id": message["id"], "outcome": "items", "items": items, "complete": True}


if __name__ == "__main__":
    serve(Samples())
