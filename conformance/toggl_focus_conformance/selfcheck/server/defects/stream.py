"""Defects of how lists and the stream are written, and of what they hold."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from toggl_focus_conformance.selfcheck.server.exchange import Reply
from toggl_focus_conformance.selfcheck.server.wrong_server import CrashError, WrongServer
from toggl_focus_server import app, stream
from toggl_focus_server.operations import HANDLERS, Call

from .all import DEFECTS

_LISTS = ("list_time_blocks", "list_task_time_blocks")


def _stream(server: WrongServer, change: Callable[[list[Any]], object]) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("stream_time_blocks"):
            reply.json = change(reply.json)

    server.after(changed)


@DEFECTS("last row dropped", "stream-equals-list")
def _last_row_dropped(server: WrongServer) -> None:
    _stream(server, lambda rows: rows[:-1])


@DEFECTS("order differs from list", "stream-equals-list")
def _stream_in_another_order(server: WrongServer) -> None:
    _stream(server, lambda rows: sorted(rows, key=lambda row: int(row["id"])))


@DEFECTS("values differ from list", "stream-equals-list")
def _stream_with_other_values(server: WrongServer) -> None:
    _stream(server, lambda rows: [{**row, "completed_at": None} for row in rows])


@DEFECTS("wrapped in an object", "fixed-segments")
def _stream_wrapped(server: WrongServer) -> None:
    _stream(server, lambda rows: {"items": rows})


@DEFECTS("list without an envelope", "list-of-a-range")
def _list_without_an_envelope(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("list_time_blocks"):
            reply.json = reply.json["data"]

    server.after(changed)


@DEFECTS("a task's list without an envelope", "list-of-a-task")
def _task_list_without_an_envelope(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("list_task_time_blocks"):
            reply.json = reply.json["data"]

    server.after(changed)


@DEFECTS("empty → null", "empty-lists-are-arrays")
def _empty_is_null(server: WrongServer) -> None:
    _stream(server, lambda rows: rows or None)


@DEFECTS("empty list → null", "empty-lists-are-arrays")
def _empty_list_is_null(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of(*_LISTS):
            value = reply.json
            reply.json = {**value, "data": value["data"] or None}

    server.after(changed)


@DEFECTS("empty → empty body", "empty-range")
def _empty_is_an_empty_body(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("stream_time_blocks") and reply.json == []:
            reply.body = b""

    server.after(changed)


@DEFECTS("empty → 404", "empty-range")
def _empty_is_404(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("list_time_blocks") and reply.json["data"] == []:
            reply.refuse(404)

    server.after(changed)


@DEFECTS("stream as one object a line", "json-types")
def _stream_of_lines(server: WrongServer) -> None:
    def changed(reply: Reply) -> None:
        if reply.of("stream_time_blocks"):
            body, lines = reply.body, reply.json
            reply.body = body[1:-1].replace(b"},{", b"}\n{") if lines else body

    server.after(changed)


@DEFECTS("fault mid-stream ends with a valid terminator", "stream-equals-list")
def _fault_hidden_in_the_stream(server: WrongServer) -> None:
    rows_of, chunks = HANDLERS["stream_time_blocks"], stream.chunks

    def failing(call: Call) -> Generator[Any]:
        for number, row in enumerate(rows_of(call)):
            if number > 1:
                raise CrashError
            yield row

    def terminated(rows: Generator[bytes]) -> Generator[bytes]:
        def until_it_fails() -> Generator[bytes]:
            try:
                yield from rows
            except CrashError:
                return

        return chunks(until_it_fails())

    server.handler("stream_time_blocks", failing)
    server.replace(app, "chunks", terminated)


DEFECTS.equivalent(
    "stream-buffered",
    "complete body buffered (SHOULD)",
    "the bytes are the same, and a case creates too few blocks for their timing to differ",
)
