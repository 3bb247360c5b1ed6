"""Reaching a server: base URLs, the proxy of the environment, compressed responses."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import pytest

from tests.support.clients import KEY
from toggl_focus import AsyncTogglFocus, DecodeError, TogglFocus, TransportError, UsageError
from toggl_focus_conformance import ReferenceServer

if TYPE_CHECKING:
    from tests.support.clients import Connect
    from tests.support.wire import Wire

MANY = {"data": [], "filler": "x" * 5000}


def start(request: bytes) -> bytes:
    """The first line of a request."""
    return request.partition(b"\r\n")[0]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tuple(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize("path", ("", "/api", "/a/b%20c/~d", "/õ"))
@pytest.mark.parametrize("end", ("", "/"))
@pytest.mark.parametrize("injected", (False, True))
def test_paths_are_below_the_base_url(
    connect: Connect, wire: Wire, path: str, end: str, *, injected: bool
) -> None:
    wire.respond("204 No Content")
    own = {"http_client": connect.http_client()} if injected else {}

    connect(wire.url.removesuffix("/api") + path + end, **own).call("archive", 100, 7)

    whole = quote(path, safe="/%~") + "/organizations/1/workspaces/10/tasks/100/time-blocks/7"
    assert start(wire.requests[0]) == f"POST {whole}/archive HTTP/1.1".encode()


def test_a_host_with_other_letters_is_requested_by_its_ascii_name(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", wire.url.removesuffix("/api"))
    wire.respond("204 No Content")

    connect("http://fookus.näide/api").call("archive", 100, 7)

    assert b" http://fookus.xn--nide-loa/api/" in start(wire.requests[0])
    assert b"\r\nhost: fookus.xn--nide-loa\r\n" in wire.requests[0].lower()


@pytest.mark.parametrize("name", ("HTTP_PROXY", "http_proxy", "ALL_PROXY"))
def test_the_proxy_of_the_environment_is_used(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, wire.url.removesuffix("/api"))
    wire.respond("204 No Content")

    connect("http://focus.example/api").call("delete", 100, 7)

    target = "http://focus.example/api/organizations/1/workspaces/10/tasks/100/time-blocks/7"
    assert start(wire.requests[0]) == f"DELETE {target} HTTP/1.1".encode()


def test_a_proxy_without_a_scheme_is_an_http_proxy(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", wire.url.removesuffix("/api").removeprefix("http://"))
    wire.respond("204 No Content")

    connect("http://focus.example/api").call("delete", 100, 7)

    assert start(wire.requests[0]).startswith(b"DELETE http://focus.example/api/")


@pytest.mark.parametrize("name", ("NO_PROXY", "no_proxy"))
@pytest.mark.parametrize(
    "value",
    ("127.0.0.1", "*", "other.example,127.0.0.1", "127.0.0.0/8", "10.0.0.0/8, 127.0.0.1/32"),
)
def test_no_proxy_is_honoured(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv(name, value)
    wire.respond("204 No Content")

    connect(wire.url).call("delete", 100, 7)

    assert start(wire.requests[0]).startswith(b"DELETE /api/")


@pytest.mark.parametrize(
    "value", ("::1", "[::1]", "localhost,127.0.0.1,::1", "0:0:0:0:0:0:0:1", "::/64", "[::1]:{port}")
)
def test_no_proxy_may_list_ipv6_in_any_notation(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    with ReferenceServer("::1", seed="demo") as server:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", value.format(port=urlsplit(server.url).port))

        assert connect(server.url, api_key=server.account.api_key).call("get", 100, 1001).id == 1001


@pytest.mark.parametrize("value", ("::2", "10.0.0.0/8", "::1/128", "0.0.2", "", "127.0.0.1:1"))
def test_no_proxy_that_lists_others_is_no_reason_to_go_without(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", value)

    with pytest.raises(TransportError, match="ConnectError"):
        connect(wire.url).call("delete", 100, 7)
    assert wire.requests == []


HOST_OR_PORT = r"its host or port is invalid; it must be like http://user:password@proxy\.example"
UNUSABLE = {
    "http://127.0.0.1:99999": HOST_OR_PORT,
    "http://127.0.0.1:0": HOST_OR_PORT,
    "http://127.0.0.1:http": HOST_OR_PORT,
    "http://": HOST_OR_PORT,
    "http://[::1": HOST_OR_PORT,
    "http://1.2.3.999:80": HOST_OR_PORT,
    "http://proxy..example": HOST_OR_PORT,
    "gopher://proxy.example": "its scheme must be one of http, https, socks5, socks5h, as in http://",
    "http://jane:a b@proxy.example": "it contains a space or a control character",
    "http://jane:a#b@proxy.example": "# / \\? in its user name or password must be percent-encoded",
}


@pytest.mark.parametrize("client", (TogglFocus, AsyncTogglFocus))
@pytest.mark.parametrize("name", ("HTTPS_PROXY", "ALL_PROXY"))
@pytest.mark.parametrize("proxy", UNUSABLE)
def test_a_proxy_that_cannot_be_used_is_refused_with_its_variable(
    client: type[TogglFocus], name: str, proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, proxy)

    with pytest.raises(UsageError, match=f"^{name} cannot be used: {UNUSABLE[proxy]}"):
        client(api_key=KEY)


@pytest.mark.parametrize(
    "host", ("1.2.3.999", "a..b", "a" * 64, "xn--õ..a", "x:99999", "x:0", "[::g]", "[::1", "")
)
def test_a_server_that_cannot_be_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="base_url must be an http or https URL such as"):
        TogglFocus(api_key=KEY, base_url=f"http://{host}/api")


def test_the_proxy_of_another_scheme_is_not_used(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    wire.respond("204 No Content")

    connect(wire.url).call("delete", 100, 7)

    assert start(wire.requests[0]).startswith(b"DELETE /api/")


def test_a_proxy_that_is_not_there_means_that_nothing_was_sent(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    with pytest.raises(TransportError, match="ConnectError") as caught:
        connect("http://focus.example/api").call(
            "create", 100, start=datetime(2026, 1, 12, 9, tzinfo=UTC)
        )

    assert not caught.value.sent


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated", "ignore:The 'proxy_auth' parameter")
def test_a_proxy_that_turns_us_away_means_that_nothing_was_sent(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = wire.url.removesuffix("/api").replace("http://", "http://me:pw-of-proxy@")
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    wire.respond("407 Proxy Authentication Required")

    with pytest.raises(TransportError, match="ProxyError") as caught:
        connect("https://focus.example/api").call(
            "create", 100, start=datetime(2026, 1, 12, 9, tzinfo=UTC)
        )

    assert start(wire.requests[0]) == b"CONNECT focus.example:443 HTTP/1.1"
    assert KEY.encode() not in wire.requests[0]
    assert not caught.value.sent
    basic = b64encode(b"me:pw-of-proxy")
    assert b"Proxy-Authorization: Basic " + basic in wire.requests[0]
    error: BaseException | None = caught.value
    while error is not None:
        assert not any(each in repr(error) for each in ("pw-of-proxy", basic.decode(), KEY))
        error = error.__cause__


def test_a_socks_proxy_is_not_taken_for_an_http_proxy(
    connect: Connect, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", wire.url.removesuffix("/api").replace("http://", "socks5://"))

    with pytest.raises(UsageError, match=r"^ALL_PROXY cannot be used: SOCKS proxies need"):
        connect("http://focus.example/api")

    assert wire.requests == []


def test_an_injected_client_keeps_its_own_way(
    server: ReferenceServer, monkeypatch: pytest.MonkeyPatch, connect: Connect
) -> None:
    http = connect.http_client()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert connect(server.url, http_client=http).call("get", 100, 1001).id == 1001


def _deflated(data: bytes, window: int) -> bytes:
    deflater = zlib.compressobj(wbits=window)
    return deflater.compress(data) + deflater.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    (
        ("gzip", gzip.compress(json.dumps(MANY).encode())),
        ("GZIP", gzip.compress(json.dumps(MANY).encode())),
        ("deflate", _deflated(json.dumps(MANY).encode(), zlib.MAX_WBITS)),
        ("deflate", _deflated(json.dumps(MANY).encode(), -zlib.MAX_WBITS)),
        ("identity", json.dumps(MANY).encode()),
    ),
    ids=("gzip", "capitals", "deflate", "raw-deflate", "identity"),
)
@pytest.mark.parametrize("injected", (False, True))
def test_compressed_responses_are_read(
    connect: Connect, wire: Wire, encoding: str, body: bytes, *, injected: bool
) -> None:
    wire.respond("200 OK", body, f"Content-Encoding: {encoding}")
    own = {"http_client": connect.http_client()} if injected else {}

    response = connect(wire.url, **own).raw("list_for_task", 100)

    assert response.json() == MANY
    assert b"gzip" in wire.requests[0]


@pytest.mark.parametrize(
    "body", (b"not compressed", gzip.compress(b"[]" * 500)[:20]), ids=("plain", "cut")
)
def test_a_response_that_does_not_decompress_is_an_error(
    connect: Connect, wire: Wire, body: bytes
) -> None:
    wire.respond("200 OK", body, "Content-Encoding: gzip")

    with pytest.raises(DecodeError, match=r"^time_blocks.list_for_task: "):
        connect(wire.url).call("list_for_task", 100)


def test_a_refusal_may_be_compressed(connect: Connect, wire: Wire) -> None:
    refusal: dict[str, Any] = {"error": "validation", "error_description": "no"}
    body = gzip.compress(json.dumps(refusal).encode())
    wire.respond("400 Bad Request", body, "Content-Encoding: gzip")

    with pytest.raises(Exception, match="400 validation: no"):
        connect(wire.url).call("list_for_task", 100)


def test_a_proxy_with_a_password_that_is_no_url_is_refused_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://me:pw-of-proxy@proxy")

    with pytest.raises(UsageError) as caught:
        TogglFocus(api_key=KEY)

    assert "pw-of-proxy" not in str(caught.value)


def test_the_parameters_of_an_injected_client_come_on_top_of_the_query(
    connect: Connect, wire: Wire
) -> None:
    wire.json(b"[]")
    http = connect.http_client(params={"tenant": "x"})
    when = datetime(2026, 1, 5, 9, tzinfo=UTC)

    connect(wire.url, http_client=http).call("stream", date_from=when, date_to=when)

    line = unquote(wire.requests[0].split(b"\r\n")[0].decode())
    for pair in ("tenant=x", "date_from=2026-01-05T09:00:00Z", "date_to=2026-01-05T09:00:00Z"):
        assert pair in line
