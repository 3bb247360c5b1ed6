"""The proxy for a server, from the environment."""

from __future__ import annotations

from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

from toggl_focus._config.settings import is_server
from toggl_focus._errors import UsageError

__all__ = ["proxy_for"]

_LIKE = "http://user:password@proxy.example:3128"
_SCHEMES = ("http", "https", "socks5", "socks5h")


def proxy_for(base_url: str) -> str | None:
    """The URL of the proxy for this server; None for a direct connection.

    It comes from HTTPS_PROXY or HTTP_PROXY, else from ALL_PROXY, else from the system settings of
    macOS and Windows. NO_PROXY lists servers without a proxy: host names, domains, IP addresses in
    any notation, and networks such as 10.0.0.0/8.

    Raises UsageError if the proxy URL is invalid. The message does not show it, as it may contain a
    password.
    """
    server = urlsplit(base_url)
    proxies = getproxies()
    name = server.scheme if proxies.get(server.scheme) else "all"
    proxy = proxies.get(name)
    if not proxy or _is_direct(server, proxies.get("no", "")):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if fault := _fault(proxy):
        raise UsageError(f"{name.upper()}_PROXY cannot be used: {fault}")
    return proxy


def _is_direct(server: SplitResult, no_proxy: str) -> bool:
    """Whether NO_PROXY or the system settings exclude this server."""
    # proxy_bypass compares text: it knows neither networks nor other notations of IPv6.
    return bool(proxy_bypass(server.netloc)) or any(
        _contains(entry.strip().removeprefix("[").removesuffix("]"), server.hostname or "")
        for entry in no_proxy.split(",")
    )


def _contains(network: str, address: str) -> bool:
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:  # at least one of them is a host name
        return False


def _fault(proxy: str) -> str | None:
    """What is wrong with a proxy URL, if anything."""
    scheme, _, rest = proxy.partition("://")
    user, _, place = rest.rpartition("@")
    if scheme.lower() not in _SCHEMES:
        return f"its scheme must be one of {', '.join(_SCHEMES)}, as in {_LIKE}"
    if not proxy.isprintable() or " " in proxy:
        return "it contains a space or a control character"
    if not {"/", "?", "#"}.isdisjoint(user):
        return "# / ? in its user name or password must be percent-encoded, as %23 %2F %3F"
    if not is_server(f"{scheme}://{place}"):
        return f"its host or port is invalid; it must be like {_LIKE}, the port from 1 to 65535"
    if scheme.lower().startswith("socks") and find_spec("socksio") is None:
        return "SOCKS proxies need another package: pip install 'httpx[socks]'"
    return None
