"""Decoders, built once for each type, and what decoding raises."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

__all__ = ["MALFORMED", "decoder"]

T = TypeVar("T")

# Text that is not UTF-8 and nesting without end are not msgspec's own errors.
MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder for a type: built when first needed, as that takes milliseconds, and kept."""
    made = _decoders.get(kind)
    if made is None:
        made = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    return made
