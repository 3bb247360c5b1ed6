export const name = 'filled-in'
export const version = '1'
export const language = 'JavaScript'
export const features = []
export const iterators = {}

export const makeClient = (baseUrl, auth) => ({ baseUrl, headers: { authorization: `Bearer ${auth.token}` } })

class ApiError extends Error {}

export const calls = {
  async get_time_block({ baseUrl, headers }, { path: p }) {
    console.log('what an SDK prints does no harm')
    const place = `/organizations/${p.organization_id}/workspaces/${p.workspace_id}/tasks/${p.task_id}/time-blocks/${p.time_block_id}`
    const response = await fetch(baseUrl + place, { headers })
    if (!response.ok) throw Object.assign(new ApiError(), { status: response.status })
    return response.json()
  },
}

export function described(error) {
  if (error instanceof ApiError) return { kind: 'api', status: error.status }
}
