"""The adapter protocol, version 1: messages between the suite and an adapter, and their values."""

from .messages import (
    FEATURES,
    OUTCOMES,
    SUITE,
    VERSION,
    Message,
    ProtocolError,
    check_hello,
    check_message,
    check_reply,
    schema,
)
from .operations import Operation, operation, operations
from .values import Difference, Instant, differences, normalize, parse_instant, write

__all__ = [
    "FEATURES",
    "OUTCOMES",
    "SUITE",
    "VERSION",
    "Difference",
    "Instant",
    "Message",
    "Operation",
    "ProtocolError",
    "check_hello",
    "check_message",
    "check_reply",
    "differences",
    "normalize",
    "operation",
    "operations",
    "parse_instant",
    "schema",
    "write",
]
