"""The two clients: `TogglFocus` is sync, `AsyncTogglFocus` is async. They offer the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, Self, TypeVar, Unpack

from _toggl_focus.awaitable import AsyncResources
from _toggl_focus.blocking import Resources
from _toggl_focus.request import UNSET, Options, Response, Unset
from toggl_focus._calls.call import Shared, shared_by_calls
from toggl_focus._calls.clock import Clock
from toggl_focus._calls.hooks import Hook
from toggl_focus._calls.quota import Quota
from toggl_focus._config.options import DEFAULTS, Policy
from toggl_focus._config.settings import Settings, read_settings
from toggl_focus._errors.frames import forgetful
from toggl_focus._lazy import LazyModule
from toggl_focus._messages.custom import Body, Parameter, encode_custom

if TYPE_CHECKING:
    import httpx

    from toggl_focus._transport.channel import AsyncChannel, Channel
else:
    httpx = LazyModule("httpx")  # loaded with the first client: it takes longer than the rest

__all__ = ["AsyncTogglFocus", "TogglFocus"]

ChannelT = TypeVar("ChannelT")
DEFAULT_TIMEOUT = 30.0


class _Client(Generic[ChannelT]):
    """What both clients have in common."""

    _owned: ChannelT | None
    """What `close` closes. A view made by `with_options` owns nothing."""

    def _assemble(
        self, settings: Settings, policy: Policy, shared: Shared, channel: ChannelT
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._shared = shared
        self._channel = channel

    @property
    def base_url(self) -> str:
        """The URL of the server."""
        return self._settings.base_url

    @property
    def organization_id(self) -> int | None:
        """The organization of calls that do not pass one."""
        return self._settings.organization_id

    @property
    def workspace_id(self) -> int | None:
        """The workspace of calls that do not pass one."""
        return self._settings.workspace_id

    @property
    def quota(self) -> Quota | None:
        """The hourly quota according to the latest response; None before the first.

        The vendor counts requests per user and organization. With several organizations, this is
        the quota of the latest one.
        """
        return self._shared.quota

    @forgetful
    def with_options(
        self,
        *,
        organization_id: int | None = None,
        workspace_id: int | None = None,
        **options: Unpack[Options],
    ) -> Self:
        """A view with other options. Closing it does not close the connections, which are shared.

        Example:
            >>> patient = client.with_options(timeout=120, wait_for_quota=True)
        """
        view = object.__new__(type(self))
        view.__dict__.update(self.__dict__)
        view._owned = None
        settings = self._settings.elsewhere(organization_id, workspace_id)
        policy = self._policy.override(options, "with_options")
        view._assemble(settings, policy, self._shared, self._channel)
        return view

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(base_url={self.base_url!r}, "
            f"organization_id={self.organization_id}, workspace_id={self.workspace_id})"
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled, because it contains credentials and "
            "connections; create one where it is needed"
        )


class TogglFocus(_Client["Channel"], Resources):
    """A synchronous client. It is safe to share between threads.

    `client.time_blocks` has the operations. `client.raw.time_blocks` has the same ones, returning
    complete responses.

    Args:
        api_key: A Toggl Focus API key: `toggl_sk_` followed by 32 hex digits.
        email: For HTTP Basic, as on the vendor's page. A user saw it rejected, so prefer a key
            (D33).
        password: The password for `email`.
        organization_id: The organization of calls that do not pass one.
        workspace_id: The workspace of calls that do not pass one.
        base_url: Another server of this API.
        timeout: Time limit in seconds for each network operation and for a complete response;
            connecting is limited to 5 seconds. None waits forever. Accepts an `httpx.Timeout` too.
            A stream has no limit as a whole.
        deadline: Seconds for a call with all its retries and waits, streams included.
        max_retries: Maximum number of retries. Only requests that are safe to repeat are retried
            (D28).
        wait_for_quota: Seconds that a call may wait for the quota to reset; True waits however long
            it takes. By default it raises QuotaExceeded instead (D30).
        headers: Additional headers to send.
        hooks: They watch each attempt; see `Hook`.
        clock: Time, waits and jitter, for tests; see `Clock`.
        http_client: Your own `httpx.Client` (or httpx2). All its settings are used except `auth`.
            It stays open when this client is closed.

    `timeout`, `deadline`, `max_retries`, `wait_for_quota` and `headers` can be passed to each call
    as well. Arguments win over environment variables: TOGGL_FOCUS_API_KEY, TOGGL_FOCUS_EMAIL,
    TOGGL_FOCUS_PASSWORD, TOGGL_FOCUS_ORGANIZATION_ID, TOGGL_FOCUS_WORKSPACE_ID and
    TOGGL_FOCUS_BASE_URL.

    Raises UsageError for missing or invalid arguments, such as a Toggl Track token.

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
        settings = read_settings(
            api_key=api_key,
            email=email,
            password=password,
            organization_id=organization_id,
            workspace_id=workspace_id,
            base_url=base_url,
        )
        policy = DEFAULTS.of_client(timeout, deadline, max_retries, wait_for_quota, headers)
        from toggl_focus._transport.channel import Channel  # noqa: PLC0415  (httpx loads with the first client)

        shared = shared_by_calls(clock, hooks)
        self._owned = channel = Channel(settings, http_client)
        self._assemble(settings, policy, shared, channel)

    def _assemble(
        self, settings: Settings, policy: Policy, shared: Shared, channel: Channel
    ) -> None:
        from toggl_focus._calls.sender import Sender  # noqa: PLC0415  (as above)

        super()._assemble(settings, policy, shared, channel)
        self._sender = Sender(settings, policy, shared, channel)
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
        """Send a request to any other endpoint, with the usual retries, limits and errors.

        Args:
            method: The HTTP method. GET, HEAD, OPTIONS, PUT and DELETE are retried like the other
                idempotent calls, and all methods if there was no connection (D28).
            path: The path below the base URL. `{organization_id}` and `{workspace_id}` are replaced
                by those of the client.
            query: Query parameters. Lists are sent as one value with commas (D10).
            json: The body.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            The complete response. Its `value` is the JSON as plain lists and dictionaries.

        Example:
            >>> path = "/organizations/{organization_id}/workspaces/{workspace_id}/projects"
            >>> projects = client.request("GET", path, query={"per_page": 100}).value
        """
        request = encode_custom(method, path, query, json, options, self._settings)
        return self._sender.send_encoded(request)

    def close(self) -> None:
        """Close the connections, unless they belong to `http_client`. Closing twice is fine."""
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


