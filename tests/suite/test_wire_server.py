"""The wire server keeps every byte that is sent, whatever the client does."""

from __future__ import annotations

import socket
import struct

import pytest

from tests.suite.wire_helpers import GET, OK, connect, exchange, read_all, serve, until_seen
from toggl_focus_conformance.wire import Malformed, Parser, Port


def test_every_byte_is_kept_with_its_time_whatever_pieces_it_comes_in() -> None:
    request = b"POST /api/x?y=1 HTTP/1.1\r\nHost: h\r\nX-Odd:  a \t b\r\ncontent-LENGTH: 4\r\n\r\n\x00\xff\r\n"

    def use(port: Port) -> None:
        with connect(port) as connection:
            for at in range(len(request)):
                connection.sendall(request[at : at + 1])
                if at in {10, 40}:
                    until_seen(
                        lambda: b"".join(e.data for e in port.events if e.kind == "received")
                    )
            connection.recv(100)

    port, _ = serve({"respond": OK}, use)

    (kept,) = port.requests
    assert kept.raw == request
    assert b"".join(each.data for each in port.events if each.kind == "received") == request
    assert (kept.method, kept.target, kept.body) == ("POST", "/api/x?y=1", b"\x00\xff\r\n")
    assert kept.headers == (("Host", "h"), ("X-Odd", "a \t b"), ("content-LENGTH", "4"))
    assert 0 <= kept.started <= kept.ended
    assert [each.ms for each in port.events] == sorted(each.ms for each in port.events)


def test_requests_on_one_connection_are_kept_apart() -> None:
    chunked = b"PATCH /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nT: 1\r\n\r\n"

    def use(port: Port) -> None:
        with connect(port) as connection:
            connection.sendall(GET + chunked + GET)
            until_seen(lambda: len(port.ended) == 3)

    port, _ = serve({"respond": OK}, use)

    assert [each.raw for each in port.requests] == [GET, chunked, GET]
    assert port.requests[1].body == b"abc"
    assert {each.connection for each in port.requests} == {1}


def test_a_request_beyond_the_script_gets_500_and_is_marked() -> None:
    port, data = serve({"script": [OK]}, lambda port: exchange(port, GET + GET, 0.3)[0])

    assert [each.extra for each in port.requests] == [False, True]
    assert b"HTTP/1.1 500" in data


@pytest.mark.parametrize(
    ("sent", "reason"),
    (
        (b"GET / HTTP/1.1\nHost: h\n\n", "bare line feed"),
        (b"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "request line"),
        (b"GET /\r\nHost: h\r\n\r\n", "request line"),
        (b"GET / HTTP/1.1\r\nHost : h\r\n\r\n", "header line"),
        (b"GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", "header line"),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1x\r\n\r\n", "Content-Length"),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: br\r\n\r\n", "Transfer-Encoding"),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "chunk size"),
        (b"\x16\x03\x01\x00\xc3", "TLS"),
    ),
)
def test_what_is_no_request_is_kept_with_a_reason(sent: bytes, reason: str) -> None:
    port, (data, end) = serve({"respond": OK}, lambda port: exchange(port, sent))

    ((_, found, raw),) = port.malformed
    assert reason in found
    assert raw == sent
    assert (data, end) == (b"", "closed")
    assert port.requests == []


def test_a_request_without_its_end_is_malformed() -> None:
    def use(port: Port) -> None:
        with connect(port) as connection:
            connection.sendall(GET[:-2])
        until_seen(lambda: port.malformed)

    port, _ = serve({"respond": OK}, use)

    assert port.malformed[0][1:] == ("a request without its end", GET[:-2])


@pytest.mark.parametrize(
    ("head", "problem"),
    (
        (b"GET / HTTP/1.1\r\n\r\n", "no Host"),
        (b"GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", "percent-encoded"),
        (
            b"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nauthorization: b\r\n\r\n",
            "there 2 times",
        ),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\x01b\r\n\r\n", "control characters"),
    ),
)
def test_a_request_that_breaks_a_rule_is_served_and_the_rule_named(
    head: bytes, problem: str
) -> None:
    (request,) = Parser().feed(head)

    assert problem in request.problems[0]


def test_a_huge_head_is_malformed() -> None:
    with pytest.raises(Malformed, match="a head of more than"):
        list(Parser().feed(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 300_000))


def test_a_client_that_waits_for_100_continue_gets_it() -> None:
    def use(port: Port) -> bytes:
        with connect(port) as connection:
            connection.sendall(
                b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            first = connection.recv(100)
            connection.sendall(b"ab")
            return first

    _, first = serve({"respond": OK}, use)

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_a_stale_connection_is_closed_when_the_next_request_arrives() -> None:
    def use(port: Port) -> str:
        with connect(port) as connection:
            connection.sendall(GET)
            until_seen(lambda: port.ended)
            connection.recv(1000)
            connection.sendall(GET)
            first = read_all(connection)[1]
        exchange(port, timeout=0.3)
        return first

    port, end = serve({"script": [{"text": "", "end": "stale"}, OK]}, use)

    assert end in {"reset", "closed"}
    assert [(each.number, each.discarded, each.extra) for each in port.requests] == [
        (1, False, False),
        (0, True, False),
        (2, False, False),
    ]
    assert [each.number for each in port.counted] == [1, 2]


def test_a_client_that_leaves_a_hanging_response_is_noticed() -> None:
    def use(port: Port) -> None:
        with connect(port) as connection:
            connection.sendall(GET)
            connection.recv(100)
            assert port.connections[0].busy
        until_seen(lambda: not port.connections[0].busy)

    port, _ = serve({"respond": [{"raw": "HTTP/1.1 200 OK\r\n"}, {"end": "hang"}]}, use)

    assert port.connections[0].gone is not None
    assert port.events[-1].kind == "closed"


def test_a_client_that_resets_is_noticed() -> None:
    def use(port: Port) -> None:
        connection = connect(port)
        until_seen(lambda: port.connections)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        until_seen(lambda: len(port.events) > 1)

    port, _ = serve({"respond": OK}, use)

    assert port.events[-1].kind == "aborted"


def test_a_port_that_refuses_is_not_listened_on() -> None:
    def use(port: Port) -> None:
        with pytest.raises(ConnectionRefusedError):
            connect(port)

    serve({"refuse": True}, use, refuse=True)


def test_many_requests_are_cut_short() -> None:
    port, _ = serve({"respond": OK}, lambda port: exchange(port, GET * 205, 0.3))

    assert [each.extra for each in port.requests] == [False] * 200 + [True] * 5


def test_late_bytes_are_kept_after_the_server_closed() -> None:
    def use(port: Port) -> None:
        with connect(port) as connection:
            connection.sendall(GET)
            read_all(connection)
            connection.sendall(GET)
            until_seen(lambda: len(port.requests) == 2)

    port, _ = serve({"respond": {"text": "", "end": "close"}}, use)

    assert [each.discarded for each in port.requests] == [False, True]
