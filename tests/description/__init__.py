"""The tests of the description."""
