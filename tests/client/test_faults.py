"""Every operation and every fault: what the clients do is what the decisions D28 and D30 say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.clients import KEY
from tests.support.faults import CALLS, FAULTS, OPERATIONS, RETRY_AFTER, Row, play
from tests.support.secrets_of_errors import secrets_in
from toggl_focus import (
    DecodeError,
    PlanRequired,
    QuotaExceeded,
    ServerError,
    TimeoutError,  # noqa: A004  (ours is the builtin one's subclass)
    TooManyRequests,
    TransportError,
)

if TYPE_CHECKING:
    from tests.support.clients import Connect

# Who may send it again, by D28 and D30.
EVERYONE, IDEMPOTENT, NOBODY = "everyone", "idempotent", "nobody"

RULES: dict[str, tuple[type[Exception] | None, str]] = {
    "no connection is made": (TransportError, EVERYONE),
    "reset before the response": (TransportError, IDEMPOTENT),
    "connection reset while the headers arrive": (TransportError, IDEMPOTENT),
    "connection reset in the middle of the body": (TransportError, IDEMPOTENT),
    "connection closed in the middle of the body": (TransportError, IDEMPOTENT),
    "silence for longer than `timeout`": (TimeoutError, IDEMPOTENT),
    "the server closed an idle connection before this request, which is sent again on a new one": (
        None,
        NOBODY,
    ),
    "429": (TooManyRequests, IDEMPOTENT),
    "429 with `Retry-After`": (TooManyRequests, EVERYONE),
    "402, no requests left": (QuotaExceeded, NOBODY),
    "402, requests left": (PlanRequired, NOBODY),
    "500": (ServerError, NOBODY),
    "502": (ServerError, IDEMPOTENT),
    "503": (ServerError, IDEMPOTENT),
    "503 with `Retry-After`": (ServerError, EVERYONE),
    "504": (ServerError, IDEMPOTENT),
    "200 with HTML": (DecodeError, NOBODY),
    "200 with other JSON": (DecodeError, NOBODY),
}


def expected(method: str, fault: str) -> Row:
    """What the description and the decisions say, without a look at the client."""
    operation = OPERATIONS[method]
    raised, who = RULES[fault]
    if "other JSON" in fault and "204" in operation["responses"]:
        raised = None  # it was done, and no value was to come
    again = who == EVERYONE or (who == IDEMPOTENT and operation.get("x-idempotent", False))
    if "of the body" in fault and operation.get("x-streaming"):
        again = False  # what was begun to be given may not be given twice
    tries = 3 if again else 1
    waits = [RETRY_AFTER] * 2 if "Retry-After" in fault else [0.5 / 2, 1.0 / 2]
    return Row(
        tries=tries,
        requests=0 if fault == "no connection is made" else tries,
        waits=tuple(waits[: tries - 1]),
        raised=raised,
        bulk=raised is not None and "x-bulk" in operation,
    )


def test_every_method_is_described_and_every_fault_has_its_rule() -> None:
    assert set(CALLS) <= set(OPERATIONS)
    assert set(RULES) == set(FAULTS)


@pytest.mark.parametrize("method", CALLS)
def test_what_a_client_does_about_a_fault_is_what_was_decided(
    method: str, connect: Connect
) -> None:
    done = {fault: play(connect.kind, method, fault) for fault in FAULTS}

    assert done == {fault: expected(method, fault) for fault in FAULTS}
    for row in done.values():
        assert secrets_in(row.error, KEY) == []
