"""Answers from a recording."""

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
from toggl_focus.testing._recording import Ignored, Request, asked_of, load

__all__ = ["Replayer", "UnexpectedRequest"]


class UnexpectedRequest(AssertionError):
    """A request that no recorded exchange answers, or not as often as it was sent.

    No TogglFocusError, so that neither a retry nor the code under test takes it for a failure of
    the service. The message shows where the request differs from the nearest one of the recording.
    """


class Replayer(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests from a file that `Recorder` wrote, and never touches the network.

    path: the file. A request is answered by an exchange of the same method, path, query in any
    order, and body, equal as JSON; the host and the headers do not count. Each exchange is used
    once: what was asked twice gets both answers, in the order of the file. The file is read
    here, and not again.

    What else does not count, for a program that asks for "today" or in another workspace.
    ignore_query: names of query parameters. ignore_body: names of fields in a JSON body, at any
    depth. ignore_path: segments of the path, such as "workspaces", whose following id may be any.

    Raises UsageError for a file that is missing or no recording, naming the place; and, out of the
    call that sent it, UnexpectedRequest for a request that the file does not answer.

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
        """What was recorded and not asked for yet, as `exchanges[0]: GET /api/…`."""
        return [self._line(index) for index in sorted(itertools.chain(*self._left.values()))]

    def assert_done(self) -> None:
        """Raise AssertionError unless all that was recorded was asked for, and nothing else."""
        told: list[str] = []
        if unused := self.unused:
            told += ["not asked for, though recorded:", *(f"  {line}" for line in unused)]
        if self._unexpected:
            told += ["asked for, and not recorded:", *(f"  {line}" for line in self._unexpected)]
        if told:
            raise AssertionError("\n".join([f"{self._path} was not replayed as recorded", *told]))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an `httpx.Client`."""
        request.read()
        return self._answer(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an `httpx.AsyncClient`."""
        await request.aread()
        return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        asked, _ = asked_of(request)
        with self._lock:
            left = self._left.get(asked.lines(self._ignored))
            if not left:
                self._unexpected.append(str(asked))
                raise UnexpectedRequest(self._unanswered(asked))
            answer = self._exchanges[left.popleft()].response
        content = answer.body.content() if answer.body else b""
        return httpx.Response(answer.status, headers=answer.headers, content=content)

    def _unanswered(self, asked: Request) -> str:
        """Say how the request differs from the most similar one, and which others are similar."""
        wanted = asked.lines(self._ignored)
        likeness = [_likeness(lines, wanted) for lines in self._lines]
        nearest = sorted(range(len(likeness)), key=lambda index: -likeness[index])[:3]
        told = [f"{self._path} has no answer left for {asked}"]
        if nearest and (first := self._lines[nearest[0]]) != wanted:
            told += difflib.unified_diff(
                first, wanted, f"exchanges[{nearest[0]}]", "the request", lineterm=""
            )
        told += ["The nearest in the recording:", *(f"  {self._line(index)}" for index in nearest)]
        told += ["Where the request is right, record anew: see toggl_focus.testing.Recorder"]
        return "\n".join(told)

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
    """More for requests that are more alike: their first lines as text, the rest by line."""
    first = difflib.SequenceMatcher(None, one[0], other[0]).ratio()
    return first + difflib.SequenceMatcher(None, one, other).ratio()
