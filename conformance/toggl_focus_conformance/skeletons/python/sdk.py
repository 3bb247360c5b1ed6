"""What the suite must know of your SDK. Fill it in; adapter.py does the rest."""

NAME = "my-sdk"
VERSION = "0.0.0"
FEATURES = []  # what the SDK has of: stream, paginate, retry, timeout, basic


def make_client(base_url, auth):
    """Make a client. It is kept for later calls with the same base URL and credentials.

    auth is {"kind": "bearer", "token": "…"} or {"kind": "basic", "username": "…", "password": "…"}.
    """
    raise NotImplementedError("sdk.py: fill in make_client")


# Each call gets `path` and `query` as dictionaries, `body` as a dictionary, list or None, and
# `options` with timeout_ms and max_retries. An argument that is not there was not given.
# Integers are int, timestamps are datetime.


def get_time_block(client, path, query, body, options):
    # return client.get_block(path["organization_id"], path["workspace_id"], path["task_id"], …)
    raise NotImplementedError("sdk.py: fill in get_time_block")


# The operations that the SDK has; add a line for each.
CALLS = {
    "get_time_block": get_time_block,
}

# Functions with the same arguments that give an iterator: stream_time_blocks (feature stream), and
# list_time_blocks and list_task_time_blocks for all pages (feature paginate).
ITERATORS = {}


def error(exception):
    """What an exception of the SDK means: kind, and of an API error status, code and message.

    kind is api, decode, transport, timeout or usage. None: not an exception that the SDK declares.
    """
    # if isinstance(exception, my_sdk.ApiError):
    #     return {"kind": "api", "status": exception.status, "message": str(exception)}
    return None
