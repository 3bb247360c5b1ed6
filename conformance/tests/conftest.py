"""The fixtures that these and the other tests have in common."""

from tests.support.fixtures import connect, no_environment, server, wire

__all__ = ["connect", "no_environment", "server", "wire"]
