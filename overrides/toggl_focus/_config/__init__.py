"""What a client is configured with: credentials, server, options and proxy."""
