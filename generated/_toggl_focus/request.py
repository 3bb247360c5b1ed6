# Written from spec/openapi.yaml by `nox -s generate`; do not edit.
"""What a request is, how its answer is read, and who sends it."""

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
    "Answer",
    "AsyncPages",
    "AsyncRaw",
    "AsyncRawResource",
    "AsyncSender",
    "AsyncStream",
    "Day",
    "EmptyIfNull",
    "Instant",
    "Int64",
    "Operation",
    "Options",
    "Pages",
    "Pagination",
    "Payload",
    "Progress",
    "Raw",
    "RawResource",
    "Request",
    "Response",
    "Seconds",
    "Sender",
    "Stream",
    "Unset",
    "listed",
    "seconds",
    "utc",
]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Some servers begin their JSON with it, which a reader may skip (RFC 8259, 8.1)."""

P = ParamSpec("P")
T = TypeVar("T")
PageT = TypeVar("PageT")
EntryT = TypeVar("EntryT")

Unset: TypeAlias = UnsetType
"""What an argument is that was not given; it is not sent."""

Int64: TypeAlias = Annotated[int, Meta(le=2**63 - 1)]
"""An integer to send; the service keeps no larger one."""

Progress: TypeAlias = Callable[[int, int], object]
"""Is told after each call how many entries are done, and of how many."""

if TYPE_CHECKING:  # what a user may write and will read
    Instant: TypeAlias = datetime
    Day: TypeAlias = date
    JSON: TypeAlias = dict[str, "JSON"] | list["JSON"] | str | int | float | bool | None
    Seconds: TypeAlias = int | timedelta
    EmptyIfNull: TypeAlias = list[T]
else:  # what msgspec decodes, and what is left when a Payload is made
    # The real classes, even where freezegun has put its fakes in their place. Annotated, as it
    # would do so in every module that has the bare ones when a schema is built.
    _real = {kind.__name__: kind for kind in datetime.__mro__ if kind.__module__ == "datetime"}
    Instant = Annotated[_real["datetime"], Meta(tz=True)]  # one without an offset is a violation
    Day = Annotated[_real["date"], Meta()]
    JSON = Any
    Seconds = Int64
    EmptyIfNull = list[T] | None


class Answer(Struct, repr_omit_defaults=True, gc=False):
    """Something the service said; what it left out, or said to be null, is `None`.

    Answers are trees, so the garbage collector need not look for cycles among them: a large list
    is decoded in half the time. Make no cycles of them; they would never be freed.
    """


class Payload(Struct, frozen=True, repr_omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """Something to send; what is not given is not sent, and the service would ignore a typo (D22).

    Moments are turned into UTC and whole seconds into numbers. Everything else, a moment outside
    of the years 1 to 9999 too, stays as it was given, for the sender to check. It does not change
    afterwards; `msgspec.structs.replace` makes another. Like an answer it is a tree.
    """


class Options(TypedDict, total=False):
    """What any call takes besides its arguments; what is not given is as the client has it.

    timeout: seconds for each wait and for a whole answer; None to wait for ever. deadline: seconds
    for the call with all its attempts and the waits between them; None for no end. max_retries: how
    often a request that failed is sent again at most, where that is safe (D28). wait_for_quota:
    seconds to wait at most until the quota is reset (D30); True waits however long it takes.
    headers: more headers to send, or others than the client's.

    Example:
        >>> client.time_blocks.get(100, 1001, timeout=5, deadline=20, max_retries=0)
    """

    timeout: float | None
    deadline: float | None
    max_retries: int
    wait_for_quota: float
    headers: Mapping[str, str]


class Operation(Struct, Generic[T], frozen=True):
    """One operation of the description, how to check its body and how to read its answer."""

    id: str
    name: str
    """The method that users call, such as `time_blocks.update`. Errors begin with it."""
    method: str
    path: str
    body: object
    answer: type[T] | None
    idempotent: bool = False
    """Sent twice it does no more than sent once."""
    arguments: dict[str, str] = {}
    """What is called otherwise as an argument than in the body."""
    distinct: tuple[str, str] | None = None
    """The entries of a bulk call, and the field that no two of them may share."""


class Request(Struct, Generic[T], frozen=True):
    """One call of an operation; what it leaves open is as the client has it."""

    operation: Operation[T]
    path: dict[str, int | Unset]
    query: Payload | None = None
    body: Payload | Sequence[Payload] | None = None
    options: Options = {}

    def __repr__(self) -> str:
        # Not its headers, which may hold a secret: tracebacks show it.
        return f"Request({self.operation.name})"

    def named(self, name: str) -> Request[T]:
        """The same request, made by another method than the operation's own."""
        return replace(self, operation=replace(self.operation, name=name))


class Pagination(Struct, Generic[PageT, T], frozen=True):
    """How an operation gives its answer in pages."""

    page: str
    """What of the query says which page."""
    size: str
    """What of the query says how many items it has at most."""
    items: Callable[[PageT], list[T]]
    key: Callable[[T], object]
    """What tells an item from others."""


