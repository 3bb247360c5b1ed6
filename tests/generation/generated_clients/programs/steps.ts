// What the programs in TypeScript do: the same calls as `steps.py`, in the same order.

declare const process: { env: Record<string, string> };

export const URL = process.env.FOCUS_URL!;
export const KEY = process.env.FOCUS_KEY!;
export const place = { organizationId: 1, workspaceId: 10 };
const TASK = 100;
const OTHER_TASK = 102;
const ORDER = ["-start", "created_at"] as const;
// the offset has a `+`, which has to be encoded
const WINDOW = { dateFrom: "2026-01-05T02:00:00+02:00", dateTo: "2026-12-31T00:00:00Z" };

export type Order = (typeof ORDER)[number];
export interface Page { page: number; perPage: number; orderBy: Order[]; archived: boolean }
export interface Window { dateFrom: string; dateTo: string; orderBy: Order[]; perPage?: number }
export interface Fields { start?: string; duration?: number; completed?: boolean }

/** An error response. */
export class Refused extends Error {
  constructor(readonly status: number, readonly code: string) {
    super(`${status} ${code}`);
  }
}

/** A block as the programs hand it over: what it is called differs, what it holds does not. */
export interface Block { id: number; start: string | Date; duration?: number | null; timezone?: string | null }
export interface Listed extends Block { hasTimeEntry: boolean | null }
export interface WithTask extends Listed {
  task?: {
    name: string | null;
    estimateType: string | null;
    tags: { name: string | null }[] | null;
    project?: { rate?: { hourlyRate: number | null } | null } | null;
  } | null;
}

/** The operations by their ids. */
export interface Api {
  createTimeBlock(task: number, fields: Fields & { start: string }): Promise<Block>;
  getTimeBlock(task: number, block: number): Promise<Block>;
  replaceTimeBlock(task: number, block: number, fields: Fields & { start: string }): Promise<unknown>;
  updateTimeBlock(task: number, block: number, fields: Fields): Promise<unknown>;
  archiveTimeBlock(task: number, block: number): Promise<unknown>;
  unarchiveTimeBlock(task: number, block: number): Promise<unknown>;
  deleteTimeBlock(task: number, block: number, outboundSync: boolean): Promise<unknown>;
  restoreTimeBlock(task: number, block: number): Promise<unknown>;
  listTaskTimeBlocks(task: number, query: Page): Promise<{ page: number | null; perPage: number | null; data: Listed[] }>;
  listTimeBlocks(query: Window): Promise<WithTask[]>;
  streamTimeBlocks(query: Window): Promise<WithTask[]>;
  bulkCreateTimeBlocks(entries: { start: string; taskId: number }[]): Promise<Block[]>;
  bulkUpdateTimeBlocks(entries: { id: number; duration: number }[]): Promise<unknown>;
  bulkDeleteTimeBlocks(ids: number[]): Promise<unknown>;
}

const block = (found: Block) => [
  found.id,
  new Date(found.start).toISOString().replace(".000Z", "Z"),
  found.duration ?? null,
  found.timezone ?? null,
];

const withTask = (found: WithTask) => [
  ...block(found),
  found.hasTimeEntry,
  found.task!.name,
  found.task!.estimateType,
  found.task!.tags!.map((tag) => tag.name),
  found.task!.project?.rate?.hourlyRate ?? null,
];

/** Call an operation, and print what came of it. */
async function step(operation: string, call: () => Promise<unknown>): Promise<void> {
  try {
    console.log(JSON.stringify({ operation, read: await call() }));
  } catch (error) {
    console.log(JSON.stringify({ operation, error: String(error) }));
  }
}

/** Call every operation; what gives no body is looked at in the block. */
export async function run(api: Api): Promise<void> {
  const [nine, ten] = ["2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"];
  const window = { ...WINDOW, orderBy: [...ORDER] };
  let id = 0;
  const get = async () => block(await api.getTimeBlock(TASK, id));
  await step("create_time_block", async () => {
    const found = await api.createTimeBlock(TASK, { start: nine, duration: 3600 });
    id = found.id;
    return block(found);
  });
  await step("get_time_block", get);
  await step("replace_time_block", async () => {
    await api.replaceTimeBlock(TASK, id, { start: ten, duration: 5400, completed: true });
    return get();
  });
  await step("update_time_block", async () => {
    await api.updateTimeBlock(TASK, id, { duration: 1800 });
    return get();
  });
  await step("archive_time_block", async () => {
    await api.archiveTimeBlock(TASK, id);
    return get();
  });
  await step("unarchive_time_block", async () => {
    await api.unarchiveTimeBlock(TASK, id);
    return get();
  });
  await step("delete_time_block", async () => {
    await api.deleteTimeBlock(TASK, id, false);
    return get().catch((error: Refused) => [error.status, error.code]);
  });
  await step("restore_time_block", async () => {
    await api.restoreTimeBlock(TASK, id);
    return get();
  });
  await step("list_task_time_blocks", async () => {
    const query = { page: 1, perPage: 100, orderBy: [...ORDER], archived: false };
    const found = await api.listTaskTimeBlocks(TASK, query);
    const blocks = found.data.map((each) => [...block(each), each.hasTimeEntry]);
    return [found.page, found.perPage, blocks];
  });
  await step("list_time_blocks", async () => (await api.listTimeBlocks({ ...window, perPage: 100 })).map(withTask));
  await step("stream_time_blocks", async () => (await api.streamTimeBlocks(window)).map(withTask));
  await step("bulk_create_time_blocks", async () => {
    const entries = [{ start: nine, taskId: TASK }, { start: ten, taskId: OTHER_TASK }];
    return (await api.bulkCreateTimeBlocks(entries)).map(block);
  });
  await step("bulk_update_time_blocks", async () => {
    await api.bulkUpdateTimeBlocks([{ id, duration: 600 }]);
    return get();
  });
  await step("bulk_delete_time_blocks", async () => {
    await api.bulkDeleteTimeBlocks([id + 1, id + 2]);
    return get();
  });
}
