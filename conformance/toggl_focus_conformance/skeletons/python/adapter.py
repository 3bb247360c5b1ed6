"""Lets toggl-focus drive the SDK of sdk.py. Nothing here needs to be changed.

It reads a JSON message per line from standard input and writes a reply per line to standard output.
"""

import dataclasses
import itertools
import json
import sys
from datetime import date, datetime

PROTOCOL, sys.stdout = (
    sys.stdout,
    sys.stderr,
)  # what the SDK prints must not get between the replies

import sdk  # noqa: E402

SAFE = 2**53 - 1
CLIENTS = {}


def given(value):
    """An argument as the SDK gets it: integers and timestamps are written so that nothing rounds them."""
    if isinstance(value, list):
        return [given(each) for each in value]
    if isinstance(value, dict):
        if list(value) == ["$int"]:
            return int(value["$int"])
        if list(value) == ["$datetime"]:
            return datetime.fromisoformat(value["$datetime"].replace("Z", "+00:00"))
        return {name: given(each) for name, each in value.items()}
    return value


def result(value):
    """What the SDK gave, as JSON: its objects become dictionaries."""
    if value is None or isinstance(value, (bool, str, float)):
        return value
    if isinstance(value, int):
        return value if abs(value) <= SAFE else {"$int": str(value)}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: result(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [result(each) for each in value]
    for name in ("to_dict", "model_dump", "dict"):
        if hasattr(value, name):
            return result(getattr(value, name)())
    return result(dataclasses.asdict(value) if dataclasses.is_dataclass(value) else vars(value))


def described(exception):
    if isinstance(exception, NotImplementedError):
        raise exception
    return sdk.error(exception) or {
        "kind": "other",
        "message": f"{type(exception).__name__}: {exception}",
    }


def items(source, consume):
    most = None if consume == "all" else int(consume.split(":")[1])
    found = []
    try:
        for item in itertools.islice(source(), most):
            found.append(result(item))
    except Exception as exception:
        return {
            "outcome": "items",
            "items": found,
            "complete": False,
            "error": described(exception),
        }
    return {"outcome": "items", "items": found, "complete": True}


def call(message):
    if message["auth"]["kind"] not in ("bearer", *sdk.FEATURES):
        return {"outcome": "skip", "feature": "basic"}
    key = json.dumps([message["base_url"], message["auth"]])
    if key not in CLIENTS:
        CLIENTS[key] = sdk.make_client(message["base_url"], message["auth"])
    name, arguments = message["operation"], given(message["arguments"])
    words = (
        arguments.get("path", {}),
        arguments.get("query", {}),
        arguments.get("body"),
        message["options"],
    )
    if name in sdk.ITERATORS and (name not in sdk.CALLS or "consume" in message):
        source = lambda: sdk.ITERATORS[name](CLIENTS[key], *words)  # noqa: E731
        return items(source, message.get("consume", "all"))
    try:
        return {"outcome": "value", "value": result(sdk.CALLS[name](CLIENTS[key], *words))}
    except Exception as exception:
        return {"outcome": "error", "error": described(exception)}


def reply(message):
    try:
        if message["type"] == "call":
            return call(message)
        if message["type"] in ("decode", "encode"):
            return {"outcome": "skip", "feature": "codec"}
        raise ValueError(f"unknown message {message['type']}")
    except Exception as problem:  # the adapter failed, not the SDK
        return {"outcome": "adapter_error", "message": str(problem)}


def say(message):
    PROTOCOL.write(json.dumps(message) + "\n")
    PROTOCOL.flush()


def main():
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "bye":
            break
        if message["type"] == "hello":
            about = {"name": sdk.NAME, "version": sdk.VERSION, "language": "Python"}
            operations = sorted({*sdk.CALLS, *sdk.ITERATORS})
            say(
                {
                    "type": "hello",
                    "protocol": 1,
                    "sdk": about,
                    "operations": operations,
                    "features": sdk.FEATURES,
                }
            )
        elif "id" in message:
            say({"id": message["id"], **reply(message)})


main()
