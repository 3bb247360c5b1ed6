"""Requests as they are written, responses as they are read."""
