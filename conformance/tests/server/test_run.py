"""Starting and stopping: quickly, cleanly, and with a word on what is in the way."""

from __future__ import annotations

import socket
import threading

import httpx
import pytest

from server.focus import Focus
from toggl_focus_conformance import ReferenceServer, StartError


def test_a_stopped_server_leaves_no_thread_and_no_socket() -> None:
    threads = threading.active_count()
    with ReferenceServer() as server:
        port = httpx.URL(server.url).port
        assert httpx.get(server.url).status_code == 404

    assert threading.active_count() == threads
    with ReferenceServer(port=port or 0) as again:
        assert again.url == server.url


def test_a_server_can_be_stopped_before_it_was_started_and_twice() -> None:
    server = ReferenceServer()

    server.stop()
    server.stop()


def test_a_server_stops_with_idle_connections_open() -> None:
    with httpx.Client() as http:
        with ReferenceServer() as server:
            http.get(server.url)

        with pytest.raises(httpx.ConnectError):
            http.get(server.url)


@pytest.mark.parametrize("host", ("127.0.0.1", "localhost", "::1"))
def test_the_url_can_be_used_as_it_is(host: str) -> None:
    try:
        server = ReferenceServer(host)
    except StartError:
        pytest.skip(f"this machine has no {host}")

    with server:
        assert httpx.get(f"{server.url}/nothing").status_code == 404
    assert server.url.endswith("/api")


def test_a_taken_port_is_told(focus: Focus) -> None:
    port = httpx.URL(focus.server.url).port

    with pytest.raises(StartError, match=f"127.0.0.1:{port} is taken"):
        ReferenceServer(port=port or 0)


@pytest.mark.parametrize("host", ("no host", "..", "x" * 70))
def test_a_host_that_does_not_resolve_is_told(host: str) -> None:
    with pytest.raises(StartError, match="cannot resolve the host"):
        ReferenceServer(host)


def test_a_host_of_another_machine_is_told() -> None:
    with pytest.raises(StartError, match=r"cannot listen on 192\.0\.2\.1:0"):
        ReferenceServer("192.0.2.1")


def test_small_answers_do_not_wait_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    accepted: list[int] = []
    accept = socket.socket.accept

    def look(listener: socket.socket) -> tuple[socket.socket, object]:
        connection, address = accept(listener)
        accepted.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return connection, address

    monkeypatch.setattr(socket.socket, "accept", look)
    with ReferenceServer() as server:
        httpx.get(server.url)

    assert accepted == [1]


def test_accounts_do_not_show_their_secrets(focus: Focus) -> None:
    account = focus.server.account

    assert account.api_key not in repr(account)
    assert account.password not in repr(account)
