"""The tests of the client, its generator, the description, the server, the suite and the docs."""
