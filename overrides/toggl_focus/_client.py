"""The two clients: `TogglFocus` blocks, `AsyncTogglFocus` is awaited. They offer the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Self

from _toggl_focus.awaitable import AsyncResources
from _toggl_focus.blocking import Resources
from toggl_focus._settings import Settings, settle

if TYPE_CHECKING:
    from types import TracebackType

    import httpx

__all__ = ["AsyncTogglFocus", "TogglFocus"]


class _Face:
    """What both clients show of themselves."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

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


class TogglFocus(_Face, Resources):
    """A client that blocks until each answer is there. One may be shared by many threads.

    api_key: a Toggl Focus key, `toggl_sk_` and 32 hex digits. email, password: what the vendor's
    page shows instead; a user saw it refused, so prefer a key (D33). organization_id, workspace_id:
    where calls go that do not say so themselves. base_url: another server of this API. timeout: in
    seconds, for each wait and for a whole answer, 30 unless told and 5 to connect; an
    `httpx.Timeout` for finer control; None to wait for ever. A stream has no limit as a whole.
    http_client: an `httpx.Client` (or httpx2's) of yours to send with, with all it does but its
    `auth`; it stays open when this one is closed.

    Whatever is not given is taken from TOGGL_FOCUS_API_KEY, TOGGL_FOCUS_EMAIL,
    TOGGL_FOCUS_PASSWORD, TOGGL_FOCUS_ORGANIZATION_ID, TOGGL_FOCUS_WORKSPACE_ID and
    TOGGL_FOCUS_BASE_URL.

    Raises UsageError for credentials that are missing or cannot be right, such as a Toggl Track
    token.

    Example:
        >>> with TogglFocus(organization_id=1, workspace_id=10) as client:
        ...     for block in client.time_blocks.stream(date_from=monday, date_to=sunday):
        ...         print(block.start, block.task.name if block.task else "")
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        email: str | None = None,
        password: str | None = None,
        organization_id: int | None = None,
        workspace_id: int | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = 30.0,
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
        from toggl_focus._http import Sender  # noqa: PLC0415  (httpx loads with the first client)

        self._sender = Sender(settings, timeout, http_client)
        _Face.__init__(self, settings)
        Resources.__init__(self, self._sender)

    def close(self) -> None:
        """Close the connections, unless they are an injected client's. Closing twice is fine."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncTogglFocus(_Face, AsyncResources):
    """A client whose calls are awaited. It belongs to the event loop it is first used in.

    The arguments are those of `TogglFocus`, but for http_client: an `httpx.AsyncClient` of yours.

    Example:
        >>> async with AsyncTogglFocus(organization_id=1, workspace_id=10) as client:
        ...     block = await client.time_blocks.create(100, start=datetime.now(UTC), duration=3600)
    """

    def __init__(
        self,
        *,
        api_key: str | None = None,
        email: str | None = None,
        password: str | None = None,
        organization_id: int | None = None,
        workspace_id: int | None = None,
        base_url: str | None = None,
        timeout: float | httpx.Timeout | None = 30.0,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        settings = settle(
            api_key=api_key,
            email=email,
            password=password,
            organization_id=organization_id,
            workspace_id=workspace_id,
            base_url=base_url,
        )
        from toggl_focus._http import AsyncSender  # noqa: PLC0415  (as above)

        self._sender = AsyncSender(settings, timeout, http_client)
        _Face.__init__(self, settings)
        AsyncResources.__init__(self, self._sender)

    async def aclose(self) -> None:
        """Close the connections, unless they are an injected client's. Closing twice is fine."""
        await self._sender.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()
