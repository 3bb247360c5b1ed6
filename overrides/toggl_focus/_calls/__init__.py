"""What turns a request into a result: attempts, retries, deadlines, quota and hooks."""
