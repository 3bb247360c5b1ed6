"""How responses are read: tolerant of what is new, strict about what is wrong, exact about errors."""

from __future__ import annotations

import copy
import gzip
import pickle
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import toggl_focus
from tests.support.clients import KEY
from toggl_focus import APIError, DecodeError, NotFound, ServerError, TransportError

if TYPE_CHECKING:
    from tests.support.clients import Connect
    from tests.support.wire import Wire

BLOCK = (
    b'{"id":7,"workspace_id":10,"task_id":100,"toggl_user_id":5,'
    b'"start":"2026-01-12T12:00:00.123456+05:45","created_at":"2026-01-12T12:00:00Z"%s}'
)


def test_a_block_is_typed_and_what_is_absent_is_none(connect: Connect, wire: Wire) -> None:
    wire.json(BLOCK % b',"duration":null')

    block = connect(wire.url).call("get", 100, 7)

    assert type(block) is toggl_focus.TimeBlock
    assert block.id == 7
    assert block.start == datetime(2026, 1, 12, 6, 15, 0, 123456, tzinfo=UTC)
    assert (block.duration, block.completed_at) == (None, None)


def test_unknown_fields_and_values_of_enumerations_are_no_fault(
    connect: Connect, wire: Wire
) -> None:
    task = b'{"id":100,"priority":"galactic","mood":{"deep":[1]},"status":{"id":1,"type":"new"}}'
    wire.json(b'{"data":[' + BLOCK % (b',"task":' + task) + b'],"next":2}')
    when = datetime(2026, 1, 12, tzinfo=UTC)

    page = connect(wire.url).call("list", date_from=when, date_to=when)

    assert page.data[0].task.priority == "galactic"
    assert page.data[0].task.status.type == "new"


def test_a_raw_response_shows_what_the_description_does_not_know(
    connect: Connect, wire: Wire
) -> None:
    body = BLOCK % b',"mood":{"deep":[1]}'
    wire.respond("200 OK", body, "X-Toggl-Quota-Remaining: 29")

    response = connect(wire.url).raw("get", 100, 7)

    assert (response.status, response.body, response.value.id) == (200, body, 7)
    assert response.headers["x-toggl-quota-remaining"] == "29"
    assert response.json()["mood"] == {"deep": [1]}


def test_a_raw_response_without_a_body_is_empty(connect: Connect, wire: Wire) -> None:
    wire.respond("204 No Content")

    response = connect(wire.url).raw("archive", 100, 7)

    assert (response.status, response.body, response.value, response.json()) == (
        204,
        b"",
        None,
        None,
    )


def test_a_page_whose_data_is_null_is_an_empty_page(connect: Connect, wire: Wire) -> None:
    wire.json(b'{"data":null}')

    assert connect(wire.url).call("list_for_task", 100).data == []


@pytest.mark.parametrize("body", (b"{}", b'{"error":"internal","error_description":"oh"}', b"null"))
def test_a_success_without_data_is_no_page(body: bytes, connect: Connect, wire: Wire) -> None:
    wire.json(body)

    with pytest.raises(DecodeError):
        connect(wire.url).call("list_for_task", 100)


def test_a_log_in_page_is_no_success_of_a_write(connect: Connect, wire: Wire) -> None:
    wire.respond("200 OK", b"<html>Please log in</html>", "Content-Type: text/html")

    with pytest.raises(DecodeError):
        connect(wire.url).call("delete", 100, 7)


@pytest.mark.parametrize("verb", ("get", "stream"))
def test_a_partial_response_is_no_success(verb: str, connect: Connect, wire: Wire) -> None:
    wire.respond("206 Partial Content", b"[]")
    when = datetime(2026, 1, 12, tzinfo=UTC)
    arguments: tuple[Any, ...] = () if verb == "stream" else (100, 7)
    named = {"date_from": when, "date_to": when} if verb == "stream" else {}

    with pytest.raises(APIError, match="206 Partial Content"):
        connect(wire.url).call(verb, *arguments, **named)


def test_a_compressed_response_is_read(connect: Connect, wire: Wire) -> None:
    wire.respond("200 OK", gzip.compress(BLOCK % b""), "Content-Encoding: gzip")

    assert connect(wire.url).call("get", 100, 7).id == 7


