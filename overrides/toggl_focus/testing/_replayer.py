"""Replays the responses of a recording."""

from __future__ import annotations

import difflib
import itertools
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

import httpx

from toggl_focus._errors import UsageError
from toggl_focus._errors.shown import shown
from toggl_focus.testing._recording import Ignored, Request, load, recorded_request

__all__ = ["Replayer", "UnexpectedRequest"]


class UnexpectedRequest(AssertionError):
    """A request that is not in the recording, or not as often as it was sent.

    It is not a TogglFocusError, so that neither a retry nor the code under test takes it for a
    failure of the service. The message shows how the request differs from the nearest recorded one.
    """


class Replayer(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Returns responses from a file that `Recorder` wrote, and never uses the network.

    A request matches an exchange with the same method, path, query (in any order) and body (equal
    as JSON). Host and headers are ignored. Each exchange is used once: a request that was recorded
    twice gets both responses, in the order of the file.

    Args:
        path: The file. It is read once, here.
        ignore_query: Names of query parameters to ignore, for a program that uses "now".
        ignore_body: Names of fields of JSON bodies to ignore, at any depth.
        ignore_path: Segments of the path, such as "workspaces"; the id after each is ignored.

    Raises UsageError if the file is missing or not a recording. The call that sends a request which
    is not in the file raises UnexpectedRequest.

    Example:
        >>> replayer = Replayer("week.json")
        >>> async with httpx.AsyncClient(transport=replayer) as http:
        ...     client = AsyncTogglFocus(http_client=http, api_key="any")
        ...     assert await report(client) == expected
        >>> replayer.assert_done()
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        ignore_query: Iterable[str] = (),
        ignore_body: Iterable[str] = (),
        ignore_path: Iterable[str] = (),
    ) -> None:
        self._path = Path(path)
        self._ignored = Ignored(
            _names("ignore_query", ignore_query),
            _names("ignore_body", ignore_body),
            _names("ignore_path", ignore_path),
        )
        self._exchanges = load(self._path)
        self._lines = [each.request.lines(self._ignored) for each in self._exchanges]
        self._lock = threading.Lock()
        self._unexpected: list[str] = []
        self._left: defaultdict[tuple[str, ...], deque[int]] = defaultdict(deque)
        for index, lines in enumerate(self._lines):
            self._left[lines].append(index)

    @property
    def unused(self) -> list[str]:
        """Recorded exchanges that were not requested yet, a line for each."""
        return [self._line(index) for index in sorted(itertools.chain(*self._left.values()))]

    def assert_done(self) -> None:
        """Raise AssertionError unless exactly the recorded requests were made."""
        problems: list[str] = []
        if unused := self.unused:
            problems += ["recorded, but not requested:", *(f"  {line}" for line in unused)]
        if self._unexpected:
            problems += [
                "requested, but not recorded:",
                *(f"  {line}" for line in self._unexpected),
            ]
        if problems:
            raise AssertionError(
                "\n".join([f"{self._path} was not replayed as recorded", *problems])
            )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the recorded response for a request of an `httpx.Client`."""
        request.read()
        return self._replay(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the recorded response for a request of an `httpx.AsyncClient`."""
        await request.aread()
        return self._replay(request)

    def _replay(self, request: httpx.Request) -> httpx.Response:
        sent, _ = recorded_request(request)
        with self._lock:
            left = self._left.get(sent.lines(self._ignored))
            if not left:
                self._unexpected.append(str(sent))
                raise UnexpectedRequest(self._describe(sent))
            response = self._exchanges[left.popleft()].response
        content = response.body.content() if response.body else b""
        return httpx.Response(response.status, headers=response.headers, content=content)

    def _describe(self, sent: Request) -> str:
        """Say how the request differs from the most similar one, and which others are similar."""
        wanted = sent.lines(self._ignored)
        likeness = [_likeness(lines, wanted) for lines in self._lines]
        nearest = sorted(range(len(likeness)), key=lambda index: -likeness[index])[:3]
        message = [f"{self._path} has no response left for {sent}"]
        if nearest and (first := self._lines[nearest[0]]) != wanted:
            message += difflib.unified_diff(
                first, wanted, f"exchanges[{nearest[0]}]", "the request", lineterm=""
            )
        message += [
            "The nearest in the recording:",
            *(f"  {self._line(index)}" for index in nearest),
        ]
        message += ["If the request is right, record again: see toggl_focus.testing.Recorder"]
        return "\n".join(message)

    def _line(self, index: int) -> str:
        request = self._exchanges[index].request
        used = "" if index in self._left[self._lines[index]] else " (used)"
        return f"exchanges[{index}]: {request}{used}"


def _names(argument: str, given: Iterable[str]) -> frozenset[str]:
    names = [given] if isinstance(given, str) else list(given)
    if isinstance(given, str) or not all(isinstance(each, str) for each in names):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UsageError(f"{argument} must be a list of names, got {shown(given)}")
    return frozenset(names)


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How similar two requests are: their first lines as text, the others line by line."""
    first = difflib.SequenceMatcher(None, one[0], other[0]).ratio()
    return first + difflib.SequenceMatcher(None, one, other).ratio()
