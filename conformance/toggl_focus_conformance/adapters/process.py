"""Drives an adapter that is a program of its own, over standard input and output."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toggl_focus_conformance.protocol.messages import (
    SUITE,
    VERSION,
    Message,
    ProtocolError,
    check_hello,
    check_reply,
)
from toggl_focus_conformance.protocol.plain import printable

from .adapter import Adapter, AdapterFailure, Interrupted, NoHello

__all__ = ["ProcessAdapter"]

_LONGEST_LINE = 1 << 24
_KEPT_OUTPUT = 1 << 20
_HELLO_SECONDS = 20.0
_BYE_SECONDS = 2.0


class ProcessAdapter(Adapter):
    """A command that is started without a shell.

    silence: seconds without a reply to a call after which the process is killed.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        silence: float = 10.0,
        hello_seconds: float = _HELLO_SECONDS,
    ) -> None:
        self._command = tuple(command)
        self._cwd = cwd
        self._env = env
        self._silence = silence
        self._hello_seconds = hello_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._pending: dict[str, asyncio.Future[Message]] = {}
        self._starting = asyncio.Lock()
        self._output = bytearray()

    @property
    def output(self) -> str:
        """What it wrote to standard error; of a megabyte or more, the last part."""
        return self._output.decode("utf-8", "replace")

    async def start(self) -> Message:
        """Start the process, unless it runs, and return its hello."""
        async with self._starting:
            if self._process is None:
                self.hello = await self._start()
        return self.hello

    async def send(self, message: Message) -> Message:
        """Write a message as a line and return the reply with its id."""
        await self.start()
        name: str = message["id"]
        reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._pending[name] = reply
        try:
            self._write(message)
            try:
                received = await asyncio.wait_for(asyncio.shield(reply), self._silence)
            except TimeoutError:
                reason = f"no reply to {message['type']} for {self._silence:g} s"
                await self._fail(f"{reason}; the process was killed")
                received = await reply
        finally:
            self._pending.pop(name, None)
            if reply.done() and not reply.cancelled():
                reply.exception()  # it was raised already, or nobody waits for it any more
        self.deaths = 0
        return received

    async def close(self) -> str | None:
        """Say bye, and kill what does not end within two seconds."""
        process = self._process
        if process is None:
            return None
        self._process = None
        wrong: str | None = None
        with contextlib.suppress(OSError, RuntimeError):
            assert process.stdin is not None  # noqa: S101  (it is a pipe)
            process.stdin.write(b'{"type":"bye"}\n')
            process.stdin.close()
        try:
            code = await asyncio.wait_for(process.wait(), _BYE_SECONDS)
            if code:
                wrong = f"it ended with exit code {code} after bye"
        except TimeoutError:
            wrong = f"it was still running {_BYE_SECONDS:g} s after bye"
        await self._end(process)
        return wrong

    async def _start(self) -> Message:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=self._cwd,
                env=None if self._env is None else {**os.environ, **self._env},
                limit=_LONGEST_LINE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise NoHello(f"cannot start {self._command[0]!r}: {reason}") from None
        assert process.stdout is not None and process.stderr is not None  # noqa: PT018, S101  (pipes)
        errors = asyncio.ensure_future(self._keep_output(process.stderr))
        try:
            hello = await asyncio.wait_for(self._greet(process), self._hello_seconds)
        except BaseException as error:
            self._tasks = [errors]
            await self._end(process)
            if isinstance(error, TimeoutError):
                raise NoHello(f"no hello for {self._hello_seconds:g} s") from None
            raise
        self._process = process
        self._tasks = [errors, asyncio.ensure_future(self._read(process))]
        return hello

    async def _greet(self, process: asyncio.subprocess.Process) -> Message:
        assert process.stdin is not None and process.stdout is not None  # noqa: PT018, S101  (pipes)
        hello = {"type": "hello", "protocol": VERSION, "suite": SUITE}
        process.stdin.write(_line(hello))
        try:
            line = await process.stdout.readline()
        except ValueError:
            raise NoHello(f"the first line has more than {_LONGEST_LINE} bytes") from None
        if not line:
            await asyncio.sleep(0.05)  # so that what it wrote to standard error is there
            raise NoHello(f"the process ended without a hello{_last_words(self.output)}")
        try:
            return check_hello(_parsed(line))
        except ProtocolError as error:
            raise NoHello(f"the first line is not a hello: {error}") from None

    def _write(self, message: Message) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return  # the reader has seen its end, or will
        with contextlib.suppress(OSError, RuntimeError):
            process.stdin.write(_line(message))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101  (it is a pipe)
        reason = ""
        try:
            while line := await process.stdout.readline():
                self._take(line)
            code = await process.wait()
            reason = f"the process died with exit code {code}"
            if code < 0:
                reason = f"the process was killed by signal {-code}"
        except ProtocolError as error:
            reason = f"it wrote a line that is not the protocol: {error}"
        except ValueError:
            reason = f"it wrote a line of more than {_LONGEST_LINE} bytes"
        await self._fail(reason)

    def _take(self, line: bytes) -> None:
        reply = check_reply(_parsed(line))
        waiting = self._pending.get(reply["id"])
        if waiting is None or waiting.done():
            raise ProtocolError(f"a reply with the id {reply['id']!r:.40}, which is not pending")
        waiting.set_result(reply)

    async def _fail(self, reason: str) -> None:
        """Kill the process and tell every pending call; if there is only one, it is its fault."""
        process, self._process = self._process, None
        if process is None:
            return
        self.deaths += 1
        pending = [reply for reply in self._pending.values() if not reply.done()]
        kind = AdapterFailure if len(pending) == 1 else Interrupted
        for reply in pending:
            reply.set_exception(kind(reason))
        await self._end(process)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        tasks, self._tasks = self._tasks, []
        if hasattr(os, "killpg"):  # its children too, where there are groups of processes
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        current = asyncio.current_task()
        for task in tasks:
            if task is not current:
                with contextlib.suppress(TimeoutError, Exception):
                    await asyncio.wait_for(task, 0.5)
        transport: Any = getattr(process, "_transport", None)
        if transport is not None:
            transport.close()

    async def _keep_output(self, stream: asyncio.StreamReader) -> None:
        while data := await stream.read(1 << 16):
            self._output += data
            if len(self._output) > _KEPT_OUTPUT:
                del self._output[: -_KEPT_OUTPUT // 2]


def _last_words(output: str) -> str:
    """The line of standard error that says most: the last one that names an error."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    named = [line for line in lines if "error" in line.lower()] or lines
    return f"; it wrote: {named[-1]:.300}" if named else ""


def _line(message: Message) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parsed(line: bytes) -> object:
    try:
        return printable(json.loads(line))
    except (ValueError, RecursionError):
        text = line.decode("utf-8", "replace").rstrip("\n")
        raise ProtocolError(f"not JSON: {text:.200}") from None
