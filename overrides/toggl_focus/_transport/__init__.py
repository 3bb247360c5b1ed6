"""Sends requests and reads responses: over connections of the client's own, or an injected client.

`_channel` is what the senders use. `_own` and `_injected` send, `_connections` keeps connections,
`_body` reads bodies, `_translate` turns the errors of HTTP libraries into ours.
"""
