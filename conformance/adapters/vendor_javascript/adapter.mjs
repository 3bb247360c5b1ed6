// What the JavaScript samples of the vendor's page send, and what they make of the response.
//
// The samples have Basic credentials; an API key takes their place as the page says. No sample has
// a query, and each hands fetch the body as an object, as it stands on the page.

import { createInterface } from 'node:readline'

const WORKSPACE = '/organizations/{organization_id}/workspaces/{workspace_id}'
const TASK = `${WORKSPACE}/tasks/{task_id}/time-blocks`
const BLOCK = `${TASK}/{time_block_id}`
const BLOCKS = `${WORKSPACE}/time-blocks`
const SAMPLES = {
  list_task_time_blocks: ['GET', TASK],
  create_time_block: ['POST', TASK],
  get_time_block: ['GET', BLOCK],
  replace_time_block: ['PUT', BLOCK],
  delete_time_block: ['DELETE', BLOCK],
  update_time_block: ['PATCH', BLOCK],
  archive_time_block: ['POST', `${BLOCK}/archive`],
  restore_time_block: ['PATCH', `${BLOCK}/restore`],
  unarchive_time_block: ['POST', `${BLOCK}/unarchive`],
  list_time_blocks: ['GET', BLOCKS],
  bulk_create_time_blocks: ['POST', `${BLOCKS}/bulk`],
  bulk_delete_time_blocks: ['DELETE', `${BLOCKS}/bulk`],
  bulk_update_time_blocks: ['PATCH', `${BLOCKS}/bulk`],
  stream_time_blocks: ['GET', `${BLOCKS}/stream`],
}

// What a sample does. Integers of the page's examples are numbers of JavaScript, which round.
const sample = (method, url, authorization, body) =>
  fetch(url, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { 'Content-Type': 'application/json', Authorization: authorization },
  }).then((resp) => resp.json())

const TIMES = new Set(['start', 'created_at', 'updated_at', 'completed_at', 'archived_at', 'deleted_at'])

function given(value) {
  if (Array.isArray(value)) return value.map(given)
  if (value === null || typeof value !== 'object') return value
  if ('$int' in value) return Number(value.$int)
  if ('$datetime' in value) return value.$datetime
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, given(each)]))
}

function result(value, name) {
  if (Array.isArray(value)) return value.map((each) => result(each))
  if (typeof value === 'string' && TIMES.has(name)) return { $datetime: value }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, result(each, key)]))
}

function credentials({ kind, token, username, password }) {
  if (kind === 'bearer') return `Bearer ${token}`
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

async function call({ id, operation, base_url, auth, arguments: { path, body }, consume }) {
  const [method, template] = SAMPLES[operation]
  // An id is text in a URL: it is written as it was given.
  const where = template.replace(/\{(\w+)\}/g, (_, name) => path[name]?.$int ?? path[name])
  try {
    const value = result(await sample(method, base_url + where, credentials(auth), given(body)))
    const streamed = operation === 'stream_time_blocks' && (value === null || Array.isArray(value))
    if (!streamed) return { id, outcome: 'value', value }
    const most = consume?.startsWith('first:') ? Number(consume.slice(6)) : undefined
    return { id, outcome: 'items', items: (value ?? []).slice(0, most), complete: true }
  } catch (error) {
    const kind = error instanceof SyntaxError ? 'decode' : error instanceof TypeError ? 'transport' : 'other'
    return { id, outcome: 'error', error: { kind, message: `${error.message} ${error.cause?.message ?? ''}` } }
  }
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)
const pending = new Set()
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'bye') break
  if (message.type === 'hello') {
    const sdk = { name: 'vendor-javascript', version: process.version, language: 'JavaScript' }
    const operations = Object.keys(SAMPLES)
    say({ type: 'hello', protocol: 1, sdk, operations, features: ['stream', 'basic'], parallel: 4 })
  } else if (message.type === 'call') {
    const failed = (error) => ({ id: message.id, outcome: 'adapter_error', message: String(error) })
    const running = call(message).catch(failed).then(say)
    pending.add(running)
    running.finally(() => pending.delete(running))
  } else if ('id' in message) {
    say({ id: message.id, outcome: 'adapter_error', message: `unknown message ${message.type}` })
  }
}
await Promise.all(pending)
process.exit(0)
