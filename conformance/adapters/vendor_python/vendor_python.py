"""What the Python samples of the vendor's page send, and what they make of the response.

The samples have Basic credentials; an API key takes their place as the page says. No sample has a
query. The adapter adds nothing: an error of the service is a value here, as it is in the samples.
"""

from __future__ import annotations

from base64 import b64encode
from importlib.metadata import version
from typing import Any

import requests

from toggl_focus_conformance.adapters.plain_values import given, result
from toggl_focus_conformance.adapters.stdio import serve
from toggl_focus_conformance.protocol.messages import Message

WORKSPACE = "/organizations/{organization_id}/workspaces/{workspace_id}"
TASK = WORKSPACE + "/tasks/{task_id}/time-blocks"
BLOCK = TASK + "/{time_block_id}"
BLOCKS = WORKSPACE + "/time-blocks"
SAMPLES: dict[str, tuple[Any, str]] = {
    "list_task_time_blocks": (requests.get, TASK),
    "create_time_block": (requests.post, TASK),
    "get_time_block": (requests.get, BLOCK),
    "replace_time_block": (requests.put, BLOCK),
    "delete_time_block": (requests.delete, BLOCK),
    "update_time_block": (requests.patch, BLOCK),
    "archive_time_block": (requests.post, BLOCK + "/archive"),
    "restore_time_block": (requests.patch, BLOCK + "/restore"),
    "unarchive_time_block": (requests.post, BLOCK + "/unarchive"),
    "list_time_blocks": (requests.get, BLOCKS),
    "bulk_create_time_blocks": (requests.post, BLOCKS + "/bulk"),
    "bulk_delete_time_blocks": (requests.delete, BLOCKS + "/bulk"),
    "bulk_update_time_blocks": (requests.patch, BLOCKS + "/bulk"),
    "stream_time_blocks": (requests.get, BLOCKS + "/stream"),
}
KINDS: tuple[tuple[type[Exception], str], ...] = (
    (requests.exceptions.JSONDecodeError, "decode"),
    (requests.exceptions.ContentDecodingError, "decode"),
    (requests.exceptions.Timeout, "timeout"),
    (requests.exceptions.RequestException, "transport"),
)


def sample(operation: str, url: str, authorization: str, body: object) -> Any:  # noqa: ANN401  (any JSON)
    """Send a sample's request and give what it prints."""
    call, _ = SAMPLES[operation]
    headers = {"content-type": "application/json", "Authorization": authorization}
    more = {} if body is None else {"json": body}
    data = call(url, headers=headers, **more)
    return data.json()


def credentials(auth: Message) -> str:
    """The value of the header Authorization."""
    if auth["kind"] == "bearer":
        return f"Bearer {auth['token']}"
    pair = f"{auth['username']}:{auth['password']}".encode()
    return f"Basic {b64encode(pair).decode('ascii')}"


class Samples:
    """The samples as the suite drives them."""

    output = ""

    def hello(self) -> Message:
        """Say what there is."""
        sdk = {"name": "vendor-python", "version": version("requests"), "language": "Python"}
        features = ["stream", "basic"]
        return {
            "type": "hello",
            "protocol": 1,
            "sdk": sdk,
            "operations": [*SAMPLES],
            "features": features,
        }

    def handle(self, message: Message) -> Message:
        """Reply to a call."""
        if message["type"] != "call":
            return {"id": message["id"], "outcome": "skip", "feature": "codec"}
        arguments = given(message["arguments"])
        url = message["base_url"] + SAMPLES[message["operation"]][1].format(**arguments["path"])
        try:
            value = sample(
                message["operation"], url, credentials(message["auth"]), arguments.get("body")
            )
        except Exception as error:  # noqa: BLE001  (whatever the sample raises is the result)
            kind = next((name for each, name in KINDS if isinstance(error, each)), "other")
            text = f"{type(error).__name__}: {error}"
            return {
                "id": message["id"],
                "outcome": "error",
                "error": {"kind": kind, "message": text},
            }
        return printed(message, result(value))

    def close(self) -> None:
        """There is nothing to close."""


def printed(message: Message, value: Any) -> Message:  # noqa: ANN401  (any JSON)
    """What a sample printed; of the stream, its items."""
    if message["operation"] != "stream_time_blocks" or not isinstance(value, list | None):
        return {"id": message["id"], "outcome": "value", "value": value}
    consume: str = message.get("consume", "all")
    most = None if consume == "all" else int(consume.removeprefix("first:"))
    items: list[Any] = (value or [])[:most]
    return {"id": message["id"], "outcome": "items", "items": items, "complete": True}


if __name__ == "__main__":
    serve(Samples())
