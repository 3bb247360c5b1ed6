"""A client for the time blocks of Toggl Focus.

>>> from toggl_focus import TogglFocus
>>> with TogglFocus(organization_id=1, workspace_id=10) as client:
...     block = client.time_blocks.create(100, start=datetime.now(UTC), duration=timedelta(hours=1))

`TogglFocus` is the sync client, `AsyncTogglFocus` the async one; `client.time_blocks` has the
operations. All errors are `TogglFocusError`s. The schemas of the API are in `toggl_focus.models`.
"""

from _toggl_focus.request import (
    UNSET,
    AsyncPages,
    AsyncStream,
    Options,
    Pages,
    Progress,
    Response,
    Stream,
    Unset,
)
from toggl_focus import models
from toggl_focus._calls.clock import Clock
from toggl_focus._calls.hooks import Event, Hook
from toggl_focus._calls.quota import Quota
from toggl_focus._client import AsyncTogglFocus, TogglFocus
from toggl_focus._errors import (
    APIError,
    BadRequest,
    BulkError,
    DecodeError,
    Headers,
    NotFound,
    PaymentRequired,
    PermissionDenied,
    PlanRequired,
    QuotaExceeded,
    SentRequest,
    ServerError,
    TimeoutError,  # noqa: A004  (a subclass of the builtin one)
    TogglFocusError,
    TooManyRequests,
    TransportError,
    Unauthorized,
    UsageError,
)
from toggl_focus._version import __version__
from toggl_focus.models import (
    TimeBlock,
    TimeBlockBulkCreateItem,
    TimeBlockBulkUpdateItem,
    TimeBlockListItem,
    TimeBlockOrder,
    TimeBlockWithTask,
)

__all__ = [
    "UNSET",
    "APIError",
    "AsyncPages",
    "AsyncStream",
    "AsyncTogglFocus",
    "BadRequest",
    "BulkError",
    "Clock",
    "DecodeError",
    "Event",
    "Headers",
    "Hook",
    "NotFound",
    "Options",
    "Pages",
    "PaymentRequired",
    "PermissionDenied",
    "PlanRequired",
    "Progress",
    "Quota",
    "QuotaExceeded",
    "Response",
    "SentRequest",
    "ServerError",
    "Stream",
    "TimeBlock",
    "TimeBlockBulkCreateItem",
    "TimeBlockBulkUpdateItem",
    "TimeBlockListItem",
    "TimeBlockOrder",
    "TimeBlockWithTask",
    "TimeoutError",
    "TogglFocus",
    "TogglFocusError",
    "TooManyRequests",
    "TransportError",
    "Unauthorized",
    "Unset",
    "UsageError",
    "__version__",
    "models",
]