class Stream(ABC, Iterator[T], Generic[T]):
    """Items as they arrive. A stream that ends early is an error, never a short list.

    It holds a connection until its last item: use it in a `with`, or close it, where a loop may end
    before. It belongs to one thread, though the client does not.
    """

    @property
    @abstractmethod
    def requests(self) -> int:
        """How many requests it has cost: one, but for repeated ones."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the connection, whether or not all items were read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class AsyncStream(ABC, AsyncIterator[T], Generic[T]):
    """Items as they arrive. A stream that ends early is an error, never a short list.

    It holds a connection until its last item: use it in an `async with`, or await its `aclose()`,
    where a loop may end before. It belongs to one task.
    """

    @property
    @abstractmethod
    def requests(self) -> int:
        """How many requests it has cost: one, but for repeated ones."""

    @abstractmethod
    async def aclose(self) -> None:
        """Let go of the connection, whether or not all items were read."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()


class Pages(ABC, Iterator[T], Generic[PageT, T]):
    """The items of all pages, each page asked for when its first item is.

    It belongs to one thread.
    """

    @property
    @abstractmethod
    def requests(self) -> int:
        """How many requests it has cost so far, repeated ones included."""

    @abstractmethod
    def pages(self) -> Iterator[PageT]:
        """Give whole pages instead, from the next one on."""


class AsyncPages(ABC, AsyncIterator[T], Generic[PageT, T]):
    """The items of all pages, each page asked for when its first item is.

    It belongs to one task.
    """

    @property
    @abstractmethod
    def requests(self) -> int:
        """How many requests it has cost so far, repeated ones included."""

    @abstractmethod
    def pages(self) -> AsyncIterator[PageT]:
        """Give whole pages instead, from the next one on."""


class Response(Struct, Generic[T], frozen=True):
    """A whole answer: as it came, and the value that was read from it."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    value: T
    attempts: int = 1
    """How many attempts it took."""

    def json(self) -> Any:  # noqa: ANN401  (any JSON, to be indexed without a cast)
        """The body as plain lists and dictionaries, with what the description does not know."""
        body = self.body.removeprefix(BYTE_ORDER_MARK)
        return decode(body) if body else None


class Sender(Protocol):
    """Sends requests and waits."""

    def send(self, request: Request[T], /) -> T:
        """Send a request and give the value of its answer."""
        ...

    def exchange(self, request: Request[T], /) -> Response[T]:
        """Send a request and give its whole answer."""
        ...

    def stream(self, request: Request[list[T]], /) -> Stream[T]:
        """Send a request and read its answer item by item, once it is iterated."""
        ...

    def iterate(
        self, request: Request[PageT], pagination: Pagination[PageT, T], /
    ) -> Pages[PageT, T]:
        """Send a request for one page after the other, as they are iterated."""
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
        """Send as many requests as the entries take, and give the values of their answers."""
        ...


class AsyncSender(Protocol):
    """Sends requests and awaits."""

    async def send(self, request: Request[T], /) -> T:
        """Send a request and give the value of its answer."""
        ...

    async def exchange(self, request: Request[T], /) -> Response[T]:
        """Send a request and give its whole answer."""
        ...

    def stream(self, request: Request[list[T]], /) -> AsyncStream[T]:
        """Send a request and read its answer item by item, once it is iterated."""
        ...

    def iterate(
        self, request: Request[PageT], pagination: Pagination[PageT, T], /
    ) -> AsyncPages[PageT, T]:
        """Send a request for one page after the other, as they are iterated."""
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
        """Send as many requests as the entries take, and give the values of their answers."""
        ...


class RawResource:
    """What has `Raw` methods."""

    __slots__ = ("sender",)

    def __init__(self, sender: Sender) -> None:
        self.sender = sender


class AsyncRawResource:
    """What has `AsyncRaw` methods."""

    __slots__ = ("sender",)

    def __init__(self, sender: AsyncSender) -> None:
        self.sender = sender


class Raw(Generic[P, T]):
    """A method that takes what a builder takes and gives the whole answer."""

    def __init__(self, build: Callable[P, Request[T]]) -> None:
        self._build = build

    def __get__(self, resource: RawResource, _: object) -> Callable[P, Response[T]]:
        @wraps(self._build)
        def call(*args: P.args, **named: P.kwargs) -> Response[T]:
            request = self._build(*args, **named)
            return resource.sender.exchange(request.named(f"raw.{request.operation.name}"))

        return call


class AsyncRaw(Generic[P, T]):
    """A method that takes what a builder takes and gives the whole answer, once it is awaited."""

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
    """Write a moment as the service keeps it."""
    if isinstance(value, datetime):
        with suppress(OverflowError, ValueError):  # the latter for the NaT of pandas
            return value if value.utcoffset() is None else value.astimezone(UTC)
    return value


def seconds(value: timedelta) -> timedelta | int:
    """Write a span of time as the service reads it; without whole seconds it stays as it is."""
    span = value
    if type(value) is not timedelta:
        # The subclass of another library as a plain one: not all of them can be divided.
        span = timedelta.__pos__(value)
        if getattr(value, "nanoseconds", 0):
            return value
    return value if span.microseconds else span // timedelta(seconds=1)


@overload
def listed(items: Iterable[T]) -> list[T]: ...
@overload
def listed(items: Iterable[T] | Unset) -> list[T] | Unset: ...
def listed(items: object) -> object:
    """Take any iterable as a list; a lone text, or no list, is left for the sender to refuse."""
    if isinstance(items, str | bytes) or not isinstance(items, Iterable):
        return items
    return list(cast("Iterable[object]", items))