@pytest.mark.parametrize(
    ("body", "path", "reason"),
    (
        (b'{"id":7}', "$", "missing required field `workspace_id`"),
        (BLOCK.replace(b'"id":7', b'"id":null') % b"", "$.id", "expected `int`, got `null`"),
        (BLOCK.replace(b'"id":7', b'"id":"7"') % b"", "$.id", "expected `int`, got `str`"),
        (BLOCK.replace(b"+05:45", b"") % b"", "$.start", "timezone component"),
        (BLOCK % b',"duration":1.5', "$.duration", "expected `int | null`, got `float`"),
        (b"<html>It works!</html>", None, "invalid character"),
        (BLOCK % b',"description":"\xff"', None, "can't decode byte 0xff"),
        (BLOCK % (b',"new":' + b"[" * 100_000), None, "recursion"),
        (b"", None, "it is empty"),
        ((BLOCK % b"")[:-1], None, "truncated"),
        (BLOCK % b"" + b"}", None, "trailing characters"),
        (b"\xef\xbb\xbf" * 2 + BLOCK % b"", None, "invalid character"),
    ),
)
def test_a_response_that_breaks_the_description_is_a_decode_error(
    body: bytes, path: str | None, reason: str, connect: Connect, wire: Wire
) -> None:
    wire.json(body)

    with pytest.raises(DecodeError) as caught:
        connect(wire.url).call("get", 100, 7)

    assert caught.value.request.operation == "get_time_block"
    assert (caught.value.path, caught.value.body) == (path, body)
    assert reason.lower() in str(caught.value).lower()


def test_a_byte_order_mark_is_skipped(connect: Connect, wire: Wire) -> None:
    mark, block = b"\xef\xbb\xbf", BLOCK % b""
    when = datetime(2026, 1, 12, tzinfo=UTC)
    client = connect(wire.url)
    for body in (block, b'{"data":[' + block + b"]}", b"[" + block + b"]", block, b"{}", b'["x"]'):
        wire.json(mark + body)
    wire.respond("404 Not Found", mark + FULL)

    got = client.call("get", 100, 7)
    page = client.call("list_for_task", 100)
    streamed = client.call("stream", date_from=when, date_to=when)
    raw = client.raw("get", 100, 7)
    client.call("archive", 100, 7)
    other = client.request("GET", "/x").value
    with pytest.raises(NotFound) as caught:
        client.call("get", 100, 7)

    assert (got.id, page[0].id, streamed[0].id, raw.json()["id"]) == (7, 7, 7, 7)
    assert raw.body == mark + block
    assert other == ["x"]
    assert caught.value.code == "validation"


def test_a_body_that_is_not_what_its_encoding_says_is_a_decode_error(
    connect: Connect, wire: Wire
) -> None:
    wire.respond("200 OK", b"not gzip", "Content-Encoding: gzip")

    with pytest.raises(DecodeError):
        connect(wire.url).call("get", 100, 7)


@pytest.mark.parametrize("encoding", ("gzip, gzip", "br", "x-unheard-of"))
def test_an_encoding_that_was_not_requested_is_a_decode_error(
    connect: Connect, wire: Wire, encoding: str
) -> None:
    wire.respond("200 OK", gzip.compress(gzip.compress(BLOCK)), f"Content-Encoding: {encoding}")

    with pytest.raises(DecodeError, match=f"with Content-Encoding '{encoding}'"):
        connect(wire.url).call("get", 100, 7)


def test_a_head_of_any_reasonable_size_is_read(connect: Connect, wire: Wire) -> None:
    wire.respond("404 Not Found", b"", f"Content-Security-Policy: {'x' * 30_000}")

    with pytest.raises(NotFound) as caught:
        connect(wire.url).call("get", 100, 7)

    assert len(caught.value.headers["content-security-policy"]) == 30_000


def test_a_reason_phrase_of_any_letters_is_read(connect: Connect, wire: Wire) -> None:
    wire.responses.append([b"HTTP/1.1 503 d\xe9sol\xe9\r\nContent-Length: 0\r\n\r\n"])

    with pytest.raises(ServerError) as caught:
        connect(wire.url).call("get", 100, 7)

    assert caught.value.status == 503


def test_a_length_that_is_given_twice_is_read_but_by_aiohttp(connect: Connect, wire: Wire) -> None:
    block = BLOCK % b""
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
    wire.responses.append([head + b"Content-Length: %d\r\n" % len(block) * 2 + b"\r\n" + block])
    client = connect(wire.url)

    if connect.name == "Aiohttp":
        with pytest.raises(TransportError, match="Duplicate Content-Length"):
            client.call("get", 100, 7)
    else:
        assert client.call("get", 100, 7).id == 7


