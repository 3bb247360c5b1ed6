"""Tests without a network and without waiting: answers recorded once, and a clock that jumps.

Record a week of the service (or of `toggl-focus serve`) into a file, and let a test replay it:

>>> http = httpx.Client(transport=testing.Recorder("week.json"))
>>> with http, TogglFocus(http_client=http) as client:
...     report(client)

>>> replayer = testing.Replayer("week.json")
>>> http = httpx.Client(transport=replayer)
>>> with http, TogglFocus(http_client=http, api_key="any") as client:
...     assert report(client) == expected
>>> replayer.assert_done()

Both are transports of `httpx.Client` and of `httpx.AsyncClient` alike. For a test that is to write,
and to see what it wrote, the pytest fixture `reference_server` is the whole service; it comes with
`toggl-focus[server]`. Nothing here needs pytest.
"""

from toggl_focus._calls.clock import Clock
from toggl_focus.testing._fake import FakeClock
from toggl_focus.testing._recorder import Recorder
from toggl_focus.testing._replayer import Replayer, UnexpectedRequest

__all__ = ["Clock", "FakeClock", "Recorder", "Replayer", "UnexpectedRequest"]
