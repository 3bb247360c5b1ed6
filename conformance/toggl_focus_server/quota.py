"""The hourly quota: requests per user and organization, off unless a limit is given (D31)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from .problems import Problem

HOUR = timedelta(hours=1)

Hours = dict[tuple[int, int | None], tuple[datetime, int]]


@dataclass
class Quota:
    """Counts; an hour begins with the first request after the last one ended."""

    limit: int | None
    clock: Callable[[], datetime]
    _hours: Hours = field(default_factory=Hours)

    def spend(self, user: int, organization: int | None) -> dict[str, str]:
        """Count a request; the headers that tell what is left, or a Problem with status 402."""
        if self.limit is None:
            return {}
        now = self.clock()
        began, spent = self._hours.get((user, organization), (now, 0))
        if not began <= now < began + HOUR:
            began, spent = now, 0
        left = self.limit - spent
        headers = {
            "X-Toggl-Quota-Remaining": str(max(left - 1, 0)),
            "X-Toggl-Quota-Resets-In": str(ceil((began + HOUR - now).total_seconds())),
        }
        if left < 1:
            text = f"The hourly quota of {self.limit} requests is used up"
            raise Problem(402, "quota_exceeded", text, headers=headers)
        self._hours[user, organization] = began, spent + 1
        return headers
