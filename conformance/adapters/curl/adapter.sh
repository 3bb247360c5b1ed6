#!/usr/bin/env bash
# An adapter that starts curl once for each call: the simplest client there is.
# It has no streams, pages or retries, and jq rounds integers beyond 2^53.

set -u

say() { printf '%s\n' "$1"; }

hello() {
  jq -cn --arg version "$(curl --version | head -n 1 | cut -d ' ' -f 2)" '{
    type: "hello", protocol: 1, sdk: {name: "curl", version: $version, language: "Shell"},
    operations: ["list_task_time_blocks", "create_time_block", "get_time_block", "replace_time_block",
      "update_time_block", "delete_time_block", "archive_time_block", "restore_time_block",
      "unarchive_time_block", "list_time_blocks", "bulk_create_time_blocks", "bulk_update_time_blocks",
      "bulk_delete_time_blocks"],
    features: ["timeout", "basic"], parallel: 1}'
}

# The lines of a request: method, URL, credentials, seconds, and the body, empty where there is none.
request='
  def plain: if type == "object" and has("$int") then .["$int"]
    elif type == "object" and has("$datetime") then .["$datetime"]
    elif type == "object" then map_values(plain) elif type == "array" then map(plain) else . end;
  def text: if type == "array" then map(text) | join(",") else tostring end;
  def paths: {
    list_task_time_blocks: ["GET", "T"], create_time_block: ["POST", "T"], get_time_block: ["GET", "B"],
    replace_time_block: ["PUT", "B"], update_time_block: ["PATCH", "B"], delete_time_block: ["DELETE", "B"],
    archive_time_block: ["POST", "B/archive"], restore_time_block: ["PATCH", "B/restore"],
    unarchive_time_block: ["POST", "B/unarchive"], list_time_blocks: ["GET", "W"],
    bulk_create_time_blocks: ["POST", "W/bulk"], bulk_update_time_blocks: ["PATCH", "W/bulk"],
    bulk_delete_time_blocks: ["DELETE", "W/bulk"]};
  (.arguments.path | plain) as $p | (.arguments.query // {} | plain) as $q | paths[.operation] as $o
  | "/organizations/\($p.organization_id)/workspaces/\($p.workspace_id)" as $workspace
  | ($workspace + "/tasks/\($p.task_id)/time-blocks") as $task
  | ($o[1] | sub("^W"; $workspace + "/time-blocks") | sub("^T"; $task)
      | sub("^B"; $task + "/\($p.time_block_id)")) as $path
  | ($q | to_entries | map("\(.key)=\(.value | text | @uri)") | join("&")) as $query
  | $o[0], .base_url + $path + (if $query == "" then "" else "?" + $query end),
    (if .auth.kind == "bearer" then "Bearer \(.auth.token)"
     else "Basic \("\(.auth.username):\(.auth.password)" | @base64)" end),
    ((.options.timeout_ms // 30000) / 1000),
    (if .arguments | has("body") then .arguments.body | plain | tojson else "" end)'

call() {
  local id=$1 method url authorization seconds body status code
  { read -r method; read -r url; read -r authorization; read -r seconds; read -r body; } < <(jq -r "$request" <<<"$2")
  local words=(-sS -X "$method" --max-time "$seconds" -o "$folder/body" -w '%{http_code}' -H 'Accept: application/json')
  [[ -n $body ]] && words+=(-H 'Content-Type: application/json' --data-binary @-)
  : >"$folder/body"
  # The credentials come from a file, so that no list of processes shows them.
  printf 'header = "Authorization: %s"\n' "$authorization" >"$folder/config"
  status=$(printf '%s' "$body" | curl -K "$folder/config" "${words[@]}" "$url" 2>"$folder/error")
  code=$?
  if ((code == 28)); then
    failed "$id" timeout
  elif ((code == 61)); then
    failed "$id" decode
  elif ((code != 0)); then
    failed "$id" transport
  elif ((status == 204)); then
    jq -cn --arg id "$id" '{id: $id, outcome: "value", value: null}'
  elif ((status >= 200 && status < 300)); then
    jq -cs --arg id "$id" 'if length == 1 then {id: $id, outcome: "value", value: .[0]} else error("not one value") end' \
      "$folder/body" 2>"$folder/error" || failed "$id" decode
  else
    jq -c --arg id "$id" --argjson status "$status" '{id: $id, outcome: "error", error: {kind: "api", status: $status,
        code: (.error | strings), message: (.error_description | strings)}} // error("no texts")' "$folder/body" 2>/dev/null |
      grep . || jq -cn --arg id "$id" --argjson status "$status" \
      '{id: $id, outcome: "error", error: {kind: "api", status: $status}}'
  fi
}

failed() {
  jq -cn --arg id "$1" --arg kind "$2" --rawfile message "$folder/error" \
    '{id: $id, outcome: "error", error: {kind: $kind, message: $message}}'
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

while IFS= read -r line; do
  case $(jq -r .type <<<"$line") in
    hello) hello ;;
    bye) exit 0 ;;
    call)
      id=$(jq -r .id <<<"$line")
      say "$(call "$id" "$line")"
      ;;
    *) jq -c 'select(has("id")) | {id, outcome: "adapter_error", message: "unknown message \(.type)"}' <<<"$line" ;;
  esac
done
