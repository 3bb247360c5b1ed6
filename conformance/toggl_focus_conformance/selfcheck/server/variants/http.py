"""The same responses, sent in another way, and other errors."""

from __future__ import annotations

from collections.abc import Callable

from toggl_focus_conformance.selfcheck.server.exchange import Reply, Request
from toggl_focus_conformance.selfcheck.server.wrong_server import WrongServer

from .all import VARIANTS


def _errors(server: WrongServer, change: Callable[[Reply], object]) -> None:
    """Change each error."""

    def changed(reply: Reply) -> None:
        if reply.failed:
            change(reply)

    server.after(changed)


def _headers(wrong: WrongServer, /, **more: str) -> None:
    """Add headers to each response; an underscore stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in more.items()}
    wrong.after(lambda reply: reply.headers.update(named))


@VARIANTS("a charset in the content type")
def _charset(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.body:
            reply.headers["content-type"] = "Application/JSON;charset=UTF-8"

    server.after(changed)


@VARIANTS("gzip")
def _gzip(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        accepts = "gzip" in reply.request.headers.get("accept-encoding", "")
        if reply.body and accepts and reply.request.method != "HEAD":
            reply.headers |= {"content-encoding": "gzip", "vary": "Accept-Encoding"}

    server.after(changed)


@VARIANTS("bodies in small chunks")
def _chunked(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.body:
            reply.chunks = server.random.randint(50, 500)

    server.after(changed)


@VARIANTS("header names in title case")
def _title_case_headers(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        reply.headers = {name.title(): value for name, value in reply.headers.items()}

    server.after(changed)


@VARIANTS("more headers")
def _more_headers(server: WrongServer) -> None:
    _headers(
        server,
        server="nginx",
        etag='W/"7"',
        cache_control="private",
        set_cookie="sid=7; Path=/; HttpOnly",
        strict_transport_security="max-age=1",
    )


@VARIANTS("quota headers, and quota enough")
def _quota_headers(server: WrongServer) -> None:
    server.options["quota"] = 100_000


@VARIANTS("content-length 0 with 204")
def _length_of_204(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.status == 204:  # noqa: PLR2004  (No Content)
            reply.headers["content-length"] = "0"

    server.after(changed)


@VARIANTS("slow responses")
def _slow(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        reply.delay = server.random.random() / 25

    server.after(changed)


@VARIANTS("a connection for each request")
def _connection_closed(server: WrongServer) -> None:
    _headers(server, connection="close")


@VARIANTS("other texts of errors")
def _other_texts(server: WrongServer) -> None:
    _errors(server, lambda reply: _with(reply, error_description="Vabandust, see ei läinud läbi"))


@VARIANTS("other codes of errors")
def _other_codes(server: WrongServer) -> None:
    _errors(server, lambda reply: _with(reply, error=f"E{reply.status}"))


def _with(reply: Reply, **fields: object) -> None:
    reply.json = {**reply.json, **fields}


@VARIANTS("errors with nothing but what is required")
def _short_errors(server: WrongServer) -> None:
    def shortened(reply: Reply) -> None:
        names = ("error", "error_description")
        reply.json = {name: reply.json[name] for name in names}

    _errors(server, shortened)


@VARIANTS("errors as application/problem+json")
def _problem_json(server: WrongServer) -> None:
    _errors(
        server, lambda reply: reply.headers.update({"content-type": "application/problem+json"})
    )


@VARIANTS("errors as text/plain")
def _plain_errors(server: WrongServer) -> None:
    _errors(server, lambda reply: reply.headers.update({"content-type": "text/plain"}))


@VARIANTS("401 without a challenge")
def _no_challenge(server: WrongServer) -> None:
    _errors(server, lambda reply: reply.headers.pop("www-authenticate", None))


@VARIANTS("401 with another challenge")
def _another_challenge(server: WrongServer) -> None:
    challenge = 'Bearer realm="api", error="invalid_token"'

    def changed(reply: Reply) -> None:
        if reply.status == 401:  # noqa: PLR2004  (Unauthorized)
            reply.headers["www-authenticate"] = challenge

    server.after(changed)


@VARIANTS("Allow without spaces, and with HEAD and OPTIONS")
def _compact_allow(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if "allow" in reply.headers:
            allowed = reply.headers["allow"].replace(" ", "")
            reply.headers["allow"] = f"OPTIONS,HEAD,{allowed}"

    server.after(changed)


def _turned(server: WrongServer, old: int, new: int, when: Callable[[Request], bool]) -> None:
    def changed(reply: Reply) -> None:
        if reply.status == old and when(reply.request):
            reply.status = new

    server.after(changed)


@VARIANTS("415 for other content types")
def _415(server: WrongServer) -> None:
    _turned(
        server, 400, 415, lambda request: "json" not in request.headers.get("content-type", "json")
    )


@VARIANTS("413 for large bodies, and the connection closed")
def _413(server: WrongServer) -> None:
    def refused(request: Request) -> Reply | None:
        if len(request.body) <= 2**20:
            return None
        reply = Reply(request, 413)
        reply.refuse(413)
        reply.headers["connection"] = "close"
        return reply

    server.before(refused)


@VARIANTS("HEAD handled as GET, without a body")
def _head(server: WrongServer) -> None:
    def changed(request: Request) -> None:
        request.method = "GET" if request.method == "HEAD" else request.method

    server.before(changed)
