// What the suite must know of your SDK. Fill it in; adapter.mjs does the rest.

export const name = 'my-sdk'
export const version = '0.0.0'
export const language = 'JavaScript'
export const features = [] // what the SDK has of: stream, paginate, retry, timeout, basic

// Make a client. It is kept for later calls with the same base URL and credentials.
// auth is {kind: 'bearer', token} or {kind: 'basic', username, password}.
export function makeClient(baseUrl, auth) {
  throw new Error('sdk.mjs: fill in makeClient')
}

// The operations that the SDK has; add a line for each. Arguments that are not there were not given.
// Integers beyond 2^53 are BigInt, and timestamps are texts: make a Date of them if the SDK wants one.
export const calls = {
  // get_time_block: (client, { path, query, body, options }) => client.getBlock(path.task_id, path.time_block_id),
  async get_time_block(client, { path, query, body, options }) {
    throw new FillIn('sdk.mjs: fill in get_time_block')
  },
}

// Functions with the same arguments that give an async iterator: stream_time_blocks (feature stream),
// and list_time_blocks and list_task_time_blocks for all pages (feature paginate).
export const iterators = {}

// What an error of the SDK means: kind, and of an API error status, code and message.
// kind is api, decode, transport, timeout or usage. undefined: not an error that the SDK declares.
export function described(error) {
  // if (error instanceof ApiError) return { kind: 'api', status: error.status, message: error.message }
}

export class FillIn extends Error {}
