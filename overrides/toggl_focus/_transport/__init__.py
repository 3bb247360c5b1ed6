"""Sends requests and reads responses: over connections of the client's own, or an injected client.

`channel` is what the senders use. `own` and `injected` send, `connections` keeps connections,
`body` reads bodies, `translate` turns the errors of HTTP libraries into ours.
"""
