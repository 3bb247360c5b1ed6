"""Pages: iterates over a list page by page, one request each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Generic, TypeVar, cast

from msgspec.structs import replace

from _toggl_focus.request import AsyncPages, Pages, Pagination, Request, Response
from toggl_focus._calls.call import Call
from toggl_focus._errors import DecodeError

__all__ = ["AsyncPageIterator", "Cursor", "PageIterator"]

T = TypeVar("T")
PageT = TypeVar("PageT")


class Cursor(Generic[PageT, T]):
    """Where an iteration is.

    next: the request for the next page, None after the last. requests: how many were made.
    """

    def __init__(self, request: Request[PageT], pagination: Pagination[PageT, T]) -> None:
        self.next: Request[PageT] | None = request
        self.requests = 0
        self._pagination = pagination
        self._seen: set[int] = set()

    def items(self, page: PageT) -> list[T]:
        """The items of a page."""
        return self._pagination.items(page)

    def advance(self, call: Call[PageT], response: Response[PageT]) -> PageT:
        """Take a page, and find out whether another one follows.

        Raises DecodeError for a page that was there before: a server may repeat itself forever.
        """
        page, items = response.value, self.items(response.value)
        request = cast("Request[PageT]", self.next)
        query = cast("Any", request.query)
        number: int = getattr(query, self._pagination.page)
        content = hash(frozenset(map(self._pagination.key, items)))
        if content in self._seen:
            message = f"{request.operation.name}: page {number} repeats an earlier page"
            error = DecodeError(message, call.request.sent(), body=response.body)
            error.attempts = response.attempts
            raise error
        self._seen.add(content)
        # A server may return fewer items than requested, and say so: such a page is not the last.
        size: int = getattr(query, self._pagination.size)
        most: int = getattr(page, self._pagination.size, None) or size
        if not items or len(items) < min(size, most):
            self.next = None
        else:
            self.next = replace(
                request, query=replace(query, **{self._pagination.page: number + 1})
            )
        return page


class PageIterator(Pages[PageT, T]):
    """The items of all pages, sync. After an error, it continues with the page that failed."""

    def __init__(
        self,
        cursor: Cursor[PageT, T],
        start: Callable[[Request[PageT]], Call[PageT]],
        respond: Callable[[Call[PageT]], Response[PageT]],
    ) -> None:
        self._cursor = cursor
        self._start = start
        self._respond = respond
        self._items: Iterator[T] = iter(())

    @property
    def requests(self) -> int:
        return self._cursor.requests

    def __next__(self) -> T:
        while True:
            for item in self._items:
                return item
            self._items = iter(self._cursor.items(self._page()))

    def pages(self) -> Iterator[PageT]:
        return _PagesOnly(self._page)

    def _page(self) -> PageT:
        if self._cursor.next is None:
            raise StopIteration
        call = self._start(self._cursor.next)
        try:
            return self._cursor.advance(call, self._respond(call))
        finally:
            self._cursor.requests += call.attempts


class _PagesOnly(Iterator[PageT]):
    def __init__(self, page: Callable[[], PageT]) -> None:
        self._page = page

    def __next__(self) -> PageT:
        return self._page()


class AsyncPageIterator(AsyncPages[PageT, T]):
    """The items of all pages, async. After an error, it continues with the page that failed."""

    def __init__(
        self,
        cursor: Cursor[PageT, T],
        start: Callable[[Request[PageT]], Call[PageT]],
        respond: Callable[[Call[PageT]], Coroutine[Any, Any, Response[PageT]]],
    ) -> None:
        self._cursor = cursor
        self._start = start
        self._respond = respond
        self._items: Iterator[T] = iter(())

    @property
    def requests(self) -> int:
        return self._cursor.requests

    async def __anext__(self) -> T:
        while True:
            for item in self._items:
                return item
            self._items = iter(self._cursor.items(await self._page()))

    def pages(self) -> AsyncIterator[PageT]:
        return _AsyncPagesOnly(self._page)

    async def _page(self) -> PageT:
        if self._cursor.next is None:
            raise StopAsyncIteration
        call = self._start(self._cursor.next)
        try:
            return self._cursor.advance(call, await self._respond(call))
        finally:
            self._cursor.requests += call.attempts


class _AsyncPagesOnly(AsyncIterator[PageT]):
    def __init__(self, page: Callable[[], Coroutine[Any, Any, PageT]]) -> None:
        self._page = page

    async def __anext__(self) -> PageT:
        return await self._page()
