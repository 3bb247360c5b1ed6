"""Tests without a network and without waiting: recorded responses, and a clock that jumps.

Record a week of the service (or of `toggl-focus serve`) into a file, and let a test replay it:

>>> http = httpx.Client(transport=testing.Recorder("week.json"))
>>> with http, TogglFocus(http_client=http) as client:
...     report(client)

>>> replayer = testing.Replayer("week.json")
>>> http = httpx.Client(transport=replayer)
>>> with http, TogglFocus(http_client=http, api_key="any") as client:
...     assert report(client) == expected
>>> replayer.assert_done()

Both are transports for `httpx.Client` and `httpx.AsyncClient`. For tests that write and then read
what they wrote, use the pytest fixture `reference_server`, a complete server that comes with
`toggl-focus[server]`. Nothing here needs pytest.
"""

from toggl_focus._calls.clock import Clock
from toggl_focus.testing._fake import FakeClock
from toggl_focus.testing._recorder import Recorder
from toggl_focus.testing._replayer import Replayer, UnexpectedRequest

__all__ = ["Clock", "FakeClock", "Recorder", "Replayer", "UnexpectedRequest"]
