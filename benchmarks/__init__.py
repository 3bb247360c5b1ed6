"""What the client is measured by, against the clients that others' generators make."""
