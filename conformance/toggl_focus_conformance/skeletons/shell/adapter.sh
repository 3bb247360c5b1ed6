#!/usr/bin/env bash
# Lets toggl-focus drive the SDK of sdk.sh. Nothing here needs to be changed.
# It reads a JSON message per line from standard input and writes a reply per line to standard output.

set -u
# shellcheck source=/dev/null
source "$(dirname "$0")/sdk.sh"

# The arguments as shell variables: integers and timestamps are texts, so that nothing rounds them.
variables='
  def plain: if type == "object" and has("$int") then .["$int"]
    elif type == "object" and has("$datetime") then .["$datetime"]
    elif type == "object" then map_values(plain) elif type == "array" then map(plain) else . end;
  {operation, base_url, consume: (.consume // "all"), timeout_ms: (.options.timeout_ms // ""),
   token: (.auth.token // ""), username: (.auth.username // ""), password: (.auth.password // ""),
   query: ((.arguments.query // {}) | plain | tojson),
   body: (if .arguments | has("body") then .arguments.body | plain | tojson else "" end)}
  + (.arguments.path | plain)
  | to_entries[] | "\(.key)=\(.value | tostring | @sh)"'

call() {
  local output code
  if [[ $(jq -r .auth.kind <<<"$1") == basic && $features != *'"basic"'* ]]; then
    echo '{"outcome": "skip", "feature": "basic"}'
    return
  fi
  eval "$(jq -r "$variables" <<<"$1")"
  output=$("$operation" 2>"$folder/error")
  code=$?
  cat "$folder/error" >&2
  if ((code == 0)) && [[ $operation == stream_time_blocks ]]; then
    jq -c --arg consume "$consume" '(. // []) as $all
      | {outcome: "items", complete: true, items: (if $consume == "all" then $all
         else $all[:($consume | ltrimstr("first:") | tonumber)] end)}' <<<"$output"
  elif ((code == 0)); then
    jq -c '{outcome: "value", value: .}' <<<"$output"
  elif ((code == 1)); then
    jq -c '{outcome: "error", error: .}' <<<"$output"
  else
    jq -cn --arg message "${output:-the function $operation returned $code}" '{outcome: "adapter_error", message: $message}'
  fi || echo '{"outcome": "adapter_error", "message": "what the function printed is not JSON"}'
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

while IFS= read -r line; do
  case $(jq -r .type <<<"$line") in
    hello)
      jq -cn --arg name "$name" --arg version "$version" --argjson operations "$operations" --argjson features "$features" \
        '{type: "hello", protocol: 1, sdk: {name: $name, version: $version, language: "Shell"},
          operations: $operations, features: $features}'
      ;;
    bye) exit 0 ;;
    call) call "$line" | jq -c --argjson message "$line" '{id: $message.id} + .' ;;
    decode | encode) jq -c '{id, outcome: "skip", feature: "codec"}' <<<"$line" ;;
    *) jq -c 'select(has("id")) | {id, outcome: "adapter_error", message: "unknown message \(.type)"}' <<<"$line" ;;
  esac
done
