"""How long the server waits for others before it gives up, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TimeLimits:
    """The time limits of a server, in seconds."""

    head: float = 10
    """From the first byte of a request, or a new connection, to the end of its headers."""
    body: float = 30
    """From there to the end of its body."""
    idle: float = 60
    """Between two requests on a connection."""
    stalled: float = 60
    """For a client that takes nothing of the response that is being sent."""
    locked: float = 5
    """For another process to unlock the database file."""
