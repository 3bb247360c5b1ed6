"""Clients that other generators make of the description, called on the reference server."""
