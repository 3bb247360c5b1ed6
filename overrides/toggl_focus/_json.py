"""Decoders, built once for each type, and what decoding raises."""

from __future__ import annotations

import functools
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

import msgspec

__all__ = ["MALFORMED", "checker", "decoder"]

T = TypeVar("T")

# Text that is not UTF-8 and nesting without end are not msgspec's own errors.
MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_GENERIC: tuple[Any, ...] = (Annotated, list)

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder for a type: built when first needed, as that takes milliseconds, and kept."""
    made = _decoders.get(kind)
    if made is None:
        made = _decoders.setdefault(kind, msgspec.json.Decoder(kind))
    return made


@functools.cache
def checker(kind: object) -> msgspec.json.Decoder[Any]:
    """The decoder that checks what is to be sent, as the constructors of Structs check nothing.

    It makes no use of their hooks, which ran when they were made, and would take as long again.
    """
    return msgspec.json.Decoder(_without_hooks(kind))


def _without_hooks(kind: Any) -> Any:  # noqa: ANN401  (a type, or what stands in an annotation)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = [
            (field.name, _without_hooks(field.type), *([] if field.required else [field.default]))
            for field in msgspec.structs.fields(kind)
        ]
        return msgspec.defstruct(
            kind.__name__, fields, kw_only=True, forbid_unknown_fields=True, gc=False
        )
    origin: Any = get_origin(kind)
    inside = tuple(map(_without_hooks, get_args(kind)))
    return cast("Any", origin[inside] if origin in _GENERIC else kind)
