"""A server of its own for each test, which checks its own responses, and a client of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any

import pytest

from tests.server.focus import Clock, Focus, Process, Serve, Spawn, client, command
from toggl_focus_conformance import ReferenceServer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def serve(clock: Clock) -> Iterator[Serve]:
    """Start a server with options; what it opened is closed at the end."""
    with ExitStack() as stack:

        def start(**options: Any) -> Focus:
            settings: dict[str, Any] = {
                "seed": "empty",
                "validate": True,
                "clock": clock,
                **options,
            }
            settings.setdefault("trace_ids", lambda: "0" * 32)
            server = stack.enter_context(ReferenceServer(**settings))
            return Focus(server, stack.enter_context(client(server)))

        yield start


@pytest.fixture
def focus(serve: Serve) -> Focus:
    """A server without blocks."""
    return serve()


@pytest.fixture
def demo(serve: Serve) -> Focus:
    """A server with two weeks of blocks."""
    return serve(seed="demo")


@pytest.fixture
def spawn() -> Iterator[Spawn]:
    """Start the command with options; returns when it has printed where it is."""
    with ExitStack() as stack:

        def start(*options: str) -> Process:
            popen = stack.enter_context(command("serve", *options))
            stack.callback(popen.kill)
            assert popen.stdout is not None
            # to its last line, or communicate() would not see what was read ahead
            out = ""
            while not out.endswith("Stop it with Ctrl-C.\n"):
                line = popen.stdout.readline()
                assert line, f"it ended before it was ready: {out} {popen.communicate()}"
                out += line
            return Process(popen, out, out.split("\n", 1)[0].split()[-1])

        yield start


@pytest.fixture
def lines() -> Iterator[SimpleQueue[str]]:
    """What the server logs."""
    found: SimpleQueue[str] = SimpleQueue()

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.put(self.format(record))

    handler = Handler()
    log = logging.getLogger("toggl_focus_server")
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield found
    log.removeHandler(handler)
    log.setLevel(level)
