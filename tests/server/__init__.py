"""The tests of the reference server."""
