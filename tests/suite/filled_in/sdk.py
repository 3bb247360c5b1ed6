import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

NAME, VERSION, FEATURES, ITERATORS = "filled-in", "1", [], {}


def make_client(base_url, auth):
    return base_url, {"Authorization": f"Bearer {auth['token']}"}


def get_time_block(client, path, query, body, options):
    print("what an SDK prints does no harm")
    base_url, headers = client
    place = "/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks/{time_block_id}"
    with urlopen(
        Request(base_url + place.format_map(path), headers=headers), timeout=5
    ) as response:
        return json.load(response)


CALLS = {"get_time_block": get_time_block}


def error(exception):
    if isinstance(exception, HTTPError):
        return {"kind": "api", "status": exception.code}
    return None
