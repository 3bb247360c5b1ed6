"""A server in front of another, which adds a field to every object of its responses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from urllib.parse import urlsplit

FIELD = {"unheard_of": {"some": ["thing", 1, None]}}


@contextmanager
def extended(url: str) -> Iterator[str]:
    """Serve what a server does, with more fields; gives the URL."""
    address = urlsplit(url)

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            connection = HTTPConnection(address.netloc)
            try:
                connection.request(self.command, self.path, body, dict(self.headers))
                response = connection.getresponse()
                content = response.read()
            finally:
                connection.close()
            if content:
                content = json.dumps(more(json.loads(content))).encode()
            self.send_response(response.status)
            if content:
                self.send_header("Content-Type", response.headers["Content-Type"])
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = forward  # noqa: N815  # its names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{address.path}"
        finally:
            server.shutdown()
            thread.join()


def more(value: Any) -> Any:
    """JSON with the field in every object."""
    match value:
        case dict():
            fields = cast("dict[str, object]", value)
            return {name: more(each) for name, each in fields.items()} | FIELD
        case list():
            return [more(each) for each in cast("list[object]", value)]
        case _:
            return value
