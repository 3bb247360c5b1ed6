"""Keeps credentials out of tracebacks: crash reporters collect their local variables."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

__all__ = ["forget_locals", "forgetful"]

P = ParamSpec("P")
T = TypeVar("T")


def forgetful(method: Callable[P, T]) -> Callable[P, T]:
    """Decorate a method that takes credentials: if it raises, its traceback keeps no variables."""

    @wraps(method)
    def call(*args: P.args, **named: P.kwargs) -> T:
        handled = sys.exception()
        try:
            return method(*args, **named)
        except BaseException as error:
            del args, named
            forget_locals(error, handled)
            raise

    return call


def forget_locals(error: BaseException, handled: BaseException | None) -> None:
    """Clear the local variables of the functions that an error has passed through.

    Those of HTTP libraries contain the headers of the request. Functions that are still running
    keep theirs, and the lines of the traceback stay. Causes and contexts are treated alike, except
    `handled`: the error that the caller was handling already.
    """
    errors: list[BaseException | None] = [error]
    seen = {id(handled)}
    while errors:
        each = errors.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        traceback.clear_frames(each.__traceback__)
        errors += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            errors += cast("BaseExceptionGroup[BaseException]", each).exceptions
