// The adapter: the protocol on one side, the client of client.mjs on the other.

import { createInterface } from 'node:readline'
import { Client, ClientError, operations } from './client.mjs'

const TIMES = new Set(['start', 'created_at', 'updated_at', 'completed_at', 'archived_at', 'deleted_at'])
const clients = new Map()
const reply = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

// Timestamps of the protocol are texts for this client, and the other way round.
function given(value) {
  if (Array.isArray(value)) return value.map(given)
  if (value === null || typeof value !== 'object' || '$int' in value) return value
  if ('$datetime' in value) return value.$datetime
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, given(each)]))
}

function result(value, name) {
  if (Array.isArray(value)) return value.map((each) => result(each))
  if (typeof value === 'string' && TIMES.has(name)) return { $datetime: value }
  if (value === null || typeof value !== 'object' || '$int' in value) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, result(each, key)]))
}

function client({ base_url, auth }) {
  const authorization =
    auth.kind === 'bearer'
      ? `Bearer ${auth.token}`
      : `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
  const key = JSON.stringify([base_url, authorization])
  if (!clients.has(key)) clients.set(key, new Client(base_url, authorization))
  return clients.get(key)
}

async function items(id, source, most) {
  const found = []
  try {
    for await (const item of source) {
      found.push(result(item))
      if (found.length === most) break
    }
  } catch (error) {
    return { id, outcome: 'items', items: found, complete: false, error: described(error) }
  }
  return { id, outcome: 'items', items: found, complete: true }
}

function described(error) {
  if (!(error instanceof ClientError)) return { kind: 'other', message: String(error) }
  const { kind, message, status, code } = error
  return kind === 'api' ? { kind, message, status, code } : { kind, message }
}

async function call(message) {
  const { id, operation, options } = message
  const { path = {}, query = {}, body } = given(message.arguments)
  const sdk = client(message)
  const most = message.consume?.startsWith('first:') ? Number(message.consume.slice(6)) : Infinity
  if (operation === 'stream_time_blocks') return items(id, sdk.stream(operation, path, query, options), most)
  const paged = operation === 'list_time_blocks' || operation === 'list_task_time_blocks'
  if (paged && message.consume) return items(id, sdk.pages(operation, path, query, options), most)
  try {
    if (query.ids && !query.ids.length) throw new ClientError('usage', 'ids must not be empty')
    const entries = Array.isArray(body) ? body : body?.time_blocks
    if (entries && !entries.length) throw new ClientError('usage', 'there are no entries')
    return { id, outcome: 'value', value: result(await sdk.call(operation, path, query, body, options)) }
  } catch (error) {
    return { id, outcome: 'error', error: described(error) }
  }
}

const pending = new Set()
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'bye') break
  if (message.type === 'hello') {
    const sdk = { name: 'node-fetch-sample', version: process.version, language: 'JavaScript' }
    const features = ['stream', 'paginate', 'retry', 'timeout', 'basic']
    reply({ type: 'hello', protocol: 1, sdk, operations: Object.keys(operations), features, parallel: 8 })
  } else if (message.type === 'call') {
    const failed = (error) => ({ id: message.id, outcome: 'adapter_error', message: String(error) })
    const running = call(message).catch(failed).then(reply)
    pending.add(running)
    running.finally(() => pending.delete(running))
  } else if ('id' in message) {
    reply({ id: message.id, outcome: 'adapter_error', message: `unknown message ${message.type}` })
  }
}
await Promise.all(pending)
process.exit(0)
