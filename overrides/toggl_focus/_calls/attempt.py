"""One attempt of a call: what to send, and how long it may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toggl_focus._calls.deadline import TimeLimit
from toggl_focus._messages.write import EncodedRequest

__all__ = ["Attempt"]


@dataclass(slots=True)  # not frozen, which would make it slower to create
class Attempt:
    """What the transport is given. It knows nothing of retries, quota or hooks."""

    request: EncodedRequest[Any]
    headers: Mapping[str, str]
    """Headers of the options and hooks, in addition to those of the client."""
    timeouts: Mapping[str, float | None]
    """Seconds to connect, read, write and get a connection from a pool."""
    limit: TimeLimit
