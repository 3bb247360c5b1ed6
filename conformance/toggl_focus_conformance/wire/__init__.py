"""The wire server: keeps every byte an SDK sends, with times, and plays any response or fault."""

from .http import Malformed, Parser, Request
from .port import Connection, Event, Port
from .responders import Responder, responder
from .responses import Placeholders, Plan, plan
from .server import Wire

__all__ = [
    "Connection",
    "Event",
    "Malformed",
    "Parser",
    "Placeholders",
    "Plan",
    "Port",
    "Request",
    "Responder",
    "Wire",
    "plan",
    "responder",
]
