"""OpenTelemetry: a span for each attempt, and its context in the request."""

from __future__ import annotations

import asyncio
import gc
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext, SpanKind, StatusCode

from tests.support.clients import KEY
from toggl_focus import (
    AsyncTogglFocus,
    DecodeError,
    Event,
    Hook,
    NotFound,
    TogglFocus,
    TransportError,
)
from toggl_focus.testing import FakeClock
from toggl_focus.tracing import Tracing

if TYPE_CHECKING:
    from tests.support.clients import Connect
    from tests.support.wire import Wire
    from toggl_focus_conformance import ReferenceServer

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
EVER: dict[str, Any] = {"date_from": datetime(2000, 1, 1, tzinfo=UTC), "date_to": NOON}
HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BLOCK = (
    b'{"id":7,"workspace_id":10,"task_id":100,"toggl_user_id":5,'
    b'"start":"2026-01-12T09:00:00Z","created_at":"2026-01-12T09:00:00Z","task":null}'
)


class Traced:
    """A provider of its own, and the spans that ended."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.hook = Tracing(self.provider)

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]


@pytest.fixture
def traced() -> Traced:
    return Traced()


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def sent(request: bytes) -> str:
    """The trace context of a request, without its flags."""
    (found,) = re.findall(rb"(?im)^traceparent: 00-(.*)-..\r$", request)
    return bytes(found).decode()


def context(span: ReadableSpan) -> str:
    """The context of a span as it is sent."""
    return written(span.get_span_context())


def written(context: SpanContext | None) -> str:
    assert context is not None
    return f"{context.trace_id:032x}-{context.span_id:016x}"


def test_a_call_is_a_client_span_by_the_conventions(
    connect: Connect, wire: Wire, traced: Traced
) -> None:
    wire.respond("200 OK", BLOCK)

    connect(wire.url, hooks=[traced.hook]).call("get", 100, 7)

    (span,) = traced.spans
    assert (span.name, span.kind) == ("GET get_time_block", SpanKind.CLIENT)
    assert attributes(span) == {
        "http.request.method": "GET",
        "url.full": f"{wire.url}/organizations/1/workspaces/10/tasks/100/time-blocks/7",
        "server.address": "127.0.0.1",
        "server.port": int(wire.url.removesuffix("/api").rpartition(":")[2]),
        "http.response.status_code": 200,
        "toggl_focus.operation": "get_time_block",
    }
    assert span.status.status_code is StatusCode.UNSET
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "toggl_focus"


def test_the_context_of_the_span_is_sent(connect: Connect, wire: Wire, traced: Traced) -> None:
    wire.respond("204 No Content")

    connect(wire.url, hooks=[traced.hook], headers={"Traceparent": "none"}).call("archive", 100, 7)

    (span,) = traced.spans
    assert sent(wire.requests[0]) == context(span)


def test_a_span_is_below_the_one_that_is_current(
    connect: Connect, wire: Wire, traced: Traced
) -> None:
    wire.respond("204 No Content")
    client = connect(wire.url, hooks=[traced.hook])

    with traced.provider.get_tracer("test").start_as_current_span("plan the week"):
        client.call("archive", 100, 7)

    child, parent = traced.spans
    assert written(child.parent) == context(parent)


def test_each_attempt_is_a_span_that_says_how_often_it_was_sent_before(
    connect: Connect, wire: Wire, traced: Traced
) -> None:
    wire.responses.append([wire.RESET])
    wire.respond("503 Service Unavailable")
    wire.respond("204 No Content")
    client = connect(wire.url, hooks=[traced.hook], clock=FakeClock(), max_retries=2)

    client.call("delete", 100, 7)

    reported = [attributes(span) for span in traced.spans]
    assert [each.get("http.request.resend_count") for each in reported] == [None, 1, 2]
    assert [each.get("http.response.status_code") for each in reported] == [None, 503, 204]
    assert [each.get("error.type") for each in reported] == ["TransportError", "503", None]
    assert [sent(each) for each in wire.requests] == [context(span) for span in traced.spans]


def test_a_refusal_is_an_error_named_by_its_status(
    connect: Connect, wire: Wire, traced: Traced
) -> None:
    wire.respond("404 Not Found", b'{"error": "not_found"}')

    with pytest.raises(NotFound):
        connect(wire.url, hooks=[traced.hook]).call("get", 100, 7)

    (span,) = traced.spans
    assert span.status.status_code is StatusCode.ERROR
    assert span.status.description == "time_blocks.get: 404 not_found"
    assert attributes(span)["error.type"] == "404"


def test_an_invalid_response_is_an_error_named_by_its_class(
    connect: Connect, wire: Wire, traced: Traced
) -> None:
    wire.respond("200 OK", b"<html>")

    with pytest.raises(DecodeError):
        connect(wire.url, hooks=[traced.hook]).call("get", 100, 7)

    (span,) = traced.spans
    assert span.status.status_code is StatusCode.ERROR
    assert attributes(span)["error.type"] == "DecodeError"
    assert attributes(span)["http.response.status_code"] == 200


def test_a_span_of_a_stream_ends_with_the_stream(
    connect: Connect, wire: Wire, traced: Traced
) -> None:
    wire.respond("200 OK", b"[%b,%b]" % (BLOCK, BLOCK))
    ended: list[int] = []

    connect(wire.url, hooks=[traced.hook]).each(
        lambda _: ended.append(len(traced.spans)), "stream", **EVER
    )

    assert ended == [0, 0]
    assert traced.names == ["GET stream_time_blocks"]


def test_a_stream_that_is_closed_early_is_no_error(
    connect: Connect, wire: Wire, traced: Traced
) -> None:
    first = b"[%b," % BLOCK
    wire.responses.append([HEAD, b"%x\r\n%b\r\n" % (len(first), first), None])

    connect(wire.url, hooks=[traced.hook]).first("stream", **EVER)

    (span,) = traced.spans
    assert span.status.status_code is StatusCode.UNSET


def test_a_stream_that_is_cut_is_an_error(connect: Connect, wire: Wire, traced: Traced) -> None:
    first = b"[%b," % BLOCK
    wire.responses.append([HEAD, b"%x\r\n%b\r\n" % (len(first), first)])

    with pytest.raises(TransportError):
        connect(wire.url, hooks=[traced.hook]).call("stream", **EVER)

    (span,) = traced.spans
    assert span.status.status_code is StatusCode.ERROR
    assert attributes(span)["error.type"] == "TransportError"


@pytest.mark.parametrize(
    ("method", "path", "name", "known"),
    (
        (
            "GET",
            "/organizations/{organization_id}/projects/12/x7/34",
            "GET /organizations/{organization_id}/projects/{id}/x7/{id}",
            "GET",
        ),
        ("PURGE", "/x", "HTTP /x", "_OTHER"),
    ),
)
def test_what_the_description_lacks_has_few_names_as_well(
    connect: Connect, wire: Wire, traced: Traced, method: str, path: str, name: str, known: str
) -> None:
    wire.respond("204 No Content")

    connect(wire.url, hooks=[traced.hook]).request(method, path)

    (span,) = traced.spans
    assert span.name == name
    assert attributes(span)["http.request.method"] == known
    original = attributes(span).get("http.request.method_original")
    assert original == (method if known == "_OTHER" else None)
    assert attributes(span)["toggl_focus.operation"] == f"{method} {path}"


@pytest.mark.parametrize(
    ("url", "address", "port"),
    (
        ("https://focus.example/api", "focus.example", 443),
        ("http://focus.example/api", "focus.example", 80),
        ("https://focus.example:8443/api", "focus.example", 8443),
        ("http://[::1]:8000/api", "::1", 8000),
    ),
)
def test_a_span_has_the_server_and_its_port(
    traced: Traced, url: str, address: str, port: int
) -> None:
    event = Event("get_time_block", "GET", f"{url}/x", 1)

    traced.hook.before(event)
    traced.hook.after(event)

    reported = attributes(traced.spans[0])
    assert (reported["server.address"], reported["server.port"]) == (address, port)


def test_a_veto_ends_the_span_that_was_begun(connect: Connect, wire: Wire, traced: Traced) -> None:
    class Never(Hook):
        def before(self, event: Event) -> None:
            raise RuntimeError(event.operation)

    with pytest.raises(RuntimeError):
        connect(wire.url, hooks=[traced.hook, Never()]).call("get", 100, 7)

    (span,) = traced.spans
    assert attributes(span)["error.type"] == "RuntimeError"


def test_one_instance_serves_many_threads(server: ReferenceServer, traced: Traced) -> None:
    ids = list(range(900_001, 900_011)) * 4  # there are no such blocks
    tracer = traced.provider.get_tracer("test")

    def get(block: int) -> None:
        with tracer.start_as_current_span(str(block)), pytest.raises(NotFound):
            client.time_blocks.get(100, block)

    with (
        TogglFocus(
            base_url=server.url,
            api_key=server.account.api_key,
            organization_id=1,
            workspace_id=10,
            hooks=[traced.hook],
        ) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        list(pool.map(get, ids))

    assert_each_is_below_its_own(traced)
    assert len(traced.spans) == 2 * len(ids)


def test_one_instance_serves_many_tasks(server: ReferenceServer, traced: Traced) -> None:
    ids = list(range(900_001, 900_011)) * 4  # as above
    tracer = traced.provider.get_tracer("test")

    async def run() -> None:
        async with AsyncTogglFocus(
            base_url=server.url,
            api_key=server.account.api_key,
            organization_id=1,
            workspace_id=10,
            hooks=[traced.hook],
        ) as client:

            async def get(block: int) -> None:
                with tracer.start_as_current_span(str(block)), pytest.raises(NotFound):
                    await client.time_blocks.get(100, block)

            await asyncio.gather(*map(get, ids))

    asyncio.run(run())

    assert_each_is_below_its_own(traced)
    assert len(traced.spans) == 2 * len(ids)


def assert_each_is_below_its_own(traced: Traced) -> None:
    parents = {context(span): span.name for span in traced.spans}
    for span in traced.spans:
        if span.parent is not None:
            assert attributes(span)["url.full"].endswith(
                f"/time-blocks/{parents[written(span.parent)]}"
            )


def test_nothing_is_kept_of_what_is_over(traced: Traced) -> None:
    event = Event("get_time_block", "GET", "http://focus.example/x", 1)
    traced.hook.before(event)
    traced.hook.after(event)
    left = Event("get_time_block", "GET", "http://focus.example/x", 1)
    traced.hook.before(left)

    del left
    gc.collect()

    assert len(traced.hook._spans) == 0  # noqa: SLF001  (what would leak)


def test_no_credential_is_shown(connect: Connect, wire: Wire, traced: Traced) -> None:
    wire.respond("204 No Content")
    wire.responses.append([b"NOT HTTP\r\n\r\n"])
    client = connect(wire.url, hooks=[traced.hook], headers={"X-Secret": "hush-hush"})

    client.call("archive", 100, 7)
    with pytest.raises(TransportError):
        client.call("archive", 100, 7)

    shown = "".join(span.to_json() for span in traced.spans)
    assert len(traced.spans) == 2
    assert KEY not in shown
    assert "hush-hush" not in shown


def test_without_a_provider_the_global_one_is_used(connect: Connect, wire: Wire) -> None:
    wire.respond("204 No Content")

    connect(wire.url, hooks=[Tracing()]).call("archive", 100, 7)

    assert len(wire.requests) == 1


def test_without_the_extra_it_says_what_to_install() -> None:
    code = """
import sys
sys.modules["opentelemetry"] = None
import toggl_focus
try:
    import toggl_focus.tracing
except ImportError as error:
    print(error)
"""

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603

    assert b"pip install 'toggl-focus[opentelemetry]'" in result.stdout
