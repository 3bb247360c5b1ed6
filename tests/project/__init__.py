"""The tests of the project itself: its tasks, its releases, its language."""
