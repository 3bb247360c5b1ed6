"""A call of a case as a message to an adapter, with the credentials of its client."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from toggl_focus_conformance.cases import Case
from toggl_focus_conformance.protocol.messages import Message, check_message
from toggl_focus_conformance.protocol.operations import PATH_DEFAULTS, Operation, operations
from toggl_focus_conformance.protocol.plain import Node, is_list, is_object
from toggl_focus_conformance.protocol.values import parse_instant, write
from toggl_focus_conformance.wire import Port
from toggl_focus_conformance.wire.responses import fill

__all__ = ["Credentials", "arguments", "call_message", "credentials", "placeholders"]


@dataclass(frozen=True)
class Credentials:
    """What one client of a case signs in with. None of it stands anywhere else."""

    token: str
    username: str
    password: str

    @property
    def basic(self) -> str:
        """Username and password as Basic auth sends them."""
        return base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")

    def names(self, prefix: str = "") -> dict[str, str]:
        """What they are called in the texts of a case."""
        return {
            f"{prefix}token": self.token,
            f"{prefix}username": self.username,
            f"{prefix}password": self.password,
            f"{prefix}basic": self.basic,
        }

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may be nowhere but in requests to the case's own server."""
        return (self.token, self.password, self.basic)


def credentials(case: Case, seed: int, attempt: int) -> dict[str, Credentials]:
    """Fresh credentials for both clients of a case; always the same for a seed and an attempt."""
    drawn = random.Random(f"{seed}/{case.id}/{attempt}")  # noqa: S311  (they open nothing)
    made: dict[str, Credentials] = {}
    for client in ("a", "b"):
        plain = Credentials(
            token=f"toggl_sk_{drawn.getrandbits(128):032x}",
            username=f"user-{drawn.getrandbits(48):012x}@example.com",
            password=f"pw-{drawn.getrandbits(96):024x}",
        )
        given = [
            call["auth"]
            for call in case.calls
            if call.get("client", "a") == client and is_object(call.get("auth"))
        ]
        for auth in given:
            filled = cast("dict[str, str]", fill(auth, plain.names()))
            plain = Credentials(**{**plain.__dict__, **filled})
        made[client] = plain
    return made


def placeholders(port: Port, other: Port | None, who: Mapping[str, Credentials]) -> dict[str, str]:
    """What stands for `{name}` in the texts of a case."""
    names = {"base": port.base_url, "path": port.base_path, "host": port.netloc}
    if other is not None:
        names |= {"other.base": other.base_url, "other.host": other.netloc}
    return {**names, **who["a"].names(), **who["b"].names("b.")}


def arguments(call: Node, called: Operation) -> Node:
    """The arguments of a call as a case writes them, with what is filled in by default."""
    path = {
        each["name"]: PATH_DEFAULTS[each["name"]]
        for each in called.parameters
        if each["in"] == "path"
    }
    found: Node = {"path": {**path, **call.get("path", {})}}
    query = call.get("query", {})
    found["query"] = {**called.example_query(), **query}
    if called.body is not None:
        found["body"] = call["body"] if "body" in call else called.example_body()
    return found


def call_message(number: str, call: Node, base_url: str, who: Mapping[str, Credentials]) -> Message:
    """The message for a call. Raises ProtocolError for what no message can hold."""
    called = operations()[call["operation"]]
    client = who[call.get("client", "a")]
    given = arguments(call, called)
    query = {
        name: _timestamp(value) if name in called.timestamps() else value
        for name, value in given["query"].items()
    }
    sent: Node = {"path": write(given["path"]), "query": write(query)}
    if "body" in given:
        sent["body"] = write(_timestamps(given["body"]))
    options = {"max_retries": 0, **call.get("options", {})}
    if options["max_retries"] == "default":
        del options["max_retries"]
    message: Message = {
        "type": "call",
        "id": number,
        "operation": called.id,
        "base_url": base_url,
        "auth": _auth(call.get("auth", "bearer"), client),
        "options": options,
        "arguments": sent,
    }
    if "consume" in call:
        message["consume"] = call["consume"]
    return check_message("call", message)


def _auth(auth: object, client: Credentials) -> Node:
    basic = auth == "basic" or (is_object(auth) and "token" not in auth)
    if basic:
        return {"kind": "basic", "username": client.username, "password": client.password}
    return {"kind": "bearer", "token": client.token}


def _timestamp(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """A text that is a timestamp as the protocol writes it; anything else unchanged."""
    return parse_instant(value) or value if isinstance(value, str) else value


def _timestamps(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    if is_list(value):
        return [_timestamps(each) for each in value]
    if is_object(value):
        return {name: _timestamps(each) for name, each in value.items()}
    return _timestamp(value)
