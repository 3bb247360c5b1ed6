"""The tests of the conformance suite and the command line."""
