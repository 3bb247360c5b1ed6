// A small client of the time-blocks API on Node's fetch, without packages.

const PASSING = new Set([429, 502, 503, 504])
const W = (p) => `/organizations/${segment(p.organization_id)}/workspaces/${segment(p.workspace_id)}`
const T = (p) => `${W(p)}/tasks/${segment(p.task_id)}/time-blocks`
const B = (p) => `${T(p)}/${segment(p.time_block_id)}`

// method, path, whether it may be sent again
export const operations = {
  list_task_time_blocks: ['GET', T, true],
  create_time_block: ['POST', T, false],
  get_time_block: ['GET', B, true],
  replace_time_block: ['PUT', B, true],
  update_time_block: ['PATCH', B, true],
  delete_time_block: ['DELETE', B, true],
  archive_time_block: ['POST', (p) => `${B(p)}/archive`, false],
  restore_time_block: ['PATCH', (p) => `${B(p)}/restore`, true],
  unarchive_time_block: ['POST', (p) => `${B(p)}/unarchive`, false],
  list_time_blocks: ['GET', (p) => `${W(p)}/time-blocks`, true],
  bulk_create_time_blocks: ['POST', (p) => `${W(p)}/time-blocks/bulk`, false],
  bulk_update_time_blocks: ['PATCH', (p) => `${W(p)}/time-blocks/bulk`, false],
  bulk_delete_time_blocks: ['DELETE', (p) => `${W(p)}/time-blocks/bulk`, true],
  stream_time_blocks: ['GET', (p) => `${W(p)}/time-blocks/stream`, true],
}

export class ClientError extends Error {
  constructor(kind, message, more = {}) {
    super(message)
    Object.assign(this, { kind, ...more })
  }
}

// Integers that a double would round are kept as {$int: "…"}; JSON.parse sees no number in them.
const LONG = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g
export const parse = (text) =>
  JSON.parse(text.replace(LONG, (found) => (found[0] === '"' ? found : `{"$int":"${found}"}`)))
export const write = (value) =>
  JSON.stringify(value).replace(/\{"\$int":"(-?\d+)"\}/g, (_, digits) => digits)

export class Client {
  constructor(baseUrl, authorization) {
    this.baseUrl = baseUrl
    this.authorization = authorization
  }

  // The value of a complete response; null where there is no body.
  async call(name, path, query, body, options) {
    const { response, done } = await this.send(name, path, query, body, options)
    let bytes
    try {
      bytes = await response.arrayBuffer()
    } catch (error) {
      throw failure(error)
    } finally {
      done()
    }
    if (response.status === 204) return null
    return decoded(new Uint8Array(bytes))
  }

  // The items of a stream as they arrive.
  async *stream(name, path, query, options) {
    const { response, done, alive } = await this.send(name, path, query, undefined, options)
    const items = new Items()
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const reader = response.body.getReader()
    try {
      while (true) {
        const { value, done: over } = await reader.read()
        alive()
        yield* items.feed(decoder.decode(value, { stream: !over }))
        if (over) break
      }
      items.end()
    } catch (error) {
      throw failure(error)
    } finally {
      done()
      reader.cancel().catch(() => {})
    }
  }

  // The items of all pages.
  async *pages(name, path, query, options) {
    const size = query.per_page ?? 100
    let before
    for (let page = query.page ?? 1; ; page++) {
      const got = await this.call(name, path, { ...query, page, per_page: size }, undefined, options)
      const items = got.data ?? []
      const mark = write(items)
      if (items.length && mark === before) throw new ClientError('decode', `page ${page} is the page before it`)
      before = mark
      yield* items
      if (items.length < Math.min(size, got.per_page ?? size)) return
    }
  }

  async send(name, path, query, body, { timeout_ms, max_retries = 0 }) {
    const [method, where, again] = operations[name]
    const given = Object.entries(query).filter(([, value]) => !Array.isArray(value) || value.length)
    const pairs = given.map(([key, value]) => `${key}=${encodeURIComponent(text(value))}`)
    const url = this.baseUrl + where(path) + (pairs.length ? `?${pairs.join('&')}` : '')
    for (let retries = 0; ; retries++) {
      const last = !again || retries >= max_retries
      const limit = new AbortController()
      let timer = timeout_ms && setTimeout(() => limit.abort(new ClientError('timeout', 'timed out')), timeout_ms)
      const done = () => clearTimeout(timer)
      const alive = () => timer?.refresh()
      try {
        const headers = { authorization: this.authorization, accept: 'application/json' }
        if (body !== undefined) headers['content-type'] = 'application/json'
        const init = { method, headers, redirect: 'manual', signal: limit.signal }
        if (body !== undefined) init.body = write(body)
        const response = await fetch(url, init)
        if (response.ok) return { response, done, alive }
        const error = await refusal(response)
        if (last || !PASSING.has(response.status)) throw error
        await sleep(Number(response.headers.get('retry-after') ?? 0.2) * 1000)
      } catch (error) {
        const known = failure(error)
        if (last || known.kind !== 'transport') throw known
      } finally {
        if (!limit.signal.aborted && timer) timer.unref()
      }
      done()
    }
  }
}

// Cuts a JSON array of objects into its items while it arrives.
class Items {
  constructor() {
    Object.assign(this, { text: '', at: 0, depth: 0, quoted: false, begun: 0, count: 0, ended: false, comma: false })
  }

  *feed(more) {
    this.text += more
    for (; this.at < this.text.length; this.at++) {
      const each = this.text[this.at]
      if (this.quoted) {
        if (each === '\\') this.at++
        else if (each === '"') this.quoted = false
      } else if (each === '"') this.quoted = true
      else if (each === '[' || each === '{') {
        if (this.depth++ === 1) this.begun = this.at
      } else if (each === ']' || each === '}') {
        if (--this.depth === 1) {
          yield parse(this.text.slice(this.begun, this.at + 1))
          this.text = this.text.slice(this.at + 1)
          this.at = -1
          this.comma = false
          this.count++
        } else if (this.depth === 0) this.ended = true
      } else if (this.depth === 1 && each === ',') this.comma = true
    }
  }

  end() {
    // null stands for an empty list
    const wrong = this.text.trim() !== 'null' && (!this.ended || this.comma)
    if (wrong) throw new ClientError('decode', `the list has no end, after ${this.count} items`)
  }
}

const text = (value) => (Array.isArray(value) ? value.map(text).join(',') : (value?.$int ?? String(value)))
const segment = (value) => encodeURIComponent(text(value))
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms))

function decoded(bytes) {
  try {
    return parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new ClientError('decode', `the response is not JSON: ${error.message}`)
  }
}

async function refusal(response) {
  let body = {}
  try {
    body = parse(await response.text()) ?? {}
  } catch {
    // a proxy's page, or nothing
  }
  const text = typeof body.error_description === 'string' ? body.error_description : response.statusText
  const code = typeof body.error === 'string' ? body.error : null
  return new ClientError('api', `${response.status} ${text}`, { status: response.status, code })
}

function failure(error) {
  if (error instanceof ClientError) return error
  if (error instanceof SyntaxError) return new ClientError('decode', error.message)
  if (error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return new ClientError('decode', 'not UTF-8')
  return new ClientError('transport', error.cause?.message ?? error.message)
}
