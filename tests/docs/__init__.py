"""The tests of the docs."""
