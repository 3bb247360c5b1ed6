"""An adapter program that misbehaves as its argument says; for the tests."""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Message = dict[str, Any]

HELLO: Message = {
    "type": "hello",
    "protocol": 1,
    "sdk": {"name": "rogue", "version": "1", "language": "Python"},
    "operations": ["get_time_block", "delete_time_block", "create_time_block"],
    "features": ["timeout", "basic"],
    "parallel": 1,
    "more": "unknown keys are ignored",
}
OTHER_HELLOS: dict[str, Message] = {
    "wrong-version": {"protocol": 2},
    "text-for-a-list": {"operations": "get_time_block"},
    "strange-operations": {"operations": ["getTimeBlock"]},
    "strange-features": {"features": ["streaming"]},
    "out-of-order": {"parallel": 2},
    "crash-in-parallel": {"parallel": 4},
    "hang-in-parallel": {"parallel": 4},
}
PATH = "/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}"


def say(message: Message) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def reply(message: Message) -> Message:
    """Read one block with hardly any client; good enough for a few cases."""
    base = urlsplit(message["base_url"])
    headers = {"Authorization": f"Bearer {message['auth'].get('token')}"}
    connection = http.client.HTTPConnection(str(base.hostname), base.port, timeout=5)
    try:
        path = base.path + PATH.format(**message["arguments"]["path"])
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        if response.status == 200:
            return {"id": message["id"], "outcome": "value", "value": json.load(response)}
        error = {"kind": "api", "status": response.status}
    except (http.client.HTTPException, OSError, ValueError) as failure:
        error = {"kind": "transport", "message": str(failure)}
    finally:
        connection.close()
    return {"id": message["id"], "outcome": "error", "error": error}


def hang(_: Message) -> None:
    time.sleep(60)


def crash(_: Message) -> None:
    os._exit(7)


def crash_loudly(message: Message) -> None:
    sys.stderr.write("Traceback (most recent call last):\nKeyError: 'start'\n")
    sys.stderr.flush()
    crash(message)


def never_again(message: Message) -> None:
    Path(sys.argv[2]).touch()
    crash(message)


def garbage(message: Message) -> None:
    sys.stdout.write("oh no\n")
    say(reply(message))


def wrong_id(message: Message) -> None:
    say(reply({**message, "id": "no such id"}))


def long_line(_: Message) -> None:
    sys.stdout.write("x" * (1 << 25))


def flood(_: Message) -> None:
    while True:
        say({"id": "1", "outcome": "skip", "feature": "x"})


def stderr_flood(message: Message) -> None:
    for _ in range(300):
        sys.stderr.write("y" * 10_000 + "\n")
    say(reply(message))


def leak(message: Message) -> None:
    sys.stderr.write(f"sending {message['auth']['token']}\n")
    sys.stderr.flush()
    say(reply(message))


def bad_reply(message: Message) -> None:
    say({"id": message["id"], "outcome": "items", "items": [], "complete": False})


def adapter_error(message: Message) -> None:
    say({"id": message["id"], "outcome": "adapter_error", "message": "no luck"})


def number_id(message: Message) -> None:
    say(reply(message) | {"id": int(message["id"])})


def no_outcome(message: Message) -> None:
    say({"id": message["id"], "value": None})


def list_instead(message: Message) -> None:
    sys.stdout.write(json.dumps([reply(message)]) + "\n")
    sys.stdout.flush()


def skip_named(message: Message) -> None:
    say({"id": message["id"], "outcome": "skip", "feature": "timeout"})


# What it does with the call of task 666; the others are replied to.
WRONG: dict[str, Callable[[Message], None]] = {
    "hang": hang,
    "hang-in-parallel": hang,
    "crash": crash,
    "crash-loudly": crash_loudly,
    "crash-in-parallel": crash,
    "garbage": garbage,
    "never-again": never_again,
    "wrong-id": wrong_id,
    "long-line": long_line,
    "flood": flood,
    "stderr-flood": stderr_flood,
    "leak": leak,
    "bad-reply": bad_reply,
    "adapter-error": adapter_error,
    "skip-named": skip_named,
    "number-id": number_id,
    "no-outcome": no_outcome,
    "list-instead": list_instead,
}


def greet(how: str) -> None:
    if how == "hello-garbage":
        sys.stdout.write("Loading SDK 1.0 ...\n")
    say(HELLO | OTHER_HELLOS.get(how, {}))


def leave(how: str) -> None:
    if how == "slow-bye":
        time.sleep(60)
    sys.exit(3 if how == "bad-exit" else 0)


def call(how: str, message: Message, held: list[Message]) -> None:
    wrong = how.startswith("always-") or message["arguments"]["path"]["task_id"] == 666
    how = how.removeprefix("always-")
    if how == "hang-on-create" and message["operation"] == "create_time_block":
        hang(message)
    elif how == "out-of-order":
        held.append(message)
        if len(held) == 2 or not wrong:
            for each in reversed(held):
                say(reply(each))
            held.clear()
    elif wrong and how in WRONG:
        WRONG[how](message)
    else:
        say(reply(message))


def main() -> None:
    how = sys.argv[1]
    if how == "no-hello":
        sys.exit("Error: cannot find the SDK")
    if how == "silent":
        time.sleep(60)
    if how == "never-again" and Path(sys.argv[2]).exists():
        sys.exit("Error: gone for good")
    held: list[Message] = []
    for line in sys.stdin:
        message = json.loads(line)
        kind = message["type"]
        if kind == "hello":
            greet(how)
        elif kind == "bye":
            leave(how)
        elif kind == "call":
            call(how, message, held)
        elif how != "mute-to-unknown":
            say({"id": message["id"], "outcome": "adapter_error", "message": f"unknown {kind}"})


if __name__ == "__main__":
    main()
