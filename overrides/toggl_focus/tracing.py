"""OpenTelemetry traces of a client: a span for each attempt, and its context in the request.

>>> from toggl_focus import TogglFocus
>>> from toggl_focus.tracing import Tracing
>>> client = TogglFocus(hooks=[Tracing()])

It needs the extra: `pip install 'toggl-focus[opentelemetry]'`.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from toggl_focus._calls.hooks import Event, Hook
from toggl_focus._version import __version__

try:
    from opentelemetry import propagate
    from opentelemetry.trace import (
        Span,
        SpanKind,
        StatusCode,
        TracerProvider,
        get_tracer,
        set_span_in_context,
    )
except ImportError as _error:
    raise ImportError(
        "toggl_focus.tracing needs OpenTelemetry: pip install 'toggl-focus[opentelemetry]'"
    ) from _error

__all__ = ["Tracing"]

SCHEMA = "https://opentelemetry.io/schemas/1.23.0"  # the first in which these names are stable
_PORTS = {"http": 80, "https": 443}
_METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
)


class Tracing(Hook):
    """Makes a client span for each attempt, following the stable semantic conventions for HTTP.

    The span is a child of the current span. Its context is sent in the request by the global
    propagator (as `traceparent`, unless that was changed). It ends when the response is read; that
    of a stream ends with the last item or when the stream is closed. A status of 400 or above and
    any exception mark it as an error. It contains the URL, but no credentials.

    One Tracing may serve many clients, threads and tasks.

    Args:
        tracer_provider: The provider to use instead of the global one.

    Example:
        >>> client = TogglFocus(hooks=[Tracing()])
        >>> with tracer.start_as_current_span("plan the week"):
        ...     client.time_blocks.get(100, 1001)  # a span `GET get_time_block` below it
    """

    def __init__(self, tracer_provider: TracerProvider | None = None) -> None:
        self._tracer = get_tracer("toggl_focus", __version__, tracer_provider, schema_url=SCHEMA)
        self._spans: WeakKeyDictionary[Event, Span] = WeakKeyDictionary()

    def before(self, event: Event) -> None:
        """Start the span, and add its context to the request."""
        url = urlsplit(event.url)
        known = event.method in _METHODS
        # With the ids in a custom path, there would be a span name for each id.
        target = re.sub(
            r"(?<=/)\d+(?=/|$)", "{id}", event.operation.removeprefix(event.method + " ")
        )
        attributes: dict[str, str | int] = {
            "http.request.method": event.method if known else "_OTHER",
            "url.full": event.url,
            "server.address": url.hostname or "",
            "server.port": url.port or _PORTS[url.scheme],
            "toggl_focus.operation": event.operation,
        }
        if not known:
            attributes["http.request.method_original"] = event.method
        if event.attempt > 1:
            attributes["http.request.resend_count"] = event.attempt - 1
        name = f"{event.method if known else 'HTTP'} {target}"
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)
        self._spans[event] = span
        propagate.inject(event.headers, set_span_in_context(span))

    def after(self, event: Event) -> None:
        """End the span with the outcome."""
        span = self._spans.pop(event)
        rejected = event.status is not None and event.status >= HTTPStatus.BAD_REQUEST
        if event.status is not None:
            span.set_attribute("http.response.status_code", event.status)
        if rejected or event.error is not None:
            kind = str(event.status) if rejected else type(event.error).__qualname__
            span.set_attribute("error.type", kind)
            span.set_status(StatusCode.ERROR, None if event.error is None else str(event.error))
        span.end()
