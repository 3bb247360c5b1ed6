// Lets toggl-focus drive the SDK of sdk.mjs. Nothing here needs to be changed.
// It reads a JSON message per line from standard input and writes a reply per line to standard output.

import { createInterface } from 'node:readline'

// What the SDK prints must not get between the replies.
for (const name of ['log', 'info', 'debug']) console[name] = console.error
const sdk = await import('./sdk.mjs')

const clients = new Map()
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)
const entries = (value, change) => Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each)]))

// An argument as the SDK gets it: integers and timestamps are written so that nothing rounds them.
function given(value) {
  if (Array.isArray(value)) return value.map(given)
  if (value === null || typeof value !== 'object') return value
  if ('$int' in value) return Number.isSafeInteger(Number(value.$int)) ? Number(value.$int) : BigInt(value.$int)
  return '$datetime' in value ? value.$datetime : entries(value, given)
}

// What the SDK gave, as JSON.
function result(value) {
  if (value === undefined) return null
  if (typeof value === 'bigint') return { $int: String(value) }
  if (value instanceof Date) return { $datetime: value.toISOString() }
  if (Array.isArray(value)) return value.map(result)
  return value === null || typeof value !== 'object' ? value : entries(value, result)
}

function described(error) {
  if (error instanceof (sdk.FillIn ?? class {})) throw error
  return sdk.described(error) ?? { kind: 'other', message: String(error) }
}

async function items(source, consume) {
  const most = consume === 'all' ? Infinity : Number(consume.slice('first:'.length))
  const found = []
  try {
    for await (const item of source()) {
      found.push(result(item))
      if (found.length === most) break
    }
  } catch (error) {
    return { outcome: 'items', items: found, complete: false, error: described(error) }
  }
  return { outcome: 'items', items: found, complete: true }
}

async function call({ operation, base_url, auth, options, arguments: sent, consume }) {
  if (auth.kind === 'basic' && !sdk.features.includes('basic')) return { outcome: 'skip', feature: 'basic' }
  const key = JSON.stringify([base_url, auth])
  if (!clients.has(key)) clients.set(key, sdk.makeClient(base_url, auth))
  const words = [clients.get(key), { path: {}, query: {}, ...given(sent), options }]
  const iterate = sdk.iterators[operation]
  if (iterate && (consume || !sdk.calls[operation])) return items(() => iterate(...words), consume ?? 'all')
  try {
    return { outcome: 'value', value: result(await sdk.calls[operation](...words)) }
  } catch (error) {
    return { outcome: 'error', error: described(error) }
  }
}

async function reply(message) {
  try {
    if (message.type === 'call') return await call(message)
    if (message.type === 'decode' || message.type === 'encode') return { outcome: 'skip', feature: 'codec' }
    throw new Error(`unknown message ${message.type}`)
  } catch (error) {
    return { outcome: 'adapter_error', message: error.message } // the adapter failed, not the SDK
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'bye') break
  if (message.type === 'hello') {
    const { name, version, language, features } = sdk
    const operations = [...new Set([...Object.keys(sdk.calls), ...Object.keys(sdk.iterators)])]
    say({ type: 'hello', protocol: 1, sdk: { name, version, language }, operations, features })
  } else if ('id' in message) {
    say({ id: message.id, ...(await reply(message)) })
  }
}
process.exit(0)
