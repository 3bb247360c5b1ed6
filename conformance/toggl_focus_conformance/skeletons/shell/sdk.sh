# What the suite must know of your SDK. Fill it in; adapter.sh does the rest.

name=my-sdk
version=0.0.0
features='[]' # what the SDK has of: "stream", "timeout", "basic"

# The operations that the SDK has; add the name of each, and a function of that name.
operations='["get_time_block"]'

# Each function has these variables: base_url, token (or username and password), organization_id,
# workspace_id, task_id, time_block_id, timeout_ms, and query and body as JSON (empty if not given).
# It prints the result as JSON and returns 0, null if there is none. For an error it prints
# {"kind": …} and returns 1; kind is api with "status", decode, transport, timeout or usage.
# stream_time_blocks prints a list.
get_time_block() {
  echo 'sdk.sh: fill in get_time_block'
  return 2
}
