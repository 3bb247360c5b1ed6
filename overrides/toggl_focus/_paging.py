"""Goes through the pages of a list, one request for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Generic, TypeVar, cast

from msgspec.structs import replace

from _toggl_focus.request import AsyncPages, Pages, Pagination, Request, Response
from toggl_focus._calls.call import Call
from toggl_focus._errors import DecodeError

__all__ = ["AwaitablePages", "BlockingPages", "Walk"]

T = TypeVar("T")
PageT = TypeVar("PageT")


class Walk(Generic[PageT, T]):
    """Which page comes next. `requests`: how many requests it has cost."""

    def __init__(self, request: Request[PageT], pagination: Pagination[PageT, T]) -> None:
        self.next: Request[PageT] | None = request
        self.requests = 0
        self._pagination = pagination
        self._seen: set[int] = set()

    def items(self, page: PageT) -> list[T]:
        """What is on a page."""
        return self._pagination.items(page)

    def took(self, call: Call[PageT], response: Response[PageT]) -> PageT:
        """Take note of a page, and whether there is another.

        Raises DecodeError for a page that came before: a server may repeat itself without end.
        """
        page, items = response.value, self.items(response.value)
        request = cast("Request[PageT]", self.next)
        asked = cast("Any", request.query)
        number: int = getattr(asked, self._pagination.page)
        mark = hash(frozenset(map(self._pagination.key, items)))
        if mark in self._seen:
            told = f"{request.operation.name}: page {number} holds what an earlier page held"
            error = DecodeError(told, call.outgoing.sent(), body=response.body)
            error.attempts = response.attempts
            raise error
        self._seen.add(mark)
        # A server may give fewer than asked for, and say so; then such a page is not yet the last.
        size: int = getattr(asked, self._pagination.size)
        most: int = getattr(page, self._pagination.size, None) or size
        if not items or len(items) < min(size, most):
            self.next = None
        else:
            self.next = replace(
                request, query=replace(asked, **{self._pagination.page: number + 1})
            )
        return page


class BlockingPages(Pages[PageT, T]):
    """Pages that are waited for. After an error it goes on with the page that failed."""

    def __init__(
        self,
        walk: Walk[PageT, T],
        begin: Callable[[Request[PageT]], Call[PageT]],
        answer: Callable[[Call[PageT]], Response[PageT]],
    ) -> None:
        self._walk = walk
        self._begin = begin
        self._answer = answer
        self._items: Iterator[T] = iter(())

    @property
    def requests(self) -> int:
        return self._walk.requests

    def __next__(self) -> T:
        while True:
            for item in self._items:
                return item
            self._items = iter(self._walk.items(self._page()))

    def pages(self) -> Iterator[PageT]:
        return _PagesOnly(self._page)

    def _page(self) -> PageT:
        if self._walk.next is None:
            raise StopIteration
        call = self._begin(self._walk.next)
        try:
            return self._walk.took(call, self._answer(call))
        finally:
            self._walk.requests += call.attempts


class _PagesOnly(Iterator[PageT]):
    def __init__(self, page: Callable[[], PageT]) -> None:
        self._page = page

    def __next__(self) -> PageT:
        return self._page()


class AwaitablePages(AsyncPages[PageT, T]):
    """Pages that are awaited. After an error it goes on with the page that failed."""

    def __init__(
        self,
        walk: Walk[PageT, T],
        begin: Callable[[Request[PageT]], Call[PageT]],
        answer: Callable[[Call[PageT]], Coroutine[Any, Any, Response[PageT]]],
    ) -> None:
        self._walk = walk
        self._begin = begin
        self._answer = answer
        self._items: Iterator[T] = iter(())

    @property
    def requests(self) -> int:
        return self._walk.requests

    async def __anext__(self) -> T:
        while True:
            for item in self._items:
                return item
            self._items = iter(self._walk.items(await self._page()))

    def pages(self) -> AsyncIterator[PageT]:
        return _AsyncPagesOnly(self._page)

    async def _page(self) -> PageT:
        if self._walk.next is None:
            raise StopAsyncIteration
        call = self._begin(self._walk.next)
        try:
            return self._walk.took(call, await self._answer(call))
        finally:
            self._walk.requests += call.attempts


class _AsyncPagesOnly(AsyncIterator[PageT]):
    def __init__(self, page: Callable[[], Coroutine[Any, Any, PageT]]) -> None:
        self._page = page

    async def __anext__(self) -> PageT:
        return await self._page()
