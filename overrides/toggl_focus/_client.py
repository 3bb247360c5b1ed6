"""The two clients: `TogglFocus` blocks, `AsyncTogglFocus` is awaited. They offer the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, Self, TypeVar, Unpack

from _toggl_focus.awaitable import AsyncResources
from _toggl_focus.blocking import Resources
from _toggl_focus.request import UNSET, Options, Response, Unset
from toggl_focus._calls.call import Watch, watching
from toggl_focus._calls.clock import Clock
from toggl_focus._calls.hooks import Hook
from toggl_focus._calls.quota import Quota
from toggl_focus._config.options import DEFAULTS, Policy
from toggl_focus._config.settings import Settings, settle
from toggl_focus._errors.frames import forgetful
from toggl_focus._lazy import LazyModule
from toggl_focus._messages.custom import Body, Parameter, write_other

if TYPE_CHECKING:
    import httpx

    from toggl_focus._transport.channel import AsyncChannel, Channel
else:
    httpx = LazyModule("httpx")  # loaded with the first client: it takes longer than the rest

__all__ = ["AsyncTogglFocus", "TogglFocus"]

ChannelT = TypeVar("ChannelT")
DEFAULT_TIMEOUT = 30.0


class _Face(Generic[ChannelT]):
    """What both clients are alike in."""

    _owned: ChannelT | None
    """What it closes: a view of a client owns nothing."""

    def _assemble(
        self, settings: Settings, policy: Policy, watch: Watch, channel: ChannelT
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._watch = watch
        self._channel = channel

    @property
    def base_url(self) -> str:
        """The server that is asked."""
        return self._settings.base_url

    @property
    def organization_id(self) -> int | None:
        """Where calls go that do not say so themselves."""
        return self._settings.organization_id

    @property
    def workspace_id(self) -> int | None:
        """Where calls go that do not say so themselves."""
        return self._settings.workspace_id

    @property
    def quota(self) -> Quota | None:
        """The requests of the hour as the latest answer told of them; None before the first.

        They are counted by user and organization (vendor), so with several organizations this is
        the one asked last.
        """
        return self._watch.quota

    @forgetful
    def with_options(
        self,
        *,
        organization_id: int | None = None,
        workspace_id: int | None = None,
        **options: Unpack[Options],
    ) -> Self:
        """The same client with other options, over the same connections; closing it closes none.

        Example:
            >>> patient = client.with_options(timeout=120, wait_for_quota=True)
        """
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._owned = None
        settings = self._settings.elsewhere(organization_id, workspace_id)
        policy = self._policy.but(options, "with_options")
        view._assemble(settings, policy, self._watch, self._channel)
        return view

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(base_url={self.base_url!r}, "
            f"organization_id={self.organization_id}, workspace_id={self.workspace_id})"
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} holds credentials and connections, so it does not pickle; "
            "make one where it is needed"
        )


class TogglFocus(_Face["Channel"], Resources):
    """A client that blocks until each answer is there. One may be shared by many threads.

    `client.time_blocks` has the operations, `client.raw.time_blocks` the same as whole answers.

    api_key: a Toggl Focus key, `toggl_sk_` and 32 hex digits. email, password: what the vendor's
    page shows instead; a user saw it refused, so prefer a key (D33). organization_id, workspace_id:
    where calls go that do not say so themselves. base_url: another server of this API.

    What follows can be told to each call as well. timeout: in seconds, for each wait and for a
    whole answer, and 5 at most to connect; here an `httpx.Timeout` will do too; None to wait for
    ever. A stream has no limit as a whole. deadline: in seconds, for a call with all its attempts
    and waits, streams included. max_retries: how often a request is sent again at most, which is
    done only where it is safe (D28). wait_for_quota: how many seconds a call may wait for the quota
    to be reset, True for however long it takes; without it a QuotaExceeded is raised (D30).
    headers: more to send.

    hooks: are told of each attempt. clock: time, waiting and chance, for tests. http_client: an
    `httpx.Client` (or httpx2's) of yours to send with, with all it does but its `auth`; it stays
    open when this one is closed.

    Credentials, organization, workspace and URL that are not given are taken from
    TOGGL_FOCUS_API_KEY, TOGGL_FOCUS_EMAIL, TOGGL_FOCUS_PASSWORD, TOGGL_FOCUS_ORGANIZATION_ID,
    TOGGL_FOCUS_WORKSPACE_ID and TOGGL_FOCUS_BASE_URL.

    Raises UsageError for credentials that are missing or cannot be right, such as a Toggl Track
    token.

    Example:
        >>> with TogglFocus(organization_id=1, workspace_id=10) as client:
        ...     for block in client.time_blocks.stream(date_from=monday, date_to=sunday):
        ...         print(block.start, block.task.name if block.task else "")
    """

    @forgetful
    def __init__(
        self,
        *,
        api_key: str | None = None,
        email: str | None = None,
        password: str | None = None,
        organization_id: int | None = None,
        workspace_id: int | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = DEFAULT_TIMEOUT,
        deadline: float | None = None,
        max_retries: int = DEFAULTS.max_retries,
        wait_for_quota: float = False,
        headers: Mapping[str, str] | None = None,
        hooks: Iterable[Hook] = (),
        clock: Clock | None = None,
        http_client: httpx.Client | None = None,
    ) -> None:
        settings = settle(
            api_key=api_key,
            email=email,
            password=password,
            organization_id=organization_id,
            workspace_id=workspace_id,
            base_url=base_url,
        )
        policy = DEFAULTS.of_client(timeout, deadline, max_retries, wait_for_quota, headers)
        from toggl_focus._transport.channel import Channel  # noqa: PLC0415  (httpx loads with the first client)

        watch = watching(clock, hooks)
        self._owned = channel = Channel(settings, http_client)
        self._assemble(settings, policy, watch, channel)

    def _assemble(self, settings: Settings, policy: Policy, watch: Watch, channel: Channel) -> None:
        from toggl_focus._calls.sender import Sender  # noqa: PLC0415  (as above)

        super()._assemble(settings, policy, watch, channel)
        self._sender = Sender(settings, policy, watch, channel)
        Resources.__init__(self, self._sender)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Parameter | Iterable[Parameter]] | None = None,
        json: Body | Unset = UNSET,
        **options: Unpack[Options],
    ) -> Response[Any]:
        """Send a request that the description lacks, with all that other calls have.

        path: below the base URL; `{organization_id}` and `{workspace_id}` are the client's. query:
        lists go as one value with commas (D10). json: the body. The answer's `value` is its JSON as
        plain lists and dictionaries. Sent again as any other: where no connection was made, and
        GET, HEAD, OPTIONS, PUT and DELETE also where the failure may pass (D28).

        Example:
            >>> path = "/organizations/{organization_id}/workspaces/{workspace_id}/projects"
            >>> projects = client.request("GET", path, query={"per_page": 100}).value
        """
        outgoing = write_other(method, path, query, json, options, self._settings)
        return self._sender.answer(outgoing)

    def close(self) -> None:
        """Close the connections, unless they are an injected client's. Closing twice is fine."""
        if self._owned is not None:
            self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncTogglFocus(_Face["AsyncChannel"], AsyncResources):
    """A client whose calls are awaited. It belongs to the event loop it is first used in.

    The arguments are those of `TogglFocus`, and two differ. http_client: an `httpx.AsyncClient` of
    yours. transport: the HTTP library to send with, "httpx" or "aiohttp". The latter takes
    about two thirds of the time with many calls at once; it needs the extra `toggl-focus[aiohttp]`,
    and libraries that mock httpx do not see its requests.

    Example:
        >>> async with AsyncTogglFocus(organization_id=1, workspace_id=10) as client:
        ...     block = await client.time_blocks.create(100, start=datetime.now(UTC), duration=3600)
    """

    @forgetful
    def __init__(
        self,
        *,
        api_key: str | None = None,
        email: str | None = None,
        password: str | None = None,
        organization_id: int | None = None,
        workspace_id: int | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = DEFAULT_TIMEOUT,
        deadline: float | None = None,
        max_retries: int = DEFAULTS.max_retries,
        wait_for_quota: float = False,
        headers: Mapping[str, str] | None = None,
        hooks: Iterable[Hook] = (),
        clock: Clock | None = None,
        http_client: httpx.AsyncClient | None = None,
        transport: Literal["httpx", "aiohttp"] = "httpx",
    ) -> None:
        settings = settle(
            api_key=api_key,
            email=email,
            password=password,
            organization_id=organization_id,
            workspace_id=workspace_id,
            base_url=base_url,
        )
        policy = DEFAULTS.of_client(timeout, deadline, max_retries, wait_for_quota, headers)
        from toggl_focus._transport.channel import AsyncChannel  # noqa: PLC0415  (as above)

        watch = watching(clock, hooks)
        self._owned = channel = AsyncChannel(settings, http_client, transport)
        self._assemble(settings, policy, watch, channel)

    def _assemble(
        self, settings: Settings, policy: Policy, watch: Watch, channel: AsyncChannel
    ) -> None:
        from toggl_focus._calls.sender import AsyncSender  # noqa: PLC0415  (as above)

        super()._assemble(settings, policy, watch, channel)
        self._sender = AsyncSender(settings, policy, watch, channel)
        AsyncResources.__init__(self, self._sender)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Parameter | Iterable[Parameter]] | None = None,
        json: Body | Unset = UNSET,
        **options: Unpack[Options],
    ) -> Response[Any]:
        """Send a request that the description lacks, with all that other calls have.

        path: below the base URL; `{organization_id}` and `{workspace_id}` are the client's. query:
        lists go as one value with commas (D10). json: the body. The answer's `value` is its JSON as
        plain lists and dictionaries. Sent again as any other: where no connection was made, and
        GET, HEAD, OPTIONS, PUT and DELETE also where the failure may pass (D28).

        Example:
            >>> path = "/organizations/{organization_id}/workspaces/{workspace_id}/projects"
            >>> projects = (await client.request("GET", path, query={"per_page": 100})).value
        """
        outgoing = write_other(method, path, query, json, options, self._settings)
        return await self._sender.answer(outgoing)

    async def aclose(self) -> None:
        """Close the connections, unless they are an injected client's. Closing twice is fine."""
        if self._owned is not None:
            await self._owned.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()
