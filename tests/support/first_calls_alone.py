"""Run in a new process: the first calls of a client, in many threads at the same time.

msgspec prepares a type when it is first needed, and a thread that sees a half prepared one crashes
the process. So no two threads may be building a decoder at the same time.
"""

import sys
import threading
from datetime import UTC, datetime
from typing import TypeVar

import httpx
import msgspec

from toggl_focus import TogglFocus, models

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
BLOCK = {
    "id": 7,
    "workspace_id": 10,
    "task_id": 100,
    "toggl_user_id": 5,
    "start": "2026-01-12T09:00:00Z",
    "created_at": "2026-01-12T09:00:00Z",
}
TWICE = 2

T = TypeVar("T")


def respond(request: httpx.Request) -> httpx.Response:
    """Respond as the service would."""
    path = request.url.path
    if path.endswith(("/stream", "/bulk")) and request.method in {"GET", "POST"}:
        return httpx.Response(200 if request.method == "GET" else 201, json=[BLOCK])
    if path.endswith("/time-blocks") and request.method == "GET":
        return httpx.Response(200, json={"data": [BLOCK], "page": 1, "per_page": 20})
    if request.method in {"GET", "POST"}:
        return httpx.Response(200 if request.method == "GET" else 201, json=BLOCK)
    return httpx.Response(204)


def main() -> None:
    """Make the calls, and fail if two threads were building at the same time."""
    real, meeting, met = msgspec.json.Decoder, threading.Barrier(TWICE), threading.Event()

    class Watched:
        def __new__(cls, kind: type[T]) -> msgspec.json.Decoder[T]:  # type: ignore[misc]
            try:
                meeting.wait(0.05)
                met.set()
            except threading.BrokenBarrierError:
                meeting.reset()
            return real(kind)

    msgspec.json.Decoder = Watched  # type: ignore[assignment,misc]
    http_client = httpx.Client(transport=httpx.MockTransport(respond))
    client = TogglFocus(
        api_key="toggl_sk_" + "5" * 32, organization_id=1, workspace_id=10, http_client=http_client
    )
    blocks = client.time_blocks
    changed = models.TimeBlockBulkUpdateItem(id=7, duration=60)
    made = models.TimeBlockBulkCreateItem(start=NOON, task_id=100)
    calls = [
        lambda: blocks.get(100, 7),
        lambda: list(blocks.stream(date_from=NOON, date_to=NOON)),
        lambda: blocks.list(date_from=NOON, date_to=NOON),
        lambda: blocks.create(100, start=NOON),
        lambda: blocks.update(100, 7, duration=60),
        lambda: blocks.bulk_update([changed]),
        lambda: blocks.bulk_create([made]),
        lambda: blocks.bulk_delete([7]),
    ]
    sys.setswitchinterval(1e-6)
    together = threading.Barrier(len(calls) * TWICE)
    failed: list[BaseException] = []

    def run(call: object) -> None:
        together.wait()
        try:
            call()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001  (a thread would only print it)
            failed.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in calls * TWICE]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed or met.is_set():
        sys.exit(f"two threads were building at the same time: {met.is_set()}; failed: {failed}")


if __name__ == "__main__":
    main()
