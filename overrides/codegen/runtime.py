"""What generated code is made of: requests, responses, and the interface of who sends them.

`nox -s generate` copies this file to generated/_toggl_focus/request.py as it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    ParamSpec,
    Protocol,
    Self,
    TypeAlias,
    TypedDict,
    TypeVar,
    cast,
    overload,
)

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.json import decode
from msgspec.structs import replace

__all__ = [
    "BYTE_ORDER_MARK",
    "JSON",
    "UNSET",
    "AsyncPages",
    "AsyncRaw",
    "AsyncRawResource",
    "AsyncSender",
    "AsyncStream",
    "Day",
    "EmptyIfNull",
    "Int64",
    "Operation",
    "Options",
    "Pages",
    "Pagination",
    "Progress",
    "Raw",
    "RawResource",
    "Request",
    "RequestModel",
    "Response",
    "ResponseModel",
    "Seconds",
    "Sender",
    "Stream",
    "Timestamp",
    "Unset",
    "listed",
    "seconds",
    "utc",
]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Some servers start their JSON with it; a reader may skip it (RFC 8259, 8.1)."""

P = ParamSpec("P")
T = TypeVar("T")
PageT = TypeVar("PageT")
EntryT = TypeVar("EntryT")

Unset: TypeAlias = UnsetType
"""The type of `UNSET`, the value of an argument that was not passed and is not sent."""

Int64: TypeAlias = Annotated[int, Meta(le=2**63 - 1)]
"""An integer to send; the service stores no larger one."""

Progress: TypeAlias = Callable[[int, int], object]
"""Called after each request of a bulk call, with the number of entries done and the total."""

if TYPE_CHECKING:  # what callers may pass and will get
    Timestamp: TypeAlias = datetime
    Day: TypeAlias = date
    JSON: TypeAlias = dict[str, "JSON"] | list["JSON"] | str | int | float | bool | None
    Seconds: TypeAlias = int | timedelta
    EmptyIfNull: TypeAlias = list[T]
else:  # what msgspec decodes, and what a RequestModel contains
    # The real classes, even if freezegun has replaced them with its fakes. Annotated, because
    # freezegun would replace the bare classes in every module when a schema is built.
    _real = {kind.__name__: kind for kind in datetime.__mro__ if kind.__module__ == "datetime"}
    Timestamp = Annotated[
        _real["datetime"], Meta(tz=True)
    ]  # a timestamp without an offset is invalid
    Day = Annotated[_real["date"], Meta()]
    JSON = Any
    Seconds = Int64
    EmptyIfNull = list[T] | None


class ResponseModel(Struct, repr_omit_defaults=True, gc=False):
    """A part of a response. Fields that the service omitted or sent as null are `None`.

    Responses are trees, so the garbage collector does not search them for cycles; that halves the
    time to decode a large list. Do not create cycles with them: they would never be freed.
    """


