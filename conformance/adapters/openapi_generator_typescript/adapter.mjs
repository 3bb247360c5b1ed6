// The adapter of the client that OpenAPI Generator makes with typescript-fetch.

import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const { default: made } = await import(pathToFileURL(process.argv[2]))
const { Configuration, FetchError, RequiredError, ResponseError, TimeBlocksApi } = made

const BODIES = {
  create_time_block: 'timeBlockCreate',
  replace_time_block: 'timeBlockReplace',
  update_time_block: 'timeBlockUpdate',
  bulk_create_time_blocks: 'timeBlockBulkCreate',
  bulk_update_time_blocks: 'timeBlockBulkUpdateItem',
}
const OPERATIONS = [
  ...Object.keys(BODIES),
  ...['list_task_time_blocks', 'get_time_block', 'delete_time_block', 'archive_time_block', 'restore_time_block'],
  ...['unarchive_time_block', 'list_time_blocks', 'bulk_delete_time_blocks', 'stream_time_blocks'],
]

// A date without a time is the local midnight of that day.
const DATES = new Set(['start_date', 'end_date', 'recurrence_date', 'priority_at'])
const two = (number) => String(number).padStart(2, '0')
const day = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
// The client writes `private`, a word of the language, as `_private`.
const snake = (name) => name.replace(/^_/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

// A value of the protocol with the names and types of the client.
function given(value, dates) {
  if (Array.isArray(value)) return value.map((each) => given(each, dates))
  if (value === null || typeof value !== 'object') return value
  if ('$int' in value) return Number(value.$int)
  if ('$datetime' in value) return dates ? new Date(value.$datetime) : value.$datetime
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [camel(name), given(each, dates)]))
}

// A value of the client with the names of the protocol. What the client read under a name of its own
// wins over what it kept beside that, as the server wrote it.
function result(value, field) {
  if (Array.isArray(value)) return value.map((each) => result(each))
  if (value instanceof Date) return DATES.has(field) ? day(value) : { $datetime: value.toISOString() }
  if (value === null || typeof value !== 'object') return value
  const found = {}
  for (const [name, each] of Object.entries(value)) if (snake(name) === name) found[name] = result(each, name)
  for (const [name, each] of Object.entries(value)) if (snake(name) !== name) found[snake(name)] = result(each, snake(name))
  return found
}

const clients = new Map()
function client(basePath, accessToken) {
  const key = `${basePath} ${accessToken}`
  if (!clients.has(key)) clients.set(key, new TimeBlocksApi(new Configuration({ basePath, accessToken })))
  return clients.get(key)
}

async function described(error) {
  if (error instanceof ResponseError) {
    const { status } = error.response
    const body = await error.response.json().catch(() => ({}))
    const text = (each) => (typeof each === 'string' ? each : undefined)
    return { kind: 'api', status, code: text(body?.error), message: text(body?.error_description) ?? error.message }
  }
  const cause = error instanceof FetchError ? error.cause : error
  const message = `${error.name}: ${cause?.message} ${cause?.cause?.message ?? ''}`.trim()
  if (error instanceof RequiredError) return { kind: 'usage', message }
  if (cause?.name === 'TimeoutError') return { kind: 'timeout', message }
  if (cause instanceof SyntaxError) return { kind: 'decode', message }
  // undici reports a body that breaks off as TypeError: terminated
  const broken = error instanceof FetchError || (cause instanceof TypeError && cause.message === 'terminated')
  return { kind: broken ? 'transport' : 'other', message }
}

async function call({ id, operation, base_url, auth, options, arguments: sent, consume }) {
  if (auth.kind === 'basic') return { id, outcome: 'skip', feature: 'basic' }
  const named = { ...given(sent.path ?? {}, false), ...given(sent.query ?? {}, false) }
  if (BODIES[operation]) named[BODIES[operation]] = given(sent.body, true)
  const init = options.timeout_ms ? { signal: AbortSignal.timeout(options.timeout_ms) } : undefined
  try {
    const value = result(await client(base_url, auth.token)[camel(operation)](named, init)) ?? null
    if (operation !== 'stream_time_blocks') return { id, outcome: 'value', value }
    const most = consume?.startsWith('first:') ? Number(consume.slice(6)) : undefined
    return { id, outcome: 'items', items: (value ?? []).slice(0, most), complete: true }
  } catch (error) {
    return { id, outcome: 'error', error: await described(error) }
  }
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)
const pending = new Set()
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'bye') break
  if (message.type === 'hello') {
    const sdk = { name: 'OpenAPI Generator, typescript-fetch', version: '7.26.0', language: 'TypeScript' }
    say({ type: 'hello', protocol: 1, sdk, operations: OPERATIONS, features: ['stream', 'timeout'], parallel: 4 })
  } else if (message.type === 'call') {
    const failed = (error) => ({ id: message.id, outcome: 'adapter_error', message: String(error.stack) })
    const running = call(message).catch(failed).then(say)
    pending.add(running)
    running.finally(() => pending.delete(running))
  } else if ('id' in message) {
    say({ id: message.id, outcome: 'adapter_error', message: `unknown message ${message.type}` })
  }
}
await Promise.all(pending)
process.exit(0)
