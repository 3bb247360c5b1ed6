"""JSON decoders, built once for each type, and the exceptions that encoding and decoding raise."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from operator import index
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

import msgspec

__all__ = ["MALFORMED", "UNENCODABLE", "checker", "convert", "decoder", "plain"]

T = TypeVar("T")

# Invalid UTF-8 and endless nesting do not raise errors of msgspec.
MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
# What encoding raises for a value that JSON cannot represent.
UNENCODABLE = (TypeError, OverflowError, UnicodeEncodeError, RecursionError)

_GENERIC: tuple[Any, ...] = (Annotated, list)

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_checkers: dict[Any, msgspec.json.Decoder[Any]] = {}


class _Building:
    """Lets one thread at a time build. Without it, first calls in several threads can crash Python.

    While msgspec prepares a Struct for the first time, another thread sees it half prepared.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        """A thread that held the lock does not exist in a child process."""
        self.lock = threading.Lock()


_building = _Building()


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """The decoder for a type. Building one takes milliseconds, so it is kept."""
    return _decoders.get(kind) or _built(_decoders, kind, lambda: msgspec.json.Decoder(kind))


def convert(values: object, kind: type[T]) -> T:
    """Plain values as a type. Raises msgspec.ValidationError if they are of another form."""
    decoder(kind)  # it prepares the type, one thread at a time
    return msgspec.convert(values, kind)


def plain(value: Any) -> object:  # noqa: ANN401  (of any library)
    """The plain value for a subclass of it, or for a NumPy scalar; msgspec accepts only plain ones.

    Raises TypeError for a value that JSON cannot represent exactly.
    """
    if isinstance(value, date):  # a datetime too
        if getattr(value, "nanosecond", 0):
            raise TypeError("a time must not be finer than a microsecond")
        return value.isoformat()
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return float(value)
    if hasattr(value, "item"):
        with suppress(ValueError):  # an array of several
            return value.item()
    if hasattr(value, "__index__"):
        return index(value)
    raise TypeError(f"JSON cannot represent a {type(value).__name__}")


def checker(kind: object) -> msgspec.json.Decoder[Any]:
    """A decoder that validates what is sent, because the constructors of Structs do not.

    It skips their `__post_init__`, which has run already and would take as long again.
    """
    return _checkers.get(kind) or _built(
        _checkers, kind, lambda: msgspec.json.Decoder(_without_hooks(kind))
    )


def _built(kept: dict[Any, T], kind: object, build: Callable[[], T]) -> T:
    """Build and keep it, unless another thread has done so in the meantime."""
    with _building.lock:
        if kind not in kept:
            kept[kind] = build()
        return kept[kind]


def _without_hooks(kind: Any) -> Any:  # noqa: ANN401  (a type, or what stands in an annotation)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = [
            (
                each.name,
                _without_hooks(each.type),
                msgspec.field(name=each.encode_name, **_default(each)),
            )
            for each in msgspec.structs.fields(kind)
        ]
        return msgspec.defstruct(
            kind.__name__, fields, kw_only=True, forbid_unknown_fields=True, gc=False
        )
    origin: Any = get_origin(kind)
    inside = tuple(map(_without_hooks, get_args(kind)))
    return cast("Any", origin[inside] if origin in _GENERIC else kind)


def _default(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    return {} if field.required else {"default": field.default}
