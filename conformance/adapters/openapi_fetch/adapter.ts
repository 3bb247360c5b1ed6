// The adapter of openapi-fetch, with the types that openapi-typescript makes.

import createClient from "openapi-fetch";
import type { paths } from "./openapi_typescript_schema";

declare const process: {
  stdin: AsyncIterable<Uint8Array>;
  stdout: { write(text: string): void };
  exit(code: number): never;
};

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Fields = { [name: string]: Json };
interface Call {
  id: string;
  operation: string;
  base_url: string;
  auth: { kind: "bearer"; token: string } | { kind: "basic"; username: string; password: string };
  options: { timeout_ms?: number };
  arguments: { path?: Fields; query?: Fields; body?: Json };
  consume?: string;
}
type Client = ReturnType<typeof makeClient>;
interface Response_ { data?: unknown; error?: unknown; response: Response }

const W = "/organizations/{organization_id}/workspaces/{workspace_id}/time-blocks";
const T = "/organizations/{organization_id}/workspaces/{workspace_id}/tasks/{task_id}/time-blocks";
const B = `${T}/{time_block_id}` as const;

// As openapi-fetch documents it: the description's lists have commas, its default repeats the name.
const makeClient = (baseUrl: string, token: string) =>
  createClient<paths>({
    baseUrl,
    headers: { Authorization: `Bearer ${token}` },
    querySerializer: { array: { style: "form", explode: false } },
  });

// What the suite sends has any type, so that each call is typed by its path alone.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Sent = any;

const operations: Record<string, (client: Client, sent: Sent) => Promise<Response_>> = {
  list_task_time_blocks: (client, sent) => client.GET(T, sent),
  create_time_block: (client, sent) => client.POST(T, sent),
  get_time_block: (client, sent) => client.GET(B, sent),
  replace_time_block: (client, sent) => client.PUT(B, sent),
  update_time_block: (client, sent) => client.PATCH(B, sent),
  delete_time_block: (client, sent) => client.DELETE(B, sent),
  archive_time_block: (client, sent) => client.POST(`${B}/archive`, sent),
  restore_time_block: (client, sent) => client.PATCH(`${B}/restore`, sent),
  unarchive_time_block: (client, sent) => client.POST(`${B}/unarchive`, sent),
  list_time_blocks: (client, sent) => client.GET(W, sent),
  bulk_create_time_blocks: (client, sent) => client.POST(`${W}/bulk`, sent),
  bulk_update_time_blocks: (client, sent) => client.PATCH(`${W}/bulk`, sent),
  bulk_delete_time_blocks: (client, sent) => client.DELETE(`${W}/bulk`, sent),
  stream_time_blocks: (client, sent) => client.GET(`${W}/stream`, sent),
};

const TIMES = new Set(["start", "created_at", "updated_at", "completed_at", "archived_at", "deleted_at"]);

function given(value: Json): Json {
  if (Array.isArray(value)) return value.map(given);
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$int === "string") return Number(value.$int);
  if (typeof value.$datetime === "string") return value.$datetime;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, given(each)]));
}

function result(value: unknown, name = ""): Json {
  if (Array.isArray(value)) return value.map((each) => result(each));
  if (typeof value === "string") return TIMES.has(name) ? { $datetime: value } : value;
  if (value === null || typeof value !== "object") return (value ?? null) as Json;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, result(each, key)]));
}

const clients = new Map<string, Client>();
function clientOf(baseUrl: string, token: string): Client {
  const key = `${baseUrl} ${token}`;
  const found = clients.get(key) ?? makeClient(baseUrl, token);
  clients.set(key, found);
  return found;
}

const text = (value: unknown) => (typeof value === "string" ? value : undefined);

function refusal(error: unknown, response: Response): Json {
  const body = (typeof error === "object" ? error : null) as { error?: unknown; error_description?: unknown } | null;
  const { status, statusText } = response;
  const code = text(body?.error) ?? null;
  return { kind: "api", status, code, message: text(body?.error_description) ?? statusText };
}

function described(error: unknown): Json {
  const { name, message, cause } = error as Error & { cause?: Error };
  const text = `${name}: ${message} ${cause?.message ?? ""}`.trim();
  if (name === "TimeoutError") return { kind: "timeout", message: text };
  if (error instanceof SyntaxError) return { kind: "decode", message: text };
  return { kind: name === "TypeError" && /fetch failed|terminated/.test(message) ? "transport" : "other", message: text };
}

async function call(message: Call): Promise<Fields> {
  const { id, operation, auth, options, consume } = message;
  if (auth.kind === "basic") return { id, outcome: "skip", feature: "basic" };
  const { path = {}, query = {}, body } = message.arguments;
  const sent = {
    params: { path: given(path), query: given(query) },
    ...(body === undefined ? {} : { body: given(body) }),
    ...(options.timeout_ms ? { signal: AbortSignal.timeout(options.timeout_ms) } : {}),
  };
  try {
    const { data, error, response } = await operations[operation](clientOf(message.base_url, auth.token), sent);
    if (!response.ok) return { id, outcome: "error", error: refusal(error, response) };
    const value = result(data);
    if (operation !== "stream_time_blocks") return { id, outcome: "value", value };
    if (value !== null && !Array.isArray(value)) return { id, outcome: "value", value };
    const most = consume?.startsWith("first:") ? Number(consume.slice(6)) : undefined;
    return { id, outcome: "items", items: (value ?? []).slice(0, most), complete: true };
  } catch (error) {
    return { id, outcome: "error", error: described(error) };
  }
}

const say = (message: Fields) => process.stdout.write(`${JSON.stringify(message)}\n`);

async function* lines(): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of process.stdin) {
    const parts = (rest + decoder.decode(piece, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}

async function main(): Promise<void> {
  const pending = new Set<Promise<unknown>>();
  for await (const line of lines()) {
    const message = JSON.parse(line);
    if (message.type === "bye") break;
    if (message.type === "hello") {
      const sdk = { name: "openapi-fetch", version: "0.17.0", language: "TypeScript" };
      const features = ["stream", "timeout"];
      say({ type: "hello", protocol: 1, sdk, operations: Object.keys(operations), features, parallel: 4 });
    } else if (message.type === "call") {
      const failed = (error: unknown) => ({ id: message.id, outcome: "adapter_error", message: String(error) });
      const running = call(message).catch(failed).then(say);
      pending.add(running);
      void running.finally(() => pending.delete(running));
    } else if ("id" in message) {
      say({ id: message.id, outcome: "adapter_error", message: `unknown message ${message.type}` });
    }
  }
  await Promise.all(pending);
  process.exit(0);
}

void main();
