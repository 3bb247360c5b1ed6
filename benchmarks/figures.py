"""What is measured, and what is wanted of it: one line for each figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, TypeVar

__all__ = ["FIGURES", "Bench", "Figure", "Found", "Measured"]

T = TypeVar("T")


class Figure(NamedTuple):
    """A figure: which row measures it under which name, what it is, and how much is wanted.

    wanted: nothing where a figure is there to explain another.
    """

    row: str
    name: str
    what: str
    wanted: Literal["≥", "≤", ""]
    limit: float = 0
    unit: str = "×"

    def holds(self, value: float) -> bool:
        """Whether a value is as wanted."""
        if not self.wanted:
            return True
        return value >= self.limit if self.wanted == "≥" else value <= self.limit


FIGURES = (
    Figure("decode", "page msgspec", "a page of 100: speed of a bare msgspec decoder", "≥", 0.95),
    Figure("decode", "page pydantic_models", "as fast as pydantic's models", "≥", 4),
    Figure(
        "decode", "page openapi_python_client_stock", "as fast as openapi-python-client", "≥", 12
    ),
    Figure("decode", "page openapi_generator_urllib3", "as fast as OpenAPI Generator", "≥", 10),
    Figure("decode", "large msgspec", "10,000 items: speed of a bare msgspec decoder", ""),
    Figure("decode", "large pydantic_models", "as fast as pydantic's models", ""),
    Figure("decode", "large openapi_python_client_stock", "as fast as openapi-python-client", ""),
    Figure("decode", "large openapi_generator_urllib3", "as fast as OpenAPI Generator", ""),
    Figure("stream", "ijson", "200,000 items: as fast as ijson in C, typed by msgspec", "≥", 4),
    Figure("stream", "whole", "as fast as the complete body, then msgspec", "≥", 2),
    Figure("stream", "openapi_python_client_stock", "as fast as openapi-python-client", "≥", 20),
    Figure("stream", "memory", "peak of memory over the start", "≤", 4, "MB"),
    Figure("stream", "memory of a million", "the same for 1,000,000 items", "≤", 4, "MB"),
    Figure("stream", "first", "first item after the call", "≤", 5, "ms"),
    Figure("hostile", "separators", "strings full of `},{`: time a byte, 32 MB to 8 MB", "≤", 1.5),
    Figure("hostile", "tags", "200 kB of nested tags in each item", "≤", 1.5),
    Figure("hostile", "huge", "one huge item", "≤", 1.5),
    Figure("hostile", "tiny", "ordinary items, in chunks of 512 bytes", "≤", 1.5),
    Figure("call", "httpx", "one small call: p50 to that of httpx and json", "≤", 0.85),
    Figure("call", "CPU httpx", "its CPU time to that of httpx and json", "≤", 0.85),
    Figure("call", "openapi_generator_urllib3", "p50 to OpenAPI Generator, urllib3", "≤", 1.05),
    Figure("call", "openapi_generator_httpx", "to OpenAPI Generator, httpx", "≤", 1),
    Figure("call", "openapi_generator_asyncio", "to OpenAPI Generator, aiohttp", "≤", 1),
    Figure("call", "openapi_python_client_stock", "to openapi-python-client", "≤", 1),
    Figure("call", "clientele_blocking", "to clientele", "≤", 1),
    Figure(
        "bulk", "openapi_python_client_stock", "1,000 updates sent: openapi-python-client", "≥", 5
    ),
    Figure("bulk", "openapi_generator_urllib3", "OpenAPI Generator", "≥", 12),
    Figure("bulk", "over HTTP openapi_python_client_stock", "with ten calls: the first", ""),
    Figure("bulk", "over HTTP openapi_generator_urllib3", "the second", ""),
    Figure("bulk", "over HTTP httpx", "httpx, with entries encoded already", ""),
    Figure("concurrent", "httpx", "1,000 calls at once: calls a second to httpx", "≥", 1.1),
    Figure("concurrent", "aiohttp httpx", "with the extra aiohttp", "≥", 3),
    Figure("concurrent", "openapi_generator_asyncio", "OpenAPI Generator, aiohttp", "≥", 1),
    Figure("concurrent", "openapi_generator_httpx", "OpenAPI Generator, httpx", "≥", 1),
    Figure("concurrent", "openapi_python_client_stock", "openapi-python-client", "≥", 1),
    Figure("concurrent", "clientele_async", "clientele", "≥", 1),
    Figure("import", "import", "import toggl_focus to import httpx, msgspec", "≤", 0.75),
    Figure("import", "client", "making a second client", "≤", 1, "ms"),
    Figure("requests", "stream", "a range of 10,000 blocks, streamed", "≤", 1, "requests"),
    Figure("requests", "pages", "its last block in pages", "≤", 100, "requests"),
    Figure("requests", "end", "and that it was the last", "", unit="requests"),
)


class Measured(NamedTuple):
    """A figure as it was found, and the values behind it.

    value: None where a peer could not be made; `trouble` then says why.
    """

    value: float | None
    raw: Mapping[str, float]
    unit: str
    trouble: str = ""


Found: TypeAlias = dict[str, Measured]
"""What a row measured, by the names of its figures."""

_A_SECOND = {"ms": 1e3, "µs": 1e6}


@dataclass(frozen=True)
class Bench:
    """What all rows are given. missing: the peers that could not be made, and why."""

    quick: bool
    missing: Mapping[str, str]

    def size(self, full: int, quick: int) -> int:
        """The one number, or the other in a quick run."""
        return quick if self.quick else full

    def there(self, peers: Mapping[str, Callable[[], T]]) -> dict[str, T]:
        """What is made for those peers that could be made."""
        return {peer: make() for peer, make in peers.items() if peer not in self.missing}

    def ratio(
        self, seconds: Mapping[str, float], over: str, under: str, unit: str = "ms"
    ) -> Measured:
        """What one took, divided by what another took."""
        for name in (over, under):
            if name in self.missing:
                return Measured(None, {}, unit, f"{name}: {self.missing[name]}")
        raw = {name: seconds[name] * _A_SECOND[unit] for name in (under, over)}
        return Measured(seconds[over] / seconds[under], raw, unit)
