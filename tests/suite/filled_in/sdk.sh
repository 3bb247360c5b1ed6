name=filled-in
version=1
features='[]'
operations='["get_time_block"]'

get_time_block() {
  local status place="organizations/$organization_id/workspaces/$workspace_id/tasks/$task_id/time-blocks/$time_block_id"
  echo 'what an SDK prints to standard error does no harm' >&2
  status=$(curl -sS -o "$folder/body" -w '%{http_code}' -H "Authorization: Bearer $token" "$base_url/$place")
  if ((status == 200)); then
    cat "$folder/body"
  else
    printf '{"kind": "api", "status": %s}' "$status"
    return 1
  fi
}