def test_a_204_is_never_parsed(connect: Connect, wire: Wire) -> None:
    wire.responses.append([b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"])

    assert connect(wire.url).call("archive", 100, 7) is None


FULL = (
    b'{"error":"validation","error_description":"per_page: too large",'
    b'"error_values":{"maximum":100},"trace_id":"9f86d081884c7d659a2feaa0c55ad015"}'
)
LEFT = "X-Toggl-Quota-Remaining: 3"
NONE_LEFT = "x-toggl-quota-remaining: 0"


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    (
        ("400 Bad Request", (), toggl_focus.BadRequest),
        ("401 Unauthorized", (), toggl_focus.Unauthorized),
        ("402 Payment Required", (), toggl_focus.PaymentRequired),
        ("402 Payment Required", (NONE_LEFT,), toggl_focus.QuotaExceeded),
        ("402 Payment Required", (LEFT,), toggl_focus.PlanRequired),
        ("403 Forbidden", (), toggl_focus.PermissionDenied),
        ("404 Not Found", (), toggl_focus.NotFound),
        ("409 Conflict", (), APIError),
        ("429 Too Many Requests", (), toggl_focus.TooManyRequests),
        ("500 Internal Server Error", (), toggl_focus.ServerError),
        ("503 Service Unavailable", (), toggl_focus.ServerError),
    ),
)
@pytest.mark.parametrize("verb", ("get", "archive", "stream"))
def test_an_error_response_is_the_error_of_its_status_with_all_its_fields(
    verb: str, status: str, headers: tuple[str, ...], kind: type, connect: Connect, wire: Wire
) -> None:
    wire.respond(status, FULL, "Set-Cookie: session=secret", *headers)
    when = datetime(2026, 1, 12, tzinfo=UTC)
    arguments: tuple[Any, ...] = () if verb == "stream" else (100, 7)
    named = {"date_from": when, "date_to": when} if verb == "stream" else {}

    with pytest.raises(APIError) as caught:
        connect(wire.url).call(verb, *arguments, **named)

    error = caught.value
    assert type(error) is kind
    assert error.status == int(status[:3])
    assert (error.code, error.description) == ("validation", "per_page: too large")
    assert error.values == {"maximum": 100}
    assert error.trace_id == "9f86d081884c7d659a2feaa0c55ad015"
    assert error.body == FULL
    assert error.headers["CONNECTION"] == "close"
    assert error.request is not None
    assert error.request.url.startswith(wire.url)
    assert f"{status[:3]} validation: per_page: too large (trace 9f86" in str(error)
    assert "secret" not in repr(vars(error))


@pytest.mark.parametrize(
    ("status", "body", "message"),
    (
        (
            "502 Bad Gateway",
            b"<html>nginx</html>",
            "time_blocks.get: 502 Bad Gateway (18 bytes of text/html)",
        ),
        ("500 Internal Server Error", b"", "500 Internal Server Error (empty)"),
        ("404 Not Found", b'{"message":"gone"}', "404 Not Found (18 bytes of text/html)"),
        ("304 Not Modified", b"", "304 Not Modified (empty)"),
        ("599 Whatever", b"?", "599 unknown status (1 bytes of text/html)"),
    ),
)
def test_a_refusal_in_another_format_keeps_its_status(
    status: str, body: bytes, message: str, connect: Connect, wire: Wire
) -> None:
    wire.respond(status, body, "Content-Type: text/html")

    with pytest.raises(APIError) as caught:
        connect(wire.url).call("get", 100, 7)

    assert caught.value.status == int(status[:3])
    assert (caught.value.code, caught.value.body) == (None, body)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("body", "code", "description", "message"),
    (
        (b'{"error":"v","error_values":[1],"trace_id":5}', "v", None, "400 v"),
        (b'{"error":null,"error_description":"d"}', None, "d", "400 d"),
        (
            b'{"error":"v","error_description":"\\u001b[31m\\nred"}',
            "v",
            "\x1b[31m\nred",
            r"400 v: \x1b[31m\nred",
        ),
    ),
)
def test_an_oddity_in_a_refusal_loses_nothing_else(
    body: bytes,
    code: str | None,
    description: str | None,
    message: str,
    connect: Connect,
    wire: Wire,
) -> None:
    wire.respond("400 Bad Request", body)

    with pytest.raises(toggl_focus.BadRequest) as caught:
        connect(wire.url).call("get", 100, 7)

    assert (caught.value.code, caught.value.description) == (code, description)
    assert str(caught.value) == f"time_blocks.get: {message}"


@pytest.mark.parametrize("verb", ("get", "delete"))
def test_a_redirect_is_not_followed(verb: str, connect: Connect, wire: Wire) -> None:
    wire.respond("307 Temporary Redirect", b"", "Location: http://elsewhere.invalid/")
    client = connect(wire.url, http_client=connect.http_client(follow_redirects=True))

    with pytest.raises(APIError, match="redirects are never followed") as caught:
        client.call(verb, 100, 7)

    assert caught.value.status == 307
    assert len(wire.requests) == 1


def test_no_connection_is_a_transport_error(connect: Connect) -> None:
    with pytest.raises(TransportError, match=r"^time_blocks\.get: ConnectError") as caught:
        connect("http://127.0.0.1:1/api").call("get", 100, 7)

    assert caught.value.__cause__ is not None
    assert caught.value.request is not None