class AsyncTogglFocus(_Client["AsyncChannel"], AsyncResources):
    """An async client. It belongs to the event loop in which it is first used.

    The arguments are those of `TogglFocus`, with two differences.

    Args:
        http_client: An `httpx.AsyncClient` of yours.
        transport: The HTTP library to send with, "httpx" or "aiohttp". With many calls at the same
            time, aiohttp takes about two thirds of the time. It needs the extra
            `toggl-focus[aiohttp]`, and libraries that mock httpx do not see its requests.

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
        settings = read_settings(
            api_key=api_key,
            email=email,
            password=password,
            organization_id=organization_id,
            workspace_id=workspace_id,
            base_url=base_url,
        )
        policy = DEFAULTS.of_client(timeout, deadline, max_retries, wait_for_quota, headers)
        from toggl_focus._transport.channel import AsyncChannel  # noqa: PLC0415  (as above)

        shared = shared_by_calls(clock, hooks)
        self._owned = channel = AsyncChannel(settings, http_client, transport)
        self._assemble(settings, policy, shared, channel)

    def _assemble(
        self, settings: Settings, policy: Policy, shared: Shared, channel: AsyncChannel
    ) -> None:
        from toggl_focus._calls.sender import AsyncSender  # noqa: PLC0415  (as above)

        super()._assemble(settings, policy, shared, channel)
        self._sender = AsyncSender(settings, policy, shared, channel)
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
        """Send a request to any other endpoint, with the usual retries, limits and errors.

        Args:
            method: The HTTP method. GET, HEAD, OPTIONS, PUT and DELETE are retried like the other
                idempotent calls, and all methods if there was no connection (D28).
            path: The path below the base URL. `{organization_id}` and `{workspace_id}` are replaced
                by those of the client.
            query: Query parameters. Lists are sent as one value with commas (D10).
            json: The body.
            options: timeout, deadline, max_retries, wait_for_quota and headers; see `Options`.

        Returns:
            The complete response. Its `value` is the JSON as plain lists and dictionaries.

        Example:
            >>> path = "/organizations/{organization_id}/workspaces/{workspace_id}/projects"
            >>> projects = (await client.request("GET", path, query={"per_page": 100})).value
        """
        request = encode_custom(method, path, query, json, options, self._settings)
        return await self._sender.send_encoded(request)

    async def aclose(self) -> None:
        """Close the connections, unless they belong to `http_client`. Closing twice is fine."""
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
