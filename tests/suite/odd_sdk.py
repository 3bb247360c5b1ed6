"""An adapter whose SDK reads blocks well but for one thing that its argument names; for tests."""

from __future__ import annotations

import http.client
import json
import sys
import time
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

HELLO: dict[str, Any] = {
    "type": "hello",
    "protocol": 1,
    "sdk": {"name": "odd", "version": "1", "language": "Python"},
    "operations": ["get_time_block", "list_task_time_blocks", "delete_time_block"],
    "features": [],
}
PATH = "/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks"


def call(message: dict[str, Any], how: str) -> dict[str, Any]:
    base = urlsplit(message["base_url"])
    connection = http.client.HTTPConnection(str(base.hostname), base.port, timeout=5)
    ids = message["arguments"]["path"]
    path = base.path + PATH.format(**ids)
    if "time_block_id" in ids:
        path += f"/{ids['time_block_id']}"
    method = "DELETE" if message["operation"].startswith("delete") else "GET"
    headers = {"Authorization": f"Bearer {message['auth'].get('token')}"}
    connection.request(method, path + ("?" if how == "empty-query" else ""), headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status not in {200, 204}:
        kind = "transport" if how == "all-errors-are-transport" else "api"
        error = {"kind": kind, "status": response.status, "message": "no"}
        return {"id": message["id"], "outcome": "error", "error": error}
    value = json.loads(body) if response.status == 200 else None
    return {"id": message["id"], "outcome": "value", "value": value}


def send_late(url: str) -> None:
    time.sleep(0.03)
    base = urlsplit(url)
    connection = http.client.HTTPConnection(str(base.hostname), base.port, timeout=5)
    connection.request("GET", f"{base.path}/late")
    connection.close()


def main(how: str) -> None:
    threads: list[Thread] = []
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "hello":
            reply = HELLO
        elif message["type"] == "bye":
            break
        elif how == "hang":
            time.sleep(60)
            continue
        else:
            reply = call(message, how)
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()
        if how == "late" and message["type"] == "call":
            threads.append(Thread(target=send_late, args=(message["base_url"],)))
            threads[-1].start()
    for thread in threads:
        thread.join()


main(sys.argv[1])
