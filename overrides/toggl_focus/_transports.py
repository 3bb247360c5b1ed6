"""What our own clients send with: transports of httpx, or of aiohttp where that is installed."""

from __future__ import annotations

import functools
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module, metadata
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from toggl_focus._errors import UsageError

__all__ = ["MOST", "async_transport", "transport", "user_agent"]

MOST = 100
"""So many connections a blocking client has at most, and keeps: httpx would drop all but 20."""


def transport(base_url: str) -> httpx.HTTPTransport:
    """What a blocking client sends with. Raises UsageError for a proxy that is none."""
    with _making():
        limits = httpx.Limits(max_connections=MOST, max_keepalive_connections=MOST)
        return httpx.HTTPTransport(verify=_certificates(), proxy=_proxy(base_url), limits=limits)


def async_transport(base_url: str) -> httpx.AsyncBaseTransport:
    """What an awaitable client sends with: aiohttp's where that is installed, many times as fast.

    Raises UsageError for a proxy that is none.
    """
    with _making():
        return _async_transport(_proxy(base_url))


@functools.cache
def user_agent() -> str:
    return f"toggl-focus/{metadata.version('toggl-focus')}"


@functools.cache
def _certificates() -> ssl.SSLContext:
    """The certificates that are trusted; loading them takes longer than all else of a client."""
    return httpx.create_ssl_context()


def _version(package: str) -> tuple[int, ...]:
    return tuple(int(part) for part in metadata.version(package).split(".")[:2])


def _proxy(base_url: str) -> str | None:
    """The proxy of the environment by which this server is reached."""
    parts = urlsplit(base_url)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _has_aiohttp() -> bool:
    """Whether the extra is there, and not an older one, which leaves connections open."""
    try:
        import_module("aiohttp")
        import_module("httpx_aiohttp")
    except ImportError:
        return False
    return _version("aiohttp") >= (3, 11) and _version("httpx-aiohttp") >= (0, 2)


def _async_transport(proxy: str | None) -> httpx.AsyncBaseTransport:
    socks = proxy is not None and proxy.startswith("socks")  # aiohttp takes it for an HTTP proxy
    if socks or not _has_aiohttp():
        return httpx.AsyncHTTPTransport(verify=_certificates(), proxy=proxy)
    from toggl_focus import _aiohttp  # noqa: PLC0415  (it is an extra)

    return _aiohttp.transport(_certificates(), None if proxy is None else httpx.Proxy(proxy))


@contextmanager
def _making() -> Generator[None]:
    try:
        yield
    except (ImportError, ValueError, httpx.InvalidURL) as error:  # a proxy that is none
        raise UsageError(f"cannot make an HTTP client: {error}") from error
    except OSError as error:
        told = "cannot read certificates; see SSL_CERT_FILE and SSL_CERT_DIR of the environment"
        raise UsageError(f"{told}: {error}") from error
