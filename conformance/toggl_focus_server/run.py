"""The server on a socket, in a thread of its own."""

import asyncio
import errno
import socket
import sys
from collections.abc import Callable
from os import PathLike
from threading import Thread
from types import TracebackType
from typing import Self

import uvicorn

from . import timestamps
from .app import App, create_app, new_trace_id
from .description import Description
from .http import Protocol, Server
from .limits import TimeLimits
from .responses import Nulls
from .seed import Seed, Week
from .store import Account, StartError

_PORTS = 65_536
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # read, not bound


class ReferenceServer:
    """A reference server on a real socket: `with ReferenceServer() as server: server.url`.

    host, port: where to listen; port 0 takes a free one.
    The rest is as for `create_app`. Raises StartError when it cannot start.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        database: str | PathLike[str] | None = None,
        seed: str = Seed.DEMO,
        quota: int | None = None,
        nulls: Nulls = "send",
        *,
        week: Week = "fixed",
        validate: bool = False,
        verbose: bool = False,
        limits: TimeLimits | None = None,
        clock: timestamps.Clock = timestamps.now,
        trace_ids: Callable[[], str] = new_trace_id,
        description: Description | None = None,
    ) -> None:
        self._socket = _listen(host, port)
        self._address: tuple[str, int] = self._socket.getsockname()[:2]
        try:
            self.app: App = create_app(
                database=database,
                seed=seed,
                quota=quota,
                nulls=nulls,
                week=week,
                validate=validate,
                verbose=verbose,
                limits=limits,
                clock=clock,
                trace_ids=trace_ids,
                description=description,
            )
        except BaseException:
            self._socket.close()
            raise
        self.app.pages.address = _netloc(_reachable(self._address))
        config = uvicorn.Config(
            self.app,
            interface="asgi3",
            http=Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
        )
        self._server = Server(config)
        self._thread = Thread(target=self._run, name="toggl-focus-server")

    @property
    def url(self) -> str:
        """The base URL for a client on this machine."""
        return f"http://{_netloc(_reachable(self._address))}{self.app.prefix}"

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The users, with their keys and passwords; the first has the most to show."""
        return self.app.accounts

    @property
    def account(self) -> Account:
        """The first of them."""
        return self.accounts[0]

    def start(self) -> Self:
        """Begin to serve; returns when requests are accepted."""
        self._thread.start()
        try:
            self._server.ready.result()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop: short responses are still sent, long ones are cut; everything is released."""
        self._server.end()
        if self._thread.ident is not None:
            self._thread.join()
        self._socket.close()
        self.app.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._server.serve(sockets=[self._socket]))
        except BaseException as error:
            if self._server.ready.done():
                raise
            self._server.ready.set_exception(error)


def _listen(host: str, port: int) -> socket.socket:
    where = _netloc((host, port))
    if port not in range(_PORTS):  # the resolver would take the lower bits of a larger one
        raise StartError(f"port must be a number from 0 to {_PORTS - 1}, got {port!r}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StartError(f"cannot resolve the host {host}: {reason}") from None
    listener = socket.socket(family, kind, protocol)
    try:
        reserve(listener)
        # asyncio sets it on what is accepted, but only where the protocol was named, as it is above
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise refusal(where, error) from None
    return listener


def refusal(where: str, error: OSError, platform: str = sys.platform) -> StartError:
    """Why a server cannot listen there."""
    # Windows says EACCES where another program has the port for itself
    taken = {errno.EADDRINUSE, errno.EACCES} if platform == "win32" else {errno.EADDRINUSE}
    if error.errno in taken:
        return StartError(f"{where} is taken; choose another port, or 0 for a free one")
    return StartError(f"cannot listen on {where}: {error.strerror}")


def reserve(listener: socket.socket, platform: str = sys.platform) -> None:
    """Make a port that is in use an error, and one that was just given up usable.

    On Windows SO_REUSEADDR lets two servers share a port, and either of them may be reached.
    """
    name = "SO_EXCLUSIVEADDRUSE" if platform == "win32" else "SO_REUSEADDR"
    listener.setsockopt(socket.SOL_SOCKET, getattr(socket, name), 1)


def _reachable(address: tuple[str, int]) -> tuple[str, int]:
    """Where a server that listens everywhere is reached from this machine."""
    host, port = address
    return _WILDCARDS.get(host, host), port


def _netloc(address: tuple[str, int]) -> str:
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
