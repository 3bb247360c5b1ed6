"""A JSON array sent as it is made: constant memory, whoever reads it and however slowly."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from .description import JSON

SIZE = 64 * 1024


async def chunks(rows: Generator[bytes]) -> AsyncGenerator[bytes]:
    """An array of encoded rows, in pieces worth a write; others get their turn in between."""
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
                await asyncio.sleep(0)
    yield bytes(piece + b"]")


class StreamResponse(StreamingResponse):
    """An answer whose rows are let go of, database included, however it ends."""

    media_type = JSON

    def __init__(
        self, first: bytes, rest: AsyncGenerator[bytes], status: int, headers: dict[str, str]
    ) -> None:
        self._rest = rest
        super().__init__(_joined(first, rest), status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        async with aclosing(self._rest):
            await super().__call__(scope, receive, send)


async def _joined(first: bytes, rest: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    yield first
    async for piece in rest:
        yield piece
