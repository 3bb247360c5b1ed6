"""Pages of the richest items, from bytes to typed objects."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from time import process_time
from typing import Any

import msgspec

from _toggl_focus.operations import LIST_TIME_BLOCKS
from benchmarks.data import page
from benchmarks.figures import Bench, Found
from benchmarks.race import race
from toggl_focus._errors import Headers
from toggl_focus._messages.read import decode_response
from toggl_focus._messages.write import EncodedRequest

__all__ = ["measure"]

Decode = Callable[[bytes], object]


def measure(bench: Bench) -> Found:
    """Race the client's decoding against its decoder alone, and against the peers'."""
    client, peers = _client(), bench.there(_PEERS)
    found: Found = {}
    for name, size, times in (("page", 100, 10), ("large", bench.size(10_000, 1_000), 1)):
        body = page(size)
        for others, rounds in ({"msgspec": _msgspec()}, 40), (peers, 5):
            ways = {"client": client, **others}
            for way in ways.values():
                _check(way(body))
            runs = {each: _repeated(decode, body, times) for each, decode in ways.items()}
            taken = race(runs, bench.size(rounds, 2), process_time)
            seconds = {each: min(some) / times for each, some in taken.items()}
            found |= {f"{name} {other}": bench.ratio(seconds, other, "client") for other in others}
        for peer in _PEERS.keys() & bench.missing.keys():
            found[f"{name} {peer}"] = bench.ratio({}, peer, "client")
    return found


def _check(decoded: Any) -> None:  # noqa: ANN401  (each has classes of its own)
    """Some fall back to plain data where theirs does not fit; then they are not compared."""
    last = getattr(decoded, "value", decoded).data[-1]
    if last.task.project.custom_field_values[0].selected_options[0].option_name != "Draft":
        raise ValueError(f"it is not typed to the end: {last}")


def _repeated(decode: Decode, body: bytes, times: int) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            decode(body)

    return run


def _client() -> Decode:
    request = EncodedRequest(LIST_TIME_BLOCKS, base_url="", target="", content=None)
    headers = Headers({"content-type": "application/json"})
    return lambda body: decode_response(request, 200, headers, body, 1)


def _msgspec() -> Decode:
    return msgspec.json.Decoder(LIST_TIME_BLOCKS.result).decode


def _pydantic() -> Decode:
    decode: Decode = import_module("pydantic_models").TimeBlockWithTaskPage.model_validate_json
    return decode


def _openapi_python_client() -> Decode:
    models = import_module("openapi_python_client_stock.models")
    return lambda body: models.TimeBlockWithTaskPage.from_dict(json.loads(body))


def _openapi_generator() -> Decode:
    client = import_module("openapi_generator_urllib3").ApiClient()
    kind = "TimeBlockWithTaskPage", "application/json"
    return lambda body: client.deserialize(body.decode(), *kind)


_PEERS = {
    "pydantic_models": _pydantic,
    "openapi_python_client_stock": _openapi_python_client,
    "openapi_generator_urllib3": _openapi_generator,
}
