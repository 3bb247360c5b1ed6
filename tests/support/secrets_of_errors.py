"""Finds a secret in an error, wherever a log, a crash reporter or a pickle would take it from."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = str(Path(__file__).parent)


def secrets_in(error: BaseException | None, *secrets: str) -> list[str]:
    """Where any of the secrets is, plain or in base64; nothing if it is nowhere.

    Looks at each error of the chain: message, notes, attributes, and the local variables of every
    function in its traceback, but for those of the tests.
    """
    words = [*secrets, *(b64encode(each.encode()).decode().rstrip("=") for each in secrets)]
    return [
        f"{place}: {shown:.200}"
        for each in _chain(error)
        for place, shown in _shown(each)
        if any(word in shown for word in words)
    ]


def _chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and not any(each is known for known in chain):
            chain.append(each)
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None)]
            if isinstance(each, BaseExceptionGroup):
                waiting += each.exceptions
    return chain


def _shown(error: BaseException) -> Iterator[tuple[str, str]]:
    name = type(error).__name__
    yield f"str of {name}", str(error)
    yield f"repr of {name}", repr(error)
    yield f"attributes of {name}", " ".join(_texts(vars(error)))
    yield f"arguments of {name}", " ".join(_texts(error.args))
    for attribute in ("request", "response", "headers", "request_info", "object"):
        with suppress(Exception):  # some raise where there is none
            value = getattr(error, attribute)
            yield f"{attribute} of {name}", " ".join(_texts([value, vars(value)]))
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith(HERE):
            shown = " ".join(_texts(trace.tb_frame.f_locals))
            yield f"{name}: {code.co_filename}:{trace.tb_lineno} {code.co_name}", shown
        trace = trace.tb_next


def _texts(value: Any, depth: int = 5) -> Iterator[str]:
    """A value as a crash reporter writes it: by its repr, and what containers hold."""
    with suppress(Exception):
        yield repr(value)
    if depth and isinstance(value, Mapping):
        for each in value.items():
            yield from _texts(each, depth - 1)
    elif depth and isinstance(value, Sequence | AbstractSet) and not isinstance(value, str | bytes):
        for each in value:
            yield from _texts(each, depth - 1)
