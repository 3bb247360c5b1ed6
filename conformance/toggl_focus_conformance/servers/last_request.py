"""The last request of a connection: everything that the server sends is read, until it closes.

A body where HTTP has none, such as after a 204, is invisible otherwise: it is dropped, or taken for
the beginning of the next response.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

__all__ = ["Response", "last_request"]

_TIMEOUT_SECONDS = 5.0


class Response(NamedTuple):
    """A response. body: all that followed its headers."""

    status: int
    headers: dict[str, str]
    body: bytes


def last_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes | None,
    context: ssl.SSLContext | None,
) -> Response:
    """Send a request with `Connection: close`. Raises OSError and HTTPException."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        connection: HTTPConnection = HTTPSConnection(
            parts.netloc, timeout=_TIMEOUT_SECONDS, context=context
        )
    else:
        connection = HTTPConnection(parts.netloc, timeout=_TIMEOUT_SECONDS)
    target = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    with closing(connection):
        sent = {**headers, "Accept-Encoding": "identity", "Connection": "close"}
        connection.request(method, target, content, sent)
        response = connection.getresponse()
        # of length 0: the library itself reads no more
        body = response.fp.read() if response.length == 0 else response.read()
        return Response(
            response.status, {name.lower(): value for name, value in response.getheaders()}, body
        )