class RequestModel(
    Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """A part of a request. Fields that are not passed are not sent.

    Unknown fields raise an error, because the service would ignore a typo (D22).
    Timestamps are converted to UTC, and whole seconds to numbers. Everything else stays as it was
    passed, and is checked when it is sent. Instances do not change; `msgspec.structs.replace` makes
    a changed copy. Like a response it is a tree.
    """


class Options(TypedDict, total=False):
    """Options that every call accepts in addition to its arguments. Default: those of the client.

    Attributes:
        timeout: Seconds for each wait, and for a complete response; None waits forever.
        deadline: Seconds for the call with all its retries and waits; None for no limit.
        max_retries: How often a failed request is retried at most, if that is safe (D28).
        wait_for_quota: Seconds to wait at most for the quota to reset (D30); True waits however
            long it takes.
        headers: Headers to send in addition to those of the client, or instead of them.

    Example:
        >>> client.time_blocks.get(100, 1001, timeout=5, deadline=20, max_retries=0)
    """

    timeout: float | None
    deadline: float | None
    max_retries: int
    wait_for_quota: float
    headers: Mapping[str, str]


class Operation(Struct, Generic[T], frozen=True):
    """An operation of the description: how to check its body and how to decode its response."""

    id: str
    name: str
    """The method that users call, such as `time_blocks.update`. Errors begin with it."""
    method: str
    path: str
    body: object
    result: type[T] | None
    idempotent: bool = False
    """Sending it twice has the same effect as sending it once."""
    arguments: dict[str, str] = {}
    """Names in the query and the body whose argument has another name."""
    distinct: tuple[str, str] | None = None
    """The argument with the entries of a bulk call, and the field that must differ in each."""


class Request(Struct, Generic[T], frozen=True):
    """One call of an operation. UNSET values are those of the client."""

    operation: Operation[T]
    path: dict[str, int | Unset]
    query: RequestModel | None = None
    body: RequestModel | Sequence[RequestModel] | None = None
    options: Options = {}

    def __repr__(self) -> str:
        # Without its headers, which may contain a secret: tracebacks show this.
        return f"Request({self.operation.name})"

    def named(self, name: str) -> Request[T]:
        """The same request, made by another method than that of the operation."""
        return replace(self, operation=replace(self.operation, name=name))


class Pagination(Struct, Generic[PageT, T], frozen=True):
    """How an operation returns its items in pages."""

    page: str
    """The query parameter with the number of the page."""
    size: str
    """The query parameter with the maximum number of items."""
    items: Callable[[PageT], list[T]]
    key: Callable[[T], object]
    """The key that identifies an item."""


class Stream(ABC, Iterator[T], Generic[T]):
    """Items as they arrive. A stream that is cut short raises an error.

    It uses a connection until its last item. If a loop may end earlier, use the stream in a `with`
    statement, or close it. A stream belongs to one thread, even if threads share the client.
    """

    @property
    @abstractmethod
    def requests(self) -> int:
        """How many requests it has made: one, plus retries."""

    @abstractmethod
    def close(self) -> None:
        """Release the connection, whether or not all items were read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class AsyncStream(ABC, AsyncIterator[T], Generic[T]):
    """Items as they arrive. A stream that is cut short raises an error.

    It uses a connection until its last item. If a loop may end earlier, use the stream in an `async
    with` statement, or await its `aclose()`. A stream belongs to one task.
    """

    @property
    @abstractmethod
    def requests(self) -> int:
        """How many requests it has made: one, plus retries."""

    @abstractmethod
    async def aclose(self) -> None:
        """Release the connection, whether or not all items were read."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()


class Pages(ABC, Iterator[T], Generic[PageT, T]):
    """The items of all pages. Each page is requested when its first item is read.

    It belongs to one thread.
    """

    @property
    @abstractmethod
    def requests(self) -> int:
        """How many requests it has made so far, retries included."""

    @abstractmethod
    def pages(self) -> Iterator[PageT]:
        """Iterate over complete pages instead, starting with the next one."""


class AsyncPages(ABC, AsyncIterator[T], Generic[PageT, T]):
    """The items of all pages. Each page is requested when its first item is read.

    It belongs to one task.
    """

    @property
    @abstractmethod
    def requests(self) -> int:
        """How many requests it has made so far, retries included."""

    @abstractmethod
    def pages(self) -> AsyncIterator[PageT]:
        """Iterate over complete pages instead, starting with the next one."""


class Response(Struct, Generic[T], frozen=True):
    """A complete response, and the value decoded from it."""

    status: int
    headers: Mapping[str, str]
    """By name in any case."""
    body: bytes
    value: T
    attempts: int = 1
    """How many attempts it took."""

    def json(self) -> Any:  # noqa: ANN401  (any JSON, to be indexed without a cast)
        """The body as plain lists and dictionaries, including fields that the description lacks."""
        body = self.body.removeprefix(BYTE_ORDER_MARK)
        return decode(body) if body else None


class Sender(Protocol):
    """Sends requests and waits for their responses."""

    def send(self, request: Request[T], /) -> T:
        """Send a request and return the value of its response."""
        ...

    def exchange(self, request: Request[T], /) -> Response[T]:
        """Send a request and return its complete response."""
        ...

    def stream(self, request: Request[list[T]], /) -> Stream[T]:
        """Return the items as they arrive. Sends the request when the first one is read."""
        ...

    def iterate(
        self, request: Request[PageT], pagination: Pagination[PageT, T], /
    ) -> Pages[PageT, T]:
        """Return an iterator over all pages. Requests each page when its first item is read."""
        ...

    def bulk(
        self,
        build: Callable[[list[EntryT]], Request[T]],
        entries: Iterable[EntryT],
        limit: int,
        progress: Progress | None,
        /,
        *,
        unique: bool = False,
    ) -> list[T]:
        """Send as many requests as the entries need, and return the values of their responses."""
        ...


class AsyncSender(Protocol):
    """Sends requests and awaits their responses."""

    async def send(self, request: Request[T], /) -> T:
        """Send a request and return the value of its response."""
        ...

    async def exchange(self, request: Request[T], /) -> Response[T]:
        """Send a request and return its complete response."""
        ...

    def stream(self, request: Request[list[T]], /) -> AsyncStream[T]:
        """Return the items as they arrive. Sends the request when the first one is read."""
        ...

    def iterate(
        self, request: Request[PageT], pagination: Pagination[PageT, T], /
    ) -> AsyncPages[PageT, T]:
        """Return an iterator over all pages. Requests each page when its first item is read."""
        ...

    async def bulk(
        self,
        build: Callable[[list[EntryT]], Request[T]],
        entries: Iterable[EntryT],
        limit: int,
        progress: Progress | None,
        /,
        *,
        unique: bool = False,
    ) -> list[T]:
        """Send as many requests as the entries need, and return the values of their responses."""
        ...


class RawResource:
    """The base of classes with `Raw` methods."""

    __slots__ = ("sender",)

    def __init__(self, sender: Sender) -> None:
        self.sender = sender


class AsyncRawResource:
    """The base of classes with `AsyncRaw` methods."""

    __slots__ = ("sender",)

    def __init__(self, sender: AsyncSender) -> None:
        self.sender = sender


class Raw(Generic[P, T]):
    """A method with the arguments of a request builder that returns the complete response."""

    def __init__(self, build: Callable[P, Request[T]]) -> None:
        self._build = build

    def __get__(self, resource: RawResource, _: object) -> Callable[P, Response[T]]:
        @wraps(self._build)
        def call(*args: P.args, **named: P.kwargs) -> Response[T]:
            request = self._build(*args, **named)
            return resource.sender.exchange(request.named(f"raw.{request.operation.name}"))

        return call


class AsyncRaw(Generic[P, T]):
    """The async version of `Raw`."""

    def __init__(self, build: Callable[P, Request[T]]) -> None:
        self._build = build

    def __get__(
        self, resource: AsyncRawResource, _: object
    ) -> Callable[P, Coroutine[Any, Any, Response[T]]]:
        @wraps(self._build)
        async def call(*args: P.args, **named: P.kwargs) -> Response[T]:
            request = self._build(*args, **named)
            return await resource.sender.exchange(request.named(f"raw.{request.operation.name}"))

        return call


def utc(value: object) -> object:
    """Convert a timestamp to UTC, as the service stores it."""
    if isinstance(value, datetime):
        with suppress(OverflowError, ValueError):  # the latter for the NaT of pandas
            return value if value.utcoffset() is None else value.astimezone(UTC)
    return value


def seconds(value: timedelta) -> timedelta | int:
    """Convert whole seconds to a number. Fractions stay as they are, for the encoder to refuse."""
    span = value
    if type(value) is not timedelta:
        # A subclass from another library as a plain timedelta: not all of them can be divided.
        span = timedelta.__pos__(value)
        if getattr(value, "nanoseconds", 0):
            return value
    return value if span.microseconds else span // timedelta(seconds=1)


@overload
def listed(items: Iterable[T]) -> list[T]: ...
@overload
def listed(items: Iterable[T] | Unset) -> list[T] | Unset: ...
def listed(items: object) -> object:
    """Turn any iterable into a list. Anything else, and text, is left for the encoder to refuse."""
    if isinstance(items, str | bytes) or not isinstance(items, Iterable):
        return items
    return list(cast("Iterable[object]", items))