@pytest.mark.parametrize(
    "script",
    (
        [],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", BLOCK % b""],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", "reset"],
        [b"Nonsense\r\n\r\n"],
    ),
    ids=("nothing", "short", "unended", "reset", "nonsense"),
)
def test_a_truncated_response_is_a_transport_error(
    script: list[object], connect: Connect, wire: Wire
) -> None:
    wire.responses.append([wire.RESET if step == "reset" else step for step in script])

    with pytest.raises(TransportError):
        connect(wire.url).call("get", 100, 7)


@pytest.mark.parametrize(
    "script",
    (
        [None],
        [b"HTTP/1.1 200 OK\r\n", None],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", None],
    ),
    ids=("silence", "half a head", "half a body"),
)
def test_a_response_that_does_not_come_is_a_timeout(
    script: list[object], connect: Connect, wire: Wire
) -> None:
    wire.responses.append(script)

    with pytest.raises(toggl_focus.TimeoutError) as caught:
        connect(wire.url, timeout=0.05).call("get", 100, 7)

    assert isinstance(caught.value, TransportError)
    assert isinstance(caught.value, TimeoutError)


def test_a_response_that_drips_is_a_timeout(connect: Connect, wire: Wire) -> None:
    class Hasty(toggl_focus.Clock):
        seconds = iter(range(0, 1000, 20))

        def monotonic(self) -> float:
            return next(self.seconds)

    wire.json(BLOCK % b"")
    wire.responses[0] = [bytes([each]) for each in wire.responses[0][0]]

    with pytest.raises(toggl_focus.TimeoutError, match="no complete response within 10 s"):
        connect(wire.url, timeout=10, clock=Hasty()).call("get", 100, 7)


def _errors() -> list[toggl_focus.TogglFocusError]:
    request = toggl_focus.SentRequest("get_time_block", "GET", "http://x/api", b"{}")
    return [
        toggl_focus.UsageError("wrong"),
        TransportError("lost", request),
        toggl_focus.TimeoutError("late", request),
        DecodeError("odd", request, "$.id", b"{}"),
        toggl_focus.QuotaExceeded("no", request, 402, {"A": "b"}, b"{}", "c", "d", {"e": 1}, "f"),
    ]


@pytest.mark.parametrize("error", _errors(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "copied",
    (copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))),  # noqa: S301  (ours)
)
def test_errors_copy_and_pickle_with_all_they_hold(error: Any, copied: Any) -> None:
    again = copied(error)

    assert type(again) is type(error)
    assert str(again) == str(error)
    for name, value in vars(error).items():
        assert getattr(again, name) == value


def test_no_error_shows_a_credential(connect: Connect, wire: Wire) -> None:
    wire.respond("401 Unauthorized", b"")

    with pytest.raises(APIError) as caught:
        connect(wire.url).call("get", 100, 7)

    texts = [
        str(caught.value),
        repr(vars(caught.value)),
        pickle.dumps(caught.value).decode("latin"),
    ]
    texts += traceback.format_exception(caught.value)
    assert KEY not in "".join(texts)


def test_the_cause_of_an_error_holds_no_credential(connect: Connect, wire: Wire) -> None:
    wire.responses.append([])

    with pytest.raises(TransportError) as caught:
        connect(wire.url, http_client=connect.http_client()).call("get", 100, 7)

    cause: Any = caught.value.__cause__
    assert wire.requests
    assert KEY not in str(cause.request.headers.raw)


def test_a_cookie_is_not_sent_back(connect: Connect, wire: Wire) -> None:
    wire.respond("204 No Content", b"", "Set-Cookie: session=secret; Path=/")
    wire.respond("204 No Content")
    client = connect(wire.url)

    client.call("archive", 100, 7)
    client.call("archive", 100, 7)

    assert b"secret" not in wire.requests[1]


def test_what_a_hook_of_an_injected_client_raises_is_the_error_of_the_status(wire: Wire) -> None:
    wire.respond("404 Not Found", FULL)
    hooks = {"response": [lambda response: response.read() and response.raise_for_status()]}
    with httpx.Client(event_hooks=hooks) as http:
        client = toggl_focus.TogglFocus(api_key=KEY, base_url=wire.url, http_client=http)

        with pytest.raises(toggl_focus.NotFound, match="per_page: too large"):
            client.time_blocks.get(100, 7, organization_id=1, workspace_id=10)


def test_no_message_moves_the_cursor_of_a_terminal(connect: Connect, wire: Wire) -> None:
    wire.respond("502 Bad Gateway", b"x", "Content-Type: text/html\x1b[31m")
    wire.respond("400 Bad Request", b'{"error":"a","trace_id":"\\u001b[31m"}')
    client = connect(wire.url)

    for _ in range(2):
        with pytest.raises(APIError) as caught:
            client.call("get", 100, 7)

        assert "\x1b" not in str(caught.value)
