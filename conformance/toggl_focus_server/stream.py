"""A JSON array sent as it is made: constant memory, whoever reads it and however slowly."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import closing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from .description import JSON

SIZE = 64 * 1024


def chunks(rows: Generator[bytes]) -> Generator[bytes]:
    """An array of encoded rows, in pieces worth a write."""
    piece = bytearray(b"[")
    separator = b""
    with closing(rows):
        for row in rows:
            piece += separator
            piece += row
            separator = b","
            if len(piece) >= SIZE:
                yield bytes(piece)
                piece.clear()
    yield bytes(piece + b"]")


class StreamResponse(StreamingResponse):
    """A response whose rows are let go of, database included, however it ends."""

    media_type = JSON

    def __init__(
        self, first: bytes, rest: Generator[bytes], status: int, headers: dict[str, str]
    ) -> None:
        self._rest = rest
        super().__init__(_in_turn(first, rest), status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        with closing(self._rest):
            await super().__call__(scope, receive, send)


async def _in_turn(first: bytes, rest: Generator[bytes]) -> AsyncGenerator[bytes]:
    """All pieces; other tasks run in between."""
    yield first
    for piece in rest:
        await asyncio.sleep(0)
        yield piece
