"""Fixtures of all tests: a server, each kind of client, and deterministic Hypothesis."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import hypothesis
import pytest

from tests.support.clients import Aiohttp, Async, Connect, Sync
from tests.support.wire import Wire
from toggl_focus_conformance import ReferenceServer

# In the background of a script SIGINT is ignored, also in what a test starts and stops by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis.settings.register_profile(
    "suite", derandomize=True, deadline=None, database=None, print_blob=True
)
hypothesis.settings.register_profile(
    "quick", hypothesis.settings.get_profile("suite"), max_examples=20
)
hypothesis.settings.load_profile("suite")


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server that plays scripts and keeps requests."""
    wire = Wire()
    yield wire
    wire.close()


@pytest.fixture(params=(Sync, Async, Aiohttp), ids=lambda kind: kind.__name__.lower())
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes sync and async clients: each test that takes it runs once with each."""
    connect = Connect(request.param)
    yield connect
    connect.close()


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the user's environment reaches a client."""
    for name in ("API_KEY", "EMAIL", "PASSWORD", "ORGANIZATION_ID", "WORKSPACE_ID", "BASE_URL"):
        monkeypatch.delenv(f"TOGGL_FOCUS_{name}", raising=False)


@pytest.fixture
def server() -> Iterator[ReferenceServer]:
    """A fresh reference server with a fortnight of blocks, which checks its own responses."""
    with ReferenceServer(seed="demo", validate=True) as server:
        yield server
